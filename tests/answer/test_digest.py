from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.announce.occasion import Occasion
from bot.answer.digest import LONGEST, compose_digest
from bot.chat.render import parts, units
from bot.knowledge.dates import PartialDate
from bot.knowledge.shelf import Shelf
from bot.understand.version import Version

NOW = datetime(2031, 6, 1, 9, tzinfo=UTC)
REGATTA = Occasion(
    "event:regatta",
    "event",
    {"en": "Harbour regatta", "nb": "Havneregatta", "nn": "Hamneregatta"},
    {"en": "Sailing boats race.", "nb": "Seilbåter om kapp.", "nn": "Seglbåtar om kapp."},
    PartialDate.parse("2031-06-14T12:00"),
    place="The quay",
    link="https://example.org/regatta",
)
CALL = Occasion(
    "event:call", "deadline", {"en": "Call"}, {"en": "Money."}, PartialDate.parse("2031-06-10T13:00")
)
TEXT = Occasion("text:1", "text", {"en": "Open late"}, {"en": "Until eight."})


@pytest.fixture
def version(door_shelf: Shelf[Version]) -> Version:
    return door_shelf.current


def test_a_digest_gives_title_time_place_and_link_of_each_soonest_first(version: Version) -> None:
    digest = compose_digest(version, [REGATTA, TEXT, CALL], "en", NOW)

    assert digest.plain() == (
        "3 announcements for you\n\n"
        "Open late\nUntil eight.\n\n"
        "Call\nCloses: Tuesday 10 June 2031, 13:00\n\n"
        "Harbour regatta\nWhen: Saturday 14 June 2031, 12:00\nWhere: The quay\nMore about it"
    )
    assert [button.data for row in digest.buttons for button in row] == ["event_call~en", "event_regatta~en"]
    assert "https://example.org/regatta" in [span.link for each in digest.paragraphs for span in each]


def test_a_digest_is_in_the_language_of_its_chat(version: Version) -> None:
    digest = compose_digest(version, [REGATTA, CALL], "nn", NOW)

    assert digest.plain().startswith("2 varsel til deg")
    assert "Hamneregatta\nNår: laurdag 14. juni 2031" in digest.plain()


@settings(deadline=None, max_examples=30)
@given(count=st.integers(2, 60), length=st.integers(1, 400), sign=st.sampled_from("aø🚢"))
def test_a_digest_is_always_one_message(
    door_shelf: Shelf[Version], count: int, length: int, sign: str
) -> None:
    many = [replace(REGATTA, id=f"event:e{n}", title={"en": f"{n:02} {sign * length}"}) for n in range(count)]

    digest = compose_digest(door_shelf.current, many, "en", NOW)

    assert len(parts(digest)) == 1 and units(digest.plain()) <= LONGEST
    shown = sum(each["title"]["en"] in digest.plain() for each in map(vars, many))
    rest = f"And {count - shown} more: /events"
    assert shown and (rest in digest.plain()) == (shown < count)
