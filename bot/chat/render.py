"""Reply -> Telegram's HTML and keyboard: escaped, split at its limits, never inside a tag or an entity."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.reply import Button, Reply, Text

MAX_TEXT = 4096  # UTF-16 units after parsing; Telegram's limit for a message
ROW_WIDTH = 60  # characters of all labels in one row; more is cut off on a phone anyway
PARAGRAPH_END = re.compile(r"\n\n+")
SENTENCE_END = re.compile(r"(?<=[.!?…:])\s+|\n+")
WORD_END = re.compile(r"\s+")
CLOCK_TIME = re.compile(r"\d{1,2}[.:]\d{2}")
UNSENDABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")  # control characters, halves of pairs
Keyboard = dict[str, list[list[dict[str, Any]]]]  # the Bot API's InlineKeyboardMarkup
ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


@dataclass(frozen=True, slots=True)
class Part:
    """One message of an answer: Telegram's HTML, and the same text without markup."""

    html: str
    plain: str


def escape(text: str) -> str:
    """`text` as it may stand between tags and in an attribute; what cannot be sent is left out."""
    return UNSENDABLE.sub("", text).translate(ESCAPES)


def parts(reply: Reply) -> tuple[Part, ...]:
    """The messages that say `reply`, in order; none when it has no text."""
    return tuple(
        Part("".join(map(_html, spans)), "".join(span.text for span in spans))
        for spans in _split(_spans(reply), MAX_TEXT)
    )


def keyboard(reply: Reply) -> Keyboard | None:
    """The buttons; None when there are none."""
    rows = [[_button(button, ROW_WIDTH // len(row)) for button in row] for row in reply.buttons if row]
    return {"inline_keyboard": rows} if rows else None


def units(text: str) -> int:
    """The length as Telegram counts it: UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def shorten(text: str, width: int) -> str:
    """`text` in at most `width` characters, cut after a word where one ends in the second half."""
    text = " ".join(text.split())
    if len(text) <= width:
        return text
    cut = text[: width - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space >= width // 2 else cut).rstrip(" ,;:–-") + "…"


def _spans(reply: Reply) -> list[Text]:
    """All spans in order, the gaps between paragraphs as spans of their own."""
    spans: list[Text] = []
    for paragraph in reply.paragraphs:
        clean = [_clean(span) for span in paragraph]
        if not any(span.text.strip() for span in clean):
            continue
        if spans:
            spans.append(Text("\n\n"))
        spans += [span for span in clean if span.text]
    return spans


def _clean(span: Text) -> Text:
    text = UNSENDABLE.sub("", span.text)
    return span if text == span.text else replace(span, text=text)


def _html(span: Text) -> str:
    text = escape(span.text)
    if not span.text.strip():
        return text
    if span.moment is not None:
        shape = "t" if CLOCK_TIME.fullmatch(span.text) else "wDt"  # weekday, long date, time
        return f'<tg-time unix="{int(span.moment.timestamp())}" format="{shape}">{text}</tg-time>'
    if span.link:
        return f'<a href="{escape(span.link)}">{text}</a>'
    if span.bold:
        return f"<b>{text}</b>"
    return f"<i>{text}</i>" if span.italic else text


def _split(spans: Sequence[Text], limit: int) -> Iterator[list[Text]]:
    rest = _strip(spans)
    while rest:
        text = "".join(span.text for span in rest)
        if units(text) <= limit:
            yield rest
            return
        head, tail = _cut(rest, _place(text, _whole(rest), limit))
        yield _strip(head)
        rest = _strip(tail)


def _place(text: str, whole: Sequence[range], limit: int) -> int:
    """Where to cut: after the last paragraph, sentence or word that fits, else as late as possible."""
    most = _fitting(text, limit)
    for ends, least in ((PARAGRAPH_END, most // 2), (SENTENCE_END, most // 3), (WORD_END, 1)):
        places = [match.start() for match in ends.finditer(text, 0, most + 1)]
        for place in reversed(places):
            if place >= least and not any(place in span for span in whole):
                return place
    return most


def _fitting(text: str, limit: int) -> int:
    """How many characters of `text` fit into `limit` UTF-16 units."""
    used = 0
    for number, character in enumerate(text):
        used += 2 if character > "\uffff" else 1
        if used > limit:
            return number
    return len(text)


def _whole(spans: Sequence[Text]) -> list[range]:
    """The places inside links, times and other marked spans, where a cut would tear them."""
    found, at = [], 0
    for span in spans:
        if span.bold or span.italic or span.link or span.moment:
            found.append(range(at + 1, at + len(span.text)))
        at += len(span.text)
    return found


def _cut(spans: Sequence[Text], place: int) -> tuple[list[Text], list[Text]]:
    head: list[Text] = []
    for number, span in enumerate(spans):
        if place < len(span.text):
            left, right = replace(span, text=span.text[:place]), replace(span, text=span.text[place:])
            return [*head, left], [right, *spans[number + 1 :]]
        head.append(span)
        place -= len(span.text)
    return head, []


def _strip(spans: Sequence[Text]) -> list[Text]:
    """Without white space at both ends, as Telegram would send it."""
    kept = list(spans)
    while kept and not kept[0].text.strip():
        kept.pop(0)
    while kept and not kept[-1].text.strip():
        kept.pop()
    if kept and kept[0].text[0].isspace():
        kept[0] = replace(kept[0], text=kept[0].text.lstrip())
    if kept and kept[-1].text[-1].isspace():
        kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip())
    return kept


def _button(button: Button, width: int) -> dict[str, Any]:
    label = shorten(UNSENDABLE.sub("", button.label), width)
    if button.url is not None:
        return {"text": label, "url": button.url}
    if button.copy is not None:
        return {"text": label, "copy_text": {"text": button.copy}}
    return {"text": label, "callback_data": button.data}
