"""What is learnt of a base, kept in a file: arrays and JSON in one .npz, no pickle."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.understand.base import Base, Document, Phrasing, build
from bot.understand.calibrate import Calibration
from bot.understand.entry_words import EntryWords
from bot.understand.features import Features
from bot.understand.index import Index
from bot.understand.match import Matcher
from bot.understand.thresholds import Thresholds
from bot.understand.vocabulary import Concepts

KEPT = 4  # bases: the shipped one, and some that are tried beside it
HERE = Path(__file__).parent
LIBRARIES = ("numpy", "rapidfuzz", "snowballstemmer")  # what is learnt is theirs too
UNREADABLE = (OSError, EOFError, ValueError, LookupError, TypeError, AttributeError, zipfile.BadZipFile)

Arrays = dict[str, NDArray[Any]]


def load_or_build(
    documents: Sequence[Document], synonyms: Sequence[Sequence[str]] = (), folder: Path | None = None
) -> Matcher:
    """The matcher for `documents`: from `folder` where one of same content and engine is kept, else built.

    What was built is kept there; a folder that cannot be read or written only costs time.
    """
    if folder is None:
        return Matcher.build(documents, synonyms)
    key = content_key(documents, synonyms)
    path = path_of(folder, key)
    base = read(path, key)
    if base is None:
        base = build(documents, synonyms)
        write(path, key, base)
    return Matcher(base)


def default_folder() -> Path | None:
    """Where a user's caches go, None for a user without a home; all of it may be deleted at any time."""
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "klyngebot"
    except RuntimeError:
        return None


def path_of(folder: Path, key: str) -> Path:
    """The file of one base."""
    return folder / f"matcher-{key[:16]}.npz"


def content_key(documents: Sequence[Document], synonyms: Sequence[Sequence[str]]) -> str:
    """A hash of the content and of the engine (its code and word files)."""
    content = [[asdict(d) for d in documents], [list(line) for line in synonyms]]
    digest = hashlib.sha256(json.dumps(content).encode())
    for path in sorted(HERE.rglob("*")):
        if path.suffix in {".py", ".yaml", ".txt"}:
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    for library in LIBRARIES:
        digest.update(version(library).encode())
    return digest.hexdigest()


def read(path: Path, key: str) -> Base | None:
    """The base kept in `path` under `key`; None where there is none, one of other content or a broken one."""
    try:
        with np.load(path, allow_pickle=False) as file:
            if str(file["key"]) != key:
                return None
            return _unpacked({name: file[name] for name in file.files})
    except UNREADABLE:
        return None


def write(path: Path, key: str, base: Base) -> None:
    """Write beside `path` and rename, so that a reader never sees half a file."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(file, allow_pickle=False, key=np.array(key), **_packed(base))
            Path(name).replace(path)
            _forget_old(path.parent)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError:
        return  # the cache is optional; a read-only disk must not stop the bot


def _forget_old(folder: Path) -> None:
    """Keep the files written last."""
    written = sorted(folder.glob("matcher*.npz"), key=lambda path: path.stat().st_mtime_ns)
    for path in written[:-KEPT]:
        path.unlink(missing_ok=True)


def _packed(base: Base) -> Arrays:
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


def _unpacked(arrays: Arrays) -> Base:
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
