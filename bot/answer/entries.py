"""An entry of the base as a reply: its answer, its sources and date, and where to go from there."""

from __future__ import annotations

from bot.answer.moments import written
from bot.answer.sources import SHOWN, all_sources, evidence, facts_of, full_name
from bot.answer.texts import say
from bot.knowledge.model import Entry, Knowledge, pick
from bot.reply import Button, Reply, Text, block, paragraph

RELATED_SHOWN = 2
SMALLTALK = "smalltalk"
DOT = "• "  # before each line of a list in an answer


def is_smalltalk(knowledge: Knowledge, entry: str) -> bool:
    """Whether it is an entry that says nothing of the programme, such as thanks."""
    found = knowledge.entries.get(entry)
    return found is not None and found.topic == SMALLTALK


def entry_reply(knowledge: Knowledge, entry: Entry, language: str) -> Reply:
    """The answer with its sources; small talk has neither sources nor buttons."""
    paragraphs = _paragraphs(str(pick(entry.answer, language)))
    if entry.topic == SMALLTALK:
        return Reply(tuple(paragraphs), entry=entry.id, language=language)
    facts = facts_of(knowledge, entry.facts)
    checked = say("checked", language, date=written(entry.checked, language)) if entry.checked else ""
    if under := evidence(facts, language, checked):
        paragraphs.append(under)
    buttons = [
        (Button(title(knowledge, each, language), f"entry_{each}"),) for each in entry.related[:RELATED_SHOWN]
    ]
    last = []
    if (count := len(all_sources(facts))) > SHOWN:
        last.append(Button(say("more_sources", language, count=count), f"sources_{entry.id}"))
    if entry.contact or knowledge.programme.fallback_contact:
        last.append(Button(say("contact_button", language), f"ask_{entry.id}"))
    return Reply(
        tuple(paragraphs),
        (*buttons, tuple(last)) if last else tuple(buttons),
        entry=entry.id,
        language=language,
    )


def _paragraphs(answer: str) -> list[tuple[Text, ...]]:
    """A line is a paragraph, but what begins with a dot stands close under the line before it."""
    parts: list[list[tuple[Text, ...]]] = []
    for part in answer.split("\n"):
        if part.startswith(DOT) and parts:
            parts[-1].append(paragraph(part))
        elif part.strip():
            parts.append([paragraph(part)])
    return [block(lines) for lines in parts]


def sources_reply(knowledge: Knowledge, entry: Entry, language: str) -> Reply:
    """Every source of an entry, one a line."""
    heading = paragraph(
        Text(say("sources_title", language, title=title(knowledge, entry.id, language)), bold=True)
    )
    sources = all_sources(facts_of(knowledge, entry.facts))
    rows = [paragraph("• ", *full_name(source, language)) for source in sources]
    back = ((Button(say("back", language), f"entry_{entry.id}"),),)
    return Reply((heading, block(rows)), back, entry=entry.id, language=language)


def title(knowledge: Knowledge, entry: str, language: str) -> str:
    """What a button to the entry says: the first way of asking for it."""
    row = knowledge.entries[entry]
    return str(pick(row.questions, language)[0])
