"""Keeps a log from saying the same over and over."""

from __future__ import annotations

from collections.abc import Callable

AGAIN_SECONDS = 300.0  # until trouble that lasts, or comes back, is said once more


class Once:
    """Remembers what was said, and when by `seconds`."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._said: dict[str, float] = {}

    def may_say(self, text: str) -> bool:
        """Whether this was not said lately; then it counts as said now."""
        now = self._seconds()
        self._said = {each: at for each, at in self._said.items() if now - at < AGAIN_SECONDS}
        return self._said.setdefault(text, now) == now
