"""What a telling looks like to those who get it."""

from __future__ import annotations

from datetime import datetime

from bot.announce.changes import changes
from bot.announce.occasion import Occasion
from bot.answer.letters import compose_letter
from bot.reply import Reply
from bot.understand.version import Version


def proofs(
    version: Version, occasion: Occasion, before: Occasion | None, kind: str, language: str, now: datetime
) -> tuple[Reply, ...]:
    """The messages in `language`, in order; of a change the corrected one, and the new line if there is one.

    `before` is what people were told last, None when they were told nothing.
    """
    if kind != "change" or before is None:
        return (compose_letter(version, occasion, kind, language, now),)
    corrected = compose_letter(version, occasion, "new", language, now)
    found = changes(before, occasion)
    line = (compose_letter(version, occasion, "change", language, now, found),) if found else ()
    return (corrected, *line)
