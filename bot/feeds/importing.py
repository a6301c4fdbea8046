"""All calendars of programme.yaml, looked at in turn; their events stand on the shelf beside our own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from bot.announce.feeds import merged, read_feed
from bot.errors import FeedError
from bot.feeds.fetch import LARGEST, Fetched, fetch
from bot.knowledge.model import Event, Feed, Knowledge

EVERY = timedelta(minutes=15)

log = logging.getLogger(__name__)


class Served(Protocol):
    """One version of the base."""

    @property
    def knowledge(self) -> Knowledge: ...


class EventShelf(Protocol):
    """Where the events go."""

    @property
    def current(self) -> Served: ...

    def supplement(self, events: Mapping[str, Event]) -> None: ...


@dataclass
class _Known:
    """What is known of one feed."""

    due: datetime
    fetched: Fetched | None = None
    events: dict[str, Event] = field(default_factory=dict)
    missed: dict[str, int] = field(default_factory=dict)
    failing: bool = False


class Feeds:
    """One look after the other; a feed that fails keeps the events it had."""

    def __init__(self, shelf: EventShelf, clock: Callable[[], datetime]) -> None:
        self._shelf, self._clock = shelf, clock
        self._known: dict[Feed, _Known] = {}
        self.looked = False  # at every feed once, whether it could be read or not

    @property
    def vanished(self) -> frozenset[str]:
        """Ids of the events that count as cancelled because they are missing; only staff can know."""
        every = ((id_, count) for known in self._known.values() for id_, count in known.missed.items())
        return frozenset(id_ for id_, count in every if count > 1)

    async def look(self) -> None:
        """Fetch what is due, and serve what all feeds hold now."""
        knowledge, now = self._shelf.current.knowledge, self._clock()
        feeds = knowledge.programme.feeds
        self._known = {feed: self._known.get(feed, _Known(now)) for feed in feeds}
        due = [feed for feed in feeds if self._known[feed].due <= now]
        if due:
            await asyncio.gather(*(self._refresh(feed, self._known[feed], knowledge, now) for feed in due))
        events = {id_: event for known in self._known.values() for id_, event in known.events.items()}
        await asyncio.to_thread(self._shelf.supplement, events)
        self.looked = True

    async def _refresh(self, feed: Feed, known: _Known, knowledge: Knowledge, now: datetime) -> None:
        known.due = now + EVERY
        try:
            fetched = await _content(feed, known.fetched, knowledge.folder)
            if fetched is not None:
                known.fetched = fetched
            assert known.fetched is not None
            found = await asyncio.to_thread(
                read_feed, known.fetched.content, feed, now, knowledge.zone, knowledge.languages[0]
            )
        except FeedError as error:
            if not known.failing:  # once is enough until it is well again
                log.warning("%s", error)
            known.failing = True
            return
        known.failing = False
        known.events, known.missed = merged(known.events, known.missed, found, now, knowledge.zone)


async def _content(feed: Feed, before: Fetched | None, folder: Path) -> Fetched | None:
    if "://" in feed.url:
        return await fetch(feed.url, before, feed.private)
    return await asyncio.to_thread(_file, feed.url, folder)


def _file(name: str, folder: Path) -> Fetched:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise FeedError(name, "lies outside the knowledge folder")
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise FeedError(name, f"cannot be read ({type(error).__name__})") from error
    if len(content) > LARGEST:
        raise FeedError(name, f"is larger than {LARGEST // 1024 // 1024} MB")
    return Fetched(content)
