"""What people write, without what may tell who they are. Pure."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 200  # characters
UNKEEPABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff\\s]+")  # control characters, halves of pairs, gaps
AT = re.compile(r" ?[(\[{] ?(?:at|alfa|krøllalfa|snabel-?a) ?[)\]}] ?", re.IGNORECASE)
SPACED_AT = re.compile(r"(?<=\w) ?@ (?=\w)")  # "kari @ example.org", which is an address and no name
LINK = re.compile(
    r":/|www\.|[\w-]{1,63}\.[\w-]{1,63}[/?#]\w"
    r"|[\w-]{1,63}\.(?:no|com|org|net|eu|io|me|info|biz|se|dk|fi|uk|de)\b",
    re.IGNORECASE,
)
DIGITS = re.compile(r"\+?\d(?:[\W_]{0,3}\d){4,}")  # five or more, however they are grouped
NUMBER, EMAIL, NAME, LINKED = "[number]", "[e-mail]", "[name]", "[link]"
TAKEN_OUT = re.compile(r"\[(?:number|e-mail|name|link)\]")


def anonymous(text: str) -> str:
    """The first 200 characters without e-mail and web addresses, @names and long numbers.

    That is phone numbers, national identity numbers, dates with a day, accounts: whatever has five digits
    close together. Names of people in plain words cannot be told from other words and stay.
    """
    one_line = UNKEEPABLE.sub(" ", unicodedata.normalize("NFKC", text)).strip()
    addressed = SPACED_AT.sub("@", AT.sub("@", one_line))
    words = DIGITS.sub(NUMBER, addressed).split(" ")
    return " ".join(map(_without_address, words))[:LONGEST].rstrip()


def says_something(kept: str) -> bool:
    """Whether a word is left of what was written."""
    return any(map(str.isalpha, TAKEN_OUT.sub("", kept)))


def _without_address(word: str) -> str:
    before, at, _ = word.partition("@")
    if at:
        return EMAIL if any(map(str.isalnum, before)) else NAME
    return LINKED if LINK.search(word) else word
