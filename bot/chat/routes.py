"""Which handler gets which update: python-telegram-bot's Application, filters and handlers."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from telegram import Message, Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)
from telegram.request import BaseRequest

from bot.answer.privacy import PREFIX as MINE
from bot.chat import newsroom_screens as screens
from bot.chat.choosing import PREFIX
from bot.chat.commands import on_command
from bot.chat.failures import Door
from bot.chat.inline import on_guest, on_inline
from bot.chat.media import on_media
from bot.chat.newsroom import Newsroom
from bot.chat.overview import Overview
from bot.chat.privacy import Privacy
from bot.chat.request import AiohttpRequest
from bot.chat.subscribing import CALENDAR, REMIND, Subscribing
from bot.chat.taps import on_tap

BotApplication = Application[Any, Any, Any, Any, Any, Any]


class _Command(filters.MessageFilter):
    """A message that begins with a command; PTB's own filter overlooks one that is also bold."""

    def filter(self, message: Message) -> bool:
        return any(each.type == each.BOT_COMMAND and each.offset == 0 for each in message.entities)


COMMAND = _Command()
WRITTEN = filters.TEXT | filters.CAPTION
SUBSCRIBE = COMMAND & filters.Regex(r"(?i)^/(subscribe|stop)\b")
PRIVACY = COMMAND & filters.Regex(r"(?i)^/((privacy|mydata|forget)\b|start\s+(privacy|mydata|forget)\s*$)")
ANNOUNCE = COMMAND & filters.Regex(r"(?i)^/announce\b")
STATUS = COMMAND & filters.Regex(r"(?i)^/status\b")
BUSINESS = filters.UpdateType.BUSINESS_MESSAGES
HUMAN = ~(filters.StatusUpdate.ALL | BUSINESS)


def build(
    token: str, api_url: str, polling: BaseRequest, heard: Callable[[str], None] = lambda _: None
) -> BotApplication:
    """The application for this token and Bot API server, without handlers; it opens and closes `polling`.

    `heard` is told the date of each answer to a call.
    """
    os.environ.setdefault("PTB_TIMEDELTA", "1")  # PTB's next way of giving spans of time; else it warns
    return (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{api_url}/bot")
        .base_file_url(f"{api_url}/file/bot")
        .request(AiohttpRequest(heard=heard))
        .get_updates_request(polling)
        .updater(None)
        .job_queue(None)
        .build()
    )


def add_handlers(
    application: BotApplication,
    door: Door,
    subscribing: Subscribing,
    newsroom: Newsroom,
    overview: Overview,
    privacy: Privacy,
) -> None:
    """Every kind of update to its handler; the first that fits gets it.

    What comes most stands first, and no filter of it asks more than it must: a message with words in it is
    no status update, and no query is a message.
    """
    new, edited = filters.UpdateType.MESSAGE, filters.UpdateType.EDITED_MESSAGE
    new_post = filters.UpdateType.CHANNEL_POST  # only a channel's administrators can write there
    application.add_handlers(
        [
            MessageHandler((new | edited) & WRITTEN & ~COMMAND & ~BUSINESS, door.behind(newsroom.on_text)),
            MessageHandler((new | edited | new_post) & SUBSCRIBE, door.behind(subscribing.on_command)),
            MessageHandler(new & filters.StatusUpdate.MIGRATE, door.behind(subscribing.on_migration)),
            MessageHandler((new | edited) & ANNOUNCE, door.behind(newsroom.on_command)),
            MessageHandler((new | edited) & STATUS, door.behind(overview.on_command)),
            MessageHandler((new | edited) & PRIVACY, door.behind(privacy.on_command)),
            CallbackQueryHandler(door.behind(subscribing.on_tap), f"^{PREFIX}"),
            CallbackQueryHandler(door.behind(subscribing.on_remind), f"^{REMIND}"),
            CallbackQueryHandler(door.behind(subscribing.on_calendar), f"^{CALENDAR}"),
            CallbackQueryHandler(door.behind(newsroom.on_tap), f"^{screens.PREFIX}"),
            CallbackQueryHandler(door.behind(privacy.on_tap), f"^{MINE}"),
            MessageHandler((new | edited) & COMMAND, door.behind(on_command)),
            # Edits of what is no text come by themselves, from a moving location every few seconds.
            MessageHandler(new & HUMAN, door.behind(on_media)),
            CallbackQueryHandler(door.behind(on_tap)),
            InlineQueryHandler(door.behind(on_inline)),
            ChatMemberHandler(door.behind(subscribing.on_membership), ChatMemberHandler.MY_CHAT_MEMBER),
            TypeHandler(Update, door.behind(on_guest)),
        ]
    )
