"""The parameters of a Bot API call, however they were sent: JSON, a form, or multipart with files."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from bot.preview.records import Json
from bot.preview.refusals import Refusal, bad_request

MAX_FILE = 50 * 1024 * 1024  # bytes; Telegram's limit for uploads by bots


@dataclass(frozen=True)
class Upload:
    name: str
    mime: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Params:
    """Typed access; forms carry everything as text, so numbers, flags and objects are read from it."""

    values: Json
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        return default if value is None else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        value = self.values.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad_request(f"invalid {name} specified") from None

    def flag(self, name: str) -> bool:
        return str(self.values.get(name, "")).lower() in ("true", "1", "yes", "t", "y")

    def parsed(self, name: str) -> Any:
        """A JSON value, None where the parameter is missing or empty."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def upload(self, name: str) -> Upload | None:
        """The file of a parameter: sent under its own name or as attach://<part>."""
        value = str(self.values.get(name, ""))
        return self.uploads.get(value.removeprefix("attach://") if value.startswith("attach://") else name)

    def shown(self) -> Json:
        """For the log of calls: what was sent, files by name only."""
        return {**self.values, **{name: f"<{upload.name}>" for name, upload in self.uploads.items()}}


async def read_params(request: web.Request) -> Params:
    """Query string and body together. Raises Refusal 400 for JSON nobody can read, 413 for a large file."""
    values: Json = dict(request.query)
    if request.content_type.startswith("multipart/"):
        return await _multipart(request, values)
    if request.content_type == "application/json" and request.can_read_body:
        try:
            body = json.loads(await request.read())
        except ValueError:
            raise bad_request("can't parse JSON body") from None
        if not isinstance(body, dict):
            raise bad_request("JSON body must be an object")
        return Params(values | body)
    return Params(values | dict((await request.post()).items()))


async def _multipart(request: web.Request, values: Json) -> Params:
    uploads: dict[str, Upload] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or not part.name:
            continue
        content = bytearray()
        while chunk := await part.read_chunk():
            content += chunk
            if len(content) > MAX_FILE:
                raise Refusal(413, "Request Entity Too Large")
        if part.filename is None:
            values[part.name] = content.decode("utf-8", "replace")
        else:
            mime = part.headers.get("Content-Type", "application/octet-stream")
            uploads[part.name] = Upload(part.filename, mime, bytes(content))
    return Params(values, uploads)
