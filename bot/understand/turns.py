"""How a question goes on from the last one, by its words alone."""

from __future__ import annotations

from collections.abc import Sequence

from bot.understand.lexicon import Lexicon

FOLLOW_WORDS = 4  # of the longest beginning of a question that goes on
CORRECTED_WORDS = 2  # of the longest end of one that puts a word right
DOUBT_WORDS = 10  # of a message that doubts the last answer and says nothing else


def goes_on(lexicon: Lexicon, question: str) -> str | None:
    """What is left of a question that begins or ends as one that goes on: "NODE" of "and for NODE?".

    None for any other.
    """
    tokens, found = lexicon.words(question), False
    while begins := _beginning(lexicon, tokens):  # "no, not that, I meant"
        tokens, found = tokens[begins:], True
    for length in range(min(CORRECTED_WORDS, len(tokens) - 1), 0, -1):
        if lexicon.is_kind(tokens[-length:], "corrected"):
            tokens, found = tokens[:-length], True
            break
    return " ".join(tokens) if found or narrows(lexicon, question) else None


def _beginning(lexicon: Lexicon, tokens: Sequence[str]) -> int:
    """How many of the first words go on from the last question; 0 where none, or nothing else, does."""
    lengths = range(min(FOLLOW_WORDS, len(tokens) - 1), 0, -1)
    return next((length for length in lengths if lexicon.is_kind(tokens[:length], "follow")), 0)


def narrows(lexicon: Lexicon, question: str) -> bool:
    """Whether it begins with a word such as "only", which says nothing elsewhere and is left out there."""
    first, *rest = question.split() or [""]
    return bool(rest) and lexicon.is_kind([first.lower()], "narrowing")


def points_back(lexicon: Lexicon, question: str) -> bool:
    """Whether a word of it stands, or may stand, for what was talked about: it, the one, she."""
    return _has(lexicon, question, "pointers") or names_a_person(lexicon, question)


def stands_for(lexicon: Lexicon, question: str) -> bool:
    """Whether a word of it cannot but stand for what was talked about: they, there, she.

    "De" before a word that says something is an article.
    """
    words = lexicon.words(question)
    for word, after in zip(words, (*words[1:], ""), strict=True):
        article = lexicon.is_kind([word], "articles") and after and not lexicon.says_little(after)
        if lexicon.is_kind([word], "stand_ins") and not article:
            return True
    return False


def names_a_person(lexicon: Lexicon, question: str) -> bool:
    """Whether a word of it stands for a person."""
    return _has(lexicon, question, "persons")


def asks_source(lexicon: Lexicon, question: str) -> bool:
    """Whether it asks where the last answer is from, or doubts it, and nothing else."""
    words = lexicon.words(question)
    return lexicon.is_kind(words, "sources") or _doubts(lexicon, words)


def _doubts(lexicon: Lexicon, words: Sequence[str]) -> bool:
    doubting = [lexicon.is_kind([word], "doubts") for word in words]
    others = (word for word, doubt in zip(words, doubting, strict=True) if not doubt)
    empty = all(word.isdecimal() or lexicon.says_little(word) or _stands(lexicon, word) for word in others)
    return any(doubting) and 1 < len(words) <= DOUBT_WORDS and empty


def _stands(lexicon: Lexicon, word: str) -> bool:
    return any(lexicon.is_kind([word], kind) for kind in ("pointers", "persons"))


def asks_more(lexicon: Lexicon, question: str) -> bool:
    """Whether it asks for more about the same, and nothing else."""
    return lexicon.is_kind(lexicon.words(question), "more")


def years_on(lexicon: Lexicon, rest: str) -> int | None:
    """How many years after the one talked about: 1, -1, or None where none is asked about so."""
    words = lexicon.words(rest)
    if lexicon.is_kind(words, "year_after"):
        return 1
    return -1 if lexicon.is_kind(words, "year_before") else None


def agrees(lexicon: Lexicon, question: str) -> bool:
    """Whether it takes what was offered, and says nothing else."""
    return lexicon.is_kind(lexicon.words(question), "agrees")


def _has(lexicon: Lexicon, question: str, kind: str) -> bool:
    return any(lexicon.is_kind([token], kind) for token in lexicon.words(question))
