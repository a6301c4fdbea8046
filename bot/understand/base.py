"""All that is learnt of a base, as plain data: what a matcher ranks with and a cache keeps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.understand.calibrate import Calibration
from bot.understand.entry_words import EntryWords
from bot.understand.features import Features, FeatureSpace
from bot.understand.index import Index
from bot.understand.language import merged
from bot.understand.normalize import all_words, read_words, typed_words
from bot.understand.rehearse import Rehearsal, Rehearser
from bot.understand.texts import Texts
from bot.understand.thresholds import Thresholds, calibrated
from bot.understand.vocabulary import Concepts, Vocabulary

# phrasings² x entries that may be learnt from, some 10 s of a core; of a larger base only some phrasings are
LEARNING = 6e9
FIELD_WEIGHT = 4.0  # log-odds for an entry that speaks of all the question, at one phrasing an entry


@dataclass(frozen=True, slots=True)
class Phrasing:
    text: str
    language: str  # ISO 639-1: "en", "nb", "nn", any


@dataclass(frozen=True, slots=True)
class Document:
    id: str
    phrasings: tuple[Phrasing, ...]
    answers: tuple[Phrasing, ...] = ()  # the answer's own text per language, a weak field


@dataclass(frozen=True, slots=True)
class Base:
    codes: tuple[str, ...]  # languages
    entries: tuple[str, ...]  # ids
    phrasings: tuple[Phrasing, ...]  # those of an entry stand together
    entry_of: NDArray[np.int64]  # by phrasing
    concepts: Concepts
    features: Features
    index: Index  # feature -> phrasings
    entry_words: EntryWords  # concept -> entries
    entry_concepts: tuple[frozenset[int], ...]
    exact: Mapping[tuple[str, ...], tuple[int, ...]]  # words -> phrasings
    speakers: Mapping[str, Mapping[str, float]]  # word as typed -> share of each language in it
    taught: NDArray[np.int64]  # the phrasings learnt from: all, but in very large bases
    weights: NDArray[np.float32] | None  # (taught, entries); None: too many entries to learn
    field_weight: float
    calibration: Calibration
    thresholds: Thresholds


def build(documents: Sequence[Document], synonyms: Sequence[Sequence[str]]) -> Base:
    """Index and learn; about 4 s of a core for 2,400 phrasings. An entry without phrasings is never found."""
    documents = [d for d in documents if d.phrasings]
    phrasings = tuple(p for d in documents for p in d.phrasings)
    codes = tuple(sorted({p.language for p in phrasings}))
    known = merged(codes)
    typed = [typed_words(p.text, known) for p in phrasings]
    words = [read_words(t, known) for t in typed]
    said = [[(all_words(a.text, known), a.language) for a in d.answers] for d in documents]
    spoken = [(w, p.language) for w, p in zip(words, phrasings, strict=True)]
    lines = [[all_words(phrase, known) for phrase in line] for line in synonyms]
    # a synonym that looks like a stop word ("IN") would make the stop word mean something
    lines = [[p for p in line if p and not (len(p) == 1 and p[0] in known.stop_words)] for line in lines]
    concepts = Concepts.of([*spoken, *(pair for texts in said for pair in texts)], lines, codes)
    vocabulary = Vocabulary(concepts, known, codes)
    entry_of = np.repeat(np.arange(len(documents)), [len(d.phrasings) for d in documents])
    texts = Texts(
        tokens=[vocabulary.tokens(w) for w in words],
        entry_of=entry_of,
        answers=[Counter(vocabulary.concept(word) for w, _ in pairs for word in w) for pairs in said],
        size=len(documents),
    )
    space, vectors = FeatureSpace.of(texts.tokens, entry_of.tolist(), vocabulary, len(codes))
    index = Index.of(vectors, space.size)
    everything = np.arange(len(phrasings)), np.arange(len(documents))
    entry_words = EntryWords.of(texts.counted(*everything), vocabulary)
    field_weight = FIELD_WEIGHT / max(len(phrasings) / max(len(documents) * len(codes), 1), 1.0) ** 0.5
    taught = _taught(entry_of, len(documents))
    weights, rehearsal = None, Rehearsal.none()
    if len(taught) > 1:
        lessons = [vectors[row] for row in taught.tolist()]
        rehearser = Rehearser(texts.only(taught), vocabulary, space, index, lessons, field_weight)
        weights, rehearsal = rehearser.learn_all(), rehearser.rehearse()
    calibration, thresholds = _calibrated(rehearsal)
    return Base(
        codes=codes,
        entries=tuple(d.id for d in documents),
        phrasings=phrasings,
        entry_of=entry_of,
        concepts=concepts,
        features=space.features,
        index=index,
        entry_words=entry_words,
        entry_concepts=tuple(texts.concepts(*everything)),
        exact=_exact(words),
        speakers=_speakers(typed, phrasings),
        taught=taught,
        weights=weights,
        field_weight=field_weight,
        calibration=calibration,
        thresholds=thresholds,
    )


def _taught(entry_of: NDArray[np.int64], entries: int) -> NDArray[np.int64]:
    """The phrasings to learn from: all, or the first so many of each entry; none where that were only one."""
    if entries < 2 or len(entry_of) ** 2 * entries <= LEARNING:
        return np.arange(len(entry_of) if entries > 1 else 0)
    each = int((LEARNING / entries) ** 0.5 / entries)
    if each < 2:
        return np.arange(0)
    counts = np.bincount(entry_of)
    place = np.arange(len(entry_of)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.flatnonzero(place < each)


def _calibrated(rehearsal: Rehearsal) -> tuple[Calibration, Thresholds]:
    figures = np.vstack([rehearsal.inside, rehearsal.outside, rehearsal.beside])
    right = np.zeros(len(figures), np.bool_)
    right[: len(rehearsal.right)] = rehearsal.right
    calibration = Calibration.fit(figures, right)
    inside = calibration.confidence(rehearsal.inside)
    return calibration, calibrated(inside, rehearsal.right, calibration.confidence(rehearsal.outside))


def _exact(words: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], tuple[int, ...]]:
    exact: dict[tuple[str, ...], tuple[int, ...]] = {}
    for row, key in enumerate(words):
        if key:
            exact[key] = (*exact.get(key, ()), row)
    return exact


def _speakers(typed: Sequence[tuple[str, ...]], phrasings: Sequence[Phrasing]) -> dict[str, dict[str, float]]:
    """How much a word speaks for each language: its share of their words, however many phrasings each has."""
    counts: dict[str, Counter[str]] = {}
    totals: Counter[str] = Counter()
    for words, phrasing in zip(typed, phrasings, strict=True):
        totals[phrasing.language] += len(words)
        for word in words:
            counts.setdefault(word, Counter())[phrasing.language] += 1
    found = {}
    for word, seen in counts.items():
        rates = {code: n / totals[code] for code, n in seen.items()}
        found[word] = {code: rate / sum(rates.values()) for code, rate in rates.items()}
    return found
