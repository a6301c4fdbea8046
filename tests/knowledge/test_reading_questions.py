"""The regression set, in YAML for editors and in JSON Lines for other programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.errors import KnowledgeError
from bot.knowledge.load import read_questions
from bot.knowledge.model import Question

SHIPPED = Path(__file__).parents[2] / "knowledge"


@pytest.mark.parametrize("head", ["questions:\n", ""])
def test_yaml_holds_the_questions_under_a_name_or_as_a_list(tmp_path: Path, head: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        head + "- {ask: who owns it, get: owner}\n- {ask: weather?, get: null}\n- {ask: hi, get: [a, b]}\n"
    )

    questions = read_questions(path)

    assert [question.right for question in questions] == [("owner",), (), ("a", "b")]


def test_json_lines_hold_one_object_a_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    asked = ["hva er «NIC»?", "\U0001f600 who", "one\u2028line", "2024", "  padded "]
    path.write_text("\n".join(json.dumps({"ask": ask, "get": None}) for ask in asked) + "\n\n")
    assert [question.ask for question in read_questions(path)] == asked

    path.write_text(
        "\n".join(json.dumps({"ask": ask, "get": None}, ensure_ascii=False) for ask in asked), "utf-8"
    )
    assert [question.ask for question in read_questions(path)] == asked


def test_values_in_json_are_text_too(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text('{"ask": 2024, "get": 7, "language": "nb"}\n')

    assert read_questions(path) == (Question(ask="2024", get="7", language="nb"),)


def test_every_line_that_cannot_be_used_is_listed(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    lines = [
        "{",
        '{"ask": "a", "get": null}',
        '{"ask": "b"}',
        "[" * 100_000,
        '"hello"',
        r'{"ask": "\ud800", "get": null}',
    ]
    path.write_text("\n".join(lines))

    with pytest.raises(KnowledgeError) as caught:
        read_questions(path)

    assert [str(problem) for problem in caught.value.problems] == [
        "mine.jsonl:1: is not an object in JSON",
        "mine.jsonl:3: question number 2: 'get' is missing",
        "mine.jsonl:4: is not an object in JSON",
        "mine.jsonl:5: question number 3: 'the row': names and values are expected here (name: value)",
        "mine.jsonl:6: is not an object in JSON",
    ]


@pytest.mark.parametrize("name", ["none.yaml", "none.jsonl"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(KnowledgeError, match=f"{name}: does not exist"):
        read_questions(tmp_path / name)


def test_a_file_named_by_a_link_is_read(tmp_path: Path) -> None:
    (tmp_path / "sets").mkdir()
    (tmp_path / "sets" / "mine.jsonl").write_text('{"ask": "a", "get": "b"}\n')
    (tmp_path / "now").mkdir()
    (tmp_path / "now" / "link.jsonl").symlink_to(tmp_path / "sets" / "mine.jsonl")

    assert read_questions(tmp_path / "now" / "link.jsonl") == (Question(ask="a", get="b"),)


@pytest.mark.parametrize("content", [b"", b"\xff\xfeh\0", b"questions: {}", b"question: []", b"hello"])
def test_a_file_without_questions_is_an_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(content)

    with pytest.raises(KnowledgeError, match=r"^mine\.yaml:"):
        read_questions(path)


def test_the_shipped_set_asks_in_three_languages_and_knows_what_to_refuse() -> None:
    questions = read_questions(SHIPPED / "questions.yaml")

    assert len(questions) >= 300
    assert sum(not question.right for question in questions) >= 60
    assert {question.language for question in questions} >= {"en", "nb", "nn"}
