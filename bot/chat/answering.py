"""An update's way: read, handled, written down with all it led to in one step, carried out."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Protocol

from telegram import Bot, Message, Update

from bot.answer.texts import say
from bot.chat.arrivals import is_late, is_stale
from bot.chat.carrying import Carrier
from bot.chat.effects import Lasting, read, written
from bot.chat.failures import Door, Visit, note
from bot.chat.polling import read_update
from bot.chat.services import ChatEffect
from bot.delivery.arrival import Delivered, Done, Outgoing, Waiting
from bot.delivery.insist import insist
from bot.errors import NotStorable
from bot.reply import Asked, Edit, Remember, Say, paragraph
from bot.watch import metrics

MOST_ATTEMPTS = 3  # an update that ends the bot each time must not do so for ever

log = logging.getLogger(__name__)


class Ledger(Protocol):
    """Where it is written what became of an update."""

    async def finish(self, done: Done) -> bool: ...
    async def delivered(self, delivered: Delivered) -> None: ...


class Answering:
    """Handles what the inbox hands out."""

    def __init__(
        self,
        bot: Bot,
        door: Door,
        process: Callable[[Update], Awaitable[None]],
        ledger: Ledger,
        carrier: Carrier,
        clock: Callable[[], datetime],
    ) -> None:
        self._bot, self._door, self._process = bot, door, process
        self._ledger, self._carrier, self._clock = ledger, carrier, clock

    async def handle(self, waiting: Waiting) -> None:
        """One update. A query is answered before it is done, a message is done before it is answered."""
        visit = await self._visit(waiting)
        rest = [effect for effect in visit.effects if not isinstance(effect, Remember | Asked)]
        if waiting.urgent:
            await self._carrier.answer(rest, visit.incoming)
            self._answered(waiting, visit)
            await self._finish(waiting, visit, ())
            return
        owed = self._owed(waiting, visit, rest)
        if not await self._finish(waiting, visit, tuple(outgoing for outgoing, _ in owed)):
            return
        await self._carrier.answer(
            [effect for effect in rest if not isinstance(effect, Lasting)], visit.incoming
        )
        for outgoing, effect in owed:
            await self._deliver(outgoing, effect)
        self._answered(waiting, visit)

    async def settle(self, owed: Sequence[Outgoing]) -> None:
        """Carry out what an earlier run owes, in order."""
        for outgoing in owed:
            await self._deliver(outgoing, _effect_of(outgoing))

    async def _deliver(self, outgoing: Outgoing, effect: Lasting | None) -> None:
        messages = await self._carrier.carry(effect) if effect is not None else ()
        await insist(partial(self._ledger.delivered, Delivered(outgoing, messages, self._clock())))

    def _answered(self, waiting: Waiting, visit: Visit) -> None:
        if visit.effects:
            metrics.ANSWER_SECONDS.observe(max(0.0, (self._clock() - waiting.at).total_seconds()))

    async def _visit(self, waiting: Waiting) -> Visit:
        raw = json.loads(waiting.body)
        update = read_update(self._bot, raw)
        if update is None:
            return Visit()
        if is_stale(waiting, raw, self._clock()):
            log.info("a tap or an inline query was too old to be answered")
            return Visit()
        if waiting.attempts > MOST_ATTEMPTS:
            return await self._door.given_up(update)
        if waiting.too_fast:
            return await self._door.too_fast(update)
        try:
            return await self._door.visit(update, self._process)
        except Exception as error:  # not a handler: those are caught at the door
            note("an update could not be routed", error)
            return Visit()

    async def _finish(self, waiting: Waiting, visit: Visit, owed: tuple[Outgoing, ...]) -> bool:
        """False where the update is not ours any more.

        Another process has it, because this one stood still for too long, or its sender was forgotten.
        """
        remember = tuple(effect for effect in visit.effects if isinstance(effect, Remember))
        asked = tuple(effect for effect in visit.effects if isinstance(effect, Asked))
        done = Done(waiting, remember, owed, self._clock(), asked)
        try:
            return await insist(partial(self._ledger.finish, done))
        except NotStorable as error:  # better an answer that nothing is remembered of than none for ever
            note("what was to be remembered of an update cannot be", error)
            return await insist(partial(self._ledger.finish, replace(done, remember=(), asked=())))

    def _owed(
        self, waiting: Waiting, visit: Visit, effects: Sequence[ChatEffect]
    ) -> list[tuple[Outgoing, Lasting]]:
        """What is owed for the update, as it is written down and as it is."""
        message = visit.incoming.update.effective_message if visit.incoming else None
        edited = visit.incoming.update.edited_message if visit.incoming else None
        late = isinstance(message, Message) and is_late(message.edit_date or message.date, self._clock())
        owed: list[tuple[Outgoing, Lasting]] = []
        for effect in effects:
            if not isinstance(effect, Lasting):
                continue
            question = effect.answers if isinstance(effect, Say) else None
            if isinstance(effect, Edit) and edited is not None:
                question = edited.message_id
            shown = _apologised(effect) if late else effect
            chat = 0 if not isinstance(effect, Say | Edit) else effect.chat
            kept = Outgoing(waiting.update, len(owed), waiting.lane, written(shown), chat, question)
            owed.append((kept, shown))
        return owed


def _effect_of(outgoing: Outgoing) -> Lasting | None:
    """What an earlier run wrote down; None where it was of another version that wrote otherwise."""
    try:
        return read(outgoing.effect)
    except ValueError as error:
        note("an answer of another version could not be read", error)
        return None


def _apologised(effect: Lasting) -> Lasting:
    """An answer to a message of long ago says so, and shows which message it answers."""
    if not isinstance(effect, Say) or effect.answers is None:
        return effect
    reply = effect.reply
    sorry = paragraph(say("late", reply.language))
    return replace(effect, reply=replace(reply, paragraphs=(sorry, *reply.paragraphs)), quote=True)
