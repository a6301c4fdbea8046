"""Answers in other chats: "@bot words" while typing, and mentions where the bot is only a guest."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answer.dialogue import menu_language, respond, suggest
from bot.answer.texts import say
from bot.chat.addressing import text_of, without_mention
from bot.chat.services import AnswerGuest, ChatEffect, Incoming, Invite, Services
from bot.reply import InlineResult, Offer


def on_inline(services: Services, incoming: Incoming) -> Sequence[ChatEffect]:
    """Offer what the words may mean; without any, a button that opens a private chat."""
    query = incoming.update.inline_query
    assert query is not None
    version = services.shelf.current
    words = query.query.strip()
    results = suggest(version, words, incoming.asker, incoming.now)
    if results:
        return [Offer(query.id, results)]
    language = menu_language(incoming.asker, version)
    return [Invite(query.id, say("inline_unknown" if words else "inline_empty", language))]


def on_guest(services: Services, incoming: Incoming) -> Sequence[ChatEffect]:
    """Answer a mention in a chat that the bot does not belong to, by the one message it may send there."""
    message = incoming.update.guest_message
    if message is None or message.guest_query_id is None:
        return []
    question = without_mention(text_of(message), services.me)
    reply = respond(services.shelf.current, question, incoming.asker, incoming.now)
    return [AnswerGuest(message.guest_query_id, InlineResult("answer", services.me.username, "", reply))]
