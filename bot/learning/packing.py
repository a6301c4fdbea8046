"""What is learnt of a base as bytes: arrays and JSON in one .npz, no pickle."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from tokenize import TokenError
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from bot.understand.base import Base, Phrasing
from bot.understand.calibrate import Calibration
from bot.understand.entry_words import EntryWords
from bot.understand.features import Features
from bot.understand.index import Index
from bot.understand.thresholds import Thresholds
from bot.understand.vocabulary import Concepts

UNREADABLE = (
    *(OSError, EOFError, ValueError, LookupError, TypeError, AttributeError),
    *(RuntimeError, zipfile.BadZipFile, TokenError, struct.error, zlib.error),  # of a file damaged anywhere
)

Arrays = dict[str, NDArray[Any]]


def pack(base: Base, key: str) -> bytes:
    """The base, and under which key it is to be found."""
    file = BytesIO()
    np.savez(file, allow_pickle=False, key=np.array(key), **_arrays(base))
    return file.getvalue()


def unpack(packed: Path | BinaryIO, key: str) -> Base | None:
    """The base packed under `key`; None where there is none, one of another key or a broken one."""
    try:
        with np.load(packed, allow_pickle=False) as file:
            if str(file["key"]) != key:
                return None
            return _base({name: file[name] for name in file.files})
    except UNREADABLE:
        return None


def _arrays(base: Base) -> Arrays:
    concepts, features, words = base.concepts, base.features, base.entry_words
    exact = [(" ".join(key), list(rows)) for key, rows in base.exact.items()]
    texts = {
        "codes": base.codes,
        "entries": base.entries,
        "phrasings": [(p.text, p.language) for p in base.phrasings],
        "size": concepts.size,
        "words": list(concepts.words.items()),
        "counts": list(concepts.counts.values()),
        "stems": list(concepts.stems.items()),
        "phrases": [(first, list(rows)) for first, rows in concepts.phrases.items()],
        "long": concepts.long,
        "letters": list(features.letters),
        "exact": exact,
        "speakers": base.speakers,
        "numbers": [
            features.unseen,
            features.light,
            words.unseen,
            base.field_weight,
            base.calibration.offset,
        ],
        "thresholds": asdict(base.thresholds),
    }
    arrays: Arrays = {
        "texts": np.frombuffer(json.dumps(texts).encode(), np.uint8),
        "entry_of": base.entry_of,
        "taught": base.taught,
        "pairs": np.array(list(features.pairs), np.int32).reshape(-1, 2),
        "feature_weights": features.weights,
        "calibration": base.calibration.weights,
        "rarity": words.rarity,
        "concepts_of": np.fromiter((c for own in base.entry_concepts for c in sorted(own)), np.int32),
        "concepts_each": np.array([len(own) for own in base.entry_concepts], np.int64),
    }
    if base.weights is not None:
        arrays["weights"] = base.weights
    for name, index in (("index", base.index), ("words", words.index)):
        arrays |= {
            f"{name}_starts": index.starts,
            f"{name}_texts": index.texts,
            f"{name}_values": index.values,
        }
        arrays[f"{name}_size"] = np.array(index.size)
    return arrays


def _base(arrays: Arrays) -> Base:
    texts = json.loads(arrays["texts"].tobytes())
    unseen, light, words_unseen, field_weight, offset = texts["numbers"]
    words = dict(texts["words"])
    concepts = Concepts(
        size=texts["size"],
        counts=dict(zip(words, texts["counts"], strict=True)),
        words=words,
        stems=dict(texts["stems"]),
        phrases={first: [(tuple(row), meaning) for row, meaning in rows] for first, rows in texts["phrases"]},
        long=texts["long"],
    )
    features = Features(
        concepts=concepts.size,
        pairs={(first, second): i for i, (first, second) in enumerate(arrays["pairs"].tolist())},
        letters={group: i for i, group in enumerate(texts["letters"])},
        weights=arrays["feature_weights"],
        unseen=unseen,
        light=light,
    )
    cuts = np.cumsum(arrays["concepts_each"])[:-1]
    return Base(
        codes=tuple(texts["codes"]),
        entries=tuple(texts["entries"]),
        phrasings=tuple(Phrasing(text, language) for text, language in texts["phrasings"]),
        entry_of=arrays["entry_of"],
        concepts=concepts,
        features=features,
        index=_index(arrays, "index"),
        entry_words=EntryWords(_index(arrays, "words"), arrays["rarity"], words_unseen),
        entry_concepts=tuple(frozenset(own.tolist()) for own in np.split(arrays["concepts_of"], cuts)),
        exact={tuple(key.split(" ")): tuple(rows) for key, rows in texts["exact"]},
        speakers=texts["speakers"],
        taught=arrays["taught"],
        weights=arrays.get("weights"),
        field_weight=field_weight,
        calibration=Calibration(arrays["calibration"], offset),
        thresholds=Thresholds(**texts["thresholds"]),
    )


def _index(arrays: Arrays, name: str) -> Index:
    starts, texts, values = (arrays[f"{name}_{part}"] for part in ("starts", "texts", "values"))
    return Index(starts, texts, values, int(arrays[f"{name}_size"]))
