"""Where an answer was read, and from when: two sources in one line, the others in a list behind a button."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.answer.moments import written
from bot.answer.texts import say
from bot.knowledge.dates import PartialDate
from bot.knowledge.model import Fact, Knowledge, Source, pick
from bot.reply import Text

SHOWN = 2


def facts_of(knowledge: Knowledge, ids: Iterable[str]) -> tuple[Fact, ...]:
    """The facts with these ids, in their order."""
    return tuple(knowledge.facts[each] for each in ids)


def evidence(facts: Sequence[Fact], language: str, more: str = "") -> tuple[Text, ...]:
    """The line under an answer: sources of its oldest and newest fact, from when to when, then `more`."""
    tails = [dated(facts, language), more]
    return sources_line(all_sources(facts), language, " ".join(tail for tail in tails if tail))


def sources_line(sources: Sequence[Source], language: str, tail: str) -> tuple[Text, ...]:
    """`Sources: Siva (April 2024) and GCE NODE. As of 2019.`: the first two, linked, and what `tail` says."""
    spans: list[Text] = []
    shown = sources[:SHOWN]
    if shown:
        spans.append(Text(say("source_one" if len(sources) == 1 else "source_many", language), italic=True))
    names = [_short(source, language) for source in shown]
    if len({_body(source, language) for source in shown}) < len(shown):  # two pages of one publisher
        names[1] = _another(shown[0], shown[1], language)
    for number, (name, source) in enumerate(zip(names, shown, strict=True)):
        spans += [Text(say("source_and", language))] if number else []
        spans.append(Text(name, link=source.url))
    if spans:
        spans.append(Text(f". {tail}".rstrip(), italic=True))
    elif tail:
        spans.append(Text(tail, italic=True))
    return tuple(spans)


def all_sources(facts: Sequence[Fact]) -> tuple[Source, ...]:
    """Each source once: of the oldest and the newest fact, then each fact's main one, then the others."""
    ends = _ends(facts)
    ranked = [_main(fact) for fact in (*ends, *facts)] if len(ends) > 1 else [_main(fact) for fact in facts]
    most = max((len(fact.sources) for fact in facts), default=0)
    ranked += [fact.sources[n] for n in range(most) for fact in facts if n < len(fact.sources)]
    found: dict[str, Source] = {}
    for source in ranked:
        found.setdefault(source.url or source.title, source)
    return tuple(found.values())


def dated(facts: Sequence[Fact], language: str) -> str:
    """`As of 2019.`, `Information from 2014 to April 2024.`; that a part has no date, or nothing has one."""
    if not facts:
        return ""
    ends = _ends(facts)
    if not ends:
        return say("undated" if len(all_sources(facts)) == 1 else "undated_many", language)
    told = as_of([fact.as_of for fact in ends if fact.as_of], all_sources(facts), language)
    partly = any(fact.as_of is None for fact in facts)
    return f"{told} {say('partly_undated', language)}".lstrip() if partly else told


def as_of(dates: Sequence[PartialDate], sources: Sequence[Source], language: str) -> str:
    """From when to when, of one date or two; "" where the sources that are named say just that."""
    named = {_month(source.date, language) for source in sources[:SHOWN] if source.date}
    told = [written(each, language) for each in dates]
    if named == set(told):
        return ""
    if len(told) == 1:
        return say("as_of", language, date=told[0])
    return say("from_to", language, first=told[0], last=told[1])


def full_name(source: Source, language: str) -> tuple[Text, ...]:
    """`Opptak av nye klynger (Siva, April 2024)`, its title linked."""
    beside = [str(pick(source.publisher, language))] if source.publisher else []
    beside += [written(source.date, language)] if source.date else []
    title = Text(source.title, link=source.url)
    return (title, Text(f" ({', '.join(beside)})")) if beside else (title,)


def _ends(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """The oldest dated fact, and the newest where it is certainly newer; of equals the first."""
    known = [(fact.as_of, fact) for fact in facts if fact.as_of]
    if not known:
        return ()
    first, oldest = min(known, key=lambda each: each[0].last)
    last, newest = max(known, key=lambda each: each[0].last)
    return (oldest, newest) if last.first > first.last else (oldest,)


def _main(fact: Fact) -> Source:
    """The source that gives a fact its date: of that time, else one that carries no date, else the first."""
    when = fact.as_of
    if when:
        for source in fact.sources:
            if source.date and source.date.first <= when.last and when.first <= source.date.last:
                return source
    undated = (source for source in fact.sources if source.date is None)
    return next(undated, fact.sources[0]) if when else fact.sources[0]


def _short(source: Source, language: str) -> str:
    """`Siva (April 2024)`: who published it and in which month, or what it is called."""
    name = _body(source, language)
    return f"{name} ({_month(source.date, language)})" if source.date else name


def _body(source: Source, language: str) -> str:
    return str(pick(source.publisher, language)) if source.publisher else source.title


def _another(first: Source, second: Source, language: str) -> str:
    """A second page of the body just named: `one more page`, and its month where that is another one."""
    another = say("source_another", language)
    month = _month(second.date, language) if second.date else ""
    if not month or (first.date and month == _month(first.date, language)):
        return another
    return f"{another} ({month})"


def _month(moment: PartialDate, language: str) -> str:
    return written(PartialDate(moment.year, moment.month), language)
