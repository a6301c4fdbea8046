"""What staff read about an announcement: what it is, whom it concerns, how many it reaches, how far it is."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.lists import format_list

from bot.announce.audience import CHOICES
from bot.announce.occasion import Occasion
from bot.answer.moments import LOCALES, clock, instant
from bot.answer.texts import LANGUAGES, say
from bot.chat.campaigns import Campaign, Estimate, Progress
from bot.chat.choosing import names
from bot.delivery.letter import CANCELLED, OVER, REPLACED, STOPPED, TOO_LATE
from bot.knowledge.model import Knowledge, pick
from bot.reply import Text, paragraph

REASONS = {  # words of Telegram's -> what staff read; other reasons stand as they are
    "blocked": "blocked",
    "kicked": "blocked",
    "not a member": "blocked",
    "deactivated": "gone",
    "not found": "gone",
    "deleted": "gone",
}
TIMES = 3  # at which something leaves later, that are named
RULES = {STOPPED: "stopped", REPLACED: "replaced", CANCELLED: "cancelled", OVER: "late", TOO_LATE: "late"}


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
    time = _clock(estimate.finish, now, zone, language)
    return [paragraph(goes), paragraph(say("ann_finish", language, time=time))]


def question(estimate: Estimate, now: datetime, zone: ZoneInfo, language: str) -> str:
    """`Send it now, to 3?`, or how many get it now and when the others do."""
    if not estimate.later:
        return say("ann_sure", language, count=estimate.recipients)
    at_once = estimate.recipients - sum(count for _, count in estimate.later)
    parts = [say("ann_sure_now", language, count=at_once)] if at_once else []
    parts += [
        say("ann_sure_at", language, count=count, time=_clock(due, now, zone, language))
        for due, count in estimate.later[:TIMES]
    ]
    if rest := sum(count for _, count in estimate.later[TIMES:]):
        parts.append(say("ann_sure_after", language, count=rest))
    return say("ann_sure_later", language, count=estimate.recipients, parts=listed(parts, language))


def _clock(moment: datetime, now: datetime, zone: ZoneInfo, language: str) -> str:
    """`08:00`, local; with its day where that is not today."""
    local = moment.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return say("clock_at", language, time=clock(local.time(), language))
    return instant(moment, zone, language)


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
    return say("ann_concerns", language, what=listed(found, language))


def missing(knowledge: Knowledge, occasion: Occasion) -> list[str]:
    """The languages of the base that it is not written in."""
    return [each for each in knowledge.languages if each in LANGUAGES and each not in occasion.title]


def kept(before: Occasion, after: Occasion) -> list[str]:
    """The languages of a changed text in which it says what it said before."""
    same = [
        each
        for each in after.title
        if (before.title.get(each), before.text.get(each)) == (after.title[each], after.text.get(each))
    ]
    return [each for each in same if each in LANGUAGES and after.kind == "text"]


def report_lines(campaign: Campaign, now: Progress, at: datetime, zone: ZoneInfo, language: str) -> list[str]:
    """Sent, waiting (and until when), in doubt, not possible (by reason), too late; when."""
    lines = [say("ann_count", language, sent=now.sent, total=now.total)]
    if waiting := now.pending + now.sending:
        lines.append(say("ann_pending", language, count=waiting))
    lines += [
        say("ann_waits", language, count=count, time=_clock(due, at, zone, language))
        for due, count in [each for each in now.waits if each[0] > at][:TIMES]
    ]
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
        start, end = (
            clock(each.astimezone(zone).time(), language, seconds=True)
            for each in (now.started, now.finished)
        )
        lines.append(say("ann_began", language, start=start, end=end))
    return lines


def _reason(reason: str, language: str) -> str:
    """Telegram's reason in the reader's words, where we know them."""
    known = next((key for words, key in REASONS.items() if words in reason.lower()), None)
    return say(f"ann_reason_{known}", language) if known else reason


def listed(parts: list[str], language: str) -> str:
    return format_list(parts, "standard", LOCALES[language])
