"""Notices what was saved in events.yaml or changed in a calendar; staff are asked before anybody is told."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.announce.occasion import Occasion, occasion_of
from bot.feeds.importing import EventShelf


class Compared(Protocol):
    """Where every version of an event is known that was ever seen."""

    async def look(
        self, current: Sequence[Occasion], now: datetime, *, auto: bool = False, known: Collection[str] = ()
    ) -> object: ...
    async def missing(self, gone: Sequence[Occasion], now: datetime) -> None: ...


class Calendars(Protocol):
    """What the feeds say of their events; ids of rows."""

    @property
    def looked(self) -> bool: ...
    @property
    def vanished(self) -> Collection[str]: ...
    @property
    def first(self) -> Collection[str]: ...


class Events:
    """Compares the events that are served with those seen before, whenever they have changed."""

    def __init__(
        self, shelf: EventShelf, seen: Compared, clock: Callable[[], datetime], feeds: Calendars
    ) -> None:
        self._shelf, self._seen, self._clock, self._feeds = shelf, seen, clock, feeds
        self._looked_at: tuple[str, Collection[str]] | None = None

    async def look(self) -> None:
        """Let what is new, changed or gone wait for staff."""
        knowledge, vanished = self._shelf.current.knowledge, self._feeds.vanished
        at = (knowledge.digest, vanished)
        if at == self._looked_at or not self._feeds.looked:
            return  # what calendars held when the bot first began is no news either
        current = [occasion_of(knowledge, event) for event in knowledge.events.values()]
        gone = [replace(each, status="cancelled") for each in current if each.row in vanished]
        # What changed while the bot was not running may be an old copy of the files or of the database.
        auto = self._looked_at is not None and knowledge.programme.auto_announce
        now = self._clock()
        if gone:  # an outsider's calendar may have been emptied by mistake: only people can know
            await self._seen.missing(gone, now)
        present = [each for each in current if each.row not in vanished]
        known = [each.id for each in present if each.row in self._feeds.first]
        await self._seen.look(present, now, auto=auto, known=known)
        self._looked_at = at
