"""What is kept of a question for those who edit the base. Pure."""

from __future__ import annotations

from typing import assert_never

from bot.answer.anonymous import anonymous, says_something
from bot.answer.entries import is_smalltalk
from bot.answer.explain import band
from bot.reply import Asked
from bot.understand.decide import Sure, Unknown, Unsure
from bot.understand.outcome import Found, Outcome, Several
from bot.understand.version import Version


def asked(version: Version, question: str, outcome: Outcome, language: str) -> Asked | None:
    """The question without who asked it, and what became of it.

    None for small talk, for what asks about private matters (it may name somebody), and for what holds no
    word besides what was taken out.
    """
    entry = _entry(outcome)
    text = anonymous(question)
    if is_smalltalk(version.knowledge, entry) or not says_something(text):
        return None
    if version.directory.is_private(question):
        return None
    return Asked(text, language, band(outcome), entry[:80])


def _entry(outcome: Outcome) -> str:
    """What was answered, or offered first; "" for nothing."""
    match outcome:
        case Several(parts):
            return _entry(parts[0][1])
        case Sure(hit):
            return hit.entry
        case Found(finding):
            return "list" if finding.is_list else finding.rows[0]
        case Unsure(hits):
            return hits[0].entry
        case Unknown():
            return ""
        case _:
            assert_never(outcome)
