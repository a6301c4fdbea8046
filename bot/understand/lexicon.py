"""What rows, themes, regions, towns, levels and the usual questions about them are called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.understand.language import Language
from bot.understand.normalize import folded, read_words, typed_words
from bot.understand.repair import Repairer
from bot.understand.spans import CLUSTERS, Meaning, Span

LONGEST_NAME = 7  # words
SHORTEST_REPAIRED = 4  # letters; a shorter word is too easily another one
SHORTEST_FIELD = 5  # letters of a field that a compound begins with
SHORTEST_HEAD = 5  # the same for what stands before a word for clusters
SENTENCE = re.compile(r"(\S.*?)([.?!;\n]+(?=\s|$)|$)", re.DOTALL)
READINGS = 8  # kept: the directory reads one question for rows, for lists and for events
STORY = 11  # words of a message that may tell something before it asks
SHORTEST_STORY = 4  # words of what is told
SHORTEST_ENDING = 4  # words of the question behind it
MOST_ENDINGS = 2
MOST_CLAUSES = 6  # of a message; a longer one is a story, not questions

Reading = tuple[tuple[Span, ...], Mapping[str, str]]  # a text's spans, and its repaired words


@dataclass(frozen=True)
class Lexicon:
    """Names by their letters run together, so that split and joined words are the same."""

    language: Language
    meanings: Mapping[str, tuple[Meaning, ...]]
    names: frozenset[str]  # single words of names and vocabulary, folded
    repairer: Repairer  # towards those names: what a misspelt word may have been
    phrased: frozenset[str]  # words of the phrasings, folded: never taken for a misspelt name
    endings: tuple[str, ...]
    kinds: Mapping[str, frozenset[str]]  # folded: words that part questions (follow, joins, asks), stop words

    def words(self, text: str) -> tuple[str, ...]:
        """The words of a text, in the one spelling that names have here."""
        return words(text, self.language)

    def says_nothing(self, token: str) -> bool:
        """Whether it is a stop word, however its letters are typed ("paa")."""
        stop_words = self.language.stop_words
        return token in stop_words or folded(token, self.language) in self.kinds["stop"]

    def says_little(self, token: str) -> bool:
        """Whether it says nothing, or nothing more in a question about a row."""
        return self.says_nothing(token) or ("light", "") in self._meanings([token])

    def is_kind(self, tokens: Sequence[str], kind: str) -> bool:
        """Whether the words together are of `kind`: follow, joins, asks, definite."""
        return folded("".join(tokens), self.language) in self.kinds[kind]

    def questions(self, message: str) -> tuple[str, ...]:
        """The questions of a message of more than one clause; what is told beside them is none."""
        found: list[list[str]] = []
        count = 0
        for sentence, mark in SENTENCE.findall(message):
            clauses = self._clauses(sentence.split())
            count += len(clauses)
            found += [
                clause for clause in clauses if "?" in mark or self.is_kind(self.words(clause[0]), "asks")
            ]
        asked = tuple(" ".join(clause) for clause in found if len(clause) > 1)
        return asked if 1 < count <= MOST_CLAUSES else ()

    def last_questions(self, message: str) -> tuple[str, ...]:
        """The questions with which a long message of one sentence may end, the shortest first."""
        tokens = message.split()
        if len(tokens) < STORY:
            return ()
        begins = [
            place
            for place in range(SHORTEST_STORY, len(tokens) - SHORTEST_ENDING + 1)
            if self.is_kind(self.words(tokens[place]), "asks")
        ]
        return tuple(" ".join(tokens[place:]) for place in reversed(begins[-MOST_ENDINGS:]))

    def _clauses(self, tokens: list[str]) -> list[list[str]]:
        """Cut where a second question begins: "what is Arena and who leads NODE"."""
        for place in range(1, len(tokens) - 1):
            joins = self.is_kind(self.words(tokens[place]), "joins")
            if joins and self.is_kind(self.words(tokens[place + 1]), "asks"):
                return [tokens[:place], *self._clauses(tokens[place + 1 :])]
        return [tokens] if tokens else []

    def read(self, question: str) -> Reading:
        """Cut a question into the longest spans that mean something; beside them the repaired words."""
        reading = self._readings.get(question)
        if reading is None:
            if len(self._readings) >= READINGS:
                self._readings.clear()
            reading = self._readings[question] = self._read(words(question, self.language))
        return reading

    def _read(self, typed: Sequence[str]) -> Reading:
        tokens, repaired = self._repaired(typed)
        spans = []
        start = 0
        while start < len(tokens):
            span = self._longest(tokens[start : start + LONGEST_NAME])
            spans.append(span)
            start += len(span.tokens)
        return tuple(spans), repaired

    def _longest(self, tokens: Sequence[str]) -> Span:
        for end in range(len(tokens), 0, -1):
            if meanings := self._meanings(tokens[:end]):
                return Span(tuple(tokens[:end]), meanings)
        return Span((tokens[0],), ())

    @cached_property
    def _readings(self) -> dict[str, Reading]:
        return {}

    def _meanings(self, tokens: Sequence[str]) -> tuple[Meaning, ...]:
        typed = "".join(tokens)
        return self.meanings.get(typed) or self.meanings.get(folded(typed, self.language)) or ()

    def _repaired(self, typed: Sequence[str]) -> tuple[list[str], dict[str, str]]:
        """Write compounds apart, drop endings, and put right what is close to a name and is no other word."""
        tokens: list[str] = []
        repaired: dict[str, str] = {}
        for position, token in enumerate(typed):
            if self._stands(token, typed, position):
                tokens.append(token)
            elif parts := self._apart(token) or self._without_ending(token) or self._unknown_apart(token):
                tokens.extend(parts)
            elif field := self._field_of(token):
                repaired[token] = field
                tokens.append(field)
            elif token not in self.language.common and (close := self._close(folded(token, self.language))):
                repaired[token] = close
                tokens.append(close)
            else:
                tokens.append(token)
        return tokens, repaired

    def _stands(self, token: str, typed: Sequence[str], position: int) -> bool:
        """Whether the word means something as it is, alone or with a neighbour ("sub sea")."""
        if folded(token, self.language) in self.names or token in self.language.stop_words:
            return True
        before = typed[max(0, position - 1) : position + 1]
        around = (typed[position : position + 1], before, typed[position : position + 2])
        return any(self._meanings(each) for each in around)

    def _close(self, plain: str, shortest: int = SHORTEST_REPAIRED) -> str | None:
        if len(plain) < shortest or plain in self.phrased:
            return None
        repair = self.repairer.repair(plain)
        return repair.word if repair else None

    def _apart(self, token: str) -> list[str] | None:
        """`helseklynger` -> helse, klynger."""
        for cut in self._before_cluster(token):
            head, tail = token[:cut], token[cut:]
            for form in (head, head.removesuffix("s")):
                if self._meanings([form]):
                    return [form, tail]
        return None

    def _unknown_apart(self, token: str) -> list[str] | None:
        """`møbelklynga` -> møbel, klynga: only the first part may be misspelt, so it is no other cluster.

        A short one is taken as it stands: wool (ull) is not sun (sol).
        """
        for cut in self._before_cluster(token):
            head = token[:cut]
            return [self._close(folded(head, self.language), SHORTEST_HEAD) or head, token[cut:]]
        return None

    def _field_of(self, token: str) -> str | None:
        """The field that a compound begins with: oppdrettsutstyr is for fish farming."""
        plain = folded(token, self.language)
        if not self.language.compounding or plain in self.phrased:
            return None
        for cut in range(len(token) - SHORTEST_REPAIRED, SHORTEST_FIELD - 1, -1):
            for head in (token[:cut], token[:cut].removesuffix("s")):
                if len(head) >= SHORTEST_FIELD and any(kind == "theme" for kind, _ in self._meanings([head])):
                    return head
        return None

    def _before_cluster(self, token: str) -> Iterator[int]:
        """Where a word for clusters begins inside `token`."""
        for cut in range(2, len(token) - 2):
            if any(kind in CLUSTERS for kind, _ in self._meanings([token[cut:]])):
                yield cut

    def _without_ending(self, token: str) -> list[str] | None:
        for ending in self.endings:
            base = token.removesuffix(ending)
            if base != token and len(base) >= SHORTEST_REPAIRED and self._meanings([base]):
                return [base]
        return None


def words(text: str, language: Language) -> tuple[str, ...]:
    """The words of a name or question, in the one spelling that the index has."""
    return read_words(typed_words(text, language), language)
