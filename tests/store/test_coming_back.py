"""Chats that stop everything, or block the bot, and come back: what they were promised is kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from telling import NOON, OFF, OSLO, SEMINAR, everything, send_all, tell

from bot.announce.audience import Subscription
from bot.store.announcements import Announcements

WEEK_BEFORE = datetime(2027, 1, 13, 10, tzinfo=OSLO)
DAY_BEFORE = datetime(2027, 1, 19, 10, tzinfo=OSLO)
NEXT_DAY = NOON + timedelta(days=1)
BOTH = [(1, "reminder:10080"), (1, "reminder:1440")]


async def stop_and_start(announcements: Announcements) -> None:
    before = await announcements.subscription_of(1)
    assert before is not None
    await announcements.stop(1, None, NOON)
    await announcements.subscribe(before, NEXT_DAY)


async def block_and_unblock(announcements: Announcements) -> None:
    await announcements.pause_blocked(1, NOON)
    await announcements.resume_blocked(1, NEXT_DAY)


leave_and_return = pytest.mark.parametrize("leave_and_return", [stop_and_start, block_and_unblock])
Away = Callable[[Announcements], Awaitable[None]]


async def reminders(announcements: Announcements) -> list[tuple[int, str]]:
    """The reminders of the seminar that are sent, each at its time."""
    return [
        *await send_all(announcements, WEEK_BEFORE),
        *await send_all(announcements, DAY_BEFORE),
        *await send_all(announcements, DAY_BEFORE + timedelta(hours=23)),
    ]


@leave_and_return
async def test_who_comes_back_is_reminded_of_what_was_told(
    announcements: Announcements, leave_and_return: Away
) -> None:
    await announcements.subscribe(everything(1), NOON)
    await tell(announcements, SEMINAR, "new")
    await send_all(announcements)

    await leave_and_return(announcements)

    assert await reminders(announcements) == BOTH


@leave_and_return
async def test_who_comes_back_is_reminded_of_what_they_asked_for(
    announcements: Announcements, leave_and_return: Away
) -> None:
    await announcements.look([SEMINAR], NOON)
    await announcements.remind(1, None, "en", SEMINAR, NOON)

    await leave_and_return(announcements)

    assert await reminders(announcements) == BOTH


@leave_and_return
async def test_what_remind_me_promises_after_coming_back_is_kept(
    announcements: Announcements, leave_and_return: Away
) -> None:
    await announcements.subscribe(everything(1), NOON)
    await tell(announcements, SEMINAR, "new")
    await send_all(announcements)
    await leave_and_return(announcements)

    assert await announcements.remind(1, None, "en", SEMINAR, NEXT_DAY) == [WEEK_BEFORE, DAY_BEFORE]
    assert await reminders(announcements) == BOTH


async def test_who_stopped_everything_may_be_reminded_of_one_thing_and_of_nothing_else(
    announcements: Announcements,
) -> None:
    chosen = Subscription(
        1, language="nb", topics=frozenset({"water"}), leads=(120,), quiet=(time(20), time(9))
    )
    await announcements.subscribe(chosen, NOON)
    await announcements.stop(1, None, NOON)

    moments = await announcements.remind(1, None, "nb", SEMINAR, NOON)
    other = replace(SEMINAR, id="event:other")
    await tell(announcements, other, "new")

    assert moments == [datetime(2027, 1, 20, 9, tzinfo=OSLO)]  # two hours before is in their night
    assert await announcements.subscription_of(1) == replace(chosen, paused="stopped")
    assert await send_all(announcements, moments[0]) == [(1, "reminder:120")]


async def test_stopping_again_stops_what_was_asked_for_meanwhile(announcements: Announcements) -> None:
    await announcements.subscribe(everything(1), NOON)
    await announcements.stop(1, None, NOON)
    await announcements.remind(1, None, "en", SEMINAR, NOON)

    await announcements.stop(1, None, NOON)

    assert await reminders(announcements) == []


async def test_a_setting_changed_while_everything_is_stopped_keeps_what_was_asked_for(
    announcements: Announcements,
) -> None:
    await announcements.subscribe(everything(1), NOON)
    await announcements.stop(1, None, NOON)
    await announcements.remind(1, None, "en", SEMINAR, NOON)

    await announcements.change(everything(1), lambda kept: replace(kept, language="nn"), NOON)

    assert await reminders(announcements) == BOTH


async def test_who_stopped_everything_hears_that_what_they_wait_for_is_cancelled(
    announcements: Announcements,
) -> None:
    for chat in (1, 2):
        await announcements.subscribe(everything(chat), NOON)
    await tell(announcements, SEMINAR, "new")
    await send_all(announcements)
    for chat in (1, 2):
        await announcements.stop(chat, None, NOON)
    await announcements.remind(1, None, "en", SEMINAR, NOON)

    await tell(announcements, OFF, "cancel")

    assert await send_all(announcements) == [(1, "cancel")]
    assert await reminders(announcements) == []


async def test_who_asks_to_be_reminded_has_let_the_bot_in_again(announcements: Announcements) -> None:
    await announcements.subscribe(everything(1), NOON)
    await announcements.pause_blocked(1, NOON)

    await announcements.remind(1, None, "en", SEMINAR, NEXT_DAY)

    assert await announcements.subscription_of(1) == everything(1)


async def test_a_reminder_that_was_sent_is_not_promised_again(announcements: Announcements) -> None:
    early = Subscription(1, leads=(7 * 24 * 60,), quiet=(time(9), time(11)))
    await announcements.subscribe(early, NOON)
    await announcements.remind(1, None, "en", SEMINAR, NOON)
    eleven = datetime(2027, 1, 13, 11, tzinfo=OSLO)  # its quiet hours moved it
    assert await send_all(announcements, eleven) == [(1, "reminder:10080")]

    await announcements.subscribe(replace(early, quiet=(time(9), time(13))), eleven)

    assert await announcements.remind(1, None, "en", SEMINAR, eleven) == []


async def test_what_staff_stopped_comes_back_only_to_who_asks_for_it(announcements: Announcements) -> None:
    for chat in (1, 2):
        await announcements.subscribe(everything(chat), NOON)
    await tell(announcements, SEMINAR, "new")
    await send_all(announcements)
    moved = replace(SEMINAR, place="Bergen")
    change = await tell(announcements, moved, "change")
    await announcements.cancel(change, "staff", NOON)
    for chat in (1, 2):
        await announcements.subscribe(everything(chat), NOON)  # a tap on a setting

    await announcements.remind(1, None, "en", moved, NOON)

    assert await reminders(announcements) == BOTH
