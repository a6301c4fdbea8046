"""What was asked, without who asked it: kept for a set time, counted, read by editors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy import Connection, delete, select

from bot.reply import Asked
from bot.store.statements import add_up
from bot.store.store import Store
from bot.store.tables import questions


@dataclass(frozen=True, slots=True)
class AskedOften:
    """One way of asking, whatever its capitals and its last mark, and what became of it."""

    text: str  # as it was written most often
    language: str
    band: str
    entry: str
    times: int


def keep_questions(asked: Sequence[tuple[date, Asked]], connection: Connection) -> None:
    """Count what was asked, each on its day."""
    rows = [
        {"day": day, "text": each.text, "language": each.language, "band": each.band, "entry": each.entry}
        | {"times": times}
        for (day, each), times in Counter(asked).items()
    ]
    add_up(questions, "times", rows, connection)


def forget_questions(before: date, connection: Connection) -> None:
    """Delete what was asked on earlier days."""
    connection.execute(delete(questions).where(questions.c.day < before))


def asked_since(first: date, band: str | None, connection: Connection) -> list[AskedOften]:
    """What was asked since a day, of one band or of all, the most frequent first."""
    wanted = select(questions).where(questions.c.day >= first).order_by(questions.c.day, questions.c.text)
    if band is not None:
        wanted = wanted.where(questions.c.band == band)
    times: Counter[tuple[str, str, str, str]] = Counter()
    written: dict[tuple[str, str, str, str], Counter[str]] = {}
    for row in connection.execute(wanted):
        same = (" ".join(row.text.casefold().split()).rstrip("?!. "), row.language, row.band, row.entry)
        times[same] += row.times
        written.setdefault(same, Counter())[row.text] += row.times
    return [
        AskedOften(written[same].most_common(1)[0][0], *same[1:], count)
        for same, count in times.most_common()
    ]


class Questions:
    """The above for callers that await."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def since(self, first: date, band: str | None = None) -> list[AskedOften]:
        """What was asked since a day, the most frequent first."""
        return await self._store.run(partial(asked_since, first, band))
