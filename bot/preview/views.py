"""What the page is shown of the world, as JSON."""

from __future__ import annotations

from bot.preview.explaining import Explaining
from bot.preview.records import Chat, Json, Message, Tap
from bot.preview.world import World


def world_view(world: World, explaining: Explaining, with_messages: bool = True) -> Json:
    """People, chats (with messages), and the bot as people with each language see it."""
    languages = {person.language for person in world.people.values()} | {""}
    return {
        "bot": {
            "id": world.bot_id,
            "username": world.username,
            "texts": {
                language: {kind: world.profile.of(kind, language) for kind in ("name", "description")}
                for language in languages
            },
        },
        "people": [person.as_user() for person in world.people.values()],
        "chats": [_chat_view(world, chat, explaining, with_messages) for chat in world.chats.values()],
    }


def _chat_view(world: World, chat: Chat, explaining: Explaining, with_messages: bool) -> Json:
    view: Json = {
        "id": chat.id,
        "kind": chat.kind,
        "title": chat.title,
        "members": [person.id for person in chat.members],
        "bot": chat.kind == "private" or world.bot_reads(chat),
        "commands": {
            person.id: world.profile.commands_for(person.language, chat.id, chat.kind)
            for person in chat.members
        },
    }
    if with_messages:
        view["messages"] = [message_view(message, explaining) for message in chat.messages.values()]
    return view


def message_view(message: Message, explaining: Explaining) -> Json:
    """The Bot API's Message with what only the page needs: who wrote it, why, and the reactions."""
    return message.data | {
        "by_bot": message.by_bot,
        "edited": message.edits > 0,
        "reactions": [reaction.get("emoji", "") for reaction in message.reactions],
        "why": explaining.of(message),
    }


def tap_view(tap: Tap) -> Json:
    return {"tap": tap.id, "person": tap.person.id, "message": tap.message.id, "answer": tap.answer or {}}
