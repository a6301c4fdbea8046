"""The bot's commands, name and descriptions in Telegram, per language, set only where they differ."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from telegram import Bot, BotCommand
from telegram.error import TelegramError

from bot.answer.dialogue import commands
from bot.answer.texts import say
from bot.understand.version import Version

# Telegram's language code -> ours; "" is what everybody else sees, "no" what some clients send.
SHOWN = {"": "en", "nb": "nb", "nn": "nn", "no": "nb"}

log = logging.getLogger(__name__)


async def register(bot: Bot, version: Version) -> None:
    """Bring the profile up to date; what Telegram refuses (few changes a day are allowed) waits."""
    for code, language in SHOWN.items():
        try:
            await _commands(bot, code, commands(version)[language])
            await _texts(bot, code, language)
        except TelegramError as error:
            log.warning("the bot's profile could not be brought up to date: %s", error)
            return


async def _commands(bot: Bot, code: str, wanted: Sequence[tuple[str, str]]) -> None:
    shown = await bot.get_my_commands(language_code=code or None)
    if [(each.command, each.description) for each in shown] != list(wanted):
        await bot.set_my_commands([BotCommand(*each) for each in wanted], language_code=code or None)


async def _texts(bot: Bot, code: str, language: str) -> None:
    at = code or None
    if (await bot.get_my_name(at)).name != (name := say("bot_name", language)):
        await bot.set_my_name(name, at)
    if (await bot.get_my_description(at)).description != (long := say("bot_description", language)):
        await bot.set_my_description(long, at)
    short = say("bot_short_description", language)
    if (await bot.get_my_short_description(at)).short_description != short:
        await bot.set_my_short_description(short, at)
