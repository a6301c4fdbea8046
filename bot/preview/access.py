"""Which chat a call means, and whether the bot may write there."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from bot.preview.params import Params
from bot.preview.records import Chat
from bot.preview.refusals import Refusal, bad_request, forbidden
from bot.preview.world import World

Method = Callable[[World, Params], Any]


def find_chat(world: World, params: Params, name: str = "chat_id") -> Chat:
    """The chat a parameter means, whether or not the bot may write there."""
    value = params.text(name)
    if not value:
        raise bad_request(f"{name} is empty")
    chat = world.chats.get(int(value)) if re.fullmatch(r"-?\d{1,16}", value) else None
    if chat is None:
        raise bad_request("chat not found")
    if chat.moved_to is not None:
        text = "Bad Request: group chat was upgraded to a supergroup chat"
        raise Refusal(400, text, migrate_to_chat_id=chat.moved_to)
    return chat


def writable_chat(world: World, params: Params) -> Chat:
    """The chat to write to. Raises Refusal 403 where the bot may not."""
    chat = find_chat(world, params)
    if chat.kind == "private":
        person = chat.members[0]
        if person.deleted:
            raise forbidden("user is deactivated")
        if person.blocked:
            raise forbidden("bot was blocked by the user")
        if not person.started:
            raise forbidden("bot can't initiate conversation with a user")
    elif chat.bot_status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.kind} chat")
    elif chat.bot_status == "left":
        raise forbidden(f"bot is not a member of the {chat.kind} chat")
    return chat
