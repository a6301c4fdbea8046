"""What is kept no longer than docs/privacy.md says, and questions without who asked them."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, select

from bot.announce.audience import Subscription
from bot.announce.occasion import Occasion
from bot.announce.proposals import VANISHED
from bot.answer.privacy import Policy
from bot.delivery.arrival import Arrival
from bot.delivery.verdicts import after_success
from bot.knowledge.dates import PartialDate
from bot.reply import Asked
from bot.store.announcements import Announcements
from bot.store.inbox import Inbox
from bot.store.memory import KEEP_CONTEXT, KEEP_REPLIES
from bot.store.questions import Questions, keep_questions
from bot.store.retention import KEEP_LETTERS, KEEP_NAMES, NO_CHAT, Retention
from bot.store.store import Store
from bot.store.tables import arrivals, audit, campaigns, letters

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
OSLO = ZoneInfo("Europe/Oslo")
DAYS = timedelta(days=90)


async def keep(store: Store, day: date, *asked: Asked) -> None:
    await store.run(partial(keep_questions, [(day, each) for each in asked]))


async def texts(store: Store) -> dict[str, int]:
    return {each.text: each.times for each in await Questions(store).since(date.min)}


def test_the_policy_tells_the_times_that_the_database_keeps() -> None:
    policy = Policy()

    assert (policy.context, policy.replies) == (KEEP_CONTEXT, KEEP_REPLIES)
    assert (policy.letters, policy.names) == (KEEP_LETTERS, KEEP_NAMES)


async def test_questions_go_when_their_time_is_over(store: Store) -> None:
    for days in (89, 90, 91):
        await keep(store, NOON.date() - timedelta(days=days), Asked(f"{days} ago", "en", "sure", "x"))

    await Retention(store, DAYS).purge(NOON, OSLO)

    assert set(await texts(store)) == {"89 ago", "90 ago"}


async def test_when_nothing_is_kept_any_more_what_was_kept_goes_too(store: Store) -> None:
    await keep(store, NOON.date(), Asked("today", "en", "sure", "x"))

    await Retention(store, timedelta(0)).purge(NOON, OSLO)

    assert await texts(store) == {}


async def test_what_is_asked_again_is_counted(store: Store) -> None:
    same = Asked("hvem kan søke", "nb", "sure", "apply-who")
    await keep(store, NOON.date(), same, Asked("Hvem kan søke?", "nb", "sure", "apply-who"), same)
    await keep(store, NOON.date(), same)
    await keep(store, NOON.date() - timedelta(days=1), same, Asked("walrus", "en", "unknown", ""))

    [first, second] = await Questions(store).since(date.min)

    assert (first.text, first.times, second.text, second.times) == ("hvem kan søke", 5, "walrus", 1)
    assert await Questions(store).since(NOON.date(), "unknown") == []
    assert [each.text for each in await Questions(store).since(date.min, "unknown")] == ["walrus"]


async def test_on_sqlite_questions_do_not_stand_in_the_order_they_came(tmp_path: Path) -> None:
    """Beside the times of answers their order would tell whose they were."""
    path = tmp_path / "on_disk.sqlite3"
    store = Store.open(f"sqlite:///{path}")
    for text in ("zebra", "ape", "monkey"):
        await keep(store, NOON.date(), Asked(text, "en", "sure", "x"))
    await store.close()

    with sqlite3.connect(path) as database:
        assert [text for (text,) in database.execute("SELECT text FROM questions")] == [
            "ape",
            "monkey",
            "zebra",
        ]
        with pytest.raises(sqlite3.OperationalError, match="rowid"):
            database.execute("SELECT rowid FROM questions")


async def test_numbers_of_updates_go_after_two_days(store: Store) -> None:
    await Inbox(store).keep(Arrival(7, "chat:1", False, "{}", NOON))

    await Retention(store, DAYS).purge(NOON + timedelta(hours=48, seconds=1), OSLO)

    assert await store.run(lambda connection: connection.execute(select(arrivals)).all()) == []


async def told(store: Store, occasion: Occasion) -> tuple[Announcements, int]:
    """An occasion announced to two chats by a member of staff."""
    announcements = Announcements(store, lambda: OSLO)
    for chat in (5001, 5002):
        wanted = Subscription(chat, everything=True, quiet=None, leads=())
        await announcements.subscribe(wanted, NOON)
    number = await announcements.tell(occasion, "text", "telegram:5003", NOON)
    for letter in await announcements.claim(NOON, 2, 1):
        await announcements.judge(letter, after_success([31]), NOON)
    return announcements, number


def chats(connection: Connection) -> list[int]:
    return list(connection.execute(select(letters.c.chat)).scalars())


async def test_old_letters_lose_their_chat_and_reports_keep_their_counts(store: Store) -> None:
    announcements, number = await told(store, Occasion("text:1", "text", {"en": "News"}, {"en": ""}))
    before = await announcements.progress(number)
    await Retention(store, DAYS).purge(NOON + KEEP_LETTERS, OSLO)
    assert await store.run(chats) == [5001, 5002]

    await Retention(store, DAYS).purge(NOON + KEEP_LETTERS + timedelta(seconds=1), OSLO)

    assert await store.run(chats) == [NO_CHAT, NO_CHAT]
    after = await announcements.progress(number)
    assert after is not None and after == before


async def test_of_what_is_still_to_come_it_is_known_who_heard_of_it(store: Store) -> None:
    start = PartialDate(2028, 6, 1)
    await told(store, Occasion("event:x", "event", {"en": "Fair"}, {"en": ""}, start=start))

    await Retention(store, DAYS).purge(NOON + KEEP_LETTERS + timedelta(days=1), OSLO)
    assert 5001 in await store.run(chats)

    await Retention(store, DAYS).purge(NOON + 2 * KEEP_LETTERS, OSLO)
    assert set(await store.run(chats)) <= {NO_CHAT}


async def test_what_staff_did_goes_with_the_same_delay(store: Store) -> None:
    await told(store, Occasion("text:1", "text", {"en": "News"}, {"en": ""}))

    await Retention(store, DAYS).purge(NOON + KEEP_NAMES + timedelta(seconds=1), OSLO)

    def names(connection: Connection) -> list[str]:
        made = connection.execute(select(campaigns.c.created_by)).scalars()
        return [*made, *connection.execute(select(audit.c.who)).scalars()]

    assert await store.run(names) == ["forgotten"]


async def test_what_a_calendar_proposed_stays_known_as_that(store: Store) -> None:
    announcements = Announcements(store, lambda: OSLO)
    fair = Occasion("event:fair", "event", {"en": "Fair"}, {"en": ""}, start=PartialDate(2030, 6, 1))
    await announcements.look([], NOON)
    await announcements.look([fair], NOON)
    await announcements.missing([replace(fair, status="cancelled")], NOON)

    await Retention(store, DAYS).purge(NOON + KEEP_NAMES + timedelta(seconds=1), OSLO)

    def proposers(connection: Connection) -> list[str]:
        return list(connection.execute(select(campaigns.c.created_by)).scalars())

    assert VANISHED in await store.run(proposers)
