"""The version in use: knowledge and what was learnt from it, in one value that is swapped whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

from bot.errors import KnowledgeError, LearningError, Problem
from bot.knowledge.calm import calm
from bot.knowledge.load import load
from bot.knowledge.model import Event, Knowledge

Version = TypeVar("Version")
Stamp = tuple[tuple[str, int, int], ...]  # of each file: path, size in bytes, mtime in nanoseconds


@dataclass(frozen=True, slots=True)
class Reloaded:
    """A changed folder is in use."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A changed folder cannot be used; the last good version goes on serving."""

    problems: tuple[Problem, ...]


class Shelf(Generic[Version]):
    """Holds the current version of a folder; `prepare` turns its Knowledge into what is served.

    Raises KnowledgeError at first when the folder cannot be used, and what `prepare` raises.
    `refresh` and `supplement` may run in threads: readers take `current` once for each question
    and see one version throughout.
    """

    def __init__(
        self, folder: Path, prepare: Callable[[Knowledge], Version], examples: Path | None = None
    ) -> None:
        self._folder, self._examples = folder, examples
        self._prepare = prepare
        self._stamp = self._look()
        knowledge = load(folder, examples)
        self._knowledge = knowledge  # what the folder held when it was last in order
        self._more: Mapping[str, Event] = {}
        self._lock = Lock()  # two threads may bring news at once
        self._unreadable = False  # what the folder holds now
        self._failed = False  # what is to be served now could not be learnt
        self._news: Reloaded | Broken | None = None  # of events beside the folder's, for `refresh` to tell
        self.current: Version = prepare(knowledge)
        self._served = knowledge.digest  # events beside the folder's included

    @property
    def broken(self) -> bool:
        """Whether what is there now cannot be used; the version before it serves."""
        return self._unreadable or self._failed

    def supplement(self, events: Mapping[str, Event]) -> None:
        """Serve these events beside the folder's own, in place of those given before.

        Of two with one id the folder's is served. When they cannot be learnt, `refresh` tells it, and
        they are tried again with the next edit, or with other events.
        """
        with self._lock:
            if events == self._more:
                return
            failed, self._more = self._failed, dict(events)
            with calm():
                outcome = self._take()
            if self._failed or (failed and not self._unreadable):
                self._news = outcome

    def refresh(self) -> Reloaded | Broken | None:
        """Read the folder again if a file changed; None when there is nothing to tell.

        Reloaded also when a broken folder was put back as it was: who heard of the damage hears it is mended.
        """
        now = self._look()
        news, self._news = self._news, None
        if now == self._stamp:
            return news
        self._stamp = now
        with calm():
            try:
                knowledge = load(self._folder, self._examples)
            except KnowledgeError as error:
                self._unreadable = True
                return Broken(error.problems)
            was_unreadable, self._unreadable = self._unreadable, False
            with self._lock:
                self._knowledge = knowledge
                return self._take() or (Reloaded() if was_unreadable else news)

    def _take(self) -> Reloaded | Broken | None:
        """Serve what there is now; None where it is served already."""
        failed, wanted = self._failed, _with(self._knowledge, self._more)
        if wanted.digest == self._served and not failed:
            return None
        try:
            if wanted.digest != self._served:
                self.current = self._prepare(wanted)
        except Exception as error:  # whatever it is, editors hear of it, and their next edit tries again
            self._failed = True
            known = isinstance(error, LearningError)
            what = str(error) if known else f"it could not be taken into use ({type(error).__name__})"
            return Broken(
                (Problem(self._folder.resolve().name, 0, f"{what}. The next edit is another attempt"),)
            )
        self._served, self._failed = wanted.digest, False
        return Reloaded()

    @property
    def saved(self) -> datetime:
        """When a file of the folder was last saved; aware, UTC."""
        return datetime.fromtimestamp(max((ns for _, _, ns in self._stamp), default=0) / 1e9, UTC)

    def _look(self) -> Stamp:
        return stamp(self._folder) + (stamp(self._examples) if self._examples else ())


def _with(knowledge: Knowledge, events: Mapping[str, Event]) -> Knowledge:
    if not events:
        return knowledge
    digest = sha256(knowledge.digest.encode())
    for event in events.values():
        digest.update(event.model_dump_json(fallback=str).encode())
    return replace(knowledge, events={**events, **knowledge.events}, digest=digest.hexdigest())


def stamp(folder: Path) -> Stamp:
    """Sizes and times of all knowledge files: what changes when an editor saves."""
    found = []
    for path in sorted([*folder.glob("*.y*ml"), *folder.glob("answers/*.y*ml")]):
        try:
            info = path.stat()
        except OSError:  # vanished between listing and looking: that is a change too
            continue
        found.append((str(path), info.st_size, info.st_mtime_ns))
    return tuple(found)
