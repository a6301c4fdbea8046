"""Carries out effects, and what to do where Telegram does not take them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from bot.answer.dialogue import menu_language
from bot.answer.texts import say
from bot.chat.effects import Lasting
from bot.chat.failures import Door, note
from bot.chat.services import ChatEffect, Incoming, Services
from bot.chat.transport import Transport
from bot.errors import ChatGone, SendError
from bot.reply import Acknowledge, Say

log = logging.getLogger(__name__)


class Carrier:
    """Carries out what answers people; no failure comes through."""

    def __init__(self, services: Services, transport: Transport, door: Door) -> None:
        self._services, self._transport, self._door = services, transport, door

    async def answer(self, effects: Sequence[ChatEffect], incoming: Incoming | None) -> None:
        """Answer a query, one effect after the other."""
        for effect in effects:
            try:
                await self._transport.perform(effect)
            except ChatGone:
                if incoming is not None and _from_elsewhere(effect, incoming):
                    await self._invite(incoming)
                    return
                log.info("a chat does not take messages any more")
            except Exception as error:
                await self._apologise(effect, error)

    async def carry(self, effect: Lasting) -> tuple[int, ...]:
        """Carry out one lasting effect; the messages that now stand for it, none where it was given up."""
        try:
            return await self._transport.perform(effect)
        except ChatGone:
            log.info("a chat does not take messages any more")
        except Exception as error:
            await self._apologise(effect, error)
        return ()

    async def _invite(self, incoming: Incoming) -> None:
        """Not a chat that is gone but one that never was: the button stood in another."""
        query = incoming.update.callback_query
        assert query is not None
        language = menu_language(incoming.asker, self._services.shelf.current)
        await self.answer([Acknowledge(query.id, say("open_chat_first", language), alert=True)], None)

    async def _apologise(self, effect: ChatEffect, error: Exception) -> None:
        reference = note("an answer could not be sent", error)
        if not isinstance(effect, Say) or isinstance(error, SendError):
            return
        try:
            sorry = self._door.sorry(effect.reply.language, reference)
            await self._transport.perform(replace(effect, reply=sorry))
        except Exception as another:
            note("an apology could not be sent", another)


def _from_elsewhere(effect: ChatEffect, incoming: Incoming) -> bool:
    query = incoming.update.callback_query
    return query is not None and query.inline_message_id is not None and isinstance(effect, Say)
