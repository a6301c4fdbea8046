"""Taps on buttons: the message they stand under changes in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from telegram import CallbackQuery, Message

from bot.answer.dialogue import menu_language, show
from bot.answer.texts import say
from bot.chat.addressing import thread_of
from bot.chat.language import choice, choose
from bot.chat.services import ChatEffect, Incoming, Services
from bot.reply import Acknowledge, Edit, EditInline, Remember, Reply, Say


def on_tap(services: Services, incoming: Incoming) -> Sequence[ChatEffect]:
    """Show what the button leads to; one that leads nowhere any more says so."""
    query = incoming.update.callback_query
    assert query is not None
    version = services.shelf.current
    data = query.data or ""
    language = choice(version, data)
    if language is not None:
        reply, remember = choose(services, incoming, language)
        return [Acknowledge(query.id), remember, _shown(query, incoming, reply)]
    shown = show(version, data, incoming.asker, incoming.now)
    if shown is None:
        return [Acknowledge(query.id, say("stale", menu_language(incoming.asker, version)), alert=True)]
    context = [Remember(incoming.chat, incoming.person, entry=shown.entry)] if shown.entry else []
    return [*context, *acknowledged(query, _shown(query, incoming, shown))]


def acknowledged(query: CallbackQuery, effect: ChatEffect) -> Sequence[ChatEffect]:
    """The tap's answer and what it leads to.

    Under a message sent through inline mode, what goes to a chat goes first: whoever never opened
    one with us is told so by the answer to the tap.
    """
    if query.inline_message_id is not None and isinstance(effect, Say):
        return [effect, Acknowledge(query.id)]
    return [Acknowledge(query.id), effect]


def _shown(query: CallbackQuery, incoming: Incoming, reply: Reply) -> ChatEffect:
    """In place, but a file or a contact card comes as a message of its own and leaves the text as it is."""
    thread = thread_of(query.message) if isinstance(query.message, Message) else None
    if reply.attachment is not None or reply.card is not None:
        return Say(incoming.chat, replace(reply, paragraphs=(), buttons=()), thread=thread)
    if query.inline_message_id is not None:
        return EditInline(query.inline_message_id, reply)
    if query.message is None or not query.message.is_accessible:
        return Say(incoming.chat, reply)  # too old for us to change
    return Edit(incoming.chat, query.message.message_id, reply, thread)
