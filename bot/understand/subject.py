"""What was talked about shortly before: a row, an entry or a list, as a short text between two messages."""

from __future__ import annotations

from dataclasses import dataclass

from bot.understand.decide import Sure
from bot.understand.finding import Criteria
from bot.understand.outcome import Found, Outcome, Several, Untold

ATTRIBUTE = "#"  # between a row and what of it was asked: `cluster:gce-node#leader`
LIST = "list:"  # before the criteria of a list
AMONG = "@"  # before the criteria of the last list, where something else was talked about since


@dataclass(frozen=True, slots=True)
class Subject:
    """What the last answer was about: a row or entry and what of it, or a list; and the list before it."""

    entry: str = ""
    attribute: str | None = None
    criteria: Criteria | None = None
    among: Criteria | None = None

    def __bool__(self) -> bool:
        return bool(self.entry or self.criteria)

    def __str__(self) -> str:
        """`list:health...Bergen`, `cluster:gce-node#leader@...Bergen`: read back by `parse`."""
        if self.criteria:
            return f"{LIST}{self.criteria}"
        asked = f"{ATTRIBUTE}{self.attribute}" if self.attribute else ""
        return f"{self.entry}{asked}{AMONG}{self.among}" if self.among else f"{self.entry}{asked}"

    @property
    def listed(self) -> Criteria | None:
        """The last list, whatever was talked about since."""
        return self.criteria or self.among

    @classmethod
    def parse(cls, text: str | None) -> Subject:
        """Read what `str` made; anything else is no subject."""
        if not text:
            return cls()
        if text.startswith(LIST):
            return cls(criteria=Criteria.parse(text.removeprefix(LIST)))
        row, _, listed = text.partition(AMONG)
        entry, _, attribute = row.partition(ATTRIBUTE)
        return cls(entry, attribute or None, among=Criteria.parse(listed)) if entry else cls()


def after(outcome: Outcome, before: Subject) -> Subject:
    """What is talked about after an outcome; nothing where nothing was answered."""
    match outcome:
        case Sure(hit):
            return Subject(hit.entry, among=before.listed)
        case Found(finding) if finding.criteria:
            return Subject(criteria=finding.criteria)
        case Found(finding) | Untold(finding=finding) if len(finding.rows) == 1:
            return Subject(finding.rows[0], finding.attribute, among=before.listed)
        case Several(parts):
            return after(parts[-1][1], before)
    return Subject()
