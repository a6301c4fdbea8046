"""Two of staff announce at the same time, one in Telegram and one at a prompt: nothing is mixed up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from telling import LATER, NOON, OFF, SEMINAR, everything, send_all, tell

from bot.announce.occasion import NEW_TEXT, Occasion
from bot.errors import AnnounceError
from bot.store.announcements import Announcements


def text(title: str) -> Occasion:
    return Occasion(NEW_TEXT, "text", {"en": title}, {"en": ""})


async def test_two_texts_are_two_and_each_goes_out_with_its_own_words(announcements: Announcements) -> None:
    await announcements.subscribe(everything(1), NOON)

    await tell(announcements, text("Written in Telegram"), "text")
    await tell(announcements, text("Written at the prompt"), "text")

    gone = await announcements.claim(NOON, 10, 1)
    assert [each.occasion.title["en"] for each in gone] == ["Written in Telegram", "Written at the prompt"]
    assert [each.occasion.id for each in gone] == ["text:1", "text:2"]


async def test_two_texts_wait_for_staff_side_by_side(announcements: Announcements) -> None:
    for title in ("One", "Two"):
        await announcements.propose(text(title), "text", "staff", NOON)

    assert sorted(each.content.title["en"] for each in await announcements.unasked()) == ["One", "Two"]


@pytest.mark.parametrize("meanwhile", [[LATER], [SEMINAR], [LATER, OFF]])
async def test_what_others_announced_since_it_was_shown_is_not_told_over(
    announcements: Announcements, meanwhile: list[Occasion]
) -> None:
    await announcements.subscribe(everything(1), NOON)
    seen = await announcements.standing(SEMINAR)
    assert seen.kind == "new"
    for each in meanwhile:
        kind = await announcements.kind_for(each)
        await tell(announcements, each, str(kind))
        await send_all(announcements)

    with pytest.raises(AnnounceError, match="by others meanwhile"):
        await announcements.tell(SEMINAR, "new", "prompt", NOON, seen=seen)

    assert await send_all(announcements) == []
    told = await announcements.told(SEMINAR.id)
    assert told is not None and (told.start, told.status) == (meanwhile[-1].start, meanwhile[-1].status)


async def test_a_correction_of_what_was_corrected_since_is_not_told(announcements: Announcements) -> None:
    await announcements.subscribe(everything(1), NOON)
    await tell(announcements, replace(SEMINAR, place="Bergen"), "new")
    seen = await announcements.standing(LATER)
    assert seen.kind == "change"
    await tell(announcements, SEMINAR, "change")

    with pytest.raises(AnnounceError, match="by others meanwhile"):
        await announcements.tell(LATER, "change", "prompt", NOON, seen=seen)
