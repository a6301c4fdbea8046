"""Fetches updates by long polling."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from telegram import Bot, Message, Update
from telegram.error import InvalidToken, TelegramError
from telegram.request import BaseRequest

from bot.chat.arrivals import is_update
from bot.chat.link import Link, rejected
from bot.chat.request import READ_SECONDS
from bot.errors import StoreError
from bot.watch.once import Once

POLL_SECONDS = 50  # Telegram's longest
STORAGE_PAUSE = 1.0  # seconds until what could not be kept is asked for again
ALLOWED = (
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CHANNEL_POST,
    Update.CALLBACK_QUERY,
    Update.INLINE_QUERY,
    Update.MY_CHAT_MEMBER,
    Update.GUEST_MESSAGE,
)

log = logging.getLogger(__name__)


async def poll(
    bot: Bot,
    request: BaseRequest,
    take: Callable[[Sequence[dict[str, Any]]], Awaitable[None]],
    link: Link,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Hand over every update, in order, until cancelled.

    A batch is confirmed by asking for the next one, and that is done only after `take` has returned; one
    that it did not take comes again. Raises SettingsError when the token is revoked, and when another bot
    was there first.
    """
    offset: int | None = None
    once = Once(time.monotonic)
    while True:
        try:
            # After trouble a short look tells at once whether it is over.
            updates = await _fetch(bot, request, offset, 0 if link.trouble else POLL_SECONDS)
        except InvalidToken:
            raise rejected() from None  # PTB's own text shows the token
        except TelegramError as error:
            await sleep(link.met(error))
            continue
        link.over()
        try:
            await take(updates)
        except StoreError as error:
            if once.may_say(str(error)):
                log.error("updates cannot be kept, so they wait at Telegram: %s", error)
            await sleep(STORAGE_PAUSE)
            continue
        if updates:
            offset = updates[-1]["update_id"] + 1


def read_update(bot: Bot, raw: dict[str, Any]) -> Update | None:
    """The update; None for one that PTB cannot read, so that it does not stop those behind it."""
    try:
        update = Update.de_json(raw, bot)
        _check_ids(update)
        return update
    except Exception as error:
        kinds = ", ".join(key for key in raw if key != "update_id")
        log.error("an update could not be read (%s): %s", kinds, type(error).__name__)
        return None


def _check_ids(update: Update) -> None:
    """Raise TypeError where an id is none, which PTB takes as it comes and no database does."""
    message = update.effective_message
    holders = (update.effective_chat, update.effective_user, update.effective_sender)
    ids = [each.id for each in holders if each is not None]
    if isinstance(message, Message):
        ids += [message.message_id, message.message_thread_id or 0]
    if not all(type(each) is int and abs(each) < 2**63 for each in ids):
        raise TypeError("an id that is none")


async def _fetch(bot: Bot, request: BaseRequest, offset: int | None, wait: int) -> list[dict[str, Any]]:
    """The updates as they came. `Bot.get_updates` would give all or none, and log people's messages.

    Raises TelegramError, also for an answer that holds something else.
    """
    wanted: dict[str, object] = {"timeout": wait, "allowed_updates": json.dumps(ALLOWED)}
    if offset is not None:
        wanted["offset"] = offset
    address = f"{bot.base_url}/getUpdates?{urlencode(wanted)}"
    result: Any = None
    with suppress(KeyError, TypeError, RecursionError):  # PTB takes for granted that there is a result
        result = await request.post(address, read_timeout=wait + READ_SECONDS)
    if not isinstance(result, list) or not all(is_update(raw) for raw in result):
        raise TelegramError("its answer is no list of updates")
    return result
