"""How fast we may send: Telegram's limits, kept before it has to remind us of them."""

from __future__ import annotations

import asyncio
import math
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `most` messages in any `seconds`."""

    most: int
    seconds: float


# Telegram's bot FAQ: 1 a second to a chat, 20 a minute to a group, 30 a second in all; with a margin,
# since what counts is when Telegram gets them. All together are spread out rather than sent in bursts:
# 25 a second, more and more up to 29 while Telegram does not object, and fewer when it does.
CHAT = (Rate(1, 1.02),)
GROUP = (Rate(1, 1.02), Rate(20, 61.0))
ALL = (Rate(30, 1.03),)
LONGEST_WAY = 0.5  # seconds more than usual that a message is thought to have been on its way
SLOW, FAST, LEAST = 25.0, 29.0, 5.0  # messages a second
CATCH_UP = 15.0  # messages; as many follow at once where a busy machine made us late
RISE = 0.7  # messages a second, more every second
BACK = 0.8  # of the rate, when Telegram objects
REMEMBERED = 1000  # chats; more only while they are all being written to
LONGEST = max(rate.seconds for rate in (*CHAT, *GROUP))  # that a message to a chat counts


def earliest(sent: Sequence[float], rates: Sequence[Rate], now: float) -> float:
    """When the next message may leave after those `sent` (times in order, seconds)."""
    due = [sent[-rate.most] + rate.seconds for rate in rates if len(sent) >= rate.most]
    return max([now, *due])


@dataclass(slots=True)
class _Message:
    """One on its way: when it left, later when Telegram got it at the latest."""

    chat: int
    at: float
    answered: bool = False


@dataclass(slots=True)
class _Lane:
    sent: deque[float] = field(default_factory=lambda: deque(maxlen=20))
    held_until: float = 0.0  # Telegram told us to wait
    turns: asyncio.Lock = field(default_factory=asyncio.Lock)

    def recent(self, now: float) -> bool:
        """Whether a message that was sent still counts."""
        return bool(self.sent) and self.sent[-1] > now - LONGEST

    def held(self, now: float) -> bool:
        """Whether anything else holds up a message."""
        return self.held_until > now or self.turns.locked()


class Pace:
    """Gives every message its turn, urgent ones first; times are seconds of `clock`.

    `scale` multiplies what may be sent in all, for tests against a faster Telegram.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        scale: float = 1.0,
    ) -> None:
        self._clock, self._sleep, self._scale = clock, sleep, scale
        self._lanes: OrderedDict[int, _Lane] = OrderedDict()  # those written to longest ago first
        self._next = -math.inf  # when the next message may leave, as they are spread out
        most = round(ALL[0].most * scale)
        # Twice as many as may count: one that was long on its way may have arrived after later ones.
        self._all, self._rate = deque[_Message](maxlen=2 * most), Rate(most, ALL[0].seconds)
        self._fastest = math.inf  # seconds from a message to its answer
        self._held_until = -math.inf  # all of them: Telegram told us to wait
        self._base, self._since = SLOW, clock()
        self._gate = asyncio.Lock()
        self._urgent = 0  # answers that wait for a turn
        self._calm = asyncio.Event()
        self._calm.set()

    def now(self) -> float:
        """Seconds of the clock that turns are given by."""
        return self._clock()

    @property
    def rate(self) -> float:
        """Messages a second that may leave now."""
        return min(FAST, self._base + RISE * (self._clock() - self._since)) * self._scale

    async def turn(self, chat: int, *, urgent: bool = True) -> None:
        """Wait until one message to `chat` may leave; it is counted as sent then."""
        lane = self._lane(chat)
        async with lane.turns:
            await self._until(earliest(lane.sent, GROUP if chat < 0 else CHAT, self._clock()))
            await self.pause(chat)
            await self._leave(urgent)
            self._count(chat, lane)

    async def broadcast(self) -> None:
        """Wait for the turn of one message that nobody waits for, whoever gets it; then it must `depart`."""
        await self._leave(urgent=False)

    async def depart(self, chat: int) -> None:
        """Wait until a message that had its turn may leave to `chat`; it is counted as sent then.

        What was done since its turn took some time, and what counts is when messages leave.
        """
        lane = self._lane(chat)
        async with lane.turns:
            await self._until(earliest(lane.sent, GROUP if chat < 0 else CHAT, self._clock()))
            await self.pause(chat)
            while (due := self._free()) > self._clock():
                await self._until(due)
            self._count(chat, lane)

    def landed(self, chat: int) -> None:
        """The message to `chat` is answered; what took longer than usual may have been its way there."""
        now = self._clock()
        for message in reversed(self._all):
            if message.chat == chat and not message.answered:
                message.answered = True
                self._fastest = min(self._fastest, now - message.at)
                message.at += min(now - message.at - self._fastest, LONGEST_WAY)
                return

    def wait_for(self, chat: int) -> float:
        """Seconds until `chat` may get a message; 0: at once."""
        lane, now = self._lane(chat), self._clock()
        due = max(earliest(lane.sent, GROUP if chat < 0 else CHAT, now), lane.held_until, self._held_until)
        return max(due - now, CHAT[0].seconds if lane.turns.locked() else 0.0)

    async def pause(self, chat: int) -> None:
        """Wait out what Telegram asked for in `chat`; for calls that are no messages."""
        while (due := max(self._held_until, self._lane(chat).held_until)) > self._clock():
            await self._until(due)

    def hold(self, chat: int, seconds: float) -> None:
        """Send nothing to `chat` for a while; a pause is never cut short."""
        lane = self._lane(chat)
        lane.held_until = max(lane.held_until, self._clock() + seconds)

    def refused(self, chat: int, seconds: float) -> None:
        """Telegram wants a pause: of this chat, or of everything.

        A private chat cannot have had too much of its own, and two chats at once are no accident.
        """
        now = self._clock()
        second = any(lane.held_until > now for other, lane in self._lanes.items() if other != chat)
        self.hold(chat, seconds)
        if second or chat > 0:
            self._held_until = max(self._held_until, now + seconds)
        self._base, self._since = max(LEAST, self.rate / self._scale * BACK), now

    async def rest(self, seconds: float) -> None:
        """Let time pass before another attempt."""
        await self._sleep(seconds)

    async def _leave(self, urgent: bool) -> None:
        """One at a time; a broadcast steps back as long as an answer waits."""
        if urgent:
            self._urgent += 1
            self._calm.clear()
        try:
            while True:
                if not urgent:
                    await self._calm.wait()
                async with self._gate:
                    if urgent or self._calm.is_set():
                        while (due := self._due()) > self._clock():
                            await self._until(due)
                        now, gap = self._clock(), 1 / self.rate
                        self._next = max(self._next, now - CATCH_UP * gap) + gap
                        return
        finally:
            if urgent:
                self._urgent -= 1
                if not self._urgent:
                    self._calm.set()

    def _count(self, chat: int, lane: _Lane) -> None:
        """A message leaves now."""
        now = self._clock()
        lane.sent.append(now)
        self._lanes.move_to_end(chat)
        self._all.append(_Message(chat, now))

    def _free(self) -> float:
        """When one more in all is allowed."""
        now, rate = self._clock(), self._rate
        # At most so many are later than the one that left so many ago, however long each was on its way.
        before = self._all[-rate.most].at if len(self._all) >= rate.most else -math.inf
        if before + LONGEST_WAY + rate.seconds <= now:
            return now
        return earliest(sorted(each.at for each in self._all), (rate,), now)

    def _due(self) -> float:
        """When the next message may leave, whichever chat it is for."""
        return max(self._next, self._held_until, self._free())

    async def _until(self, due: float) -> None:
        wait = due - self._clock()
        if wait > 0:
            await self._sleep(wait)

    def _lane(self, chat: int) -> _Lane:
        lane = self._lanes.get(chat)
        if lane is None:
            if len(self._lanes) >= REMEMBERED:
                self._forget_some(self._clock())
            lane = self._lanes[chat] = _Lane()
        return lane

    def _forget_some(self, now: float) -> None:
        """Look at the two written to longest ago, for each new one: nobody waits while all are looked at."""
        for _ in range(2):
            chat, lane = next(iter(self._lanes.items()))
            if lane.recent(now):
                return
            if lane.held(now):
                self._lanes.move_to_end(chat)
            else:
                del self._lanes[chat]
