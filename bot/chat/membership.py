"""Being added to a group."""

from __future__ import annotations

from collections.abc import Sequence

from telegram.constants import ChatMemberStatus, ChatType

from bot.answer.dialogue import menu_language
from bot.answer.texts import say
from bot.chat.services import ChatEffect, Incoming, Services
from bot.knowledge.model import pick
from bot.reply import Reply, Say, paragraph

GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
OUTSIDE = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)


def on_membership(services: Services, incoming: Incoming) -> Sequence[ChatEffect]:
    """Greet a group that the bot was added to, once; becoming an administrator is no arrival."""
    change = incoming.update.my_chat_member
    assert change is not None
    arrived = change.old_chat_member.status in OUTSIDE and change.new_chat_member.status not in OUTSIDE
    if change.chat.type not in GROUPS or not arrived:
        return []
    version = services.shelf.current
    language = menu_language(incoming.asker, version)
    programme = pick(version.knowledge.programme.name, language) if version.knowledge.programme.name else ""
    text = say("greeting_group", language, programme=programme, bot=services.me.username)
    return [Say(incoming.chat, Reply((paragraph(text),), language=language))]
