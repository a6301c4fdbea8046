"""A question -> the entries it may mean, best first, each with a confidence and the evidence for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from bot.understand.base import Base, Document, Phrasing, build
from bot.understand.evidence import NAMES, figures, share
from bot.understand.features import Block, FeatureSpace
from bot.understand.language import language, merged
from bot.understand.normalize import read_words, typed_words
from bot.understand.repair import ONE_EDIT_UNDER
from bot.understand.thresholds import Thresholds
from bot.understand.vocabulary import Token, Vocabulary

HITS = 10
SCALE = 12.0  # log-odds of a likeness of 1, where nothing is learnt
TELLING = 0.5  # words by which one language must be ahead of another to be told apart

__all__ = ["Document", "Hit", "Matcher", "Phrasing", "Ranking", "Thresholds"]


@dataclass(frozen=True, slots=True)
class Hit:
    entry: str
    confidence: float  # 0..1
    phrasing: str  # the one that decided
    language: str  # of that phrasing; "": any, the languages share it
    exact: bool
    evidence: Mapping[str, float]  # by name; see evidence.NAMES


@dataclass(frozen=True, slots=True)
class Ranking:
    question: str
    hits: tuple[Hit, ...]  # best first, up to HITS, distinct entries
    language: str = ""  # of the question as far as its words tell
    close: tuple[str, ...] = ()  # the languages it may as well be of: bokmål and nynorsk share most words
    repaired: Mapping[str, str] = field(default_factory=dict)  # as typed -> as read
    known: float = 0.0  # share of the question's words, by weight, that the base has
    topical: bool = False  # the question shares a word of its topic with the best hit
    uncovered: frozenset[str] = frozenset()  # words of its topic that the best hit says nothing of
    guessed: bool = False  # its topic is nothing but short words that had to be repaired: møbla is not mølla
    strange: tuple[str, ...] = ()  # words beside a preposition that the base does not know: VAT on the fee


class Matcher:
    """Ranks questions against one base; safe to share between threads."""

    def __init__(self, base: Base) -> None:
        self._base = base
        self._known = merged(base.codes)
        self._vocabulary = Vocabulary(base.concepts, self._known, base.codes)
        self._space = FeatureSpace(base.features, self._vocabulary)
        self._number = {entry: i for i, entry in enumerate(base.entries)}
        self._starts = np.flatnonzero(np.diff(base.entry_of, prepend=-1))
        self._ends = np.append(self._starts[1:], len(base.entry_of))
        self._everything = frozenset(np.flatnonzero(np.diff(base.entry_words.index.starts)).tolist())
        self._everything |= frozenset[int]().union(*base.entry_concepts)
        self._taught = slice(None) if len(base.taught) == len(base.phrasings) else base.taught

    @classmethod
    def build(cls, documents: Sequence[Document], synonyms: Sequence[Sequence[str]] = ()) -> Matcher:
        """Index and learn. synonyms: lines of words or short phrases that mean the same."""
        return cls(build(documents, synonyms))

    @property
    def base(self) -> Base:
        return self._base

    @property
    def thresholds(self) -> Thresholds:
        return self._base.thresholds

    def rank(self, question: str, among: Collection[str] | None = None) -> Ranking:
        """Rank the entries, or those `among` them alone, for any text whatsoever; never raises.

        Where no others may be meant, a question that says little is answered with more confidence.
        """
        typed = typed_words(question, self._known)
        places = self._places(among)
        if not typed or not len(places):
            return Ranking(question, ())
        words = read_words(typed, self._known)
        tokens = self._vocabulary.tokens(words)
        read = tuple(token.word for token in tokens)
        exact = self._exact(words, read, tokens) if among is None else ()
        spoken, close = self._language(typed)
        repaired = {t.typed: t.word for t in tokens if t.typed != t.word}
        known = share(tokens, self._everything, self._base.features)
        if read not in self._base.exact and len(set(words)) == 1 and not tokens[0].topical:
            return Ranking(question, (), spoken, close, repaired, known)
        hits = self._hits(tokens, known, spoken, places)
        if exact:
            hits = self._exact_first(exact, hits, spoken if len(close) == 1 else "")
        best = self._base.entry_concepts[self._number[hits[0].entry]]
        topic = [token for token in tokens if token.topical]
        uncovered = frozenset(token.typed for token in topic if not _among(token, best))
        return Ranking(
            question,
            tuple(hits[:HITS]),
            spoken,
            close,
            repaired,
            known,
            topical=any(_among(token, best) for token in topic),
            uncovered=uncovered,
            guessed=bool(topic) and all(_is_guess(token) for token in topic),
            strange=self._strange(tokens, best),
        )

    def spoken(self, text: str) -> tuple[str, tuple[str, ...]]:
        """The language of a text as far as its words tell, and those it may as well be of."""
        return self._language(typed_words(text, self._known))

    def topic(self, text: str) -> str:
        """The words of `text` that say what it is about, as typed."""
        words = read_words(typed_words(text, self._known), self._known)
        return " ".join(token.typed for token in self._vocabulary.tokens(words) if token.topical)

    def _exact(self, words: tuple[str, ...], read: tuple[str, ...], tokens: Sequence[Token]) -> Sequence[int]:
        """The phrasings that are the question word for word, or but for æ, ø and å.

        Only so is a word `read` as another without loss of weight: soknad is søknad; sokand may be another.
        """
        found = self._base.exact.get(words)
        if not found and all(token.weight == 1 for token in tokens):
            found = self._base.exact.get(read)
        return found or ()

    def _places(self, among: Collection[str] | None) -> NDArray[np.intp]:
        """The numbers of the entries that may be meant."""
        if among is None:
            return np.arange(len(self._base.entries))
        return np.array(sorted(self._number[each] for each in among if each in self._number), np.intp)

    def _hits(
        self, tokens: Sequence[Token], known: float, spoken: str, places: NDArray[np.intp]
    ) -> list[Hit]:
        base = self._base
        likeness = base.index.products(self._space.vector(tokens), len(Block))
        kernel = likeness.mean(axis=0)
        field_scores = base.entry_words.scores(tokens, self._vocabulary)
        if base.weights is None:
            odds = SCALE * np.maximum.reduceat(kernel, self._starts)
        else:
            odds = kernel[self._taught].astype(np.float32) @ base.weights
        odds = (odds + base.field_weight * field_scores)[places]
        order = _highest(odds, HITS)
        top = places[order[0]]
        likest = self._starts[top] + kernel[self._starts[top] : self._ends[top]].argmax()
        seen = figures(
            odds,
            likeness[:, likest],
            field_scores[places],
            share(tokens, base.entry_concepts[top], base.features),
            known,
            len(tokens),
        )
        confidence = float(base.calibration.confidence(seen))
        evidence = dict(zip(NAMES, seen.tolist(), strict=True))
        chances = confidence * np.exp(odds[order] - odds[order[0]])
        hits = []
        for entry, chance in zip(places[order].tolist(), chances.tolist(), strict=True):
            phrasing = base.phrasings[self._nearest(entry, kernel, spoken)]
            why = evidence if entry == top else {}
            hits.append(
                Hit(base.entries[entry], chance, phrasing.text, phrasing.language, exact=False, evidence=why)
            )
        return hits

    def _nearest(self, entry: int, kernel: NDArray[np.float64], spoken: str) -> int:
        """The phrasing of `entry` most like the question; of equals, one in the question's language."""
        start = int(self._starts[entry])
        likest = kernel[start : self._ends[entry]]
        for row in (likest >= likest.max() - 1e-9).nonzero()[0].tolist():
            if self._base.phrasings[start + row].language == spoken:
                return start + int(row)
        return start + int(likest.argmax())

    def _exact_first(self, rows: Sequence[int], hits: list[Hit], spoken: str) -> list[Hit]:
        by_entry: defaultdict[str, list[Phrasing]] = defaultdict(list)
        for row in rows:
            by_entry[self._base.entries[self._base.entry_of[row]]].append(self._base.phrasings[row])
        first = []
        for entry, same in by_entry.items():
            codes = {p.language for p in same}
            tongue = same[0].language if len(codes) == 1 else spoken if spoken in codes else ""
            first.append(Hit(entry, 1.0, same[0].text, tongue, True, {"exact": 1.0}))
        return first + [hit for hit in hits if hit.entry not in by_entry]

    def _strange(self, tokens: Sequence[Token], best: frozenset[int]) -> tuple[str, ...]:
        """Unknown words beside a preposition, articles and the like left out between them."""
        found = []
        for place, token in enumerate(tokens):
            if token.topical and token.concept < 0 and not _among(token, best):
                before = takewhile(lambda each: each.light, reversed(tokens[:place]))
                after = tokens[place + 1 : place + 2]
                if any(each.word in self._known.prepositions for each in (*before, *after)):
                    found.append(token.typed)
        return tuple(found)

    def _language(self, typed: Sequence[str]) -> tuple[str, tuple[str, ...]]:
        """The language most of the words are of, "" where they tell nothing; and those that come close.

        A word that not all have speaks fully for the one it is most of, so that two languages sharing it
        ("klynger") are not behind a third one for a town's name; a number is of every language.
        """
        score: defaultdict[str, float] = defaultdict(float)
        for word in typed:
            shares = {} if word.isdecimal() else self._base.speakers.get(word, {})
            most = max(shares.values(), default=1.0) if len(shares) < len(self._base.codes) else 1.0
            for code, part in shares.items():
                score[code] += part / most
            for code in self._base.codes:
                score[code] += word in language(code).stop_words
        best = max(score.values(), default=0.0)
        first = [code for code, value in score.items() if value >= best - 1e-9]
        close = tuple(code for code, value in score.items() if best and value >= best - TELLING)
        return first[0] if len(first) == 1 else "", close


def _is_guess(token: Token) -> bool:
    """Whether it is known only by another letter, in a word short enough to be another one."""
    return token.weight < 1 and len(token.typed) < ONE_EDIT_UNDER


def _among(token: Token, concepts: frozenset[int]) -> bool:
    return token.concept in concepts or any(part in concepts for part in token.parts)


def _highest(odds: NDArray[np.float64], count: int) -> list[int]:
    """The places of the `count` highest values, highest first; of equals the first."""
    if len(odds) > count:
        bar = np.partition(odds, -count)[-count]
        places = np.flatnonzero(odds >= bar)
    else:
        places = np.arange(len(odds))
    best: list[int] = places[np.argsort(-odds[places], kind="stable")][:count].tolist()
    return best
