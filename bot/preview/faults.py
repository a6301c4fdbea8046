"""Telegram on a bad day, when a test asks for it: errors, broken connections, lost and slow answers."""

from __future__ import annotations

import asyncio

from bot.preview.records import Fault
from bot.preview.refusals import Refusal, too_many_requests


class Faults:
    """What goes wrong next; each counts down its own calls, the oldest that fits is taken.

    `method` is a Bot API method's name or "*"; `chat` narrows to calls with that chat_id.
    """

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def fail(
        self,
        method: str,
        code: int = 500,
        description: str = "Internal Server Error",
        *,
        retry_after: int | None = None,
        times: int = 1,
        chat: int | None = None,
    ) -> None:
        """The next `times` calls are refused with this error; 429 with `retry_after` in seconds."""
        self._add(Fault(method, chat, times, "error", code, description, retry_after))

    def reset(self, method: str, *, times: int = 1, chat: int | None = None) -> None:
        """The connection breaks before the call is carried out."""
        self._add(Fault(method, chat, times, "reset"))

    def lose_answer(self, method: str, *, times: int = 1, chat: int | None = None) -> None:
        """The call is carried out and the connection breaks: the bot cannot know."""
        self._add(Fault(method, chat, times, "lose"))

    def hold(self, method: str, until: asyncio.Event, *, times: int = 1, chat: int | None = None) -> None:
        """The call waits for `until` before it is carried out."""
        self._add(Fault(method, chat, times, "hold", until=until))

    def clear(self) -> None:
        self._faults.clear()

    def take(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault for this call, counted down; None when all is well."""
        for fault in self._faults:
            if fault.method in (method.lower(), "*") and fault.chat_id in (None, chat_id):
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
                return fault
        return None

    def _add(self, fault: Fault) -> None:
        fault.method = fault.method.lower()
        self._faults.append(fault)


def as_refusal(fault: Fault) -> Refusal:
    if fault.code == 429:
        return too_many_requests(fault.retry_after or 1)
    return Refusal(fault.code, fault.description)
