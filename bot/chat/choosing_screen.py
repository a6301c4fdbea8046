"""The screen of /subscribe: the true state, and pages of choices. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from typing import Literal

from babel.lists import format_list

from bot.announce.audience import Subscription
from bot.answer.moments import LOCALES, clock
from bot.answer.texts import LANGUAGES, say
from bot.chat.choosing import FACETS, LEADS, ON_A_PAGE, PAGES, names
from bot.knowledge.model import Knowledge, pick
from bot.reply import Button, Reply, Text, block, paragraph

TIMES = (time(7), time(8), time(12), time(16))  # of a daily digest
QUIET = ((time(21), time(8)), (time(22), time(7)), (time(18), time(9)))
MARK = "✓ "


def screen(subscription: Subscription, page: str, knowledge: Knowledge) -> Reply:
    """The state of a subscription, or one page of choices."""
    language = subscription.language
    name, _, number = page.partition("_")
    if name in FACETS:
        return _facet(subscription, name, int(number or 0), knowledge)
    if name in PAGES:
        heading = paragraph(say(f"sub_choose_{name}", language))
        buttons = tuple((button,) for button in _choices(subscription, name))
        return Reply((heading,), (*buttons, (_back(language),)), language=language)
    return Reply(_state(subscription, knowledge), _controls(subscription), language=language)


def _state(subscription: Subscription, knowledge: Knowledge) -> tuple[tuple[Text, ...], ...]:
    language = subscription.language
    title = paragraph(Text(say("sub_title", language), bold=True))
    if subscription.paused == "stopped":
        return title, paragraph(say("sub_stopped", language))
    whose = "_group" if subscription.kind == "group" else ""
    chosen = paragraph(say(f"sub_everything{whose}" if subscription.everything else "sub_none", language))
    named = [(facet, each) for facet in FACETS if (each := _named(subscription, facet, knowledge))]
    if named and not subscription.everything:
        heading = say(f"{'sub_only' if len(named) == 1 else 'sub_only_all'}{whose}", language)
        rows = [paragraph(f"{say(f'sub_{facet}', language)}: {each}") for facet, each in named]
        chosen = block([paragraph(heading), *rows])
    lines = [paragraph(line) for line in _how(subscription)]
    note = [paragraph(say("sub_blocked", language))] if subscription.paused else []
    return title, *note, chosen, block(lines)


def _named(subscription: Subscription, facet: str, knowledge: Knowledge) -> str:
    """`Bergen, Oslo or Troms`: what is chosen of one facet."""
    chosen = getattr(subscription, facet)
    language = subscription.language
    found = [str(pick(each, language)) for row, each in names(knowledge, facet).items() if row in chosen]
    return _listed(found, language, "or")


def _how(subscription: Subscription) -> Iterable[str]:
    language = subscription.language
    yield say("sub_languages", language, name=say("language_name", language))
    leads = [lead_name(minutes, language) for minutes in sorted(subscription.leads, reverse=True)]
    yield (
        say("sub_reminders", language, leads=_listed(leads, language))
        if leads
        else say("sub_no_reminders", language)
    )
    digest = subscription.digest
    yield (
        say("sub_daily", language, time=clock(digest, language)) if digest else say("sub_at_once", language)
    )
    if subscription.quiet:
        start, end = subscription.quiet
        yield say("sub_quiet", language, start=clock(start, language), end=clock(end, language))
    else:
        yield say("sub_no_quiet", language)


def lead_name(minutes: int, language: str) -> str:
    """`7 days`, `1 day`, `2 hours`."""
    for unit, one, many in ((1440, "sub_day", "sub_days"), (60, "sub_hour_before", "sub_hours_before")):
        if minutes % unit == 0:
            count = minutes // unit
            return say(one, language) if count == 1 else say(many, language, count=count)
    return say("sub_minutes_before", language, count=minutes)


def _controls(subscription: Subscription) -> tuple[tuple[Button, ...], ...]:
    language = subscription.language
    if subscription.paused == "stopped":
        return ((Button(say("sub_again", language), "sub_again"),),)
    everything = Button(
        _marked(subscription.everything, say("sub_all", language)),
        f"sub_all_{int(not subscription.everything)}",
    )
    facets = [
        Button(
            _counted(say(f"sub_{facet}", language), len(getattr(subscription, facet))), f"sub_page_{facet}"
        )
        for facet in FACETS
    ]
    ways = [Button(say(f"sub_{page}", language), f"sub_page_{page}") for page in PAGES if page not in FACETS]
    stop = ((Button(say("sub_stop", language), "sub_stop"),),) if subscription.anything else ()
    pairs = [*facets, *ways]
    return (
        (everything,),
        *(tuple(pairs[start : start + 2]) for start in range(0, len(pairs), 2)),
        *stop,
    )


def _facet(subscription: Subscription, facet: str, page: int, knowledge: Knowledge) -> Reply:
    language = subscription.language
    chosen = getattr(subscription, facet)
    every = list(names(knowledge, facet).items())
    size = ON_A_PAGE
    buttons = [
        Button(
            _marked(row in chosen, str(pick(each, language))), f"sub_{facet}_{row}_{int(row not in chosen)}"
        )
        for row, each in every[page * size : (page + 1) * size]
    ]
    last = [_back(language)]
    if len(every) > size:
        more = (page + 1) % -(-len(every) // size)
        last.append(Button(say("more", language), f"sub_page_{facet}_{more}"))
    pairs = tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))
    return Reply((paragraph(say(f"sub_choose_{facet}", language)),), (*pairs, tuple(last)), language=language)


def _choices(subscription: Subscription, page: str) -> list[Button]:
    language = subscription.language
    match page:
        case "language":
            return [
                Button(_marked(each == language, say("language_name", each)), f"sub_language_{each}")
                for each in LANGUAGES
            ]
        case "leads":
            return [
                Button(
                    _marked(minutes in subscription.leads, lead_name(minutes, language)),
                    f"sub_lead_{minutes}_{int(minutes not in subscription.leads)}",
                )
                for minutes in LEADS
            ]
        case "when":
            daily = [
                Button(
                    _marked(
                        subscription.digest == each,
                        say("sub_daily_at", language, time=clock(each, language)),
                    ),
                    f"sub_when_{each:%H%M}",
                )
                for each in TIMES
            ]
            return [
                Button(_marked(subscription.digest is None, say("sub_now", language)), "sub_when_now"),
                *daily,
            ]
    quiet = [
        Button(
            _marked(subscription.quiet == (start, end), f"{clock(start, language)}–{clock(end, language)}"),
            f"sub_hours_{start:%H%M}_{end:%H%M}",
        )
        for start, end in QUIET
    ]
    none = Button(_marked(subscription.quiet is None, say("sub_never_quiet", language)), "sub_hours_none")
    return [*quiet, none]


def _back(language: str) -> Button:
    return Button(say("back", language), "sub_page_")


def _marked(on: bool, label: str) -> str:
    return f"{MARK}{label}" if on else label


def _counted(label: str, count: int) -> str:
    return f"{MARK}{label} ({count})" if count else label


def _listed(parts: list[str], language: str, style: Literal["standard", "or"] = "standard") -> str:
    return format_list(parts, style, LOCALES[language]) if parts else ""
