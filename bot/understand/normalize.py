"""Text as typed -> words that can be compared."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from bot.understand.language import Language, plainly

LONGEST_MESSAGE = 4096  # characters; Telegram's limit, the rest of a longer text is not read
USEFUL_CHARACTERS = 256  # of different words; what a question says it says by then
MOST_WORDS = 128  # of a question; as many different ones of one letter fit in USEFUL_CHARACTERS
MOST_REPEATS = 8  # of one word; more of it says nothing new
LONGEST_WORD = 40  # characters

WORD = re.compile(r"[^\W_]+(?:['&+][^\W_]+)*")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
APOSTROPHES = str.maketrans("’‘ʼ`´＇", "''''''")


def clean(text: str, longest: int | None = None) -> str:
    """Lower case, one form of each character (NFKC), nothing invisible, one apostrophe; cut to `longest`."""
    text = unicodedata.normalize("NFKC", text[:longest].translate(APOSTROPHES))
    text = text[:longest]  # again: one character may have become eighteen
    return INVISIBLE.sub("", text.lower())


def typed_words(text: str, known: Language) -> tuple[str, ...]:
    """The words of a question as typed, no greetings in front; at most MOST_WORDS.

    Of different ones there are USEFUL_CHARACTERS, of each at most MOST_REPEATS.
    """
    return _useful(_without_greetings(WORD.findall(clean(text, LONGEST_MESSAGE)), known))


def read_words(typed: Sequence[str], known: Language) -> tuple[str, ...]:
    """The words as the index has them: contractions written out, each word in the one spelling of `known`.

    Fillers ("what is a cluster actually") are left out, as long as something remains.
    """
    words = tuple(
        known.spellings.get(part, part)[:LONGEST_WORD]
        for word in typed
        for part in known.contractions.get(word) or (word.removesuffix("'s"),)
    )
    return tuple(word for word in words if word not in known.fillers) or words


def all_words(text: str, known: Language) -> tuple[str, ...]:
    """Every word of a text of any length (an answer), as the index has them."""
    return read_words(WORD.findall(clean(text)), known)


def _without_greetings(typed: list[str], known: Language) -> list[str]:
    """Drop greetings in front, as long as something remains ("hello" alone is a question of its own)."""
    start = 0
    while True:
        known_ones = known.greetings.get(typed[start], ()) if start < len(typed) else ()
        fitting = (g for g in known_ones if tuple(typed[start : start + len(g)]) == g)
        greeting = next(fitting, ())  # the longest: they stand in this order
        if not greeting or start + len(greeting) >= len(typed):
            return typed[start:]
        start += len(greeting)


def _useful(typed: Sequence[str]) -> tuple[str, ...]:
    """Keep words until different ones of USEFUL_CHARACTERS in all have been seen."""
    kept: list[str] = []
    seen: Counter[str] = Counter()
    room = USEFUL_CHARACTERS
    for word in typed:
        seen[word] += 1
        if seen[word] == 1:
            room -= len(word) + 1
        if kept and (room < 0 or len(kept) == MOST_WORDS):
            break
        if seen[word] <= MOST_REPEATS:
            kept.append(word)
    return tuple(kept)


def folded(word: str, known: Language) -> str:
    """The word with its letters as plainly as people type them: søknad, soknad and soeknad are the same."""
    return plainly(word, known.letters)
