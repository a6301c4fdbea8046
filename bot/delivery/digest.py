"""Which letters leave together as one message, to those who want a daily digest: pure rules."""

from __future__ import annotations

from bot.announce.audience import Subscription
from bot.announce.occasion import Occasion

MOST = 40  # letters in one message
SHORT = 400  # characters; a longer text of staff stands nowhere else, so it leaves as a message of its own
TEXTS = 5  # of staff in one message, so that none of them is behind its "and 3 more"


def merges(kind: str, occasion: Occasion, subscription: Subscription | None) -> bool:
    """Whether a letter of this kind may leave together with others for the same chat."""
    if subscription is None or subscription.digest is None:
        return False
    if kind == "text":
        return max(map(len, occasion.text.values()), default=0) <= SHORT
    return kind == "new"
