"""What was talked about shortly before, and the questions that go on from it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.understand.decide import Sure, decide
from bot.understand.directory import Criteria, Finding
from bot.understand.match import Ranking
from bot.understand.outcome import Found, Outcome, Private
from bot.understand.version import Version

MARK = "#"  # between a row and what of it was asked: `cluster:gce-node#leader`
LIST = "list:"  # before the criteria of a list


@dataclass(frozen=True, slots=True)
class Subject:
    """What the last answer was about: a row or entry and what of it, or a list."""

    entry: str = ""
    attribute: str | None = None
    criteria: Criteria | None = None

    @classmethod
    def parse(cls, text: str | None) -> Subject:
        """Read what `written` made; anything else is no subject."""
        if not text:
            return cls()
        if text.startswith(LIST):
            return cls(criteria=Criteria.parse(text.removeprefix(LIST)))
        entry, _, attribute = text.partition(MARK)
        return cls(entry, attribute or None)


def written(outcome: Outcome) -> str | None:
    """What to remember of an outcome, as a short text; None where nothing was answered."""
    match outcome:
        case Sure(hit):
            return hit.entry
        case Found(finding) if finding.criteria:
            return f"{LIST}{finding.criteria}"
        case Found(finding) if len(finding.rows) == 1:
            return f"{finding.rows[0]}{MARK}{finding.attribute}" if finding.attribute else finding.rows[0]
    return None


def follow_up(version: Version, question: str, last: Subject, ranking: Ranking) -> Outcome | None:
    """What `question`, ranked by itself, means after `last`; None where it does not go on from it.

    "who leads it", "their website?" ask something of the last row; "and for NODE?" asks the
    same of another; "and in Bergen?" narrows the last list anew; "and in 2018?" looks for
    the neighbour of the last answer that those words name.
    """
    if last == Subject():
        return None
    row = last.entry if _is_row(version, last.entry) else _row_of(version, last.entry)
    of_person = last.attribute in {"leader", "contact"} or (row or "").startswith("contact:")
    if row and of_person and version.directory.is_private(question):
        return Private(None, ranking)
    attribute = version.directory.attribute_alone(question)
    if row and attribute:
        return Found(Finding((row,), attribute, matched=question), ranking)
    entry = version.knowledge.entries.get(last.entry)
    if attribute == "contact" and entry and entry.contact:  # whom to ask about what was answered
        return Found(Finding((f"contact:{entry.contact}",), matched=question), ranking)
    rest = version.directory.after_follow_word(question)
    if rest is None:
        return None
    finding = version.directory.find(rest)
    if finding and last.attribute and len(finding.rows) == 1 and not (finding.leftover or finding.is_list):
        return Found(replace(finding, attribute=finding.attribute or last.attribute), ranking)
    criteria = version.directory.criteria_alone(rest)
    if last.criteria and criteria:
        merged = _merged(last.criteria, criteria)
        rows = version.directory.fitting(merged)
        return Found(Finding(rows, None, merged, matched=rest, several=True), ranking)
    if bare := version.directory.find_bare(rest):
        return Found(bare, ranking)
    return _neighbour(version, rest, last.entry) if last.entry else None


def _is_row(version: Version, entry: str) -> bool:
    """Whether it is a cluster or contact that is still there."""
    kind, _, which = entry.partition(":")
    rows = {"cluster": version.knowledge.clusters, "contact": version.knowledge.contacts}
    return which in rows.get(kind, {})


def _row_of(version: Version, entry: str) -> str | None:
    """The one cluster that an entry is about: the only one that all its facts belong to."""
    found = version.knowledge.entries.get(entry)
    if found is None or not found.facts:
        return None
    rows = [each.id for each in version.knowledge.clusters.values() if set(found.facts) <= set(each.facts)]
    return f"cluster:{rows[0]}" if len(rows) == 1 else None


def _merged(before: Criteria, now: Criteria) -> Criteria:
    """What is asked now in place of the same kind of thing; a town and a county are one kind."""
    place = now.regions or now.cities
    return Criteria(
        now.themes or before.themes,
        now.regions if place else before.regions,
        now.levels or before.levels,
        now.cities if place else before.cities,
    )


def _neighbour(version: Version, rest: str, entry: str) -> Outcome | None:
    """An answer that the words name by themselves, else one of the same topic as the last answer."""
    thresholds = version.matcher.thresholds
    by_itself = version.matcher.rank(rest)
    alone = decide(by_itself, thresholds)
    if isinstance(alone, Sure):
        return alone
    before = version.knowledge.entries.get(entry)
    if before is None:
        return None
    found: list[Sure] = []
    for phrasings in before.questions.values():
        ranking = version.matcher.rank(f"{phrasings[0]} {rest}")
        near = [
            hit for hit in ranking.hits if hit.entry != entry and _topic(version, hit.entry) == before.topic
        ]
        if near and near[0].confidence >= thresholds.unsure:
            found.append(Sure(near[0], replace(ranking, language=by_itself.language)))
    return max(found, key=lambda each: each.hit.confidence, default=None)


def _topic(version: Version, entry: str) -> str | None:
    found = version.knowledge.entries.get(entry)
    return found.topic if found else None
