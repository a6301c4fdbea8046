"""One version of the base as the bot serves it: what is known and how it is found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.knowledge.model import Knowledge
from bot.understand.directory import Directory
from bot.understand.match import Document, Matcher, Phrasing

Learn = Callable[[Sequence[Document], Sequence[Sequence[str]]], Matcher]  # documents, synonyms


@dataclass(frozen=True)
class Version:
    """Knowledge, matcher (with its thresholds) and directory of one moment."""

    knowledge: Knowledge
    matcher: Matcher
    directory: Directory

    @cached_property
    def rows_of_entries(self) -> dict[str, str | None]:
        """The row that an entry is about, of those for which `about` has looked: a version never changes."""
        return {}


def prepare(knowledge: Knowledge, learn: Learn = Matcher.build) -> Version:
    """Make `knowledge` askable; `learn` takes seconds for a large base. Raises what it raises."""
    matcher = learn(documents(knowledge), knowledge.synonyms)
    return Version(knowledge, matcher, Directory.build(knowledge))


def documents(knowledge: Knowledge) -> tuple[Document, ...]:
    """What the matcher ranks: every entry, and every event under its titles."""
    entries = [
        Document(
            entry.id,
            tuple(Phrasing(text, language) for language, texts in entry.questions.items() for text in texts),
            tuple(Phrasing(text, language) for language, text in entry.answer.items()),
        )
        for entry in knowledge.entries.values()
    ]
    events = [
        Document(
            f"event:{event.id}",
            tuple(Phrasing(text, language) for language, text in event.title.items()),
            tuple(Phrasing(text, language) for language, text in event.text.items()),
        )
        for event in knowledge.events.values()
        if event.status != "draft"
    ]
    return (*entries, *events)
