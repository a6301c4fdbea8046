"""The matcher of a base: from what is kept of it, else learnt."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from bot.errors import LearningError
from bot.learning import cache
from bot.learning.apprentice import Apprentice
from bot.learning.orders import key_of, order
from bot.learning.packing import unpack
from bot.understand.match import Document, Matcher


class Learner:
    """Makes matchers, as Matcher.build does; `folder` is where what is learnt is kept (None: nowhere)."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._apprentice = Apprentice()

    def __call__(self, documents: Sequence[Document], synonyms: Sequence[Sequence[str]] = ()) -> Matcher:
        """The matcher for `documents`, learnt where no base of the same content and engine is kept.

        A folder that cannot be read or written only costs time. Raises LearningError.
        """
        line = order(documents, synonyms)
        key = key_of(line)
        base = cache.read(self._folder, key) if self._folder else None
        if base is None:
            packed = self._apprentice.learn(line)
            base = unpack(BytesIO(packed), key)
            if base is None:
                raise LearningError("the program's files are not those that this process runs; start it anew")
            if self._folder:
                cache.write(self._folder, key, packed)
        return Matcher(base)

    def stop(self) -> None:
        """End what is being learnt, within moments; nothing is learnt any more."""
        self._apprentice.stop()
