"""An edit's way: a good one becomes the version in use, a broken one leaves the last good one there."""

from __future__ import annotations

import os
import shutil

import pytest
from bases import SMALLEST, Base

from bot.errors import KnowledgeError
from bot.knowledge.model import Knowledge
from bot.knowledge.shelf import Broken, Reloaded, Shelf

BROKEN = SMALLEST.replace("answer:", "anwser:")


class Kitchen:
    """Prepares versions and counts them."""

    def __init__(self) -> None:
        self.prepared = 0

    def __call__(self, knowledge: Knowledge) -> str:
        self.prepared += 1
        return f"{self.prepared}: {knowledge.entries['opening'].answer['en']}"


@pytest.fixture
def kitchen() -> Kitchen:
    return Kitchen()


@pytest.fixture
def shelf(base: Base, kitchen: Kitchen) -> Shelf[str]:
    return Shelf(base.folder, kitchen)


def test_what_did_not_change_is_not_read_again(shelf: Shelf[str], kitchen: Kitchen) -> None:
    assert shelf.refresh() is None
    assert shelf.current == "1: Every day from nine to four."
    assert kitchen.prepared == 1


def test_a_changed_folder_becomes_one_new_version(base: Base, shelf: Shelf[str]) -> None:
    base.write("answers/visiting.yaml", SMALLEST.replace("nine to four", "ten to six"))
    base.write("words.yaml", "synonyms:\n- [open, opened]\n")

    assert shelf.refresh() == Reloaded()
    assert shelf.current == "2: Every day from ten to six."
    assert shelf.refresh() is None


def test_a_new_file_and_a_removed_one_are_changes(base: Base, shelf: Shelf[str]) -> None:
    path = base.write("answers/tickets.yaml", SMALLEST.replace("opening", "tickets"))
    assert shelf.refresh() == Reloaded()

    path.unlink()
    assert shelf.refresh() == Reloaded()


def test_touching_a_file_changes_nothing(base: Base, shelf: Shelf[str], kitchen: Kitchen) -> None:
    path = base.folder / "answers/visiting.yaml"
    before = path.stat().st_mtime_ns
    os.utime(path, ns=(before, before + 1_000_000_000))

    assert shelf.refresh() is None
    assert kitchen.prepared == 1


def test_a_broken_edit_leaves_the_last_good_version_and_says_why_once(base: Base, shelf: Shelf[str]) -> None:
    base.write("answers/visiting.yaml", BROKEN)

    said = shelf.refresh()

    assert isinstance(said, Broken)
    assert [str(problem) for problem in said.problems] == [
        "knowledge/answers/visiting.yaml:2: entry 'opening': 'answer' is missing",
        "knowledge/answers/visiting.yaml:4: entry 'opening': 'anwser' is not a field here; "
        "did you mean 'answer'?",
    ]
    assert shelf.current == "1: Every day from nine to four."
    assert shelf.refresh() is None


def test_what_was_mended_is_loaded(base: Base, shelf: Shelf[str]) -> None:
    base.write("answers/visiting.yaml", BROKEN)
    shelf.refresh()
    base.write("answers/visiting.yaml", SMALLEST.replace("nine to four", "ten to six"))

    assert shelf.refresh() == Reloaded()
    assert shelf.current == "2: Every day from ten to six."


def test_whoever_heard_of_the_damage_hears_that_it_was_undone(
    base: Base, shelf: Shelf[str], kitchen: Kitchen
) -> None:
    base.write("answers/visiting.yaml", BROKEN)
    shelf.refresh()
    base.write("answers/visiting.yaml", SMALLEST)

    assert shelf.refresh() == Reloaded()
    assert shelf.refresh() is None
    assert kitchen.prepared == 1  # what is served is still right


def test_a_folder_that_is_gone_leaves_the_last_good_version(base: Base, shelf: Shelf[str]) -> None:
    shutil.rmtree(base.folder)

    assert isinstance(shelf.refresh(), Broken)
    assert shelf.current == "1: Every day from nine to four."


def test_a_bot_does_not_start_with_a_broken_folder(base: Base, kitchen: Kitchen) -> None:
    base.write("answers/visiting.yaml", BROKEN)

    with pytest.raises(KnowledgeError):
        Shelf(base.folder, kitchen)


def test_examples_stand_beside_the_folders_own_events(
    base: Base, tmp_path_factory: pytest.TempPathFactory
) -> None:
    examples = Base(tmp_path_factory.mktemp("beside") / "examples")
    examples.write(
        "events.yaml", "events:\n  - {id: party, title: Party, text: Invented., start: '2031-01-01'}\n"
    )

    def events(knowledge: Knowledge) -> list[str]:
        return list(knowledge.events)

    shelf = Shelf(base.folder, events, examples.folder)
    assert shelf.current == ["party"]

    examples.write(
        "events.yaml", "events:\n  - {id: play, title: Play, text: Invented., start: '2031-01-01'}\n"
    )
    assert shelf.refresh() == Reloaded()
    assert shelf.current == ["play"]


def test_what_is_wrong_with_an_example_is_told_with_its_file(
    base: Base, tmp_path_factory: pytest.TempPathFactory
) -> None:
    examples = Base(tmp_path_factory.mktemp("beside") / "examples")
    examples.write("events.yaml", "events:\n  - {id: party, title: Party, text: Invented., start: soon}\n")

    with pytest.raises(KnowledgeError, match=r"examples/events.yaml:2: event 'party': "):
        Shelf(base.folder, str, examples.folder)
