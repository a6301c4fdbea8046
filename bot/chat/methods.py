"""The Bot API's methods that answer people, called with plain values."""

from __future__ import annotations

import json
from typing import Any, cast

from telegram import Bot
from telegram.request import RequestData


class Methods:
    """Calls methods by name, through PTB's own request and so with its errors.

    What PTB's methods add is an object for everything that is sent and for the message that comes back, of
    which only the number is read: more work than all else that sending a message takes.
    """

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def call(self, method: str, **given: object) -> Any:
        """The method's result as it came; what is None is not sent. Raises TelegramError."""
        data = cast("RequestData", _Plain(given))
        return await self._bot.request.post(f"{self._bot.base_url}/{method}", data)


class _Plain:
    """What `AiohttpRequest` reads of a RequestData, which is final: of values that are JSON already."""

    contains_files = False

    def __init__(self, given: dict[str, object]) -> None:
        self._given = given

    @property
    def json_payload(self) -> bytes:
        return json.dumps(self.json_parameters).encode()

    @property
    def json_parameters(self) -> dict[str, str]:
        return {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in self._given.items()
            if value is not None
        }
