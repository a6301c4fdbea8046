"""What goes wrong in one life, drawn from its seed."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

Fault = Literal["unreachable", "silent", "lost", "failed", "failed late", "busy", "slow"]

# Of a call: never sent; not done and no answer; done and no answer; 500 and not done; 502 and done; 429.
FAULTS: tuple[Fault, ...] = ("unreachable", "silent", "lost", "failed", "failed late", "busy", "slow")
OUTAGES = ("unreachable", "silent", "failed", "busy", "disk")
TROUBLE_UNTIL = 60.0  # seconds; from then on everything works


@dataclass(frozen=True)
class Outage:
    """Seconds during which one thing does not work at all."""

    kind: str
    begins: float
    ends: float


class Faults:
    """Single faults by chance, and outages."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self.calm = False  # nothing goes wrong at all
        share = chance.choice((0.0, 0.02, 0.1))
        self.shares = {fault: chance.choice((0.0, share, share)) for fault in FAULTS}
        self.disk = chance.choice((0.0, 0.0, 0.05))
        self.kill = chance.choice((0.0, 0.005, 0.01))  # of a transaction and of a call
        self.repeat = chance.choice((0.0, 0.2))  # of an answer with updates that were confirmed before
        self.shuffle = chance.choice((0.0, 0.3))
        self.outages = [self._outage() for _ in range(chance.choice((0, 0, 1, 2)))]

    def over(self, now: float) -> bool:
        return self.calm or now >= TROUBLE_UNTIL

    def of_call(self, now: float) -> Fault | None:
        """What goes wrong with a call that leaves now."""
        if self.over(now):
            return None
        for each in self.outages:
            if each.begins <= now < each.ends and each.kind != "disk":
                return each.kind  # type: ignore[return-value]
        drawn = self._chance.random()
        for fault, share in self.shares.items():
            drawn -= share
            if drawn < 0:
                return fault
        return None

    def of_disk(self, now: float) -> bool:
        """Whether a transaction fails now."""
        if self.over(now):
            return False
        full = any(each.kind == "disk" and each.begins <= now < each.ends for each in self.outages)
        return full or self._chance.random() < self.disk

    def happens(self, share: float, now: float) -> bool:
        return not self.over(now) and self._chance.random() < share

    def _outage(self) -> Outage:
        begins = self._chance.uniform(0, TROUBLE_UNTIL - 5)
        length = self._chance.choice((2.0, 8.0, 30.0))
        return Outage(self._chance.choice(OUTAGES), begins, min(TROUBLE_UNTIL, begins + length))
