"""What is to be learnt as one line of JSON, and the key of what is learnt from it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path

from bot.understand.base import Document, Phrasing

ROOMS = Path(__file__).parent.parent
ENGINE = (ROOMS / "understand", ROOMS / "learning")
LIBRARIES = ("numpy", "rapidfuzz", "snowballstemmer")  # what is learnt is theirs too


def order(documents: Sequence[Document], synonyms: Sequence[Sequence[str]]) -> bytes:
    """Documents and synonyms as one line of JSON."""
    rows = [(d.id, _texts(d.phrasings), _texts(d.answers)) for d in documents]
    return json.dumps([rows, [list(line) for line in synonyms]]).encode() + b"\n"


def ordered(line: bytes) -> tuple[list[Document], list[list[str]]]:
    """Documents and synonyms of an order."""
    rows, synonyms = json.loads(line)
    return [Document(id_, _phrasings(said), _phrasings(answers)) for id_, said, answers in rows], synonyms


def key_of(line: bytes) -> str:
    """A hash of the order and of the engine."""
    return hashlib.sha256(line + engine().encode()).hexdigest()


@cache  # what runs stays what it was when its files are changed under it
def engine() -> str:
    """A hash of the code and word files that learn, and of the libraries' versions."""
    digest = hashlib.sha256()
    for path in sorted(path for room in ENGINE for path in room.rglob("*")):
        if path.suffix in {".py", ".yaml", ".txt"}:
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    for library in LIBRARIES:
        digest.update(version(library).encode())
    return digest.hexdigest()


def _texts(phrasings: Sequence[Phrasing]) -> list[tuple[str, str]]:
    return [(each.text, each.language) for each in phrasings]


def _phrasings(texts: Sequence[tuple[str, str]]) -> tuple[Phrasing, ...]:
    return tuple(Phrasing(text, language) for text, language in texts)
