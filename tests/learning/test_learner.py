"""Learning a base in a process of its own, and keeping what is learnt; every test starts the real process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from small_base import DOCUMENTS, SYNONYMS, document

from bot.errors import LearningError
from bot.learning import apprentice, cache
from bot.learning.apprentice import Apprentice
from bot.learning.learner import Learner
from bot.learning.orders import key_of, order, ordered
from bot.understand.match import Matcher

ORDER = order(DOCUMENTS, SYNONYMS)
KEY = key_of(ORDER)
QUESTIONS = ["what does membership cost", "korleis søkjer vi", "frist", "membershp fee", "🎉", "arena gce"]

Running = Callable[..., None]


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> Running:
    """Gives the process another command from now on."""
    return lambda *command: monkeypatch.setattr(apprentice, "COMMAND", command)


def test_an_order_says_all_that_is_to_be_learnt() -> None:
    assert ordered(ORDER) == (DOCUMENTS, SYNONYMS)
    assert ORDER.count(b"\n") == 1


@pytest.mark.parametrize("kept", [True, False])
def test_what_a_process_learnt_ranks_as_what_is_learnt_here(tmp_path: Path, kept: bool) -> None:
    here, there = Matcher.build(DOCUMENTS, SYNONYMS), Learner(tmp_path if kept else None)(DOCUMENTS, SYNONYMS)

    for question in QUESTIONS:
        assert there.rank(question) == here.rank(question)
    assert [path.name for path in tmp_path.iterdir()] == ([cache.path_of(tmp_path, KEY).name] if kept else [])


def test_what_is_kept_is_not_learnt_again(tmp_path: Path, running: Running) -> None:
    learnt = Learner(tmp_path)(DOCUMENTS, SYNONYMS)
    running("no-such-program")

    kept = Learner(tmp_path)(DOCUMENTS, SYNONYMS)

    for question in QUESTIONS:
        assert kept.rank(question) == learnt.rank(question)


def test_other_content_is_learnt_anew(tmp_path: Path) -> None:
    Learner(tmp_path)(DOCUMENTS, SYNONYMS)
    more = [*DOCUMENTS, document("whales", en=["how do whales sleep"])]

    assert Learner(tmp_path)(more, SYNONYMS).rank("whales sleep").hits[0].entry == "whales"


@pytest.mark.parametrize("broken", [b"", b"not a zip", b"PK\x03\x04" + bytes(200)])
def test_a_broken_file_is_ignored_and_written_anew(tmp_path: Path, broken: bytes) -> None:
    cache.path_of(tmp_path, KEY).write_bytes(broken)

    assert Learner(tmp_path)(DOCUMENTS, SYNONYMS).rank("GCE?").hits
    assert cache.read(tmp_path, KEY) is not None
    assert [path.name for path in tmp_path.iterdir()] == [cache.path_of(tmp_path, KEY).name]


def test_half_a_file_is_ignored(tmp_path: Path) -> None:
    Learner(tmp_path)(DOCUMENTS, SYNONYMS)
    path = cache.path_of(tmp_path, KEY)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    assert Learner(tmp_path)(DOCUMENTS, SYNONYMS).rank("GCE?").hits


def test_the_bases_learnt_last_are_kept(tmp_path: Path) -> None:
    for number in range(cache.KEPT + 2):
        cache.write(tmp_path, f"{number:016}", b"")

    kept = sorted(path.stem for path in tmp_path.iterdir())
    assert kept == [f"matcher-{number:016}" for number in range(2, cache.KEPT + 2)]


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    assert Learner(tmp_path / "file")(DOCUMENTS, SYNONYMS).rank("GCE?").hits


def test_a_process_that_cannot_be_started_is_told(running: Running) -> None:
    running("no-such-program")

    with pytest.raises(LearningError, match=r"no process can be started for it \(No such file"):
        Learner(None)(DOCUMENTS, SYNONYMS)


def test_a_process_that_was_killed_is_told_with_what_to_do(running: Running) -> None:
    running(sys.executable, "-c", "import os; os.kill(os.getpid(), 9)")

    with pytest.raises(LearningError, match=r"ended \(Killed\), as happens .* see that \d+ MB are free"):
        Learner(None)(DOCUMENTS, SYNONYMS)


def test_memory_that_runs_out_is_told_with_what_to_do(running: Running) -> None:
    limit = "import resource; resource.setrlimit(resource.RLIMIT_DATA, (50_000_000,) * 2)"
    running(sys.executable, "-c", f"import bot.learning.__main__ as child; {limit}; exit(child.main())")
    many = [document(f"entry-{n}", en=[f"what is {n} and {m}" for m in range(40)]) for n in range(60)]

    with pytest.raises(LearningError, match=r"MemoryError at \w+\.py:\d+\), as .* see that \d+ MB are free"):
        Learner(None)(many)


def test_what_a_process_could_not_learn_is_told_by_kind_and_place() -> None:
    with pytest.raises(LearningError, match=r"its process ended \(JSONDecodeError at decoder.py:\d+\)$"):
        Apprentice().learn(b"no order\n")


def test_what_another_version_of_the_program_learnt_is_not_used(tmp_path: Path, running: Running) -> None:
    other = "import bot.learning.__main__ as child; child.key_of = lambda line: 'other'; child.main()"
    running(sys.executable, "-c", other)

    with pytest.raises(LearningError, match="start it anew"):
        Learner(tmp_path)(DOCUMENTS, SYNONYMS)
    assert not list(tmp_path.iterdir())


def test_what_was_stopped_learns_nothing_any_more() -> None:
    learner = Learner(None)
    learner.stop()

    with pytest.raises(LearningError, match="stopping"):
        learner(DOCUMENTS, SYNONYMS)


def test_its_process_ends_when_we_are_killed(tmp_path: Path) -> None:
    alive = tmp_path / "alive"  # open in the process that learns, and in no other
    os.mkfifo(alive)
    endless = (
        "import bot.learning.__main__ as child, sys, threading; alive = open(sys.argv[1], 'w');"
        "child.build = lambda *order: print('learning', file=alive, flush=True) or threading.Event().wait();"
        "child.main()"
    )
    command = (sys.executable, "-c", endless, str(alive))
    parent = (
        f"from bot.learning import apprentice; apprentice.COMMAND = {command!r};"
        f"apprentice.Apprentice().learn({ORDER!r})"
    )
    with subprocess.Popen([sys.executable, "-c", parent]) as process, alive.open() as life:
        assert life.readline() == "learning\n"
        process.kill()

        assert life.read() == ""  # at its end
