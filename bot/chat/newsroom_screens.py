"""What staff see of an announcement: to choose, to look over, to confirm, to follow. All pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.lists import format_list

from bot.announce.audience import CHOICES
from bot.announce.occasion import Occasion
from bot.announce.proposals import VANISHED
from bot.answer.moments import LOCALES, written
from bot.answer.taps import labelled
from bot.answer.texts import LANGUAGES, say
from bot.chat.campaigns import Campaign, Estimate, Progress
from bot.chat.choosing import ON_A_PAGE, names
from bot.delivery.letter import CANCELLED, OVER, REPLACED, STOPPED, TOO_LATE
from bot.knowledge.dates import PartialDate
from bot.knowledge.model import Knowledge, pick
from bot.reply import Button, Reply, Text, block, paragraph

PREFIX = "ann_"
MARK = "✓ "
BUNDLED = 20  # buttons for what waits at once
REASONS = {  # words of Telegram's -> what staff read; other reasons stand as they are
    "blocked": "blocked",
    "kicked": "blocked",
    "not a member": "blocked",
    "deactivated": "gone",
    "not found": "gone",
    "deleted": "gone",
}
RULES = {STOPPED: "stopped", REPLACED: "replaced", CANCELLED: "cancelled", OVER: "late", TOO_LATE: "late"}


def menu(occasions: Sequence[Occasion], campaigns: Sequence[Campaign], language: str) -> Reply:
    """What can be announced, and what is on its way."""
    rows = [
        (
            Button(
                labelled(
                    say(
                        "ann_open",
                        language,
                        title=pick(campaign.content.title, language),
                        state=say(f"ann_state_{campaign.state}", language),
                    )
                ),
                f"ann_desk_{campaign.id}",
            ),
        )
        for campaign in campaigns
    ]
    rows += [(Button(labelled(_dated(each, language)), f"ann_event_{each.row}"),) for each in occasions]
    rows.append((Button(say("ann_write", language), "ann_write"),))
    return _reply(say("ann_menu" if occasions else "ann_menu_none", language), rows, language)


def prompt(key: str, language: str, **values: object) -> Reply:
    """Ask for a text; the way back forgets that one was asked for."""
    return _reply(say(key, language, **values), [(Button(say("back", language), "ann_menu"),)], language)


def desk(knowledge: Knowledge, campaign: Campaign, estimate: Estimate, now: datetime, language: str) -> Reply:
    """One announcement that nobody has confirmed yet."""
    occasion = campaign.content
    lines = [paragraph(f"{concerns(knowledge, occasion, language)}")]
    if missing(knowledge, occasion):
        written = [say("language_name", each) for each in occasion.title if each in LANGUAGES]
        lines.append(paragraph(say("ann_written_in", language, languages=_listed(written, language))))
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
    if occasion.kind == "text" and campaign.kind == "text":
        rows.append((Button(say("ann_audience", language), f"ann_aud_{number}"),))
        rows += [
            (
                Button(
                    say("ann_add_language", language, name=say("language_name", each)),
                    f"ann_lang_{number}_{each}",
                ),
            )
            for each in missing(knowledge, occasion)
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
    question = paragraph(Text(say("ann_sure", language, count=count), bold=True))
    yes = Button(say("ann_yes", language, count=count), f"ann_yes_{campaign.id}_{count}")
    no = Button(say("ann_no", language), f"ann_desk_{campaign.id}")
    head = heading(campaign, language)
    lines = reach(estimate, now, knowledge.zone, language)
    return Reply((head, block(lines), question), ((yes,), (no,)), language=language)


def reading(letters: Sequence[Reply], campaign: Campaign, read: str, language: str) -> Reply:
    """The letters as they are received in the language `read`, and the way back."""
    above = paragraph(Text(say("ann_read", language, name=say("language_name", read)), italic=True))
    paragraphs = [each for letter in letters for each in letter.paragraphs]
    buttons = [row for letter in letters for row in letter.buttons]
    back = (Button(say("back", language), f"ann_desk_{campaign.id}"),)
    return Reply((above, *paragraphs), (*buttons, back), language=language)


def audience(knowledge: Knowledge, campaign: Campaign, language: str) -> Reply:
    """What a text concerns; whoever chose one of it gets it."""
    occasion = campaign.content
    rows = [
        (
            Button(
                _counted(say(f"sub_{facet}", language), len(getattr(occasion, facet))),
                f"ann_page_{campaign.id}_{facet}_0",
            ),
        )
        for facet in CHOICES
        if names(knowledge, facet)
    ]
    rows.append((Button(say("back", language), f"ann_desk_{campaign.id}"),))
    return _reply(concerns(knowledge, occasion, language), rows, language)


def facet_page(knowledge: Knowledge, campaign: Campaign, facet: str, page: int, language: str) -> Reply:
    """One kind of choice, to mark what the text concerns."""
    occasion = campaign.content
    chosen = getattr(occasion, facet)
    every = list(names(knowledge, facet).items())
    buttons = [
        Button(
            f"{MARK if row in chosen else ''}{pick(each, language)}",
            f"ann_set_{campaign.id}_{facet}_{row}_{int(row not in chosen)}",
        )
        for row, each in every[page * ON_A_PAGE : (page + 1) * ON_A_PAGE]
    ]
    rows: list[tuple[Button, ...]] = [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]
    last = [Button(say("back", language), f"ann_aud_{campaign.id}")]
    if len(every) > ON_A_PAGE:
        following = (page + 1) % -(-len(every) // ON_A_PAGE)
        last.append(Button(say("more", language), f"ann_page_{campaign.id}_{facet}_{following}"))
    return _reply(concerns(knowledge, occasion, language), [*rows, tuple(last)], language)


def progress(campaign: Campaign, now: Progress, zone: ZoneInfo, language: str) -> Reply:
    """How far it has come, and what can be done about it; the report when it is done."""
    occasion = campaign.content
    lines = [paragraph(line) for line in report_lines(campaign, now, zone, language)]
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
    if occasion.status == "published":
        correct = [Button(say("ann_correct", language), f"ann_correct_{number}")]
        if occasion.kind == "text":
            correct.append(Button(say("ann_take_back", language), f"ann_back_{number}"))
        rows.append(tuple(correct))
    return Reply((heading(campaign, language), state, block(lines)), tuple(rows), language=language)


def report_lines(campaign: Campaign, now: Progress, zone: ZoneInfo, language: str) -> list[str]:
    """Sent, waiting, in doubt, not possible (by reason), too late; when."""
    lines = [say("ann_count", language, sent=now.sent, total=now.total)]
    if waiting := now.pending + now.sending:
        lines.append(say("ann_pending", language, count=waiting))
    if now.doubt:
        lines.append(say("ann_doubt", language, count=now.doubt))
    dead: Counter[str] = Counter()
    for reason, count in now.dead_by_reason.items():
        dead[_reason(reason, language)] += count
    lines += [say("ann_dead", language, count=count, reason=reason) for reason, count in dead.most_common()]
    for rule in dict.fromkeys(RULES.values()):
        if count := sum(n for reason, n in now.expired_by_reason.items() if RULES.get(reason) == rule):
            lines.append(say(f"ann_expired_{rule}", language, count=count))
    if now.started and now.finished:
        start, end = (each.astimezone(zone) for each in (now.started, now.finished))
        lines.append(say("ann_began", language, start=f"{start:%H:%M:%S}", end=f"{end:%H:%M:%S}"))
    return lines


def stop_sure(campaign: Campaign, waiting: int, language: str) -> Reply:
    """Whether what waits is really not to be sent."""
    yes = Button(say("ann_cancel_yes", language), f"ann_stopyes_{campaign.id}")
    no = Button(say("back", language), f"ann_desk_{campaign.id}")
    question = paragraph(say("ann_cancel_sure", language, count=waiting))
    return Reply((heading(campaign, language), question), ((yes,), (no,)), language=language)


def unasked(shown: Reply, source: str) -> Reply:
    """`shown`, for staff who did not ask for it: it was saved in a file, or has left its calendar."""
    note = paragraph(say("ann_vanished" if source == VANISHED else "ann_saved", shown.language))
    return replace(shown, paragraphs=(note, *shown.paragraphs))


def bundle(campaigns: Sequence[Campaign], language: str) -> Reply:
    """Many that wait at once, as one message to choose from."""
    rows = [
        (Button(labelled(headline(each, language)), f"ann_desk_{each.id}"),) for each in campaigns[:BUNDLED]
    ]
    lines = [paragraph(say("ann_bundle", language, count=len(campaigns)))]
    if len(campaigns) > BUNDLED:
        lines.append(paragraph(say("ann_bundle_rest", language)))
    return Reply(tuple(lines), tuple(rows), language=language)


def heading(campaign: Campaign, language: str) -> tuple[Text, ...]:
    """`Change: Harbour regatta`."""
    return paragraph(Text(headline(campaign, language), bold=True))


def headline(campaign: Campaign, language: str) -> str:
    kind = say(f"ann_kind_{campaign.kind}", language)
    return say("ann_saved_kind", language, kind=kind, title=pick(campaign.content.title, language))


def reach(estimate: Estimate, now: datetime, zone: ZoneInfo, language: str) -> list[tuple[Text, ...]]:
    """How many get it, and when the last of them has it."""
    count = estimate.recipients
    if not count:
        return [paragraph(say(key, language)) for key in ("ann_goes_to_none", "ann_nobody_why")]
    goes = say("ann_goes_to_one", language) if count == 1 else say("ann_goes_to", language, count=count)
    last, today = estimate.finish.astimezone(zone), now.astimezone(zone).date()
    time = f"{last:%H:%M}"
    if last.date() != today:
        time = written(PartialDate(last.year, last.month, last.day, last.time()), language)
    return [paragraph(goes), paragraph(say("ann_finish", language, time=time))]


def concerns(knowledge: Knowledge, occasion: Occasion, language: str) -> str:
    """What an occasion is about, as far as people can choose that."""
    found = [
        str(pick(each, language))
        for facet in CHOICES
        for row, each in names(knowledge, facet).items()
        if row in getattr(occasion, facet)
    ]
    if not found:
        return say("ann_concerns_all", language)
    return say("ann_concerns", language, what=_listed(found, language))


def missing(knowledge: Knowledge, occasion: Occasion) -> list[str]:
    """The languages of the base that it is not written in."""
    return [each for each in knowledge.languages if each in LANGUAGES and each not in occasion.title]


def _reason(reason: str, language: str) -> str:
    """Telegram's reason in the reader's words, where we know them."""
    known = next((key for words, key in REASONS.items() if words in reason.lower()), None)
    return say(f"ann_reason_{known}", language) if known else reason


def _dated(occasion: Occasion, language: str) -> str:
    title = str(pick(occasion.title, language))
    return f"{written(occasion.start, language)}: {title}" if occasion.start else title


def _reply(text: str, rows: Sequence[tuple[Button, ...]], language: str) -> Reply:
    return Reply((paragraph(text),), tuple(rows), language=language)


def _listed(parts: list[str], language: str) -> str:
    return format_list(parts, "standard", LOCALES[language])


def _counted(label: str, count: int) -> str:
    return f"{MARK}{label} ({count})" if count else label
