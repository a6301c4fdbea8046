from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import icalendar
import pytest

from bot.answer.dialogue import Asker, show
from bot.knowledge.shelf import Shelf
from bot.reply import Button, Reply
from bot.understand.version import Version, prepare

NOW = datetime(2031, 6, 11, 9, tzinfo=UTC)  # a Wednesday
EVENTS = """
  - {id: cafe, title: Café, text: Coffee., start: "2031-01-06T10:00", rrule: FREQ=WEEKLY, topics: [visiting]}
  - {id: supper, title: Supper, text: Fish., start: "2031-06-12T18:00", city: Molde}
  - {id: cruise, title: Cruise, text: Boats., start: "2031-09", city: Molde}
  - {id: hidden, title: Hidden, text: Not yet., start: "2031-06-13", status: draft}
  - {id: old, title: Old, text: Long ago., start: "2019-05-01"}
"""


@pytest.fixture
def version(door_copy: Path) -> Iterator[Version]:
    with (door_copy / "events.yaml").open("a") as file:
        file.write(EVENTS)
    yield Shelf(door_copy, prepare).current


def opened(version: Version, data: str) -> Reply:
    reply = show(version, data, Asker(chosen="en"), NOW)
    assert reply is not None, data
    return reply


def buttons(reply: Reply) -> list[Button]:
    return [button for row in reply.buttons for button in row]


def labels(reply: Reply) -> list[str]:
    return [button.label for button in buttons(reply)]


def test_what_comes_is_listed_soonest_first_with_ways_to_the_rest(version: Version) -> None:
    assert labels(opened(version, "events")) == [
        "12 Jun 2031: Supper",
        "14 Jun 2031: Harbour regatta",
        "16 Jun 2031: Café",
        "September 2031: Cruise",
        "This week",
        "Next week",
        "By month",
        "By topic",
        "By place",
        "Earlier events (1)",
    ]


def test_a_cancelled_event_is_marked_in_every_list(version: Version, door_copy: Path) -> None:
    events = door_copy / "events.yaml"
    events.write_text(events.read_text().replace("city: Molde}", "city: Molde, status: cancelled}"))
    version = Shelf(door_copy, prepare).current

    assert "12 Jun 2031, cancelled: Supper" in labels(opened(version, "events"))
    assert "12 Jun 2031, cancelled: Supper" in labels(opened(version, "events_week"))
    assert "September 2031, cancelled: Cruise" in labels(opened(version, "events_place_Molde"))


def test_every_button_leads_somewhere(version: Version) -> None:
    seen, waiting = set(), ["events"]
    while waiting:
        data = waiting.pop()
        if data in seen or data.startswith("remind_"):
            continue
        seen.add(data)
        waiting += [button.data for button in buttons(opened(version, data)) if button.data]

    assert len(seen) > 20


@pytest.mark.parametrize(
    ("data", "listed"),
    [
        ("events_week", ["12 Jun 2031: Supper", "14 Jun 2031: Harbour regatta"]),
        ("events_next_week", ["16 Jun 2031: Café"]),
        ("events_month_2031-06", ["12 Jun 2031: Supper", "14 Jun 2031: Harbour regatta", *["Café"] * 3]),
        ("events_topic_visiting", ["16 Jun 2031: Café"]),
        ("events_place_Molde", ["12 Jun 2031: Supper", "September 2031: Cruise"]),
        ("events_past_0", ["1 May 2019: Old"]),
    ],
)
def test_events_are_found_by_time_topic_and_place(version: Version, data: str, listed: list[str]) -> None:
    found = labels(opened(version, data))

    assert len(found) == len(listed) + 1
    assert found[-1] == "Back"
    assert all(wanted in label for wanted, label in zip(listed, found, strict=False))


@pytest.mark.parametrize(
    "data", ["events_month_1999-01", "events_topic_", "events_place_x", "events_past_9", "events_"]
)
def test_what_there_is_not_leads_nowhere_or_to_the_choice(version: Version, data: str) -> None:
    reply = show(version, data, Asker(chosen="en"), NOW)

    assert reply is None or reply.plain() == "Which topic?"


def test_the_card_counts_down_and_offers_file_and_reminder(version: Version) -> None:
    card = opened(version, "event_supper")

    assert "When: Thursday 12 June 2031, 18:00 (tomorrow at 18:00)" in card.plain()
    assert [button.data for button in buttons(card)] == ["calendar_supper~en", "remind_supper~en"]


def test_what_has_no_day_yet_offers_neither_file_nor_reminder(version: Version) -> None:
    assert buttons(opened(version, "event_cruise")) == []
    assert "no calendar file" in opened(version, "calendar_cruise").plain()


def test_what_repeats_shows_its_next_time(version: Version) -> None:
    card = opened(version, "event_cafe")

    assert "Monday 16 June 2031, 10:00 (in five days)" in card.plain()
    assert "this is the next time" in card.plain()
    assert "After that: 23 June 2031, 30 June 2031" in card.plain()


def test_the_calendar_file_is_sent(version: Version) -> None:
    reply = opened(version, "calendar_regatta~en")

    assert reply.attachment is not None
    assert (reply.attachment.name, reply.attachment.media_type) == ("regatta.ics", "text/calendar")
    (event,) = icalendar.Calendar.from_ical(reply.attachment.content).walk("VEVENT")
    assert event["summary"] == "Harbour regatta"
