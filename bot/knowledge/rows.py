"""One file at a time: validated rows, and every problem on the way."""

from __future__ import annotations

import hashlib
import json
import os
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from bot.errors import KnowledgeError, Problem
from bot.knowledge.model import Question, Record
from bot.knowledge.source import Document, Path_, Unreadable, read, read_text, shorten
from bot.knowledge.wording import plainly

AnyRecord = TypeVar("AnyRecord", bound=Record)
MAX_TEXT = 500  # characters of one problem
MAX_PROBLEMS = 1000  # of one folder; nobody reads on, and a hostile file could make a hundred thousand


class Reader:
    """Reads files below `folder` into records and keeps what is wrong in `problems`.

    `context` is what the model needs to know of the base (its languages), `digest` sums up what was read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.context: dict[str, Any] = {}
        self.digest = hashlib.sha256()

    def finish(self) -> None:
        """Raise KnowledgeError if anything was wrong."""
        if self.problems:
            raise KnowledgeError(self.problems)

    def document(self, path: Path, name: str) -> Document | None:
        """The file's content, None (and a problem) where it cannot be read, None where there is none."""
        if not os.path.lexists(path):
            return None
        try:
            document, raw = read(path, self.folder, name)
        except Unreadable as error:
            self.problems.append(error.problem)
            return None
        if document.content is None:
            self.problems.append(Problem(name, 0, "is empty; fill it or remove it"))
            return None
        self.digest.update(name.encode() + b"\0" + raw + b"\0")
        return document

    def json_lines(self, path: Path) -> Document | None:
        """The lines' objects as one list, values read as text, the line of each kept."""
        content: list[Any] = []
        lines: dict[Path_, int] = {}
        try:
            text, _ = read_text(path, self.folder, path.name)
        except Unreadable as error:
            self.problems.append(error.problem)
            return None
        for number, line in enumerate(text.split("\n"), 1):
            if not line.strip() or len(self.problems) >= MAX_PROBLEMS:
                continue
            try:
                row = json.loads(line, parse_int=str, parse_float=str, parse_constant=str)
                json.dumps(row, ensure_ascii=False).encode()  # half a pair of surrogates is JSON and no text
            except (ValueError, RecursionError):
                self.problems.append(Problem(path.name, number, "is not an object in JSON"))
                continue
            lines[(len(content),)] = number
            content.append(row)
        return Document(path.name, content, lines)

    def rows(
        self, document: Document, key: str | None, kind: str, model: type[AnyRecord]
    ) -> dict[int, AnyRecord]:
        """Validate the list under `key` (None: the file is the list): its good rows by position."""
        content = document.content
        if key is not None:
            content = self.under(document, key)
        if content is None:
            return {}
        if not isinstance(content, list):
            line = document.line((key,) if key else ())
            self.problems.append(
                Problem(document.file, line, f"a list of rows is expected{f' under {key!r}' if key else ''}")
            )
            return {}
        found = {}
        for index, raw in enumerate(content):
            if len(self.problems) >= MAX_PROBLEMS:
                break
            row = self._row(document, (key, index) if key else (index,), raw, kind, model)
            if row is not None:
                found[index] = row
        return found

    def under(self, document: Document, key: str) -> Any:
        """The value of `key`, the only one a file has."""
        content = document.content
        if not isinstance(content, dict):
            self.problems.append(Problem(document.file, 1, f"must begin with '{key}:'"))
            return None
        for other in islice((name for name in content if name != key), MAX_PROBLEMS):
            text = f"'{shorten(other)}' does not belong here; this file has only '{key}:'"
            self.problems.append(Problem(document.file, document.line((other,)), text))
        if key not in content:
            self.problems.append(Problem(document.file, 1, f"must begin with '{key}:'"))
        return content.get(key)

    def validated(
        self, document: Document, where: Path_, raw: Any, model: type[AnyRecord], named: str = ""
    ) -> AnyRecord | None:
        """The record that `raw` is, None (and its problems, begun with `named`) where it is none."""
        if isinstance(raw, dict):
            raw = {name: value for name, value in raw.items() if value is not None or model is Question}
        try:
            return model.model_validate(raw, context=self.context)
        except ValidationError as error:
            for detail in error.errors(include_url=False)[:MAX_PROBLEMS]:
                if detail["type"] == "too_short" and detail["input"]:
                    continue  # it has items; what is wrong with them is listed
                line = document.line((*where, *detail["loc"]))
                text = shorten(f"{named}{plainly(detail, model)}", MAX_TEXT)
                self.problems.append(Problem(document.file, line, text))
            return None

    def _row(
        self, document: Document, where: Path_, raw: Any, kind: str, model: type[AnyRecord]
    ) -> AnyRecord | None:
        row_id = raw.get("id") if isinstance(raw, dict) else None
        named = (
            f"{kind} '{shorten(row_id)}'"
            if row_id and isinstance(row_id, str)
            else f"{kind} number {int(where[-1]) + 1}"
        )
        return self.validated(document, where, raw, model, f"{named}: ")
