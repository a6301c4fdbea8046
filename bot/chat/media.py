"""What the bot cannot read: voice, pictures, stickers, places and the like."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answer.dialogue import menu_language
from bot.answer.texts import say
from bot.chat.addressing import addressed, from_via_bot
from bot.chat.questions import answered
from bot.chat.services import ChatEffect, Incoming, Services
from bot.reply import Reply, paragraph


def on_media(services: Services, incoming: Incoming) -> Sequence[ChatEffect]:
    """Say in one line what the bot can read."""
    if from_via_bot(incoming.message, services.me) or not addressed(incoming.message, services.me):
        return []
    language = menu_language(incoming.asker, services.shelf.current)
    return answered(incoming, Reply((paragraph(say("only_text", language)),), language=language))
