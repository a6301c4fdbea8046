"""How fast we may send: Telegram's limits, kept before it has to remind us of them."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `most` messages in any `seconds`."""

    most: int
    seconds: float


# Telegram's bot FAQ: 1 a second to a chat, 20 a minute to a group, 30 a second in all; with a margin,
# since what counts is when Telegram gets them. All together are spread out rather than sent in bursts.
CHAT = (Rate(1, 1.02),)
GROUP = (Rate(1, 1.02), Rate(20, 61.0))
ALL = (Rate(1, 1 / 28),)
REMEMBERED = 1000  # chats; more only while they are all being written to


def earliest(sent: Sequence[float], rates: Sequence[Rate], now: float) -> float:
    """When the next message may leave after those `sent` (times in order, seconds)."""
    due = [sent[-rate.most] + rate.seconds for rate in rates if len(sent) >= rate.most]
    return max([now, *due])


@dataclass(slots=True)
class _Lane:
    sent: deque[float] = field(default_factory=lambda: deque(maxlen=20))
    held_until: float = 0.0  # Telegram told us to wait
    turns: asyncio.Lock = field(default_factory=asyncio.Lock)

    def counts(self, now: float) -> bool:
        """Whether anything in it still holds up a message."""
        longest = max(rate.seconds for rate in GROUP)
        recent = bool(self.sent) and self.sent[-1] > now - longest
        return recent or self.held_until > now or self.turns.locked()


class Pace:
    """Gives every message its turn; times are seconds of `clock`."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._lanes: dict[int, _Lane] = {}
        self._all: deque[float] = deque(maxlen=ALL[0].most)

    async def turn(self, chat: int) -> None:
        """Wait until one message to `chat` may leave; it is counted as sent then."""
        lane = self._lane(chat)
        async with lane.turns:
            await self._until(earliest(lane.sent, GROUP if chat < 0 else CHAT, self._clock()))
            await self.pause(chat)
            due = earliest(self._all, ALL, self._clock())
            self._all.append(due)
            await self._until(due)
            lane.sent.append(self._clock())

    async def pause(self, chat: int) -> None:
        """Wait out what Telegram asked for in `chat`; for calls that are no messages."""
        lane = self._lanes.get(chat)
        while lane is not None and lane.held_until > self._clock():
            await self._until(lane.held_until)

    def hold(self, chat: int, seconds: float) -> None:
        """Telegram asked for a pause in `chat`; a pause is never cut short."""
        lane = self._lane(chat)
        lane.held_until = max(lane.held_until, self._clock() + seconds)

    async def rest(self, seconds: float) -> None:
        """Let time pass before another attempt."""
        await self._sleep(seconds)

    async def _until(self, due: float) -> None:
        wait = due - self._clock()
        if wait > 0:
            await self._sleep(wait)

    def _lane(self, chat: int) -> _Lane:
        if chat not in self._lanes and len(self._lanes) >= REMEMBERED:
            now = self._clock()
            self._lanes = {key: lane for key, lane in self._lanes.items() if lane.counts(now)}
        return self._lanes.setdefault(chat, _Lane())
