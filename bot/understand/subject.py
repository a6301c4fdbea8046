"""What was talked about shortly before: a row, an entry or a list, as a short text between two messages."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.understand.decide import Sure, Unknown, Unsure
from bot.understand.finding import Criteria
from bot.understand.outcome import Found, Outcome, Several, Untold

ATTRIBUTE = "#"  # between a row and what of it was asked: `cluster:gce-node#leader`
LIST = "list:"  # before the criteria of a list
AMONG = "@"  # before the criteria of the last list, where something else was talked about since
OFFERED = "?"  # before what was offered to choose from, each after a +


@dataclass(frozen=True, slots=True)
class Subject:
    """What the last answer was about: a row or entry and what of it, or a list; and the list before it.

    Where it was a question back: what was offered, and what was talked about until then.
    """

    entry: str = ""
    attribute: str | None = None
    criteria: Criteria | None = None
    among: Criteria | None = None
    offered: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.entry or self.criteria or self.offered)

    def __str__(self) -> str:
        """`list:health...Bergen`, `cluster:gce-node#leader@...Bergen`: read back by `parse`."""
        asked = f"{ATTRIBUTE}{self.attribute}" if self.attribute else ""
        about = f"{LIST}{self.criteria}" if self.criteria else f"{self.entry}{asked}"
        among = f"{AMONG}{self.among}" if self.among else ""
        return about + among + (OFFERED + "+".join(self.offered) if self.offered else "")

    @property
    def listed(self) -> Criteria | None:
        """The last list, whatever was talked about since."""
        return self.criteria or self.among

    @classmethod
    def parse(cls, text: str | None) -> Subject:
        """Read what `str` made; anything else is no subject."""
        about, _, choices = (text or "").partition(OFFERED)
        offered = tuple(each for each in choices.split("+") if each)
        if about.startswith(LIST):
            return cls(criteria=Criteria.parse(about.removeprefix(LIST)), offered=offered)
        row, _, listed = about.partition(AMONG)
        entry, _, attribute = row.partition(ATTRIBUTE)
        if not entry:
            return cls(offered=offered)
        return cls(entry, attribute or None, among=Criteria.parse(listed), offered=offered)


def after(outcome: Outcome, before: Subject) -> Subject:
    """What is talked about after an outcome; after a question back what was before, and what is offered."""
    match outcome:
        case Sure(hit):
            return Subject(hit.entry, among=before.listed)
        case Found(finding) if finding.criteria:
            return Subject(criteria=finding.criteria)
        case Found(finding) | Untold(finding=finding) if len(finding.rows) == 1:
            return Subject(finding.rows[0], finding.attribute, among=before.listed)
        case Several(parts):
            return after(parts[-1][1], before)
        case Unsure(hits, attribute=asked):
            asked = f"{ATTRIBUTE}{asked}" if asked else ""
            return replace(before, offered=tuple(hit.entry + asked for hit in hits))
        case Unknown():
            return replace(before, offered=())
    return Subject()
