"""Which of a list is meant: "the first one", "the one in Bergen", "which of them does aquaculture"."""

from __future__ import annotations

from bot.understand.directory import Directory
from bot.understand.finding import Criteria, Finding
from bot.understand.fitting import exactly_fitting
from bot.understand.spans import CLUSTERS, attribute_of, looked_for, names_row, which


def pointed_at(directory: Directory, question: str, listed: Criteria) -> Finding | None:
    """What `question` picks from the list of what was looked for; None where it points at nothing there."""
    spans, repaired = directory.lexicon.read(question)
    known = [span for span in spans if not span.has("ordinal")]
    if directory.unexplained(known) or names_row(spans):
        return None
    rows = directory.fitting(listed)
    if place := which(spans, "ordinal"):
        picked = _at(rows, int(place[0])) if len(place) == 1 else ()
        return Finding(picked, attribute_of(spans), matched=question, repaired=repaired) if picked else None
    criteria = looked_for(spans)
    points = directory.has_word(question, "pointers") and not any(span.has(*CLUSTERS) for span in spans)
    if not (criteria and points):
        return None
    fitting = {f"cluster:{cluster.id}" for cluster in exactly_fitting(directory.knowledge, criteria)}
    picked = tuple(row for row in rows if row in fitting)
    if len(picked) == 1:
        return Finding(picked, attribute_of(spans), matched=question, repaired=repaired)
    narrowed = narrower(listed, criteria)
    return Finding(picked, None, narrowed, (), question, repaired, several=True) if picked else None


def narrower(before: Criteria, now: Criteria) -> Criteria:
    """What is asked now in place of the same kind of thing; a town and a county are one kind."""
    place = now.regions or now.cities
    return Criteria(
        now.themes or before.themes,
        now.regions if place else before.regions,
        now.levels or before.levels,
        now.cities if place else before.cities,
    )


def _at(rows: tuple[str, ...], place: int) -> tuple[str, ...]:
    """The row at a place counted from 1, or from the end where it is negative."""
    index = place - 1 if place > 0 else place
    return rows[index : index + 1 or None] if -len(rows) <= index < len(rows) else ()
