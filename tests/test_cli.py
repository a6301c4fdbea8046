"""The commands as people and programs run them: what they print, how they exit, never a traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from shipped import KNOWLEDGE, ROOT, cache_home, shipped

COMMANDS = ("run", "preview", "ask", "check", "evaluate")
CONTRACT = {
    "question": str,
    "language": str,
    "decision": str,
    "kind": (str, type(None)),
    "entry": (str, type(None)),
    "confidence": (int, float),
    "matched": str,
    "facts": list,
    "choices": list,
    "text": str,
    "milliseconds": (int, float),
}
SMALLEST = """\
answers:
  - id: opening
    questions: [When are you open, opening hours]
    answer: Every day from nine to four.
"""


def environment(**more: str) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("TELEGRAM_", "WEBHOOK_"))
    }
    kept.pop("KNOWLEDGE_DIR", None)
    return {**kept, "XDG_CACHE_HOME": str(cache_home()), "PYTHONPATH": str(ROOT), **more}


def klyngebot(
    *arguments: str | Path, stdin: str | bytes = "", knowledge: Path | None = KNOWLEDGE, **more: str
) -> subprocess.CompletedProcess[str]:
    shipped()  # so that what is learnt is in the cache
    given = ["--knowledge", str(knowledge)] if knowledge else []
    done = subprocess.run(
        [sys.executable, "-m", "bot", *map(str, arguments), *given],
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        env=environment(**more),
        cwd=ROOT,
        timeout=120,
        check=False,
    )
    result = subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    )
    assert "Traceback" not in result.stdout + result.stderr, result.stderr
    return result


def rows(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The smallest base that works."""
    (tmp_path / "small" / "answers").mkdir(parents=True)
    (tmp_path / "small" / "answers" / "visiting.yaml").write_text(SMALLEST)
    return tmp_path / "small"


@pytest.fixture
def broken(small: Path) -> Path:
    (small / "answers" / "broken.yaml").write_text(
        SMALLEST.replace("opening\n", "other\n    contact: nobody\n")
    )
    return small


def test_a_question_is_answered_with_source_and_buttons() -> None:
    done = klyngebot("ask", "kven kan søkje om klyngestatus?")

    assert done.returncode == 0
    assert done.stderr == ""
    assert "Kjelde" in done.stdout
    assert "  [Kven kan eg spørje?]\n" in done.stdout


def test_why_tells_the_decision_and_what_it_was_made_of() -> None:
    done = klyngebot("ask", "--why", "who leads NODE")

    assert "decision   sure, by the directory" in done.stdout
    assert "cluster:gce-node" in done.stdout


@pytest.mark.parametrize(
    ("asked", "decision", "kind", "entry"),
    [
        ("What is GCE, Global Centres of Expertise?", "sure", "answer", "level-gce"),
        ("who leads GCE NODE", "sure", "cluster", "cluster:gce-node"),
        ("Owe Hagesæther", "sure", "contact", "contact:hagesaether"),
        ("THE OCEAN 2019", "sure", "event", "event:the-ocean-2019"),
        ("clusters in Bergen", "sure", "list", None),
        ("hello", "sure", "smalltalk", "hello"),
        ("kubernetes cluster setup", "unknown", None, None),
        ("", "unknown", None, None),
    ],
)
def test_json_keeps_the_contract(asked: str, decision: str, kind: str | None, entry: str | None) -> None:
    done = klyngebot("ask", "--json", asked)

    (row,) = rows(done.stdout)
    assert set(row) - {"items", "parts"} == set(CONTRACT)
    assert all(isinstance(row[key], kinds) for key, kinds in CONTRACT.items())
    assert (row["question"], row["decision"], row["kind"], row["entry"]) == (asked, decision, kind, entry)
    assert 0 <= row["confidence"] <= 1
    assert row["language"] in {"en", "nb", "nn"}
    assert len(row["choices"]) <= 5
    for choice in row["choices"]:
        assert set(choice) == {"entry", "confidence"}
        assert isinstance(choice["entry"], str) and 0 <= choice["confidence"] <= 1
    assert ("items" in row) == (kind == "list")
    if kind == "list":
        assert row["items"] and all(item.startswith("cluster:") for item in row["items"])
    if entry and decision == "sure":
        assert row["choices"][0]["entry"] == entry
    if kind == "answer":
        assert row["facts"] == list(shipped().knowledge.entries[row["entry"]].facts)


def test_json_lists_all_that_fit_and_not_only_the_first_page() -> None:
    (row,) = rows(klyngebot("ask", "--json", "which clusters are there in Western Norway").stdout)

    assert len(row["items"]) > 8


def test_two_questions_in_one_are_told_apart() -> None:
    (row,) = rows(klyngebot("ask", "--json", "who leads GCE NODE? and what is the website of iKuben?").stdout)

    assert [part["entry"] for part in row["parts"]] == ["cluster:gce-node", "cluster:ikuben"]
    assert all(set(part) - {"items"} == set(CONTRACT) for part in row["parts"])


def test_a_stream_answers_each_line_with_one_object_in_order_and_by_itself() -> None:
    asked = [
        "who leads NODE",
        "",
        "who leads it",
        "   ",
        "clusters in health",
        "\u2028",
        "a\rb",
        "x" * 5000,
        "hi",
    ]

    done = klyngebot("ask", "--json", "-", stdin="\n".join(asked) + "\n")

    answers = [json.loads(line) for line in done.stdout.split("\n") if line]
    assert done.returncode == 0
    assert [row["question"] for row in answers] == asked
    assert answers[0]["entry"] == "cluster:gce-node"
    assert answers[2]["entry"] != "cluster:gce-node"  # lines share nothing
    assert all(set(CONTRACT) <= set(row) for row in answers)


def test_a_stream_that_ends_without_a_line_feed_or_has_windows_ones_is_read_the_same() -> None:
    done = klyngebot("ask", "--json", "-", stdin="who leads NODE\r\nhello")

    assert [row["question"] for row in rows(done.stdout)] == ["who leads NODE", "hello"]


def test_an_empty_stream_is_answered_with_nothing() -> None:
    done = klyngebot("ask", "--json", "-")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_bytes_that_are_no_text_do_not_stop_the_stream() -> None:
    done = klyngebot("ask", "--json", "-", stdin=b"\xff\xfe\x00 node\n\xc3\nhello\n")

    assert done.returncode == 0
    assert rows(done.stdout)[-1]["entry"] == "hello"
    assert len(rows(done.stdout)) == 3


def test_a_question_whose_bytes_are_no_text_is_answered() -> None:
    arguments = [os.fsencode(sys.executable), b"-m", b"bot", b"ask", b"--json", b"klynge \xff"]

    done = subprocess.run(
        arguments, capture_output=True, env=environment(), cwd=ROOT, timeout=120, check=False
    )

    assert done.returncode == 0
    assert json.loads(done.stdout)["decision"]


def test_the_same_answer_is_given_whatever_the_locale() -> None:
    told = [
        rows(klyngebot("ask", "--json", "kven kan søkje", **more).stdout)[0]["text"]
        for more in ({}, {"LC_ALL": "C"}, {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})
    ]

    assert len(set(told)) == 1


def test_a_reader_that_goes_away_is_no_error() -> None:
    shipped()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "ask", "--json", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        cwd=ROOT,
    )
    assert process.stdin and process.stdout and process.stderr
    process.stdin.write(b"hello\n")
    process.stdin.flush()
    assert process.stdout.readline()
    process.stdout.close()
    process.stdin.write(b"hello\n" * 100)
    process.stdin.close()

    assert process.wait(timeout=60) == 0
    assert process.stderr.read() == b""
    process.stderr.close()


@pytest.mark.parametrize("command", [["check"], ["evaluate"], ["ask", "hello"]])
def test_output_that_nobody_reads_is_no_error(command: list[str]) -> None:
    shipped()
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as gone:
        done = subprocess.run(
            [sys.executable, "-m", "bot", *command],
            stdout=gone,
            stderr=subprocess.PIPE,
            env=environment(),
            cwd=ROOT,
            timeout=120,
            check=False,
        )

    assert done.returncode == 0
    assert done.stderr == b""


def test_ctrl_c_ends_quietly() -> None:
    shipped()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "ask", "--json", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        cwd=ROOT,
    )
    assert process.stdin and process.stdout
    process.stdin.write(b"hello\n")
    process.stdin.flush()
    assert process.stdout.readline()
    process.send_signal(signal.SIGINT)

    _, errors = process.communicate(timeout=60)
    assert errors == b""
    assert process.returncode == 2


def test_asking_loads_neither_telegram_nor_a_web_server_nor_a_database() -> None:
    code = (
        "import sys\n"
        "from bot.cli import main\n"
        "main(['ask', 'hello'])\n"
        "heavy = {'telegram', 'aiohttp', 'httpx', 'sqlalchemy', 'alembic', 'pydantic_settings'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=environment(),
        cwd=ROOT,
        timeout=120,
        check=False,
    )

    assert done.stdout.splitlines()[-1] == "[]"


def test_help_loads_nothing_that_takes_long() -> None:
    code = (
        "import sys\n"
        "from bot.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'rapidfuzz', 'pydantic', 'yaml', 'telegram', 'aiohttp', 'sqlalchemy'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment(), cwd=ROOT, check=False
    )

    assert done.stdout.splitlines()[-1] == "[]"


def test_every_command_has_help_with_an_example() -> None:
    whole = klyngebot("--help", knowledge=None).stdout
    for name in COMMANDS:
        assert name in whole
        done = klyngebot(name, "--help", knowledge=None)
        assert done.returncode == 0
        assert f"example: klyngebot {name}" in done.stdout
        assert "--knowledge DIR" in done.stdout


@pytest.mark.parametrize("arguments", [(), ("nonsense",), ("ask",), ("ask", "--nonsense", "x")])
def test_a_command_that_is_none_exits_with_2_and_says_how(arguments: tuple[str, ...]) -> None:
    done = klyngebot(*arguments, knowledge=None)

    assert done.returncode == 2
    assert done.stdout == ""
    assert "usage: klyngebot" in done.stderr


def test_running_without_a_token_names_the_setting() -> None:
    done = klyngebot("run")

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("TELEGRAM_BOT_TOKEN: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("setting", ["TELEGRAM_BOT_TOKEN=nonsense", "LISTEN=everywhere", "LOG_LEVEL=LOUD"])
def test_a_setting_that_means_nothing_is_named_and_not_shown(setting: str) -> None:
    name, _, value = setting.partition("=")

    done = klyngebot("run", **{"TELEGRAM_BOT_TOKEN": "1:a", name: value})

    assert done.returncode == 2
    assert done.stderr.startswith(f"{name}: ")
    assert name == "LISTEN" or value not in done.stderr


def test_the_shipped_base_is_clean() -> None:
    done = klyngebot("check")

    assert done.returncode == 0, done.stdout
    assert "nothing to mend" in done.stdout
    assert done.stderr == ""


def test_a_broken_base_is_told_by_file_and_line(broken: Path) -> None:
    done = klyngebot("check", knowledge=broken)

    assert done.returncode == 1
    assert "small/answers/broken.yaml:3: entry 'other': contact 'nobody' does not exist" in done.stderr


@pytest.mark.parametrize("command", [("ask", "hello"), ("ask", "-"), ("evaluate",), ("check",)])
def test_no_command_runs_on_a_base_that_is_not_there(tmp_path: Path, command: tuple[str, ...]) -> None:
    done = klyngebot(*command, knowledge=tmp_path / "nowhere")

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "nowhere" in done.stderr


def test_asking_a_broken_base_is_refused(broken: Path) -> None:
    done = klyngebot("ask", "hello", knowledge=broken)

    assert done.returncode == 2
    assert "broken.yaml:3" in done.stderr


def test_the_smallest_base_is_one_file_and_works(small: Path) -> None:
    assert "Every day from nine to four." in klyngebot("ask", "when are you open?", knowledge=small).stdout
    assert rows(klyngebot("ask", "--json", "opening hours", knowledge=small).stdout)[0]["facts"] == []

    checked = klyngebot("check", knowledge=small)
    assert checked.returncode == 1  # an editor should say where it is from
    assert "opening" in checked.stdout


def test_the_folder_may_be_named_by_the_environment(small: Path) -> None:
    done = klyngebot("ask", "opening hours", knowledge=None, KNOWLEDGE_DIR=str(small))

    assert "Every day" in done.stdout
    assert klyngebot("ask", "hello", knowledge=None, KNOWLEDGE_DIR="").returncode == 0


def test_a_user_without_a_home_can_ask(small: Path) -> None:
    done = klyngebot("ask", "opening hours", knowledge=small, XDG_CACHE_HOME="", HOME="/nonexistent/home")

    assert done.returncode == 0
    assert "Every day" in done.stdout


def test_a_name_of_one_word_is_a_name(small: Path) -> None:
    (small / "contacts.yaml").write_text(
        "contacts:\n  - {id: pele, name: Pele, organisation: Santos, role: captain, web: https://santos.example}\n"
    )

    assert "Santos" in klyngebot("ask", "who is Pele", knowledge=small).stdout


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("ask hei >&-", "there is no standard output to print to\n"),
        ("ask - <&-", "there is no standard input to read questions from\n"),
        ("ask hei >/dev/full", "No space left on device\n"),
        ("--help >/dev/full", "No space left on device\n"),
        ("announce --help >/dev/full", "No space left on device\n"),
        ("ask hei >&- 2>&-", ""),
        ("ask hei >/dev/full 2>&-", ""),
    ],
)
def test_a_stream_that_is_closed_or_full_is_one_plain_line(line: str, said: str) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", f'"$0" -m bot {line}', sys.executable],
        capture_output=True,
        env=environment(),
        cwd=ROOT,
        timeout=120,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr.decode()) == (2, b"", said)
