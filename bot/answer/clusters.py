"""Clusters as replies: a card, one thing asked about one cluster, and lists of those that fit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.answer.contacts import contact_reply, named_when, reach
from bot.answer.entries import sources_line
from bot.answer.moments import written
from bot.answer.texts import say
from bot.answer.whom import fallback, office_of, standing_in
from bot.knowledge.dates import PartialDate
from bot.knowledge.model import Cluster, Contact, Knowledge, Level, pick
from bot.reply import Button, Reply, Text, block, paragraph


def cluster_reply(knowledge: Knowledge, cluster: Cluster, language: str, today: date) -> Reply:
    """The card: what it is, its level and place with their dates, its website, who was named as leader."""
    lines = []
    if levels := _levels(knowledge, cluster, language):
        note = f"; {pick(cluster.level_note, language)}" if cluster.level_note else ""
        lines.append(paragraph(say("cluster_level", language, level=levels) + note))
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
        paragraph(Text(cluster.name, bold=True)),
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
    paragraphs = [_told(knowledge, cluster, attribute, language, today)]
    if attribute in {"leader", "contact", "phone", "email", "address"}:
        paragraphs.append(_ways_in(knowledge, cluster, language, today))
    leader = _leading(knowledge, cluster, today)
    if leader and attribute in {"leader", "contact"}:  # what is told of a person is that row's
        paragraphs.append(sources_line(leader.sources, language, ""))
    else:
        paragraphs.append(sources_line(cluster.sources, language, _dated(cluster, language)))
    more = Button(say("more_about", language, name=cluster.name), f"cluster_{cluster.id}")
    shown = tuple(each for each in paragraphs if each)
    return Reply(shown, ((more,),), entry=f"cluster:{cluster.id}", language=language)


def _told(
    knowledge: Knowledge, cluster: Cluster, attribute: str, language: str, today: date
) -> tuple[Text, ...]:
    name = cluster.name
    match attribute:
        case "website" if cluster.website:
            return paragraph(say("cluster_site_is", language, name=name), _link(cluster.website))
        case "website":
            return paragraph(say("cluster_no_website", language, name=name))
        case "place":
            place = _place(knowledge, cluster, language)
            key = "cluster_is_in" if place else "cluster_no_place"
            return paragraph(say(key, language, name=name, place=place))
        case "former":
            names = ", ".join(cluster.former_names)
            key = "cluster_was_called" if names else "cluster_no_former"
            told = say(key, language, name=name, names=names)
            return paragraph(f"{told} {pick(cluster.summary, language)}" if names else told)
        case "level" | "since":
            levels = _levels(knowledge, cluster, language)
            key = "cluster_had_level" if levels else "cluster_no_level"
            told = say(key, language, name=name, levels=levels)
            return paragraph(f"{told} {pick(cluster.summary, language)}" if attribute == "since" else told)
        case "themes" | "members" | "age":
            return paragraph(pick(cluster.summary, language))
        case "phone" | "email" | "address":
            return paragraph(say("cluster_no_phone", language, name=name))
    if leader := _leader(knowledge, cluster, language, today):
        return paragraph(f"{leader} {say('may_have_changed', language)}")
    return paragraph(
        say("cluster_no_contact" if attribute == "contact" else "cluster_no_leader", language, name=name)
    )


def _ways_in(knowledge: Knowledge, cluster: Cluster, language: str, today: date) -> tuple[Text, ...]:
    """Working ways to reach a cluster, whoever leads it: its website and office, else the programme's."""
    ways = []
    if cluster.website:
        ways.append(paragraph(say("cluster_website", language), _link(cluster.website)))
    if office := office_of(knowledge, cluster.id, today) or fallback(knowledge, today):
        ways.append((Text(say("contact_public", language)), *reach(office)))
    return block(ways)


def _leading(knowledge: Knowledge, cluster: Cluster, today: date) -> Contact | None:
    named = knowledge.contacts.get(cluster.leader or "")
    return standing_in(knowledge, named, today) if named else None


def _leader(knowledge: Knowledge, cluster: Cluster, language: str, today: date) -> str:
    leader = _leading(knowledge, cluster, today)
    if leader is None:
        return ""
    name = leader.name or leader.organisation
    values = {"name": name, "role": pick(leader.role, language), "cluster": cluster.name}
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
    name = str(pick(level.name, language)).partition(" (")[0]
    if since is None:
        return name
    values = {"level": name, "date": written(since, language)}
    if until is None:
        return say("level_since", language, **values)
    return say("level_until", language, **values, until=written(until, language))


def _place(knowledge: Knowledge, cluster: Cluster, language: str) -> str:
    regions = {row.id: row for row in knowledge.programme.regions}
    names = [str(pick(regions[each].name, language)).partition(" (")[0] for each in cluster.regions]
    return ", ".join(dict.fromkeys([cluster.city, *names] if cluster.city else names))


def _themes(knowledge: Knowledge, cluster: Cluster, language: str) -> str:
    themes = {row.id: row for row in knowledge.programme.themes}
    names = [str(pick(themes[each].name, language)) for each in cluster.themes]
    return ", ".join(name if number == 0 else name[0].lower() + name[1:] for number, name in enumerate(names))


def _dated(cluster: Cluster, language: str) -> str:
    if cluster.as_of is None:
        return say("undated", language)
    note = pick(cluster.as_of_note, language) if cluster.as_of_note else written(cluster.as_of, language)
    return say("as_of", language, date=note)


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
