"""How letters end that leave no more."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import case

from bot.store.tables import letters


def expired(reason: str | None, now: datetime) -> dict[str, Any]:
    """What an update writes on letters that leave no more, for `reason`.

    Whoever may have got theirs already, since its answer was lost, is unknown and not expired: an expired
    letter was certainly never sent, and may be sent another time.
    """
    perhaps = letters.c.doubts > 0
    return {
        "state": case((perhaps, "unknown"), else_="expired"),
        "reason": case((perhaps, letters.c.reason), else_=reason),
        "at": now,
    }
