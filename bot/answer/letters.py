"""What subscribers are told, made when a letter is sent."""

from __future__ import annotations

from datetime import datetime

from bot.announce.changes import Change
from bot.announce.occasion import Occasion
from bot.announce.recurrence import upcoming
from bot.answer.moments import ahead, hour, point
from bot.answer.occasions import Paragraph, buttons, described, when, where, whom
from bot.answer.taps import carrying_language
from bot.answer.texts import say
from bot.knowledge.dates import PartialDate
from bot.knowledge.model import Knowledge, pick
from bot.reply import Button, Reply, Text, block, paragraph
from bot.understand.version import Version

ARROW = " → "


def compose_letter(
    version: Version,
    occasion: Occasion,
    kind: str,
    language: str,
    now: datetime,
    changes: tuple[Change, ...] = (),
) -> Reply:
    """The message of one telling in `language`.

    `kind` is "new", "change" (the short message beside an edited one), "cancel", "reminder:<minutes>"
    or "text"; a sent message is edited to what "new" gives for the newest occasion.
    """
    knowledge = version.knowledge
    if kind == "change":
        reply = _change(knowledge, occasion, language, changes)
    elif kind == "cancel":
        reply = _cancellation(knowledge, occasion, language, now)
    elif kind.startswith("reminder"):
        reply = _reminder(knowledge, occasion, language, now)
    else:
        paragraphs = described(knowledge, occasion, language, now, counted=False)
        reply = Reply(paragraphs, buttons(knowledge, occasion, language, now), language=language)
    return carrying_language(reply)


def _change(knowledge: Knowledge, occasion: Occasion, language: str, changes: tuple[Change, ...]) -> Reply:
    title = say("change_title", language, title=pick(occasion.title, language))
    lines = [changed(knowledge, occasion, change, language) for change in changes]
    heading = paragraph(Text(title, bold=True))
    return Reply(
        (heading, block(lines)) if lines else (heading,), _leading(occasion, language), language=language
    )


def changed(knowledge: Knowledge, occasion: Occasion, change: Change, language: str) -> Paragraph:
    """`Time: 10:00 → 12:00`, with the days where they differ."""
    name = "deadline" if change.what == "start" and occasion.kind == "deadline" else change.what
    old, new = change.before, change.after
    if isinstance(old, PartialDate) and isinstance(new, PartialDate):
        if old.clock and new.clock and old.first == new.first:
            values = (hour(old, knowledge.zone, language), hour(new, knowledge.zone, language))
        else:
            values = (point(old, knowledge.zone, language), point(new, knowledge.zone, language))
    else:
        before, after = (_told(knowledge, value, language) for value in (old, new))
        values = (before, after)
    return (Text(say(f"change_{name}", language)), values[0], Text(ARROW), values[1])


def _told(knowledge: Knowledge, value: PartialDate | str | None, language: str) -> Text:
    if isinstance(value, PartialDate):
        return point(value, knowledge.zone, language)
    return Text(value or say("change_unknown", language))


def _cancellation(knowledge: Knowledge, occasion: Occasion, language: str, now: datetime) -> Reply:
    title = say("cancel_title", language, title=pick(occasion.title, language))
    lines: list[Paragraph] = []
    if occasion.start is not None:
        key = "cancel_deadline" if occasion.kind == "deadline" else "cancel_event"
        coming = upcoming(occasion, now, knowledge.zone)
        lines = [(Text(say(key, language)), *when(knowledge, coming, language)), *where(occasion, language)]
    paragraphs = [paragraph(Text(title, bold=True)), *([block(lines)] if lines else [])]
    paragraphs += whom(knowledge, occasion, language, now)
    return Reply(tuple(paragraphs), _leading(occasion, language), language=language)


def _reminder(knowledge: Knowledge, occasion: Occasion, language: str, now: datetime) -> Reply:
    coming = upcoming(occasion, now, knowledge.zone)
    title = pick(occasion.title, language)
    if coming.start is None:
        return Reply((paragraph(Text(title, bold=True)),), language=language)
    left = ahead(coming.start, now, knowledge.zone, language)
    key = "reminder_deadline" if occasion.kind == "deadline" else "reminder_event"
    heading = say(key, language, when=left, title=title)
    lines = [
        (Text(say("event_when", language)), *when(knowledge, coming, language)),
        *where(occasion, language),
    ]
    paragraphs = (
        paragraph(Text(heading[:1].upper() + heading[1:], bold=True)),
        block(lines),
        *whom(knowledge, occasion, language, now),
    )
    show = (Button(say("event_show", language), f"event_{occasion.row}"),)
    link = ((Button(say("event_link", language), url=occasion.link),),) if occasion.link else ()
    return Reply(paragraphs, (show, *link), language=language)


def _leading(occasion: Occasion, language: str) -> tuple[tuple[Button, ...], ...]:
    """To the newest card, and to the calendar file that mends or takes away the entry in a calendar."""
    if occasion.start is None:
        return ()
    row = [Button(say("event_show", language), f"event_{occasion.row}")]
    if occasion.start.day is not None:
        row.append(Button(say("event_calendar", language), f"calendar_{occasion.row}"))
    return (tuple(row),)
