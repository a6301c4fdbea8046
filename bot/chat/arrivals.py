"""Updates as Telegram gives them: whose they are, when they were sent, which must not overtake which."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeGuard

from bot.chat.manners import TAP
from bot.delivery.arrival import Arrival, Waiting, sender_of

OLD_QUESTION = timedelta(minutes=10)  # its answer begins with an apology
# Telegram takes no answer to these any more.
OLD_TAP, OLD_INLINE = timedelta(seconds=150), timedelta(seconds=30)
MOVED = {"migrate_to_chat_id", "migrate_from_chat_id"}
QUERIES = ("callback_query", "inline_query")

Raw = Mapping[str, Any]


def is_update(raw: object) -> TypeGuard[dict[str, Any]]:
    """Whether what came has the form of an update: an object with a whole number of its own."""
    if not isinstance(raw, dict):
        return False
    number = raw.get("update_id")
    return type(number) is int and 0 <= number < 2**63  # True is an int as well


def arrival_of(raw: Raw, now: datetime, *, too_fast: bool = False) -> Arrival:
    """The update as the inbox keeps it."""
    query = _query(raw)
    lane = f"{query}:{sender_of(raw)[1]}" if query else f"chat:{sender_of(raw)[0]}"
    return Arrival(raw["update_id"], lane, query is not None, json.dumps(raw), now, too_fast)


def cost_of(raw: Raw) -> float:
    """What the update counts against who sent it, in messages; 0 for what nobody writes by hand."""
    if _query(raw) is not None:
        return TAP
    message = raw.get("message")
    moved = isinstance(message, dict) and not MOVED.isdisjoint(message)
    return 0.0 if moved or "my_chat_member" in raw else 1.0


def is_stale(waiting: Waiting, raw: Raw, now: datetime) -> bool:
    """Whether nobody can be answered any more: Telegram has given up on the tap or the inline query."""
    limits = {"callback_query": OLD_TAP, "inline_query": OLD_INLINE}
    query = _query(raw)
    return query is not None and now - waiting.at > limits[query]


def is_late(asked: datetime | None, now: datetime) -> bool:
    """Whether a message was written so long ago that its answer needs an apology."""
    return asked is not None and now - asked.astimezone(UTC) > OLD_QUESTION


def _query(raw: Raw) -> str | None:
    return next((each for each in QUERIES if each in raw), None)
