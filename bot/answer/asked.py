"""What is kept of a question for those who edit the base. Pure."""

from __future__ import annotations

from typing import Literal, assert_never

from bot.answer.anonymous import anonymous, says_something
from bot.answer.entries import is_smalltalk
from bot.reply import Asked
from bot.understand.decide import Sure, Unknown, Unsure
from bot.understand.outcome import Found, Outcome, Several
from bot.understand.version import Version

Band = Literal["sure", "unsure", "unknown"]


def asked(version: Version, question: str, outcome: Outcome, language: str) -> Asked | None:
    """The question without who asked it, and what became of it.

    None for small talk, for what asks about private matters (it may name somebody), and for what holds no
    word besides what was taken out.
    """
    band, entry = _became(outcome)
    text = anonymous(question)
    if is_smalltalk(version.knowledge, entry) or not says_something(text):
        return None
    if version.directory.is_private(question):
        return None
    return Asked(text, language, band, entry[:80])


def _became(outcome: Outcome) -> tuple[Band, str]:
    match outcome:
        case Several(parts):
            return _became(parts[0][1])
        case Sure(hit):
            return "sure", hit.entry
        case Found(finding):
            return "sure", "list" if finding.is_list else finding.rows[0]
        case Unsure(hits):
            return "unsure", hits[0].entry
        case Unknown():
            return "unknown", ""
        case _:
            assert_never(outcome)
