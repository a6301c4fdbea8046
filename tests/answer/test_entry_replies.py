"""Entries as people read them: the answer, at most two sources, from when to when."""

from __future__ import annotations

import re

import pytest
from shipped import LANGUAGES, NOW, shipped

from bot.answer.compose import row_reply
from bot.answer.dialogue import Asker, show
from bot.answer.moments import written
from bot.answer.sources import evidence as evidence_of
from bot.answer.sources import facts_of
from bot.knowledge.dates import PartialDate
from bot.knowledge.model import Entry, Fact
from bot.reply import Reply, Text

SOURCE = {"en": ("Source: ", "Sources: "), "nb": ("Kilde: ", "Kilder: "), "nn": ("Kjelde: ", "Kjelder: ")}
SMALLTALK = "smalltalk"


def entries() -> list[Entry]:
    return [entry for entry in shipped().knowledge.entries.values() if entry.topic != SMALLTALK]


def reply_to(entry: Entry, language: str) -> Reply:
    return row_reply(shipped().knowledge, entry.id, language, NOW)


def evidence(reply: Reply) -> str:
    return "".join(span.text for span in reply.paragraphs[-1])


def links(reply: Reply) -> list[Text]:
    return [span for paragraph in reply.paragraphs for span in paragraph if span.link]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_stands_as_it_was_written_with_its_sources_under_it(language: str) -> None:
    for entry in entries():
        reply = reply_to(entry, language)
        answer = "\n\n".join(part for part in entry.answer[language].split("\n") if part.strip())
        answer = answer.replace("\n\n• ", "\n• ")  # a list stands close together
        assert reply.plain().startswith(answer), entry.id
        assert reply.language == language
        assert reply.entry == entry.id
        if entry.facts:
            assert evidence(reply).startswith(SOURCE[language]), entry.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_shows_from_when_to_when_its_facts_are_or_that_its_sources_have_none(language: str) -> None:
    for entry in entries():
        text = evidence(reply_to(entry, language))
        dates = [fact.as_of for fact in facts_of(shipped().knowledge, entry.facts) if fact.as_of]
        if dates:
            oldest, newest = (end(dates, key=lambda each: each.last) for end in (min, max))
            assert written(oldest, language) in text, entry.id
            if newest.first > oldest.last:
                assert written(newest, language) in text, entry.id
        elif entry.facts:
            undated = {"en": "undated", "nb": "udater", "nn": "udater"}[language]
            assert undated in text, entry.id
        if entry.checked:
            assert written(entry.checked, language) in text, entry.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_sources_are_shown_and_all_are_a_tap_away(language: str) -> None:
    for entry in entries():
        reply = reply_to(entry, language)
        facts = facts_of(shipped().knowledge, entry.facts)
        titles = {source.url or source.title: source.title for fact in facts for source in fact.sources}
        assert len(links(reply)) <= 2, entry.id
        more = show(shipped(), f"sources_{entry.id}", Asker(chosen=language), NOW)
        behind = [button for row in reply.buttons for button in row if button.data == f"sources_{entry.id}"]
        assert bool(behind) == (len(titles) > 2), entry.id
        assert more is not None
        if behind:
            assert str(len(titles)) in behind[0].label
            assert len(links(more)) == len(titles), entry.id
            assert more.entry == entry.id


def fact(as_of: str | None, *sources: dict[str, object]) -> Fact:
    row = {"id": "f", "statement": {"en": "It is so."}, "sources": sources, "as_of": as_of}
    return Fact.model_validate(row)


OLD = fact(
    "2014", {"title": "An old page", "publisher": {"en": "Ministry", "nn": "Departement"}, "date": "2014-06"}
)
MIDDLE = fact("2019", {"title": "Between", "publisher": {"en": "Somebody"}})
NEW = fact("2024-04", {"title": "First", "date": "2016"}, {"title": "Programme pages"})
UNDATED = fact(None, {"title": "A page"})
LATER = fact("2024-04", {"title": "B", "publisher": {"en": "Siva"}, "date": "2024-04-12"})


@pytest.mark.parametrize(
    ("facts", "language", "said"),
    [
        (
            [MIDDLE, NEW, OLD],
            "en",
            "Sources: Ministry (June 2014) and Programme pages. Information from 2014 to April 2024.",
        ),
        (
            [MIDDLE, NEW, OLD],
            "nb",
            "Kilder: Departement (juni 2014) og Programme pages. Opplysningene er fra 2014 til april 2024.",
        ),
        (
            [MIDDLE, NEW, OLD],
            "nn",
            "Kjelder: Departement (juni 2014) og Programme pages. Opplysningane er frå 2014 til april 2024.",
        ),
        ([MIDDLE], "en", "Source: Somebody. As of 2019."),
        (
            [NEW, fact("2024", {"title": "The year"})],
            "en",
            "Sources: Programme pages and The year. As of April 2024.",
        ),
        ([UNDATED], "en", "Source: A page. The source is undated."),
        ([UNDATED, fact(None, {"title": "B"})], "nb", "Kilder: A page og B. Kildene er udaterte."),
        ([MIDDLE, UNDATED], "en", "Sources: Somebody and A page. As of 2019. Some of it is undated."),
        (
            [MIDDLE, fact("2019", {"title": "Other", "publisher": {"en": "Somebody"}})],
            "en",
            "Sources: Somebody and one more page. As of 2019.",
        ),
        (
            [fact("2022", {"title": "A", "publisher": {"en": "Siva"}, "date": "2022"}), LATER],
            "nb",
            "Kilder: Siva (2022) og én side til (april 2024).",
        ),
    ],
)
def test_the_sources_of_the_oldest_and_the_newest_fact_are_named(
    facts: list[Fact], language: str, said: str
) -> None:
    assert "".join(span.text for span in evidence_of(facts, language)) == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_leads_to_somebody_to_ask(language: str) -> None:
    for entry in entries():
        reply = show(shipped(), f"ask_{entry.id}", Asker(chosen=language), NOW)
        assert reply is not None
        assert reply.entry is not None and reply.entry.startswith("contact:"), entry.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_small_talk_has_neither_sources_nor_buttons(language: str) -> None:
    for entry in shipped().knowledge.entries.values():
        if entry.topic == SMALLTALK:
            reply = reply_to(entry, language)
            assert reply.buttons == ()
            assert not links(reply)
            assert reply.plain() == entry.answer[language].strip()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_answer_says_that_somebody_leads_something_today(language: str) -> None:
    today = {
        "en": r"\b(currently|is now|now leads|today leads)\b",
        "nb": r"\b(leder nå|er nå leder|leder i dag|for tiden)\b",
        "nn": r"\b(leier no|er no leiar|leiar i dag|for tida)\b",
    }[language]
    for entry in entries():
        assert not re.search(today, entry.answer[language], re.IGNORECASE), entry.id


@pytest.mark.parametrize(
    ("date", "en", "nb", "nn"),
    [
        ("2014-06-18", "18 June 2014", "18. juni 2014", "18. juni 2014"),
        ("2019-03", "March 2019", "mars 2019", "mars 2019"),
        ("2016", "2016", "2016", "2016"),
        ("2024-06-21T16:00", "21 June 2024, 16:00", "21. juni 2024 kl. 16.00", "21. juni 2024 kl. 16.00"),
        ("2026-12-01", "1 December 2026", "1. desember 2026", "1. desember 2026"),
    ],
)
def test_a_date_is_written_as_exactly_as_it_is_known_in_the_readers_language(
    date: str, en: str, nb: str, nn: str
) -> None:
    moment = PartialDate.parse(date)

    assert [written(moment, language) for language in LANGUAGES] == [en, nb, nn]
