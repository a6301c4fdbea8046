"""A question that leaves out what it is about, or names only what is different from the last one."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.understand.about import hit_of, is_row, of_the_topic, related_to, title_of
from bot.understand.decide import Sure, Unsure, decide
from bot.understand.match import Hit, Ranking
from bot.understand.pointing import tells_all
from bot.understand.rows import is_about
from bot.understand.subject import Subject
from bot.understand.turns import points_back, stands_for, years_on
from bot.understand.version import Version

BARE = 2  # words at most of a question that has nothing of its own ("how much")
LONGEST_ELLIPSIS = 6  # words of a question that leaves out what it is about
AHEAD = 0.6  # of the best answer's confidence: the most that the next one near the last may have
YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def more_of(version: Version, alone: Ranking, last: Subject) -> Sure | Unsure | None:
    """The answer to a short question that names nothing itself ("who did it"), after an entry or a row.

    `alone` is the question ranked by itself.

    It is the answer near the last one that the question fits by itself, as no other may be meant. Else what
    the title is about, or the row's name, stands in for what was left out. Where the answer does not tell
    what the question adds of its own, it is only offered, to a question that points at what was said.
    """
    question, title = alone.question, title_of(version, last, alone.language)
    words = version.directory.lexicon.words(question)
    if title is None or len(words) > LONGEST_ELLIPSIS or any(word.isdecimal() for word in words):
        return None
    own = version.matcher.topic(question).split()
    near = _nearest(version, alone, last, bare=not own)
    told: Sure | None = None
    offered: Hit | None = None
    for meant in (f"{question} {version.matcher.topic(title) or title}", f"{title} {question}"):
        ranking = version.matcher.rank(meant)
        decision = decide(ranking, version.matcher.thresholds)
        if not isinstance(decision, Sure) or not _stays_with(version, decision.hit.entry, last):
            continue
        if ranking.uncovered.isdisjoint(own):
            told = Sure(decision.hit, _spoken_as(alone, ranking))
            break
        if not offered and alone.known == 1:
            offered = decision.hit
    if near and not (told and (own or len(words) <= BARE)):
        return near
    if near and told and told.hit.entry == last.entry and near.hit.entry == alone.hits[0].entry:
        stands = stands_for(version.directory.lexicon, question)
        return told if stands else Unsure((near.hit, told.hit), alone)
    if told:
        return told
    if last.entry.startswith("cluster:") and tells_all(version.directory, question, last.entry):
        return Sure(hit_of(last.entry), alone)  # "is the zoo in it", which its card names
    if not offered and alone.known == 1 and is_row(version, last.entry):
        offered = hit_of(last.entry)  # its card may tell
    points = points_back(version.directory.lexicon, question)
    return Unsure((offered,), alone) if offered and points else None


def _nearest(version: Version, alone: Ranking, last: Subject, *, bare: bool) -> Sure | None:
    """The other answer near the last one that a question fits, if its words of topic are all told there.

    bare: it has no words of topic ("who has it"), and so may only mean what goes with the last answer.
    """
    close, same = related_to(version, last), of_the_topic(version, last)
    ranking = version.matcher.rank(alone.question, {*close, *same})
    if not ranking.hits or ranking.uncovered or ranking.hits[0].entry == last.entry:
        return None
    best, second = ranking.hits[0], ranking.hits[1].confidence if len(ranking.hits) > 1 else 0.0
    thresholds = version.matcher.thresholds
    fits = best.entry in close and best.confidence >= (thresholds.unsure + thresholds.sure) / 2
    fits |= not bare and best.confidence >= thresholds.sure
    return Sure(best, _spoken_as(alone, ranking)) if fits and second <= AHEAD * best.confidence else None


def _stays_with(version: Version, entry: str, last: Subject) -> bool:
    """Whether an answer is about the row talked about, or near the entry talked about."""
    if ":" in last.entry:
        return is_about(version.knowledge, entry, last.entry)
    return entry in related_to(version, last) | of_the_topic(version, last)


def neighbour(version: Version, rest: str, entry: str, whole: Ranking) -> Sure | None:
    """An answer that the words name by themselves, else one of the same topic as the last answer.

    The language is that of the `whole` question: "2018" alone is of none.
    """
    thresholds = version.matcher.thresholds
    if _tells_number(version, rest, entry):  # "and before 2024", of which the last answer tells
        return Sure(hit_of(entry), whole)
    if moved := _in_the_title(version, rest, entry):
        return replace(moved, ranking=_spoken_as(whole, moved.ranking))
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


def other_year(version: Version, rest: str, entry: str) -> str | None:
    """The year that "the year after" is, where the title of `entry` names one; None where it is none."""
    years = years_on(version.directory.lexicon, rest)
    found = version.knowledge.entries.get(entry)
    titles = " ".join(phrasings[0] for phrasings in found.questions.values()) if found else ""
    named = set(YEAR.findall(titles))
    return str(int(named.pop()) + years) if years and len(named) == 1 else None


def _in_the_title(version: Version, rest: str, entry: str) -> Sure | None:
    """What the title of `entry` asks, of another year that is all of `rest`."""
    found = version.knowledge.entries.get(entry)
    for phrasings in found.questions.values() if found and is_year(rest) else ():
        meant = YEAR.sub(rest.strip(" ?.!"), phrasings[0])
        decision = decide(version.matcher.rank(meant), version.matcher.thresholds)
        if meant != phrasings[0] and isinstance(decision, Sure):
            return decision
    return None


def _tells_number(version: Version, rest: str, entry: str) -> bool:
    """Whether an answer tells of every year that `rest` names."""
    found = version.knowledge.entries.get(entry)
    named = YEAR.findall(rest)
    return bool(found and named) and all(
        all(year in text for year in named) for text in (found.answer.values() if found else ())
    )


def _spoken_as(asked: Ranking, meant: Ranking) -> Ranking:
    """What was `meant`, in the words and the language that were `asked`."""
    return replace(meant, question=asked.question, language=asked.language, close=asked.close)


def _topic(version: Version, entry: str) -> str | None:
    found = version.knowledge.entries.get(entry)
    return found.topic if found else None


def is_year(text: str) -> bool:
    """Whether it is a year and nothing else."""
    return bool(YEAR.fullmatch(text.strip(" ?.!")))
