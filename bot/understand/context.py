"""Questions that go on from the last answer: what they leave out, and what they point at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.understand.about import hit_of, is_row, is_there, row_of, rows_of_entry, title_of
from bot.understand.decide import Sure, Unsure
from bot.understand.ellipsis import is_year, more_of, neighbour, other_year
from bot.understand.finding import FIGURES, Criteria, Finding
from bot.understand.match import Ranking
from bot.understand.outcome import Found, Outcome, Private, Sourced
from bot.understand.pointing import chosen, narrower, pointed_at
from bot.understand.rows import answers_for, is_about
from bot.understand.spans import attribute_of, looked_for, which
from bot.understand.subject import ATTRIBUTE, Subject
from bot.understand.turns import asks_more, asks_source, goes_on, names_a_person
from bot.understand.version import Version

MOST_ROWS = 5  # of a list, to choose from
ALIKE_WORDS = 3  # of the longest way to ask for others of a kind
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
    if last.listed and not directory.knows(last.listed):  # the base has changed since
        last = replace(last, criteria=None, among=None)
    taken, _, of_it = (chosen(directory, question, last.offered) or "").partition(ATTRIBUTE)
    if is_there(version, taken):
        card = Finding((taken,), of_it or None, matched=question)
        return Found(card, ranking) if ":" in taken else Sure(hit_of(taken), ranking)
    row = row_of(version, last)
    of_person = _is_of_person(row, last) or names_a_person(lexicon, question)
    if of_person and directory.is_private(question):
        return Private(None, ranking)
    if asks_source(lexicon, question):
        return _once_more(version, last, ranking)
    if asks_more(lexicon, question) and (more := _more(version, last, row, ranking)):
        return more
    rest = goes_on(lexicon, question)
    if year := other_year(version, rest or question, last.entry):
        return neighbour(version, year, last.entry, ranking)
    if listed := _of_the_level(version, rest or question, last):
        return Found(listed, ranking)
    if row and (others := _alike(version, question, row)):
        return Found(others, ranking)
    attribute = directory.attribute_alone(rest or question)
    if attribute in FIGURES and row and row.startswith("contact:"):
        return None  # no office has members or a fee: "what does it cost to join" is asked of clusters
    if row and last.entry and attribute:
        return _asked(version, attribute, row, last, ranking)
    narrowing = rest is not None and last.criteria is not None
    if last.listed and (finding := pointed_at(directory, rest or question, last.listed, narrowing)):
        asked = finding.attribute or (last.attribute if rest and not finding.criteria else None)
        return Found(replace(finding, attribute=asked), ranking)
    if attribute:
        return _asked(version, attribute, row, last, ranking)
    if (
        rest is None
        and directory.asks_for_any(question)
        and (last.criteria or directory.asks_where(question))
    ):
        rest = question  # "any for health?" after a list, "any in Bergen?" after anything
    if rest is None and is_year(question):
        rest = question
    return _instead(version, rest, last, ranking) if rest is not None else None


def is_elliptical(version: Version, question: str, last: Subject) -> bool:
    """Whether it takes what was offered, asks for sources or more, or something of the row talked about."""
    if not last:
        return False
    lexicon = version.directory.lexicon
    if chosen(version.directory, question, last.offered):
        return True
    if asks_source(lexicon, question) or asks_more(lexicon, question):
        return True
    return row_of(version, last) is not None and version.directory.attribute_alone(question) is not None


def _is_of_person(row: str | None, last: Subject) -> bool:
    return row is not None and (last.attribute in {"leader", "contact"} or row.startswith("contact:"))


def _asked(
    version: Version, attribute: str, row: str | None, last: Subject, ranking: Ranking
) -> Outcome | None:
    """Something is asked of what was talked about, and nothing else."""
    entry = version.knowledge.entries.get(last.entry)
    if row and answers_for(version.knowledge, row, attribute) and entry:
        more = more_of(version, ranking, last)
        return more if isinstance(more, Sure) else Sure(hit_of(last.entry), ranking)
    if row:
        rows = version.directory.asked_of(row, attribute)
        return Found(Finding(rows[:1], attribute, matched=ranking.question), ranking)
    if attribute in REACHED_BY and entry and entry.contact:  # whom to ask about what was answered
        asked = None if attribute == "contact" else attribute
        return Found(Finding((f"contact:{entry.contact}",), asked, matched=ranking.question), ranking)
    if last.criteria:
        return _which_of_them(version, attribute, last, ranking)
    more = more_of(version, ranking, last)  # "how many members" after a merger
    if isinstance(more, Sure):
        return more
    rows = rows_of_entry(version, last.entry)
    few = 0 < len(rows) <= MOST_ROWS
    return Unsure(tuple(hit_of(each) for each in rows), ranking, attribute) if few else None


def _which_of_them(version: Version, attribute: str, last: Subject, ranking: Ranking) -> Outcome | None:
    """Of which of a list something is asked: a few are offered, of more the list is shown once more."""
    criteria = last.criteria
    assert criteria is not None
    rows = version.directory.fitting(criteria)
    if len(rows) <= MOST_ROWS:
        return Unsure(tuple(hit_of(row) for row in rows), ranking, attribute) if rows else None
    return Found(Finding(rows, None, criteria, matched=ranking.question, several=True), ranking)


def _instead(version: Version, rest: str, last: Subject, ranking: Ranking) -> Outcome | None:
    """The same is asked of what `rest` names."""
    directory = version.directory
    finding = directory.find(rest)
    if finding and len(finding.rows) == 1 and not (finding.leftover or finding.is_list):
        asked = finding.attribute or last.attribute
        if finding.rows[0].startswith("cluster:"):
            asked = asked or _asked_by(version, last, ranking.language)
        if answers_for(version.knowledge, finding.rows[0], asked):
            return neighbour(version, rest, last.entry, ranking)  # its answer, not its address
        return Found(replace(finding, attribute=asked), ranking)
    criteria = directory.criteria_alone(rest)
    themed = last.attribute and criteria and criteria.themes
    if themed and criteria and len(rows := directory.fitting(criteria)) == 1:
        return Found(Finding(rows, last.attribute, matched=rest), ranking)  # "same for offshore wind"
    if last.listed and criteria and (last.criteria or not criteria.levels):
        merged = narrower(last.listed, criteria)
        return Found(Finding(directory.fitting(merged), None, merged, matched=rest, several=True), ranking)
    if bare := directory.find_bare(rest) or directory.find_there(rest):
        return Found(bare, ranking)
    return neighbour(version, rest, last.entry, ranking) if last.entry else None


def _asked_by(version: Version, last: Subject, language: str) -> str | None:
    """What an answer that is about no row tells ("what does membership cost"), by its title."""
    title = None if ":" in last.entry else title_of(version, last, language)
    return attribute_of(version.directory.lexicon.read(title)[0]) if title else None


def _of_the_level(version: Version, question: str, last: Subject) -> Finding | None:
    """The clusters of the level that the last answer is about ("which clusters have it")."""
    title = title_of(version, last, "")
    if title is None or ":" in last.entry or not version.directory.asks_which(question):
        return None
    levels = which(version.directory.lexicon.read(title)[0], "level")
    criteria = Criteria(levels=levels)
    rows = version.directory.fitting(criteria)
    return (
        Finding(rows, None, criteria, matched=question, several=True) if len(levels) == 1 and rows else None
    )


def _alike(version: Version, question: str, row: str) -> Finding | None:
    """The clusters of the same field as the one talked about ("are there similar ones in Bergen")."""
    lexicon, cluster = version.directory.lexicon, version.knowledge.clusters.get(row.partition(":")[2])
    words = lexicon.words(question)
    found = next((cut for cut in _stretches(words) if lexicon.is_kind(words[cut], "alike")), None)
    if cluster is None or not cluster.themes or found is None:
        return None
    others = " ".join((*words[: found.start], *words[found.stop :]))
    spans, _ = lexicon.read(others)
    if version.directory.unexplained(spans) or which(spans, "attribute"):
        return None
    criteria = replace(looked_for(spans), themes=cluster.themes)
    return Finding(version.directory.fitting(criteria), None, criteria, matched=question, several=True)


def _stretches(words: Sequence[str]) -> Iterator[slice]:
    """Every stretch of up to ALIKE_WORDS words, the longest first."""
    for length in range(min(ALIKE_WORDS, len(words)), 0, -1):
        yield from (slice(start, start + length) for start in range(len(words) - length + 1))


def _once_more(version: Version, last: Subject, ranking: Ranking) -> Outcome | None:
    """Where the last answer is from: all sources of an entry; a row is told again, its source with it."""
    if last.criteria:
        rows = version.directory.fitting(last.criteria)
        return Found(Finding(rows, None, last.criteria, matched=ranking.question, several=True), ranking)
    if is_row(version, last.entry):
        return Found(Finding((last.entry,), last.attribute, matched=ranking.question), ranking)
    entry = version.knowledge.entries.get(last.entry)
    return Sourced(hit_of(last.entry), ranking) if entry and entry.facts else None


def _more(version: Version, last: Subject, row: str | None, ranking: Ranking) -> Outcome | None:
    """More about what was talked about: the whole card of which a part was told, else answers about it."""
    if row and (row != last.entry or last.attribute):
        return Found(Finding((row,), matched=ranking.question), ranking)
    entry = version.knowledge.entries.get(last.entry)
    if row:
        others = [each for each in version.knowledge.entries if is_about(version.knowledge, each, row)]
    else:
        others = list(entry.related) if entry else []
    return Unsure(tuple(hit_of(each) for each in others[:MOST_ROWS]), ranking) if others else None
