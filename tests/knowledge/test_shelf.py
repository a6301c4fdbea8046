"""An edit's way: a good one becomes the version in use, a broken one leaves the last good one there."""

from __future__ import annotations

import gc
import os
import shutil
import sys

import pytest
from bases import SMALLEST, Base

from bot.errors import KnowledgeError, LearningError
from bot.knowledge.calm import calm
from bot.knowledge.model import Event, Knowledge
from bot.knowledge.shelf import Broken, Reloaded, Shelf

BROKEN = SMALLEST.replace("answer:", "anwser:")


class Kitchen:
    """Prepares versions and counts them."""

    def __init__(self) -> None:
        self.prepared = 0
        self.closed = False  # nothing can be learnt

    def __call__(self, knowledge: Knowledge) -> str:
        self.prepared += 1
        if self.closed:
            raise LearningError("its process ended")
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


def test_what_cannot_be_learnt_leaves_the_last_good_version_until_the_next_edit(
    base: Base, shelf: Shelf[str], kitchen: Kitchen
) -> None:
    kitchen.closed = True
    base.write("answers/visiting.yaml", SMALLEST.replace("nine to four", "ten to six"))

    said = shelf.refresh()

    assert isinstance(said, Broken) and shelf.broken
    assert [str(problem) for problem in said.problems] == [
        "knowledge: the knowledge base could not be learnt: "
        "its process ended. The next edit is another attempt"
    ]
    assert shelf.current == "1: Every day from nine to four."
    assert shelf.refresh() is None and kitchen.prepared == 2

    kitchen.closed = False
    base.write("words.yaml", "synonyms: []\n")

    assert shelf.refresh() == Reloaded() and not shelf.broken
    assert shelf.current == "3: Every day from ten to six."


def test_an_edit_that_could_not_be_learnt_may_be_taken_back(
    base: Base, shelf: Shelf[str], kitchen: Kitchen
) -> None:
    kitchen.closed = True
    base.write("answers/visiting.yaml", SMALLEST.replace("nine to four", "ten to six"))
    shelf.refresh()
    base.write("answers/visiting.yaml", SMALLEST)

    assert shelf.refresh() == Reloaded() and not shelf.broken
    assert shelf.refresh() is None
    assert kitchen.prepared == 2


def test_events_that_cannot_be_learnt_are_told_once_and_come_with_the_next_edit(
    base: Base, shelf: Shelf[str], kitchen: Kitchen
) -> None:
    kitchen.closed = True
    fair = Event(id="fair", title={"en": "Fair"}, text={"en": "Boats."}, start="2031-01-01")
    shelf.supplement({"fair": fair})
    shelf.supplement({"fair": fair})

    assert kitchen.prepared == 2
    assert isinstance(shelf.refresh(), Broken) and shelf.broken
    assert shelf.refresh() is None

    kitchen.closed = False
    base.write("words.yaml", "synonyms: []\n")

    assert shelf.refresh() == Reloaded() and not shelf.broken


def test_other_events_are_another_attempt(shelf: Shelf[str], kitchen: Kitchen) -> None:
    kitchen.closed = True
    fair = Event(id="fair", title={"en": "Fair"}, text={"en": "Boats."}, start="2031-01-01")
    shelf.supplement({"fair": fair})
    shelf.refresh()
    kitchen.closed = False

    shelf.supplement({})

    assert not shelf.broken
    assert shelf.refresh() == Reloaded()
    assert shelf.refresh() is None


def test_a_reload_is_calm_and_leaves_the_process_as_it_was(base: Base) -> None:
    def settings(_: Knowledge) -> tuple[float, int]:
        return sys.getswitchinterval(), gc.get_threshold()[2]

    shelf, outside = Shelf(base.folder, settings), settings
    before = shelf.current
    base.write("words.yaml", "synonyms: []\n")

    shelf.refresh()

    assert shelf.current[0] < before[0] and shelf.current[1] > before[1]
    assert outside(shelf._knowledge) == before


def test_two_reloads_at_once_leave_the_process_as_it_was() -> None:
    before = sys.getswitchinterval(), gc.get_threshold()
    first, second = calm(), calm()

    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    between = sys.getswitchinterval(), gc.get_threshold()
    second.__exit__(None, None, None)

    assert between != before
    assert (sys.getswitchinterval(), gc.get_threshold()) == before


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


def test_whatever_goes_wrong_with_an_edit_is_told_and_the_next_one_is_another_attempt(base: Base) -> None:
    def prepare(knowledge: Knowledge) -> str:
        if "six" in str(knowledge.entries):
            raise MemoryError
        return knowledge.digest

    shelf = Shelf(base.folder, prepare)
    base.write("answers/visiting.yaml", SMALLEST.replace("nine to four", "ten to six"))

    assert isinstance(shelf.refresh(), Broken) and shelf.broken

    base.write("answers/visiting.yaml", SMALLEST.replace("nine to four", "ten to five"))

    assert shelf.refresh() == Reloaded() and not shelf.broken


def test_news_of_what_is_mended_is_not_lost_when_a_file_is_touched(
    base: Base, shelf: Shelf[str], kitchen: Kitchen
) -> None:
    kitchen.closed = True
    fair = Event(id="fair", title={"en": "Fair"}, text={"en": "Boats."}, start="2031-01-01")
    shelf.supplement({"fair": fair})
    assert isinstance(shelf.refresh(), Broken)

    kitchen.closed = False
    shelf.supplement({})
    base.write("answers/visiting.yaml", SMALLEST + "\n# touched\n")

    assert shelf.refresh() == Reloaded()
