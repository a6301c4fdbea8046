"""Who an update is from, and whether a message is meant for the bot."""

from __future__ import annotations

import re

from telegram import Message, Update
from telegram.constants import ChatType, MessageEntityType

from bot.chat.services import Me

PRIVATE = ChatType.PRIVATE
COMMAND = MessageEntityType.BOT_COMMAND


def place_and_person(update: Update) -> tuple[int, int] | None:
    """The ids of the chat and of the person (or of the group or channel that an admin speaks for).

    A query without a chat belongs to the private chat with the person. None for what nobody
    we answer has sent: channels, other bots, ourselves.
    """
    user = update.effective_user
    message = update.effective_message
    speaker = message.sender_chat if isinstance(message, Message) and update.callback_query is None else None
    if isinstance(message, Message) and message.is_automatic_forward:
        return None  # a channel's post in its discussion group
    if speaker is None and (user is None or user.is_bot):
        return None
    person = speaker.id if speaker is not None else user.id if user is not None else 0
    chat = update.effective_chat
    return (chat.id if chat is not None else person), person


def from_via_bot(message: Message, me: Me) -> bool:
    """Whether the message is an answer of ours that a person sent through inline mode."""
    return message.via_bot is not None and message.via_bot.id == me.id


def text_of(message: Message) -> str:
    """What the person wrote: the text, or the caption of a file."""
    return message.text or message.caption or ""


def addressed(message: Message, me: Me) -> bool:
    """Whether a message is meant for us: private, mentions us, or replies to us."""
    if message.chat.type == PRIVATE:
        return True
    replied = message.reply_to_message
    if replied is not None and replied.from_user is not None and replied.from_user.id == me.id:
        return True
    return _mention(me).search(text_of(message)) is not None


def without_mention(text: str, me: Me) -> str:
    """The question without "@bot" in it."""
    return " ".join(_mention(me).sub(" ", text).split(" ")).strip(" ,:\n")


def command_of(message: Message, me: Me) -> tuple[str, str] | None:
    """Name and argument of a command to us; None for plain text and for another bot's command.

    In a private chat there is no other bot: the name was pasted along.
    """
    entity = next((each for each in message.entities if each.type == COMMAND and each.offset == 0), None)
    if entity is None or message.text is None:
        return None
    written = message.parse_entity(entity)
    name, _, bot = written.removeprefix("/").partition("@")
    if bot and bot.lower() != me.username.lower() and message.chat.type != PRIVATE:
        return None
    return name.lower(), message.text[len(written) :].strip()


def names_us(message: Message, me: Me) -> bool:
    """Whether a command says that it is for us: "/help@bot"."""
    first = (message.text or "").split(maxsplit=1)[:1]
    return bool(first) and first[0].lower().endswith("@" + me.username.lower())


def thread_of(message: Message) -> int | None:
    """The forum topic to answer in; replies in ordinary groups have a thread id that is none."""
    return message.message_thread_id if message.is_topic_message else None


def _mention(me: Me) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)@{re.escape(me.username)}\b", re.IGNORECASE)
