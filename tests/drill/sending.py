"""The bot's sending half as a process to kill: `python sending.py DATABASE API_URL SCALE SETTLE`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from loopback import TOKEN
from telegram import Bot

from bot.announce.changes import Change
from bot.announce.occasion import Occasion
from bot.chat.pace import Pace
from bot.chat.postman import Postman
from bot.chat.request import AiohttpRequest
from bot.delivery.sender import Sender
from bot.reply import Reply, paragraph
from bot.store.announcements import Announcements
from bot.store.store import Store


class Words:
    """The least that tells one letter from another."""

    def letter(
        self, occasion: Occasion, kind: str, language: str, now: datetime, changed: tuple[Change, ...] = ()
    ) -> Reply:
        return Reply((paragraph(f"{kind} {occasion.title['en']} {occasion.start}"),))

    def digest(self, occasions: Sequence[Occasion], language: str, now: datetime) -> Reply:
        return Reply((paragraph(f"digest {len(occasions)}"),))


async def sending(announcements: Announcements, url: str, pace: Pace, settle: timedelta) -> None:
    """Send until cancelled."""
    bot = Bot(TOKEN, base_url=f"{url}/bot", request=AiohttpRequest())
    await bot.initialize()
    try:
        await Sender(
            announcements, Postman(bot, pace), Words(), pace, lambda: datetime.now(UTC), settle
        ).run()
    finally:
        await bot.shutdown()


async def main(database: str, url: str, scale: float, settle: float) -> None:
    announcements = Announcements(Store.open(database), lambda: ZoneInfo("Europe/Oslo"))
    await sending(announcements, url, Pace(scale=scale), timedelta(seconds=settle))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4])))
