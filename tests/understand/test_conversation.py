"""Questions that go on from the last one, and more than one question in a message."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer.dialogue import Asker, respond, subject
from bot.knowledge.load import load
from bot.understand.context import Subject
from bot.understand.finding import Criteria
from bot.understand.version import Version, prepare

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
SHIPPED = Path(__file__).parents[2] / "knowledge"


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Version:
    return prepare(load(SHIPPED), tmp_path_factory.mktemp("cache"))


def talk(version: Version, *questions: str, pause: timedelta = timedelta(minutes=1)) -> str:
    """What the last of `questions`, asked one after the other, was about."""
    asker, now = Asker(), NOW
    for question in questions:
        reply = respond(version, question, asker, now)
        asker, now = Asker(last_entry=subject(reply), last_at=now), now + pause
    return subject(reply)


@pytest.mark.parametrize(
    ("questions", "about"),
    [
        (["hvem leder NODE", "og Stiim?"], "cluster:stiim#leader"),
        (["hvem leder NODE", "nettsiden deres"], "cluster:gce-node#website"),
        (["what is Eyde Cluster", "who leads it"], "cluster:eyde#leader"),
        (["kva er renergy", "kvar held dei til?"], "cluster:renergy#place"),
        (["nettside stiim", "kva med eyde"], "cluster:eyde#website"),
        (["helseklynger i Oslo", "og i Bergen?"], "list:health...Bergen"),
        (["clusters in Bergen", "and in Rogaland?"], "list:.rogaland.."),
        (["what happened in 2017", "and in 2018?"], "history-2018"),
        (["what is arena", "and NCE?"], "level-nce"),
    ],
)
def test_a_follow_up_is_understood_from_the_last_answer(
    version: Version, questions: list[str], about: str
) -> None:
    assert talk(version, *questions) == about


def test_after_ten_minutes_nothing_goes_on(version: Version) -> None:
    assert (
        talk(version, "hvem leder NODE", "nettsiden deres", pause=timedelta(minutes=11))
        != "cluster:gce-node#website"
    )


def test_a_question_that_is_whole_does_not_go_on(version: Version) -> None:
    assert talk(version, "hvem leder NODE", "klynger innen helse") == "list:health..."


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

    assert "a person is the better choice" in second.plain()
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
    assert subject(respond(version, question, Asker(), NOW)) in {"", "-"}


@given(st.text(max_size=80))
def test_whatever_was_remembered_is_read(text: str) -> None:
    assert isinstance(Subject.parse(text), Subject)


@given(st.lists(st.sampled_from(["health", "oslo", "gce"]), max_size=3))
def test_a_list_remembered_is_the_list_that_was(names: list[str]) -> None:
    criteria = Criteria(themes=tuple(names), cities=("Mo i Rana",))
    written = "list:" + ".".join(("+".join(names), "", "", "Mo i Rana"))

    assert Subject.parse(written) == Subject(criteria=criteria)
