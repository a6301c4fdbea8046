"""All calendars of programme.yaml, looked at in turn; their events stand on the shelf beside our own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from bot.announce.feeds import FeedState, belonging, merged, read_feed
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


class FeedBook(Protocol):
    """What every feed last gave, by its address, kept over restarts."""

    async def kept(self) -> Mapping[str, FeedState]: ...
    async def keep(self, url: str, state: FeedState) -> None: ...
    async def forget(self, urls: Collection[str]) -> None: ...


Cancelled = Callable[[Collection[str]], Awaitable[Collection[str]]]


@dataclass
class _Known:
    """What is known of one feed; `state` None: it was never read."""

    due: datetime
    state: FeedState | None = None
    failing: bool = False


class Feeds:
    """One look after the other; a feed that fails keeps the events it had, also over a restart.

    `cancelled` says which of these ids staff have confirmed as cancelled.
    """

    def __init__(
        self, shelf: EventShelf, clock: Callable[[], datetime], book: FeedBook, cancelled: Cancelled
    ) -> None:
        self._shelf, self._clock, self._book, self._cancelled = shelf, clock, book, cancelled
        self._known: dict[Feed, _Known] | None = None  # None: not looked up yet
        self.looked = False  # at every feed once, whether it could be read or not

    @property
    def vanished(self) -> frozenset[str]:
        """Ids of events that their feed does not hold any more."""
        return frozenset().union(*(state.vanished for state in self._states()))

    @property
    def first(self) -> frozenset[str]:
        """Ids of events that stood in their feed when it was new to us: nobody is asked about those."""
        return frozenset().union(*(state.first for state in self._states()))

    async def look(self) -> None:
        """Fetch what is due, and serve what all feeds hold now."""
        knowledge, now = self._shelf.current.knowledge, self._clock()
        feeds = knowledge.programme.feeds
        if self._known is None:
            kept = await self._book.kept()
            self._known = {feed: _Known(now, _now_of(feed, kept.get(feed.url))) for feed in feeds}
            await self._book.forget(kept.keys() - {feed.url for feed in feeds})
            await self._serve()  # what was known must not wait for the slowest calendar
        if feeds != tuple(self._known):
            await self._change(feeds, now)
        due = [(feed, known) for feed, known in self._known.items() if known.due <= now]
        if due:
            await asyncio.gather(*(self._refresh(feed, known, knowledge, now) for feed, known in due))
        await self._serve()
        self.looked = True

    async def _change(self, feeds: Collection[Feed], now: datetime) -> None:
        """Take what programme.yaml says now; a feed that is not named any more is forgotten."""
        before = {feed.url: known for feed, known in (self._known or {}).items()}
        self._known = {
            feed: _Known(now, _now_of(feed, before[feed.url].state) if feed.url in before else None)
            for feed in feeds
        }
        await self._book.forget(before.keys() - {feed.url for feed in feeds})

    async def _serve(self) -> None:
        events = {id_: event for state in self._states() for id_, event in state.events.items()}
        if vanished := self.vanished:
            for id_ in await self._cancelled(vanished):
                events[id_] = events[id_].model_copy(update={"status": "cancelled"})
        await asyncio.to_thread(self._shelf.supplement, events)

    async def _refresh(self, feed: Feed, known: _Known, knowledge: Knowledge, now: datetime) -> None:
        known.due = now + EVERY
        before = known.state
        had = Fetched(before.content, before.etag, before.modified) if before else None
        try:
            fetched = await _content(feed, had, knowledge.folder) or had
            assert fetched is not None  # only what we had can be unchanged
            found = await asyncio.to_thread(
                read_feed, fetched.content, feed, now, knowledge.zone, knowledge.languages[0]
            )
        except FeedError as error:
            if not known.failing:  # once is enough until it is well again
                log.warning("%s", error)
            known.failing = True
            return
        known.failing = False
        missed = before.missed if before else {}
        events, missed = merged(before.events if before else {}, missed, found, now, knowledge.zone)
        first = before.first & events.keys() if before else frozenset(events)
        content, etag, modified = fetched.content, fetched.etag, fetched.modified
        known.state = FeedState(content, etag, modified, now, events, missed, first)
        await self._book.keep(feed.url, known.state)

    def _states(self) -> list[FeedState]:
        return [known.state for known in (self._known or {}).values() if known.state]


def _now_of(feed: Feed, state: FeedState | None) -> FeedState | None:
    if state is None:
        return None
    return replace(state, events={id_: belonging(each, feed) for id_, each in state.events.items()})


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
