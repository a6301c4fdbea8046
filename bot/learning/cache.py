"""Files that keep what was learnt; all of it may be deleted at any time."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from bot.learning.packing import unpack
from bot.understand.base import Base

KEPT = 4  # bases: the shipped one, and some that are tried beside it


def default_folder() -> Path | None:
    """Where a user's caches go, None for a user without a home."""
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "klyngebot"
    except RuntimeError:
        return None


def path_of(folder: Path, key: str) -> Path:
    """The file of one base."""
    return folder / f"matcher-{key[:16]}.npz"


def read(folder: Path, key: str) -> Base | None:
    """The base kept under `key`; None where there is none, or a broken one."""
    return unpack(path_of(folder, key), key)


def write(folder: Path, key: str, packed: bytes) -> None:
    """Write beside the file and rename, so that a reader never sees half of it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(packed)
            Path(name).replace(path_of(folder, key))
            _forget_old(folder)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError:
        return  # the cache is optional; a read-only disk must not stop the bot


def _forget_old(folder: Path) -> None:
    """Keep the files written last."""
    written = sorted(folder.glob("matcher*.npz"), key=lambda path: path.stat().st_mtime_ns)
    for path in written[:-KEPT]:
        path.unlink(missing_ok=True)
