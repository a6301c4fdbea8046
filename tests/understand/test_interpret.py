"""All of understanding on the shipped base: ways of asking are lines of interpret.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from shipped import NOW, shipped

from bot.understand.decide import Sure, Unknown, Unsure
from bot.understand.interpret import interpret
from bot.understand.outcome import CERTAIN, Found, Outcome, Private
from bot.understand.subject import Subject

LINES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("interpret.yaml").read_text("utf-8"))


def ask(question: str, last: str = "") -> Outcome:
    return interpret(shipped(), question, NOW, Subject.parse(last))


def answered(outcome: Outcome) -> str | None:
    """The entry or row that is the answer, `list` for a list, None for none."""
    if isinstance(outcome, Sure):
        return outcome.hit.entry
    if isinstance(outcome, Found):
        return "list" if outcome.finding.is_list else outcome.finding.rows[0]
    return None


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["ask"])
def test_a_question_means_what_it_should(line: dict[str, Any]) -> None:
    outcome = ask(line["ask"])

    assert isinstance(outcome, Private) == line.get("private", False)
    if "get" in line:
        assert answered(outcome) == line["get"]
    elif "list" in line:
        assert answered(outcome) == "list"
    else:
        assert answered(outcome) is None


@pytest.mark.parametrize("end", ["", "?", " ?", "!!!", "..."])
@pytest.mark.parametrize("front", ["", "hey, ", "Hei! ", "hi there "])
def test_how_it_is_typed_changes_nothing(front: str, end: str) -> None:
    for question, wanted in (
        ("who leads GCE NODE", "cluster:gce-node"),
        ("CLUSTERS IN HEALTH", "list"),
        ("what is norwegian innovation clusters", "programme-what"),
    ):
        assert answered(ask(front + question + end)) == wanted


def test_two_people_named_are_asked_back() -> None:
    outcome = ask("Owe Hagesæther and Knut Mjåland")

    assert isinstance(outcome, Unsure)
    assert {hit.entry for hit in outcome.hits} >= {"contact:hagesaether", "contact:mjaland"}


def test_two_clusters_named_are_both_offered() -> None:
    outcome = ask("compare NODE and Blue Maritime")

    assert isinstance(outcome, Unsure)
    assert [hit.entry for hit in outcome.hits[:2]] == ["cluster:gce-node", "cluster:gce-blue-maritime"]


def test_a_row_named_in_a_question_that_nothing_answers_is_offered_and_not_answered() -> None:
    outcome = ask("what is the parking like at GCE NODE")

    assert isinstance(outcome, Unsure | Unknown)
    assert "cluster:gce-node" in {hit.entry for hit in getattr(outcome, "hits", ())}


def test_what_the_directory_explains_wholly_is_certain() -> None:
    outcome = ask("who leads GCE NODE")

    assert isinstance(outcome, Found)
    assert outcome.confidence == CERTAIN
    assert outcome.finding.attribute == "leader"


def test_what_was_talked_about_matters_only_where_no_row_is_named() -> None:
    assert answered(ask("who leads it", "cluster:eyde")) == "cluster:eyde"
    assert answered(ask("who leads iKuben", "cluster:eyde")) == "cluster:ikuben"
    assert answered(ask("who leads it")) is None


def test_an_unknown_question_keeps_its_nearest_answer_for_the_contact() -> None:
    outcome = ask("kubernetes cluster setup guide for azure")

    assert isinstance(outcome, Unknown)
    assert outcome.nearest is None or outcome.nearest.entry in shipped().knowledge.entries


def test_every_answerable_part_of_the_ranking_is_a_row_of_the_base() -> None:
    knowledge = shipped().knowledge
    rows = {*knowledge.entries, *(f"event:{each}" for each in knowledge.events)}

    for line in LINES:
        assert {hit.entry for hit in ask(line["ask"]).ranking.hits} <= rows
