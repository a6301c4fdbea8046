"""One life of the whole bot: everything that happens in it follows from its seed."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import logging
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from faults import TROUBLE_UNTIL, Faults
from people import STAFF, People
from small_telegram import BASE, Params, Telegram
from sqlalchemy import Connection
from virtual import Database, InlineStore, Killed, VirtualLoop, at_once
from watching import Direct, End, Listener, under_way
from wire import Network, Wire

from bot import serving
from bot.announce.occasion import Occasion
from bot.chat import failures, routes
from bot.chat.pace import Pace
from bot.errors import StoreError
from bot.knowledge.shelf import Shelf
from bot.store.announcements import Announcements
from bot.store.tables import inbox, letters, outgoing
from bot.understand.version import Version

SETTLE = timedelta(seconds=3)  # until a letter in doubt is sent again
LOOK_SECONDS = 10.0  # between the bot's looks: a life must not cost more than a moment
SETTLED_BY = 900.0  # seconds
OPEN = ("pending", "doubt", "sending")
OSLO = ZoneInfo("Europe/Oslo")
# The parts of a run that must hold nothing when all is done.
PARTS = ("Door", "Reception", "Sender", "Intake")

Result = TypeVar("Result")


class Life:
    """`run` it; then everything that happened can be read off.

    With `given` updates nothing goes wrong, and they are all that comes.
    """

    def __init__(
        self,
        seed: int,
        shelf: Shelf[Version],
        database: Database,
        given: Sequence[Params] | None = None,
    ) -> None:
        self.seed, self._shelf, self.database = seed, shelf, database
        database.renew()
        self.now = 0.0
        self.trace: list[str] = []
        self.logged: list[logging.LogRecord] = []
        self.unhandled: list[str] = []
        self.telegram = Telegram(Random(f"{seed} telegram"))
        self.telegram.now = lambda: self.now
        self.faults = Faults(Random(f"{seed} faults"))
        self._chance = Random(f"{seed} life")
        self.network = Network(self.telegram, self.faults, Random(f"{seed} network"), self.note)
        self.run_number = 0
        self.ends: list[End] = []
        self.left: list[str] = []  # tasks, after a stop
        self._crashes = 0
        self.parts: dict[str, Any] = {}
        self.settled_at: float | None = None
        self.cancelled_at: float | None = None
        self._offset = 0.0  # of the bot's clock
        self._campaign: int | None = None
        self._dead = False
        self._store: InlineStore | None = None
        self._order = itertools.count()
        self._future: list[tuple[float, int, Callable[[], None]]] = []
        self.people = People(Random(f"{seed} people"), self.telegram, self._tell, self._cancel)
        if given is None:
            for at, act in self.people.acts:
                self._plan(at, act)
            self._plan_troubles()
        else:
            self.telegram.waiting.extend(given)
            self.faults.calm = True
        self._plan(TROUBLE_UNTIL, self._calm)

    def run(self) -> Life:
        """Live it to its end."""
        listener = Listener(self.logged, self.note)
        root = logging.getLogger()
        level = root.level
        root.addHandler(listener)
        root.setLevel(logging.INFO)
        try:
            with pytest.MonkeyPatch.context() as patch:
                self._patch(patch)
                while self.settled_at is None and self.now < SETTLED_BY:
                    self._one_run()
        finally:
            root.removeHandler(listener)
            root.setLevel(level)
        return self

    def note(self, text: str) -> None:
        self.trace.append(f"{self.now:9.3f} {text}")

    # What happens from outside

    def _plan_troubles(self) -> None:
        chance = self._chance
        for _ in range(chance.choice((0, 0, 1, 2))):
            self._plan(chance.uniform(1, TROUBLE_UNTIL - 2), lambda: self._crash("from outside"))
        if chance.random() < 0.2:
            self._plan(chance.uniform(1, TROUBLE_UNTIL - 2), self._stop)
        for _ in range(chance.choice((0, 0, 1, 3))):
            by = chance.choice((-2.0, 2.0, -90.0, 90.0, -7200.0, 7200.0))
            self._plan(chance.uniform(1, TROUBLE_UNTIL), partial(self._set_clock, by))

    def _calm(self) -> None:
        """Faults are over, and the bot's clock shows no less than it ever did."""
        self._set_clock(max(0.0, self._furthest) - self._offset)
        self._plan(self.now + 5, self._look_whether_settled)

    def _look_whether_settled(self) -> None:
        if self._settled():
            self.settled_at = self.now
        if self.settled_at or self.now > SETTLED_BY:
            self._stop()
        else:
            self._plan(self.now + 5, self._look_whether_settled)

    def _settled(self) -> bool:
        def unit(connection: Connection) -> int:
            news = letters.c.state.in_(OPEN) & letters.c.kind.not_like("reminder:%")
            open_ = (inbox.select(), outgoing.select(), letters.select().where(news))
            return sum(len(connection.execute(each).all()) for each in open_)

        up = not self._dead and "Intake" in self.parts
        return up and not self.telegram.waiting and self.database.look(unit) == 0 and not self.network.flying

    _furthest = 0.0

    def _set_clock(self, by: float) -> None:
        self.note(f"* the clock is set by {by:+.0f} s")
        self._offset += by
        self._furthest = max(self._furthest, self._offset)

    def _clock(self) -> datetime:
        return BASE + timedelta(seconds=self.now + self._offset)

    def _tell(self, occasion: Occasion, kind: str) -> None:
        self.note(f"* staff confirm a {kind}")
        self._campaign = self._staff(
            lambda announcements: announcements.tell(occasion, kind, "staff", self._clock())
        )

    def _cancel(self) -> None:
        if self._campaign is not None:
            number = self._campaign
            self.note("* staff cancel it")
            self.cancelled_at = self.now
            self._staff(lambda announcements: announcements.cancel(number, "staff", self._clock()))

    def _staff(self, act: Callable[[Announcements], Coroutine[Any, Any, Result]]) -> Result:
        """What staff do at the server, in a process of their own; nothing in it waits."""
        going = act(Announcements(Direct(self.database), lambda: OSLO))  # type: ignore[arg-type]
        try:
            going.send(None)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        raise AssertionError("staff waited")

    # The bot

    def _one_run(self) -> None:
        """From one start of the process to its end."""
        self.run_number += 1
        self._dead = False
        self.parts.clear()
        self.note(f"* run {self.run_number} starts")
        loop = self._loop = VirtualLoop(self.now, self._advance)
        loop.set_exception_handler(self._unhandled)
        store = self._store = InlineStore(self.database.engine)
        store.write, store.delay = self._write, lambda: self._chance.choice((0.0, 0.002))
        access = serving.Access("123456:sim", "https://api.example", admins=frozenset({STAFF}), settle=SETTLE)
        pace = Pace(clock=loop.time)
        self.parts |= {"Pace": pace, "Store": store}
        self._main = loop.create_task(serving.serve(access, self._shelf, store, pace, clock=self._clock))
        self._main.add_done_callback(lambda _: None if self._dead else loop.stop())
        for at, _, _ in self._future:
            loop.call_at(at, self._happen_alive)
        loop.run_forever()
        self.ends.append(self.database.look(under_way))
        if not self._dead:
            self._dead = True
            self.note(f"* run {self.run_number} ended")
            self.left = [str(task.get_coro()) for task in asyncio.all_tasks(loop)]
            if not self._main.cancelled() and (error := self._main.exception()):
                self.unhandled.append(f"the bot ended: {error!r}")
        ended = self.now
        logging.disable()
        loop.abandon()
        logging.disable(logging.NOTSET)
        self.database.engine.dispose()
        down = self._chance.uniform(1.5, 6)
        if self.settled_at is None:
            while self._future and self._future[0][0] <= ended + down:
                self.now = max(self._future[0][0], ended)
                self._happen()
            self.now = ended + down

    def _advance(self, now: float) -> None:
        if not self._dead:
            self.now = now

    def _happen_alive(self) -> None:
        if not self._dead:
            self._happen()

    def _happen(self) -> None:
        """Everything that is due."""
        while self._future and self._future[0][0] <= self.now + 1e-6:
            heapq.heappop(self._future)[2]()

    def _plan(self, at: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._future, (at, next(self._order), act))
        if self._store is not None and not self._dead:
            self._loop.call_at(at, self._happen_alive)

    def _stop(self) -> None:
        if not self._dead and self.run_number:
            self.note("* SIGTERM")
            self._main.cancel()

    def _crash(self, where: str) -> None:
        if self._dead or not self.run_number:
            return
        self.note(f"* kill -9: {where}")
        self._dead = True
        self._crashes += 1
        self.network.flying.clear()
        self._loop.stop()

    def _may_die(self, where: str) -> None:
        if self.faults.happens(self.faults.kill, self.now) and self._crashes < 4:
            self._crash(where)

    def _write(self, commit: Callable[[], Any]) -> Any:
        if self._dead:
            raise Killed
        if self.faults.of_disk(self.now):
            self.note("* the disk is full")
            raise StoreError("database or disk is full")
        self._may_die("before a commit")
        if not self._dead:
            done = commit()
            self._may_die("after a commit")
        if self._dead:
            raise Killed
        return done

    async def _call(self, run: int, method: str, given: Params) -> tuple[int, bytes]:
        if self._dead or run != self.run_number:
            await asyncio.Future()
        try:
            answer = await self.network.call(run, method, given, self._may_die)
        finally:
            if self._dead:
                await asyncio.Future()
        return answer

    def _patch(self, patch: pytest.MonkeyPatch) -> None:
        def wire(connections: int = 64, heard: object = None) -> Wire:
            """This Telegram does not say what time it is: the machine's clock is believed."""
            return Wire(partial(self._call, self.run_number), connections)

        for module in (serving, routes):
            patch.setattr(module, "AiohttpRequest", wire)
        for module in ("bot.serving", "bot.delivery.inbox", "bot.delivery.sender"):
            patch.setattr(f"{module}.LOOK_SECONDS", LOOK_SECONDS)
        numbers = itertools.count()
        patch.setattr(failures.secrets, "token_hex", lambda _: f"{next(numbers):06x}")
        patch.setattr(asyncio, "to_thread", at_once)
        for name in PARTS:
            patch.setattr(serving, name, self._remembered(name, getattr(serving, name)))

    def _remembered(self, name: str, kind: Callable[..., Any]) -> Callable[..., Any]:
        def make(*given: Any, **named: Any) -> Any:
            self.parts[name] = kind(*given, **named)
            return self.parts[name]

        return make

    def _unhandled(self, _: object, context: dict[str, Any]) -> None:
        self.note(f"* unhandled: {context.get('message')} {context.get('exception')!r}")
        self.unhandled.append(f"{context.get('message')} {context.get('exception')!r}")
