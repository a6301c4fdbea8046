"""What editors may write, and what they are told when they write something else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from bases import SMALLEST, Base

from bot.errors import KnowledgeError
from bot.knowledge.dates import PartialDate
from bot.knowledge.load import load
from bot.knowledge.references import did_you_mean
from bot.knowledge.rows import MAX_PROBLEMS

SHIPPED = Path(__file__).parents[2] / "knowledge"

TWO_LANGUAGES = """\
name: The town museum
languages: [en, nb]
fallback_contact: desk
topics:
  - {id: visiting, name: {en: Visiting, nb: Besøk}}
"""
DESK = """\
contacts:
  - id: desk
    organisation: Town museum
    role: {en: Front desk, nb: Skranken}
    email: desk@museum.example
"""


def test_the_smallest_base_is_one_file_with_plain_lists_and_plain_texts(base: Base) -> None:
    knowledge = base.load()

    entry = knowledge.entries["opening"]
    assert entry.questions == {"en": ("When are you open", "opening hours")}
    assert entry.answer == {"en": "Every day from nine to four."}
    assert entry.topic == "visiting"  # the name of the file
    assert knowledge.languages == ("en",)
    assert knowledge.facts == {}


def test_plain_texts_are_in_the_first_language_of_the_programme(base: Base) -> None:
    base.write("programme.yaml", "languages: [nn]\n")

    assert list(base.load().entries["opening"].answer) == ["nn"]


def test_a_base_without_a_programme_has_the_languages_of_its_answers(empty_base: Base) -> None:
    empty_base.write(
        "answers/a.yaml", "answers:\n- {id: a, questions: {nn: [x], en: [y]}, answer: {nn: z}}\n"
    )

    assert empty_base.load().languages == ("nn", "en")


def test_entries_stand_in_the_order_of_file_names_and_then_of_the_file(base: Base) -> None:
    base.write("answers/a.yml", SMALLEST.replace("opening", "z") + SMALLEST.split("\n", 1)[1])
    base.write("answers/visiting.yaml", SMALLEST.replace("opening", "b"))

    assert list(base.load().entries) == ["z", "opening", "b"]


def test_a_folder_without_answers_is_told_to_write_one(empty_base: Base) -> None:
    assert empty_base.problem() == "knowledge/answers: holds no answers; write at least one"


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="nowhere: is not a folder; give the knowledge folder"):
        load(tmp_path / "nowhere")


def test_all_problems_are_listed_at_once_with_file_line_and_row(base: Base) -> None:
    base.write("programme.yaml", TWO_LANGUAGES)
    base.write("contacts.yaml", DESK + "    phone: 22 03 70 00\n")
    base.write(
        "answers/visiting.yaml",
        "answers:\n"
        "  - id: Opening Hours\n"
        "    questions: [when]\n"
        "    answer: nine\n"
        "  - id: tickets\n"
        "    question: {en: [price]}\n"
        "    answer: {de: zehn}\n"
        "  - questions: [x]\n"
        "    answer: {en: [y]}\n",
    )

    assert base.problems() == [
        "knowledge/answers/visiting.yaml:2: entry 'Opening Hours': 'id': 'Opening Hours' is no id; "
        "use small letters a-z, digits and single hyphens",
        "knowledge/answers/visiting.yaml:5: entry 'tickets': 'questions' is missing",
        "knowledge/answers/visiting.yaml:6: entry 'tickets': 'question' is not a field here; "
        "did you mean 'questions'?",
        "knowledge/answers/visiting.yaml:7: entry 'tickets': 'answer': 'de' is not one of the languages of "
        "programme.yaml: en, nb",
        "knowledge/answers/visiting.yaml:8: entry number 3: 'id' is missing",
        "knowledge/answers/visiting.yaml:9: entry number 3: 'en': a text is expected here",
        "knowledge/contacts.yaml:6: contact 'desk': 'phone': '22 03 70 00' is not a phone number; "
        "write it as +47 22 03 70 00",
    ]


@pytest.mark.parametrize(
    ("rest", "line", "said"),
    [
        ("contact: nobody", 5, "contact 'nobody' does not exist"),
        ("contact: dsek", 5, "contact 'dsek' does not exist; did you mean 'desk'?"),
        ("related:\n      - openning", 5, "entry 'openning' does not exist; did you mean 'opening'?"),
        ("topic: x\n    facts: [hours]", 6, "fact 'hours' does not exist"),
    ],
)
def test_an_id_that_names_nothing_is_reported_at_its_field(
    base: Base, rest: str, line: int, said: str
) -> None:
    base.write("contacts.yaml", DESK.replace("{en: Front desk, nb: Skranken}", "Front desk"))
    base.write("answers/visiting.yaml", f"{SMALLEST}    {rest}\n")

    assert base.problem() == f"knowledge/answers/visiting.yaml:{line}: entry 'opening': {said}"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "levels: [{id: gold, name: Gold}]\nfallback_contact: desk",
            "2: setting 'fallback_contact': contact",
        ),
        ("regions:\n- id: west\n  name: West\n  covers: [bergen]", "4: region 'west': region 'bergen'"),
        ("places:\n- name: Bergen\n  region: west", "3: place 'Bergen': region 'west'"),
    ],
)
def test_an_id_that_names_nothing_in_the_programme_is_reported_at_its_line(
    base: Base, line: str, said: str
) -> None:
    base.write("programme.yaml", line)

    assert base.problem().startswith(f"knowledge/programme.yaml:{said}")


def test_rows_of_all_tables_name_only_what_exists(base: Base) -> None:
    base.write(
        "clusters.yaml",
        "clusters:\n"
        "- {id: c, name: C, summary: s, level: l1, regions: [r1], themes: [t1], leader: p1, facts: [f1],\n"
        "   level_history: [{level: l2}], figures: {fee: {text: free, facts: [f3]}}}\n",
    )
    base.write(
        "contacts.yaml",
        "contacts:\n"
        "- {id: p, organisation: O, role: r, clusters: [c1], topics: [t], deputy: p2, regions: [r2]}\n",
    )
    base.write(
        "events.yaml",
        "events:\n"
        "- {id: e, title: t, text: x, start: 2024, contact: p3, clusters: [c2], topics: [t2], facts: [f2]}\n",
    )

    named = {problem.split(" does not exist")[0].rsplit(": ", 1)[1] for problem in base.problems()}
    assert named == {
        *("level 'l1'", "region 'r1'", "theme 't1'", "contact 'p1'", "fact 'f1'", "level 'l2'", "fact 'f3'"),
        *("cluster 'c1'", "topic 't'", "contact 'p2'", "region 'r2'"),
        *("contact 'p3'", "cluster 'c2'", "topic 't2'", "fact 'f2'"),
    }


def test_an_id_is_used_once_in_all_files(base: Base) -> None:
    base.write("answers/zoo.yaml", "\n" + SMALLEST)

    assert base.problem() == (
        "knowledge/answers/zoo.yaml:3: entry 'opening': the id is taken, "
        "in knowledge/answers/visiting.yaml:2; give it another"
    )


def test_an_id_is_used_once_in_a_file(base: Base) -> None:
    base.write("answers/visiting.yaml", SMALLEST + SMALLEST.split("\n", 1)[1])

    assert base.problem() == (
        "knowledge/answers/visiting.yaml:5: entry 'opening': the id is taken, "
        "in knowledge/answers/visiting.yaml:2; give it another"
    )


def test_an_id_is_used_once_among_the_topics(base: Base) -> None:
    base.write("programme.yaml", "topics:\n- {id: a, name: A}\n- {id: a, name: B}\n")

    assert base.problem() == (
        "knowledge/programme.yaml:3: topic 'a': the id is taken, "
        "in knowledge/programme.yaml:2; give it another"
    )


def test_an_entry_and_a_contact_may_share_an_id(base: Base) -> None:
    base.write("contacts.yaml", "contacts:\n- {id: opening, organisation: O, role: r}\n")

    assert base.problems() == []


def test_a_file_that_is_not_part_of_the_base_is_an_error(base: Base) -> None:
    base.write("contact.yaml", "contacts: []\n")

    assert base.problem() == (
        "knowledge/contact.yaml: is not a file of the knowledge base; did you mean 'contacts.yaml'?; "
        "answers belong in answers/"
    )


def test_the_name_of_an_answers_file_is_a_topic(base: Base) -> None:
    base.write("answers/How to apply.yaml", SMALLEST.replace("opening", "apply"))

    assert base.problem() == (
        "knowledge/answers/How to apply.yaml: its name is the topic of its answers; "
        "use small letters a-z, digits and single hyphens"
    )


def test_an_unknown_field_inside_a_row_is_compared_with_the_fields_there(base: Base) -> None:
    base.write(
        "facts.yaml",
        "facts:\n- id: f\n  statement: s\n  sources:\n  - titel: t\n    url: https://a.example\n",
    )

    assert base.problems() == [
        "knowledge/facts.yaml:5: fact 'f': 'titel' is not a field here; did you mean 'title'?",
        "knowledge/facts.yaml:5: fact 'f': 'title' is missing",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("answers:\n  opening: yes\n", ":1: a list of rows is expected under 'answers'"),
        ("- id: a\n", ":1: must begin with 'answers:'"),
        ("hello\n", ":1: must begin with 'answers:'"),
        ("{}\n", ":1: must begin with 'answers:'"),
        ("answer: []\nanswers: []\n", ":1: 'answer' does not belong here; this file has only 'answers:'"),
        ("answers:\n- hello\n", ":2: entry number 1: 'the row': names and values are expected here"),
        ("answers:\n- {id: [a], questions: [b], answer: c}", ":2: entry number 1: 'id': a text is expected"),
        ("answers:\n- {id: a, questions: b, answer: c}", ":2: entry 'a': 'en': a list is expected here"),
        ("answers:\n- {id: a, questions: [], answer: c}", ":2: entry 'a': 'en' is empty"),
        ("answers:\n- {id: a, questions: {}, answer: c}", ":2: entry 'a': 'questions' is empty"),
        ("answers:\n- {id: a, questions: [b], answer: ' '}", ":2: entry 'a': 'en' is empty"),
        (
            "answers:\n- {id: a, questions: [b, [c]], answer: c}",
            ":2: entry 'a': 'en': a text is expected here",
        ),
        (f"answers:\n- {{id: {'a' * 41}, questions: [b], answer: c}}", "is too long; at most 40 characters"),
    ],
)
def test_answers_of_the_wrong_shape_are_told_what_is_expected(base: Base, text: str, said: str) -> None:
    base.write("answers/visiting.yaml", text)

    problem = base.problem()
    assert problem.startswith("knowledge/answers/visiting.yaml:")
    assert said in problem


@pytest.mark.parametrize(
    ("file", "row", "said"),
    [
        ("facts", "statement: s, sources: []", "'sources' is empty; at least one is needed"),
        ("contacts", "organisation: O, role: r, email: a at b.no", "'a at b.no' is not an e-mail address"),
        ("contacts", "organisation: O, role: r, web: www.a.no", "write it with https:// in front"),
        ("contacts", "organisation: O, role: r, web: 'https://'", "'https://' is not a web address"),
        ("contacts", "organisation: O, role: r, web: 'https://[a'", "contact 'a': 'web': "),
        ("contacts", "organisation: O, role: r, web: https://a.no b", "is not a web address"),
        ("contacts", "organisation: O, role: r, former: perhaps", "'former': write true or false"),
        ("events", "title: t, text: x, start: 2024, status: off", "'status': write 'draft', 'published' or"),
        ("events", "title: t, text: x, start: [2024]", "'start': a date is expected here, such as"),
    ],
)
def test_a_value_of_the_wrong_kind_is_told_what_is_expected(
    base: Base, file: str, row: str, said: str
) -> None:
    base.write(f"{file}.yaml", f"{file}:\n- {{id: a, {row}}}\n")

    problem = base.problem()
    assert problem.startswith(f"knowledge/{file}.yaml:2: {file.removesuffix('s')} 'a': ")
    assert said in problem


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("words.yaml", "synonyms:\n- [a, b]\n- [c]\n", ":3: each line is a list of two or more words"),
        ("words.yaml", "synonyms: hello\n", ":1: each line is a list of two or more words"),
        ("programme.yaml", "- languages\n", ":1: 'the row': names and values are expected"),
        ("programme.yaml", "languages: en\n", ":1: 'languages': a list is expected here"),
        (
            "programme.yaml",
            "timezone: Europe/Oslo\n",
            ":1: 'timezone' is not a field here; did you mean 'tim",
        ),
        ("programme.yaml", "time_zone: Oslo\n", "'Oslo' is not a time zone; write one such as Europe/Oslo"),
        ("programme.yaml", "time_zone: ../../etc/passwd\n", "is not a time zone"),
    ],
)
def test_what_the_programme_and_its_words_may_be_is_said(base: Base, file: str, text: str, said: str) -> None:
    base.write(file, text)

    problem = base.problem()
    assert problem.startswith(f"knowledge/{file}:")
    assert said in problem


def test_an_empty_table_is_a_table_without_rows(base: Base) -> None:
    base.write("events.yaml", "events:\n")
    base.write("words.yaml", "synonyms:\n")

    knowledge = base.load()

    assert (knowledge.events, knowledge.synonyms) == ({}, ())


def test_null_is_as_good_as_leaving_a_field_out(base: Base) -> None:
    base.write("programme.yaml", "topics: null\ntime_zone: ~\nfallback_contact:\n")
    base.write("answers/visiting.yaml", SMALLEST + "    facts: null\n    contact: ~\n    topic:\n")

    entry = base.load().entries["opening"]

    assert (entry.facts, entry.contact, entry.topic) == ((), None, "visiting")


@pytest.mark.parametrize(
    "text", ["no", "yes", "12:30", "010", "1e3", "0x1f", "2024-01-01", ".5", "on", "null "]
)
def test_values_are_read_as_the_text_that_stands_there(base: Base, text: str) -> None:
    quoted = f'"{text}"'
    base.write("answers/visiting.yaml", SMALLEST.replace("Every day from nine to four.", quoted))
    assert base.load().entries["opening"].answer["en"] == text.strip()

    if text.strip() != "null":
        base.write("answers/visiting.yaml", SMALLEST.replace("Every day from nine to four.", text))
        assert base.load().entries["opening"].answer["en"] == text.strip()


def test_the_default_value_sign_of_yaml_is_a_text(base: Base) -> None:
    base.write("words.yaml", "synonyms:\n  - [=, equals]\n")

    assert base.load().synonyms == (("=", "equals"),)


def test_unquoted_null_is_nothing(base: Base) -> None:
    base.write("answers/visiting.yaml", SMALLEST.replace("Every day from nine to four.", "null"))

    assert base.problem() == "knowledge/answers/visiting.yaml:4: entry 'opening': 'answer' is missing"


def test_no_is_a_language_like_any_other(base: Base) -> None:
    base.write("programme.yaml", "languages: [no]\n")
    base.write(
        "answers/visiting.yaml", "answers:\n- {id: 010, questions: {no: [12:30]}, answer: {no: yes}}\n"
    )

    entry = base.load().entries["010"]

    assert (entry.questions, entry.answer) == ({"no": ("12:30",)}, {"no": "yes"})


def test_dates_keep_the_precision_of_their_source(base: Base) -> None:
    base.write(
        "events.yaml",
        "events:\n"
        + "".join(
            f"- {{id: e{number}, title: t, text: x, start: {start}}}\n"
            for number, start in enumerate(("2016", "2019-03", "2014-06-18", '"2024-06-21T16:00"'))
        ),
    )

    starts = [event.start for event in base.load().events.values()]

    assert [str(start) for start in starts] == ["2016", "2019-03", "2014-06-18", "2024-06-21T16:00"]
    assert [start.first for start in starts[:2]] == [date(2016, 1, 1), date(2019, 3, 1)]
    assert [start.last for start in starts[:2]] == [date(2016, 12, 31), date(2019, 3, 31)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("June 2016", "is not a date; write 2024, 2024-06, 2024-06-21 or 2024-06-21T16:00"),
        ("2016-6-1", "is not a date; write 2024"),
        ("2016-13", "month must be in 1..12"),
        ("2023-02-29", "day is out of range for month"),
        ("2024-06-21T25:00", "hour must be in 0..23"),
        ("0216", "no year 216 is meant here"),
        ("9999", "no year 9999 is meant here"),
    ],
)
def test_a_date_that_is_none_says_how_dates_are_written(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        PartialDate.parse(text)


@pytest.mark.parametrize(
    "text", ["20240621", "1700000000", "2024", "2024-06", "2024-06-21T16:00", "tomorrow"]
)
def test_a_day_is_a_whole_day_and_never_seconds_since_1970(base: Base, text: str) -> None:
    base.write("answers/visiting.yaml", f"{SMALLEST}    checked: {text}\n")

    problem = base.problem()

    assert problem.startswith("knowledge/answers/visiting.yaml:5: entry 'opening': 'checked': ")
    assert "2024-06-21" in problem


def test_phone_numbers_have_a_country_code_and_only_plain_digits(base: Base) -> None:
    for number in ("22037000", "+47 2203700²", "+4722", "+47 abc", "+47" + "1" * 30):
        base.write("contacts.yaml", f'contacts:\n- {{id: a, organisation: O, role: r, phone: "{number}"}}\n')
        assert "is not a phone number; write it as +47 22 03 70 00" in base.problem()


def test_what_cannot_be_used_is_quoted_briefly(base: Base) -> None:
    base.write("answers/visiting.yaml", f"answers:\n- {{id: {'A' * 30_000}, questions: [b], answer: c}}\n")

    assert len(base.problem()) < 700


def test_nobody_is_told_more_than_a_thousand_problems(base: Base) -> None:
    base.write("answers/visiting.yaml", "answers:\n" + "- hello\n" * (MAX_PROBLEMS + 5))

    assert len(base.problems()) == MAX_PROBLEMS


def test_the_digest_changes_with_the_content_and_only_then(base: Base) -> None:
    before = base.load().digest
    base.write("answers/visiting.yaml", SMALLEST)
    assert base.load().digest == before

    base.write("answers/visiting.yaml", SMALLEST.replace("four", "five"))
    assert base.load().digest != before


def test_rows_know_where_they_and_their_fields_stand(base: Base) -> None:
    origin = base.load().origins["entry", "opening"]

    assert (origin.file, origin.line) == ("knowledge/answers/visiting.yaml", 2)
    assert dict(origin.fields) == {"id": 2, "questions": 3, "answer": 4}


def test_the_shipped_base_loads() -> None:
    knowledge = load(SHIPPED)

    assert knowledge.languages == ("en", "nb", "nn")
    assert knowledge.programme.fallback_contact in knowledge.contacts
    assert len(knowledge.entries) > 100


def test_what_is_far_too_long_for_a_name_is_compared_with_none() -> None:
    assert did_you_mean("a" * 81, ["a" * 80]) == ""
    assert did_you_mean("opning", ["opening", "tickets"]) == "; did you mean 'opening'?"


def test_an_answers_file_with_its_ending_in_capitals_is_not_overlooked(base: Base) -> None:
    base.write("answers/b.YAML", SMALLEST.replace("opening", "other"))

    assert base.problem() == "knowledge/answers/b.YAML: write its ending as .yaml"


@pytest.mark.parametrize("nothing", ["\u200b", "???", "\u00ad\ufeff", "👍"])
def test_an_answer_and_a_phrasing_hold_a_letter_or_a_digit(base: Base, nothing: str) -> None:
    base.write("answers/visiting.yaml", SMALLEST.replace("Every day from nine to four.", f'"{nothing}"'))
    assert base.problem().startswith("knowledge/answers/visiting.yaml:4: entry 'opening': ")
    assert base.problem().endswith("holds no letter and no digit; write some words")

    base.write("answers/visiting.yaml", SMALLEST.replace("When are you open", f'"{nothing}"'))
    assert base.problem().startswith("knowledge/answers/visiting.yaml:3: entry 'opening': ")
