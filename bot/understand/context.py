"""What was talked about shortly before, and the questions that go on from it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.understand.decide import Sure, decide
from bot.understand.finding import Criteria, Finding
from bot.understand.match import Ranking
from bot.understand.outcome import Found, Outcome, Private, Untold
from bot.understand.rows import answers_for
from bot.understand.version import Version

MARK = "#"  # between a row and what of it was asked: `cluster:gce-node#leader`
LIST = "list:"  # before the criteria of a list
LONGEST_ELLIPSIS = 6  # words of a question that leaves out what it is about


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
        case Found(finding) | Untold(finding=finding) if len(finding.rows) == 1:
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
    row = _row(version, last)
    of_person = last.attribute in {"leader", "contact"} or (row or "").startswith("contact:")
    if row and of_person and version.directory.is_private(question):
        return Private(None, ranking)
    attribute = version.directory.attribute_alone(question)
    if row and attribute:
        return Found(Finding((row,), attribute, matched=question), ranking)
    entry = version.knowledge.entries.get(last.entry)
    if attribute == "contact" and entry and entry.contact:  # whom to ask about what was answered
        return Found(Finding((f"contact:{entry.contact}",), matched=question), ranking)
    if attribute and (more := more_of(version, ranking, last)):  # "how many members" after a merger
        return more
    rest = version.directory.after_follow_word(question)
    if rest is None and last.criteria and version.directory.asks_for_any(question):
        rest = question  # "any for health?" after a list
    if rest is None:
        return None
    finding = version.directory.find(rest)
    if finding and len(finding.rows) == 1 and not (finding.leftover or finding.is_list):
        asked = finding.attribute or last.attribute
        if answers_for(version.knowledge, finding.rows[0], asked):
            return _neighbour(version, rest, last.entry, ranking)  # its answer, not its address
        return Found(replace(finding, attribute=asked), ranking)
    criteria = version.directory.criteria_alone(rest)
    if last.criteria and criteria:
        merged = _merged(last.criteria, criteria)
        rows = version.directory.fitting(merged)
        return Found(Finding(rows, None, merged, matched=rest, several=True), ranking)
    if bare := version.directory.find_bare(rest):
        return Found(bare, ranking)
    return _neighbour(version, rest, last.entry, ranking) if last.entry else None


def more_of(version: Version, alone: Ranking, last: Subject) -> Sure | None:
    """The answer to a short question that names nothing itself ("who did it"), after the entry `last`.

    `alone` is the question ranked by itself.

    The words that the entry's title is about stand in for what was left out; what the question
    adds of its own must be told by the answer.
    """
    entry, question = version.knowledge.entries.get(last.entry), alone.question
    words = version.directory.lexicon.words(question)
    if entry is None or len(words) > LONGEST_ELLIPSIS or any(word.isdecimal() for word in words):
        return None
    own = version.matcher.topic(question).split()
    title = entry.questions.get(alone.language) or next(iter(entry.questions.values()))
    for meant in (f"{question} {version.matcher.topic(title[0])}", f"{title[0]} {question}"):
        ranking = version.matcher.rank(meant)
        decision = decide(ranking, version.matcher.thresholds)
        if isinstance(decision, Sure) and ranking.uncovered.isdisjoint(own):
            return Sure(decision.hit, _spoken_as(alone, ranking))
    return None


def _row(version: Version, last: Subject) -> str | None:
    """The row talked about: the last one, the only one of a list, or that of an entry about one cluster."""
    if last.criteria:
        rows = version.directory.fitting(last.criteria)
        return rows[0] if len(rows) == 1 else None
    return last.entry if _is_row(version, last.entry) else _row_of(version, last.entry)


def _is_row(version: Version, entry: str) -> bool:
    """Whether it is a cluster, a contact or an event that is still there."""
    kind, _, which = entry.partition(":")
    known = version.knowledge
    rows = {"cluster": known.clusters, "contact": known.contacts, "event": known.events}
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


def _neighbour(version: Version, rest: str, entry: str, whole: Ranking) -> Sure | None:
    """An answer that the words name by themselves, else one of the same topic as the last answer.

    The language is that of the `whole` question: "2018" alone is of none.
    """
    thresholds = version.matcher.thresholds
    alone = decide(version.matcher.rank(rest), thresholds)
    if isinstance(alone, Sure):
        return Sure(alone.hit, _spoken_as(whole, alone.ranking))
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
            found.append(Sure(near[0], _spoken_as(whole, ranking)))
    return max(found, key=lambda each: each.hit.confidence, default=None)


def _spoken_as(asked: Ranking, meant: Ranking) -> Ranking:
    """What was `meant`, in the words and the language that were `asked`."""
    return replace(meant, question=asked.question, language=asked.language, close=asked.close)


def _topic(version: Version, entry: str) -> str | None:
    found = version.knowledge.entries.get(entry)
    return found.topic if found else None
