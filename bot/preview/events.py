"""What happened, in order, for whoever wants to know: the page listens, a test waits."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

KEPT_EVENTS = 5000

Listener = Callable[["Event"], None]


@dataclass(frozen=True)
class Event:
    """One thing that happened; `data` depends on `kind`.

    said, person_edited   Message: a person wrote or edited
    sent, edited, deleted Message: the bot did
    action                str: the chat action, e.g. "typing"
    tapped, tap_answered  Tap: a person pressed a button; the bot answered
    asked, ask_answered   InlineQuestion: an inline query; its results came
    update                dict: an update was queued for the bot
    reacted               Message: the bot set a reaction
    profile               None: commands, name, descriptions or menu button were set
    people                None: somebody's language, membership or name changed
    held                  str: a call of this method waits, as Faults.hold asked
    webhook_failed        str: what went wrong; it is tried again
    presence              bool: whether a bot is fetching updates
    confirmed             int: all updates up to this id have reached the bot
    call                  Call: the bot called a method and was answered
    """

    number: int
    kind: str
    chat_id: int | None
    data: Any


class Events:
    """A bounded log of events with waiting; `emit` works without an event loop."""

    def __init__(self) -> None:
        self._log: deque[Event] = deque(maxlen=KEPT_EVENTS)
        self._last = 0
        self._listeners: list[Listener] = []
        self._waiting: list[tuple[Callable[[Event], bool], asyncio.Future[Event]]] = []

    @property
    def last(self) -> int:
        """The number of the newest event, 0 before the first."""
        return self._last

    def emit(self, kind: str, chat_id: int | None = None, data: Any = None) -> Event:
        self._last += 1
        event = Event(self._last, kind, chat_id, data)
        self._log.append(event)
        for listener in list(self._listeners):
            listener(event)
        for matches, waiter in list(self._waiting):
            if not waiter.done() and matches(event):
                waiter.set_result(event)
        return event

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every event from now on; the answer is a function that stops it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def since(self, number: int, matches: Callable[[Event], bool] = lambda event: True) -> list[Event]:
        """Events after `number` that match, oldest first."""
        return [event for event in self._log if event.number > number and matches(event)]

    async def first(self, matches: Callable[[Event], bool], *, after: int, within: float) -> Event:
        """The first matching event after number `after`, waiting up to `within` seconds.

        Raises TimeoutError naming what happened instead.
        """
        already = self.since(after, matches)
        if already:
            return already[0]
        waiter: asyncio.Future[Event] = asyncio.get_running_loop().create_future()
        entry = (matches, waiter)
        self._waiting.append(entry)
        try:
            async with asyncio.timeout(within):
                return await waiter
        except TimeoutError:
            seen = ", ".join(f"{event.kind}({event.chat_id})" for event in self.since(after)[-20:])
            raise TimeoutError(f"no such event within {within} s; since then: {seen or 'nothing'}") from None
        finally:
            self._waiting.remove(entry)
