"""What is known of a language beforehand: its word files and its Snowball stemmer, where there are any."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

SHORTEST_PLAIN = 4  # letters of a dialect word that is known without its æøå too; "a" is not æ (I)
WORDS = Path(__file__).parent / "words"

SNOWBALL = {
    "ar": "arabic", "hy": "armenian", "eu": "basque", "ca": "catalan", "da": "danish", "nl": "dutch",
    "en": "english", "eo": "esperanto", "et": "estonian", "fi": "finnish", "fr": "french",
    "de": "german", "el": "greek", "hi": "hindi", "hu": "hungarian", "id": "indonesian", "ga": "irish",
    "it": "italian", "lt": "lithuanian", "ne": "nepali", "nb": "norwegian", "nn": "norwegian",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "es": "spanish", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip

COMPOUNDING = frozenset(
    {"da", "de", "et", "fi", "hu", "is", "nb", "nl", "nn", "no", "sv"}
)  # as in søknadsfrist


@dataclass(frozen=True, slots=True)
class Language:
    """The word file of one language (words/<code>.yaml); all empty where there is no such file."""

    code: str  # ISO 639-1
    stop_words: frozenset[str] = frozenset()
    greetings: Mapping[str, tuple[tuple[str, ...], ...]] = field(
        default_factory=dict
    )  # by first word, longest first
    fillers: frozenset[str] = frozenset()  # words that change no question, wherever they stand
    prepositions: frozenset[str] = frozenset()
    contractions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    spellings: Mapping[str, str] = field(default_factory=dict)
    letters: Mapping[str, str] = field(default_factory=dict)
    common: frozenset[str] = frozenset()  # words that are spelt right, whether a base has them or not
    compounding: bool = False  # søknad + frist = søknadsfrist


@cache
def language(code: str) -> Language:
    """Read words/<code>.yaml; a language without a file is a language without special words."""
    code = "nb" if code == "no" else code
    path = WORDS / f"{code}.yaml"
    if not code.isalpha() or not path.is_file():
        return Language(code, compounding=code in COMPOUNDING)
    data = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  (BaseLoader makes only text)
    shared = language(data["shares"]) if "shares" in data else Language(code)
    return Language(
        code=code,
        stop_words=frozenset(data.get("stop_words", "").split()),
        greetings=_by_first_word(tuple(g.split()) for g in data.get("greetings", ())),
        fillers=frozenset(data.get("fillers", "").split()),
        prepositions=frozenset(data.get("prepositions", "").split()),
        contractions={k: tuple(v.split()) for k, v in data.get("contractions", {}).items()}
        or shared.contractions,
        spellings=data.get("spellings") or shared.spellings,
        letters=data.get("letters") or shared.letters,
        common=_common(code) | shared.common,
        compounding=code in COMPOUNDING,
    )


def _by_first_word(greetings: Iterable[tuple[str, ...]]) -> dict[str, tuple[tuple[str, ...], ...]]:
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for greeting in sorted(set(greetings), key=lambda each: (-len(each), each)):
        found[greeting[0]] = (*found.get(greeting[0], ()), greeting)
    return found


def _common(code: str) -> frozenset[str]:
    """The words of words/<code>.common.txt, `#` before remarks; a language may have no such file."""
    path = WORDS / f"{code}.common.txt"
    if not path.is_file():
        return frozenset()
    return frozenset(line for line in path.read_text("utf-8").splitlines() if not line.startswith("#"))


def plainly(word: str, letters: Mapping[str, str]) -> str:
    """The word with its letters as plainly as people type them: søknad, soknad and soeknad are the same."""
    for typed, plain in letters.items():
        if typed in word:
            word = word.replace(typed, plain)
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def merged(codes: Iterable[str]) -> Language:
    """All word files of a base's languages as one, since a question's language is not known beforehand."""
    ours = [language(code) for code in codes]
    letters = {k: v for each in ours for k, v in each.letters.items()}
    spellings = {k: v for each in ours for k, v in each.spellings.items()}
    plain = {plainly(k, letters): v for k, v in spellings.items() if len(k) >= SHORTEST_PLAIN}
    return Language(
        code="",
        stop_words=frozenset[str]().union(*(each.stop_words for each in ours)),
        greetings=_by_first_word(g for each in ours for some in each.greetings.values() for g in some),
        fillers=frozenset[str]().union(*(each.fillers for each in ours)),
        prepositions=frozenset[str]().union(*(each.prepositions for each in ours)),
        contractions={k: v for each in ours for k, v in each.contractions.items()},
        spellings=plain | spellings,
        letters=letters,
        common=frozenset[str]().union(*(each.common for each in ours)),
        compounding=any(each.compounding for each in ours),
    )


def _unchanged(word: str) -> str:
    return word


@cache
def stemmer(code: str) -> Callable[[str], str]:
    """The language's Snowball stemmer; without one a word is its own stem."""
    name = SNOWBALL.get(code)
    if name is None:
        return _unchanged
    import snowballstemmer  # only when needed: it reads some thirty languages, and a cached base needs none

    stem: Callable[[str], str] = snowballstemmer.stemmer(name).stemWord
    return cache(lambda word: _one_ending(stem(word))) if name == "norwegian" else cache(stem)


def _one_ending(stem: str) -> str:
    """Nynorsk klyngj- is bokmål klyng-; Norwegian ends no word in two m, so programm(et) is program."""
    return stem[:-1] if len(stem) > SHORTEST_PLAIN and stem.endswith(("gj", "kj", "mm")) else stem
