"""Sends letters that are due, at the pace Telegram allows, and keeps what became of each."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.announce.changes import Change, changes
from bot.announce.occasion import Occasion
from bot.delivery.insist import insist
from bot.delivery.letter import Letter, Verdict
from bot.delivery.verdicts import after_failure, after_success
from bot.errors import SendError
from bot.reply import Reply

IN_FLIGHT = 4  # requests; as many may be repeated after a crash
LOOK_SECONDS = 0.5  # between looks for letters, which other processes write too
SHORT_WAIT = 1.5  # seconds; a longer pause of one chat must not hold up the others
LAST_SECONDS = 3.0  # that requests in flight have after a stop

log = logging.getLogger(__name__)


class Start(Protocol):
    """What a start of the bot found."""

    @property
    def epoch(self) -> int: ...
    @property
    def in_doubt(self) -> int: ...
    @property
    def paused(self) -> int: ...


class Outbox(Protocol):
    """Where letters wait; every call is committed before it returns."""

    async def start(self, now: datetime, settle: timedelta) -> Start: ...
    async def claim(self, now: datetime, limit: int, epoch: int) -> Sequence[Letter]: ...
    async def judge(self, letter: Letter, verdict: Verdict, now: datetime) -> None: ...
    async def rest(self, now: datetime) -> datetime | None: ...


class Post(Protocol):
    """Carries single messages. Raises SendError."""

    async def send(self, chat: int, thread: int | None, reply: Reply) -> Sequence[int]: ...
    async def edit(self, chat: int, thread: int | None, message: int, reply: Reply) -> Sequence[int]: ...


class Turns(Protocol):
    """Telegram's limits, shared with the answers to people."""

    async def broadcast(self) -> None: ...
    async def depart(self, chat: int) -> None: ...
    async def turn(self, chat: int, *, urgent: bool) -> None: ...
    def wait_for(self, chat: int) -> float: ...


class Words(Protocol):
    """Makes the texts, when they are sent."""

    def letter(
        self, occasion: Occasion, kind: str, language: str, now: datetime, changed: tuple[Change, ...] = ()
    ) -> Reply: ...
    def digest(self, occasions: Sequence[Occasion], language: str, now: datetime) -> Reply: ...


class Sender:
    """The one sender of a database."""

    def __init__(
        self,
        outbox: Outbox,
        post: Post,
        words: Words,
        turns: Turns,
        clock: Callable[[], datetime],
        settle: timedelta,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        believed: Callable[[], bool] = lambda: True,
    ) -> None:
        """`believed` says whether `clock` is right; while it is not, nothing is sent and nothing expires."""
        self._believed = believed
        self._outbox, self._post, self._words, self._turns = outbox, post, words, turns
        self._clock, self._settle, self._sleep = clock, settle, sleep
        self._slots = asyncio.Semaphore(IN_FLIGHT)
        self._flying: set[asyncio.Task[None]] = set()
        self._busy = False  # the last look found a letter

    async def run(self) -> None:
        """Send until cancelled; requests in flight are waited for a little."""
        await self._until_believed()
        start = await insist(lambda: self._outbox.start(self._clock(), self._settle))
        if start.in_doubt or start.paused:
            log.warning(
                "%d letters are in doubt since the last run, %d announcements are a day old and paused",
                start.in_doubt,
                start.paused,
            )
        try:
            while True:
                await self._slots.acquire()
                task = asyncio.create_task(self._deliver(await self._next(start.epoch)))
                self._flying.add(task)
                task.add_done_callback(self._landed)
        finally:
            if self._flying:
                await asyncio.wait(self._flying, timeout=LAST_SECONDS)

    async def _next(self, epoch: int) -> Letter:
        """Wait for a letter that is due and for its turn; it is marked as being sent last of all."""
        while True:
            if not self._busy:
                await self._doze()
            await self._turns.broadcast()
            await self._until_believed()
            found = await insist(lambda: self._outbox.claim(self._clock(), 1, epoch))
            self._busy = bool(found)
            if found:
                return found[0]

    async def _until_believed(self) -> None:
        while not self._believed():
            await self._sleep(LOOK_SECONDS)

    async def _doze(self) -> None:
        """Wait until a letter is due; that nobody is told of letters others write costs half a second."""
        while True:
            due = await insist(lambda: self._outbox.rest(self._clock()))
            now = self._clock()
            if due is not None and due <= now:
                return
            wait = (due - now).total_seconds() if due else LOOK_SECONDS
            await self._sleep(min(wait, LOOK_SECONDS))

    async def _deliver(self, letter: Letter) -> None:
        """One attempt, and its verdict."""
        now = self._clock()
        wait = self._turns.wait_for(letter.chat)
        if wait > SHORT_WAIT:
            verdict = Verdict("pending", due=now + timedelta(seconds=wait))
        else:
            await self._turns.depart(letter.chat)
            verdict = await self._attempt(letter, now)
        await insist(lambda: self._outbox.judge(letter, verdict, self._clock()))

    async def _attempt(self, letter: Letter, now: datetime) -> Verdict:
        try:
            return after_success(await self._send(letter, now))
        except SendError as error:
            return after_failure(letter, error, self._clock(), self._settle)
        except Exception as error:  # a text that cannot be made must not stop the other letters
            log.error("a letter about %s could not be made: %s", letter.occasion.id, type(error).__name__)
            return Verdict("dead", reason=f"its text could not be made ({type(error).__name__})")

    async def _send(self, letter: Letter, now: datetime) -> Sequence[int]:
        """The letter as messages: a change edits what was sent, and tells only new times and places anew."""
        occasion, told, language = letter.occasion, letter.told, letter.language
        if letter.others:
            digest = self._words.digest([each.occasion for each in letter.together], language, now)
            return await self._post.send(letter.chat, letter.thread, digest)
        if letter.kind != "change" or told is None:
            reply = self._words.letter(occasion, letter.kind, language, now)
            return await self._post.send(letter.chat, letter.thread, reply)
        changed = changes(told.occasion, occasion)
        body = self._words.letter(occasion, "text" if occasion.kind == "text" else "new", language, now)
        line = self._words.letter(occasion, "change", language, now, changed)
        if told.message is None:
            alone = line if told.digest and changed else body
            return await self._post.send(letter.chat, letter.thread, alone)
        edited = await self._post.edit(letter.chat, letter.thread, told.message, body)
        if not changed:
            return edited
        await self._turns.turn(letter.chat, urgent=False)
        return await self._post.send(letter.chat, letter.thread, line)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._flying.discard(task)
        self._slots.release()
