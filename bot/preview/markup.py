"""Telegram's HTML: tags become entities; what Telegram cannot parse is refused with its words."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any

from bot.preview.refusals import Refusal, bad_request
from bot.preview.texts import trimmed, utf16

_STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
_CLOSED = {"pre", "code"}  # hold no other entities
_SINGLE = {"text_link", "text_mention", "custom_emoji", "date_time"}  # do not hold one another
_QUOTES = {"blockquote", "expandable_blockquote"}  # do not hold one another

_REFERENCE = re.compile(r"&(?:(lt|gt|amp|quot)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));")
_ATTRIBUTE = re.compile(r"\s*([a-zA-Z-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([a-zA-Z0-9.-]+)))?")
_TAG_NAME = re.compile(r"[a-zA-Z0-9-]+")
_DATE_FORMAT = re.compile(r"r|w?[dD]?[tT]?")
_LINK = re.compile(r"(?:https?://[^\s/]+|(?:tg|tonsite|mailto|tel):)\S*", re.IGNORECASE)
_BARE_LINK = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?:[/?#]\S*)?", re.IGNORECASE)


@dataclass
class _Open:
    tag: str
    start: int  # UTF-16 units
    entity: dict[str, Any] | None


def parse_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """The plain text and its entities (offsets in UTF-16 units) of Telegram HTML.

    Raises Refusal "can't parse entities: ..." on unknown, unclosed or crossed tags.
    """
    text: list[str] = []
    size = 0
    stack: list[_Open] = []
    entities: list[dict[str, Any]] = []
    at = 0
    while at < len(source):
        if source[at] == "<":
            if source.startswith("</", at):
                at = _close(source, at, stack, size, entities)
            else:
                opened, at = _open(source, at, size)
                stack.append(opened)
            continue
        until = source.find("<", at)
        piece = _REFERENCE.sub(_character, source[at : until if until >= 0 else len(source)])
        text.append(piece)
        size += utf16(piece)
        at = until if until >= 0 else len(source)
    if stack:
        raise _unparsable(f'Can\'t find end tag corresponding to start tag "{stack[-1].tag}"')
    return trimmed("".join(text), _nested(entities))


def _unparsable(text: str) -> Refusal:
    return bad_request(f"can't parse entities: {text}")


def _character(match: re.Match[str]) -> str:
    named, decimal, hexadecimal = match.groups()
    if named:
        return html.unescape(f"&{named};")
    number = int(decimal) if decimal else int(hexadecimal, 16)
    if number == 0 or number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        return match.group()
    return chr(number)


def _offset(source: str, at: int) -> int:
    return len(source[:at].encode())


def _open(source: str, at: int, start: int) -> tuple[_Open, int]:
    """Read a start tag at `at`; the answer is the open tag and where the text goes on."""
    where = f"at byte offset {_offset(source, at)}"
    name = _TAG_NAME.match(source, at + 1)
    tag = name.group().lower() if name else ""
    if tag not in _STYLES:
        raise _unparsable(f'Unsupported start tag "{tag}" {where}')
    end = at + 1 + len(tag)
    attributes: dict[str, str] = {}
    while (found := _ATTRIBUTE.match(source, end)) and source[end : end + 1].isspace():
        attributes[found[1].lower()] = html.unescape(
            next((v for v in found.groups()[1:] if v is not None), "")
        )
        end = found.end()
    while source[end : end + 1].isspace():
        end += 1
    if source[end : end + 1] != ">":
        if end >= len(source):
            raise _unparsable(f"Unclosed start tag {where}")
        raise _unparsable(f'Unexpected character in the tag "{tag}" {where}')
    return _Open(tag, start, _entity(tag, attributes, where)), end + 1


def _entity(tag: str, attributes: dict[str, str], where: str) -> dict[str, Any] | None:
    """The entity a start tag opens, still without place; None for a link without a usable address."""
    kind = _STYLES[tag]
    match tag:
        case "span" if attributes.get("class") != "tg-spoiler":
            raise _unparsable(f'Tag "span" must have class "tg-spoiler" {where}')
        case "blockquote":
            return {"type": "expandable_blockquote" if "expandable" in attributes else kind}
        case "a":
            return _link(attributes.get("href"))
        case "tg-emoji":
            if not attributes.get("emoji-id", "").isdigit():
                raise _unparsable("Invalid custom emoji identifier specified")
            return {"type": kind, "custom_emoji_id": attributes["emoji-id"]}
        case "tg-time":
            shape = attributes.get("format", "")
            if not re.fullmatch(r"-?\d{1,11}", attributes.get("unix", "")):
                raise _unparsable('Invalid Unix time specified in the tag "tg-time"')
            if not _DATE_FORMAT.fullmatch(shape):
                raise _unparsable('Invalid date-time format specified in the tag "tg-time"')
            when = {"type": kind, "unix_time": int(attributes["unix"])}
            return when | ({"date_time_format": shape} if shape else {})
        case "code" if attributes.get("class", "").startswith("language-"):
            return {"type": kind, "language": attributes["class"].removeprefix("language-")}
    return {"type": kind}


def _link(href: str | None) -> dict[str, Any] | None:
    # A link Telegram cannot use loses its address and keeps its text.
    if href is None:
        return None
    person = re.fullmatch(r"tg://user\?id=(\d+)", href)
    if person:
        return {"type": "text_mention", "user": {"id": int(person[1]), "is_bot": False, "first_name": "User"}}
    url = with_scheme(href.strip())
    return {"type": "text_link", "url": url} if url else None


def with_scheme(url: str) -> str | None:
    """A link as Telegram keeps it ("t.me/x" becomes "http://t.me/x"), None for what is none."""
    if _LINK.fullmatch(url):
        return url
    return f"http://{url}" if _BARE_LINK.fullmatch(url) else None


def _close(source: str, at: int, stack: list[_Open], size: int, entities: list[dict[str, Any]]) -> int:
    """Read an end tag, put its entity in `entities`; the answer is where the text goes on."""
    where = f"at byte offset {_offset(source, at)}"
    if not stack:
        raise _unparsable(f"Unexpected end tag {where}")
    end = source.find(">", at)
    if end < 0:
        raise _unparsable(f"Unclosed end tag {where}")
    opened = stack.pop()
    tag = source[at + 2 : end].strip().lower()
    if tag not in ("", opened.tag):
        raise _unparsable(f'Unmatched end tag {where}, expected "</{opened.tag}>", found "</{tag}>"')
    if opened.entity is not None and size > opened.start:
        entities.append(opened.entity | {"offset": opened.start, "length": size - opened.start})
    return end + 1


def _nested(entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Entities by offset, outer ones first, without those their surroundings do not allow."""
    # Inner ones close first, so of two that cover the same text the outer stands later.
    numbered = list(enumerate(entities))
    numbered.sort(key=lambda pair: (pair[1]["offset"], -pair[1]["length"], -pair[0]))
    kept: list[dict[str, Any]] = []
    for _, entity in numbered:
        around = [outer for outer in kept if outer["offset"] + outer["length"] > entity["offset"]]
        kind = entity["type"]
        pre = next((outer for outer in around if outer["type"] == "pre"), None)
        if pre and kind == "code" and pre["length"] == entity["length"] and "language" in entity:
            pre["language"] = entity["language"]
        if any(_forbids(outer["type"], kind) for outer in around):
            continue
        kept.append({k: v for k, v in entity.items() if k != "language" or kind == "pre"})
    return kept


def _forbids(outer: str, inner: str) -> bool:
    if outer in _CLOSED or (inner in _CLOSED and outer in _SINGLE):
        return True
    return any(outer in group and inner in group for group in (_SINGLE, _QUOTES)) or outer == inner
