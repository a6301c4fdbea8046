"""The inbox: an update is there once, handed out in order, and gone together with what it led to."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from bot.delivery.arrival import Arrival, Delivered, Done, Outgoing, Waiting
from bot.reply import Remember
from bot.store import inbox as units
from bot.store.inbox import KEEP_NUMBERS, Inbox
from bot.store.memory import Memory
from bot.store.store import Store
from bot.store.tables import metadata

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def arrival(update: int, lane: str = "chat:1", *, urgent: bool = False) -> Arrival:
    return Arrival(update, lane, urgent, f'{{"update_id": {update}}}', NOON)


def done(waiting: Waiting, *effects: str) -> Done:
    owed = tuple(
        Outgoing(waiting.update, position, waiting.lane, effect, 1, 70 + position)
        for position, effect in enumerate(effects)
    )
    return Done(waiting, (Remember(1, 2, entry="arena"),), owed, NOON)


@pytest.fixture
async def inbox(store: Store) -> Inbox:
    inbox = Inbox(store)
    await inbox.begin(1)
    return inbox


async def power_cut(inbox: Inbox, store: Store) -> None:
    """Another process begins, and nobody has what the first one held."""
    await store.run(partial(units.free, [1]))
    await inbox.begin(2)


async def claimed(inbox: Inbox, limit: int = 10) -> list[Waiting]:
    return list((await inbox.claim(False, limit)).updates)


async def test_an_update_that_comes_again_is_not_handled_again(inbox: Inbox) -> None:
    assert await inbox.keep(arrival(7)) is True
    assert await inbox.keep(arrival(7)) is False

    [first] = await claimed(inbox)
    await inbox.finish(done(first))

    assert await inbox.keep(arrival(7)) is False
    assert await claimed(inbox) == []


async def test_a_smaller_number_is_no_repetition(inbox: Inbox) -> None:
    """After a week of silence Telegram goes on with a random number."""
    await inbox.keep(arrival(900))

    assert await inbox.keep(arrival(5)) is True


async def test_numbers_are_forgotten_when_telegram_cannot_repeat_them(inbox: Inbox, store: Store) -> None:
    await inbox.keep(arrival(7))

    assert await store.run(partial(units.forget_numbers, NOON + KEEP_NUMBERS)) == 0
    assert await store.run(partial(units.forget_numbers, NOON + KEEP_NUMBERS + timedelta(seconds=1))) == 1


async def test_of_one_chat_only_the_first_is_handed_out_until_it_is_done(inbox: Inbox) -> None:
    for number, lane in ((1, "chat:1"), (2, "chat:1"), (3, "chat:2")):
        await inbox.keep(arrival(number, lane))

    first, other = await claimed(inbox)
    assert (first.update, other.update) == (1, 3)
    assert await claimed(inbox) == []

    await inbox.finish(done(first))
    assert [each.update for each in await claimed(inbox)] == [2]


async def test_the_next_message_of_a_chat_waits_until_the_answer_is_sent(inbox: Inbox) -> None:
    await inbox.keep(arrival(1))
    await inbox.keep(arrival(2))
    [first] = await claimed(inbox)
    made = done(first, "answer")

    await inbox.finish(made)
    assert await claimed(inbox) == []

    await inbox.delivered(Delivered(made.outgoing[0], (31,), NOON))
    assert [each.update for each in await claimed(inbox)] == [2]


async def test_taps_do_not_queue_behind_messages(inbox: Inbox) -> None:
    await inbox.keep(arrival(1, "chat:2"))
    await inbox.keep(arrival(2, "tap:2", urgent=True))

    assert [each.update for each in (await inbox.claim(True, 10)).updates] == [2]


async def test_done_remembers_and_owes_in_the_same_step(inbox: Inbox, store: Store) -> None:
    await inbox.keep(arrival(1))
    [first] = await claimed(inbox)
    made = done(first, "one", "two")
    await inbox.finish(made)

    assert (await Memory(store).known(1, 2)).entry == "arena"
    await power_cut(inbox, store)
    assert (await inbox.claim(False, 10)).owed == (made.outgoing,)


async def test_what_is_delivered_is_owed_no_more_and_known_as_the_answer(inbox: Inbox, store: Store) -> None:
    await inbox.keep(arrival(1))
    [first] = await claimed(inbox)
    made = done(first, "one")
    await inbox.finish(made)
    await inbox.delivered(Delivered(made.outgoing[0], (31, 32), NOON))

    await power_cut(inbox, store)
    assert (await inbox.claim(False, 10)).owed == ()
    assert await Memory(store).reply_to(1, 70) == (31, 32)


async def test_what_was_in_hand_at_a_power_cut_is_handed_out_again_and_counted(
    inbox: Inbox, store: Store
) -> None:
    await inbox.keep(arrival(1))
    [first] = await claimed(inbox)

    await power_cut(inbox, store)

    [again] = await claimed(inbox)
    assert (first.attempts, again.attempts) == (1, 2)


async def test_what_is_left_at_a_stop_is_handed_out_at_the_next_start(inbox: Inbox, store: Store) -> None:
    await inbox.keep(arrival(1))
    await claimed(inbox)
    await inbox.end()

    assert [each.update for each in await claimed(inbox)] == [1]


async def test_who_lost_an_update_to_another_process_writes_nothing(inbox: Inbox, store: Store) -> None:
    other = Inbox(store)
    await other.begin(2)
    await inbox.keep(arrival(1))
    [first] = await claimed(inbox)
    await store.run(partial(units.free, [1]))
    [again] = await claimed(other)

    assert await inbox.finish(done(first, "one")) is False
    assert await other.finish(done(again, "one")) is True


async def test_a_commit_whose_confirmation_was_lost_is_not_made_twice(inbox: Inbox, store: Store) -> None:
    await inbox.keep(arrival(1))
    [first] = await claimed(inbox)
    made = done(first, "one")

    assert await inbox.finish(made) is True
    assert await inbox.finish(made) is True

    await power_cut(inbox, store)
    assert (await inbox.claim(False, 10)).owed == (made.outgoing,)


async def test_a_handled_update_leaves_nothing_of_what_was_written(inbox: Inbox, store: Store) -> None:
    secret = Arrival(1, "chat:1", False, '{"text": "my secret question"}', NOON)
    await inbox.keep(secret)
    [first] = await claimed(inbox)
    await inbox.finish(done(first))

    def dump(connection: Connection) -> str:
        return "".join(str(connection.execute(table.select()).all()) for table in metadata.sorted_tables)

    assert "secret question" not in await store.run(dump)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=30))
def test_whatever_comes_each_chat_is_handled_in_order_and_nothing_is_left(
    steps: list[tuple[int, bool]],
) -> None:
    """Lanes of arrivals, with claims and finishes in between: a model of lists says the same."""

    async def play() -> None:
        store = Store.open("sqlite://")
        inbox = Inbox(store)
        await inbox.begin(1)
        handled: dict[str, list[int]] = {}

        async def one_round() -> bool:
            taken = await claimed(inbox)
            assert len({each.lane for each in taken}) == len(taken)
            for each in taken:
                handled.setdefault(each.lane, []).append(each.update)
                await inbox.finish(done(each))
            return bool(taken)

        came: dict[str, list[int]] = {}
        for number, (lane, hand_out) in enumerate(steps):
            came.setdefault(f"chat:{lane}", []).append(number)
            await inbox.keep(arrival(number, f"chat:{lane}"))
            if hand_out:
                await one_round()
        while await one_round():
            pass
        assert handled == came
        await store.close()

    asyncio.run(play())


async def test_what_was_talked_about_may_be_long(inbox: Inbox, store: Store) -> None:
    await inbox.keep(arrival(1))
    (waiting,) = await claimed(inbox)
    about = "list:" + "+".join(f"theme-{number}" for number in range(40))

    await inbox.finish(Done(waiting, (Remember(1, 2, entry=about),), (), NOON))

    assert (await Memory(store).known(1, 2)).entry == about
