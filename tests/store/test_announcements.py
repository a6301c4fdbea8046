"""Subscriptions, tellings and letters on a real database, checked chat by chat."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from postgresql import PostgreSQL
from sqlalchemy import Engine, create_engine, select
from telling import LATER, NOON, OFF, OSLO, SEMINAR, SETTLE, everything, send_all, states, tell

from bot.announce.audience import Subscription, wants
from bot.announce.occasion import Occasion, revision
from bot.announce.plan import Plan, rules
from bot.delivery.letter import Verdict
from bot.knowledge.dates import PartialDate
from bot.store import expansion, subscribers
from bot.store import tables as t
from bot.store.announcements import Announcements
from bot.store.store import Store


async def test_what_is_proposed_waits_for_staff(announcements: Announcements) -> None:
    await announcements.subscribe(everything(1), NOON)
    number = await announcements.propose(SEMINAR, "new", "staff", NOON)

    assert await announcements.claim(NOON, 10, 1) == ()

    assert await announcements.confirm(number, "staff", NOON) == 1
    assert await send_all(announcements) == [(1, "new")]


async def test_two_taps_on_confirm_tell_once(announcements: Announcements) -> None:
    await announcements.subscribe(everything(1), NOON)
    number = await announcements.propose(SEMINAR, "new", "staff", NOON)

    assert [await announcements.confirm(number, "staff", NOON) for _ in range(2)] == [1, 0]
    assert len(await send_all(announcements)) == 1


async def test_nothing_is_sent_after_stop(announcements: Announcements, store: Store) -> None:
    await announcements.subscribe(everything(1), NOON)
    await announcements.subscribe(everything(2), NOON)
    number = await tell(announcements, SEMINAR, "new")

    await announcements.stop(1, None, NOON)

    assert await send_all(announcements, NOON + timedelta(days=60)) == []  # over by then
    assert await send_all(announcements) == []
    await tell(announcements, LATER, "change")
    assert (await states(store))[1, "new"] == "expired"
    progress = await announcements.progress(number)
    assert progress is not None and progress.expired == 2


async def test_a_change_goes_to_exactly_those_who_got_the_news(announcements: Announcements) -> None:
    await announcements.subscribe(everything(1), NOON)
    await announcements.subscribe(replace(everything(2), topics=frozenset({"fish"}), everything=False), NOON)
    await tell(announcements, SEMINAR, "new")
    assert await send_all(announcements) == [(1, "new")]
    await announcements.subscribe(everything(3), NOON)  # later than the news

    assert await announcements.kind_for(LATER) == "change"
    await tell(announcements, LATER, "change")
    (letter,) = await announcements.claim(NOON, 10, 1)

    assert (letter.chat, letter.kind, letter.occasion.start) == (1, "change", LATER.start)
    assert letter.told is not None and letter.told.message == 1001
    assert letter.told.occasion.start == SEMINAR.start


async def test_who_still_waits_gets_the_newest_text_once(announcements: Announcements) -> None:
    await announcements.subscribe(everything(1), NOON)
    await tell(announcements, SEMINAR, "new")
    await tell(announcements, LATER, "change")

    (letter,) = await announcements.claim(NOON, 10, 1)

    assert (letter.kind, letter.occasion.start) == ("new", LATER.start)
    await announcements.judge(letter, Verdict("sent", message=5), NOON)
    assert await announcements.claim(NOON, 10, 1) == ()


async def test_of_two_changes_in_the_queue_only_the_newest_is_sent(announcements: Announcements) -> None:
    await announcements.subscribe(everything(1), NOON)
    await tell(announcements, SEMINAR, "new")
    await send_all(announcements)
    await tell(announcements, LATER, "change")
    again = replace(SEMINAR, start=PartialDate.parse("2027-01-20T14:00"))
    await tell(announcements, again, "change", NOON + timedelta(seconds=1))

    (letter,) = await announcements.claim(NOON + timedelta(seconds=2), 10, 1)

    assert letter.occasion.start == again.start
    assert letter.told is not None and letter.told.occasion.start == SEMINAR.start


async def test_a_change_back_is_told_too(announcements: Announcements) -> None:
    await announcements.subscribe(everything(1), NOON)
    for minute, (occasion, kind) in enumerate(
        [(SEMINAR, "new"), (LATER, "change"), (SEMINAR, "change"), (LATER, "change")]
    ):
        now = NOON + timedelta(minutes=minute)
        await tell(announcements, occasion, kind, now)
        assert await send_all(announcements, now) == [(1, kind)]


async def test_a_cancellation_reaches_who_got_it_and_who_waits(
    announcements: Announcements, store: Store
) -> None:
    await announcements.subscribe(everything(1), NOON)
    await announcements.subscribe(everything(2), NOON)
    await tell(announcements, SEMINAR, "new")
    (first,) = await announcements.claim(NOON, 1, 1)
    await announcements.judge(first, Verdict("sent", message=1), NOON)

    await tell(announcements, OFF, "cancel")

    assert sorted(await send_all(announcements)) == [(1, "cancel"), (2, "cancel")]
    assert (await states(store))[2, "new"] == "expired"
    assert await send_all(announcements, NOON + timedelta(days=49)) == []  # no reminders either


async def test_who_waits_while_it_is_cancelled_gets_one_message_also_if_the_news_was_on_its_way(
    announcements: Announcements,
) -> None:
    await announcements.subscribe(everything(1), NOON)
    await tell(announcements, SEMINAR, "new")
    (news,) = await announcements.claim(NOON, 1, 1)

    await tell(announcements, OFF, "cancel")
    await announcements.judge(news, Verdict("pending", due=NOON), NOON)  # Telegram wanted a pause

    assert await send_all(announcements) == [(1, "cancel")]


async def test_a_change_waits_until_the_news_has_arrived(announcements: Announcements) -> None:
    await announcements.subscribe(everything(1), NOON)
    await tell(announcements, SEMINAR, "new")
    (news,) = await announcements.claim(NOON, 10, 1)
    await tell(announcements, LATER, "change")

    assert await announcements.claim(NOON, 10, 1) == ()
    await announcements.judge(news, Verdict("sent", message=7), NOON)

    (letter,) = await announcements.claim(NOON + timedelta(seconds=1), 10, 1)
    assert letter.told is not None and letter.told.message == 7


async def test_a_pause_holds_what_has_not_gone_also_what_comes_back(announcements: Announcements) -> None:
    for chat in (1, 2):
        await announcements.subscribe(everything(chat), NOON)
    number = await tell(announcements, SEMINAR, "new")
    (flying,) = await announcements.claim(NOON, 1, 1)

    assert await announcements.pause(number, "staff", NOON)
    await announcements.judge(flying, Verdict("pending", due=NOON), NOON)
    assert await announcements.claim(NOON, 10, 1) == ()

    assert await announcements.resume(number, "staff", NOON)
    assert len(await send_all(announcements)) == 2


async def test_a_cancelled_telling_sends_nothing_more(announcements: Announcements) -> None:
    for chat in (1, 2):
        await announcements.subscribe(everything(chat), NOON)
    number = await tell(announcements, SEMINAR, "new")
    (flying,) = await announcements.claim(NOON, 1, 1)

    await announcements.cancel(number, "staff", NOON)
    await announcements.judge(flying, Verdict("pending", due=NOON), NOON)

    assert await announcements.claim(NOON + timedelta(days=45), 10, 1) == ()
    progress = await announcements.progress(number)
    assert progress is not None and (progress.state, progress.expired) == ("cancelled", 2)


async def test_a_group_that_moved_keeps_its_subscriptions_and_letters(announcements: Announcements) -> None:
    await announcements.subscribe(everything(-5, thread=3), NOON)
    await tell(announcements, SEMINAR, "new")
    (letter,) = await announcements.claim(NOON, 10, 1)

    await announcements.judge(letter, Verdict("pending", due=NOON, moved_to=-1005), NOON)

    assert await announcements.subscription_of(-5, 3) is None
    moved = await announcements.subscription_of(-1005, 3)
    assert moved is not None and moved.everything
    assert await send_all(announcements) == [(-1005, "new")]


async def test_a_closed_topic_falls_back_to_the_group(announcements: Announcements) -> None:
    await announcements.subscribe(everything(-5, thread=3), NOON)
    await tell(announcements, SEMINAR, "new")
    (letter,) = await announcements.claim(NOON, 10, 1)

    await announcements.judge(letter, Verdict("pending", due=NOON, topic_closed=True), NOON)

    (again,) = await announcements.claim(NOON, 10, 1)
    assert (again.chat, again.thread) == (-5, None)


async def test_a_block_pauses_until_they_come_back_and_a_stop_stays(announcements: Announcements) -> None:
    await announcements.subscribe(everything(1), NOON)
    await announcements.subscribe(everything(2), NOON)
    await announcements.stop(2, None, NOON)
    for chat in (1, 2):
        await announcements.pause_blocked(chat, NOON)
        await announcements.resume_blocked(chat, NOON)

    paused = [await announcements.subscription_of(chat) for chat in (1, 2)]

    assert [each.paused for each in paused if each] == ["", "stopped"]


async def test_what_was_being_sent_at_a_crash_is_repeated_once_it_has_settled(
    announcements: Announcements,
) -> None:
    await announcements.subscribe(everything(1), NOON)
    number = await tell(announcements, SEMINAR, "new")
    first = await announcements.start(NOON, SETTLE)
    await announcements.claim(NOON, 10, first.epoch)

    second = await announcements.start(NOON, SETTLE)
    assert (second.epoch, second.in_doubt) == (first.epoch + 1, 1)
    assert await announcements.claim(NOON, 10, second.epoch) == ()

    assert await send_all(announcements, NOON + SETTLE, second.epoch) == [(1, "new")]
    assert await announcements.doubtful(number) == [(1, None, "sent")]


async def test_what_is_older_than_a_day_is_not_sent_by_itself(announcements: Announcements) -> None:
    await announcements.subscribe(everything(1), NOON)
    number = await tell(announcements, SEMINAR, "new")
    late = NOON + timedelta(hours=25)

    found = await announcements.start(late, SETTLE)

    assert found.paused == 1 and await announcements.claim(late, 10, found.epoch) == ()
    await announcements.resume(number, "staff", late)
    assert await send_all(announcements, late, found.epoch) == [(1, "new")]


async def test_reminders_come_in_time_and_never_twice(announcements: Announcements) -> None:
    await announcements.subscribe(everything(1), NOON)
    await tell(announcements, SEMINAR, "new")
    start = datetime(2027, 1, 20, 10, tzinfo=OSLO)
    gone = []
    for day in range(60):
        gone += await send_all(announcements, NOON + timedelta(days=day))
        await announcements.subscribe(everything(1), NOON + timedelta(days=day))  # a tap on a setting

    assert gone == [(1, "new"), (1, "reminder:10080"), (1, "reminder:1440")]
    assert await announcements.remind(1, None, "en", SEMINAR, start - timedelta(hours=1)) == []


async def test_after_an_outage_one_reminder_is_enough(announcements: Announcements) -> None:
    await announcements.subscribe(everything(1), NOON)
    await tell(announcements, SEMINAR, "new")
    await send_all(announcements)

    found = await send_all(announcements, datetime(2027, 1, 20, 9, tzinfo=OSLO))

    assert found == [(1, "reminder:1440")]


async def test_a_reminder_of_what_has_begun_is_expired(announcements: Announcements, store: Store) -> None:
    await announcements.subscribe(everything(1), NOON)
    await tell(announcements, SEMINAR, "new")
    await send_all(announcements)

    assert await send_all(announcements, datetime(2027, 1, 20, 10, tzinfo=OSLO)) == []


async def test_reminders_follow_a_new_date(announcements: Announcements) -> None:
    await announcements.subscribe(everything(1), NOON)
    await announcements.subscribe(Subscription(2), NOON)
    await announcements.remind(2, None, "en", SEMINAR, NOON)
    await tell(announcements, SEMINAR, "new")
    await send_all(announcements)
    await tell(announcements, replace(SEMINAR, start=PartialDate.parse("2027-02-20T10:00")), "change")
    await send_all(announcements)

    assert await send_all(announcements, datetime(2027, 1, 19, 12, tzinfo=OSLO)) == []
    found = await send_all(announcements, datetime(2027, 2, 13, 12, tzinfo=OSLO))
    assert sorted(found) == [(1, "reminder:10080"), (2, "reminder:10080")]


async def test_a_reminder_of_what_was_never_announced_follows_the_file(announcements: Announcements) -> None:
    await announcements.look([SEMINAR], NOON)
    await announcements.remind(2, None, "en", SEMINAR, NOON)
    moved = replace(SEMINAR, start=PartialDate.parse("2027-02-20T10:00"))
    await announcements.look([moved], NOON + timedelta(minutes=1))

    assert await send_all(announcements, datetime(2027, 1, 19, 12, tzinfo=OSLO)) == []
    (letter,) = await announcements.claim(datetime(2027, 2, 13, 12, tzinfo=OSLO), 10, 1)
    assert letter.occasion.start == moved.start


async def test_who_asked_to_be_reminded_hears_of_the_cancellation(announcements: Announcements) -> None:
    await announcements.look([SEMINAR], NOON)
    await announcements.subscribe(Subscription(2, quiet=None), NOON)
    await announcements.remind(2, None, "en", SEMINAR, NOON)

    saved = await announcements.look([OFF], NOON + timedelta(minutes=1))
    assert [each.kind for each in saved] == ["cancel"]
    (waiting,) = await announcements.unasked()
    assert await announcements.confirm(waiting.id, "kari", NOON) == 1

    assert await send_all(announcements) == [(2, "cancel")]
    assert await send_all(announcements, datetime(2027, 1, 19, 12, tzinfo=OSLO)) == []


async def test_who_subscribes_later_is_reminded_of_what_was_told(announcements: Announcements) -> None:
    await tell(announcements, SEMINAR, "new")
    await announcements.subscribe(everything(1), NOON)

    assert await send_all(announcements) == []
    assert await send_all(announcements, datetime(2027, 1, 13, 12, tzinfo=OSLO)) == [(1, "reminder:10080")]


async def test_the_night_is_kept_also_when_the_queue_runs_into_it(announcements: Announcements) -> None:
    await announcements.subscribe(Subscription(1, everything=True), NOON)
    await tell(announcements, SEMINAR, "new")

    assert await send_all(announcements, datetime(2026, 12, 1, 21, 30, tzinfo=OSLO)) == []
    assert await send_all(announcements, datetime(2026, 12, 2, 7, 59, tzinfo=OSLO)) == []
    assert await send_all(announcements, datetime(2026, 12, 2, 8, tzinfo=OSLO)) == [(1, "new")]


async def test_what_waits_leaves_when_its_quiet_hours_or_digest_are_given_up(
    announcements: Announcements,
) -> None:
    night = datetime(2026, 12, 1, 22, tzinfo=OSLO)
    await announcements.subscribe(Subscription(1, everything=True), NOON)
    await announcements.subscribe(replace(everything(2), digest=time(7)), NOON)
    await announcements.subscribe(Subscription(3, everything=True), NOON)
    await tell(announcements, SEMINAR, "new", night)
    assert await send_all(announcements, night) == []

    await announcements.subscribe(everything(1), night)
    await announcements.subscribe(everything(2), night)
    await announcements.subscribe(Subscription(3, everything=True, quiet=(time(21), time(6))), night)

    assert sorted(await send_all(announcements, night)) == [(1, "new"), (2, "new")]
    assert await send_all(announcements, datetime(2026, 12, 2, 6, tzinfo=OSLO)) == [(3, "new")]


async def test_a_first_start_tells_nothing_and_a_saved_file_asks_staff(announcements: Announcements) -> None:
    await announcements.subscribe(everything(1), NOON)

    assert [each.kind for each in await announcements.look([SEMINAR], NOON, auto=True)] == [None]
    assert await announcements.look([SEMINAR], NOON) == []
    saved = await announcements.look([LATER], NOON + timedelta(minutes=1))
    assert [each.kind for each in saved] == ["new"]
    assert await announcements.look([LATER], NOON + timedelta(minutes=2)) == []

    assert [each.state for each in await announcements.unasked()] == ["waiting"]
    assert await send_all(announcements) == []


async def test_only_the_newest_of_two_saved_versions_waits(announcements: Announcements) -> None:
    await announcements.look([], NOON)
    await announcements.look([SEMINAR], NOON)
    await announcements.look([LATER], NOON + timedelta(minutes=1))

    (waiting,) = await announcements.unasked()

    assert waiting.content.start == LATER.start


async def test_what_was_stopped_can_go_on_to_those_who_did_not_get_it(announcements: Announcements) -> None:
    for chat in (1, 2, 3):
        await announcements.subscribe(everything(chat), NOON)
    stopped = await tell(announcements, SEMINAR, "new")
    (letter,) = await announcements.claim(NOON, 1, 1)
    await announcements.judge(letter, Verdict("sent", message=7), NOON)
    assert await announcements.kind_for(SEMINAR) is None  # it is on its way
    await announcements.cancel(stopped, "kari", NOON)
    await announcements.subscribe(everything(4), NOON)
    assert await send_all(announcements) == []

    assert await announcements.kind_for(SEMINAR) == "new"
    assert (await announcements.audience_size(SEMINAR, "new", NOON)).recipients == 3
    again = await tell(announcements, SEMINAR, "new")

    assert await send_all(announcements) == [(2, "new"), (3, "new"), (4, "new")]
    progress = await announcements.progress(again)
    assert progress is not None and (progress.total, progress.sent) == (3, 3)
    reminded = await send_all(announcements, datetime(2027, 1, 13, 12, tzinfo=OSLO))
    assert sorted(reminded) == [(chat, "reminder:10080") for chat in (1, 2, 3, 4)]
    assert await announcements.kind_for(SEMINAR) is None


async def test_a_stopped_change_can_go_on_to_those_who_did_not_get_it(announcements: Announcements) -> None:
    for chat in (1, 2):
        await announcements.subscribe(everything(chat), NOON)
    await tell(announcements, SEMINAR, "new")
    await send_all(announcements)
    stopped = await tell(announcements, LATER, "change")
    (letter,) = await announcements.claim(NOON, 1, 1)
    await announcements.judge(letter, Verdict("sent", message=7), NOON)
    await announcements.cancel(stopped, "kari", NOON)

    assert await announcements.kind_for(LATER) == "change"
    await tell(announcements, LATER, "change")

    (letter,) = await announcements.claim(NOON, 10, 1)
    assert (letter.chat, letter.kind) == (2, "change")
    assert letter.told is not None and letter.told.occasion.start == SEMINAR.start


async def stopped_after_a_correction(announcements: Announcements) -> int:
    """Chat 1 got the news and its correction; the news to chat 2, which waits for its digest, was stopped."""
    await announcements.subscribe(everything(1), NOON)
    await announcements.subscribe(replace(everything(2), digest=time(7)), NOON)
    first = await tell(announcements, SEMINAR, "new")
    assert await send_all(announcements) == [(1, "new")]
    await tell(announcements, LATER, "change")
    assert await send_all(announcements) == [(1, "change")]
    await announcements.cancel(first, "kari", NOON)
    return first


async def test_what_was_corrected_and_then_stopped_goes_on_in_its_newest_version(
    announcements: Announcements,
) -> None:
    await stopped_after_a_correction(announcements)

    assert await announcements.kind_for(LATER) == "new"
    assert (await announcements.audience_size(LATER, "new", NOON)).recipients == 1
    await tell(announcements, LATER, "new")

    morning = datetime(2026, 12, 2, 7, tzinfo=OSLO)
    (letter,) = await announcements.claim(morning, 10, 1)
    assert (letter.chat, letter.kind, letter.occasion.start) == (2, "new", LATER.start)
    await announcements.judge(letter, Verdict("sent", message=7), morning)
    assert await announcements.kind_for(LATER) is None


async def test_what_was_stopped_and_then_corrected_goes_on_in_its_newest_version(
    announcements: Announcements,
) -> None:
    for chat in (1, 2):
        await announcements.subscribe(everything(chat), NOON)
    first = await tell(announcements, SEMINAR, "new")
    (letter,) = await announcements.claim(NOON, 1, 1)
    await announcements.judge(letter, Verdict("sent", message=7), NOON)
    await announcements.cancel(first, "kari", NOON)
    await tell(announcements, LATER, "change")
    assert await send_all(announcements) == [(1, "change")]

    assert await announcements.kind_for(LATER) == "new"
    await tell(announcements, LATER, "new")

    assert await send_all(announcements) == [(2, "new")]
    assert await announcements.kind_for(LATER) is None


async def test_a_stopped_change_goes_on_before_the_stopped_news(announcements: Announcements) -> None:
    await stopped_after_a_correction(announcements)
    change = await tell(announcements, SEMINAR, "change")
    await announcements.cancel(change, "kari", NOON)

    for kind, when, chat in (("change", NOON, 1), ("new", datetime(2026, 12, 2, 7, tzinfo=OSLO), 2)):
        assert await announcements.kind_for(SEMINAR) == kind
        await tell(announcements, SEMINAR, kind)
        assert await send_all(announcements, when) == [(chat, kind)]
    assert await announcements.kind_for(SEMINAR) is None


async def test_what_was_stopped_is_no_news_to_anybody_once_it_is_called_off(
    announcements: Announcements,
) -> None:
    await stopped_after_a_correction(announcements)
    await tell(announcements, OFF, "cancel")
    assert await send_all(announcements) == [(1, "cancel")]

    assert await announcements.kind_for(OFF) is None


async def test_each_step_leaves_a_line(announcements: Announcements) -> None:
    await announcements.subscribe(everything(1), NOON)
    number = await tell(announcements, SEMINAR, "new")
    await announcements.pause(number, "kari", NOON)
    await announcements.resume(number, "ola", NOON)
    await announcements.cancel(number, "kari", NOON)

    lines = [(line.who, line.what, line.count) for line in reversed(await announcements.audit())]

    assert lines[1] == ("staff", "confirm", 1)
    assert [line[:2] for line in lines[2:]] == [("kari", "pause"), ("ola", "resume"), ("kari", "cancel")]


NAMES = st.frozensets(st.sampled_from(["a", "b", "a-b"]), max_size=2)
SUBSCRIPTIONS = st.builds(
    Subscription,
    chat=st.integers(-3, 3).filter(bool),
    thread=st.sampled_from([None, 7]),
    everything=st.sampled_from([True, True, False]),
    topics=NAMES,
    regions=NAMES,
    levels=NAMES,
    clusters=NAMES,
    leads=st.lists(st.sampled_from([120, 1440, 10080]), unique=True, max_size=3).map(tuple),
    digest=st.sampled_from([None, time(9), time(17, 30)]),
    quiet=st.sampled_from([None, (time(21), time(8)), (time(0), time(6)), (time(12), time(14))]),
    paused=st.sampled_from(["", "", "stopped", "blocked"]),
)
PLACES = st.frozensets(st.sampled_from(["a", "b", "a-b"]), max_size=2).map(tuple)
OCCASIONS = st.builds(
    replace,
    st.just(SEMINAR),
    topics=PLACES,
    regions=PLACES,
    levels=PLACES,
    clusters=PLACES,
    rrule=st.sampled_from([None, None, "FREQ=WEEKLY"]),
    start=st.sampled_from(["2026-12-01T13:00", "2026-12-08T07:30", "2027-03-28T02:30", "2027"]).map(
        PartialDate.parse
    ),
    reminders=st.sampled_from([None, (), (timedelta(hours=2), timedelta(days=3))]),
    announce_at=st.sampled_from([None, NOON + timedelta(hours=9)]),
)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A database with all tables and nothing in them; whoever writes takes it back."""
    if request.param == "sqlite":
        made = create_engine("sqlite://")
        t.metadata.create_all(made)
    else:
        server: PostgreSQL = request.getfixturevalue("postgresql")
        url = server.database(request.getfixturevalue("migrated"))
        made = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    yield made
    made.dispose()


def letters(
    plan: Plan, subscriptions: Iterable[Subscription], heard: Collection[tuple[int, int | None]]
) -> set[tuple[int, int | None, str, str, datetime]]:
    """Every letter of the plan as (chat, thread, occasion, kind, due), chat by chat in plain words."""
    found = set()
    for each in subscriptions:
        address = (each.chat, each.thread)
        if each.paused or not (address in heard if plan.follows else wants(each, plan.occasion)):
            continue
        for rule in rules(plan, [(each.quiet, each.digest)], each.leads, OSLO):
            if rule.kind in ("new", "text") and address in heard:
                continue
            found.add((*address, rule.occasion, rule.kind, rule.due))
    return found


@settings(deadline=None, max_examples=200)
@given(
    some=st.lists(SUBSCRIPTIONS, max_size=8, unique_by=lambda each: (each.chat, each.thread)),
    occasion=OCCASIONS,
    heard=st.frozensets(st.tuples(st.integers(-3, 3).filter(bool), st.sampled_from([None, 7])), max_size=6),
    kind=st.sampled_from(["new", "text", "change", "cancel"]),
)
def test_the_database_makes_exactly_the_letters_of_the_plan(
    engine: Engine,
    some: list[Subscription],
    occasion: Occasion,
    heard: frozenset[tuple[int, int | None]],
    kind: str,
) -> None:
    plan = Plan(occasion, revision(occasion), kind, NOON)
    with engine.connect() as connection:
        for each in some:
            subscribers.save(each, connection)
        blank = {"occasion": occasion.id, "revision": "old", "kind": "new", "state": "sent", "due": NOON}
        blank |= {"attempts": 1, "doubts": 0, "epoch": 1, "at": NOON}
        for chat, thread in heard:
            connection.execute(t.letters.insert().values(**blank, chat=chat, thread=thread or 0))
        expansion.expand(plan, None, OSLO, connection)
        rows = connection.execute(select(t.letters).where(t.letters.c.revision != "old")).all()

    made = {(row.chat, row.thread or None, row.occasion, row.kind, row.due) for row in rows}
    assert len(made) == len(rows)
    assert made == letters(plan, some, heard)


async def test_another_process_can_write_while_the_bot_runs(
    announcements: Announcements, database: str
) -> None:
    await announcements.subscribe(everything(1), NOON)
    other = Store.open(database)
    await Announcements(other, lambda: OSLO).tell(SEMINAR, "new", "command line", NOON)
    await other.close()

    assert await send_all(announcements) == [(1, "new")]
    if database.startswith("sqlite"):
        with sqlite3.connect(database.removeprefix("sqlite:///")) as file:
            assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_who_stood_still_while_another_began_to_send_claims_nothing(
    announcements: Announcements,
) -> None:
    await announcements.subscribe(everything(1), NOON)
    before = await announcements.start(NOON, SETTLE)
    await announcements.tell(SEMINAR, "new", "staff", NOON)
    now = await announcements.start(NOON, SETTLE)

    assert await announcements.claim(NOON, 10, before.epoch) == ()
    assert len(await announcements.claim(NOON, 10, now.epoch)) == 1


async def test_a_correction_confirmed_after_the_clock_was_set_back_is_the_newest_all_the_same(
    announcements: Announcements,
) -> None:
    await announcements.subscribe(everything(1), NOON)
    await tell(announcements, SEMINAR, "new")
    earlier = NOON - timedelta(hours=2)
    await tell(announcements, LATER, "change", earlier)

    (letter,) = await announcements.claim(NOON, 1, 1)

    assert letter.occasion.start == LATER.start


async def test_what_was_being_sent_in_a_crash_is_not_repeated_when_staff_took_it_back_meanwhile(
    announcements: Announcements, store: Store
) -> None:
    await announcements.subscribe(everything(1), NOON)
    number = await tell(announcements, SEMINAR, "new")
    before = await announcements.start(NOON, SETTLE)
    await announcements.claim(NOON, 1, before.epoch)
    await announcements.cancel(number, "staff", NOON)

    await announcements.start(NOON, SETTLE)

    assert await send_all(announcements, NOON + SETTLE, 2) == []
    assert (await states(store))[1, "new"] == "unknown"
