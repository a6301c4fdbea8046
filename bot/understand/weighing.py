"""An answer that a question has by itself, or one that goes on from the last: which of them, or both."""

from __future__ import annotations

from dataclasses import replace

from bot.understand.about import is_row, rows_of_entry
from bot.understand.decide import CHOICES, Sure, Unsure
from bot.understand.ellipsis import BARE, more_of
from bot.understand.finding import FIGURES
from bot.understand.outcome import Found, Outcome
from bot.understand.rows import is_about
from bot.understand.subject import Subject
from bot.understand.turns import points_back, stands_for
from bot.understand.version import Version


def told_of_it(version: Version, question: str, found: Found, last: Subject) -> Sure | None:
    """What an answer tells of a named row and of the thing talked about: "does NODE have it", the label."""
    finding = found.finding
    named_only = len(finding.rows) == 1 and finding.attribute is None and not finding.is_list
    if not named_only or not points_back(version.directory.lexicon, question):
        return None
    more = more_of(version, found.ranking, last)
    if isinstance(more, Sure) and is_about(version.knowledge, more.hit.entry, finding.rows[0]):
        return more
    return None


def rather(version: Version, question: str, sure: Sure, more: Sure | Unsure | None, last: Subject) -> Outcome:
    """An answer that the question has by itself, unless it must be of what was talked about.

    "Have they merged now", which others have, is of the last row. "When did it start", which the programme
    did, may be: then both are offered.
    """
    if sure.hit.exact:
        return sure
    stands, row = stands_for(version.directory.lexicon, question), last.entry
    if stands and isinstance(more, Sure):
        return more
    of_row = row.startswith("cluster:") and is_row(version, row)
    if stands and of_row and not is_about(version.knowledge, sure.hit.entry, row):
        return Unsure((sure.hit, replace(sure.hit, entry=row)), sure.ranking)  # "how much did they get"
    entries = version.knowledge.entries
    before, found = entries.get(row), entries.get(sure.hit.entry)
    elsewhere = before is not None and found is not None and before.topic != found.topic
    asked = version.directory.attribute_alone(question)
    if elsewhere and asked and (asked not in FIGURES or rows_of_entry(version, row)):
        if isinstance(more, Sure):
            return more
        return Unsure((sure.hit, replace(sure.hit, entry=row)), sure.ranking)
    points = elsewhere and points_back(version.directory.lexicon, question)
    if points and isinstance(more, Sure) and more.hit.entry != sure.hit.entry:
        return Unsure((sure.hit, more.hit), sure.ranking)  # "which clusters", after a level
    return sure


def both(version: Version, outcome: Outcome, more: Sure | Unsure, last: Subject) -> Outcome:
    """What goes on from the last answer, or what the question offers by itself, or both to choose from.

    It may where the former only repeats that answer, and where the latter is confident.
    """
    hits = outcome.hits if isinstance(outcome, Unsure) else ()
    if isinstance(more, Unsure):
        offered = {hit.entry for hit in more.hits}
        others = [hit for hit in hits if hit.entry not in offered]
        worth = bool(others) or more.hits[0].entry != last.entry
        return (
            Unsure((*others[: CHOICES - len(more.hits)], *more.hits), outcome.ranking) if worth else outcome
        )
    others = [hit for hit in hits if hit.entry != more.hit.entry]
    confident = bool(hits) and hits[0].confidence >= version.matcher.thresholds.sure
    question = outcome.ranking.question
    says_nothing = not version.matcher.topic(question)
    if says_nothing and len(question.split()) <= BARE:
        return more
    if says_nothing and more.hit.entry != last.entry and points_back(version.directory.lexicon, question):
        return more  # "how many have that", the gold label
    if not others or hits[0] not in others or not (confident or more.hit.entry == last.entry):
        return more
    return Unsure((*others[: CHOICES - 1], more.hit), outcome.ranking)
