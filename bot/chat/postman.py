"""Carries the letters of announcements: one attempt each, what failed is told to who sent them."""

from __future__ import annotations

from telegram import Bot

from bot.chat.calls import Once
from bot.chat.pace import Pace
from bot.chat.transport import Transport
from bot.reply import Edit, Reply, Say


class Postman:
    """Sends and edits single messages on one bot. Raises SendError."""

    def __init__(self, bot: Bot, pace: Pace) -> None:
        self._transport = Transport(bot, Once(pace))

    async def send(self, chat: int, thread: int | None, reply: Reply) -> tuple[int, ...]:
        """The ids of the new messages."""
        return await self._transport.perform(Say(chat, reply, thread=thread))

    async def edit(self, chat: int, message: int, reply: Reply) -> tuple[int, ...]:
        """The ids of the messages that now stand there; a new one where the old one is gone."""
        return await self._transport.perform(Edit(chat, message, reply))
