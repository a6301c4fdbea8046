"""Whatever happens in the middle of a broadcast: the end state of every chat is right."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from loopback import Loopback
from seminar import SEMINAR
from sending import sending

from bot.announce.audience import Subscription
from bot.chat.pace import Pace
from bot.knowledge.dates import PartialDate
from bot.store.announcements import Announcements
from bot.store.store import Store

SCALE = 10.0
CHATS = range(1, 61)
LATER = replace(SEMINAR, start=PartialDate.parse("2999-01-20T12:00"))
NEWS, NEWEST = "new Seminar 2999-01-20T10:00", "new Seminar 2999-01-20T12:00"
LINE, OFF = "change Seminar 2999-01-20T12:00", "cancel Seminar 2999-01-20T10:00"


class Resting(Announcements):
    """Tells when the sender has found nothing to send and looked what is done."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, lambda: ZoneInfo("Europe/Oslo"))
        self.rested = asyncio.Event()

    async def rest(self, now: datetime) -> datetime | None:
        due = await super().rest(now)
        self.rested.set()
        return due


@dataclass
class Running:
    api: Loopback
    announcements: Resting
    campaign: int

    async def finished(self) -> None:
        """Wait until nothing is left to send."""
        while any(each.state == "running" for each in await self.announcements.running()):
            self.announcements.rested.clear()
            await self.announcements.rested.wait()

    def got(self, chat: int) -> list[str]:
        """What a chat shows in the end, in order."""
        return list(self.api.texts[chat].values())


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    """A broadcast of which a third has gone out."""
    store = Store.open(f"sqlite:///{tmp_path}/bot.sqlite3")
    announcements = Resting(store)
    now = datetime.now(UTC)
    for chat in CHATS:
        await announcements.subscribe(Subscription(chat, everything=True, quiet=None), now)
    async with Loopback(SCALE) as api:
        campaign = await announcements.tell(SEMINAR, "new", "drill", now)
        sender = asyncio.create_task(
            sending(announcements, api.url, Pace(scale=SCALE), timedelta(seconds=0.2))
        )
        async with asyncio.timeout(60):
            await api.until(len(CHATS) // 3)
            yield Running(api, announcements, campaign)
        sender.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await sender
    await store.close()


async def test_a_change_reaches_everybody_and_is_told_to_who_knew_the_old_hour(running: Running) -> None:
    await running.announcements.tell(LATER, "change", "drill", datetime.now(UTC))
    await running.finished()

    ends = [running.got(chat) for chat in CHATS]
    assert all(end in ([NEWEST, LINE], [NEWEST]) for end in ends)
    assert ends.count([NEWEST, LINE]) >= len(CHATS) // 3 - 4
    assert [NEWEST] in ends


async def test_a_cancellation_reaches_everybody_and_nobody_hears_the_news_after_it(running: Running) -> None:
    await running.announcements.tell(
        replace(SEMINAR, status="cancelled"), "cancel", "drill", datetime.now(UTC)
    )
    await running.finished()

    ends = [running.got(chat) for chat in CHATS]
    assert all(end in ([NEWS, OFF], [OFF]) for end in ends)
    assert [NEWS, OFF] in ends and [OFF] in ends


async def test_a_paused_broadcast_stands_still_and_goes_on_where_it_was(running: Running) -> None:
    await running.announcements.pause(running.campaign, "drill", datetime.now(UTC))
    progress = await running.announcements.progress(running.campaign)
    while progress is None or progress.sending:
        progress = await running.announcements.progress(running.campaign)
    assert 0 < progress.sent < len(CHATS)
    still = running.api.sent

    await running.announcements.resume(running.campaign, "drill", datetime.now(UTC))
    assert running.api.sent == still
    await running.finished()

    assert all(running.got(chat) == [NEWS] for chat in CHATS)


async def test_who_stops_gets_nothing_more_and_all_others_get_it_once(running: Running) -> None:
    stopped = [chat for chat in CHATS if chat % 2]
    for chat in stopped:
        await running.announcements.stop(chat, None, datetime.now(UTC))
    before = {chat: running.got(chat) for chat in stopped}
    flying = 4
    await running.finished()

    changed = [chat for chat in stopped if running.got(chat) != before[chat]]
    assert len(changed) <= flying  # their requests had left
    assert all(running.got(chat) == [NEWS] for chat in CHATS if chat not in stopped)
    await running.announcements.tell(LATER, "change", "drill", datetime.now(UTC))
    await running.finished()
    assert all(len(running.got(chat)) <= 1 for chat in stopped)


async def test_who_blocked_the_bot_is_paused_and_the_others_are_served(running: Running) -> None:
    waiting = [chat for chat in CHATS if not running.got(chat)][-3:]
    running.api.gone = set(waiting)
    await running.finished()

    progress = await running.announcements.progress(running.campaign)
    assert progress is not None
    assert progress.dead_by_reason == {"Forbidden: bot was blocked by the user": 3}
    assert all(running.got(chat) == ([] if chat in waiting else [NEWS]) for chat in CHATS)
    paused = [await running.announcements.subscription_of(chat) for chat in waiting]
    assert [each.paused for each in paused if each] == ["blocked"] * 3


async def test_a_group_that_moves_meanwhile_gets_it_under_its_new_id(running: Running) -> None:
    waiting = [chat for chat in CHATS if not running.got(chat)][-3:]
    running.api.moved = {chat: -1000 - chat for chat in waiting}
    await running.finished()

    assert all(running.got(running.api.moved.get(chat, chat)) == [NEWS] for chat in CHATS)
    assert not any(running.got(chat) for chat in waiting)
    assert await running.announcements.subscription_of(waiting[0]) is None
