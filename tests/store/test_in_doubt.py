"""Who may have got a letter, since its answer was lost, is not written to again, whoever ends its telling."""

from __future__ import annotations

from datetime import timedelta

from telling import NOON, SEMINAR, SETTLE, everything, send_all, states, tell

from bot.delivery.letter import Letter, Verdict
from bot.store.announcements import Announcements
from bot.store.store import Store

LOST = Verdict("doubt", due=NOON + SETTLE, doubted=True)
BUSY = Verdict("pending", due=NOON + timedelta(minutes=2))  # its chat must wait, or Telegram said so


async def lost(announcements: Announcements) -> tuple[int, Letter]:
    """A telling of which one letter's answer was lost; its number and the letter."""
    await announcements.subscribe(everything(1), NOON)
    number = await tell(announcements, SEMINAR, "new")
    (letter,) = await announcements.claim(NOON, 1, 1)
    await announcements.judge(letter, LOST, NOON)
    return number, letter


async def assert_not_written_again(announcements: Announcements, store: Store, number: int) -> None:
    assert (await states(store))[1, "new"] == "unknown"
    progress = await announcements.progress(number)
    assert progress is not None and (progress.unknown, progress.expired) == (1, 0)
    assert (await announcements.audience_size(SEMINAR, "new", NOON)).recipients == 0
    await tell(announcements, SEMINAR, "new")
    assert await send_all(announcements, NOON + timedelta(hours=1)) == []


async def test_a_letter_in_doubt_whose_telling_is_paused_and_then_stopped(
    announcements: Announcements, store: Store
) -> None:
    number, _ = await lost(announcements)

    await announcements.pause(number, "staff", NOON)
    await announcements.cancel(number, "staff", NOON)

    await assert_not_written_again(announcements, store, number)


async def test_a_letter_in_doubt_whose_repetition_had_to_wait_for_its_chat(
    announcements: Announcements, store: Store
) -> None:
    number, _ = await lost(announcements)
    (again,) = await announcements.claim(NOON + SETTLE, 1, 1)
    await announcements.judge(again, BUSY, NOON)

    await announcements.cancel(number, "staff", NOON)

    await assert_not_written_again(announcements, store, number)


async def test_a_letter_in_doubt_whose_telling_is_stopped_while_it_is_repeated(
    announcements: Announcements, store: Store
) -> None:
    number, _ = await lost(announcements)
    (again,) = await announcements.claim(NOON + SETTLE, 1, 1)

    await announcements.cancel(number, "staff", NOON)
    await announcements.judge(again, BUSY, NOON)

    await assert_not_written_again(announcements, store, number)


async def test_a_letter_in_doubt_whose_chat_stopped_announcements_may_have_arrived(
    announcements: Announcements, store: Store
) -> None:
    number, _ = await lost(announcements)

    await announcements.stop(1, None, NOON)

    assert (await states(store))[1, "new"] == "unknown"
    assert await announcements.doubtful(number) == [(1, None, "unknown")]


async def test_a_letter_in_doubt_that_comes_too_late_to_be_repeated_may_have_arrived(
    announcements: Announcements, store: Store
) -> None:
    await lost(announcements)

    assert await send_all(announcements, NOON + timedelta(days=60)) == []  # the seminar is over

    assert (await states(store))[1, "new"] == "unknown"
