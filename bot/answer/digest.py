"""What is due for one chat at the same time, as one message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.announce.occasion import Occasion
from bot.announce.recurrence import upcoming
from bot.answer.occasions import Paragraph, when, where
from bot.answer.taps import carrying_language
from bot.answer.texts import say
from bot.knowledge.model import Knowledge, pick
from bot.reply import Button, Reply, Text, block, paragraph
from bot.understand.version import Version

LONGEST = 4096  # UTF-16 units in one message of Telegram
MOST = 20  # of them; Telegram marks up no more than 100 places in a message
BUTTONS = 10


def compose_digest(version: Version, occasions: Sequence[Occasion], language: str, now: datetime) -> Reply:
    """Title, when and where, and a link of each, soonest first after the texts of staff.

    What does not fit into one message is counted in its last line.
    """
    knowledge = version.knowledge
    order = sorted(occasions, key=lambda each: _starts(knowledge, each, now))
    heading = paragraph(Text(say("digest_title", language, count=len(order)), bold=True))
    items = [_item(knowledge, each, language, now) for each in order]
    shown = min(len(items), MOST)
    while shown > 1 and _length((heading, *items[:shown], _rest(len(items), language))) > LONGEST:
        shown -= 1
    rest = (_rest(len(items) - shown, language),) if shown < len(items) else ()
    events = [each for each in order[:shown] if each.kind != "text"]
    buttons = tuple((Button(pick(each.title, language), f"event_{each.row}"),) for each in events[:BUTTONS])
    return carrying_language(Reply((heading, *items[:shown], *rest), buttons, language=language))


def _item(knowledge: Knowledge, occasion: Occasion, language: str, now: datetime) -> Paragraph:
    lines = [paragraph(Text(pick(occasion.title, language), bold=True))]
    if occasion.start is None:
        lines.append(paragraph(pick(occasion.text, language)))
    else:
        key = "event_closes" if occasion.kind == "deadline" else "event_when"
        coming = upcoming(occasion, now, knowledge.zone)
        lines += [(Text(say(key, language)), *when(knowledge, coming, language)), *where(occasion, language)]
    if occasion.link:
        lines.append(paragraph(Text(say("event_link", language), link=occasion.link)))
    return block(lines)


def _starts(knowledge: Knowledge, occasion: Occasion, now: datetime) -> tuple[bool, str]:
    coming = upcoming(occasion, now, knowledge.zone)
    return coming.start is not None, str(coming.start or "")


def _rest(count: int, language: str) -> Paragraph:
    return paragraph(say("digest_rest", language, count=count))


def _length(paragraphs: Sequence[Paragraph]) -> int:
    text = Reply(tuple(paragraphs)).plain()
    return len(text.encode("utf-16-le")) // 2
