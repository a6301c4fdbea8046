"""What the bot says and does, as plain data: no Telegram, no HTML, no I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Text:
    """A stretch of text; at most one of `link`, `bold`, `italic`, `moment` changes how it looks."""

    text: str
    bold: bool = False
    italic: bool = False
    link: str | None = None
    moment: datetime | None = None  # aware; shown in the reader's own zone, `text` is Oslo time


@dataclass(frozen=True, slots=True)
class Button:
    """One button: exactly one of `data` (a tap, at most 64 bytes), `url`, `copy` (text to copy)."""

    label: str
    data: str | None = None
    url: str | None = None
    copy: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A small file to download."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Card:
    """A contact as Telegram shows it natively; only made where there is a phone number."""

    phone: str
    name: str
    vcard: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: paragraphs of text spans, rows of buttons, and what comes with it.

    `entry` is the id of what was answered (for follow-ups and links), None for refusals.
    """

    paragraphs: tuple[tuple[Text, ...], ...]
    buttons: tuple[tuple[Button, ...], ...] = ()
    attachment: Attachment | None = None
    card: Card | None = None
    entry: str | None = None
    language: str = "en"

    def plain(self) -> str:
        """The text a person would read, without markup; paragraphs parted by an empty line."""
        return "\n\n".join("".join(span.text for span in paragraph) for paragraph in self.paragraphs)


@dataclass(frozen=True, slots=True)
class Say:
    """Send a new message; `answers` is the message it replies to, remembered for edits."""

    chat: int
    reply: Reply
    answers: int | None = None
    thread: int | None = None
    quote: bool = False  # show it as a reply (in groups)


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text and buttons of a message of ours; where it is gone, say it anew in `thread`."""

    chat: int
    message: int
    reply: Reply
    thread: int | None = None  # the topic of a forum it stands in


@dataclass(frozen=True, slots=True)
class EditInline:
    """Replace a message that was sent through inline mode."""

    inline_message: str
    reply: Reply


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Answer a tap; `text` is shown briefly, as an alert that must be dismissed if `alert`."""

    query: str
    text: str = ""
    alert: bool = False


@dataclass(frozen=True, slots=True)
class InlineResult:
    """One row of an inline answer: what is listed, and the message it becomes."""

    id: str
    title: str
    description: str
    reply: Reply


@dataclass(frozen=True, slots=True)
class Offer:
    """Answer an inline query with up to 50 results."""

    query: str
    results: tuple[InlineResult, ...]
    cache_seconds: int = 60


@dataclass(frozen=True, slots=True)
class Remember:
    """Keep what must survive a restart about one person in one chat; None leaves a thing as it is."""

    chat: int
    person: int
    language: str | None = None  # chosen with /language; "" forgets the choice
    entry: str | None = None  # what the last answer was about, for follow-ups


@dataclass(frozen=True, slots=True)
class Asked:
    """Keep a question for those who edit the base: what was asked, never who asked it."""

    text: str  # without personal data, at most 200 characters
    language: str
    band: Literal["sure", "unsure", "unknown"]
    entry: str  # what was answered or offered first; "" for nothing


Effect = Say | Edit | EditInline | Acknowledge | Offer | Remember | Asked


def paragraph(*spans: Text | str) -> tuple[Text, ...]:
    """Make one paragraph of texts and spans."""
    return tuple(Text(span) if isinstance(span, str) else span for span in spans)


def block(lines: Sequence[tuple[Text, ...]]) -> tuple[Text, ...]:
    """Put lines under each other in one paragraph."""
    spans: list[Text] = []
    for number, line in enumerate(lines):
        spans += [Text("\n"), *line] if number else line
    return tuple(spans)
