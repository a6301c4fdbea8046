"""The wrapper around every handler: it reads, runs, and nothing a handler meets stops the bot."""

from __future__ import annotations

import logging
import secrets
import traceback
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from telegram import Message, Update
from telegram.ext import CallbackContext

from bot.answer.dialogue import Asker, menu_language
from bot.answer.texts import say
from bot.chat.addressing import addressed, place_and_person
from bot.chat.questions import answered
from bot.chat.services import ChatEffect, Effects, Handler, Incoming, Invite, Memory, Services
from bot.errors import KlyngebotError
from bot.reply import Acknowledge, Reply, paragraph

Callback = Callable[[Update, CallbackContext[Any, Any, Any, Any]], Coroutine[Any, Any, None]]

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Visit:
    """One update on its way through the handlers; None and nothing where none of them took it."""

    incoming: Incoming | None = None
    effects: Effects = ()


class Door:
    """Leads updates to the handlers that python-telegram-bot picks, and takes what they give back."""

    def __init__(self, services: Services, memory: Memory, clock: Callable[[], datetime]) -> None:
        self._services, self._memory, self._clock = services, memory, clock
        self._visits: dict[int, Visit] = {}

    async def visit(self, update: Update, process: Callable[[Update], Awaitable[None]]) -> Visit:
        """What the handlers make of an update; `process` leads to the one that `behind` wrapped."""
        made = self._visits[update.update_id] = Visit()
        try:
            await process(update)
        finally:
            del self._visits[update.update_id]
        return made

    def behind(self, handler: Handler) -> Callback:
        """`handler` as python-telegram-bot calls it."""

        async def callback(update: Update, _: CallbackContext[Any, Any, Any, Any]) -> None:
            visit = self._visits[update.update_id]
            incoming = visit.incoming = await self._read(update)
            if incoming is None:
                return
            try:
                made = handler(self._services, incoming)
                visit.effects = await made if isinstance(made, Awaitable) else made
            except Exception as error:
                visit.effects = self._apology(incoming, note("an update could not be handled", error))

        return callback

    async def too_fast(self, update: Update) -> Visit:
        """Ask the sender to slow down, where they wait for an answer."""
        incoming = await self._read(update)
        if incoming is None:
            return Visit()
        language = menu_language(incoming.asker, self._services.shelf.current)
        reply = Reply((paragraph(say("too_fast", language)),), language=language)
        return Visit(incoming, self._said(incoming, reply))

    async def given_up(self, update: Update) -> Visit:
        """Apologise for an update that ended the bot each time it was handled."""
        incoming = await self._read(update)
        if incoming is None:
            return Visit()
        reference = secrets.token_hex(3)
        log.error("an update was given up: the bot ended each time (reference %s)", reference)
        return Visit(incoming, self._apology(incoming, reference))

    def sorry(self, language: str, reference: str) -> Reply:
        """What a person reads when something went wrong."""
        return Reply((paragraph(say("error", language, reference=reference)),), language=language)

    async def _read(self, update: Update) -> Incoming | None:
        """The update with what the memory has about who it is from; a memory that fails is an empty one."""
        whose = place_and_person(update)
        if whose is None:
            return None
        chat, person = whose
        user = update.effective_user
        asker = Asker(client=user.language_code if user else None)
        answers: tuple[int, ...] = ()
        try:
            known = await self._memory.known(chat, person)
            asker = replace(asker, chosen=known.language, last_entry=known.entry, last_at=known.at)
            if update.edited_message is not None:
                answers = await self._memory.reply_to(chat, update.edited_message.message_id)
        except Exception as error:
            note("the memory could not be read", error)
        return Incoming(update, chat, person, asker, self._clock(), answers)

    def _apology(self, incoming: Incoming, reference: str) -> Sequence[ChatEffect]:
        language = menu_language(incoming.asker, self._services.shelf.current)
        return self._said(incoming, self.sorry(language, reference))

    def _said(self, incoming: Incoming, reply: Reply) -> Sequence[ChatEffect]:
        """`reply` where the person waits for something; nothing where nobody asked us."""
        update = incoming.update
        if update.callback_query is not None:
            return [Acknowledge(update.callback_query.id, reply.plain(), alert=True)]
        if update.inline_query is not None:
            return [Invite(update.inline_query.id, reply.plain())]
        message = update.message or update.edited_message
        if isinstance(message, Message) and addressed(message, self._services.me):
            return answered(incoming, reply)
        return []


def note(what: str, error: Exception) -> str:
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
