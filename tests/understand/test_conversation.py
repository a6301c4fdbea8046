"""Questions that go on from the last one, and more than one question in a message."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from shipped import shipped

from bot.answer.dialogue import Asker, respond, subject
from bot.understand.finding import Criteria
from bot.understand.subject import Subject
from bot.understand.version import Version

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
BEHIND = re.compile("[@?]")  # what stands behind: the list before, what is offered
LINES: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("conversations.yaml").read_text("utf-8")
)


@pytest.fixture(scope="module")
def version() -> Version:
    return shipped()


def talk(version: Version, *questions: str, pause: timedelta = timedelta(minutes=1)) -> str:
    """What the last of `questions`, asked one after the other, was about."""
    asker, now = Asker(), NOW
    for question in questions:
        reply = respond(version, question, asker, now)
        asker, now = Asker(last_entry=subject(reply), last_at=now), now + pause
    return subject(reply)


@pytest.mark.parametrize("line", LINES, ids=lambda line: " | ".join(line["say"]))
def test_a_question_is_understood_from_what_was_said_before(version: Version, line: dict[str, Any]) -> None:
    about = BEHIND.split(talk(version, *line["say"]))[0]

    assert about == line["about"]


def test_after_ten_minutes_nothing_goes_on(version: Version) -> None:
    assert (
        talk(version, "hvem leder NODE", "nettsiden deres", pause=timedelta(minutes=11))
        != "cluster:gce-node#website"
    )


def test_two_questions_in_one_message_get_two_answers(version: Version) -> None:
    reply = respond(version, "What is Arena Pro? And who leads NODE?", Asker(), NOW).plain()

    assert "Arena Pro" in reply
    assert "GCE NODE" in reply


def test_what_people_tell_before_a_question_is_no_second_question(version: Version) -> None:
    alone = respond(version, "Hva koster medlemskap?", Asker(), NOW)

    told = respond(version, "Vi er et lite firma i Ålesund. Hva koster medlemskap?", Asker(), NOW)

    assert told.plain() == alone.plain()


def test_a_second_refusal_in_a_row_points_to_a_person(version: Version) -> None:
    first = respond(version, "what is the weather", Asker(), NOW)
    second = respond(version, "who won the match", Asker(last_entry=subject(first), last_at=NOW), NOW)

    assert second.plain().startswith("I don't know that either")
    assert "nic.innovasjonnorge.no" in second.plain()


@pytest.mark.parametrize(
    "question", ["kor gammal er han?", "kor bur han", "is he gay", "how much does he make"]
)
def test_what_is_private_stays_private_after_an_answer(version: Version, question: str) -> None:
    first = respond(version, "hvem leder NODE", Asker(), NOW)

    reply = respond(version, question, Asker(last_entry=subject(first), last_at=NOW), NOW)

    assert "privat" in reply.plain()  # the same letters in all three languages


@pytest.mark.parametrize(
    "question",
    ["Ølklynga på Sunnmøre", "hvem leder Innovasjon Norge i Ålesund", "how is the health of Håkon Haugli"],
)
def test_a_question_about_something_beside_a_row_is_not_answered_with_the_row(
    version: Version, question: str
) -> None:
    about = BEHIND.split(subject(respond(version, question, Asker(), NOW)))[0]

    assert about in {"", "-"}


@given(st.text(max_size=80))
def test_whatever_was_remembered_is_read(text: str) -> None:
    assert isinstance(Subject.parse(text), Subject)


NAMES = st.lists(st.sampled_from(["health", "oslo", "gce"]), max_size=3).map(tuple)
LISTS = st.builds(Criteria, themes=NAMES, levels=NAMES, cities=st.just(("Mo i Rana",)))


@given(
    st.builds(Subject, criteria=LISTS)
    | st.builds(
        Subject,
        entry=st.sampled_from(["level-gce", "cluster:gce-node"]),
        attribute=st.sampled_from([None, "leader"]),
        among=LISTS | st.none(),
        offered=st.sampled_from([(), ("level-gce",), ("cluster:eyde", "level-gce")]),
    )
)
def test_what_is_remembered_is_what_was_talked_about(subject: Subject) -> None:
    assert Subject.parse(str(subject)) == subject
