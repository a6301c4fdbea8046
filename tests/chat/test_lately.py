"""The same question of the same minute is understood once, and never answered otherwise than anew."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from shipped import shipped

from bot.answer import dialogue
from bot.answer.dialogue import UNANSWERED, Asker, respond
from bot.chat import lately
from bot.chat.lately import MOST, Lately

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
NB = Asker(client="nb")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions that were understood."""
    found: list[str] = []

    def understand(version: Any, text: str, *more: Any) -> Any:
        found.append(text)
        return original(version, text, *more)

    original = dialogue.understand
    monkeypatch.setattr(lately, "understand", understand)
    return found


def test_what_many_ask_in_one_minute_is_understood_once(made: list[str]) -> None:
    memory = Lately()

    answers = [
        memory.answer(shipped(), "Hva er klyngeprogrammet?", NB, NOON + timedelta(seconds=second))
        for second in range(0, 60, 10)
    ]

    assert made == ["Hva er klyngeprogrammet?"]
    assert {id(each) for each in answers} == {id(answers[0])}
    assert answers[0].reply == respond(shipped(), "Hva er klyngeprogrammet?", NB, NOON)


def test_another_minute_another_version_and_a_sweep_make_it_anew(made: list[str]) -> None:
    memory, version = Lately(), shipped()
    memory.answer(version, "Who leads NODE?", NB, NOON)

    memory.answer(version, "Who leads NODE?", NB, NOON + timedelta(minutes=1))
    memory.answer(replace(version), "Who leads NODE?", NB, NOON + timedelta(minutes=1))
    asyncio.run(memory.forget())
    memory.answer(version, "Who leads NODE?", NB, NOON + timedelta(minutes=1))

    assert len(made) == 4


def test_the_menus_language_and_what_was_talked_about_before_are_part_of_the_question() -> None:
    memory, version = Lately(), shipped()
    after_node = Asker(client="nb", last_entry="cluster:gce-node", last_at=NOON)
    askers = (NB, Asker(client="en"), after_node, replace(NB, last_entry=UNANSWERED, last_at=NOON))
    for question in ("who leads it?", "xyzzy", "Hva er en klynge?"):
        for asker in askers:
            assert memory.answer(version, question, asker, NOON).reply == respond(
                version, question, asker, NOON
            )


def test_what_was_understood_last_of_a_question_is_known() -> None:
    memory, version = Lately(), shipped()
    memory.answer(version, "who leads it?", NB, NOON)
    told = memory.answer(version, "who leads it?", Asker(last_entry="cluster:gce-node", last_at=NOON), NOON)

    assert memory.latest("who leads it?") is told
    assert memory.latest("who leads what?") is None


def test_it_does_not_grow_without_end() -> None:
    memory = Lately()
    for number in range(MOST + 50):
        memory.answer(shipped(), "?" * (number + 1), NB, NOON)

    assert len(memory._said) == len(memory._latest) == MOST
