from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.announce.changes import changes
from bot.announce.occasion import Occasion, as_json, from_event, from_json, numbered, revision
from bot.announce.recurrence import occurrences, upcoming
from bot.knowledge.model import Event

OSLO = ZoneInfo("Europe/Oslo")
ROW = {
    "id": "cafe",
    "title": {"en": "Cluster café", "nb": "Klyngekafé"},
    "text": "Coffee and talk.",
    "start": "2027-03-01T10:00",
    "end": "2027-03-01T12:00",
    "place": "Library",
    "city": "Bergen",
    "topics": ["gce"],
    "announce_at": "2027-02-01T09:00",
    "reminders": ["14 days", "1 day", "2 hours"],
}


def event(**changed: Any) -> Event:
    return Event.model_validate(ROW | changed, context={"language": "en"})


def occasion(**changed: Any) -> Occasion:
    return from_event(event(**changed), OSLO)


def test_an_event_row_becomes_an_occasion() -> None:
    found = occasion()

    assert (found.id, found.row, found.topics) == ("event:cafe", "cafe", ("gce",))
    assert found.reminders == (timedelta(days=14), timedelta(days=1), timedelta(hours=2))
    assert found.announce_at == datetime(2027, 2, 1, 8, tzinfo=UTC)


def test_an_occasion_survives_being_written_as_json() -> None:
    full = occasion(rrule="FREQ=WEEKLY", date_note="from March", opens="2027-01")

    assert from_json(json.loads(json.dumps(as_json(full)))) == full


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "Café"},
        {"text": "Tea."},
        {"start": "2027-03-01T11:00"},
        {"end": None},
        {"place": "Hall"},
        {"link": "https://example.org"},
        {"status": "cancelled"},
        {"rrule": "FREQ=WEEKLY"},
    ],
)
def test_the_revision_changes_with_what_people_see(changed: dict[str, Any]) -> None:
    assert revision(occasion(**changed)) != revision(occasion())


@pytest.mark.parametrize(
    "changed", [{"topics": []}, {"reminders": None}, {"announce_at": None}, {"contact": "kari"}]
)
def test_the_revision_does_not_change_with_what_nobody_sees(changed: dict[str, Any]) -> None:
    assert revision(occasion(**changed)) == revision(occasion())


def test_the_revision_does_not_depend_on_the_order_of_languages() -> None:
    assert revision(occasion(title=dict(reversed(ROW["title"].items())))) == revision(occasion())  # type: ignore[attr-defined]
    assert revision(replace(occasion(), sequence=3)) == revision(occasion())


def test_only_time_and_place_are_changes_worth_a_message() -> None:
    found = changes(occasion(), occasion(start="2027-03-01T11:00", city="Molde", text="Tea."))

    assert [(each.what, str(each.before), str(each.after)) for each in found] == [
        ("start", "2027-03-01T10:00", "2027-03-01T11:00"),
        ("place", "Library, Bergen", "Library, Molde"),
    ]


def test_what_repeats_keeps_its_local_hour_through_both_changes_of_clocks() -> None:
    weekly = occasion(start="2027-03-22T10:00", end="2027-03-22T12:00", rrule="FREQ=WEEKLY")

    def hours(first: datetime) -> list[int]:
        found = occurrences(weekly, first, first + timedelta(days=9), OSLO)
        return [one.starts(OSLO).astimezone(UTC).hour for one in found]  # type: ignore[union-attr]

    assert hours(datetime(2027, 3, 22, tzinfo=UTC)) == [9, 8]
    assert hours(datetime(2027, 10, 25, tzinfo=UTC)) == [8, 9]


def test_each_time_of_what_repeats_is_an_occasion_of_its_own() -> None:
    monthly = occasion(rrule="FREQ=MONTHLY;BYDAY=1MO;COUNT=3")

    found = occurrences(
        monthly, datetime(2027, 3, 1, 10, 30, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC), OSLO
    )

    assert [one.id for one in found] == [
        "event:cafe@2027-03-01",
        "event:cafe@2027-04-05",
        "event:cafe@2027-05-03",
    ]
    assert [str(one.end) for one in found][1] == "2027-04-05T12:00"
    assert {one.row for one in found} == {"cafe"}


def test_one_that_is_on_counts_until_it_ends() -> None:
    days = occasion(start="2027-03-01", end="2027-03-03", rrule="FREQ=MONTHLY")

    def next_start(now: datetime) -> str:
        return str(upcoming(days, now, OSLO).start)

    assert next_start(datetime(2027, 4, 3, 12, tzinfo=UTC)) == "2027-04-01"
    assert next_start(datetime(2027, 4, 4, 12, tzinfo=UTC)) == "2027-05-01"


def test_what_has_come_to_its_end_stays_where_it_was() -> None:
    ended = occasion(rrule="FREQ=WEEKLY;COUNT=2")

    assert upcoming(ended, datetime(2030, 1, 1, tzinfo=UTC), OSLO) == ended


def test_a_rare_day_is_found() -> None:
    leap = occasion(start="2028-02-29", end=None, rrule="FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29")

    assert str(upcoming(leap, datetime(2028, 3, 5, tzinfo=UTC), OSLO).start) == "2032-02-29"


@pytest.mark.parametrize(
    "rule", ["sometimes", "FREQ=SECONDLY", "FREQ=DAILY;BYHOUR=9", "FREQ=WEEKLY;UNTIL=soon", "", "FREQ=HOURLY"]
)
def test_a_rule_that_means_nothing_is_refused(rule: str) -> None:
    with pytest.raises(ValueError, match=r"rule|repeats|time of day"):
        event(rrule=rule)


@pytest.mark.parametrize("lead", ["soon", "-1 days", "1 year", "1"])
def test_a_lead_time_that_means_nothing_is_refused(lead: str) -> None:
    with pytest.raises(ValueError, match="write 14 days"):
        event(reminders=[lead])


def test_a_file_is_numbered_after_the_version_that_people_know() -> None:
    told = replace(occasion(), sequence=2)

    assert numbered(occasion(), None).sequence == 0
    assert numbered(occasion(), told).sequence == 2
    assert numbered(occasion(place="Hall"), told).sequence == 3
