"""Lengths in UTF-16 units and the entities Telegram finds by itself (commands, mentions, links)."""

from __future__ import annotations

import re
from typing import Any

MAX_TEXT = 4096  # UTF-16 units, after entities are parsed
MAX_CAPTION = 1024
MAX_ENTITIES = 100  # Telegram drops the rest without a word

_FOUND_BY_ITSELF = re.compile(
    r"(?P<email>(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<url>\bhttps?://[^\s<>\"]+[^\s<>\".,;:!?)\]]|\bwww\.[\w-]+\.[^\s<>\"]+[^\s<>\".,;:!?)\]])"
    r"|(?P<mention>(?<![\w@/])@\w{4,32}\b)"
    r"|(?P<bot_command>(?<![\w/@<])/\w{1,64}(?:@\w{3,32})?\b)"
    r"|(?P<hashtag>(?<![\w#])#\w*[^\W\d]\w*)"
)
_OPAQUE = {"code", "pre", "text_link", "text_mention", "custom_emoji"}


def utf16(text: str) -> int:
    """How many UTF-16 units `text` has: what Telegram counts offsets and lengths in."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, offset: int, length: int) -> str:
    """The part of `text` at a UTF-16 offset and length."""
    return text.encode("utf-16-le")[offset * 2 : (offset + length) * 2].decode("utf-16-le", "replace")


def with_found(text: str, entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """`entities` and those Telegram finds in the text itself, by offset, outer ones first."""
    closed = [(e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] in _OPAQUE]
    found = []
    for match in _FOUND_BY_ITSELF.finditer(text):
        start = utf16(text[: match.start()])
        end = start + utf16(match.group())
        if not any(start < b and a < end for a, b in closed):
            found.append({"type": str(match.lastgroup), "offset": start, "length": end - start})
    return sorted([*entities, *found], key=lambda e: (e["offset"], -e["length"]))[:MAX_ENTITIES]


def trimmed(text: str, entities: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """Text without white space around it, its entities moved and clipped to fit."""
    lead = utf16(text) - utf16(text.lstrip())
    kept = text.strip()
    size = utf16(kept)
    moved = []
    for entity in entities:
        start = max(entity["offset"] - lead, 0)
        end = min(entity["offset"] + entity["length"] - lead, size)
        if end > start:
            moved.append({**entity, "offset": start, "length": end - start})
    return kept, moved
