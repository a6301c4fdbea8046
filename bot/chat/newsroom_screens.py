"""What staff see of an announcement: to choose, to look over, to confirm, to follow. All pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.announce.changes import Change
from bot.announce.occasion import Occasion
from bot.announce.proposals import VANISHED
from bot.announce.recurrence import upcoming
from bot.answer.letters import changed
from bot.answer.moments import written
from bot.answer.occasions import when
from bot.answer.taps import labelled
from bot.answer.texts import LANGUAGES, say
from bot.chat.campaigns import Campaign, Estimate, Progress
from bot.chat.newsroom_words import (
    concerns,
    heading,
    headline,
    listed,
    missing,
    question,
    reach,
    report_lines,
)
from bot.knowledge.model import Knowledge, pick
from bot.reply import Button, Reply, Text, block, paragraph

PREFIX = "ann_"
BUNDLED = 20  # buttons for what waits at once


def menu(
    waiting: Sequence[Campaign],
    offered: Sequence[tuple[Occasion, str]],
    others: Sequence[Campaign],
    language: str,
) -> Reply:
    """What can be announced first (`offered`: each with what telling it would be), then the others."""
    rows = [(_opening(each, language),) for each in waiting]
    rows += [
        (Button(labelled(_dated(each, kind, language)), f"ann_event_{each.row}"),) for each, kind in offered
    ]
    rows.append((Button(say("ann_write", language), "ann_write"),))
    rows += [(_opening(each, language),) for each in others]
    return _reply(say("ann_menu" if waiting or offered else "ann_menu_none", language), rows, language)


def _opening(campaign: Campaign, language: str) -> Button:
    """`Change, done: Harbour regatta`: the title may be cut, what tells one from another may not."""
    kind = say(f"ann_kind_{campaign.kind}", language)
    state = say(f"ann_state_{campaign.state}", language)
    title = pick(campaign.content.title, language)
    return Button(
        labelled(say("ann_open", language, kind=kind, state=state, title=title)), f"ann_desk_{campaign.id}"
    )


def prompt(key: str, language: str, **values: object) -> Reply:
    """Ask for a text; the way back forgets that one was asked for."""
    return _reply(say(key, language, **values), [(Button(say("back", language), "ann_menu"),)], language)


def desk(
    knowledge: Knowledge,
    campaign: Campaign,
    estimate: Estimate,
    now: datetime,
    language: str,
    changes: Sequence[Change] = (),
    kept: Sequence[str] = (),
) -> Reply:
    """One announcement that nobody has confirmed yet; `changes` are those since people were told.

    `kept` are the languages in which a changed text says what it said then.
    """
    occasion = campaign.content
    lines = [changed(knowledge, occasion, each, language) for each in changes]
    if occasion.start and not lines:
        coming = upcoming(occasion, now, knowledge.zone)
        key = "event_closes" if occasion.kind == "deadline" else "event_when"
        lines = [(Text(say(key, language)), *when(knowledge, coming, language))]
    lines.append(paragraph(concerns(knowledge, occasion, language)))
    if missing(knowledge, occasion):
        written = [say("language_name", each) for each in occasion.title if each in LANGUAGES]
        lines.append(paragraph(say("ann_written_in", language, languages=listed(written, language))))
    if kept:
        same = listed([say("language_name", each) for each in kept], language)
        lines.append(paragraph(say("ann_kept", language, languages=same)))
    lines += (
        [paragraph(say("ann_nobody_told", language))]
        if campaign.kind == "cancel" and not estimate.recipients
        else reach(estimate, now, knowledge.zone, language)
    )
    number = campaign.id
    rows: list[tuple[Button, ...]] = [
        (Button(say("ann_preview", language, name=say("language_name", each)), f"ann_read_{number}_{each}"),)
        for each in knowledge.languages
        if each in LANGUAGES
    ]
    rows.append((Button(say("ann_test", language), f"ann_test_{number}"),))
    to_write = kept
    if occasion.kind == "text" and campaign.kind == "text":
        rows.append((Button(say("ann_audience", language), f"ann_aud_{number}"),))
        to_write = missing(knowledge, occasion)
    rows += [
        (
            Button(
                say("ann_add_language", language, name=say("language_name", each)),
                f"ann_lang_{number}_{each}",
            ),
        )
        for each in to_write
    ]
    last = [Button(say("ann_discard", language), f"ann_drop_{number}")]
    if count := estimate.recipients:
        last.insert(0, Button(say("ann_send", language, count=count), f"ann_send_{number}"))
    elif campaign.kind == "cancel":
        last.insert(0, Button(say("ann_show_cancelled", language), f"ann_yes_{number}_0"))
    return Reply((heading(campaign, language), block(lines)), (*rows, tuple(last)), language=language)


def sure(knowledge: Knowledge, campaign: Campaign, estimate: Estimate, now: datetime, language: str) -> Reply:
    """The last question before anything is sent."""
    count = estimate.recipients
    asked = paragraph(Text(question(estimate, now, knowledge.zone, language), bold=True))
    yes = Button(say("ann_yes", language, count=count), f"ann_yes_{campaign.id}_{count}")
    no = Button(say("ann_no", language), f"ann_desk_{campaign.id}")
    head = heading(campaign, language)
    lines = reach(estimate, now, knowledge.zone, language)
    return Reply((head, block(lines), asked), ((yes,), (no,)), language=language)


def reading(letters: Sequence[Reply], campaign: Campaign, read: str, language: str) -> Reply:
    """The letters as they are received in the language `read`, and the way back."""
    above = paragraph(Text(say("ann_read", language, name=say("language_name", read)), italic=True))
    paragraphs = [each for letter in letters for each in letter.paragraphs]
    buttons = [row for letter in letters for row in letter.buttons]
    back = (Button(say("back", language), f"ann_desk_{campaign.id}"),)
    return Reply((above, *paragraphs), (*buttons, back), language=language)


def progress(campaign: Campaign, now: Progress, at: datetime, zone: ZoneInfo, language: str) -> Reply:
    """How far it has come, and what can be done about it; the report when it is done."""
    occasion = campaign.content
    lines = [paragraph(line) for line in report_lines(campaign, now, at, zone, language)]
    state = paragraph(Text(say(f"ann_progress_{campaign.state}", language), bold=True))
    number = campaign.id
    going = [Button(say("ann_refresh", language), f"ann_desk_{number}")]
    rows: list[tuple[Button, ...]] = []
    if campaign.state == "running":
        going.append(Button(say("ann_pause", language), f"ann_pause_{number}"))
    if campaign.state == "paused":
        going.append(Button(say("ann_resume", language), f"ann_resume_{number}"))
    if campaign.state in ("running", "paused"):
        rows += [tuple(going), (Button(say("ann_cancel", language), f"ann_stop_{number}"),)]
    if campaign.state == "cancelled":
        rows.append((Button(say("ann_again", language), f"ann_again_{number}"),))
    if occasion.status == "published":
        correct = [Button(say("ann_correct", language), f"ann_correct_{number}")]
        if occasion.kind == "text":
            correct.append(Button(say("ann_take_back", language), f"ann_back_{number}"))
        rows.append(tuple(correct))
    return Reply((heading(campaign, language), state, block(lines)), tuple(rows), language=language)


def stop_sure(campaign: Campaign, waiting: int, newest: bool, language: str) -> Reply:
    """Whether what waits is not to be sent; reminders stop with what was told last (`newest`) alone."""
    yes = Button(say("ann_cancel_yes", language), f"ann_stopyes_{campaign.id}")
    no = Button(say("back", language), f"ann_desk_{campaign.id}")
    lines = [paragraph(say("ann_cancel_sure", language, count=waiting))]
    if newest and campaign.content.start is not None and campaign.kind != "cancel":
        lines.append(paragraph(say("ann_cancel_reminders", language)))
    return Reply((heading(campaign, language), block(lines)), ((yes,), (no,)), language=language)


def unasked(shown: Reply, source: str) -> Reply:
    """`shown`, for staff who did not ask for it: it was saved in a file, or has left its calendar."""
    note = paragraph(say("ann_vanished" if source == VANISHED else "ann_saved", shown.language))
    return replace(shown, paragraphs=(note, *shown.paragraphs))


def withdrawn(campaign: Campaign, language: str) -> Reply:
    """What staff were asked, once it is not asked any more and nothing of it was sent."""
    return Reply((heading(campaign, language), paragraph(say("ann_withdrawn", language))), language=language)


def bundle(campaigns: Sequence[Campaign], language: str) -> Reply:
    """Many that wait at once, as one message to choose from."""
    rows = [
        (Button(labelled(headline(each, language)), f"ann_desk_{each.id}"),) for each in campaigns[:BUNDLED]
    ]
    lines = [paragraph(say("ann_bundle", language, count=len(campaigns)))]
    if len(campaigns) > BUNDLED:
        lines.append(paragraph(say("ann_bundle_rest", language)))
    return Reply(tuple(lines), tuple(rows), language=language)


def _dated(occasion: Occasion, kind: str, language: str) -> str:
    """`14 June 2031: Harbour regatta`; of what was told before `14 June 2031, change: Harbour regatta`."""
    title = str(pick(occasion.title, language))
    mark = f", {say(f'ann_kind_{kind}', language).lower()}" if kind in ("change", "cancel") else ""
    return f"{written(occasion.start, language)}{mark}: {title}" if occasion.start else title


def _reply(text: str, rows: Sequence[tuple[Button, ...]], language: str) -> Reply:
    return Reply((paragraph(text),), tuple(rows), language=language)
