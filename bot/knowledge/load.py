"""YAML files -> Knowledge, or every problem there is, each with its file, line and row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from bot.errors import KnowledgeError, Problem
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
    Record,
    Row,
)
from bot.knowledge.references import dangling, did_you_mean
from bot.knowledge.source import Document, Unreadable, parse, read

AnyRecord = TypeVar("AnyRecord", bound=Record)
TABLES: dict[str, tuple[str, type[Row]]] = {  # file -> (what a row is called, its model)
    "facts.yaml": ("fact", Fact),
    "clusters.yaml": ("cluster", Cluster),
    "contacts.yaml": ("contact", Contact),
    "events.yaml": ("event", Event),
}
OTHERS = {"programme.yaml", "words.yaml", "questions.yaml"}


def load(folder: Path) -> Knowledge:
    """Read `folder`: entries of `answers/*.yaml` by file name and in file order, and the tables beside it.

    Raises KnowledgeError listing every problem with file:line and row, so a bad edit
    stops the deploy and not a conversation. Format: knowledge/README.md.
    """
    return _Loader(folder).load()


def read_questions(path: Path) -> tuple[Question, ...]:
    """Read a regression set: YAML (`questions:` or a plain list) or JSON Lines.

    Raises KnowledgeError with every line that cannot be used.
    """
    loader = _Loader(path.parent)
    if path.suffix in {".jsonl", ".ndjson"}:
        document = loader.json_lines(path)
    else:
        document = loader.document(path, path.name)
    content = document.content if document else None
    key = "questions" if isinstance(content, dict) else None
    rows = loader.rows(document, key, "question", Question) if document else []
    loader.finish()
    return tuple(rows)


class _Loader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.context: dict[str, Any] = {}
        self.digest = hashlib.sha256()
        self.origins: dict[tuple[str, str], Origin] = {}

    def load(self) -> Knowledge:
        if not self.folder.is_dir():
            raise KnowledgeError(
                [Problem(str(self.folder), 0, "is not a folder; give the knowledge folder with --knowledge")]
            )
        self._unknown_files()
        programme = self._programme()
        tables = {name: self._table(name, kind, model) for name, (kind, model) in TABLES.items()}
        entries = self._entries()
        if not entries and not self.problems:
            self.problems.append(
                Problem(f"{self.folder.name}/answers", 0, "holds no answers; write at least one")
            )
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
        problems = list(dangling(knowledge))
        if problems:
            raise KnowledgeError(problems)
        return knowledge

    def finish(self) -> None:
        if self.problems:
            raise KnowledgeError(self.problems)

    def document(self, path: Path, name: str) -> Document | None:
        """The file's content, None (and a problem) where it cannot be read, None where there is none."""
        if not path.exists() and not path.is_symlink():
            return None
        try:
            document, raw = read(path, self.folder, name)
        except Unreadable as error:
            self.problems.append(error.problem)
            return None
        self.digest.update(name.encode() + b"\0" + raw + b"\0")
        return document

    def json_lines(self, path: Path) -> Document | None:
        """JSON is YAML: each line becomes an item of one list, its line kept."""
        content: list[Any] = []
        lines: dict[tuple[str | int, ...], int] = {}
        try:
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
                if line.strip():
                    lines[(len(content),)] = number
                    content.append(parse(line, path.name).content)
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(Problem(path.name, 0, f"cannot be read: {error}"))
        except Unreadable as error:
            self.problems.append(Problem(path.name, number, error.problem.text))
        return Document(path.name, content, lines)

    def rows(self, document: Document, key: str | None, kind: str, model: type[AnyRecord]) -> list[AnyRecord]:
        """Validate the list under `key` (None: the file is the list), collecting problems."""
        content = document.content
        if key is not None:
            content = self._under(document, key)
        if content is None:
            return []
        if not isinstance(content, list):
            line = document.line((key,) if key else ())
            self.problems.append(
                Problem(document.file, line, f"a list of rows is expected{f' under {key!r}' if key else ''}")
            )
            return []
        found = []
        for index, raw in enumerate(content):
            where: tuple[str | int, ...] = (key, index) if key else (index,)
            row = self._row(document, where, raw, kind, model)
            if row is not None:
                found.append(row)
        return found

    def _under(self, document: Document, key: str) -> Any:
        content = document.content
        if content is None:
            return None
        if not isinstance(content, dict):
            self.problems.append(Problem(document.file, 1, f"must begin with '{key}:'"))
            return None
        for other in content:
            if other != key:
                text = f"'{other}' does not belong here; this file has only '{key}:'"
                self.problems.append(Problem(document.file, document.line((other,)), text))
        return content.get(key)

    def _row(
        self, document: Document, where: tuple[str | int, ...], raw: Any, kind: str, model: type[AnyRecord]
    ) -> AnyRecord | None:
        named = (
            f"{kind} '{raw['id']}'"
            if isinstance(raw, dict) and raw.get("id")
            else f"{kind} number {int(where[-1]) + 1}"
        )
        if isinstance(raw, dict):
            raw = {name: value for name, value in raw.items() if value is not None or model is Question}
        try:
            return model.model_validate(raw, context=self.context)
        except ValidationError as error:
            for detail in error.errors():
                at = (*where, *detail["loc"])
                self.problems.append(
                    Problem(document.file, document.line(at), f"{named}: {_plainly(detail, model)}")
                )
            return None

    def _programme(self) -> Programme:
        document = self.document(self.folder / "programme.yaml", self._name("programme.yaml"))
        if document is None or document.content is None:
            return Programme()
        raw = document.content
        if isinstance(raw, dict):
            languages = raw.get("languages")
            if isinstance(languages, list) and languages and all(isinstance(item, str) for item in languages):
                self.context = {"language": languages[0], "languages": tuple(languages)}
        try:
            return Programme.model_validate(raw, context=self.context)
        except ValidationError as error:
            for detail in error.errors():
                line = document.line(tuple(detail["loc"]))
                self.problems.append(Problem(document.file, line, _plainly(detail, Programme)))
            return Programme()

    def _table(self, name: str, kind: str, model: type[Row]) -> dict[str, Any]:
        document = self.document(self.folder / name, self._name(name))
        if document is None:
            return {}
        key = name.removesuffix(".yaml")
        return self._by_id(document, self.rows(document, key, kind, model), key, kind)

    def _entries(self) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        for path in sorted((self.folder / "answers").glob("*.y*ml")):
            document = self.document(path, self._name(f"answers/{path.name}"))
            if document is None:
                continue
            rows = self.rows(document, "answers", "entry", Entry)
            rows = [row if row.topic else row.model_copy(update={"topic": path.stem}) for row in rows]
            entries |= self._by_id(document, rows, "answers", "entry")
        return entries

    def _by_id(self, document: Document, rows: Iterable[Row], key: str, kind: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        origins = {
            raw.get("id"): _origin(document, (key, index), raw)
            for index, raw in enumerate(document.content[key] or [])
            if isinstance(raw, dict)
        }
        for row in rows:
            origin = origins[row.id]
            first = self.origins.get((kind, row.id), origin if row.id in found else None)
            if first is not None:
                text = f"{kind} '{row.id}': the id is taken, in {first.file}:{first.line}; give it another"
                self.problems.append(Problem(document.file, origin.line, text))
                continue
            self.origins[kind, row.id] = origin
            found[row.id] = row
        return found

    def _synonyms(self) -> tuple[tuple[str, ...], ...]:
        document = self.document(self.folder / "words.yaml", self._name("words.yaml"))
        rows = self._under(document, "synonyms") if document else None
        if document is None or rows is None:
            return ()
        groups = []
        for index, row in enumerate(rows if isinstance(rows, list) else [None]):
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
        for path in sorted(self.folder.glob("*.y*ml")):
            if path.name not in known:
                guess = did_you_mean(path.name, known)
                text = f"is not a file of the knowledge base{guess}; answers belong in answers/"
                self.problems.append(Problem(self._name(path.name), 0, text))

    def _name(self, relative: str) -> str:
        return f"{self.folder.name}/{relative}"


def _origin(document: Document, where: tuple[str | int, ...], raw: Mapping[str, Any]) -> Origin:
    fields = {name: document.line((*where, name)) for name in raw}
    return Origin(document.file, document.line(where), fields)


def _with_languages(programme: Programme, entries: Iterable[Entry]) -> Programme:
    seen = dict.fromkeys(language for entry in entries for language in entry.questions)
    return programme.model_copy(update={"languages": tuple(seen) or ("en",)})


def _plainly(detail: Mapping[str, Any], model: type[Record]) -> str:
    """One pydantic error as a sentence an editor understands."""
    names = [str(part) for part in detail["loc"] if isinstance(part, str)]
    field = names[-1] if names else "the row"
    match detail["type"]:
        case "missing":
            return f"'{field}' is missing"
        case "extra_forbidden":
            return f"'{field}' is not a field here{did_you_mean(field, model.model_fields)}"
        case "model_type" | "model_attributes_type" | "dict_type":
            return f"'{field}': names and values are expected here (name: value)"
        case "tuple_type" | "list_type":
            return f"'{field}': a list is expected here, in [brackets] or as lines beginning with '- '"
        case "string_type":
            return f"'{field}': a text is expected here"
        case "string_pattern_mismatch":
            return (
                f"'{field}': '{detail['input']}' is no id; use small letters a-z, digits and single hyphens"
            )
        case "value_error":
            return f"'{field}': {detail['ctx']['error']}"
    return f"'{field}': {detail['msg'][:1].lower()}{detail['msg'][1:]}"
