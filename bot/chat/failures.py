"""The wrapper around every handler: it reads, runs, keeps, sends, and nothing it meets stops the bot."""

from __future__ import annotations

import logging
import secrets
import traceback
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from telegram import Update
from telegram.ext import CallbackContext

from bot.answer.dialogue import Asker, menu_language
from bot.answer.texts import say
from bot.chat.addressing import place_and_person
from bot.chat.questions import answered
from bot.chat.services import ChatEffect, Handler, Incoming, Invite, Memory, Services
from bot.chat.transport import Transport
from bot.errors import ChatGone, KlyngebotError, SendError
from bot.reply import Acknowledge, Edit, Remember, Reply, Say, paragraph

Callback = Callable[[Update, CallbackContext[Any, Any, Any, Any]], Coroutine[Any, Any, None]]

log = logging.getLogger(__name__)


class Door:
    """Everything between an update and the calls that answer it."""

    def __init__(
        self, services: Services, memory: Memory, transport: Transport, clock: Callable[[], datetime]
    ) -> None:
        self._services, self._memory, self._transport, self._clock = services, memory, transport, clock

    def behind(self, handler: Handler) -> Callback:
        """`handler` as python-telegram-bot calls it."""

        async def callback(update: Update, _: CallbackContext[Any, Any, Any, Any]) -> None:
            whose = place_and_person(update)
            if whose is None:
                return
            incoming = await self._read(update, *whose)
            try:
                made = handler(self._services, incoming)
                effects = await made if isinstance(made, Awaitable) else made
            except Exception as error:
                effects = self._apology(incoming, error)
            await self._keep(effects, incoming.now)
            for effect in effects:
                if not await self._send(effect, incoming):
                    break

        return callback

    async def _read(self, update: Update, chat: int, person: int) -> Incoming:
        """What the memory has about who this is from; a memory that fails is an empty one."""
        now = self._clock()
        user = update.effective_user
        asker = Asker(client=user.language_code if user else None)
        answers: tuple[int, ...] = ()
        try:
            known = await self._memory.known(chat, person)
            asker = replace(asker, chosen=known.language, last_entry=known.entry, last_at=known.at)
            if update.edited_message is not None:
                answers = await self._memory.reply_to(chat, update.edited_message.message_id)
        except Exception as error:
            _note("the memory could not be read", error)
        return Incoming(update, chat, person, asker, now, answers)

    async def _keep(self, effects: Sequence[ChatEffect], now: datetime) -> None:
        for effect in effects:
            if isinstance(effect, Remember):
                try:
                    await self._memory.remember(
                        effect.chat, effect.person, effect.language, effect.entry, now
                    )
                except Exception as error:
                    _note("the memory could not be written", error)

    async def _send(self, effect: ChatEffect, incoming: Incoming) -> bool:
        """Carry out one effect; whether those behind it still make sense."""
        try:
            sent = await self._transport.perform(effect)
        except ChatGone:
            query = incoming.update.callback_query
            if query is not None and query.inline_message_id is not None and isinstance(effect, Say):
                # Not a chat that is gone but one that never was: the button stood in another.
                language = menu_language(incoming.asker, self._services.shelf.current)
                unopened = Acknowledge(query.id, say("open_chat_first", language), alert=True)
                await self._send(unopened, incoming)
                return False
            log.info("a chat does not take messages any more")
            return True
        except Exception as error:
            reference = _note("an answer could not be sent", error)
            if isinstance(effect, Say) and not isinstance(error, SendError):
                await self._send_apology(effect, incoming, reference)
            return True
        question = _question(effect, incoming)
        if question is not None and sent:
            try:
                await self._memory.remember_reply(incoming.chat, question, sent, incoming.now)
            except Exception as error:
                _note("the memory could not be written", error)
        return True

    def _apology(self, incoming: Incoming, error: Exception) -> Sequence[ChatEffect]:
        """Tell the person something helpful, where they wait for something."""
        reply = self._sorry(incoming, _note("an update could not be handled", error))
        update = incoming.update
        if update.callback_query is not None:
            return [Acknowledge(update.callback_query.id, reply.plain(), alert=True)]
        if update.inline_query is not None:
            return [Invite(update.inline_query.id, reply.plain())]
        if update.message is not None or update.edited_message is not None:
            return answered(incoming, reply)
        return []

    async def _send_apology(self, say_: Say, incoming: Incoming, reference: str) -> None:
        try:
            await self._transport.perform(replace(say_, reply=self._sorry(incoming, reference)))
        except Exception as error:
            _note("an apology could not be sent", error)

    def _sorry(self, incoming: Incoming, reference: str) -> Reply:
        language = menu_language(incoming.asker, self._services.shelf.current)
        return Reply((paragraph(say("error", language, reference=reference)),), language=language)


def _question(effect: ChatEffect, incoming: Incoming) -> int | None:
    """The message that `effect` answers, for when it is edited."""
    if isinstance(effect, Say):
        return effect.answers
    edited = incoming.update.edited_message
    return edited.message_id if isinstance(effect, Edit) and edited is not None else None


def _note(what: str, error: Exception) -> str:
    """Log a failure for the operator; the reference that is told to the person.

    An unforeseen error's own text may quote what somebody wrote, so only its kind and place are kept.
    """
    reference = secrets.token_hex(3)
    if isinstance(error, KlyngebotError):
        log.error("%s (reference %s): %s", what, reference, error)
        return reference
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
    log.error("%s (reference %s): %s at %s", what, reference, type(error).__name__, places or "?")
    return reference
