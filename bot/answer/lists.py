"""Lists of clusters: the ones that fit a description, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answer.clusters import short_line
from bot.answer.moments import written
from bot.answer.names import cluster_name
from bot.answer.taps import fits, leaving
from bot.answer.texts import say
from bot.knowledge.model import Cluster, Knowledge, Level, pick
from bot.reply import Button, Reply, Text, block, paragraph
from bot.understand.directory import Directory
from bot.understand.finding import Criteria
from bot.understand.subject import Subject

PAGE = 8  # clusters, and as many buttons under them


def list_reply(directory: Directory, criteria: Criteria, language: str, page: int = 0) -> Reply:
    """The clusters that fit, with place and level, as lines and as buttons."""
    knowledge = directory.knowledge
    rows = directory.fitting(criteria)
    what = describe(knowledge, criteria, language)
    paragraphs = [paragraph(Text(_heading(directory, criteria, len(rows), what, language), bold=True))]
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
        note = say("list_note_one" if len(rows) == 1 else "list_note", language)
        every = [knowledge.clusters[row.partition(":")[2]] for row in rows]
        paragraphs += [
            block(lines),
            paragraph(Text(f"{note} {_dates(every, language)}".rstrip(), italic=True)),
        ]
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
    return Reply(tuple(paragraphs), tuple(buttons), entry=str(Subject(criteria=criteria)), language=language)


def _dates(clusters: Sequence[Cluster], language: str) -> str:
    """From when to when what is told of them is, as far as it has a date."""
    dates = sorted((each.as_of for each in clusters if each.as_of), key=lambda each: each.last)
    if not dates:
        return ""
    first, last = (written(each, language) for each in (dates[0], dates[-1]))
    if first == last:
        return say("list_date", language, date=first)
    return say("list_dates", language, first=first, last=last)


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
    """The criteria in words: `Health, Bergen`; nothing asked for is every cluster there is."""
    programme = knowledge.programme
    tables: tuple[tuple[tuple[str, ...], tuple[Level, ...]], ...] = (
        (criteria.themes, programme.themes),
        (criteria.levels, programme.levels),
        (criteria.regions, programme.regions),
    )
    names = [
        str(pick(row.name, language)).partition(" (")[0]
        for wanted, rows in tables
        for row in rows
        if row.id in wanted
    ]
    return ", ".join(dict.fromkeys([*names, *criteria.cities])) or say("list_what", language)


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


def _heading(directory: Directory, criteria: Criteria, count: int, what: str, language: str) -> str:
    if not count:
        return say("list_none", language, what=what)
    if criteria.cities and all(c.city not in criteria.cities for c in directory.knowledge.clusters.values()):
        return say("list_none_city", language, city=", ".join(criteria.cities), what=what)
    if not criteria:
        return say("list_heading_all", language, count=count)
    return say("list_heading_one" if count == 1 else "list_heading", language, count=count, what=what)
