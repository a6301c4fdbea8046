"""Menus: everything the bot can answer within three taps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.answer.entries import title
from bot.answer.lists import find_data
from bot.answer.names import contact_name
from bot.answer.taps import leaving
from bot.answer.texts import LANGUAGES, say
from bot.knowledge.model import Knowledge, Level, pick
from bot.reply import Button, Reply, Text, block, paragraph
from bot.understand.finding import Criteria

PAGE = 8  # rows of buttons, or half of them all: two pages at most, so that everything is within three taps
COMMANDS = (
    *("topics", "clusters", "contacts", "events", "subscribe", "stop"),
    *("language", "help", "about", "privacy", "mydata", "forget"),
)


def start(knowledge: Knowledge, language: str) -> Reply:
    """The first thing a person reads."""
    name = pick(knowledge.programme.name, language) if knowledge.programme.name else ""
    examples = [paragraph(f"• {say(f'example_{number}', language)}") for number in (1, 2, 3)]
    return Reply(
        (
            paragraph(say("start", language, programme=name)),
            block((paragraph(say("start_try", language)), *examples)),
        ),
        _rows(
            _command(each, language)
            for each in ("topics", "clusters", "contacts", "events", "subscribe", "language", "help")
        ),
        language=language,
    )


def help_(knowledge: Knowledge, language: str) -> Reply:
    """How to use the bot."""
    keys = ("help", "help_commands", "help_group")
    return Reply(tuple(paragraph(say(key, language)) for key in keys), language=language)


def about(knowledge: Knowledge, language: str) -> Reply:
    """Who this is and what it answers from."""
    counts = {
        "entries": len(knowledge.entries),
        "facts": len(knowledge.facts),
        "clusters": len(knowledge.clusters),
    }
    paragraphs = (paragraph(say("about", language, **counts)), paragraph(say("about_date", language)))
    return Reply(paragraphs, language=language)


def languages(language: str, chosen: str | None) -> Reply:
    """The choice of language for menus; the present one is marked."""
    buttons = [
        (Button(f"{'✓ ' if chosen == each else ''}{say('language_name', each)}", f"language_{each}"),)
        for each in LANGUAGES
    ]
    auto = Button(f"{'' if chosen else '✓ '}{say('language_auto', language)}", "language_auto")
    return Reply((paragraph(say("language_menu", language)),), (*buttons, (auto,)), language=language)


def topics(knowledge: Knowledge, language: str) -> Reply:
    """The shelves of answers."""
    filled = {entry.topic for entry in knowledge.entries.values()}
    rows = [row for row in knowledge.programme.topics if row.id in filled]
    buttons = (Button(str(pick(row.name, language)), f"topic_{row.id}_0") for row in rows)
    return Reply((paragraph(say("topics", language)),), _rows(buttons), language=language)


def topic(knowledge: Knowledge, wanted: str, page: int, language: str) -> Reply | None:
    """The questions of one shelf; None where there is no such shelf or page."""
    row = next((row for row in knowledge.programme.topics if row.id == wanted), None)
    entries = [entry.id for entry in knowledge.entries.values() if entry.topic == wanted]
    if row is None:
        return None
    heading = paragraph(say("topic_questions", language, topic=pick(row.name, language)))
    buttons = [Button(title(knowledge, each, language), f"entry_{each}") for each in entries]
    return _paged(heading, buttons, page, f"topic_{wanted}", "topics", language)


def clusters(knowledge: Knowledge, language: str) -> Reply:
    """Three ways to look for a cluster, or all of them."""
    everything = Button(
        say("all_clusters", language, count=len(knowledge.clusters)), find_data(Criteria(), 0)
    )
    ways = [Button(say(f"by_{way}", language), f"by_{way}_0") for way in ("theme", "region", "level")]
    return Reply((paragraph(say("clusters_menu", language)),), _rows([*ways, everything]), language=language)


def clusters_by(knowledge: Knowledge, way: str, page: int, language: str) -> Reply | None:
    """The fields, counties or levels that have clusters; None for anything else."""
    programme = knowledge.programme
    every = knowledge.clusters.values()
    tables: dict[str, tuple[Sequence[Level], set[str]]] = {
        "theme": (programme.themes, {each for row in every for each in row.themes}),
        "region": (programme.regions, {each for row in every for each in row.regions}),
        "level": (programme.levels, {row.level for row in every if row.level}),
    }
    if way not in tables:
        return None
    rows, used = tables[way]
    buttons = []
    for row in rows:
        if row.id in used:
            criteria = Criteria(**{f"{way}s": (row.id,)})
            buttons.append(Button(str(pick(row.name, language)), find_data(criteria, 0)))
    return _paged(
        paragraph(say(f"choose_{way}", language)), buttons, page, f"by_{way}", "clusters", language, 2
    )


def contacts(knowledge: Knowledge, kind: str, page: int, language: str) -> Reply | None:
    """Offices or people to ask, as buttons; without `kind`, the choice between them."""
    heading = paragraph(say("contacts_menu", language))
    if not kind:
        kinds = [
            Button(say(f"contacts_{each}", language), f"people_{each}_0") for each in ("offices", "people")
        ]
        return Reply((heading,), (tuple(kinds),), language=language)
    if kind not in {"offices", "people"}:
        return None
    rows = [
        row for row in knowledge.contacts.values() if bool(row.name) == (kind == "people") and not row.former
    ]
    buttons = [Button(contact_name(row, language), f"contact_{row.id}") for row in rows]
    return _paged(
        heading, buttons, page, f"people_{kind}", "contacts", language, 2 if kind == "people" else 1
    )


def _command(name: str, language: str) -> Button:
    # What a chat subscribes to is the door's to show, under the data of its screen.
    return Button(say(f"command_{name}", language), "sub_page_" if name == "subscribe" else name)


def _paged(
    heading: tuple[Text, ...],
    buttons: Sequence[Button],
    page: int,
    data: str,
    back: str,
    language: str,
    columns: int = 1,
) -> Reply | None:
    """One page of buttons; None where there is no such page."""
    size = max(PAGE, -(-len(buttons) // (2 * columns))) * columns
    if not buttons[page * size :]:
        return None
    here = f"{data}_{page}"
    shown = [replace(each, data=leaving(each.data or "", here)) for each in buttons[page * size :][:size]]
    last = [Button(say("back", language), back if page == 0 else f"{data}_{page - 1}")]
    if len(buttons) > (page + 1) * size:
        last.append(Button(say("more", language), f"{data}_{page + 1}"))
    return Reply((heading,), (*_rows(shown, columns), tuple(last)), language=language)


def _rows(buttons: Iterable[Button], columns: int = 2) -> tuple[tuple[Button, ...], ...]:
    each = tuple(buttons)
    return tuple(each[start : start + columns] for start in range(0, len(each), columns))
