"""What a matcher does with a question set, in percent."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from sets import QuestionSet

from bot.understand.decide import Sure, Unsure, decide
from bot.understand.match import Matcher

COLUMNS = ("top1", "typo", "sure+", "sure-", "ask+", "oos-", "auroc", "@90", "p50", "p99")


@dataclass(frozen=True, slots=True)
class Asked:
    right: bool  # the first hit is the right entry
    confidence: float
    sure: bool
    offered: bool  # asked back, with the right entry among the choices


def figures(matcher: Matcher, questions: QuestionSet) -> dict[str, float]:
    """By name of COLUMNS.

    top1, typo: the first hit is right, and with typing errors; sure+, sure-: answered right, answered wrong;
    ask+: asked back with the right one offered; oos-: answered of those nothing answers; auroc: confidence
    above those; @90: right where 90 % of those are refused; p50, p99: milliseconds.
    """
    clean, milliseconds = [], []
    for question in questions.questions:
        start = time.thread_time()
        clean.append(_ask(matcher, question.text, question.entry))
        milliseconds.append(1000 * (time.thread_time() - start))
    typed = [_ask(matcher, q.misspelt, q.entry) for q in questions.questions if q.entry is not None]
    inside = [a for a, q in zip(clean, questions.questions, strict=True) if q.entry is not None]
    outside = [a for a, q in zip(clean, questions.questions, strict=True) if q.entry is None]
    bar = sorted(a.confidence for a in outside)[int(len(outside) * 0.9)] if outside else 0.0
    milliseconds.sort()
    return {
        "top1": _percent([a.right for a in inside]),
        "typo": _percent([a.right for a in typed]),
        "sure+": _percent([a.sure and a.right for a in inside]),
        "sure-": _percent([a.sure and not a.right for a in inside]),
        "ask+": _percent([a.offered for a in inside]),
        "oos-": _percent([a.sure for a in outside]),
        "auroc": 100 * _auroc([a.confidence for a in inside], [a.confidence for a in outside]),
        "@90": _percent([a.right and a.confidence > bar for a in inside]),
        "p50": milliseconds[len(milliseconds) // 2],
        "p99": milliseconds[int(len(milliseconds) * 0.99)],
    }


def _ask(matcher: Matcher, text: str, entry: str | None) -> Asked:
    ranking = matcher.rank(text)
    decision = decide(ranking, matcher.thresholds)
    offered = isinstance(decision, Unsure) and entry in [hit.entry for hit in decision.hits]
    if not ranking.hits:
        return Asked(False, 0.0, False, False)
    best = ranking.hits[0]
    return Asked(best.entry == entry, best.confidence, isinstance(decision, Sure), offered)


def _percent(hits: Sequence[bool]) -> float:
    return 100 * sum(hits) / max(len(hits), 1)


def _auroc(inside: Sequence[float], outside: Sequence[float]) -> float:
    """The chance that one of `inside` is above one of `outside`; a tie counts half."""
    if not inside or not outside:
        return 0.0
    wins = sum((i > o) + 0.5 * (i == o) for i in inside for o in outside)
    return wins / (len(inside) * len(outside))
