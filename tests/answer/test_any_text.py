"""Any text at all gets a reply, and how it is typed does not change which."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shipped import LANGUAGES, NOW, shipped

from bot.answer.dialogue import Asker, respond, show, subject, suggest
from bot.reply import Reply

TYPED = """
who leads its website NODE GCE cluster clusters klynger i Bergen på Møre helse hvem leder kven leier when next
week in 9999 years 31 april 12.3. event arrangement siste and what about the og for contact phone private
salary Owe Hagesæther Reve søkje frist medlemskap ? , . 2018 % æøå Å - / & @klyngebot
"""
LAST = ("cluster:gce-node", "contact:reve", "cluster:gone", "apply-how", "list:health...", "list:", "-", "#")

anything = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(TYPED.split()), max_size=12).map(" ".join),
    st.lists(st.one_of(st.sampled_from(TYPED.split()), st.text(max_size=8)), max_size=12).map(" ".join),
)
askers = st.builds(
    Asker,
    chosen=st.sampled_from([None, *LANGUAGES, "xx"]),
    client=st.sampled_from([None, "nb", "nn-NO", "de", "", "-"]),
    last_entry=st.sampled_from([None, "", *LAST]),
    last_at=st.sampled_from([None, NOW, NOW - timedelta(minutes=3), NOW + timedelta(days=1)]),
)

phrasings = st.sampled_from(
    [
        (text, language)
        for entry in shipped().knowledge.entries.values()
        if entry.topic != "smalltalk"
        for language, texts in entry.questions.items()
        for text in texts
    ]
)
# in front of a question they say nothing; "hello" by itself is a question of its own
GREETINGS = {
    "en": ("hi, ", "Hello! ", "hey "),
    "nb": ("hei, ", "Hallo! ", "hei "),
    "nn": ("hei, ", "God dag! ", "hei "),
}


def reply_to(text: str, language: str = "en") -> Reply:
    return respond(shipped(), text, Asker(chosen=language), NOW)


@settings(max_examples=400, deadline=None)
@given(text=anything, asker=askers)
def test_any_text_gets_a_reply_in_one_of_our_languages(text: str, asker: Asker) -> None:
    reply = respond(shipped(), text, asker, NOW)

    assert reply.plain().strip()
    assert reply.language in LANGUAGES
    assert isinstance(subject(reply), str)


@settings(max_examples=100, deadline=None)
@given(text=anything, asker=askers)
def test_any_text_may_be_typed_inline(text: str, asker: Asker) -> None:
    results = suggest(shipped(), text, asker, NOW)

    assert len({each.id for each in results}) == len(results)
    for each in results:
        assert 0 < len(each.id.encode()) <= 64
        assert each.title and each.reply.plain()


@settings(max_examples=200, deadline=None)
@given(data=st.text(max_size=64), asker=askers)
def test_any_data_of_a_button_leads_somewhere_or_nowhere(data: str, asker: Asker) -> None:
    for prefix in ("", "entry_", "cluster_", "find_", "topic_", "by_", "people_", "cluster_gce-node^"):
        shown = show(shipped(), prefix + data, asker, NOW)
        assert shown is None or shown.plain()


@pytest.mark.parametrize(
    "text", ["events in 9999 years", "arrangement om 9000 år", "next event 31.02.", "9999-12-31 event"]
)
def test_a_time_that_no_calendar_has_gets_a_reply(text: str) -> None:
    assert reply_to(text).plain()


@pytest.mark.parametrize(
    "text", ["\ud83d klynge", "a\x00b", "GCE\u202eNODE", "𝐆𝐂𝐄 𝐍𝐎𝐃𝐄", "ﬁ ﬂ ǆ", "é" * 500, "1" * 300]
)
def test_text_that_no_keyboard_types_gets_a_reply(text: str) -> None:
    assert reply_to(text).plain()


@settings(max_examples=300, deadline=None)
@given(asked=phrasings)
def test_capitals_spaces_and_the_question_mark_do_not_change_the_answer(asked: tuple[str, str]) -> None:
    text, language = asked
    wanted = reply_to(text, language).entry

    assert reply_to(text.upper(), language).entry == wanted
    assert reply_to(text.lower(), language).entry == wanted
    assert reply_to("  " + "   ".join(text.split()) + " \n", language).entry == wanted
    assert reply_to(text.rstrip("?!. "), language).entry == wanted
    assert reply_to(text.rstrip("?!. ") + "???", language).entry == wanted


@settings(max_examples=200, deadline=None)
@given(asked=phrasings, data=st.data())
def test_a_greeting_in_front_does_not_change_the_answer(asked: tuple[str, str], data: st.DataObject) -> None:
    text, language = asked
    greeting = data.draw(st.sampled_from(GREETINGS[language]))

    assert reply_to(greeting + text, language).entry == reply_to(text, language).entry


@settings(max_examples=200, deadline=None)
@given(asked=phrasings)
def test_the_same_question_gets_the_same_answer(asked: tuple[str, str]) -> None:
    text, language = asked

    assert reply_to(text, language) == reply_to(text, language)


def test_a_phrasing_of_one_language_is_answered_in_it_whatever_language_the_menus_have() -> None:
    spoken: defaultdict[str, set[str]] = defaultdict(set)
    for entry in shipped().knowledge.entries.values():
        for language, texts in entry.questions.items():
            for text in texts if entry.topic != "smalltalk" else ():
                spoken[" ".join(re.findall(r"\w+", text.casefold()))].add(language)
    right = [
        reply_to(text, "nn" if language != "nn" else "en").language == language
        for text, languages in spoken.items()
        if len(languages) == 1
        for language in languages
    ]

    assert len(right) > 1500
    assert sum(right) / len(right) >= 0.98
