"""What happens in other people's calendars, as staff hear of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from running import RunningBot
from walking import edited_until, received, tap

from bot.feeds.importing import Feeds
from bot.preview import PreviewServer


def hold(folder: Path, *titles: str) -> None:
    """What the harbour's calendar holds from now on."""
    day = f"{datetime.now(UTC) + timedelta(days=90):%Y%m%d}"  # what is a year off is not taken yet
    events = "".join(
        f"BEGIN:VEVENT\nUID:{title}\nSUMMARY:{title}\nDTSTART:{day}T090000Z\nEND:VEVENT\n" for title in titles
    )
    head = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Test//EN\n"
    (folder / "harbour.ics").write_text(f"{head}{events}END:VCALENDAR\n")


class Looks:
    """Tells when the bot has looked at its calendars, of which no message tells."""

    def __init__(self) -> None:
        self._looked = asyncio.Event()

    def watched(self, look: Callable[[Feeds], Awaitable[None]]) -> Callable[[Feeds], Awaitable[None]]:
        async def watched(feeds: Feeds) -> None:
            await look(feeds)
            self._looked.set()

        return watched

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not true():
                self._looked.clear()
                await self._looked.wait()


@pytest.fixture
def looks() -> Looks:
    return Looks()


@pytest.fixture
async def calendar(
    server: PreviewServer,
    staffed: RunningBot,
    door_copy: Path,
    looks: Looks,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """The folder of a bot that knows a calendar with two events, and looks at it whenever it can."""
    await server.ask(server.world.kari, "/start")
    await staffed.stop()
    monkeypatch.setattr("bot.feeds.importing.EVERY", timedelta(0))
    monkeypatch.setattr("bot.serving.LOOK_SECONDS", 0.1)
    monkeypatch.setattr("bot.feeds.importing.Feeds.look", looks.watched(Feeds.look))
    await staffed.start()
    hold(door_copy, "Boat fair", "Fish fair")
    with (door_copy / "programme.yaml").open("a") as file:
        file.write("feeds:\n  - {url: harbour.ics}\n")
    await looks.until(lambda: statuses(staffed) == ["published", "published"])
    return door_copy


def statuses(bot: RunningBot) -> list[str]:
    """Of the events of calendars that are served."""
    events = bot.shelf.current.knowledge.events
    return sorted(event.status for id_, event in events.items() if id_.startswith("feed-"))


async def test_staff_say_whether_what_vanished_is_cancelled(
    server: PreviewServer, staffed: RunningBot, calendar: Path, looks: Looks
) -> None:
    world = server.world
    hold(calendar, "Fish fair")

    asked = await received(server, world.private(world.kari), "Cancellation: Boat fair")
    assert asked.text.startswith("The calendar this came from does not hold it any more")
    assert "Nobody has been told of it." in asked.text
    card = await server.ask(world.kari, "/events")
    await tap(server, card, next(label for label in card.labels if "Boat fair" in label))
    assert "cancelled" not in card.text

    await tap(server, asked, "Show it as cancelled")
    await edited_until(server, asked, "0 of 0 sent")
    await looks.until(lambda: statuses(staffed) == ["cancelled", "published"])


async def test_many_new_events_are_one_question_to_staff(
    server: PreviewServer, staffed: RunningBot, calendar: Path
) -> None:
    world = server.world
    hold(calendar, "Boat fair", "Fish fair", *(f"Course {number}" for number in range(25)))

    asked = await received(server, world.private(world.kari), "25 events are new, changed or gone.")
    assert len(asked.labels) == 20
    await tap(server, asked, "New announcement: Course 24")
    assert asked.text.startswith("New announcement: Course 24")
    assert [each for each in world.private(world.kari).from_bot() if "Course" in each.text] == [asked]
