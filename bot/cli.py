"""The commands; each calls one room and prints.

What takes long to import is imported by the command that needs it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from bot.errors import AnnounceError, KlyngebotError, KnowledgeError

if TYPE_CHECKING:
    from bot.knowledge.model import Knowledge
    from bot.settings import Settings
    from bot.understand.version import Version

# Read here and nowhere else: `check` and `ask` need no other setting, and no library to read it.
KNOWLEDGE = Path(os.environ.get("KNOWLEDGE_DIR") or "knowledge")
OK, FOUND_PROBLEMS, CANNOT_RUN = 0, 1, 2
Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status. No traceback reaches a person."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        options = _parser().parse_args(arguments)
    except OSError as error:  # there is no room for the help
        _discard_output()
        return _cannot(error.strerror or error)
    command: Command = options.command
    if sys.stdout is None and command is not _run:  # closed by whoever started us
        return _cannot("there is no standard output to print to")
    try:
        status = command(options)
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except KnowledgeError as error:
        _cannot(error)
        return FOUND_PROBLEMS if command is _check and options.knowledge.is_dir() else CANNOT_RUN
    except KlyngebotError as error:
        return _cannot(error)
    except KeyboardInterrupt:
        return CANNOT_RUN
    except BrokenPipeError:  # the reader of our output went away, as `head` does
        _discard_output()
        return OK
    except OSError as error:  # a full disk
        _discard_output()
        named = f"{error.filename}: " if error.filename else ""
        return _cannot(f"{named}{error.strerror or error}")


def _cannot(problem: object) -> int:
    """Say what is wrong where there is somewhere to say it; the exit status."""
    if sys.stderr is not None:  # print would take standard output for it
        with suppress(OSError):
            print(problem, file=sys.stderr, flush=True)
    return CANNOT_RUN


def _discard_output() -> None:
    """Let what is still in the buffer go nowhere, or Python fails to write it once more when it ends."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Parser(argparse.ArgumentParser):
    """Says so when it cannot print, where argparse says nothing or leaves it to the end of the process."""

    def _print_message(self, message: str, file: Any = None) -> None:
        print(message, end="", file=file or sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="klyngebot",
        description="Answers questions about an innovation-cluster programme from a knowledge base.",
        epilog="example: klyngebot ask 'hvem kan søke om klyngestatus?'",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Command, help_: str, example: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=help_, description=help_, epilog=f"example: {example}")
        added.add_argument(
            "--knowledge", type=Path, default=KNOWLEDGE, metavar="DIR", help="its folder (%(default)s)"
        )
        added.set_defaults(command=run)
        return added

    command("run", _run, "Serve Telegram; the token comes from TELEGRAM_BOT_TOKEN.", "klyngebot run")
    command("preview", _preview, "Try the bot in a browser, without Telegram.", "klyngebot preview")
    ask = command("ask", _ask, "Answer a question here and now.", "klyngebot ask --why 'kven kan søkje?'")
    ask.add_argument("question", help="the question; - reads one a line from standard input")
    ask.add_argument("--why", action="store_true", help="also say why this is the answer")
    ask.add_argument("--json", action="store_true", help="print one JSON object a question")
    command("check", _check, "Look for what an editor should mend.", "klyngebot check --knowledge knowledge")
    evaluate = command(
        "evaluate", _evaluate, "Measure the answers to a set of questions.", "klyngebot evaluate"
    )
    evaluate.add_argument(
        "file", nargs="?", type=Path, help="default: questions.yaml of the knowledge folder"
    )
    evaluate.add_argument("--json", action="store_true", help="print the figures as JSON")
    evaluate.add_argument("--wrong", action="store_true", help="first list every question not answered right")
    command("status", _status, "Tell whether the bot runs, and how it stands.", "klyngebot status")
    copy = command(
        "backup", _backup, "Copy the database, also while the bot runs.", "klyngebot backup monday.sqlite3"
    )
    copy.add_argument("file", type=Path, help="the copy, which must not be there yet")
    back = command(
        "restore", _restore, "Put a copy in the database's place.", "klyngebot restore monday.sqlite3"
    )
    back.add_argument("file", type=Path, help="what klyngebot backup made")
    asked = command(
        "questions", _questions, "Print what people asked most.", "klyngebot questions --band unknown"
    )
    asked.add_argument("--days", type=_count, default=30, metavar="N", help="the last N days (%(default)s)")
    asked.add_argument("--band", choices=("sure", "unsure", "unknown"), help="only those answered like this")
    asked.add_argument(
        "--at-least", type=_count, default=1, metavar="K", help="only what was asked K times (%(default)s)"
    )
    _announce_options(
        command(
            "announce",
            _announce,
            "Announce an event or a text, and follow it.",
            "klyngebot announce --event ocean-2027 --dry-run",
        )
    )
    copying = command(
        "copy-data",
        _copy_data,
        "Copy everything from one database into another, new one; the bot must not run.",
        "klyngebot copy-data sqlite:///data/klyngebot.sqlite3 postgresql://klyngebot@db/klyngebot",
    )
    copying.add_argument("source", metavar="FROM", help="as DATABASE_URL has it")
    copying.add_argument("target", metavar="TO", help="as DATABASE_URL will have it")
    return parser


def _announce_options(parser: argparse.ArgumentParser) -> None:
    actions = ("status", "pause", "resume", "cancel")
    parser.add_argument("action", nargs="?", choices=actions, help="what to do with those on their way")
    parser.add_argument("number", nargs="?", type=int, help="which one, where there are several")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--event", metavar="ID", help="an event of events.yaml")
    what.add_argument("--text", help="a text; its first line becomes the heading")
    parser.add_argument(
        "--topic", action="append", default=[], metavar="T", help="whom it concerns; may be repeated"
    )
    parser.add_argument("--language", metavar="L", help="of the text: en, nb or nn")
    parser.add_argument("--dry-run", action="store_true", help="only show it, and how many would get it")
    parser.add_argument("--yes", action="store_true", help="send without being asked")
    parser.add_argument("--follow", action="store_true", help="with status: until all are sent")


def _count(typed: str) -> int:
    number = int(typed)
    if not 0 < number < 100_000:
        raise argparse.ArgumentTypeError(f"{number} is not between 1 and 99,999")
    return number


def _run(options: argparse.Namespace) -> int:
    from bot import app  # Telegram and the database are only loaded where they are needed

    return app.run(_settings(), options.knowledge)


def _preview(options: argparse.Namespace) -> int:
    from bot import app

    return app.preview(_settings(), options.knowledge)


def _announce(options: argparse.Namespace) -> int:
    from bot import telling

    database = _settings().database_url
    knowledge = _knowledge(options)
    if options.action == "status":
        lines = telling.status(database, knowledge, options.follow)
    elif options.action:
        lines = telling.control(database, knowledge, options.action, options.number)
    elif options.event or options.text is not None:
        fields = ("event", "text", "language", "dry_run", "yes")
        wish = telling.Wish(topics=tuple(options.topic), **{each: getattr(options, each) for each in fields})
        lines = telling.announce(database, _version(knowledge), wish)
    else:
        raise AnnounceError("say what to announce: --event ID or --text TEXT")
    asyncio.run(_print(lines))
    return OK


def _copy_data(options: argparse.Namespace) -> int:
    from bot.store.copying import copy

    counts = copy(options.source, options.target)
    for table, count in counts.items():
        print(f"{count:8} {table}")
    print(f"{sum(counts.values()):8} rows are in the new database; the old one is as it was")
    return OK


def _status(options: argparse.Namespace) -> int:
    from bot import operating

    runs, lines = asyncio.run(operating.stands(_settings().database_url))
    print(*lines, sep="\n")
    return OK if runs else FOUND_PROBLEMS


def _backup(options: argparse.Namespace) -> int:
    from bot import operating

    for line in operating.backed_up(_settings().database_url, options.file):
        print(line)
    return OK


def _restore(options: argparse.Namespace) -> int:
    from bot import operating

    for line in operating.restored(_settings().database_url, options.file):
        print(line)
    return OK


def _questions(options: argparse.Namespace) -> int:
    from bot import asked

    database = _settings().database_url
    asyncio.run(_print(asked.frequent(database, options.days, options.band, options.at_least)))
    return OK


async def _print(lines: AsyncIterator[str]) -> None:
    async for line in lines:
        print(line, flush=True)


def _settings() -> Settings:
    from bot.settings import load_settings

    return load_settings()


def _ask(options: argparse.Namespace) -> int:
    from bot.answer.dialogue import Asker, answer, understand
    from bot.answer.explain import explained, why, why_lines

    version = _version(_knowledge(options))
    asker = Asker()
    streamed = options.question == "-"
    typed = os.fsencode(options.question).decode("utf-8", "replace")  # whatever the locale made of it
    for question in _lines() if streamed else (typed,):
        now = datetime.now(UTC)
        start = perf_counter()
        outcome = understand(version, question, asker, now)
        milliseconds = 1000 * (perf_counter() - start)
        say = partial(answer, version, question, asker=asker, now=now)
        reasons = why(version, outcome) if options.why else None
        if options.json:
            row = explained(version, question, outcome, say, milliseconds)
            print(json.dumps(row | ({"why": reasons} if reasons else {}), ensure_ascii=False), flush=True)
            continue
        reply = say(outcome)
        buttons = [f"  [{button.label}]" for row in reply.buttons for button in row]
        lines = [reply.plain(), *buttons, *(["", *why_lines(reasons)] if reasons else [])]
        print(*lines, sep="\n", end="\n\n" if streamed else "\n", flush=True)
    return OK


def _check(options: argparse.Namespace) -> int:
    from bot import report
    from bot.knowledge.check import findings

    knowledge = _knowledge(options)
    problems = findings(knowledge, datetime.now(knowledge.zone).date())
    thresholds = _version(knowledge).matcher.thresholds
    for line in (*problems, *report.checked(knowledge, thresholds, len(problems))):
        print(line)
    return FOUND_PROBLEMS if problems else OK


def _evaluate(options: argparse.Namespace) -> int:
    from bot import report
    from bot.answer.evaluate import Result, figures, run
    from bot.knowledge.load import read_questions
    from bot.understand.interpret import interpret

    version = _version(_knowledge(options))
    questions = read_questions(options.file or options.knowledge / "questions.yaml")
    results = run(questions, lambda question: interpret(version, question, datetime.now(UTC)))
    groups: dict[str, list[Result]] = {"all": list(results)}
    for result in results:
        if result.question.language:
            groups.setdefault(result.question.language, []).append(result)
    found = {name: figures(rows) for name, rows in groups.items()}
    if options.json:
        print(json.dumps({name: asdict(row) for name, row in found.items()}, indent=1))
        return OK
    for line in (*(report.not_right(results) if options.wrong else ()), *report.table(found)):
        print(line)
    return OK


def _knowledge(options: argparse.Namespace) -> Knowledge:
    from bot.knowledge.load import load

    return load(options.knowledge)


def _version(knowledge: Knowledge) -> Version:
    from bot.learning.cache import default_folder
    from bot.learning.learner import Learner
    from bot.understand.version import prepare

    return prepare(knowledge, Learner(default_folder()))


def _lines() -> Iterator[str]:
    """The lines of standard input, parted by nothing but line feeds."""
    if sys.stdin is None:
        raise KlyngebotError("there is no standard input to read questions from")
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(newline="\n")
    for line in sys.stdin:
        yield line.rstrip("\r\n")
