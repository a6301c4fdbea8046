"""A set of questions with their right answers -> how well the base answers them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import perf_counter

from bot.knowledge.model import Question
from bot.understand.decide import Sure, Unknown, Unsure
from bot.understand.outcome import Found, Outcome, Several


@dataclass(frozen=True, slots=True)
class Result:
    """One question and what became of it."""

    question: Question
    answered: str | None  # the entry answered directly, `list` for a list
    offered: tuple[str, ...]  # asked back with these
    first: str | None  # ranked first, whatever was decided
    milliseconds: float

    @property
    def right(self) -> bool:
        """Answered directly, with one of the right entries."""
        return self.answered is not None and self.answered in self.question.right

    @property
    def verdict(self) -> str:
        """`right`, `wrong`, `asked back` or `refused`."""
        if self.answered is not None:
            return "right" if self.right else "wrong"
        return "asked back" if self.offered else "refused"


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of a set of results; shares are computed, so that counts can be checked by hand."""

    questions: int  # that have an answer
    right: int
    wrong: int
    asked_back: int
    offered_right: int  # of those asked back, with the right one among the choices
    refused: int
    first: int  # ranked first
    outside: int  # that must be refused
    false_answers: int  # of those, answered directly
    p50: float  # milliseconds
    p99: float


def run(questions: Iterable[Question], ask: Callable[[str], Outcome]) -> tuple[Result, ...]:
    """Ask every question, without context between them."""
    return tuple(_result(question, ask) for question in questions)


def figures(results: Sequence[Result]) -> Figures:
    """Count what became of the questions."""
    inside = [each for each in results if each.question.right]
    outside = [each for each in results if not each.question.right]
    times = sorted(each.milliseconds for each in results) or [0.0]
    verdicts = [each.verdict for each in inside]
    return Figures(
        questions=len(inside),
        right=verdicts.count("right"),
        wrong=verdicts.count("wrong"),
        asked_back=verdicts.count("asked back"),
        offered_right=sum(bool(set(each.offered) & set(each.question.right)) for each in inside),
        refused=verdicts.count("refused"),
        first=sum(each.first in each.question.right for each in inside),
        outside=len(outside),
        false_answers=sum(each.answered is not None for each in outside),
        p50=times[len(times) // 2],
        p99=times[int(len(times) * 0.99)],
    )


def _result(question: Question, ask: Callable[[str], Outcome]) -> Result:
    start = perf_counter()
    outcome = ask(question.ask)
    milliseconds = 1000 * (perf_counter() - start)
    hits = outcome.ranking.hits
    first = hits[0].entry if hits else None
    match outcome:
        case Sure() | Found():
            answered = _answered(outcome)
            return Result(question, answered, (), answered, milliseconds)
        case Several(parts):
            answers = [_answered(part) for _, part in parts]
            answered = next((each for each in answers if each in question.right), answers[0])
            return Result(question, answered, (), answered, milliseconds)
        case Unsure(choices):
            offered = tuple(hit.entry for hit in choices)
            return Result(question, None, offered, offered[0], milliseconds)
        case Unknown():
            return Result(question, None, (), first, milliseconds)


def _answered(outcome: Sure | Found) -> str:
    if isinstance(outcome, Sure):
        return outcome.hit.entry
    return "list" if outcome.finding.is_list else outcome.finding.rows[0]
