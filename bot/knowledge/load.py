"""YAML files -> Knowledge, or every problem there is, each with its file, line and row."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import Any

from bot.errors import KnowledgeError, Problem
from bot.knowledge.event_check import impossible
from bot.knowledge.model import (
    Cluster,
    Contact,
    Entry,
    Event,
    Fact,
    Knowledge,
    Origin,
    Programme,
    Question,
    Row,
)
from bot.knowledge.references import dangling, did_you_mean
from bot.knowledge.rows import MAX_PROBLEMS, Reader
from bot.knowledge.source import Document

TABLES: dict[str, tuple[str, type[Row]]] = {  # file -> (what a row is called, its model)
    "facts.yaml": ("fact", Fact),
    "clusters.yaml": ("cluster", Cluster),
    "contacts.yaml": ("contact", Contact),
    "events.yaml": ("event", Event),
}
OTHERS = {"programme.yaml", "words.yaml", "questions.yaml"}
VOCABULARY = {"topics": "topic", "levels": "level", "themes": "theme", "regions": "region"}
TOPIC = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def load(folder: Path, examples: Path | None = None) -> Knowledge:
    """Read `folder`: entries of `answers/*.yaml` by file name and in file order, and the tables beside it.

    `examples` is a folder with an `events.yaml` of events that are invented, to be shown beside the others.

    Raises KnowledgeError listing every problem with file:line and row, so a bad edit
    stops the deploy and not a conversation. Format: knowledge/README.md.
    """
    return _Loader(folder).load(examples)


def read_questions(path: Path) -> tuple[Question, ...]:
    """Read a regression set: YAML (`questions:` or a plain list) or JSON Lines.

    Raises KnowledgeError with every line that cannot be used.
    """
    if not path.exists():
        raise KnowledgeError([Problem(path.name, 0, "does not exist")])
    reader = Reader(path.resolve().parent)  # a link is followed here: the file was named by whoever asks
    if path.suffix in {".jsonl", ".ndjson"}:
        document = reader.json_lines(path)
    else:
        document = reader.document(path, path.name)
    content = document.content if document else None
    key = "questions" if isinstance(content, dict) else None
    rows = reader.rows(document, key, "question", Question) if document else {}
    reader.finish()
    return tuple(rows.values())


class _Loader(Reader):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.origins: dict[tuple[str, str], Origin] = {}

    def load(self, examples: Path | None) -> Knowledge:
        if not self.folder.is_dir():
            raise KnowledgeError(
                [Problem(str(self.folder), 0, "is not a folder; give the knowledge folder with --knowledge")]
            )
        if not os.access(self.folder, os.R_OK | os.X_OK):
            raise KnowledgeError(
                [Problem(str(self.folder), 0, "may not be read by the user the bot runs as")]
            )
        self._unknown_files()
        programme = self._programme()
        tables = {name: self._table(name, kind, model) for name, (kind, model) in TABLES.items()}
        if examples is not None:
            tables["events.yaml"] |= self._examples(examples)
        entries = self._entries()
        if not entries and not self.problems:
            self.problems.append(Problem(self._name("answers"), 0, "holds no answers; write at least one"))
        synonyms = self._synonyms()
        self.finish()
        knowledge = Knowledge(
            self.folder,
            programme if programme.languages else _with_languages(programme, entries.values()),
            entries,
            tables["facts.yaml"],
            tables["clusters.yaml"],
            tables["contacts.yaml"],
            tables["events.yaml"],
            synonyms,
            self.origins,
            self.digest.hexdigest(),
        )
        problems = list(islice(chain(dangling(knowledge), impossible(knowledge)), MAX_PROBLEMS))
        if problems:
            raise KnowledgeError(problems)
        return knowledge

    def _programme(self) -> Programme:
        document = self.document(self.folder / "programme.yaml", self._name("programme.yaml"))
        if document is None:
            return Programme()
        raw = document.content
        if isinstance(raw, dict):
            languages = raw.get("languages")
            if isinstance(languages, list) and languages and all(isinstance(item, str) for item in languages):
                self.context = {"language": languages[0], "languages": tuple(languages)}
        programme = self.validated(document, (), raw, Programme)
        if programme is None:
            return Programme()
        for name in raw:
            here = Origin(document.file, document.line((name,)))
            self.origins["setting", name] = here
        for key, kind in VOCABULARY.items():
            self._by_id(document, dict(enumerate(getattr(programme, key))), key, kind)
        for index, place in enumerate(programme.places):
            self.origins["place", place.name] = _origin(document, ("places", index), raw["places"][index])
        return programme

    def _table(self, name: str, kind: str, model: type[Row]) -> dict[str, Any]:
        document = self.document(self.folder / name, self._name(name))
        if document is None:
            return {}
        key = name.removesuffix(".yaml")
        return self._by_id(document, self.rows(document, key, kind, model), key, kind)

    def _examples(self, folder: Path) -> dict[str, Any]:
        other = Reader(folder)
        other.context, other.problems, other.digest = self.context, self.problems, self.digest
        document = other.document(folder / "events.yaml", f"{folder.name}/events.yaml")
        if document is None:
            return {}
        return self._by_id(document, other.rows(document, "events", "event", Event), "events", "event")

    def _entries(self) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        for path in _yaml_files(self.folder / "answers"):
            name = self._name(f"answers/{path.name}")
            if not TOPIC.fullmatch(path.stem):
                text = (
                    "its name is the topic of its answers; use small letters a-z, digits and single hyphens"
                )
                self.problems.append(Problem(name, 0, text))
                continue
            if path.suffix != path.suffix.lower():  # whoever watches the folder looks for small letters
                self.problems.append(Problem(name, 0, f"write its ending as {path.suffix.lower()}"))
                continue
            document = self.document(path, name)
            if document is None:
                continue
            rows = {
                index: row if row.topic else row.model_copy(update={"topic": path.stem})
                for index, row in self.rows(document, "answers", "entry", Entry).items()
            }
            entries |= self._by_id(document, rows, "answers", "entry")
        return entries

    def _by_id(self, document: Document, rows: Mapping[int, Row], key: str, kind: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for index, row in rows.items():
            origin = _origin(document, (key, index), document.content[key][index])
            first = self.origins.get((kind, row.id))
            if first is not None:
                text = f"{kind} '{row.id}': the id is taken, in {first.file}:{first.line}; give it another"
                self.problems.append(Problem(document.file, origin.line, text))
                continue
            self.origins[kind, row.id] = origin
            found[row.id] = row
        return found

    def _synonyms(self) -> tuple[tuple[str, ...], ...]:
        document = self.document(self.folder / "words.yaml", self._name("words.yaml"))
        rows = self.under(document, "synonyms") if document else None
        if document is None or rows is None:
            return ()
        groups = []
        for index, row in enumerate(rows if isinstance(rows, list) else [None]):
            if len(self.problems) >= MAX_PROBLEMS:
                break
            if (
                isinstance(row, list)
                and len(row) > 1
                and all(isinstance(word, str) and word.strip() for word in row)
            ):
                groups.append(tuple(row))
                continue
            line = document.line(("synonyms", index))
            self.problems.append(
                Problem(
                    document.file, line, "each line is a list of two or more words: - [NIC, klyngeprogrammet]"
                )
            )
        return tuple(groups)

    def _unknown_files(self) -> None:
        known = {*TABLES, *OTHERS}
        for path in _yaml_files(self.folder):
            if path.name not in known:
                guess = did_you_mean(path.name, known)
                text = f"is not a file of the knowledge base{guess}; answers belong in answers/"
                self.problems.append(Problem(self._name(path.name), 0, text))

    def _name(self, relative: str) -> str:
        name = f"{self.folder.resolve().name}/{relative}"
        return os.fsencode(name).decode("utf-8", "replace")  # a file's name may be any bytes


def _yaml_files(folder: Path) -> list[Path]:
    """By name; editors' lock and backup files, which begin with a dot, are not ours."""
    found = (path for path in folder.glob("*") if path.suffix.lower() in {".yaml", ".yml"})
    return sorted(path for path in found if not path.name.startswith("."))


def _origin(document: Document, where: tuple[str | int, ...], raw: Mapping[str, Any]) -> Origin:
    fields = {name: document.line((*where, name)) for name in raw}
    return Origin(document.file, document.line(where), fields)


def _with_languages(programme: Programme, entries: Iterable[Entry]) -> Programme:
    seen = dict.fromkeys(language for entry in entries for language in entry.questions)
    return programme.model_copy(update={"languages": tuple(seen) or ("en",)})
