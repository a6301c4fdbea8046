"""What `check` tells editors: one rule, one test."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from bases import Base

from bot.knowledge.check import LONGEST_TEXT, findings
from bot.knowledge.load import load

TODAY = date(2026, 11, 23)
PROGRAMME = """\
languages: [en, nb]
fallback_contact: desk
topics:
  - {id: visiting, name: {en: Visiting, nb: Besøk}}
"""
ENTRY = """\
  - id: ID
    questions:
      en: [when is it open ID, opening hours ID, ID hours]
      nb: [når er det åpent ID, åpningstider ID, ID tider]
    answer: {en: From nine., nb: Fra ni.}
"""
OPENING = ENTRY.replace("ID", "opening") + "    facts: [hours]\n"
FACT = "  - {id: hours, statement: Open from nine., sources: [{title: The door}]}\n".replace(
    "Open from nine.", "{en: Open from nine., nb: Åpent fra ni.}"
)
DESK = """\
  - id: desk
    organisation: Museum
    role: {en: Front desk, nb: Skranken}
    email: desk@museum.example
    sources: [{title: The door}]
"""
PERSON = """\
  - id: ana
    name: Ana
    organisation: Museum
    role: {en: Guide, nb: Omviser}
    sources: [{title: The door}]
"""
CLUSTER = """\
clusters:
  - id: harbour
    name: Harbour
    summary: {en: Ships., nb: Skip.}
    sources: [{title: The door}]
"""
EVENT = """\
events:
  - id: night
    title: {en: Night, nb: Natt}
    text: {en: Open late., nb: Sent åpent.}
"""


@pytest.fixture
def tidy(empty_base: Base) -> Base:
    """A base in which there is nothing to mend."""
    empty_base.write("programme.yaml", PROGRAMME)
    empty_base.write("answers/visiting.yaml", "answers:\n" + OPENING)
    empty_base.write("facts.yaml", "facts:\n" + FACT)
    empty_base.write("contacts.yaml", "contacts:\n" + DESK)
    return empty_base


def found(base: Base) -> list[str]:
    return [str(problem) for problem in findings(base.load(), TODAY)]


def add(base: Base, text: str, to: str = "answers/visiting.yaml") -> None:
    path = base.folder / to
    path.write_text(path.read_text("utf-8") + text, "utf-8")


def change(base: Base, old: str, new: str, of: str = "answers/visiting.yaml") -> None:
    path = base.folder / of
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_a_tidy_base_needs_nothing(tidy: Base) -> None:
    assert found(tidy) == []


def test_the_shipped_base_needs_nothing() -> None:
    knowledge = load(Path(__file__).parents[2] / "knowledge")

    assert [str(problem) for problem in findings(knowledge, TODAY)] == []


def test_the_same_question_in_two_entries_is_found_whatever_its_case_and_signs(tidy: Base) -> None:
    add(tidy, ENTRY.replace("ID", "late") + "    facts: [hours]\n")
    change(tidy, "late hours", '"  WHEN is it -- open, OPENING?! "')

    assert found(tidy) == [
        "knowledge/answers/visiting.yaml:9: entry 'late': 'WHEN is it -- open, OPENING?!' is also asked in "
        "entry 'opening' (knowledge/answers/visiting.yaml:2); keep it in one of them"
    ]


def test_the_same_question_in_two_languages_of_two_entries_is_found(tidy: Base) -> None:
    add(tidy, ENTRY.replace("ID", "late") + "    facts: [hours]\n")
    change(tidy, "late tider", "opening hours")

    assert found(tidy) == [
        "knowledge/answers/visiting.yaml:9: entry 'late': 'opening hours' is also asked in entry 'opening' "
        "(knowledge/answers/visiting.yaml:2); keep it in one of them"
    ]


def test_an_entry_may_be_asked_alike_in_two_languages(tidy: Base) -> None:
    change(tidy, "opening tider", "opening hours")

    assert found(tidy) == []


def test_an_answer_or_question_without_translation_is_found(tidy: Base) -> None:
    change(tidy, ", nb: Fra ni.", "")
    change(tidy, "      nb: [når er det åpent opening, åpningstider opening, opening tider]\n", "")

    assert found(tidy) == [
        "knowledge/answers/visiting.yaml:3: entry 'opening': 'questions' is missing in nb; write it",
        "knowledge/answers/visiting.yaml:5: entry 'opening': 'answer' is missing in nb; write it",
    ]


def test_other_texts_without_translation_are_found(tidy: Base) -> None:
    change(tidy, ", nb: Besøk", "", of="programme.yaml")
    change(tidy, ", nb: Skranken", "", of="contacts.yaml")

    assert found(tidy) == [
        "knowledge/contacts.yaml:4: contact 'desk': 'role' is missing in nb; write it",
        "knowledge/programme.yaml:4: topic 'visiting': 'name' is missing in nb; write it",
    ]


def test_fewer_than_three_ways_of_asking_are_too_few(tidy: Base) -> None:
    change(tidy, ", opening hours opening, opening hours", "")

    assert found(tidy) == [
        "knowledge/answers/visiting.yaml:3: entry 'opening': 1 way of asking in en; write at least 3"
    ]


@pytest.mark.parametrize(("length", "findings_wanted"), [(48, 0), (49, 1)])
def test_the_title_of_a_button_has_at_most_48_characters(
    tidy: Base, length: int, findings_wanted: int
) -> None:
    change(tidy, "[når er det åpent opening", f"[{'å' * length}")

    assert (
        found(tidy)
        == [
            "knowledge/answers/visiting.yaml:3: entry 'opening': the first question in nb is a button's "
            "title and has 49 characters; put one of at most 48 first"
        ][:findings_wanted]
    )


def test_a_text_that_does_not_fit_a_message_is_found_by_telegrams_count(tidy: Base) -> None:
    change(tidy, "From nine.", "\U0001f600" * (LONGEST_TEXT // 2 - 1) + "ab")
    assert found(tidy) == []

    change(tidy, "nb: Fra ni.", f"nb: {'å' * (LONGEST_TEXT - 1)}\U0001f600")
    assert found(tidy) == [
        "knowledge/answers/visiting.yaml:6: entry 'opening': 'answer' in nb has 3501 characters and does not "
        "fit one message; shorten it to 3500"
    ]


def test_a_fact_past_its_review_date_is_found_the_day_after(tidy: Base) -> None:
    change(tidy, "{id: hours,", f"{{id: hours, review_by: {TODAY},", of="facts.yaml")
    assert found(tidy) == []

    change(tidy, str(TODAY), "2026-11-22", of="facts.yaml")
    assert found(tidy) == [
        "knowledge/facts.yaml:2: fact 'hours': was to be reviewed by 2026-11-22; "
        "look at its sources and set a new date"
    ]


def test_a_fact_that_nothing_uses_is_found(tidy: Base) -> None:
    add(tidy, FACT.replace("hours", "price"), to="facts.yaml")

    assert found(tidy) == [
        "knowledge/facts.yaml:3: fact 'price': no answer or row uses it; add its id to the facts of one, "
        "or delete it"
    ]


@pytest.mark.parametrize(("file", "rows"), [("clusters", CLUSTER), ("events", EVENT + "    start: 2026\n")])
def test_a_fact_of_a_row_is_used(tidy: Base, file: str, rows: str) -> None:
    add(tidy, FACT.replace("hours", "price"), to="facts.yaml")
    tidy.write(f"{file}.yaml", rows + "    facts: [price]\n")

    assert found(tidy) == []


def test_an_entry_without_facts_is_found_unless_somebody_looked(tidy: Base) -> None:
    add(tidy, ENTRY.replace("ID", "price"))
    assert found(tidy) == [
        "knowledge/answers/visiting.yaml:8: entry 'price': has no facts, so its answer shows no source; "
        "add facts, or checked: with the day you looked"
    ]

    add(tidy, "    checked: 2026-11-01\n")
    assert found(tidy) == []


def test_small_talk_needs_neither_facts_nor_a_topic(tidy: Base) -> None:
    tidy.write("answers/smalltalk.yaml", "answers:\n" + ENTRY.replace("ID", "hello"))

    assert found(tidy) == []


def test_a_cluster_or_contact_without_sources_is_found(tidy: Base) -> None:
    change(tidy, "    sources: [{title: The door}]\n", "", of="contacts.yaml")
    tidy.write("clusters.yaml", CLUSTER.replace("    sources: [{title: The door}]\n", "    sources: []\n"))

    assert found(tidy) == [
        "knowledge/clusters.yaml:5: cluster 'harbour': has no sources; add where it was read",
        "knowledge/contacts.yaml:2: contact 'desk': has no sources; add where it was read",
    ]


def test_a_figure_without_facts_is_found(tidy: Base) -> None:
    tidy.write("clusters.yaml", CLUSTER + "    figures: {fee: {text: nothing}}\n")

    assert found(tidy) == [
        "knowledge/clusters.yaml:6: cluster 'harbour': 'fee' under figures has no facts; "
        "add them, or its answer shows the row's sources"
    ]


def test_a_person_is_reached_by_their_own_their_clusters_or_the_fallbacks_address(tidy: Base) -> None:
    said = "knowledge/contacts.yaml:8: contact 'ana': nobody can reach the organisation; "
    change(tidy, "    email: desk@museum.example\n", "", of="contacts.yaml")
    add(tidy, PERSON, to="contacts.yaml")
    said = said.replace(":8:", ":7:")
    assert [problem[: len(said)] for problem in found(tidy)] == [said]

    tidy.write("clusters.yaml", CLUSTER + "    website: https://harbour.example\n")
    add(tidy, "    clusters: [harbour]\n", to="contacts.yaml")
    assert found(tidy) == []

    change(tidy, "    clusters: [harbour]\n", "    phone: +47 22 03 70 00\n", of="contacts.yaml")
    assert found(tidy) == []

    change(tidy, "    phone: +47 22 03 70 00\n", "", of="contacts.yaml")
    change(
        tidy,
        "    organisation: Museum\n",
        "    organisation: Museum\n    web: https://m.example\n",
        "contacts.yaml",
    )
    assert found(tidy) == []


def test_a_fallback_who_has_left_reaches_nobody(tidy: Base) -> None:
    add(tidy, "    former: true\n" + PERSON, to="contacts.yaml")

    assert [problem.split(";")[0] for problem in found(tidy)] == [
        "knowledge/contacts.yaml:9: contact 'ana': nobody can reach the organisation",
        "knowledge/programme.yaml:2: fallback_contact 'desk' is away or has left",
    ]


@pytest.mark.parametrize("away", ["valid_to: 2026-11-22", "away_until: 2026-12-01"])
def test_who_is_away_or_has_left_needs_a_deputy_who_is_there(tidy: Base, away: str) -> None:
    add(tidy, f"{PERSON}    {away}\n", to="contacts.yaml")
    assert found(tidy) == [
        "knowledge/contacts.yaml:12: contact 'ana': is away or has left, and has no deputy; name one, "
        "or mark the row former: true"
    ]

    add(tidy, "    deputy: ben\n" + PERSON.replace("ana", "ben").replace("Ana", "Ben"), to="contacts.yaml")
    assert found(tidy) == []

    add(tidy, "    former: true\n", to="contacts.yaml")
    assert found(tidy) == [
        "knowledge/contacts.yaml:13: contact 'ana': is away or has left, and so is the deputy 'ben'; "
        "name another"
    ]


@pytest.mark.parametrize("there", ["valid_to: 2026-11-23", "away_until: 2026-11-23", "former: true"])
def test_who_is_there_or_was_marked_as_former_needs_no_deputy(tidy: Base, there: str) -> None:
    add(tidy, f"{PERSON}    {there}\n", to="contacts.yaml")

    assert found(tidy) == []


def test_a_base_without_a_fallback_contact_is_told_to_name_one(tidy: Base) -> None:
    change(tidy, "fallback_contact: desk\n", "", of="programme.yaml")

    assert found(tidy) == [
        "knowledge/programme.yaml: fallback_contact is missing; "
        "name the contact for questions without an answer"
    ]


def test_a_fallback_contact_who_has_left_is_found(tidy: Base) -> None:
    add(tidy, "    former: true\n", to="contacts.yaml")

    assert found(tidy) == [
        "knowledge/programme.yaml:2: fallback_contact 'desk' is away or has left; name another"
    ]


def test_a_topic_without_answers_is_found(tidy: Base) -> None:
    add(tidy, "  - {id: food, name: {en: Food, nb: Mat}}\n", to="programme.yaml")

    assert found(tidy) == [
        "knowledge/programme.yaml:5: topic 'food': has no answers; write answers/food.yaml, "
        "or delete the topic"
    ]


def test_an_answer_that_no_menu_leads_to_is_found(tidy: Base) -> None:
    tidy.write("answers/food.yaml", "answers:\n" + ENTRY.replace("ID", "menu") + "    facts: [hours]\n")

    assert found(tidy) == [
        "knowledge/answers/food.yaml:2: entry 'menu': its topic 'food' is not in programme.yaml, "
        "so no menu leads to it; add the topic"
    ]


def test_a_base_without_topics_has_no_menu_to_be_missing_from(tidy: Base) -> None:
    tidy.write("programme.yaml", "languages: [en, nb]\nfallback_contact: desk\n")

    assert found(tidy) == []


@pytest.mark.parametrize(
    ("start", "end", "wrong"),
    [
        ("2026-09-05", "2026-09-04", True),
        ("2026-09-05T16:00", "2026-09-05T15:59", True),
        ("2026-09", "2026-08", True),
        ("2026-09-05", "2026-09-05", False),
        ("2026-09-05T16:00", "2026-09-05", False),
        ("2026-09-05T16:00", "2026-09-05T16:00", False),
        ("2026-09-05", "2026-09", False),
    ],
)
def test_an_event_that_ends_before_it_starts_is_refused(
    tidy: Base, start: str, end: str, wrong: bool
) -> None:
    tidy.write("events.yaml", f"{EVENT}    start: {start}\n    end: {end}\n")

    assert (
        tidy.problems()
        == [
            f"knowledge/events.yaml:6: event 'night': it ends ({end}) before it starts ({start}); "
            "put 'start' or 'end' right"
        ][: int(wrong)]
    )


@pytest.mark.parametrize("markup", ["<b>nine</b>", "<br/>", "&nbsp;", '<a href="https://a.example">'])
def test_markup_that_people_would_see_is_found(tidy: Base, markup: str) -> None:
    change(tidy, "en: From nine.", f"en: 'From {markup}.'")

    (problem,) = found(tidy)
    assert problem.startswith(
        "knowledge/answers/visiting.yaml:6: entry 'opening': 'answer' in en holds '" + markup[:3]
    )


@pytest.mark.parametrize("text", ["a < b", "1 <2> 3", "R&D", "x <- y -> z", "<3"])
def test_signs_that_are_no_markup_are_left_alone(tidy: Base, text: str) -> None:
    change(tidy, "en: From nine.", f"en: '{text}'")

    assert found(tidy) == []


@pytest.mark.parametrize(
    ("fields", "finding"),
    [
        ("start: 2026-09-05\n    opens: 2026-08-01", "only a deadline opens"),
        (
            "kind: deadline\n    start: 2026-09-05\n    opens: 2026-10-01",
            "opens (2026-10-01) after it closes",
        ),
        ("start: 2026-09-05\n    announce_at: 2026-09-06", "is announced (2026-09-06) after it starts"),
        ("start: 2026-09\n    rrule: FREQ=WEEKLY", "what repeats needs the day"),
        ("start: 2026-09-05\n    rrule: FREQ=WEEKLY;BYDAY=MO", "is not one of its days"),
        ("start: 2026-09\n    reminders: [1 day]", "nobody can be reminded of '2026-09'"),
    ],
)
def test_times_of_an_event_that_do_not_go_together_are_found(tidy: Base, fields: str, finding: str) -> None:
    tidy.write("events.yaml", f"{EVENT}    {fields}\n".replace("    kind: event\n", ""))

    (line,) = found(tidy)
    assert finding in line


def test_times_of_an_event_that_go_together_are_not_mentioned(tidy: Base) -> None:
    times = ("start: 2026-09-07", "rrule: FREQ=WEEKLY;BYDAY=MO", "reminders: [1 day, 2 hours]")
    fields = "\n    ".join((*times, "announce_at: 2026-09-01T09:00"))
    tidy.write("events.yaml", f"{EVENT}    {fields}\n")

    assert found(tidy) == []
