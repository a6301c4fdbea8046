"""Commands: menus by name, deep links, the choice of language."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answer.dialogue import commands, menu_language, respond, show, subject
from bot.answer.texts import say
from bot.chat.addressing import PRIVATE, addressed, command_of, names_us
from bot.chat.language import choice, choose
from bot.chat.questions import answered
from bot.chat.services import ChatEffect, Incoming, Services
from bot.reply import Remember, Reply, paragraph


def on_command(services: Services, incoming: Incoming) -> Sequence[ChatEffect]:
    """Answer a command; one that we do not know politely, unless it may be meant for another bot."""
    command = command_of(incoming.message, services.me)
    if command is None:
        return []
    name, argument = command
    version = services.shelf.current
    known = {each for each, _ in commands(version)["en"]}
    if name not in known:
        return _unknown(services, incoming)
    if name == "language" and (language := choice(version, f"language_{argument.lower()}")) is not None:
        reply, remember = choose(services, incoming, language)
        return [remember, *answered(incoming, reply)]
    if name == "start" and argument:
        linked = show(version, argument, incoming.asker, incoming.now)
        if linked is not None:
            return [*_context(incoming, linked), *answered(incoming, linked)]
    shown = show(version, name, incoming.asker, incoming.now)
    if shown is None:  # a command that the base has nothing for: the words may still mean something
        shown = respond(version, name, incoming.asker, incoming.now)
        return [Remember(incoming.chat, incoming.person, entry=subject(shown)), *answered(incoming, shown)]
    return answered(incoming, shown)


def _unknown(services: Services, incoming: Incoming) -> Sequence[ChatEffect]:
    message = incoming.message
    ours = message.chat.type == PRIVATE or names_us(message, services.me) or addressed(message, services.me)
    if not ours:
        return []
    language = menu_language(incoming.asker, services.shelf.current)
    return answered(incoming, Reply((paragraph(say("unknown_command", language)),), language=language))


def _context(incoming: Incoming, reply: Reply) -> list[ChatEffect]:
    return [Remember(incoming.chat, incoming.person, entry=reply.entry)] if reply.entry else []
