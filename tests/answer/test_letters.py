from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.announce.changes import changes
from bot.announce.occasion import Occasion
from bot.answer.letters import compose_letter
from bot.answer.moments import ahead
from bot.answer.texts import LANGUAGES
from bot.knowledge.dates import PartialDate
from bot.knowledge.shelf import Shelf
from bot.reply import Reply
from bot.understand.version import Version

OSLO = ZoneInfo("Europe/Oslo")
EVE = datetime(2031, 6, 13, 9, tzinfo=UTC)  # the day before, 11:00 in Oslo
REGATTA = Occasion(
    "event:regatta",
    "event",
    {"en": "Harbour regatta", "nb": "Havneregatta", "nn": "Hamneregatta"},
    {"en": "Sailing boats race.", "nb": "Seilbåter om kapp.", "nn": "Seglbåtar om kapp."},
    PartialDate.parse("2031-06-14T12:00"),
    PartialDate.parse("2031-06-14T15:00"),
    place="The quay",
    link="https://example.org/regatta",
)
LATER = replace(REGATTA, start=PartialDate.parse("2031-06-14T14:00"), place="The pier", sequence=1)


@pytest.fixture
def version(door_shelf: Shelf[Version]) -> Version:
    return door_shelf.current


def lines(reply: Reply) -> list[str]:
    return [line for line in reply.plain().split("\n") if line]


def test_a_new_event_comes_with_time_place_file_and_reminder(version: Version) -> None:
    letter = compose_letter(version, REGATTA, "new", "en", EVE)

    assert lines(letter)[:4] == [
        "Harbour regatta",
        "Sailing boats race.",
        "When: Saturday 14 June 2031, 12:00–15:00",
        "Where: The quay",
    ]
    found = [(button.label, button.data or button.url) for row in letter.buttons for button in row]
    assert found == [
        ("Calendar file", "calendar_regatta~en"),
        ("Remind me", "remind_regatta~en"),
        ("More about it", "https://example.org/regatta"),
    ]


def test_readers_elsewhere_see_the_hours_in_their_own_zone(version: Version) -> None:
    letter = compose_letter(version, REGATTA, "new", "en", EVE)

    moments = [span.moment for paragraph in letter.paragraphs for span in paragraph if span.moment]
    assert moments == [datetime(2031, 6, 14, hour, tzinfo=OSLO) for hour in (12, 15)]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ["Changed: Harbour regatta", "Time: 12:00 → 14:00", "Place: The quay → The pier"]),
        ("nb", ["Endret: Havneregatta", "Tid: 12.00 → 14.00", "Sted: The quay → The pier"]),
        ("nn", ["Endra: Hamneregatta", "Tid: 12.00 → 14.00", "Stad: The quay → The pier"]),
    ],
)
def test_a_change_says_only_what_is_another_now(version: Version, language: str, told: list[str]) -> None:
    letter = compose_letter(version, LATER, "change", language, EVE, changes(REGATTA, LATER))

    assert lines(letter) == told


def test_a_change_of_day_names_both_days(version: Version) -> None:
    moved = replace(REGATTA, start=PartialDate.parse("2031-06-15T12:00"), end=None, place=None)

    letter = compose_letter(version, moved, "change", "en", EVE, changes(REGATTA, moved))

    assert lines(letter)[1:] == [
        "Time: Saturday 14 June 2031, 12:00 → Sunday 15 June 2031, 12:00",
        "Ends: Saturday 14 June 2031, 15:00 → not known",
        "Place: The quay → not known",
    ]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ["Cancelled: Harbour regatta", "It was to be held: Saturday 14 June 2031, 12:00–15:00"]),
        ("nb", ["Avlyst: Havneregatta", "Det skulle vært: lørdag 14. juni 2031 kl. 12.00–15.00"]),
        ("nn", ["Avlyst: Hamneregatta", "Det skulle vore: laurdag 14. juni 2031 kl. 12.00–15.00"]),
    ],
)
def test_a_cancellation_says_what_will_not_be(version: Version, language: str, told: list[str]) -> None:
    letter = compose_letter(version, replace(REGATTA, status="cancelled"), "cancel", language, EVE)

    assert lines(letter)[:2] == told
    assert [button.data for button in letter.buttons[0]][-1] == f"calendar_regatta~{language}"


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Tomorrow at 12:00: Harbour regatta"),
        ("nb", "I morgen kl. 12.00: Havneregatta"),
        ("nn", "I morgon kl. 12.00: Hamneregatta"),
    ],
)
def test_a_reminder_begins_with_how_far_off_it_is(version: Version, language: str, title: str) -> None:
    letter = compose_letter(version, REGATTA, "reminder:1440", language, EVE)

    assert lines(letter)[0] == title


def test_a_deadline_is_counted_down(version: Version) -> None:
    call = replace(REGATTA, kind="deadline", end=None, opens=PartialDate.parse("2031-05-01"))

    assert lines(compose_letter(version, call, "reminder:120", "en", EVE + timedelta(hours=23)))[0] == (
        "Closes in two hours: Harbour regatta"
    )
    assert lines(compose_letter(version, call, "new", "en", EVE))[2:4] == [
        "Opens: Thursday 1 May 2031",
        "Closes: Saturday 14 June 2031, 12:00",
    ]


def test_a_text_of_staff_is_sent_as_written(version: Version) -> None:
    text = Occasion(
        "text:1", "text", {"en": "Office closed"}, {"en": "We are back on Monday.\nHappy Easter!"}
    )

    letter = compose_letter(version, text, "text", "nn", EVE)

    assert lines(letter) == ["Office closed", "We are back on Monday.", "Happy Easter!"]
    assert letter.buttons == ()


def test_a_repeated_event_is_told_with_its_next_time(version: Version) -> None:
    weekly = replace(REGATTA, rrule="FREQ=WEEKLY")

    assert "When: Saturday 28 June 2031, 12:00–15:00" in lines(
        compose_letter(version, weekly, "new", "en", EVE + timedelta(days=12))
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_letter_says_how_far_off_it_is_unless_it_is_a_reminder(version: Version, language: str) -> None:
    texts = [
        compose_letter(version, REGATTA, kind, language, EVE, changes(REGATTA, LATER)).plain()
        for kind in ("new", "change", "cancel")
    ]

    assert not [text for text in texts if ahead(REGATTA.start or LATER.start, EVE, OSLO, language) in text]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("start", "english", "bokmal", "nynorsk"),
    [
        ("2031-06-13T11:01", "in a minute", "om et minutt", "om eit minutt"),
        ("2031-06-13T11:45", "in 45 minutes", "om 45 minutter", "om 45 minutt"),
        ("2031-06-13T12:03", "in an hour", "om en time", "om ein time"),
        ("2031-06-13T12:54", "in two hours", "om to timer", "om to timar"),
        ("2031-06-13T12:30", "today at 12:30", "i dag kl. 12.30", "i dag kl. 12.30"),
        ("2031-06-13T16:00", "today at 16:00", "i dag kl. 16.00", "i dag kl. 16.00"),
        ("2031-06-14T10:00", "tomorrow at 10:00", "i morgen kl. 10.00", "i morgon kl. 10.00"),
        ("2031-06-14", "tomorrow", "i morgen", "i morgon"),
        ("2031-06-15T00:30", "in two days", "om to dager", "om to dagar"),
        ("2031-06-20", "in a week", "om en uke", "om ei veke"),
        ("2031-06-27T09:00", "in two weeks", "om to uker", "om to veker"),
        ("2031-07-03", "in 20 days", "om 20 dager", "om 20 dagar"),
        ("2032-06", "June 2032", "juni 2032", "juni 2032"),
    ],
)
def test_how_far_off_is_said_as_people_say_it(start: str, english: str, bokmal: str, nynorsk: str) -> None:
    moment = PartialDate.parse(start)

    assert [ahead(moment, EVE, OSLO, language) for language in LANGUAGES] == [english, bokmal, nynorsk]


@pytest.mark.parametrize(
    ("now", "start", "said"),
    [
        (datetime(2027, 3, 28, 0, 30, tzinfo=UTC), "2027-03-28T04:30", "in two hours"),  # 01:30 -> 04:30
        (datetime(2027, 10, 30, 23, 30, tzinfo=UTC), "2027-10-31T03:30", "in three hours"),  # 01:30 -> 03:30
        (datetime(2027, 3, 27, 22, 30, tzinfo=UTC), "2027-03-28T10:00", "tomorrow at 10:00"),
        (datetime(2027, 10, 30, 22, 30, tzinfo=UTC), "2027-10-31T10:00", "today at 10:00"),
    ],
)
def test_a_night_that_clocks_are_changed_in_has_23_or_25_hours(now: datetime, start: str, said: str) -> None:
    assert ahead(PartialDate.parse(start), now, OSLO, "en") == said
