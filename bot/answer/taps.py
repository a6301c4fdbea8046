"""What a button carries: where it leads, the list it stood in, the language of its reply."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.reply import Button, Reply

LONGEST_LABEL = 60  # characters; phones show hardly more
PARENTHESIS = re.compile(r" *\([^)]*\)")
MOST_BYTES = 60  # of a button's data: Telegram's limit of 64 less the language
ORIGIN_MARK = "^"  # before the list to go back to
LANGUAGE_MARK = "~"  # a button's data ends in ~nn where its reply was in nynorsk


def labelled(text: str) -> str:
    """The text as a button shows it: without what stands in parentheses, or cut, where it is too long."""
    if len(text) > LONGEST_LABEL:
        text = PARENTHESIS.sub("", text)
    return text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1].rstrip()}…"


def fits(data: str) -> bool:
    """Whether a button can carry `data`."""
    return len(data.encode()) <= MOST_BYTES


def leaving(data: str, origin: str) -> str:
    """`data` that also remembers the list it is tapped in, where there is room for both."""
    both = f"{data}{ORIGIN_MARK}{origin}"
    return both if fits(both) else data


def parted(data: str) -> tuple[str, str]:
    """What `leaving` put together: where to, and from where ("" where that is not known)."""
    wanted, _, origin = data.partition(ORIGIN_MARK)
    return wanted, origin


def carrying_language(reply: Reply) -> Reply:
    """Let every button remember the language of the reply it stands under, and fit a phone."""
    rows = tuple(tuple(_marked(button, reply.language) for button in row) for row in reply.buttons)
    return replace(reply, buttons=rows)


def _marked(button: Button, language: str) -> Button:
    label = labelled(button.label)
    if button.data is None or button.data.startswith("language_"):
        return replace(button, label=label)
    return replace(button, label=label, data=f"{button.data}{LANGUAGE_MARK}{language}")
