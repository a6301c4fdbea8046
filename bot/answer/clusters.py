"""Clusters as replies: a card, one thing asked about one cluster, and lists of those that fit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.answer.contacts import contact_reply, named_when, reach
from bot.answer.moments import written
from bot.answer.names import bare, cluster_name, contact_name
from bot.answer.phrases import field_inside, in_county, in_place, level_inside, listed
from bot.answer.sources import as_of, evidence, facts_of, sources_line
from bot.answer.texts import say
from bot.answer.whom import fallback, office_of, standing_in
from bot.knowledge.dates import PartialDate
from bot.knowledge.model import Cluster, Contact, Figure, Knowledge, Level, pick
from bot.reply import Button, Reply, Text, block, paragraph
from bot.understand.finding import FIGURES
from bot.understand.rows import untold_of

LED = frozenset({"leader", "chair", "contact"})
WAYS_IN = LED | {"phone", "email", "address"}  # asked for whom to reach
LACKING = FIGURES | {"website", "former", "phone"}  # said to be unknown in words of their own


def cluster_reply(knowledge: Knowledge, cluster: Cluster, language: str, today: date) -> Reply:
    """The card: what it is, its level and place with their dates, its website, who was named as leader."""
    lines = []
    if levels := _levels(knowledge, cluster, language):
        level = say("cluster_level", language, level=levels)
        lines.append(paragraph(_noted(f"{level}.", cluster, language) if cluster.level_note else level))
    if place := _place(knowledge, cluster, language):
        key = "cluster_place" if cluster.city else "cluster_region"
        lines.append(paragraph(say(key, language, place=place)))
    if themes := _themes(knowledge, cluster, language):
        lines.append(paragraph(say("cluster_themes", language, themes=themes)))
    if cluster.former_names:
        lines.append(paragraph(say("cluster_former", language, names=", ".join(cluster.former_names))))
    if cluster.website:
        lines.append(paragraph(say("cluster_website", language), _link(cluster.website)))
    paragraphs = [
        paragraph(Text(cluster_name(cluster, language), bold=True)),
        paragraph(pick(cluster.summary, language)),
        block(lines),
    ]
    if leader := _leader(knowledge, cluster, language, today):
        paragraphs.append(paragraph(f"{leader} {say('may_have_changed', language)}"))
    paragraphs.append(sources_line(cluster.sources, language, _dated(cluster, language)))
    buttons = [(Button(say("contact_button", language), f"reach_{cluster.id}"),)]
    shown = tuple(each for each in paragraphs if each)
    return Reply(shown, tuple(buttons), entry=f"cluster:{cluster.id}", language=language)


def attribute_reply(
    knowledge: Knowledge, cluster: Cluster, attribute: str | None, language: str, today: date
) -> Reply:
    """The one thing asked about a cluster, or that no source says it; the card is one tap away."""
    if attribute is None:
        return cluster_reply(knowledge, cluster, language, today)
    office = office_of(knowledge, cluster.id, today)
    if office and attribute in {"phone", "email", "address"}:
        return contact_reply(knowledge, office, language, today, attribute)
    paragraphs = _told(knowledge, cluster, attribute, language, today)
    untold = untold_of(knowledge, cluster, attribute) or (attribute == "website" and not cluster.website)
    if attribute in WAYS_IN or untold:
        everyone = attribute == "contact" or not cluster.website
        paragraphs.append(_ways_in(knowledge, cluster, language, today, everyone))
    leader = _leading(knowledge, cluster, today)
    if leader and attribute in LED:  # what is told of a person is that row's
        paragraphs.append(sources_line(leader.sources, language, ""))
    elif (figure := _figure(cluster, attribute)) and figure.facts:
        paragraphs.append(evidence(facts_of(knowledge, figure.facts), language))
    elif not untold and attribute not in WAYS_IN:  # no source is the source of nothing
        paragraphs.append(sources_line(cluster.sources, language, _dated(cluster, language)))
    name = bare(cluster_name(cluster, language))
    more = Button(say("more_about", language, name=name), f"cluster_{cluster.id}")
    shown = tuple(each for each in paragraphs if each)
    return Reply(shown, ((more,),), entry=f"cluster:{cluster.id}", language=language)


def _told(
    knowledge: Knowledge, cluster: Cluster, attribute: str, language: str, today: date
) -> list[tuple[Text, ...]]:
    name = bare(cluster_name(cluster, language))
    match attribute:
        case "website" if cluster.website:
            site = say("cluster_site_is", language, name=name)
            return [paragraph(site, _link(cluster.website), ".")]
        case "place":
            return [paragraph(_where(knowledge, cluster, language))]
        case "former" if cluster.former_names:
            names = listed(cluster.former_names, language)
            told = say("cluster_was_called", language, name=name, names=names)
            return [paragraph(f"{told} {pick(cluster.summary, language)}")]
        case "level":
            levels = _levels(knowledge, cluster, language)
            key = "cluster_had_level" if levels else "cluster_no_level"
            return [paragraph(_noted(say(key, language, name=name, levels=levels), cluster, language))]
        case "since" | "themes" | "age":
            return _summed_up(knowledge, cluster, attribute, language)
        case "email" | "address":
            return [paragraph(say("cluster_no_phone", language, name=name))]
        case _ if attribute in LED:
            return [paragraph(_led(knowledge, cluster, attribute, language, today))]
    if figure := _figure(cluster, attribute):
        return [paragraph(say("cluster_figure", language, name=name, figure=pick(figure.text, language)))]
    lacking = attribute if attribute in LACKING else "detail"
    return [paragraph(say(f"cluster_no_{lacking}", language, name=name))]


def _figure(cluster: Cluster, attribute: str) -> Figure | None:
    return cluster.figures.known.get(attribute) if cluster.figures else None


def _summed_up(
    knowledge: Knowledge, cluster: Cluster, attribute: str, language: str
) -> list[tuple[Text, ...]]:
    """The summary under the name; asked since when, also the levels whose dates it leaves out."""
    summary = str(pick(cluster.summary, language))
    told = [paragraph(Text(cluster_name(cluster, language), bold=True)), paragraph(summary)]
    begun = [row.since for row in cluster.level_history] + [cluster.level_from]
    if attribute == "since" and any(each and written(each, language) not in summary for each in begun):
        told.append(paragraph(say("cluster_level", language, level=_levels(knowledge, cluster, language))))
    return told


def _led(knowledge: Knowledge, cluster: Cluster, attribute: str, language: str, today: date) -> str:
    """Who was named as leader, chair or contact; where only the other one is known, that too."""
    name = bare(cluster_name(cluster, language))
    contact = _leading(knowledge, cluster, today)
    told = [say(f"cluster_no_{attribute}", language, name=name)]
    if contact and attribute == "contact":
        told = []
    if contact:
        named = f"{_leader(knowledge, cluster, language, today)} {say('may_have_changed', language)}"
        told = [named] if contact.chair == (attribute == "chair") else [*told, named]
    return " ".join(told)


def _ways_in(
    knowledge: Knowledge, cluster: Cluster, language: str, today: date, everyone: bool
) -> tuple[Text, ...]:
    """Working ways to reach a cluster, whoever leads it: its website and office; and everyone's."""
    ways = []
    if cluster.website:
        ways.append(paragraph(say("cluster_reach", language), _link(cluster.website), "."))
    office = office_of(knowledge, cluster.id, today) or (fallback(knowledge, today) if everyone else None)
    if office:
        ways.append((Text(say("contact_public", language)), *reach(office, language)))
    return block(ways)


def _leading(knowledge: Knowledge, cluster: Cluster, today: date) -> Contact | None:
    named = knowledge.contacts.get(cluster.leader or "")
    return standing_in(knowledge, named, today) if named else None


def _leader(knowledge: Knowledge, cluster: Cluster, language: str, today: date) -> str:
    leader = _leading(knowledge, cluster, today)
    if leader is None:
        return ""
    values = {
        "name": contact_name(leader, language),
        "role": pick(leader.role, language),
        "cluster": bare(cluster_name(cluster, language)),
    }
    date_of = named_when(leader, language)
    if date_of is None:
        return say("cluster_leader_undated", language, **values)
    return say("cluster_leader", language, **values, date=date_of)


def _levels(knowledge: Knowledge, cluster: Cluster, language: str) -> str:
    """`GCE from June 2014 (earlier: Arena from 2006, NCE from June 2009)`, as far as known."""
    known = {level.id: level for level in knowledge.programme.levels}
    earlier = ", ".join(
        _span(known[row.level], row.since, row.until, language) for row in cluster.level_history
    )
    if cluster.level is None:
        return earlier
    last = _span(known[cluster.level], cluster.level_from, cluster.level_to, language)
    return f"{last} ({say('earlier', language, levels=earlier)})" if earlier else last


def _span(level: Level, since: PartialDate | None, until: PartialDate | None, language: str) -> str:
    name = level_inside(bare(str(pick(level.name, language))))
    if since is None:
        return name
    values = {"level": name, "date": written(since, language)}
    if until is None:
        return say("level_since", language, **values)
    return say("level_until", language, **values, until=written(until, language))


def _noted(told: str, cluster: Cluster, language: str) -> str:
    """What is told of a level, and what needs to be said about it, as a sentence of its own."""
    if not cluster.level_note:
        return told
    note = str(pick(cluster.level_note, language))
    return f"{told} {note[0].upper()}{note[1:]}."


def _where(knowledge: Knowledge, cluster: Cluster, language: str) -> str:
    """Where it is based; where only the area is known, the summary too, which may tell more."""
    name, places = bare(cluster_name(cluster, language)), _places(knowledge, cluster, language)
    if not places:
        return say("cluster_no_place", language, name=name)
    if cluster.city:
        where = in_county(cluster.city, listed(places[1:], language), language)
        return say("cluster_is_in", language, name=name, place=where)
    where = in_place(listed(places, language), language)
    return f"{say('cluster_area_is', language, name=name, place=where)} {pick(cluster.summary, language)}"


def _place(knowledge: Knowledge, cluster: Cluster, language: str) -> str:
    return ", ".join(_places(knowledge, cluster, language))


def _places(knowledge: Knowledge, cluster: Cluster, language: str) -> list[str]:
    regions = {row.id: row for row in knowledge.programme.regions}
    names = [str(pick(regions[each].name, language)).partition(" (")[0] for each in cluster.regions]
    return list(dict.fromkeys([cluster.city, *names] if cluster.city else names))


def _themes(knowledge: Knowledge, cluster: Cluster, language: str) -> str:
    themes = {row.id: row for row in knowledge.programme.themes}
    names = [str(pick(themes[each].name, language)) for each in cluster.themes]
    return ", ".join(field_inside(name) if number else name for number, name in enumerate(names))


def _dated(cluster: Cluster, language: str) -> str:
    if cluster.as_of is None:
        return say("undated_many" if len(cluster.sources) > 1 else "undated", language)
    if cluster.as_of_note:
        note = str(pick(cluster.as_of_note, language))
        return f"{note[0].upper()}{note[1:]}."
    return as_of([cluster.as_of], cluster.sources, language)


def _link(url: str) -> Text:
    return Text(url.removeprefix("https://").removeprefix("http://").rstrip("/"), link=url)


def short_line(knowledge: Knowledge, cluster: Cluster, language: str, levels: Sequence[str] = ()) -> str:
    """A cluster in a list: place, and the level it last had, or had of `levels`, with its dates."""
    place = cluster.city or _place(knowledge, cluster, language).replace(", ", "/")
    level = _level(knowledge, cluster, language)
    if levels and cluster.level not in levels:
        known = {each.id: each for each in knowledge.programme.levels}
        earlier = [
            _span(known[row.level], row.since, row.until, language)
            for row in cluster.level_history
            if row.level in levels
        ]
        level = ", ".join(earlier) or level
    return ", ".join(part for part in (place, level) if part)


def _level(knowledge: Knowledge, cluster: Cluster, language: str) -> str:
    level = next((each for each in knowledge.programme.levels if each.id == cluster.level), None)
    return _span(level, cluster.level_from, cluster.level_to, language) if level else ""
