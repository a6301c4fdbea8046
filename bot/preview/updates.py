"""Updates that wait for the bot, as Telegram queues them: numbered, filtered, kept until confirmed."""

from __future__ import annotations

import copy
from collections import deque
from itertools import islice

from bot.preview.records import Json

KINDS = frozenset(
    {
        "message",
        "edited_message",
        "guest_message",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "my_chat_member",
        "chat_member",
        "message_reaction",
        "message_reaction_count",
    }
)
# Telegram sends these only to bots that ask for them.
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
KEPT_UPDATES = 10_000
FIRST_ID = 700_000_001


class Updates:
    """The queue of one bot."""

    def __init__(self) -> None:
        self._queue: deque[Json] = deque(maxlen=KEPT_UPDATES)
        self._next_id = FIRST_ID
        self.allowed: list[str] = []  # empty: all but those on request

    def add(self, kind: str, payload: Json) -> Json | None:
        """Queue an update; None when the bot did not ask for its kind."""
        if kind not in (self.allowed or KINDS - ON_REQUEST):
            return None
        update = {"update_id": self._next_id, kind: copy.deepcopy(payload)}
        self._next_id += 1
        self._queue.append(update)
        return update

    def confirm(self, offset: int) -> int | None:
        """Forget updates below `offset` (negative: all but the last so many); the highest forgotten id."""
        gone = None
        while self._queue and (
            len(self._queue) > -offset if offset < 0 else self._queue[0]["update_id"] < offset
        ):
            gone = int(self._queue.popleft()["update_id"])
        return gone

    def waiting(self, limit: int = 100) -> list[Json]:
        """The oldest unconfirmed updates."""
        return list(islice(self._queue, limit))

    def drop(self) -> None:
        self._queue.clear()

    def __len__(self) -> int:
        return len(self._queue)
