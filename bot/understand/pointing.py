"""Which of a list is meant: "the first one", "the one in Bergen", "which of them does aquaculture"."""

from __future__ import annotations

from collections.abc import Sequence

from bot.understand.directory import Directory
from bot.understand.finding import Criteria, Finding
from bot.understand.fitting import exactly_fitting
from bot.understand.normalize import folded
from bot.understand.spans import CLUSTERS, Span, attribute_of, looked_for, names_row, which
from bot.understand.turns import agrees, points_back

SHORTEST_STEM = 5  # letters of a word that another may be a form of


def pointed_at(directory: Directory, question: str, listed: Criteria, narrowing: bool) -> Finding | None:
    """What `question` picks from the list of what was looked for; None where it points at nothing there.

    narrowing: it is known to go on from the list, even if no word of it says so.
    """
    spans, repaired = directory.lexicon.read(question)
    if names_row(spans):
        return None
    rows, asked = directory.fitting(listed), attribute_of(spans)
    unexplained = directory.unexplained([span for span in spans if not span.has("ordinal")])
    if (place := which(spans, "ordinal")) and not unexplained:
        picked = _at(rows, int(place[0])) if len(place) == 1 else ()
        return Finding(picked, asked, matched=question, repaired=repaired) if picked else None
    if any(span.has(*CLUSTERS) for span in spans) or not (
        narrowing or points_back(directory.lexicon, question)
    ):
        return None
    criteria = looked_for(spans)
    if criteria == Criteria(levels=criteria.levels) and any(span.has("about") for span in spans):
        return None  # "but what is Arena"
    fitting = {f"cluster:{cluster.id}" for cluster in exactly_fitting(directory.knowledge, criteria)}
    picked = tuple(row for row in rows if row in fitting) if criteria and not unexplained else ()
    if len(picked) != 1 and (told := _told_of(directory, spans, rows)):
        picked = told
    if len(picked) == 1:
        return Finding(picked, asked, matched=question, repaired=repaired)
    narrowed = narrower(listed, criteria)
    return Finding(picked, None, narrowed, (), question, repaired, several=True) if picked else None


def tells_all(directory: Directory, question: str, row: str) -> bool:
    """Whether a cluster's card has all the words of a question that say something."""
    return _on_card(directory, _telling(directory, directory.lexicon.read(question)[0]), row)


def _told_of(directory: Directory, spans: Sequence[Span], rows: Sequence[str]) -> tuple[str, ...]:
    """The one row whose card has all words of a question that say something ("the one for cancer")."""
    asked = _telling(directory, spans)
    found = tuple(row for row in rows if _on_card(directory, asked, row))
    return found if len(found) == 1 else ()


def _telling(directory: Directory, spans: Sequence[Span]) -> list[str]:
    """The words that say something beside what is usually asked, folded."""
    return [
        folded(token, directory.lexicon.language)
        for span in spans
        if not span.has("attribute", "about", "light", "lists")
        for token in span.tokens
        if not directory.lexicon.says_nothing(token)
    ]


def _on_card(directory: Directory, asked: Sequence[str], row: str) -> bool:
    cluster = directory.knowledge.clusters[row.partition(":")[2]]
    card = " ".join((cluster.name, *cluster.former_names, *cluster.also, *cluster.summary.values()))
    words = {folded(word, directory.lexicon.language) for word in directory.lexicon.words(card)}
    return bool(asked) and all(any(_is_form(each, word) for word in words) for each in asked)


def _is_form(one: str, other: str) -> bool:
    """Whether two words differ by an ending at most (dyrepark, dyreparken)."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and (len(short) >= SHORTEST_STEM or short == one)


def chosen(directory: Directory, question: str, offered: Sequence[str]) -> str | None:
    """Which of what was offered `question` takes, by its place or by agreeing to the only one."""
    if not offered:
        return None
    if len(offered) == 1 and agrees(directory.lexicon, question):
        return offered[0]
    spans, _ = directory.lexicon.read(question)
    place = which(spans, "ordinal")
    others = [span for span in spans if not span.has("ordinal", "light", "about", "lists")]
    if len(place) != 1 or any(not directory.lexicon.says_nothing(t) for span in others for t in span.tokens):
        return None
    picked = _at(tuple(offered), int(place[0]))
    return picked[0] if picked else None


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
