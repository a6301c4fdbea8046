"""Nobody in a hurry keeps the others waiting: so many messages, then one warning, then silence."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Literal

BURST = 20.0  # messages at once
REFILL = 1.0  # messages a second: Telegram lets us send no more to one chat
TAP = 0.25  # of a message; its answer is none
REMEMBERED = 10_000  # senders

Verdict = Literal["welcome", "warn", "ignore"]


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float
    warned: bool = False


class Manners:
    """Decides for each sender (chat and person); times are seconds of any clock that only goes forward."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[tuple[int, int], _Bucket] = OrderedDict()

    def judge(self, sender: tuple[int, int], cost: float, now: float) -> Verdict:
        """Count a message or a tap; who was warned is heard again when a quarter of the bucket is full."""
        bucket = self._buckets.pop(sender, None) or _Bucket(BURST, now)
        self._buckets[sender] = bucket
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        bucket.left = min(BURST, bucket.left + (now - bucket.at) * REFILL)
        bucket.at = now
        if bucket.warned and bucket.left < BURST / 4:
            return "ignore"
        bucket.warned = False
        if bucket.left >= cost:
            bucket.left -= cost
            return "welcome"
        bucket.warned = True
        return "warn"
