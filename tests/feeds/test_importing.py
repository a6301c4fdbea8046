from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.announce.occasion import occasion_of
from bot.errors import KnowledgeError
from bot.feeds.importing import EVERY, Feeds
from bot.feeds.noticing import Events
from bot.knowledge.load import load
from bot.knowledge.shelf import Shelf
from bot.store.announcements import Announcements
from bot.store.feeds import FeedBook
from bot.store.store import Store
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


class House:
    """The parts that know of events, on one database; `restart` makes all but that anew."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.folder, self._store, self.clock = folder, store, Clock()
        self.restart()

    def restart(self) -> None:
        self.shelf = Shelf(self.folder, prepare)
        self.announcements = Announcements(self._store, lambda: self.shelf.current.knowledge.zone)
        self.feeds = Feeds(self.shelf, self.clock, FeedBook(self._store), self.announcements.cancelled)
        self._events = Events(self.shelf, self.announcements, self.clock, self.feeds)

    async def look(self) -> None:
        """A quarter of an hour later."""
        self.clock.now += EVERY
        await self.feeds.look()
        await self._events.look()

    def holds(self, *titles: str) -> None:
        """What the calendar holds from now on."""
        events = [CALENDAR.replace("Boat fair", each).replace("UID:fair", f"UID:{each}") for each in titles]
        inside = [each.partition("BEGIN:VEVENT")[2].partition("END:VEVENT")[0] for each in events]
        parts = [f"BEGIN:VEVENT{each}END:VEVENT\n" for each in inside]
        head, tail = CALENDAR.partition("BEGIN:VEVENT")[0], "END:VCALENDAR\n"
        (self.folder / "harbour.ics").write_text("".join([head, *parts, tail]))

    async def asked(self) -> list[tuple[str, str]]:
        """What waits for staff: kind and title."""
        waiting = await self.announcements.unasked()
        return sorted((each.kind, each.content.title["en"]) for each in waiting)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path}/bot.sqlite3")
    yield opened
    await opened.close()


@pytest.fixture
def house(shelf: Shelf[Version], door_copy: Path, store: Store) -> House:
    return House(door_copy, store)


@pytest.fixture
def shelf(door_copy: Path) -> Shelf[Version]:
    with (door_copy / "programme.yaml").open("a") as file:
        file.write("feeds:\n  - {url: harbour.ics, topics: [visiting]}\n")
    (door_copy / "harbour.ics").write_text(CALENDAR)
    return Shelf(door_copy, prepare)


def imported(shelf: Shelf[Version]) -> dict[str, str]:
    events = shelf.current.knowledge.events.values()
    return {event.title["en"]: event.status for event in events if event.id.startswith("feed-")}


async def test_a_feeds_events_can_be_asked_about_at_once(house: House) -> None:
    before = house.shelf.current.knowledge.digest

    await house.look()

    assert imported(house.shelf) == {"Boat fair": "published"}
    assert "regatta" in house.shelf.current.knowledge.events
    assert house.shelf.current.knowledge.digest != before


async def test_an_unchanged_feed_changes_nothing(house: House) -> None:
    await house.look()
    version = house.shelf.current

    await house.look()

    assert house.shelf.current is version


async def test_a_feed_is_looked_at_every_quarter_of_an_hour(house: House) -> None:
    await house.feeds.look()
    house.holds("Fish fair")

    house.clock.now += EVERY - timedelta(seconds=1)
    await house.feeds.look()
    assert list(imported(house.shelf)) == ["Boat fair"]

    house.clock.now += timedelta(seconds=1)
    await house.feeds.look()
    assert "Fish fair" in imported(house.shelf)


async def test_a_feed_that_fails_keeps_its_events(house: House) -> None:
    await house.look()
    (house.folder / "harbour.ics").write_text("<html>")

    for _ in range(3):
        await house.look()

    assert imported(house.shelf) == {"Boat fair": "published"}
    assert not house.feeds.vanished


async def test_after_a_restart_a_feeds_events_are_there_before_it_answers(house: House) -> None:
    await house.look()
    (house.folder / "harbour.ics").unlink()

    house.restart()
    await house.look()

    assert imported(house.shelf) == {"Boat fair": "published"}


async def test_kept_events_take_what_the_programme_says_of_their_feed_now(house: House) -> None:
    await house.look()
    programme = house.folder / "programme.yaml"
    programme.write_text(programme.read_text().replace(", topics: [visiting]", ""))
    (house.folder / "harbour.ics").unlink()

    house.restart()
    await house.look()

    (event,) = (each for each in house.shelf.current.knowledge.events.values() if each.id.startswith("feed-"))
    assert event.topics == ()


async def test_after_a_restart_a_calendar_is_only_asked_whether_it_has_changed(house: House) -> None:
    given: list[int] = []

    async def answer(request: web.Request) -> web.Response:
        unchanged = request.headers.get("If-None-Match") == '"1"'
        given.append(304 if unchanged else 200)
        headers = {"ETag": '"1"'}
        return web.Response(status=304) if unchanged else web.Response(text=CALENDAR, headers=headers)

    application = web.Application()
    application.router.add_get("/harbour.ics", answer)
    async with TestServer(application) as server:
        programme = house.folder / "programme.yaml"
        feed = f"url: '{server.make_url('/harbour.ics')}', private: true"
        programme.write_text(programme.read_text().replace("url: harbour.ics", feed))
        for _ in range(2):
            house.restart()
            await house.look()

    assert given == [200, 304]
    assert imported(house.shelf) == {"Boat fair": "published"}


async def test_what_a_new_feed_holds_is_no_news_and_what_it_gets_later_is(house: House) -> None:
    (house.folder / "harbour.ics").unlink()
    await house.look()  # the first look ever takes note of everything
    house.holds("A", "B", "C")
    await house.look()
    assert await house.asked() == []

    house.holds("A", "B", "C", "D")
    await house.look()

    assert await house.asked() == [("new", "D")]


async def test_of_what_vanished_staff_are_asked_and_it_is_shown_as_before_until_they_confirm(
    house: House,
) -> None:
    house.holds("A", "B")
    await house.look()

    house.holds("B")
    await house.look()
    assert await house.asked() == []  # a calendar that was cut off once asks nobody anything
    await house.look()
    assert await house.asked() == [("cancel", "A")]
    assert imported(house.shelf) == {"A": "published", "B": "published"}

    (waiting,) = await house.announcements.unasked()
    await house.announcements.confirm(waiting.id, "kari", house.clock.now)
    await house.look()
    await house.look()
    assert imported(house.shelf) == {"A": "cancelled", "B": "published"}
    assert await house.asked() == []


async def test_what_vanished_while_the_bot_was_down_is_noticed(house: House) -> None:
    house.holds("A", "B")
    await house.look()

    house.holds("B")
    for _ in range(2):
        house.restart()
        await house.look()

    assert await house.asked() == [("cancel", "A")]
    house.restart()
    await house.look()
    assert await house.asked() == [("cancel", "A")]  # once


async def test_what_comes_back_is_asked_about_no_longer(house: House) -> None:
    house.holds("A", "B")
    await house.look()
    for held in (("B",), ("B",), ("A", "B")):
        house.holds(*held)
        await house.look()
    assert await house.asked() == []

    for _ in range(2):
        house.holds("B")
        await house.look()
    assert await house.asked() == [("cancel", "A")]


async def test_what_was_kept_though_it_vanished_can_still_be_cancelled_by_its_calendar(house: House) -> None:
    house.holds("A", "B")
    await house.look()
    knowledge = house.shelf.current.knowledge
    (event,) = (each for each in knowledge.events.values() if each.title["en"] == "A")
    await house.announcements.tell(occasion_of(knowledge, event), "new", "kari", house.clock.now)
    house.holds("B")
    for _ in range(2):
        await house.look()
    (waiting,) = await house.announcements.unasked()
    await house.announcements.cancel(waiting.id, "kari", house.clock.now)
    await house.look()
    assert await house.asked() == []

    house.holds("A", "B")
    calendar = house.folder / "harbour.ics"
    calendar.write_text(calendar.read_text().replace("UID:A", "UID:A\nSTATUS:CANCELLED"))
    await house.look()
    await house.look()
    assert await house.asked() == [("cancel", "A")]


async def test_a_reminder_asked_for_by_hand_is_sent_until_staff_confirm_that_it_is_cancelled(
    house: House,
) -> None:
    house.holds("A", "B")
    await house.look()
    knowledge = house.shelf.current.knowledge
    (event,) = (each for each in knowledge.events.values() if each.title["en"] == "A")
    (first, *_) = await house.announcements.remind(
        1, None, "en", occasion_of(knowledge, event), house.clock.now
    )
    house.holds("B")
    for _ in range(2):
        await house.look()

    (letter,) = await house.announcements.claim(first, 10, 1)

    assert letter.occasion.status == "published"


async def test_a_feed_that_is_not_named_any_more_is_forgotten(house: House, store: Store) -> None:
    await house.look()
    programme = house.folder / "programme.yaml"
    programme.write_text(programme.read_text().partition("feeds:")[0])

    house.shelf.refresh()
    await house.look()

    assert imported(house.shelf) == {}
    assert await FeedBook(store).kept() == {}


async def test_an_edit_of_the_folder_keeps_the_feeds_events(house: House) -> None:
    await house.look()
    (house.folder / "events.yaml").write_text("events: []\n")

    house.shelf.refresh()

    assert list(imported(house.shelf)) == ["Boat fair"]
    assert "regatta" not in house.shelf.current.knowledge.events


async def test_a_file_outside_the_folder_is_not_read(house: House) -> None:
    (house.folder / "harbour.ics").unlink()
    (house.folder / "harbour.ics").symlink_to("/etc/passwd")

    await house.look()

    assert imported(house.shelf) == {}


def test_a_feed_that_stands_twice_is_named(door_copy: Path) -> None:
    with (door_copy / "programme.yaml").open("a") as file:
        file.write("feeds:\n  - {url: a.ics}\n  - {url: a.ics, topics: [visiting]}\n")

    with pytest.raises(
        KnowledgeError, match=r"programme.yaml:\d+: .*the calendar a.ics stands twice; keep one"
    ):
        load(door_copy)


@pytest.mark.parametrize(
    "feed", ["{url: harbour.txt}", "{url: 'ftp://x/y.ics'}", "{url: a.ics, topics: [fishing]}"]
)
def test_a_feed_that_means_nothing_is_named(door_copy: Path, feed: str) -> None:
    with (door_copy / "programme.yaml").open("a") as file:
        file.write(f"feeds:\n  - {feed}\n")

    with pytest.raises(KnowledgeError, match=r"programme.yaml:\d+: "):
        load(door_copy)
