"""What is asked is answered: through stops, power cuts, full disks and floods."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from running import RunningBot

from bot.chat.arrivals import OLD_INLINE, OLD_TAP, arrival_of, is_stale, is_update
from bot.chat.manners import BURST, Manners
from bot.chat.receiving import Intake
from bot.delivery.arrival import Arrival, Claimed, Waiting, sender_of
from bot.delivery.inbox import Reception
from bot.errors import StoreError
from bot.preview import PreviewServer
from bot.preview.records import Chat
from bot.store import inbox as units
from bot.store.inbox import Inbox
from bot.store.store import Store

QUESTION = "When is the harbour open?"
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def texts(chat: Chat) -> list[str]:
    return [message.text for message in chat.from_bot()]


async def test_an_answer_that_was_being_sent_at_a_stop_is_sent_after_it(
    server: PreviewServer, bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.inbox.LAST_SECONDS", 0.0)
    server.world.faults.hold("sendMessage", asyncio.Event())
    server.world.say(server.world.kari, QUESTION)
    await server.next_event("held", server.world.kari)
    await bot.stop()
    assert texts(server.world.private(server.world.kari)) == []

    await bot.start()

    answer = (await server.next_event("sent", server.world.kari)).data
    assert answer.text.startswith("The harbour is open")


async def test_what_waits_behind_it_is_answered_after_the_stop_as_well_and_in_order(
    server: PreviewServer, bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.inbox.LAST_SECONDS", 0.0)
    server.world.faults.hold("sendMessage", asyncio.Event())
    for question in (QUESTION, "What does mooring a boat cost?"):
        server.world.say(server.world.kari, question)
    await server.next_event("held", server.world.kari)
    await bot.stop()
    await bot.start()

    for beginning in ("The harbour is open", "A berth"):
        assert (await server.next_event("sent", server.world.kari)).data.text.startswith(beginning)


async def test_a_question_of_long_ago_is_answered_with_an_apology_and_shows_which_one(
    server: PreviewServer, bot: RunningBot
) -> None:
    world = server.world
    world.clock = lambda: datetime.now(UTC) - timedelta(minutes=11)

    answer = await server.ask(world.kari, QUESTION)

    assert answer.text.startswith("Sorry for the wait")
    assert "The harbour is open" in answer.text
    assert answer.data["reply_to_message"]["text"] == QUESTION


async def test_a_question_that_ended_the_bot_three_times_is_apologised_for(
    server: PreviewServer, bot: RunningBot, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    world = server.world
    await bot.stop()
    message = world.say(world.kari, QUESTION)
    store = Store.open(f"sqlite:///{tmp_path}/bot.sqlite3")
    inbox = Inbox(store)
    await inbox.keep(arrival_of(message.update, datetime.now(UTC)))
    for _ in range(3):
        await inbox.begin(1)
        await store.run(partial(units.free, [1]))
        await inbox.claim(False, 1)
    await store.close()

    await bot.start()

    answer = (await server.next_event("sent", world.kari)).data
    assert "Something went wrong" in answer.text
    assert "the bot ended each time" in caplog.text


async def test_questions_wait_at_telegram_while_the_database_takes_nothing(
    server: PreviewServer,
    bot: RunningBot,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    keep, failures = Inbox.keep, iter([True, False])

    async def full_at_first(inbox: Inbox, arrival: object) -> bool:
        if next(failures, False):
            raise StoreError("database or disk is full")
        return await keep(inbox, arrival)

    monkeypatch.setattr(Inbox, "keep", full_at_first)
    monkeypatch.setattr("bot.chat.polling.STORAGE_PAUSE", 0.0)

    assert (await server.ask(server.world.kari, QUESTION)).text.startswith("The harbour is open")
    assert "they wait at Telegram: database or disk is full" in caplog.text


async def test_who_asks_while_the_database_takes_nothing_for_long_does_not_ask_too_fast() -> None:
    kept: list[Arrival] = []
    full = True

    async def keep(arrivals: Sequence[Arrival]) -> None:
        if full:
            raise StoreError("database or disk is full")
        kept.extend(arrivals)

    intake = Intake(keep, lambda: NOON, lambda: 0.0)
    asked = {"message": {"chat": {"id": 1}, "from": {"id": 1}}}
    for _ in range(100):
        with pytest.raises(StoreError):
            await intake.take([asked | {"update_id": number} for number in range(5)])
    full = False
    await intake.take([asked | {"update_id": number} for number in range(5)])

    assert [(each.update, each.too_fast) for each in kept] == [(number, False) for number in range(5)]


async def test_a_full_disk_does_not_keep_the_bot_from_stopping(caplog: pytest.LogCaptureFixture) -> None:
    class Full:
        async def begin(self, _: int) -> int:
            return 0

        async def claim(self, *_: object) -> Claimed:
            return Claimed((), ())

        async def end(self) -> None:
            raise StoreError("database or disk is full")

    reception = Reception(Full(), None)  # type: ignore[arg-type]
    await reception.joined(1)
    running = asyncio.create_task(reception.run())
    await asyncio.sleep(0)
    running.cancel()
    await asyncio.wait([running])

    assert "what is not finished could not be let go: StoreError" in caplog.text


async def test_an_answer_that_cannot_be_written_down_is_sent_when_it_can(
    server: PreviewServer, bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish, failures = Inbox.finish, iter([True])

    async def busy_at_first(inbox: Inbox, done: object) -> bool:
        if next(failures, False):
            raise StoreError("database is locked")
        return await finish(inbox, done)

    monkeypatch.setattr(Inbox, "finish", busy_at_first)
    monkeypatch.setattr("bot.delivery.insist.TROUBLE_SECONDS", 0.0)

    assert (await server.ask(server.world.kari, QUESTION)).text.startswith("The harbour is open")
    assert len(server.calls("sendMessage")) == 1


async def test_who_writes_too_much_is_told_once_and_then_not_answered(
    server: PreviewServer, bot: RunningBot
) -> None:
    world = server.world
    for _ in range(60):
        world.say(world.kari, QUESTION)

    while not any("a lot at once" in text for text in texts(world.private(world.kari))):
        await server.next_event("sent", world.kari)
    await bot.stop()

    answers = texts(world.private(world.kari))
    assert len(answers) < 60
    assert sum("a lot at once" in text for text in answers) == 1


async def test_one_persons_flood_does_not_cost_another_an_answer(
    server: PreviewServer, bot: RunningBot
) -> None:
    for _ in range(60):
        server.world.say(server.world.kari, QUESTION)

    answer = await server.ask(server.world.ola, "When is the harbour open?")

    assert "harbour is open" in answer.text


def test_manners_let_through_a_burst_then_warn_once_and_listen_again_later() -> None:
    manners = Manners()
    verdicts = [manners.judge((1, 1), 1.0, 0.0) for _ in range(30)]

    assert verdicts == ["welcome"] * int(BURST) + ["warn"] + ["ignore"] * (29 - int(BURST))
    assert manners.judge((1, 1), 1.0, 1.0) == "ignore"
    assert manners.judge((1, 2), 1.0, 1.0) == "welcome"
    assert manners.judge((1, 1), 1.0, 10.0) == "welcome"


def waiting(raw: dict[str, object], at: datetime) -> Waiting:
    return Waiting(1, 1, "", True, json.dumps(raw), at, False, 1)


@pytest.mark.parametrize(
    ("kind", "limit"), [("callback_query", OLD_TAP), ("inline_query", OLD_INLINE), ("message", None)]
)
def test_only_what_telegram_takes_no_answer_to_is_stale(kind: str, limit: timedelta | None) -> None:
    raw = {"update_id": 1, kind: {}}

    assert not is_stale(waiting(raw, NOON), raw, NOON + (limit or timedelta(hours=23)))
    if limit is not None:
        assert is_stale(waiting(raw, NOON), raw, NOON + limit + timedelta(seconds=1))


def test_a_clock_that_was_set_back_makes_nothing_stale() -> None:
    raw = {"update_id": 1, "callback_query": {}}

    assert not is_stale(waiting(raw, NOON), raw, NOON - timedelta(days=1))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
NAMES = ("message", "callback_query", "inline_query", "my_chat_member", "edited_message")


@given(
    st.sampled_from(NAMES), st.dictionaries(st.sampled_from(["chat", "from", "data", "message"]), JSON) | JSON
)
def test_nothing_is_taken_for_granted_of_what_an_update_holds(kind: str, content: object) -> None:
    raw = {"update_id": 1, kind: content}

    assert is_update(raw)
    assert len(sender_of(raw)) == 2
    assert len(arrival_of(raw, NOON).lane) <= 40


def test_an_update_of_a_strange_number_is_none() -> None:
    for number in (True, "1", 1.0, None, -1, 2**63):
        assert not is_update({"update_id": number})


def test_a_message_that_no_text_encoding_has_is_kept(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    arrival = arrival_of({"update_id": 1, "message": {"text": "\ud83d"}}, NOON)

    assert json.loads(arrival.body.encode())["message"]["text"] == "\ud83d"
