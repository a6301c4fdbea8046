"""Whatever lies in the folder, loading says what is wrong and where, quickly and in little memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
import yaml
from bases import SMALLEST, Base
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.errors import KnowledgeError
from bot.knowledge.load import TABLES, load
from bot.knowledge.model import Cluster, Contact, Entry, Event, Fact, Programme
from bot.knowledge.source import MAX_BYTES, MAX_NODES

MEGABYTE = 1_000_000
PLACE = "knowledge/answers/visiting.yaml"
BOMB = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &x [lol]\nb: *x\n", ":1: uses an anchor (&x); write the text out"),
        ("a: b\nb: *x\n", ":2: uses an alias (*); write the text out"),
        ("a0: &a0 lol\n" + BOMB, ":1: uses an anchor (&a0); write the text out"),
        ("a:\n  !!python/object/apply:os.system [id]\n", ":2: uses a tag (tag:yaml.org,2002:python/object/"),
        ("a: !!binary aGVp\n", ":1: uses a tag (tag:yaml.org,2002:binary); write plain text"),
        ("a: !secret b\n", ":1: uses a tag (!secret); write plain text"),
        ("a: 1\n<<: {b: 2}\n", ":2: uses a merge key (<<); write the fields out"),
        (SMALLEST + "    answer: no\n", ":5: 'answer' stands twice, first on line 4; keep one"),
        (SMALLEST + "answers: []\n", ":5: 'answers' stands twice, first on line 1; keep one"),
        ("[" * 100_000, ":1: is nested more than 12 deep"),
        ("{a: " * 100_000, ":1: is nested more than 12 deep"),
        ("- " * 100_000, ":1: is nested more than 12 deep"),
        ("".join(" " * n + "a:\n" for n in range(500)), ":13: is nested more than 12 deep"),
        ("? [a]\n: b\n", ":1: has a list or map where a name is expected"),
        ("answers:\n\t- id: a\n", ":2: is indented with a tab; use spaces"),
        ("answers:\n  - id: a\n\t answer: b\n", ":3: is indented with a tab; use spaces"),
        ("a: b\n---\nc: d\n", ":2: begins a second document (---); use one file for each"),
        ("%YAML 1.1\n---\na: b\n", ':1: begins a line with %; put the text in "quotes"'),
        ("a: \x00\n", ":1: holds a character that is no text (U+0000); delete it"),
        ("a: b\nc: \x1b[31m\n", ":2: holds a character that is no text (U+001B); delete it"),
        ('a: b\nc: "x\\0y"\n', ":2: holds a character that is no text (U+0000); delete it"),
        ('a: "\\ud800"\n', ":1: not readable as YAML: found invalid Unicode character escape code"),
        ('a: "\\UFFFFFFFF"\n', ":1: not readable as YAML: found invalid Unicode character escape code"),
        ("a: b: c\n", ':1: not readable as YAML: has a colon in a text without quotes'),
        ("a: [b\nc: d\n", ":2: not readable as YAML: "),
        ("a: 'b\n", "a quote is opened and never closed"),
        ("a: @b\n", 'a text that begins with @, ` or % goes in "quotes"'),
        ("", ": is empty; fill it or remove it"),
        ("# only a comment\n", ": is empty; fill it or remove it"),
        ("---\n", ": is empty; fill it or remove it"),
        ("null\n", ": is empty; fill it or remove it"),
        (b"\xef\xbb\xbfa: b\n", ":1: begins with a byte order mark; save it as 'UTF-8'"),
        (SMALLEST.encode("utf-16"), ":1: begins with a byte order mark; save it as 'UTF-8'"),
        (SMALLEST.encode("utf-16-le"), ":1: holds a character that is no text (U+0000)"),
        (SMALLEST.encode() + b"\n\xe6\xf8\xe5\n", ":6: holds a character that is not UTF-8; save the file"),
        (b"a: \xed\xa0\x80\n", ":1: holds a character that is not UTF-8; save the file as UTF-8"),
        ("- a\n" * MAX_NODES, f": holds more than {MAX_NODES} values"),
        (SMALLEST.replace("id: opening", "id: " + "a" * 1_000_000), ":2: entry 'aaaa"),
        ("b" * 4_000_000, ":1: must begin with 'answers:'"),
        ("%TAG !a! b\n" * 100_000, ":1: begins a line with %"),
        ("\x85%TAG !a! b\n" * 100_000, "begins a line with %"),
    ],
    ids=range(41),
)  # fmt: skip
def test_what_is_not_plain_yaml_is_refused_with_its_line(base: Base, text: str | bytes, said: str) -> None:
    base.write("answers/visiting.yaml", text)

    problem = base.problem()

    assert problem.startswith(f"{PLACE}:")
    assert said in problem
    assert len(problem) < 700


def test_a_broken_file_does_not_hide_what_is_wrong_in_the_others(base: Base) -> None:
    base.write("answers/a.yaml", "[" * 100)
    base.write("facts.yaml", "facts:\n- {id: f}\n")

    assert [problem.split(": ")[0] for problem in base.problems()] == [
        "knowledge/answers/a.yaml:1",
        "knowledge/facts.yaml:2",
        "knowledge/facts.yaml:2",
    ]


@pytest.mark.parametrize("name", ["facts.yaml", "programme.yaml", "words.yaml", "answers/visiting.yaml"])
def test_a_link_out_of_the_folder_is_not_followed(base: Base, tmp_path: Path, name: str) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("password: hunter2\n")
    (base.folder / name).unlink(missing_ok=True)
    (base.folder / name).symlink_to(secret)

    assert base.problem() == (
        f"knowledge/{name}: is a link to a place outside the knowledge folder; put the file itself here"
    )


def test_a_linked_answers_folder_is_not_followed_out_of_the_base(empty_base: Base, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a.yaml").write_text(SMALLEST)
    (empty_base.folder / "answers").rmdir()
    (empty_base.folder / "answers").symlink_to(elsewhere)

    assert "knowledge/answers/a.yaml: is a link to a place outside" in empty_base.problem()


def test_a_link_within_the_folder_is_followed(base: Base) -> None:
    (base.folder / "versions").mkdir()
    base.write("versions/facts", "facts:\n- {id: f, statement: s, sources: [{title: t}]}\n")
    (base.folder / "facts.yaml").symlink_to("versions/facts")

    assert list(base.load().facts) == ["f"]


def test_the_folder_itself_may_be_a_link(base: Base, tmp_path: Path) -> None:
    (tmp_path / "current").symlink_to(base.folder)

    assert list(load(tmp_path / "current").entries) == ["opening"]


@pytest.mark.parametrize("name", ["facts.yaml", "answers/loop.yaml"])
def test_a_link_that_leads_back_to_itself_is_an_error(base: Base, name: str) -> None:
    (base.folder / name).symlink_to((base.folder / name).name)

    assert base.problem().startswith(f"knowledge/{name}: cannot be read: ")


def test_a_link_that_leads_nowhere_is_an_error(base: Base) -> None:
    (base.folder / "facts.yaml").symlink_to("gone")

    assert base.problem() == "knowledge/facts.yaml: cannot be read: No such file or directory"


def test_the_lock_and_backup_files_of_editors_are_not_read(base: Base) -> None:
    (base.folder / "answers" / ".#visiting.yaml").symlink_to("somebody@laptop.4711")
    base.write("answers/._visiting.yaml", b"\0\5\26\7")
    base.write("answers/visiting.yaml~", "old")

    assert list(base.load().entries) == ["opening"]


@pytest.mark.parametrize("name", ["facts.yaml", "answers/pipe.yaml"])
def test_a_pipe_is_not_waited_for(base: Base, name: str) -> None:
    os.mkfifo(base.folder / name)

    assert base.problem() == f"knowledge/{name}: is not a plain file"


@pytest.mark.parametrize("name", ["facts.yaml", "answers/folder.yaml"])
def test_a_folder_with_the_name_of_a_file_is_an_error(base: Base, name: str) -> None:
    (base.folder / name).mkdir()

    assert base.problem() == f"knowledge/{name}: is not a plain file"


def test_a_file_that_may_not_be_read_is_an_error(base: Base) -> None:
    path = base.write("facts.yaml", "facts: []\n")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")

    assert base.problem() == "knowledge/facts.yaml: cannot be read: Permission denied"


def test_the_name_of_a_file_may_be_any_bytes(base: Base) -> None:
    for place in (b"", b"answers/"):
        Path(os.fsdecode(os.fsencode(base.folder) + b"/" + place + b"s\xf8k.yaml")).write_text(SMALLEST)

    problems = base.problems()

    assert [problem.encode().decode().split(": ")[0] for problem in problems] == [
        "knowledge/answers/s�k.yaml",
        "knowledge/s�k.yaml",
    ]


def test_fifty_megabytes_are_not_read(base: Base) -> None:
    with (base.folder / "facts.yaml").open("wb") as file:
        file.truncate(50 * MEGABYTE)  # a hole: it takes no room on the disk

    tracemalloc.start()
    problem = base.problem()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert problem == "knowledge/facts.yaml: is 50 MB large; at most 5 MB are read"
    assert peak < MAX_BYTES


LARGEST = {
    "lines of text": "answers:\n" + "- a\n" * (MAX_NODES - 10),
    "empty lists": "answers:\n- id: a\n  answer: b\n  questions:\n" + "  - []\n" * (MAX_NODES - 20),
    "unknown fields": "answers:\n- id: a\n" + "".join(f"  questionz{n}: a\n" for n in range(MAX_NODES // 3)),
    "names of nothing": SMALLEST + "    facts: [" + ", ".join(f"f{n}" for n in range(MAX_NODES - 50)) + "]\n",
    "one line": "answers: [{id: a, questions: [b], answer: " + "c " * (MAX_BYTES // 2 - 50) + "}]\n",
    "words": "synonyms:\n" + "- [a]\n" * (MAX_NODES // 3),
}


@pytest.mark.parametrize("case", LARGEST)
def test_the_largest_file_takes_little_memory(base: Base, case: str) -> None:
    base.write("words.yaml" if case == "words" else "answers/visiting.yaml", LARGEST[case])
    script = (
        "import resource, sys\nfrom pathlib import Path\n"
        "from bot.errors import KnowledgeError\nfrom bot.knowledge.load import load\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try:\n    load(Path(sys.argv[1]))\nexcept KnowledgeError as error:\n    print(len(error.problems))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", script, str(base.folder)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )

    problems, kilobytes = map(int, done.stdout.split())
    assert 1 <= problems <= 1000
    assert kilobytes * 1024 < 40 * MAX_BYTES


names = st.sampled_from(
    ["answers/a.yaml"]
    + [f"{name}.yaml" for name in ("facts", "clusters", "contacts", "events", "words", "programme")]
)
fields = st.sampled_from(
    sorted(
        {"en", "nb", "a", "answers", "synonyms", *(name.removesuffix(".yaml") for name in TABLES)}
        | {name for model in (Entry, Fact, Cluster, Contact, Event, Programme) for name in model.model_fields}
    )
)
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.dates(), st.text(max_size=20), fields
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(fields | st.text(max_size=5), inner, max_size=6)
    ),
    max_leaves=25,
)
gentle = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def loads_or_says_why(base: Base, name: str, content: str | bytes) -> None:
    path = base.write(name, content)
    try:
        load(base.folder)
    except KnowledgeError as error:
        assert error.problems
        assert all(problem.text and problem.file.startswith("knowledge/") for problem in error.problems)
    finally:
        path.unlink()


@gentle
@given(name=names, content=st.binary(max_size=200))
@example(name="answers/a.yaml", content=b"\xfe\xff")
def test_any_bytes_load_or_say_why(base: Base, name: str, content: bytes) -> None:
    loads_or_says_why(base, name, content)


@gentle
@given(name=names, content=st.text(st.characters(exclude_categories=["Cs"])))
@example(name="facts.yaml", content="facts: 7")
@example(name="answers/a.yaml", content="answers: text")
def test_any_text_loads_or_says_why(base: Base, name: str, content: str) -> None:
    loads_or_says_why(base, name, content)


@gentle
@given(name=names, content=st.text("ab:-?[]{}\"'#&*!|>%@ \n\t,~<"))
def test_any_signs_of_yaml_load_or_say_why(base: Base, name: str, content: str) -> None:
    loads_or_says_why(base, name, content)


@gentle
@given(name=names, value=values, below=st.booleans(), row=st.booleans())
def test_any_structure_loads_or_says_why(base: Base, name: str, value: Any, below: bool, row: bool) -> None:
    if row:
        value = [{"id": "a", "questions": value, "answer": value, "name": value, "sources": value}]
    if below:
        value = {"synonyms" if name == "words.yaml" else Path(name).stem.replace("a", "answers", 1): value}

    loads_or_says_why(base, name, yaml.safe_dump(value, allow_unicode=True))
