"""The whole of understanding: a question and what was talked about before -> what is meant."""

from __future__ import annotations

from datetime import datetime

from bot.understand.about import entry_of_person, hit_of
from bot.understand.context import follow_up, is_elliptical
from bot.understand.decide import CHOICES, Decision, Sure, Unsure, decide
from bot.understand.ellipsis import more_of
from bot.understand.finding import Finding
from bot.understand.outcome import CERTAIN, Found, Outcome, Private, Several, Untold
from bot.understand.rows import (
    answers_for,
    is_about,
    is_office,
    is_person,
    is_untold,
    tells,
)
from bot.understand.subject import Subject, after
from bot.understand.version import Version
from bot.understand.weighing import both, rather, told_of_it

MOST_PARTS = 3  # questions answered in one message
NOTHING = Subject()
UNCERTAIN = 0.5  # confidence of a row that is named in a question about something else


def interpret(version: Version, question: str, now: datetime, last: Subject = NOTHING) -> Outcome:
    """Understand `question` at `now`, after `last` was talked about.

    An exact phrasing wins, except over what is asked of the row just talked about ("website?"); then what
    goes on from the last answer, then two questions in one message, then the directory where it explains
    every word, then the matcher; a row named in a question that nothing else answers is asked back, and a
    short question that nothing answers may be about the last answer.
    """
    decision = decided(version, question)
    if isinstance(decision, Sure) and decision.hit.exact and not is_elliptical(version, question, last):
        return decision
    parts = _parts(version, question, now, decision, last)
    goes_on = None if isinstance(parts, Several) else follow_up(version, question, last, decision.ranking)
    outcome = goes_on or parts or _one(version, question, now, decision)
    if isinstance(outcome, Found) and is_untold(version.knowledge, outcome.finding):
        return Untold(None, outcome.ranking, outcome.finding)
    if isinstance(outcome, Found) and not goes_on:
        return told_of_it(version, question, outcome, last) or outcome
    if goes_on or isinstance(outcome, Private | Several):
        return outcome
    more = more_of(version, decision.ranking, last)
    if isinstance(outcome, Sure):
        return rather(version, question, outcome, more, last)
    if more:
        return both(version, outcome, more, last)
    return _at_the_end(version, question, now, outcome) or outcome


def decided(version: Version, question: str) -> Decision:
    """What the matcher makes of `question`; asked back where its answer tells nothing of the thing asked.

    Where a base rests on facts, its answers tell those and no others; those of one without may be meant for
    anything.
    """
    ranking = version.matcher.rank(question)
    decision = decide(ranking, version.matcher.thresholds)
    sure = isinstance(decision, Sure) and not decision.hit.exact
    if sure and version.knowledge.facts and version.directory.is_beyond(ranking):
        return Unsure((ranking.hits[0],), ranking)
    return decision


def _parts(
    version: Version, question: str, now: datetime, decision: Decision, last: Subject
) -> Sure | Found | Several | None:
    """The questions of a message by themselves, where answered: one amid a story, or two or three.

    Each goes on from the one before it, the first from `last`.
    """
    asked: dict[str, tuple[str, Sure | Found]] = {}
    before = last
    for clause in version.directory.lexicon.questions(question):
        alone = decided(version, clause)
        part = follow_up(version, clause, before, alone.ranking) or _one(version, clause, now, alone)
        if isinstance(part, Sure | Found) and not _is_smalltalk(version, part):
            before = after(part, before)
            asked.setdefault(str(before) or clause, (clause, part))
    if len(asked) == 1:
        listed = version.directory.find_list(
            question
        )  # "we farm salmon in Molde. Is there a cluster for us?"
        return Found(listed, decision.ranking) if listed else next(part for _, part in asked.values())
    return Several(tuple(asked.values()), decision.ranking) if 2 <= len(asked) <= MOST_PARTS else None


def _at_the_end(version: Version, question: str, now: datetime, whole: Outcome) -> Sure | Found | None:
    """The answer to the question at the end of a long message that is not answered as a whole.

    Where the whole is asked back with some answers, it must be one of those.
    """
    offered = {hit.entry for hit in whole.hits} if isinstance(whole, Unsure) else None
    for ending in version.directory.lexicon.last_questions(question):
        part = _one(version, ending, now, decided(version, ending))
        if not isinstance(part, Sure | Found) or _is_smalltalk(version, part):
            continue
        if offered is None or (isinstance(part, Sure) and part.hit.entry in offered):
            return part
    return None


def _is_smalltalk(version: Version, outcome: Outcome) -> bool:
    entry = version.knowledge.entries.get(outcome.hit.entry) if isinstance(outcome, Sure) else None
    return entry is not None and not entry.facts and entry.contact is None


def _one(version: Version, question: str, now: datetime, decision: Decision) -> Outcome:
    """One question by itself."""
    ranking = decision.ranking
    finding = version.directory.find(question)
    if finding is None and version.directory.asks_privately_of_heads(question):
        return Private(None, ranking)
    if finding is None:
        local = now.astimezone(version.knowledge.zone)
        if events := version.directory.find_events(question, local):
            return Found(events, ranking)
    if finding is None:  # "hydrogen", "anything for fish farmers?"
        field = version.directory.find_bare(question) or version.directory.find_any(question)
        if field:
            return Found(field, ranking)
    if finding is None or (finding.leftover and finding.is_list):
        return _list(version, question, decision) or decision
    if finding.private:
        return Private(None, ranking)
    if finding.is_list:  # "the travel cluster in Suldal" may be in an answer; "a travel cluster" is any
        listed = finding.several or finding.any_of_them
        return decision if isinstance(decision, Sure) and not listed else Found(finding, ranking)
    return _row(version, decision, finding)


def _list(version: Version, question: str, decision: Decision) -> Found | None:
    """A list asked for in a part of the question; never where an answer is sure."""
    if isinstance(decision, Sure):
        return None
    finding = version.directory.find_list(question)
    return Found(finding, decision.ranking) if finding else None


def _row(version: Version, decision: Decision, finding: Finding) -> Outcome:
    """A row is named: what is asked of it is in the row, or in an answer about it, or must be asked back."""
    ranking = decision.ranking
    single = len(finding.rows) == 1 and not finding.leftover
    if single and tells(version.knowledge, finding):
        return Found(finding, ranking)
    if isinstance(decision, Sure) and (not single or _tells_of(version, decision, finding)):
        other = len(finding.rows) == 1 and not is_about(
            version.knowledge, decision.hit.entry, finding.rows[0]
        )
        if other and finding.attribute and tells(version.knowledge, finding):  # "web page of the old NODE"
            return Unsure((hit_of(finding.rows[0], UNCERTAIN, finding.matched), decision.hit), ranking)
        return decision
    if single and is_untold(version.knowledge, finding):
        return Found(finding, ranking)
    if is_office(version.knowledge, finding.rows[0]) and finding.attribute is None:
        return decision
    hits = decision.hits if isinstance(decision, Unsure) else ()
    asked_about = bool(hits) and is_about(version.knowledge, hits[0].entry, finding.rows[0])
    told = single and finding.attribute is None and entry_of_person(version, finding.rows[0])
    if told:
        return Sure(hit_of(told), ranking)
    if single and (is_person(version.knowledge, finding.rows[0]) or not asked_about):
        return Found(finding, ranking)
    if is_office(version.knowledge, finding.rows[0]) and finding.leftover:
        return decision
    confidence = UNCERTAIN if finding.leftover else CERTAIN
    rows = tuple(hit_of(row, confidence, finding.matched) for row in finding.rows[:CHOICES])
    if len(rows) > 1:
        return Unsure((*rows, *hits)[:CHOICES], ranking)
    return Unsure((*hits[: CHOICES - 1], *rows)[:CHOICES], ranking)


def _tells_of(version: Version, decision: Sure, finding: Finding) -> bool:
    """Whether an answer is about the row, and about all that is asked of it ("the head of Siva").

    What an office does, or since when, its answer tells in whatever words.
    """
    row, asked = finding.rows[0], finding.attribute
    any_words = asked is None or answers_for(version.knowledge, row, asked)
    covered = any_words or not decision.ranking.uncovered
    return covered and is_about(version.knowledge, decision.hit.entry, row)
