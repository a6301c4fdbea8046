"""What a chat chose to hear of: what a tap changes of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import time

from bot.announce.audience import CHOICES, Subscription
from bot.answer.taps import LANGUAGE_MARK
from bot.answer.texts import LANGUAGES
from bot.knowledge.model import Knowledge

PREFIX = "sub_"
FACETS = CHOICES
PAGES = (*FACETS, "language", "leads", "when", "hours")
LEADS = (14 * 1440, 7 * 1440, 1440, 120)  # minutes
UNKNOWN = "unknown"  # the topic of answers/unknown.yaml: what the bot cannot tell, so nothing to hear of
ON_A_PAGE = 32  # clusters; more buttons nobody looks through


def changed(subscription: Subscription, data: str, knowledge: Knowledge) -> tuple[Subscription, str] | None:
    """What a tap makes of a subscription, and the page to show then; None for what means nothing (now).

    A tap sets and never toggles: Telegram may deliver it twice.
    """
    parts = data.removeprefix(PREFIX).partition(LANGUAGE_MARK)[0].split("_")
    match parts:
        case ["all", "0" | "1" as on]:
            nothing = {facet: frozenset[str]() for facet in FACETS}
            return replace(subscription, everything=on == "1", paused="", **nothing), ""  # type: ignore[arg-type]
        case ["again"]:
            return replace(subscription, paused=""), ""
        case ["page", page] if page in ("", *PAGES):
            return subscription, page
        case ["page", "clusters", number] if number.isascii() and number.isdigit() and len(number) < 4:
            return subscription, f"clusters_{number}"
        case ["language", language] if language in LANGUAGES:
            return replace(subscription, language=language), ""
        case ["lead", minutes, "0" | "1" as on] if minutes in map(str, LEADS):
            kept = (
                (set(subscription.leads) | {int(minutes)})
                if on == "1"
                else (set(subscription.leads) - {int(minutes)})
            )
            return replace(subscription, leads=tuple(sorted(kept, reverse=True))), "leads"
        case ["when", clock]:
            digest = _clock(clock)
            if clock == "now" or digest:
                return replace(subscription, digest=digest), ""
        case ["hours", "none"]:
            return replace(subscription, quiet=None), ""
        case ["hours", start, end]:
            quiet = (_clock(start), _clock(end))
            if quiet[0] and quiet[1]:
                return replace(subscription, quiet=(quiet[0], quiet[1])), ""
        case [facet, row, "0" | "1" as on] if facet in FACETS and row in names(knowledge, facet):
            chosen = getattr(subscription, facet)
            chosen = chosen | {row} if on == "1" else chosen - {row}
            page = (
                facet
                if facet != "clusters"
                else f"clusters_{list(names(knowledge, facet)).index(row) // ON_A_PAGE}"
            )
            return replace(subscription, everything=False, paused="", **{facet: chosen}), page
    return None


def names(knowledge: Knowledge, facet: str) -> Mapping[str, Mapping[str, str]]:
    """What can be chosen of a facet, in the order of its buttons: id -> name by language."""
    if facet == "clusters":
        ordered = sorted(knowledge.clusters.values(), key=lambda row: row.name.casefold())
        return {row.id: {"en": row.name} for row in ordered}
    rows = [row for row in getattr(knowledge.programme, facet) if row.id != UNKNOWN]
    # An area of several counties is nothing to choose: events there concern each of its counties.
    return {row.id: row.name for row in rows if not getattr(row, "covers", ())}


def _clock(text: str) -> time | None:
    if len(text) != 4 or not (text.isascii() and text.isdigit()):
        return None
    hour, minute = int(text[:2]), int(text[2:])
    return time(hour, minute) if hour < 24 and minute < 60 else None
