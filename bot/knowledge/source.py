"""YAML as editors write it: plain maps, lists and text, with the line of everything and nothing harmful."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.errors import Problem

MAX_BYTES = 5_000_000  # of one file; the largest shipped one has 0.1 MB
MAX_DEPTH = 12
MAX_NODES = 100_000  # values in one file; the largest shipped one has 3 000
_NOTHING = {"", "~", "null", "Null", "NULL"}  # unquoted only; quoted they are text
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_DIRECTIVE = re.compile("(?:^|[\n\r\x85\u2028\u2029])%")  # the parser's time for many of them is quadratic

Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A file's content as dicts, lists, text and None, and the line where each part begins."""

    file: str
    content: Any
    lines: dict[Path_, int]

    def line(self, path: Path_) -> int:
        """The line of the innermost part of `path` that is there."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def shorten(text: str, longest: int = 80) -> str:
    """The text as an error can quote it: at most `longest` characters."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


class Unreadable(Exception):
    """The file cannot be read as knowledge."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def read(path: Path, root: Path, name: str) -> tuple[Document, bytes]:
    """Read one file under `root`; `name` is what problems call it.

    Raises Unreadable for a link out of the folder, a file that is no plain file, too
    large, not UTF-8, or not the plain part of YAML; memory stays within a small multiple of
    MAX_BYTES.
    """
    text, raw = read_text(path, root, name)
    return parse(text, name), raw


def read_text(path: Path, root: Path, name: str) -> tuple[str, bytes]:
    """Read one file under `root` as text and bytes; raises Unreadable as `read` does."""
    raw = _bytes(path, root, name)
    return _text(raw, name), raw


def _bytes(path: Path, root: Path, name: str) -> bytes:
    def refuse(text: str) -> Unreadable:
        return Unreadable(Problem(name, 0, text))

    try:
        if not path.resolve(strict=True).is_relative_to(root.resolve(strict=True)):
            raise refuse("is a link to a place outside the knowledge folder; put the file itself here")
        info = path.stat()
        if not stat.S_ISREG(info.st_mode):
            raise refuse("is not a plain file")
        if info.st_size > MAX_BYTES:
            raise refuse(
                f"is {info.st_size / 1e6:.0f} MB large; at most {MAX_BYTES // 1_000_000} MB are read"
            )
        with path.open("rb") as file:
            raw = file.read(info.st_size + 1)
    except OSError as error:
        raise refuse(f"cannot be read: {os.strerror(error.errno) if error.errno else error}") from error
    except RuntimeError as error:  # what Path.resolve raises before Python 3.13
        raise refuse("cannot be read: it is a link that leads back to itself") from error
    if len(raw) > info.st_size:
        raise refuse("was being written while it was read; save it again")
    return raw


def _text(raw: bytes, name: str) -> str:
    if raw.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(
            Problem(
                name, 1, "begins with a byte order mark; save it as 'UTF-8' (in Notepad not 'UTF-8 with BOM')"
            )
        )
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        text = "holds a character that is not UTF-8; save the file as UTF-8"
        raise Unreadable(Problem(name, line, text)) from error


def parse(text: str, name: str) -> Document:
    """Turn YAML text into a Document; raises Unreadable with the line."""
    for pattern, problem in ((_CONTROL, _control), (_DIRECTIVE, _directive)):
        if found := pattern.search(text):
            line = text.count("\n", 0, found.end()) + 1
            raise Unreadable(Problem(name, line, problem(found.group())))
    builder = _Builder(name)
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            builder.take(event)
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # the latter two from yaml without libyaml
        raise Unreadable(_plainly(error, text, name)) from error
    return Document(name, builder.result, builder.lines)


def _control(character: str) -> str:
    return f"holds a character that is no text (U+{ord(character):04X}); delete it, or save the file as UTF-8"


def _directive(_: str) -> str:
    return 'begins a line with %; put the text in "quotes"'


def _plainly(error: Exception, text: str, name: str) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line + 1 if mark else 1
    rows = text.splitlines()
    row = rows[line - 1] if line <= len(rows) else ""
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "not readable as YAML"
    if "\t" in row[: len(row) - len(row.lstrip())] or ("cannot start any token" in problem and "\t" in row):
        return Problem(name, line, "is indented with a tab; use spaces")
    if "mapping values are not allowed" in problem:
        problem = 'has a colon in a text without quotes, or a wrong indentation; put the text in "quotes"'
    elif "cannot start any token" in problem:
        problem = 'a text that begins with @, ` or % goes in "quotes"'
    elif "unexpected end of stream" in problem:
        problem = "a quote is opened and never closed"
    elif "could not find expected ':'" in problem or "did not find expected" in problem:
        problem = f"{problem}; look at the indentation and the quotes on this line and the one above"
    return Problem(name, line, f"not readable as YAML: {problem}")


class _Builder:
    """Builds plain values from parser events, refusing what editors have no use for."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.result: Any = None
        self.lines: dict[Path_, int] = {}
        self._open: list[tuple[Any, Path_]] = []  # containers being filled, outermost first
        self._keys: list[str | None] = []  # of each open map: the key waiting for its value
        self._nodes = 0
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent):
            raise self._refuse(line, "uses an alias (*); write the text out")
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise self._refuse(line, "begins a second document (---); use one file for each")
        elif isinstance(event, yaml.ScalarEvent):
            self._guard(event, line)
            if found := _CONTROL.search(event.value):  # written as an escape, such as "\0"
                raise self._refuse(line, _control(found.group()))
            empty = not event.style and event.value in _NOTHING
            self._put(None if empty else event.value, line, event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._guard(event, line)
            if len(self._open) >= MAX_DEPTH:
                raise self._refuse(line, f"is nested more than {MAX_DEPTH} deep")
            container: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
            path = self._put(container, line, event)
            self._open.append((container, path))
            self._keys.append(None)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()
            self._keys.pop()

    def _guard(self, event: Any, line: int) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise self._refuse(line, f"holds more than {MAX_NODES} values")
        if event.anchor:
            raise self._refuse(line, f"uses an anchor (&{shorten(event.anchor)}); write the text out")
        if event.tag:
            raise self._refuse(line, f"uses a tag ({shorten(event.tag)}); write plain text")

    def _put(self, value: Any, line: int, event: yaml.Event) -> Path_:
        if not self._open:
            self.result = value
            self.lines[()] = line
            return ()
        container, path = self._open[-1]
        if isinstance(container, list):
            here: Path_ = (*path, len(container))
            container.append(value)
        elif self._keys[-1] is None:
            return self._key(container, path, line, event)
        else:
            key = self._keys[-1]
            here = (*path, key)
            container[key] = value
            self._keys[-1] = None
        self.lines.setdefault(here, line)
        return here

    def _key(self, container: dict[str, Any], path: Path_, line: int, event: yaml.Event) -> Path_:
        if not isinstance(event, yaml.ScalarEvent):
            raise self._refuse(line, "has a list or map where a name is expected")
        key = event.value
        if key == "<<":
            raise self._refuse(line, "uses a merge key (<<); write the fields out")
        if key in container:
            first = self.lines[(*path, key)]
            raise self._refuse(line, f"'{shorten(key)}' stands twice, first on line {first}; keep one")
        self._keys[-1] = key
        self.lines[(*path, key)] = line
        return (*path, key)

    def _refuse(self, line: int, text: str) -> Unreadable:
        return Unreadable(Problem(self.name, line, text))
