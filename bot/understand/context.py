"""Questions that go on from the last answer: what they leave out, and what they point at."""

from __future__ import annotations

from dataclasses import replace

from bot.understand.decide import Sure, Unsure, decide
from bot.understand.finding import Finding
from bot.understand.match import Hit, Ranking
from bot.understand.outcome import CERTAIN, Found, Outcome, Private, Sourced
from bot.understand.pointing import chosen, narrower, pointed_at
from bot.understand.rows import answers_for, is_about
from bot.understand.subject import Subject
from bot.understand.turns import asks_more, asks_source, goes_on, names_a_person, points_back
from bot.understand.version import Version

LONGEST_ELLIPSIS = 6  # words of a question that leaves out what it is about
MOST_ROWS = 3  # of a list, to choose from
REACHED_BY = frozenset({"contact", "phone", "email", "address"})


def follow_up(version: Version, question: str, last: Subject, ranking: Ranking) -> Outcome | None:
    """What `question`, ranked by itself, means after `last`; None where it does not go on from it.

    "who leads it", "their website?" ask something of the last row, "the first one" and "the one in Bergen"
    point into the last list; "and for NODE?" asks the same of another; "and in Bergen?" narrows the last
    list anew; "and in 2018?" looks for the neighbour of the last answer that those words name.
    """
    if not last:
        return None
    directory, lexicon = version.directory, version.directory.lexicon
    if (taken := chosen(directory, question, last.offered)) and _is_there(version, taken):
        is_row = ":" in taken
        return Found(Finding((taken,), matched=question), ranking) if is_row else Sure(_hit(taken), ranking)
    row = row_of(version, last)
    of_person = _is_of_person(row, last) or names_a_person(lexicon, question)
    if of_person and directory.is_private(question):
        return Private(None, ranking)
    if asks_source(lexicon, question):
        return _once_more(version, last, ranking)
    if asks_more(lexicon, question) and (more := _more(version, last, row, ranking)):
        return more
    attribute = directory.attribute_alone(question)
    if row and last.entry and attribute:
        return _asked(version, attribute, row, last, ranking)
    rest = goes_on(lexicon, question)
    narrowing = rest is not None and last.criteria is not None
    if last.listed and (finding := pointed_at(directory, rest or question, last.listed, narrowing)):
        asked = finding.attribute or (last.attribute if rest and not finding.criteria else None)
        return Found(replace(finding, attribute=asked), ranking)
    if attribute:
        return _asked(version, attribute, row, last, ranking)
    if rest is None and last.criteria and directory.asks_for_any(question):
        rest = question  # "any for health?" after a list
    return _instead(version, rest, last, ranking) if rest is not None else None


def is_elliptical(version: Version, question: str, last: Subject) -> bool:
    """Whether it takes what was offered, or asks something of the row talked about without naming it."""
    if chosen(version.directory, question, last.offered):
        return True
    return row_of(version, last) is not None and version.directory.attribute_alone(question) is not None


def more_of(version: Version, alone: Ranking, last: Subject) -> Sure | Unsure | None:
    """The answer to a short question that names nothing itself ("who did it"), after an entry or a row.

    `alone` is the question ranked by itself.

    What the title is about, or the row's name, stands in for what was left out. Where the answer does not
    tell what the question adds of its own, it is only offered, to a question that points at what was said.
    """
    question, title = alone.question, _title(version, last, alone.language)
    words = version.directory.lexicon.words(question)
    if title is None or len(words) > LONGEST_ELLIPSIS or any(word.isdecimal() for word in words):
        return None
    own = version.matcher.topic(question).split()
    offered: Hit | None = None
    for meant in (f"{question} {version.matcher.topic(title) or title}", f"{title} {question}"):
        ranking = version.matcher.rank(meant)
        decision = decide(ranking, version.matcher.thresholds)
        if not isinstance(decision, Sure) or not _stays_with(version, decision.hit.entry, last):
            continue
        if ranking.uncovered.isdisjoint(own):
            return Sure(decision.hit, _spoken_as(alone, ranking))
        if not offered and alone.known == 1:
            offered = decision.hit
    if not offered and alone.known == 1 and _is_row(version, last.entry):
        offered = _hit(last.entry)  # its card may tell
    points = points_back(version.directory.lexicon, question)
    return Unsure((offered,), alone) if offered and points else None


def _title(version: Version, last: Subject, language: str) -> str | None:
    """What was talked about in a few words, in the language if it can be."""
    knowledge = version.knowledge
    kind, _, which = last.entry.rpartition(":")
    if not kind and (entry := knowledge.entries.get(which)):
        return (entry.questions.get(language) or next(iter(entry.questions.values())))[0]
    if kind == "cluster" and which in knowledge.clusters:
        return knowledge.clusters[which].name
    if kind == "contact" and which in knowledge.contacts:
        return knowledge.contacts[which].name or knowledge.contacts[which].organisation
    return None


def _stays_with(version: Version, entry: str, last: Subject) -> bool:
    """Whether an answer is about the row talked about, if it was a row."""
    return ":" not in last.entry or is_about(version.knowledge, entry, last.entry)


def row_of(version: Version, last: Subject) -> str | None:
    """The row talked about: the last one, the only one of a list, or the one an entry is about."""
    if last.criteria:
        rows = version.directory.fitting(last.criteria)
        return rows[0] if len(rows) == 1 else None
    return last.entry if _is_row(version, last.entry) else _row_of_entry(version, last.entry)


def _is_of_person(row: str | None, last: Subject) -> bool:
    return row is not None and (last.attribute in {"leader", "contact"} or row.startswith("contact:"))


def _asked(
    version: Version, attribute: str, row: str | None, last: Subject, ranking: Ranking
) -> Outcome | None:
    """Something is asked of what was talked about, and nothing else."""
    entry = version.knowledge.entries.get(last.entry)
    if row and answers_for(version.knowledge, row, attribute) and entry:
        return more_of(version, ranking, last) or Sure(
            _hit(last.entry), ranking
        )  # in its answer, if anywhere
    if row:
        rows = version.directory.asked_of(row, attribute)
        return Found(Finding(rows[:1], attribute, matched=ranking.question), ranking)
    if attribute in REACHED_BY and entry and entry.contact:  # whom to ask about what was answered
        asked = None if attribute == "contact" else attribute
        return Found(Finding((f"contact:{entry.contact}",), asked, matched=ranking.question), ranking)
    if last.criteria:
        return _which_of_them(version, last, ranking)
    more = more_of(version, ranking, last)  # "how many members" after a merger
    if isinstance(more, Sure):
        return more
    rows = _rows_of_entry(version, last.entry)
    return Unsure(tuple(_hit(each) for each in rows), ranking) if 0 < len(rows) <= MOST_ROWS else None


def _which_of_them(version: Version, last: Subject, ranking: Ranking) -> Outcome | None:
    """Of which of a list something is asked: a few are offered, of more the list is shown once more."""
    criteria = last.criteria
    assert criteria is not None
    rows = version.directory.fitting(criteria)
    if len(rows) <= MOST_ROWS:
        return Unsure(tuple(_hit(row) for row in rows), ranking) if rows else None
    return Found(Finding(rows, None, criteria, matched=ranking.question, several=True), ranking)


def _instead(version: Version, rest: str, last: Subject, ranking: Ranking) -> Outcome | None:
    """The same is asked of what `rest` names."""
    directory = version.directory
    finding = directory.find(rest)
    if finding and len(finding.rows) == 1 and not (finding.leftover or finding.is_list):
        asked = finding.attribute or last.attribute
        if answers_for(version.knowledge, finding.rows[0], asked):
            return _neighbour(version, rest, last.entry, ranking)  # its answer, not its address
        return Found(replace(finding, attribute=asked), ranking)
    criteria = directory.criteria_alone(rest)
    if last.listed and criteria and (last.criteria or not criteria.levels):
        merged = narrower(last.listed, criteria)
        return Found(Finding(directory.fitting(merged), None, merged, matched=rest, several=True), ranking)
    if bare := directory.find_bare(rest):
        return Found(bare, ranking)
    return _neighbour(version, rest, last.entry, ranking) if last.entry else None


def _once_more(version: Version, last: Subject, ranking: Ranking) -> Outcome | None:
    """Where the last answer is from: all sources of an entry; a row is told again, its source with it."""
    if last.criteria:
        rows = version.directory.fitting(last.criteria)
        return Found(Finding(rows, None, last.criteria, matched=ranking.question, several=True), ranking)
    if _is_row(version, last.entry):
        return Found(Finding((last.entry,), last.attribute, matched=ranking.question), ranking)
    entry = version.knowledge.entries.get(last.entry)
    return Sourced(_hit(last.entry), ranking) if entry and entry.facts else None


def _more(version: Version, last: Subject, row: str | None, ranking: Ranking) -> Outcome | None:
    """More about what was talked about: the whole card of which a part was told, else answers about it."""
    if row and (row != last.entry or last.attribute):
        return Found(Finding((row,), matched=ranking.question), ranking)
    entry = version.knowledge.entries.get(last.entry)
    if row:
        others = [each for each in version.knowledge.entries if is_about(version.knowledge, each, row)]
    else:
        others = list(entry.related) if entry else []
    return Unsure(tuple(_hit(each) for each in others[:MOST_ROWS]), ranking) if others else None


def _rows_of_entry(version: Version, entry: str) -> tuple[str, ...]:
    """The clusters that an entry shares facts with."""
    found = version.knowledge.entries.get(entry)
    facts = set(found.facts) if found else set()
    clusters = version.knowledge.clusters.values()
    return tuple(f"cluster:{each.id}" for each in clusters if not facts.isdisjoint(each.facts))


def _is_there(version: Version, entry: str) -> bool:
    """Whether an entry or row is still in the base."""
    return _is_row(version, entry) or entry in version.knowledge.entries


def _is_row(version: Version, entry: str) -> bool:
    """Whether it is a cluster, a contact or an event that is still there."""
    kind, _, which = entry.partition(":")
    known = version.knowledge
    rows = {"cluster": known.clusters, "contact": known.contacts, "event": known.events}
    return which in rows.get(kind, {})


def _row_of_entry(version: Version, entry: str) -> str | None:
    """The one row an entry is about: its title names it in every language, or all its facts belong to it."""
    found = version.knowledge.entries.get(entry)
    if found is None:
        return None
    named = {_named(version, phrasings[0]) for phrasings in found.questions.values()}
    if len(named) == 1 and (row := named.pop()):
        return row
    rows = [each.id for each in version.knowledge.clusters.values() if set(found.facts) <= set(each.facts)]
    return f"cluster:{rows[0]}" if found.facts and len(rows) == 1 else None


def _named(version: Version, title: str) -> str | None:
    finding = version.directory.find(title)
    return finding.rows[0] if finding and len(finding.rows) == 1 and not finding.is_list else None


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


def _hit(row: str) -> Hit:
    """A row or entry that was talked about, as something found."""
    return Hit(row, CERTAIN, "", "", False, {})


def _spoken_as(asked: Ranking, meant: Ranking) -> Ranking:
    """What was `meant`, in the words and the language that were `asked`."""
    return replace(meant, question=asked.question, language=asked.language, close=asked.close)


def _topic(version: Version, entry: str) -> str | None:
    found = version.knowledge.entries.get(entry)
    return found.topic if found else None
