"""What the commands print: plain lines from values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bot.answer.evaluate import Figures, Result
from bot.knowledge.model import Knowledge
from bot.understand.thresholds import Thresholds

COLUMNS = (
    "asked",
    "right",
    "wrong",
    "ask back",
    "refused",
    "first",
    "outside",
    "answered",
    "p50 ms",
    "p99 ms",
)


def checked(knowledge: Knowledge, thresholds: Thresholds, problems: int) -> Iterator[str]:
    """The closing lines of `check`: what there is, and what the thresholds cost."""
    counts = {
        "answers": knowledge.entries,
        "facts": knowledge.facts,
        "clusters": knowledge.clusters,
        "contacts": knowledge.contacts,
        "events": knowledge.events,
    }
    there = ", ".join(f"{len(rows)} {name}" for name, rows in counts.items())
    yield f"{there}: {f'{problems} to mend' if problems else 'nothing to mend'}"
    yield (
        f"answered directly from confidence {thresholds.sure:.2f}, asked back from {thresholds.unsure:.2f}; "
        f"tried on phrasings held out:"
    )
    yield (
        f"  {thresholds.answered:.0%} answered directly, {thresholds.wrong:.1%} of those wrong; "
        f"{thresholds.outside:.1%} answered of questions to which nothing fits"
    )


def table(figures: Mapping[str, Figures]) -> Iterator[str]:
    """The figures of `evaluate`, a group a line; p50 and p99 in ms."""
    yield " " * 6 + "".join(f"{column:>10}" for column in COLUMNS)
    for name, row in figures.items():
        cells = [
            str(row.questions),
            *(
                _share(n, row.questions)
                for n in (row.right, row.wrong, row.asked_back, row.refused, row.first)
            ),
            str(row.outside),
            _share(row.false_answers, row.outside),
            f"{row.p50:.2f}",
            f"{row.p99:.2f}",
        ]
        yield f"{name:6}" + "".join(f"{cell:>10}" for cell in cells)
    for name, row in figures.items():
        direct = row.right + row.wrong
        yield f"{name:6}of {direct} direct answers {_share(row.right, direct)} were right"


def not_right(results: Iterable[Result]) -> Iterator[str]:
    """Every question that was not answered right, or that should not have been answered."""
    for result in results:
        wanted = result.question.right
        if result.right or (not wanted and result.answered is None):
            continue
        got = result.answered or ", ".join(result.offered) or "nothing"
        verdict = result.verdict if wanted else "answered"
        yield f"{verdict:10}  {result.question.ask!r}: wanted {' or '.join(wanted) or 'nothing'}, got {got}"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "–"
