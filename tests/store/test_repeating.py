"""What repeats is told once and reminded of each time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.announce.audience import Subscription
from bot.announce.occasion import Occasion
from bot.delivery.letter import Verdict
from bot.knowledge.dates import PartialDate
from bot.store.announcements import Announcements
from bot.store.store import Store

OSLO = ZoneInfo("Europe/Oslo")
BEGIN = datetime(2026, 12, 1, 11, tzinfo=UTC)  # a Tuesday, noon in Oslo
CAFE = Occasion(
    "event:cafe",
    "event",
    {"en": "Café"},
    {"en": "Coffee."},
    PartialDate.parse("2026-01-05T10:00"),  # a Monday
    rrule="FREQ=WEEKLY",
)
KARI = Subscription(1, everything=True, quiet=None, leads=(1440, 120))


@pytest.fixture
async def announcements(tmp_path: Path) -> AsyncIterator[Announcements]:
    store = Store.open(f"sqlite:///{tmp_path}/bot.sqlite3")
    yield Announcements(store, lambda: OSLO)
    await store.close()


async def sent(announcements: Announcements, first: datetime, days: int) -> list[tuple[str, str]]:
    """What leaves in these days, looked at every hour: local time, and what it is about."""
    gone = []
    for hour in range(24 * days):
        now = first + timedelta(hours=hour)
        await announcements.plan_coming(now)
        while found := await announcements.claim(now, 10, 1):
            for letter in found:
                about = f"{letter.kind} {letter.occasion.start}"
                gone.append((f"{now.astimezone(OSLO):%m-%d %H:%M}", about))
                await announcements.judge(letter, Verdict("sent", message=letter.id), now)
    return gone


async def test_each_time_is_reminded_of_though_it_was_told_once_and_began_long_ago(
    announcements: Announcements,
) -> None:
    await announcements.subscribe(KARI, BEGIN)
    await announcements.tell(CAFE, "new", "staff", BEGIN)

    assert await sent(announcements, BEGIN, 14) == [
        ("12-01 12:00", "new 2026-01-05T10:00"),
        ("12-06 10:00", "reminder:1440 2026-12-07T10:00"),
        ("12-07 08:00", "reminder:120 2026-12-07T10:00"),
        ("12-13 10:00", "reminder:1440 2026-12-14T10:00"),
        ("12-14 08:00", "reminder:120 2026-12-14T10:00"),
    ]


async def test_who_subscribes_between_two_times_is_reminded_of_the_next(announcements: Announcements) -> None:
    await announcements.tell(CAFE, "new", "staff", BEGIN)
    await sent(announcements, BEGIN, 8)

    await announcements.subscribe(replace(KARI, leads=(1440,)), BEGIN + timedelta(days=8))

    assert await sent(announcements, BEGIN + timedelta(days=8), 6) == [
        ("12-13 10:00", "reminder:1440 2026-12-14T10:00")
    ]


async def test_reminders_follow_another_hour_and_another_weekday(announcements: Announcements) -> None:
    await announcements.subscribe(replace(KARI, leads=(120,)), BEGIN)
    await announcements.tell(CAFE, "new", "staff", BEGIN)
    await sent(announcements, BEGIN, 1)
    moved = replace(CAFE, start=PartialDate.parse("2026-01-06T14:00"))
    await announcements.tell(moved, "change", "staff", BEGIN + timedelta(days=1))

    found = await sent(announcements, BEGIN + timedelta(days=1), 8)

    assert found[1:] == [("12-08 12:00", "reminder:120 2026-12-08T14:00")]


async def test_after_a_cancellation_nobody_is_reminded(announcements: Announcements) -> None:
    await announcements.subscribe(KARI, BEGIN)
    await announcements.tell(CAFE, "new", "staff", BEGIN)
    await sent(announcements, BEGIN, 1)
    await announcements.tell(replace(CAFE, status="cancelled"), "cancel", "staff", BEGIN + timedelta(days=1))

    found = await sent(announcements, BEGIN + timedelta(days=1), 9)

    assert [what.partition(" ")[0] for _, what in found] == ["cancel"]


async def test_who_subscribed_after_the_telling_is_reminded_also_after_a_change(
    announcements: Announcements,
) -> None:
    once = replace(CAFE, start=PartialDate.parse("2026-12-09T10:00"), rrule=None)
    await announcements.tell(once, "new", "staff", BEGIN)
    await announcements.subscribe(replace(KARI, leads=(120,)), BEGIN)
    later = replace(once, start=PartialDate.parse("2026-12-09T14:00"))
    await announcements.tell(later, "change", "staff", BEGIN)

    assert await sent(announcements, BEGIN, 9) == [("12-09 12:00", "reminder:120 2026-12-09T14:00")]


async def test_who_asks_by_hand_is_reminded_of_the_next_time_alone(announcements: Announcements) -> None:
    await announcements.look([CAFE], BEGIN)
    await announcements.subscribe(Subscription(1, quiet=None, leads=(1440,)), BEGIN)

    moments = await announcements.remind(1, None, "en", CAFE, BEGIN)

    assert moments == [datetime(2026, 12, 6, 10, tzinfo=OSLO)]
    assert await sent(announcements, BEGIN, 21) == [("12-06 10:00", "reminder:1440 2026-12-07T10:00")]


async def test_a_reminder_asked_for_by_hand_follows_the_file_or_ends_with_its_day(
    announcements: Announcements,
) -> None:
    await announcements.look([CAFE], BEGIN)
    for chat in (1, 2):
        await announcements.subscribe(Subscription(chat, quiet=None, leads=(1440,)), BEGIN)
    await announcements.remind(1, None, "en", CAFE, BEGIN)
    later = replace(CAFE, start=PartialDate.parse("2026-01-05T14:00"))
    await announcements.look([later], BEGIN + timedelta(minutes=1))
    assert await sent(announcements, BEGIN, 6) == [("12-06 14:00", "reminder:1440 2026-12-07T14:00")]

    await announcements.remind(2, None, "en", later, BEGIN + timedelta(days=6))
    elsewhen = replace(CAFE, start=PartialDate.parse("2026-01-06T10:00"))
    await announcements.look([elsewhen], BEGIN + timedelta(days=6, minutes=1))
    assert await sent(announcements, BEGIN + timedelta(days=6), 9) == []


@pytest.mark.parametrize("rrule", [None, "FREQ=WEEKLY"])
async def test_reminders_of_a_stopped_change_stay_away_until_it_is_told_again(
    announcements: Announcements, rrule: str | None
) -> None:
    cafe = replace(CAFE, start=PartialDate.parse("2026-12-07T10:00"), rrule=rrule)
    later = replace(cafe, start=PartialDate.parse("2026-12-07T11:00"))
    await announcements.subscribe(replace(KARI, leads=(120,)), BEGIN)
    await announcements.tell(cafe, "new", "staff", BEGIN)
    assert len(await sent(announcements, BEGIN, 1)) == 1
    change = await announcements.tell(later, "change", "staff", BEGIN + timedelta(days=1))
    await announcements.cancel(change, "staff", BEGIN + timedelta(days=1))

    assert await sent(announcements, BEGIN + timedelta(days=1), 3) == []
    await announcements.subscribe(KARI, BEGIN + timedelta(days=3))
    assert await sent(announcements, BEGIN + timedelta(days=4), 1) == []

    await announcements.tell(later, "change", "staff", BEGIN + timedelta(days=5))
    found = await sent(announcements, BEGIN + timedelta(days=5), 2)
    assert [what.partition(" ")[0] for _, what in found] == ["change", "reminder:120"]
