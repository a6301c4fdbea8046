"""What is logged, and that no secret ever is."""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

TOKEN = re.compile(r"(?:bot)?\d{5,}:[A-Za-z0-9_-]{20,}|bot\d+:[A-Za-z0-9_-]+")
FRAMES = 6  # of an error's way that are told
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
QUIET = ("aiohttp", "alembic", "asyncio", "httpcore", "httpx", "sqlalchemy", "telegram")


class Redacted(logging.Formatter):
    """Lines of text without secrets, whatever message, argument or exception they came from."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = tuple(secret for secret in secrets if secret)

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))

    def formatException(self, ei: ExcInfo) -> str:
        """What kinds of errors, and where; not their own words, which may quote what somebody wrote."""
        lines, error = [], ei[1]
        while error is not None:
            frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
            places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
            lines.append(f"{type(error).__name__} at {places or '?'}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\nafter ".join(lines)

    def _redact(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "[secret]")
        return TOKEN.sub("[token]", text)


class RedactedJson(Redacted):
    """The same as one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        row = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            row["exception"] = self.formatException(record.exc_info)
        return self._redact(json.dumps(row, ensure_ascii=False))


def configure(level: str, shape: str, secrets: Sequence[str]) -> None:
    """Log to standard error as `text` or `json`; other people's libraries only when something is wrong."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter((RedactedJson if shape == "json" else Redacted)(secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
