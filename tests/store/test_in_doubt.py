"""Who may have got a letter, since its answer was lost, is not written to again, whoever ends its telling."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from telling import LATER, NOON, SEMINAR, SETTLE, everything, send_all, states, tell

from bot.announce.occasion import revision
from bot.delivery.letter import Letter, Verdict
from bot.store import tables as t
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


async def assert_corrected(announcements: Announcements, store: Store) -> None:
    """Whoever may have the first version gets the correction, once, and is known to have had the first."""
    (correction,) = await announcements.claim(NOON + timedelta(hours=1), 10, 1)
    assert (correction.chat, correction.kind, correction.occasion.start) == (1, "change", LATER.start)
    assert correction.told is not None and correction.told.occasion.start == SEMINAR.start
    await announcements.judge(correction, Verdict("sent", message=8), NOON)
    assert await send_all(announcements, NOON + timedelta(hours=1)) == []
    first = select(t.letters.c.state, t.letters.c.revision).where(t.letters.c.kind == "new")
    row = await store.run(lambda connection: connection.execute(first).one())
    assert (row.state, row.revision) == ("unknown", revision(SEMINAR))


@pytest.mark.parametrize("then", ["resume", "cancel"])
async def test_a_letter_in_doubt_whose_telling_is_paused_and_corrected(
    announcements: Announcements, store: Store, then: str
) -> None:
    number, _ = await lost(announcements)
    await announcements.pause(number, "staff", NOON)

    assert (await announcements.audience_size(LATER, "change", NOON)).recipients == 1
    await tell(announcements, LATER, "change")
    await getattr(announcements, then)(number, "staff", NOON)

    await assert_corrected(announcements, store)


async def test_a_letter_in_doubt_whose_telling_is_corrected_and_then_paused_and_stopped(
    announcements: Announcements, store: Store
) -> None:
    number, _ = await lost(announcements)

    await tell(announcements, LATER, "change")
    await announcements.pause(number, "staff", NOON)
    await announcements.cancel(number, "staff", NOON)

    await assert_corrected(announcements, store)


async def test_a_letter_in_doubt_that_is_corrected_while_its_repetition_waits(
    announcements: Announcements, store: Store
) -> None:
    await lost(announcements)
    (again,) = await announcements.claim(NOON + SETTLE, 1, 1)
    await announcements.judge(again, BUSY, NOON)

    await tell(announcements, LATER, "change")

    await assert_corrected(announcements, store)
