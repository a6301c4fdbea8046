"""The commands; each calls one room and prints."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from bot.errors import KlyngebotError, KnowledgeError
from bot.knowledge.load import load, read_questions
from bot.understand.version import Version, prepare

KNOWLEDGE = Path(os.environ.get("KNOWLEDGE_DIR", "knowledge"))
OK, FOUND_PROBLEMS, CANNOT_RUN = 0, 1, 2
Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status. No traceback reaches a person."""
    options = _parser().parse_args(arguments)
    command: Command = options.command
    try:
        return command(options)
    except KnowledgeError as error:
        print(error, file=sys.stderr)
        return FOUND_PROBLEMS if command is _check else CANNOT_RUN
    except KlyngebotError as error:
        print(error, file=sys.stderr)
        return CANNOT_RUN
    except KeyboardInterrupt:
        return OK
    except BrokenPipeError:  # the reader of our output went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
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
    return parser


def _run(options: argparse.Namespace) -> int:
    from bot import app  # Telegram and the database are only loaded where they are needed

    return app.run(_settings(options))


def _preview(options: argparse.Namespace) -> int:
    from bot import app

    return app.preview(_settings(options))


def _settings(options: argparse.Namespace) -> Any:
    from bot.settings import load_settings

    return load_settings(knowledge_dir=options.knowledge)


def _ask(options: argparse.Namespace) -> int:
    from bot.answer.compose import compose
    from bot.answer.dialogue import Asker, answer_language, menu_language, respond
    from bot.answer.explain import explained, why, why_lines
    from bot.understand.interpret import interpret

    version = _version(options.knowledge)
    asker = Asker()
    for question in _lines() if options.question == "-" else (options.question,):
        now = datetime.now(UTC)
        start = perf_counter()
        outcome = interpret(version, question, now)
        milliseconds = 1000 * (perf_counter() - start)
        if options.json:
            reply = compose(version, outcome, answer_language(outcome, menu_language(asker, version)), now)
            row = explained(version, question, outcome, reply, milliseconds)
            print(
                json.dumps(row | ({"why": why(version, outcome)} if options.why else {}), ensure_ascii=False),
                flush=True,
            )
            continue
        answer = respond(version, question, asker, now)
        buttons = [f"  [{button.label}]" for row in answer.buttons for button in row]
        print(answer.plain(), *buttons, sep="\n", flush=True)
        if options.why:
            print("", *why_lines(why(version, outcome)), sep="\n", flush=True)
    return OK


def _check(options: argparse.Namespace) -> int:
    from bot import report
    from bot.knowledge.check import findings

    knowledge = load(options.knowledge)
    problems = findings(knowledge, datetime.now(knowledge.zone).date())
    thresholds = _version(options.knowledge).matcher.thresholds
    for line in (*problems, *report.checked(knowledge, thresholds, len(problems))):
        print(line)
    return FOUND_PROBLEMS if problems else OK


def _evaluate(options: argparse.Namespace) -> int:
    from bot import report
    from bot.answer.evaluate import Result, figures, run
    from bot.understand.interpret import interpret

    questions = read_questions(options.file or options.knowledge / "questions.yaml")
    version = _version(options.knowledge)
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


def _version(folder: Path) -> Version:
    return prepare(load(folder), cache_folder())


def cache_folder() -> Path:
    """Where what was learnt from a base is kept between runs; it may be deleted at any time."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "klyngebot"


def _lines() -> Iterator[str]:
    for line in sys.stdin:
        yield line.rstrip("\n")
