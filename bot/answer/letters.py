"""What subscribers are told, made when a letter is sent."""

from __future__ import annotations

from datetime import datetime

from bot.announce.changes import Change
from bot.announce.occasion import Occasion
from bot.knowledge.model import pick
from bot.reply import Reply, Text, paragraph
from bot.understand.version import Version


def compose_letter(
    version: Version,
    occasion: Occasion,
    kind: str,
    language: str,
    now: datetime,
    changes: tuple[Change, ...] = (),
) -> Reply:
    """The message of one telling in `language`.

    `kind` is "new", "change" (the short line beside an edited message), "cancel", "reminder:<minutes>"
    or "text"; a sent message is edited to what "new" gives for the newest occasion.
    """
    return Reply(
        (
            paragraph(Text(pick(occasion.title, language), bold=True)),
            paragraph(pick(occasion.text, language)),
        ),
        entry=occasion.id,
        language=language,
    )
