"""Everything a database holds, as bytes and as SQL, for tests that look for traces of somebody."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path


def traces(database: Path, ids: Iterable[int], words: Iterable[str]) -> list[str]:
    """Where an id or a word stands: in the files as they are now, in a fresh backup, in a dump."""
    copy, vacuumed = database.with_suffix(".copy"), database.with_suffix(".vacuumed")
    for each in (copy, vacuumed):
        each.unlink(missing_ok=True)
    with sqlite3.connect(database) as source, sqlite3.connect(copy) as target:
        source.backup(target)
        source.execute("VACUUM INTO ?", (str(vacuumed),))
        sql = "\n".join(source.iterdump())
    files = {path.name: path.read_bytes() for path in _files(database)}
    files |= {each.name: each.read_bytes() for each in (copy, vacuumed)}
    files["dump"] = sql.encode()
    assert len(files) >= 4
    wanted = {str(each): (str(each).encode(), _as_sqlite(each)) for each in ids}
    wanted |= {word: (word.encode(), word.encode("utf-16-le")) for word in words}
    return [
        f"{name} in {file}"
        for file, content in files.items()
        for name, forms in wanted.items()
        for form in forms
        if form in content
    ]


def _files(database: Path) -> list[Path]:
    return [path for path in database.parent.glob(f"{database.name}*") if path.is_file()]


def _as_sqlite(number: int) -> bytes:
    """The end of every form in which SQLite writes it: big-endian, of 1 to 8 bytes."""
    size = (number if number > 0 else ~number).bit_length() // 8 + 1
    return number.to_bytes(size, "big", signed=True)
