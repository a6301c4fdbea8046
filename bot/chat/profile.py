"""The bot's commands, name and descriptions in Telegram, per language, set only where they differ."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence

from telegram import Bot, BotCommand, BotCommandScope, BotCommandScopeChat
from telegram.error import TelegramError

from bot.answer.dialogue import commands
from bot.answer.texts import say
from bot.chat.receiving import UNREADABLE
from bot.understand.version import Version

# Telegram's language code -> ours; "" is what everybody else sees, "no" what some clients send.
SHOWN = {"": "en", "nb": "nb", "nn": "nn", "no": "nb"}
STAFFS = ("announce", "status")

log = logging.getLogger(__name__)


async def register(bot: Bot, version: Version, admins: Collection[int] = ()) -> bool:
    """Bring the profile up to date; False where Telegram refused (few changes a day are allowed).

    Staff's own menu also has what is theirs alone; who has not written to the bot yet has none.
    """
    for code, language in SHOWN.items():
        wanted = commands(version)[language]
        try:
            await _commands(bot, code, wanted)
            await _texts(bot, code, language)
        except TelegramError as error:
            log.warning("the bot's profile could not be brought up to date: %s", error)
            return False
        except UNREADABLE:
            log.warning("the bot's profile could not be brought up to date: an answer cannot be read")
            return False
        for admin in admins:
            more = (*wanted, *((name, say(f"command_{name}", language)) for name in STAFFS))
            try:
                await _commands(bot, code, more, BotCommandScopeChat(admin))
            except TelegramError as error:
                log.info("a member of staff has no menu of their own: %s", error)
    return True


async def _commands(
    bot: Bot, code: str, wanted: Sequence[tuple[str, str]], scope: BotCommandScope | None = None
) -> None:
    shown = await bot.get_my_commands(scope, code or None)
    if [(each.command, each.description) for each in shown] != list(wanted):
        await bot.set_my_commands([BotCommand(*each) for each in wanted], scope, code or None)


async def _texts(bot: Bot, code: str, language: str) -> None:
    at = code or None
    if (await bot.get_my_name(at)).name != (name := say("bot_name", language)):
        await bot.set_my_name(name, at)
    if (await bot.get_my_description(at)).description != (long := say("bot_description", language)):
        await bot.set_my_description(long, at)
    short = say("bot_short_description", language)
    if (await bot.get_my_short_description(at)).short_description != short:
        await bot.set_my_short_description(short, at)
