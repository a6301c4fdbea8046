"""Announcing from the command line, for staff who may not have Telegram; the running bot sends."""

from __future__ import annotations

import asyncio
import getpass
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.announce.occasion import NEW_TEXT, Occasion, occasion_of
from bot.announce.proposals import AT_THE_PROMPT
from bot.answer.texts import LANGUAGES, say
from bot.chat.newsroom_words import concerns, reach, report_lines
from bot.chat.proofs import proofs
from bot.errors import AnnounceError
from bot.knowledge.model import Knowledge, pick
from bot.knowledge.references import did_you_mean
from bot.store.announcements import Announcements
from bot.store.campaigns import Campaign
from bot.store.store import Store
from bot.understand.version import Version

FOLLOW_SECONDS = 1.0
LISTED = 10  # ids of events that an error names
SHOWN = 5  # tellings that `status` shows when none is on its way


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be announced, as it was typed."""

    event: str | None = None
    text: str | None = None
    topics: tuple[str, ...] = ()
    language: str | None = None
    dry_run: bool = False
    yes: bool = False


async def announce(database: str, version: Version, wish: Wish) -> AsyncIterator[str]:
    """Show what would be sent, ask (unless `yes`), and hand it to the bot that runs; lines to print.

    Raises AnnounceError where there is nothing to announce, or others have announced it while we asked.
    """
    now, knowledge = datetime.now(UTC), version.knowledge
    async with _visit(database, knowledge) as announcements:
        occasion = _wanted(knowledge, wish, now)
        seen = await announcements.standing(occasion)
        kind = seen.kind
        if kind is None:
            title = pick(occasion.title, knowledge.languages[0])
            if occasion.status == "cancelled":
                raise AnnounceError(f"“{title}” is cancelled, and there is nobody who has not heard of that")
            raise AnnounceError(f"“{title}” has been announced already, and nothing of it has changed since")
        estimate = await announcements.audience_size(occasion, kind, now)
        before = await announcements.told_before(occasion)
        read: dict[str, list[str]] = {}  # what is written in one language only is the same for all
        for language in knowledge.languages:
            letters = proofs(version, occasion, before, kind, language, now)
            text = "\n\n".join(letter.plain() for letter in letters)
            read.setdefault(text, []).append(say("language_name", language))
        for text, languages in read.items():
            yield f"--- {', '.join(languages)}\n{text}"
        yield "---"
        yield concerns(knowledge, occasion, "en")
        for line in reach(estimate, now, knowledge.zone, "en"):
            yield "".join(span.text for span in line)
        if wish.dry_run or not estimate.recipients:
            return
        if not wish.yes and not _agreed(estimate.recipients):
            yield "Nothing was sent."
            return
        number = await announcements.tell(occasion, kind, _who(), datetime.now(UTC), seen=seen)
        yield f"Announcement {number} is confirmed; the running bot sends it."


async def status(database: str, knowledge: Knowledge, follow: bool) -> AsyncIterator[str]:
    """How far each telling is; with `follow` again whenever that changes, until none is on its way."""
    async with _visit(database, knowledge) as announcements:
        before: list[str] | None = None
        while True:
            latest = await announcements.latest()
            going = [each for each in latest if each.state in ("waiting", "running", "paused")]
            lines = [
                line
                for each in going or latest[:SHOWN]
                for line in await _report(announcements, knowledge, each)
            ]
            if lines != before:
                for line in lines or ["Nothing has been announced yet."]:
                    yield line
            before = lines
            if not follow or not any(each.state == "running" for each in going):
                return
            await asyncio.sleep(FOLLOW_SECONDS)


async def control(database: str, knowledge: Knowledge, action: str, number: int | None) -> AsyncIterator[str]:
    """Pause, resume or cancel a telling; without a number the only one on its way.

    Raises AnnounceError where that cannot be.
    """
    async with _visit(database, knowledge) as announcements:
        going = await announcements.running()
        found = [each for each in going if number in (None, each.id)]
        if len(found) != 1:
            raise AnnounceError(_which(going, number))
        acts = {"pause": announcements.pause, "resume": announcements.resume, "cancel": announcements.cancel}
        if not await acts[action](found[0].id, _who(), datetime.now(UTC)):
            raise AnnounceError(f"announcement {found[0].id} is {found[0].state}, so it cannot {action}")
        changed = await announcements.campaign(found[0].id)
        for line in await _report(announcements, knowledge, changed or found[0]):
            yield line


@asynccontextmanager
async def _visit(database: str, knowledge: Knowledge) -> AsyncIterator[Announcements]:
    """The database beside the bot that may be running."""
    store = await asyncio.to_thread(Store.open, database, visiting=True)
    try:
        yield Announcements(store, lambda: knowledge.zone)
    finally:
        await store.close()


def _wanted(knowledge: Knowledge, wish: Wish, now: datetime) -> Occasion:
    """The event or the text, as an occasion. Raises AnnounceError."""
    known = {topic.id for topic in knowledge.programme.topics}
    for topic in wish.topics:
        if topic not in known:
            raise AnnounceError(f"there is no topic '{topic}'{did_you_mean(topic, known)}")
    if wish.event is None:
        title, _, text = (wish.text or "").strip().partition("\n")
        if not title:
            raise AnnounceError("the text is empty")
        language = wish.language or knowledge.languages[0]
        if language not in LANGUAGES:
            raise AnnounceError(f"there is no language '{language}'; there are {', '.join(LANGUAGES)}")
        return Occasion(NEW_TEXT, "text", {language: title}, {language: text.strip()}, topics=wish.topics)
    event = knowledge.events.get(wish.event)
    if event is None:
        raise AnnounceError(_no_event(wish.event, knowledge, now))
    if event.status == "draft":
        raise AnnounceError(f"'{event.id}' is a draft; set its status to published first")
    if event.over(now, knowledge.zone):
        raise AnnounceError(f"'{event.id}' is over; it cannot be announced any more")
    occasion = occasion_of(knowledge, event)
    return replace(occasion, topics=wish.topics) if wish.topics else occasion


def _no_event(wanted: str, knowledge: Knowledge, now: datetime) -> str:
    """Which was meant, else which there are to announce."""
    if near := did_you_mean(wanted, knowledge.events):
        return f"there is no event '{wanted}'{near}"
    coming = [
        event
        for event in knowledge.events.values()
        if event.status == "published" and not event.over(now, knowledge.zone)
    ]
    coming.sort(key=lambda event: event.start.starts(knowledge.zone))
    if not coming:
        return f"there is no event '{wanted}', and none is to come"
    rest = f" and {len(coming) - LISTED} more" if len(coming) > LISTED else ""
    return f"there is no event '{wanted}'; to come are {', '.join(each.id for each in coming[:LISTED])}{rest}"


def _agreed(count: int) -> bool:
    """Ask at the keyboard. Raises AnnounceError where nobody sits there."""
    if sys.stdin is None or not sys.stdin.isatty():  # None: closed by whoever started us
        raise AnnounceError("nothing was sent: add --yes to send without being asked, or --dry-run to look")
    return input(f"Send to {count} chats now? [y/N] ").strip().lower() in ("y", "yes", "j", "ja")


async def _report(announcements: Announcements, knowledge: Knowledge, campaign: Campaign) -> list[str]:
    title = pick(campaign.content.title, knowledge.languages[0])
    head = f"{campaign.id}  {campaign.kind}  {title}: {campaign.state}"
    progress = await announcements.progress(campaign.id)
    if progress is None or campaign.confirmed is None:
        return [head]
    return [
        head,
        *(f"   {line}" for line in report_lines(campaign, progress, datetime.now(UTC), knowledge.zone, "en")),
    ]


def _which(going: Sequence[Campaign], number: int | None) -> str:
    if number is not None:
        return f"announcement {number} is not on its way; see klyngebot announce status"
    if not going:
        return "no announcement is on its way"
    return f"which one? {', '.join(str(each.id) for each in going)} are on their way; give the number"


def _who() -> str:
    """How the audit names who typed the command."""
    return f"{AT_THE_PROMPT}{getpass.getuser()}"[:40]
