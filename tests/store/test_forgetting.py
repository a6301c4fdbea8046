"""Whoever wants to be forgotten leaves nothing: no row, no byte in the file, its log or a fresh backup."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dumps import traces
from sqlalchemy import BigInteger, Connection, select

from bot.announce.audience import Subscription
from bot.announce.occasion import Occasion
from bot.delivery.arrival import Arrival, Delivered, Done, Outgoing
from bot.delivery.letter import STOPPED
from bot.delivery.verdicts import after_success
from bot.reply import Asked, Remember
from bot.store import tables
from bot.store.announcements import Announcements
from bot.store.inbox import Inbox
from bot.store.memory import Known, Memory
from bot.store.privacy import AGAIN, REWRITE_EVERY, REWRITE_SOON, Privacy, erase, rewrite_due
from bot.store.retention import NO_CHAT
from bot.store.store import Store

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
KARI, OLA, GROUP = 7_123_456_789, 7_123_456_790, -1_001_234_567_890
SECRETS = ("sealion", "kari_nordmann")
WITHOUT_PEOPLE = {"arrivals", "questions", "meta", "occasions", "feeds"}


def message(person: int, chat: int, text: str, update: int) -> Arrival:
    writer = {"id": person, "is_bot": False, "first_name": "K", "username": "kari_nordmann"}
    content = {"message_id": 7, "date": 1, "chat": {"id": chat}, "from": writer, "text": text}
    body = json.dumps({"update_id": update, "message": content})
    return Arrival(update, f"chat:{chat}", False, body, NOON)


def tap(person: int, update: int) -> Arrival:
    content = {"id": "1", "from": {"id": person}, "data": "mine_yes", "message": {"chat": {"id": person}}}
    return Arrival(update, f"callback_query:{person}", True, json.dumps({"callback_query": content}), NOON)


def rows_of(person: int, number: int) -> dict[str, list[dict[str, Any]]]:
    """A row of a person in every table that has people, told apart by `number`."""
    letter = {"occasion": "event:x", "revision": "r", "thread": 0, "due": NOON, "at": NOON}
    letter |= {"attempts": 1, "doubts": 0, "epoch": 1, "chat": person, "state": "sent", "message": 4711}
    campaign = {"occasion": "event:x", "revision": "r", "kind": "new", "state": "done", "asked": True}
    habits = {"kind": "private", "language": "nn", "everything": True, "paused": ""}
    habits |= {each: frozenset() for each in ("topics", "regions", "levels", "clusters", "leads")}
    who = f"telegram:{person}"
    say = json.dumps(["Say", {"chat": person, "reply": {"paragraphs": [[{"text": "sealion"}]]}}])
    inbox = message(person, GROUP, "the sealion of kari_nordmann", number)
    return {
        "preferences": [{"chat": chat, "person": person, "language": "nn"} for chat in (person, GROUP)],
        "contexts": [
            {"chat": chat, "person": person, "entry": "sealion", "at": NOON} for chat in (person, GROUP)
        ],
        "replies": [{"chat": person, "question": 1, "number": 0, "answer": 2, "at": NOON}],
        "subscribers": [habits | {"chat": person, "thread": 0}],
        "campaigns": [campaign | {"created_by": who, "created": NOON}],
        "letters": [
            letter | {"kind": kind, "campaign": campaign_}
            for kind, campaign_ in (("new", 1), ("reminder:60", 1), ("reminder:120", None))
        ],
        "reports": [{"chat": person, "message": 3, "campaign": 1, "language": "en"}],
        "audit": [{"at": NOON, "who": who, "what": "confirm", "about": "event:x"}],
        "inbox": [
            {"update": number, "lane": inbox.lane, "urgent": False, "too_fast": False, "body": inbox.body}
            | {"at": NOON, "attempts": 0}
        ],
        "outgoing": [
            {"update": number, "position": 0, "lane": f"chat:{person}", "chat": person, "effect": say}
            | {"at": NOON}
        ],
    }


def fill(people: list[int], connection: Connection) -> None:
    for number, person in enumerate(people, 1):
        for name, rows in rows_of(person, number).items():
            connection.execute(tables.metadata.tables[name].insert(), rows)


def everything(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    return {
        table.name: [
            dict(row._mapping) for row in connection.execute(select(table).order_by(*table.primary_key))
        ]
        for table in tables.metadata.sorted_tables
    }


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "on_disk.sqlite3"


@pytest.fixture
async def on_disk(path: Path) -> AsyncIterator[Store]:
    """SQLite, whose bytes can be looked at."""
    opened = Store.open(f"sqlite:///{path}")
    yield opened
    await opened.close()


def test_every_table_is_known_here_so_that_a_new_one_must_say_what_it_holds_of_people() -> None:
    assert set(rows_of(KARI, 1)) | WITHOUT_PEOPLE == set(tables.metadata.tables)
    for name in WITHOUT_PEOPLE:
        columns = tables.metadata.tables[name].c
        assert not {"chat", "person", "who", "lane"} & set(columns.keys())
        assert [each.name for each in columns if isinstance(each.type, BigInteger)] in ([], ["update"])


async def test_of_the_forgotten_nothing_is_left_in_any_table_and_of_others_everything(store: Store) -> None:
    await store.run(partial(fill, [OLA]))
    before = await store.run(everything)
    await store.run(lambda connection: connection.execute(tables.campaigns.insert().values(_campaign(KARI))))
    for name, rows in rows_of(KARI, 2).items():
        if name != "campaigns":
            await store.run(partial(_insert, name, rows))

    await Privacy(store).forget(KARI, NOON)

    after = await store.run(everything)
    assert str(KARI) not in repr(after)
    for name in ("preferences", "contexts", "replies", "subscribers", "reports", "inbox", "outgoing"):
        assert after[name] == before[name]
    assert [row["who"] for row in after["audit"]] == [f"telegram:{OLA}", "forgotten"]
    assert [row["created_by"] for row in after["campaigns"]] == [f"telegram:{OLA}", "forgotten"]


def _campaign(person: int) -> dict[str, Any]:
    return rows_of(person, 0)["campaigns"][0]


def _insert(name: str, rows: list[dict[str, Any]], connection: Connection) -> None:
    connection.execute(tables.metadata.tables[name].insert(), rows)


async def test_no_byte_of_the_forgotten_is_left_in_the_file_its_log_or_a_backup(
    on_disk: Store, path: Path
) -> None:
    """Among five hundred others, so that pages were split and moved about."""
    people = [KARI + 1000 + number for number in range(500)]
    await on_disk.run(partial(fill, [*people[::2], KARI, *people[1::2]]))
    assert traces(path, [KARI], ())

    await Privacy(on_disk).forget(KARI, NOON)

    assert traces(path, [KARI], ()) == []
    assert traces(path, [people[250]], ())
    for each in people:
        await on_disk.run(partial(erase, each, NOON))
    await Privacy(on_disk).sweep(NOON + REWRITE_SOON)
    assert traces(path, [KARI, *people], SECRETS) == []


async def test_what_was_only_in_the_log_is_gone_as_well(on_disk: Store, path: Path) -> None:
    inbox = Inbox(on_disk)
    await inbox.begin(1)
    await inbox.keep(message(KARI, KARI, "the sealion", 1))
    [waiting] = (await inbox.claim(False, 1)).updates
    await inbox.finish(Done(waiting, (), (), NOON))
    assert any("-wal" in each for each in traces(path, [KARI], SECRETS))

    await Privacy(on_disk).forget(KARI, NOON)

    assert traces(path, [KARI], SECRETS) == []


async def test_a_visitor_who_reads_delays_the_emptying_of_the_log_and_no_more(
    on_disk: Store, path: Path
) -> None:
    await on_disk.run(partial(fill, [KARI]))
    visitor = sqlite3.connect(path, isolation_level=None)
    visitor.execute("BEGIN")
    visitor.execute("SELECT count(*) FROM preferences").fetchone()
    records = Privacy(on_disk)

    await records.forget(KARI, NOON)

    assert str(KARI) not in repr(await on_disk.run(everything))
    assert f"{KARI} in on_disk.sqlite3-wal" in traces(path, [KARI], ())
    visitor.close()
    await records.sweep(NOON + AGAIN)
    assert traces(path, [KARI], SECRETS) == []


async def test_an_answer_in_hand_writes_nothing_of_the_forgotten(store: Store) -> None:
    inbox = Inbox(store)
    await inbox.begin(1)
    for arrival in (message(KARI, KARI, "the sealion", 1), message(OLA, OLA, "harbour", 2)):
        await inbox.keep(arrival)
    hers, his = (await inbox.claim(False, 2)).updates
    await Privacy(store).forget(KARI, NOON)

    for waiting, person in ((hers, KARI), (his, OLA)):
        owed = Outgoing(waiting.update, 0, waiting.lane, '["Say", {}]', person, 7)
        asked = Asked("sealion" if person == KARI else "harbour", "en", "sure", "x")
        await inbox.finish(Done(waiting, (Remember(person, person, entry="x"),), (owed,), NOON, (asked,)))
        await inbox.delivered(Delivered(owed, (8,), NOON))

    after = await store.run(everything)
    assert str(KARI) not in repr(after)
    assert [row["text"] for row in after["questions"]] == ["harbour"]
    assert await Memory(store).known(OLA, OLA) == Known(None, "x", NOON)
    assert await Memory(store).reply_to(OLA, 7) == (8,)


async def test_an_answer_on_its_way_is_not_remembered_when_it_arrives(store: Store) -> None:
    inbox = Inbox(store)
    await inbox.begin(1)
    await inbox.keep(message(KARI, KARI, "the sealion", 1))
    [waiting] = (await inbox.claim(False, 1)).updates
    owed = Outgoing(1, 0, waiting.lane, '["Say", {}]', KARI, 7)
    await inbox.finish(Done(waiting, (), (owed,), NOON))

    await Privacy(store).forget(KARI, NOON)
    await inbox.delivered(Delivered(owed, (8,), NOON))

    assert str(KARI) not in repr(await store.run(everything))


async def test_what_others_wrote_stays_even_where_it_quotes_the_forgotten(store: Store) -> None:
    inbox = Inbox(store)
    await inbox.begin(1)
    quoting = message(OLA, GROUP, f"what did {KARI} mean?", 1)
    for arrival in (quoting, message(KARI, GROUP, "the sealion", 2), tap(KARI, 3)):
        await inbox.keep(arrival)

    await Privacy(store).forget(KARI, NOON)

    kept = (await store.run(everything))["inbox"]
    assert [row["update"] for row in kept] == [1]


async def test_reports_count_the_letters_of_the_forgotten(store: Store) -> None:
    announcements = Announcements(store, lambda: ZoneInfo("Europe/Oslo"))
    for chat in (KARI, OLA, OLA + 1):
        await announcements.subscribe(Subscription(chat, everything=True, quiet=None), NOON)
    text = Occasion("text:1", "text", {"en": "News"}, {"en": ""})
    number = await announcements.tell(text, "text", f"telegram:{KARI}", NOON)
    for letter in await announcements.claim(NOON, 2, 1):
        await announcements.judge(letter, after_success([31]), NOON)
    before = await announcements.progress(number)

    await Privacy(store).forget(KARI, NOON)
    await Privacy(store).forget(OLA + 1, NOON)

    after = await announcements.progress(number)
    assert before is not None and after is not None
    assert (before.total, before.sent, before.pending) == (3, 2, 1)
    assert (after.total, after.sent, after.pending) == (3, 2, 0)
    assert after.expired_by_reason == {STOPPED: 1}
    letters = (await store.run(everything))["letters"]
    assert [row["message"] for row in letters if row["chat"] == NO_CHAT] == [None, None]
    assert not await announcements.claim(NOON + timedelta(days=1), 9, 1)


async def test_a_letter_that_was_being_sent_stays_without_its_chat(store: Store) -> None:
    announcements = Announcements(store, lambda: ZoneInfo("Europe/Oslo"))
    await announcements.subscribe(Subscription(KARI, everything=True, quiet=None), NOON)
    text = Occasion("text:1", "text", {"en": "News"}, {"en": ""})
    number = await announcements.tell(text, "text", "cli:x", NOON)
    [letter] = await announcements.claim(NOON, 1, 1)

    await Privacy(store).forget(KARI, NOON)
    await announcements.judge(letter, after_success([31]), NOON)

    found = await announcements.progress(number)
    assert found is not None and (found.total, found.sent) == (1, 1)
    assert str(KARI) not in repr(await store.run(everything))


async def test_all_that_is_stored_is_shown_and_nothing_of_others(store: Store) -> None:
    await store.run(partial(fill, [OLA, KARI]))

    shown = await Privacy(store).stored(KARI)

    assert set(shown) == set(rows_of(KARI, 2))
    for name, rows in rows_of(KARI, 2).items():
        assert len(shown[name]) == len(rows), name
    assert str(OLA) not in json.dumps(shown)
    assert shown["inbox"][0]["body"]["message"]["text"] == "the sealion of kari_nordmann"
    assert shown["subscribers"][0]["topics"] == []
    assert shown["letters"][0]["at"] == NOON.isoformat()


async def test_of_a_stranger_nothing_is_shown_and_forgetting_one_is_no_error(store: Store) -> None:
    await store.run(partial(fill, [OLA]))
    before = await store.run(everything)

    await Privacy(store).forget(KARI, NOON)

    assert not any((await Privacy(store).stored(KARI)).values())
    assert {**await store.run(everything), "meta": before["meta"]} == before


async def test_an_id_that_is_part_of_another_is_another(store: Store) -> None:
    inbox = Inbox(store)
    await inbox.keep(message(712345678, 712345678, "hello", 1))
    await inbox.keep(message(KARI, KARI, "hello", 2))

    await Privacy(store).forget(712345678, NOON)

    assert [row["update"] for row in (await store.run(everything))["inbox"]] == [2]


def test_the_file_is_written_anew_daily_and_soon_after_somebody_was_forgotten_but_not_all_the_time() -> None:
    later = NOON + REWRITE_SOON

    assert rewrite_due(NOON, None, None)
    assert rewrite_due(later, NOON, NOON)
    assert not rewrite_due(later - timedelta(seconds=1), NOON, NOON)
    assert not rewrite_due(later, NOON - timedelta(seconds=1), NOON)
    assert not rewrite_due(NOON + REWRITE_EVERY - timedelta(seconds=1), None, NOON)
    assert rewrite_due(NOON + REWRITE_EVERY, None, NOON)


async def test_a_crash_after_forgetting_leaves_the_cleaning_to_the_next_start(
    on_disk: Store, path: Path
) -> None:
    await Privacy(on_disk).sweep(NOON)
    await on_disk.run(partial(fill, [KARI]))
    await on_disk.run(partial(erase, KARI, NOON))
    assert traces(path, [KARI], ())

    await Privacy(on_disk).sweep(NOON + REWRITE_SOON)

    assert traces(path, [KARI], SECRETS) == []
