"""The phrasings and answers of a base as tokens, and what is counted over them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.understand.entry_words import IN_PHRASING
from bot.understand.vocabulary import Token


@dataclass(frozen=True, slots=True)
class Texts:
    tokens: Sequence[Sequence[Token]]  # by phrasing; those of an entry stand together
    entry_of: NDArray[np.int64]  # by phrasing, ascending from 0
    answers: Sequence[Counter[int]]  # by entry: how often its answer has each concept
    size: int  # entries

    def only(self, rows: NDArray[np.int64]) -> Texts:
        """The same with the phrasings `rows` alone; every entry must keep one."""
        tokens = [self.tokens[row] for row in rows.tolist()]
        return Texts(tokens, self.entry_of[rows], self.answers, self.size)

    def counted(self, rows: NDArray[np.int64], entries: NDArray[np.int64]) -> list[Counter[int]]:
        """Of each of `entries`: its answer's concepts, IN_PHRASING times those of its phrasings in `rows`."""
        counters = {entry: Counter(self.answers[entry]) for entry in entries.tolist()}
        for row in rows.tolist():
            for concept in {token.concept for token in self.tokens[row]} - {-1}:
                counters[int(self.entry_of[row])][concept] += IN_PHRASING
        return list(counters.values())

    def concepts(self, rows: NDArray[np.int64], entries: NDArray[np.int64]) -> list[frozenset[int]]:
        """For each of `entries`: the concepts of its phrasings among `rows`, compounds' parts among them."""
        gathered: dict[int, set[int]] = {entry: set() for entry in entries.tolist()}
        for row in rows.tolist():
            mine = gathered[int(self.entry_of[row])]
            for token in self.tokens[row]:
                mine.add(token.concept)
                mine.update(token.parts)
        return [frozenset(concepts - {-1}) for concepts in gathered.values()]
