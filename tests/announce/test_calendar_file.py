from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
import vobject

from bot.announce.calendar import Organiser, calendar_file
from bot.announce.occasion import Occasion
from bot.knowledge.dates import PartialDate

OSLO = ZoneInfo("Europe/Oslo")
NOW = datetime(2027, 1, 15, 9, tzinfo=UTC)
SEMINAR = Occasion(
    "event:seminar",
    "event",
    {"en": "Seminar; health, and more", "nb": "Seminar; helse med mer"},
    {"en": 'Two hours about "health" \\ data.\nCoffee at nine. ' + "Programmet på nett — les mer. " * 12},
    PartialDate.parse("2027-03-18T10:00"),
    PartialDate.parse("2027-03-18T12:00"),
    place="Grieghallen",
    city="Bergen",
    link="https://example.org/seminar?a=1,2;b=3",
)


def written(occasion: Occasion, language: str = "en") -> bytes:
    content = calendar_file(occasion, OSLO, language, NOW, Organiser("Kari, Klynge", "kari@example.org"))
    assert content is not None
    return content


def event_of(content: bytes) -> Any:
    calendar = icalendar.Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    return event


def at(text: str, end: str | None = None, **more: Any) -> Occasion:
    return replace(SEMINAR, start=PartialDate.parse(text), end=end and PartialDate.parse(end), **more)


def test_what_is_written_is_read_back() -> None:
    event = event_of(written(SEMINAR))

    assert str(event["summary"]) == SEMINAR.title["en"]
    assert str(event["description"]) == SEMINAR.text["en"]
    assert str(event["location"]) == "Grieghallen, Bergen"
    assert str(event["url"]) == SEMINAR.link
    assert event.decoded("dtstart") == datetime(2027, 3, 18, 10, tzinfo=OSLO)
    assert event.decoded("dtend") == datetime(2027, 3, 18, 12, tzinfo=OSLO)
    assert event["organizer"] == "mailto:kari@example.org"


def test_another_program_reads_it_too() -> None:
    event = vobject.readOne(written(SEMINAR).decode()).vevent

    assert event.summary.value == SEMINAR.title["en"]
    assert event.dtstart.value.astimezone(UTC) == datetime(2027, 3, 18, 9, tzinfo=UTC)


@pytest.mark.parametrize("occasion", [SEMINAR, at("2027-03-18"), replace(SEMINAR, rrule="FREQ=WEEKLY")])
def test_it_keeps_the_rules_of_rfc_5545(occasion: Occasion) -> None:
    content = written(occasion)
    calendar = icalendar.Calendar.from_ical(content)

    lines = content.split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert {"VERSION", "PRODID", "METHOD"} <= set(calendar)
    needed = {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "SEQUENCE", "STATUS", "ORGANIZER"}  # RFC 5546 3.2.1
    assert needed <= set(event_of(content))
    assert b"DTSTAMP:20270115T090000Z" in content
    zones = {str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")}
    assert zones == ({"Europe/Oslo"} if b"TZID=" in content else set())
    assert not [part.errors for part in calendar.walk() if part.errors]


def test_a_change_keeps_the_uid_and_raises_the_sequence() -> None:
    before, after = event_of(written(SEMINAR)), event_of(written(at("2027-03-18T12:00", sequence=1), "nb"))

    assert before["uid"] == after["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 1)


def test_a_cancellation_takes_the_entry_away() -> None:
    content = written(replace(SEMINAR, status="cancelled", sequence=2))

    assert icalendar.Calendar.from_ical(content)["method"] == "CANCEL"
    assert event_of(content)["status"] == "CANCELLED"
    assert event_of(content)["uid"] == event_of(written(SEMINAR))["uid"]


def test_whole_days_end_on_the_day_after_the_last_one() -> None:
    event = event_of(written(at("2027-03-18", "2027-03-19")))

    assert event.decoded("dtstart") == date(2027, 3, 18)
    assert event.decoded("dtend") == date(2027, 3, 20)


def test_a_deadline_makes_nobody_busy_and_takes_no_time() -> None:
    event = event_of(written(at("2027-06-21T16:00", kind="deadline")))

    assert event["transp"] == "TRANSPARENT"
    assert "dtend" not in event


@pytest.mark.parametrize("start", ["2027", "2027-09"])
def test_what_has_no_day_yet_has_no_file(start: str) -> None:
    assert calendar_file(at(start), OSLO, "en", NOW) is None


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2027-03-27T10:00", "2027-03-27T09:00"),
        ("2027-03-28T01:59", "2027-03-28T00:59"),
        ("2027-03-28T02:30", "2027-03-28T01:30"),  # no clock shows it; 03:30 is meant
        ("2027-03-28T10:00", "2027-03-28T08:00"),
        ("2027-10-30T10:00", "2027-10-30T08:00"),
        ("2027-10-31T02:30", "2027-10-31T00:30"),  # clocks show it twice; the first is meant
        ("2027-10-31T10:00", "2027-10-31T09:00"),
    ],
)
def test_both_changes_of_clocks_are_right(local: str, utc: str) -> None:
    content = written(at(local))

    assert _by_the_files_own_zone(content) == datetime.fromisoformat(utc)


def _by_the_files_own_zone(content: bytes) -> datetime:
    """The start in UTC as a program has it that only knows the file's VTIMEZONE; naive."""
    calendar = icalendar.Calendar.from_ical(content)
    local = event_of(content).decoded("dtstart").replace(tzinfo=None)
    parts = [part for zone in calendar.walk("VTIMEZONE") for part in zone.subcomponents]
    begun = [part for part in parts if part.decoded("dtstart") <= local]
    latest = max(begun, key=lambda part: part.decoded("dtstart"))
    since = local - latest.decoded("dtstart")
    offset: timedelta = latest.decoded("tzoffsetto")
    if since < latest.decoded("tzoffsetfrom") - offset:  # the hour that comes twice: its first time
        offset = latest.decoded("tzoffsetfrom")
    return local - offset


def test_the_zone_says_when_clocks_change_by_the_old_clock() -> None:
    content = written(SEMINAR).decode()

    assert "BEGIN:DAYLIGHT\r\nDTSTART:20270328T020000\r\n" in content
    assert "BEGIN:STANDARD\r\nDTSTART:20271031T030000\r\n" in content


def test_a_repeated_event_keeps_its_hour_in_summer_and_ends_with_its_rule() -> None:
    content = written(replace(SEMINAR, rrule="FREQ=MONTHLY;BYMONTHDAY=18;UNTIL=20270418"))
    calendar = icalendar.Calendar.from_ical(content)

    found = recurring_ical_events.of(calendar).between(date(2027, 1, 1), date(2028, 1, 1))

    starts = [event.decoded("dtstart").astimezone(UTC) for event in found]
    assert starts == [datetime(2027, 3, 18, 9, tzinfo=UTC), datetime(2027, 4, 18, 8, tzinfo=UTC)]


def test_a_text_cannot_add_lines_of_its_own() -> None:
    event = event_of(written(replace(SEMINAR, place="Hall\r\nATTACH:file:///etc/passwd\nEND:VEVENT")))

    assert "attach" not in event
    assert event["status"] == "CONFIRMED"
