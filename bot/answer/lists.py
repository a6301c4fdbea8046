"""Lists of clusters: the ones that fit a description, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.answer.clusters import cluster_reply, short_line
from bot.answer.names import bare, cluster_name
from bot.answer.phrases import field_inside, in_place, level_inside, listed
from bot.answer.taps import fits, leaving
from bot.answer.texts import say
from bot.knowledge.model import Cluster, Knowledge, Level, pick
from bot.reply import Button, Reply, Text, block, paragraph
from bot.understand.directory import Directory
from bot.understand.finding import Criteria
from bot.understand.subject import Subject

PAGE = 8  # clusters, and as many buttons under them


def list_reply(directory: Directory, criteria: Criteria, language: str, today: date, page: int = 0) -> Reply:
    """The clusters that fit, with place and level, as lines and as buttons; of the only one its card."""
    knowledge = directory.knowledge
    rows = directory.fitting(criteria)
    remembered = str(Subject(criteria=criteria))
    heading = _heading(directory, criteria, len(rows), language)
    if len(rows) == 1:
        card = cluster_reply(knowledge, knowledge.clusters[rows[0].partition(":")[2]], language, today)
        return replace(card, paragraphs=(paragraph(heading), *card.paragraphs), entry=remembered)
    paragraphs = [paragraph(Text(heading, bold=True))]
    page = min(page, max(len(rows) - 1, 0) // PAGE)  # clusters may have gone since the button was made
    start = page * PAGE
    here = find_data(criteria, page)
    reachable = fits(find_data(criteria, page + 1))
    end = start + PAGE if reachable else None  # what no button leads to is shown at once
    shown = [knowledge.clusters[row.partition(":")[2]] for row in rows[start:end]]
    lines = []
    for cluster in shown:
        about = short_line(knowledge, cluster, language, criteria.levels)
        lines.append(
            paragraph(
                Text("• "),
                Text(cluster_name(cluster, language), bold=True),
                Text(f" – {about}" if about else ""),
            )
        )
    if lines:
        every = [knowledge.clusters[row.partition(":")[2]] for row in rows]
        paragraphs += [block(lines), paragraph(Text(_note(every, language), italic=True))]
    buttons: list[tuple[Button, ...]] = [
        (Button(cluster_name(cluster, language), leaving(f"cluster_{cluster.id}", here)),)
        for cluster in shown
    ]
    turning = [Button(say("back", language), find_data(criteria, page - 1))] if page else []
    if left := len(rows) - start - len(shown):
        turning.append(Button(f"{say('more', language)} ({left})", find_data(criteria, page + 1)))
    if turning:
        buttons.append(tuple(turning))
    if not rows:
        buttons += [(button,) for button in _wider(directory, criteria, language)]
    return Reply(tuple(paragraphs), tuple(buttons), entry=remembered, language=language)


def _note(clusters: Sequence[Cluster], language: str) -> str:
    """That it is no list of today, and of which years it is, as far as it has dates."""
    years = {each.as_of.year for each in clusters if each.as_of}
    if not years:
        return say("list_note", language)
    if len(years) == 1:
        return say("list_note_year", language, year=min(years))
    return say("list_note_years", language, first=min(years), last=max(years))


def _wider(directory: Directory, criteria: Criteria, language: str) -> list[Button]:
    """Where nothing fits all that was asked: what fits one part of it, and everything."""
    parts = (
        Criteria(themes=criteria.themes),
        Criteria(regions=criteria.regions),
        Criteria(levels=criteria.levels),
        Criteria(cities=criteria.cities),
    )
    buttons = []
    for part in parts:
        count = len(directory.fitting(part)) if part and part != criteria else 0
        if count and fits(find_data(part, 0)):
            what = describe(directory.knowledge, part, language)
            buttons.append(Button(f"{what} ({count})", find_data(part, 0)))
    everything = say("all_clusters", language, count=len(directory.knowledge.clusters))
    return [*buttons, Button(everything, find_data(Criteria(), 0))]


def describe(knowledge: Knowledge, criteria: Criteria, language: str) -> str:
    """The criteria as a button has them: `Health, Bergen`."""
    programme = knowledge.programme
    names = [
        *_named(programme.themes, criteria.themes, language),
        *_named(programme.levels, criteria.levels, language),
        *_named(programme.regions, criteria.regions, language),
        *criteria.cities,
    ]
    return ", ".join(dict.fromkeys(names))


def find_data(criteria: Criteria, page: int) -> str:
    """A button's data for a page of a list; `found` reads it back."""
    return f"find_{criteria}_{page}"


def found(data: str) -> tuple[Criteria, int] | None:
    """What `find_data` wrote; None for anything else."""
    body, _, page = data.removeprefix("find_").rpartition("_")
    criteria = Criteria.parse(body)
    if not data.startswith("find_") or criteria is None or not (page.isascii() and page.isdigit()):
        return None
    return (criteria, int(page)) if len(page) <= 3 else None


def _heading(directory: Directory, criteria: Criteria, count: int, language: str) -> str:
    cities = criteria.cities
    if count and cities and all(each.city not in cities for each in directory.knowledge.clusters.values()):
        return say("list_none_city", language, place=_places(cities, language))
    what = _phrase(directory.knowledge, criteria, language)
    if not count:
        return say("list_none", language, what=what)
    if not criteria:
        return say("list_heading_all", language, count=count)
    return say("list_heading_one" if count == 1 else "list_heading", language, count=count, what=what)


def _phrase(knowledge: Knowledge, criteria: Criteria, language: str) -> str:
    """The criteria as a sentence has them: `working with health, at the NCE level, in Bergen`."""
    programme = knowledge.programme
    fields = [field_inside(each) for each in _named(programme.themes, criteria.themes, language)]
    levels = [level_inside(each) for each in _named(programme.levels, criteria.levels, language)]
    places = dict.fromkeys([*_named(programme.regions, criteria.regions, language), *criteria.cities])
    parts = []
    if fields:
        parts.append(say("list_fields", language, fields=listed(fields, language, "or")))
    if levels:
        parts.append(say("list_levels", language, levels=listed(levels, language, "or")))
    if places:
        parts.append(_places(tuple(places), language))
    return " ".join(parts)


def _places(places: Sequence[str], language: str) -> str:
    return listed([in_place(each, language) for each in places], language, "or")


def _named(rows: Sequence[Level], wanted: Sequence[str], language: str) -> list[str]:
    return [bare(str(pick(row.name, language))) for row in rows if row.id in wanted]
