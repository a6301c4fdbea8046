"""One version of the base as the bot serves it: what is known and how it is found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.knowledge.model import Knowledge
from bot.understand.cache import load_or_build
from bot.understand.directory import Directory
from bot.understand.match import Document, Matcher, Phrasing


@dataclass(frozen=True)
class Version:
    """Knowledge, matcher (with its thresholds) and directory of one moment."""

    knowledge: Knowledge
    matcher: Matcher
    directory: Directory


def prepare(knowledge: Knowledge, cache: Path | None = None) -> Version:
    """Index `knowledge`; `cache` is a folder where the learnt index is kept between runs."""
    matcher = load_or_build(documents(knowledge), knowledge.synonyms, cache)
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
