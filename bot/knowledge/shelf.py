"""The version in use: knowledge and what was learnt from it, in one value that is swapped whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from bot.errors import KnowledgeError, Problem
from bot.knowledge.load import load
from bot.knowledge.model import Knowledge

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

    Raises KnowledgeError at first when the folder cannot be used. `refresh` may run in a
    thread: readers take `current` once for each question and see one version throughout.
    """

    def __init__(self, folder: Path, prepare: Callable[[Knowledge], Version]) -> None:
        self._folder = folder
        self._prepare = prepare
        self._stamp = stamp(folder)
        knowledge = load(folder)
        self._digest = knowledge.digest
        self._broken = False
        self.current: Version = prepare(knowledge)

    def refresh(self) -> Reloaded | Broken | None:
        """Read the folder again if a file changed; None when there is nothing to tell.

        Reloaded also when a broken folder was put back as it was: who heard of the damage hears it is mended.
        """
        now = stamp(self._folder)
        if now == self._stamp:
            return None
        self._stamp = now
        try:
            knowledge = load(self._folder)
        except KnowledgeError as error:
            self._broken = True
            return Broken(error.problems)
        was_broken, self._broken = self._broken, False
        if knowledge.digest == self._digest:
            return Reloaded() if was_broken else None
        self.current = self._prepare(knowledge)
        self._digest = knowledge.digest
        return Reloaded()


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
