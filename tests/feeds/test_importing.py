from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import KnowledgeError
from bot.feeds.importing import EVERY, Feeds
from bot.knowledge.load import load
from bot.knowledge.shelf import Shelf
from bot.understand.version import Version, prepare

START = datetime(2031, 3, 1, 9, tzinfo=UTC)
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Test//EN
BEGIN:VEVENT
UID:fair
SUMMARY:Boat fair
DTSTART:20310318T090000Z
END:VEVENT
END:VCALENDAR
"""


class Clock:
    now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def shelf(door_copy: Path) -> Shelf[Version]:
    with (door_copy / "programme.yaml").open("a") as file:
        file.write("feeds:\n  - {url: harbour.ics, topics: [visiting]}\n")
    (door_copy / "harbour.ics").write_text(CALENDAR)
    return Shelf(door_copy, prepare)


def imported(shelf: Shelf[Version]) -> dict[str, str]:
    events = shelf.current.knowledge.events.values()
    return {event.title["en"]: event.status for event in events if event.id.startswith("feed-")}


async def test_a_feeds_events_can_be_asked_about_at_once(shelf: Shelf[Version]) -> None:
    before = shelf.current.knowledge.digest

    await Feeds(shelf, Clock()).look()

    assert imported(shelf) == {"Boat fair": "published"}
    assert "regatta" in shelf.current.knowledge.events
    assert shelf.current.knowledge.digest != before


async def test_an_unchanged_feed_changes_nothing(shelf: Shelf[Version]) -> None:
    clock = Clock()
    feeds = Feeds(shelf, clock)
    await feeds.look()
    version = shelf.current

    clock.now += EVERY
    await feeds.look()

    assert shelf.current is version


async def test_a_feed_is_looked_at_every_quarter_of_an_hour(shelf: Shelf[Version], door_copy: Path) -> None:
    clock = Clock()
    feeds = Feeds(shelf, clock)
    await feeds.look()
    (door_copy / "harbour.ics").write_text(CALENDAR.replace("Boat fair", "Fish fair"))

    clock.now += EVERY - timedelta(seconds=1)
    await feeds.look()
    assert imported(shelf) == {"Boat fair": "published"}

    clock.now += timedelta(seconds=1)
    await feeds.look()
    assert imported(shelf) == {"Fish fair": "published"}


async def test_a_feed_that_fails_keeps_its_events_and_one_that_empties_cancels_at_the_second_look(
    shelf: Shelf[Version], door_copy: Path
) -> None:
    clock = Clock()
    feeds = Feeds(shelf, clock)
    found = []
    await feeds.look()

    for content in ("<html>", CALENDAR.replace("fair", "x").replace("2031", "2019"), None):
        if content:
            (door_copy / "harbour.ics").write_text(content)
        clock.now += EVERY
        await feeds.look()
        found.append(imported(shelf))

    assert found == [{"Boat fair": "published"}, {"Boat fair": "published"}, {"Boat fair": "cancelled"}]
    assert len(feeds.vanished) == 1


async def test_an_edit_of_the_folder_keeps_the_feeds_events(shelf: Shelf[Version], door_copy: Path) -> None:
    await Feeds(shelf, Clock()).look()
    (door_copy / "events.yaml").write_text("events: []\n")

    shelf.refresh()

    assert list(imported(shelf)) == ["Boat fair"]
    assert "regatta" not in shelf.current.knowledge.events


async def test_a_file_outside_the_folder_is_not_read(shelf: Shelf[Version], door_copy: Path) -> None:
    (door_copy / "harbour.ics").unlink()
    (door_copy / "harbour.ics").symlink_to("/etc/passwd")

    await Feeds(shelf, Clock()).look()

    assert imported(shelf) == {}


@pytest.mark.parametrize(
    "feed", ["{url: harbour.txt}", "{url: 'ftp://x/y.ics'}", "{url: a.ics, topics: [fishing]}"]
)
def test_a_feed_that_means_nothing_is_named(door_copy: Path, feed: str) -> None:
    with (door_copy / "programme.yaml").open("a") as file:
        file.write(f"feeds:\n  - {feed}\n")

    with pytest.raises(KnowledgeError, match=r"programme.yaml:\d+: "):
        load(door_copy)
