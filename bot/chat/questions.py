"""Questions in people's own words, new or edited, in private and in groups."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answer.dialogue import subject
from bot.answer.explain import band
from bot.chat.addressing import PRIVATE, addressed, from_via_bot, text_of, thread_of, without_mention
from bot.chat.services import ChatEffect, Incoming, Services, Withdraw
from bot.reply import Edit, Remember, Reply, Say
from bot.watch import metrics


def on_question(services: Services, incoming: Incoming) -> Sequence[ChatEffect]:
    """Answer a question, ask back, or say whom to ask."""
    message = incoming.message
    if from_via_bot(message, services.me) or not addressed(message, services.me):
        return []
    question = without_mention(text_of(message), services.me)
    version = services.shelf.current
    said = services.lately.answer(version, question, incoming.asker, incoming.now)
    reply = said.reply
    metrics.QUESTIONS.labels(band(said.outcome), reply.language).inc()
    effects = [Remember(incoming.chat, incoming.person, entry=subject(reply)), *answered(incoming, reply)]
    return [said.kept, *effects] if said.kept and services.policy.asked else effects


def answered(incoming: Incoming, reply: Reply) -> list[ChatEffect]:
    """Say `reply`; where the message was edited, change what answered it before."""
    if incoming.answers:
        first, *more = incoming.answers
        changed: list[ChatEffect] = [Edit(incoming.chat, first, reply, thread_of(incoming.message))]
        return [*changed, Withdraw(incoming.chat, tuple(more))] if more else changed
    message = incoming.message
    return [
        Say(
            incoming.chat,
            reply,
            answers=message.message_id,
            thread=thread_of(message),
            quote=message.chat.type != PRIVATE,
        )
    ]
