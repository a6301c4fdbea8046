"""Telegram's limits on how fast a bot may send, for tests that turn them on."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.preview.refusals import too_many_requests


@dataclass
class Limits:
    """Messages a bot may send; from Telegram's bot FAQ. `None` in a world means no limits."""

    chat_per_second: int = 1
    group_per_minute: int = 20
    per_second: int = 30  # to all chats together
    _sent: dict[int | None, deque[datetime]] = field(default_factory=dict, repr=False)

    def check(self, chat_id: int, is_group: bool, now: datetime) -> None:
        """Count a message to this chat, or raise Refusal 429 with the seconds to wait."""
        second, minute = timedelta(seconds=1), timedelta(minutes=1)
        rules = [(chat_id, self.chat_per_second, second), (None, self.per_second, second)]
        if is_group:
            rules.append((chat_id, self.group_per_minute, minute))
        wait = max(self._wait(key, most, span, now) for key, most, span in rules)
        if wait > timedelta(0):
            raise too_many_requests(math.ceil(wait.total_seconds()))
        for key in (chat_id, None):
            self._times(key).append(now)

    def _times(self, key: int | None) -> deque[datetime]:
        return self._sent.setdefault(key, deque(maxlen=max(self.group_per_minute, self.per_second)))

    def _wait(self, key: int | None, most: int, span: timedelta, now: datetime) -> timedelta:
        recent = [time for time in self._times(key) if time > now - span]
        return recent[-most] + span - now if len(recent) >= most else timedelta(0)
