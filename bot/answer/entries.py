"""An entry of the base as a reply: its answer, its sources and date, and where to go from there."""

from __future__ import annotations

from collections.abc import Iterable

from bot.answer.moments import oldest, written
from bot.answer.texts import say
from bot.knowledge.model import Entry, Fact, Knowledge, Source, pick
from bot.reply import Button, Reply, Text, block, paragraph

SOURCES_SHOWN = 2
RELATED_SHOWN = 2
SMALLTALK = "smalltalk"


def is_smalltalk(knowledge: Knowledge, entry: str) -> bool:
    """Whether it is an entry that says nothing of the programme, such as thanks."""
    found = knowledge.entries.get(entry)
    return found is not None and found.topic == SMALLTALK


def entry_reply(knowledge: Knowledge, entry: Entry, language: str) -> Reply:
    """The answer with its sources; small talk has neither sources nor buttons."""
    paragraphs = [paragraph(part) for part in pick(entry.answer, language).split("\n") if part.strip()]
    if entry.topic == SMALLTALK:
        return Reply(tuple(paragraphs), entry=entry.id, language=language)
    facts = facts_of(knowledge, entry.facts)
    if evidence := _evidence(entry, facts, language):
        paragraphs.append(evidence)
    buttons = [
        (Button(title(knowledge, each, language), f"entry_{each}"),) for each in entry.related[:RELATED_SHOWN]
    ]
    last = []
    if len(_unique(facts)) > SOURCES_SHOWN:
        last.append(Button(say("more_sources", language, count=len(_unique(facts))), f"sources_{entry.id}"))
    if entry.contact or knowledge.programme.fallback_contact:
        last.append(Button(say("contact_button", language), f"ask_{entry.id}"))
    return Reply(
        tuple(paragraphs),
        (*buttons, tuple(last)) if last else tuple(buttons),
        entry=entry.id,
        language=language,
    )


def sources_reply(knowledge: Knowledge, entry: Entry, language: str) -> Reply:
    """Every source of an entry, one a line."""
    heading = paragraph(
        Text(say("sources_title", language, title=title(knowledge, entry.id, language)), bold=True)
    )
    rows = [paragraph("• ", _linked(source)) for source in _unique(facts_of(knowledge, entry.facts))]
    back = ((Button(say("back", language), f"entry_{entry.id}"),),)
    return Reply((heading, block(rows)), back, entry=entry.id, language=language)


def facts_of(knowledge: Knowledge, ids: Iterable[str]) -> tuple[Fact, ...]:
    """The facts with these ids, in their order."""
    return tuple(knowledge.facts[each] for each in ids)


def sources_line(sources: tuple[Source, ...], language: str, tail: str) -> tuple[Text, ...]:
    """`Source: A; B. As of March 2019.`: the first sources, linked, and what `tail` says of their date."""
    spans: list[Text] = []
    if sources:
        spans.append(Text(say("source_one" if len(sources) == 1 else "source_many", language), italic=True))
    for number, source in enumerate(sources[:SOURCES_SHOWN]):
        spans += [Text("; ")] if number else []
        spans.append(_linked(source))
    if tail:
        spans.append(Text((". " if spans else "") + tail, italic=True))
    return tuple(spans)


def title(knowledge: Knowledge, entry: str, language: str) -> str:
    """What a button to the entry says: the first way of asking for it."""
    row = knowledge.entries[entry]
    return str(pick(row.questions, language)[0])


def _evidence(entry: Entry, facts: tuple[Fact, ...], language: str) -> tuple[Text, ...]:
    date_of = oldest(fact.as_of for fact in facts)
    tails = []
    if facts:
        tails.append(
            say("as_of", language, date=written(date_of, language)) if date_of else say("undated", language)
        )
    if entry.checked:
        tails.append(say("checked", language, date=written(entry.checked, language)))
    return sources_line(_unique(facts), language, " ".join(tails))


def _unique(facts: tuple[Fact, ...]) -> tuple[Source, ...]:
    """The sources of the facts; each fact's first one before any fact's second."""
    most = max((len(fact.sources) for fact in facts), default=0)
    ranked = [fact.sources[n] for n in range(most) for fact in facts if n < len(fact.sources)]
    return tuple({source.url or source.title: source for source in reversed(ranked)}.values())[::-1]


def _linked(source: Source) -> Text:
    return Text(source.title, link=source.url)
