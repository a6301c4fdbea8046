"""`evaluate`: counts that add up, from YAML and JSON Lines alike."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from shipped import NOW, shipped
from test_cli import klyngebot

from bot.answer.evaluate import Figures, Result, figures, run
from bot.knowledge.load import read_questions
from bot.knowledge.model import Question
from bot.understand.interpret import interpret

LINES = [
    {"ask": "What is GCE, Global Centres of Expertise?", "get": "level-gce", "language": "en"},
    {"ask": "hvem leder iKuben", "get": ["cluster:ikuben", "contact:lillevevang"], "language": "nb"},
    {"ask": "klynger i Bergen", "get": "list", "language": "nb"},
    {"ask": "who leads GCE NODE", "get": "level-gce", "language": "en"},
    {"ask": "kubernetes cluster setup", "get": "cluster-what", "language": "en"},
    {"ask": "kubernetes pods and nodes", "get": None, "language": "en"},
    {"ask": "who leads GCE NODE", "get": None},
    {"ask": "", "get": None},
]
AS_JSON = "".join(json.dumps(line) + "\n" for line in LINES if line["ask"])
AS_YAML = "questions:\n" + "".join(f"  - {json.dumps(line)}\n" for line in LINES if line["ask"])


def result(wanted: str | None, answered: str | None, offered: tuple[str, ...] = ()) -> Result:
    return Result(Question(ask="x", get=wanted), answered, offered, answered, 1.0)


def added_up(row: Figures) -> bool:
    return row.questions == row.right + row.wrong + row.asked_back + row.refused


@pytest.mark.parametrize(
    ("name", "content"), [("set.yaml", AS_YAML), ("set.jsonl", AS_JSON), ("set.yml", AS_YAML)]
)
def test_the_same_questions_in_yaml_and_json_lines_give_the_same_figures(
    tmp_path: Path, name: str, content: str
) -> None:
    (tmp_path / name).write_text(content)

    found = json.loads(klyngebot("evaluate", tmp_path / name, "--json").stdout)

    whole = Figures(**found["all"])
    assert (whole.questions, whole.outside) == (5, 2)
    assert (whole.right, whole.wrong, whole.false_answers) == (3, 1, 1)
    assert added_up(whole)
    assert 0 < whole.p50 <= whole.p99
    assert set(found) == {"all", "en", "nb"}
    assert Figures(**found["nb"]).right == 2


def test_the_table_has_a_line_for_each_language_and_what_was_not_right(tmp_path: Path) -> None:
    (tmp_path / "set.yaml").write_text(AS_YAML)

    done = klyngebot("evaluate", "--wrong", tmp_path / "set.yaml")

    assert done.returncode == 0
    assert "'who leads GCE NODE': wanted level-gce, got cluster:gce-node" in done.stdout
    assert "'who leads GCE NODE': wanted nothing, got cluster:gce-node" in done.stdout
    assert "of 4 direct answers 75.0% were right" in done.stdout


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("questions:\n  - {ask: hello}\n", "set.yaml:2: "),
        ("questions: nothing\n", "set.yaml:1: "),
        ("- {ask: hello, get: x, wants: y}\n", "set.yaml:1: "),
        ("\t- ask\n", "tab"),
    ],
)
def test_a_set_that_cannot_be_read_is_told_by_line(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "set.yaml").write_text(content)

    done = klyngebot("evaluate", tmp_path / "set.yaml")

    assert done.returncode == 2
    assert told in done.stderr


def test_a_set_that_is_not_there_is_said_not_to_be(tmp_path: Path) -> None:
    done = klyngebot("evaluate", tmp_path / "gone.yaml")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "gone.yaml: does not exist\n"


def test_each_verdict_is_counted_once() -> None:
    found = figures(
        [
            result("a", "a"),
            result("a", "b"),
            result("a", None, ("b", "a")),
            result("a", None, ("b",)),
            result("a", None),
            result(None, None),
            result(None, None, ("a",)),
            result(None, "a"),
        ]
    )

    assert (found.questions, found.right, found.wrong, found.asked_back, found.refused) == (5, 1, 1, 2, 1)
    assert (found.offered_right, found.outside, found.false_answers) == (1, 3, 1)
    assert added_up(found)


def test_no_questions_give_no_figures_and_no_error() -> None:
    found = figures([])

    assert (found.questions, found.outside, found.p50, found.p99) == (0, 0, 0.0, 0.0)


def test_percentiles_are_of_all_questions() -> None:
    rows = [Result(Question(ask="x", get=None), None, (), None, float(n)) for n in range(1, 101)]

    assert figures(rows).p50 == pytest.approx(50, abs=1)
    assert figures(rows).p99 == pytest.approx(99, abs=1)


def test_the_regression_set_is_run_without_context_between_its_questions(tmp_path: Path) -> None:
    lines = [{"ask": "who leads GCE NODE", "get": "cluster:gce-node"}, {"ask": "who leads it", "get": None}]
    (tmp_path / "set.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))

    first, second = run(
        read_questions(tmp_path / "set.jsonl"), lambda question: interpret(shipped(), question, NOW)
    )

    assert first.right
    assert second.answered is None
