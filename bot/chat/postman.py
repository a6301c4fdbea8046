"""Carries the letters of announcements: what of them failed is told to who sent them."""

from __future__ import annotations

from telegram import Bot

from bot.chat.calls import Once
from bot.chat.pace import Pace
from bot.chat.transport import Transport
from bot.reply import Edit, Reply, Say


class Postman:
    """Sends and edits letters on one bot, each once. Raises SendError."""

    def __init__(self, bot: Bot, pace: Pace) -> None:
        self._bot, self._pace = bot, pace

    async def send(self, chat: int, thread: int | None, reply: Reply) -> tuple[int, ...]:
        """The ids of the new messages."""
        return await self._letter().perform(Say(chat, reply, thread=thread))

    async def edit(self, chat: int, thread: int | None, message: int, reply: Reply) -> tuple[int, ...]:
        """The ids of the messages that now stand there; a new one where the old one is gone."""
        return await self._letter().perform(Edit(chat, message, reply, thread))

    def _letter(self) -> Transport:
        return Transport(self._bot, Once(self._pace))
