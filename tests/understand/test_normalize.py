import pytest

from bot.understand.language import language, merged
from bot.understand.normalize import (
    LONGEST_MESSAGE,
    MOST_REPEATS,
    MOST_WORDS,
    USEFUL_CHARACTERS,
    folded,
    read_words,
    typed_words,
)

KNOWN = merged(["en", "nb", "nn"])


def read(text: str) -> tuple[str, ...]:
    return read_words(typed_words(text, KNOWN), KNOWN)


def test_capitals_spacing_and_punctuation_change_nothing() -> None:
    assert read("  WHAT  is\tthe *Arena* programme???") == read("what is the arena programme")


def test_greetings_in_front_are_dropped() -> None:
    for greeting in ("hey, ", "Hei! ", "God dag, ", "hi there hello "):
        assert read(greeting + "hvem leder NODE") == read("hvem leder NODE")


def test_a_greeting_alone_is_a_question_of_its_own() -> None:
    assert read("Hello!") == ("hello",)


def test_contractions_are_written_out_with_any_apostrophe_and_without() -> None:
    assert read("what’s it") == read("what's it") == read("whats it") == ("what", "is", "it")


def test_dialect_and_nynorsk_are_read_as_bokmaal() -> None:
    assert read("korleis") == read("åssen") == read("korsn") == ("hvordan",)


def test_abbreviations_with_an_ampersand_stay_one_word() -> None:
    assert read("R&D support") == ("r&d", "support")


def test_letters_are_folded_as_people_type_them() -> None:
    plain = {folded(word, KNOWN) for word in ("søknad", "soknad", "soeknad", "söknad")}

    assert plain == {"soknad"}
    assert folded("café", language("en")) == "cafe"


def test_dialect_words_are_known_without_their_letters() -> None:
    assert read("sokjer") == read("søkjer") == ("søker",)
    assert read("a") == ("a",)


def test_only_so_much_of_a_long_message_is_read() -> None:
    words = typed_words(" ".join(f"word{i}" for i in range(2000)), KNOWN)

    assert sum(len(word) + 1 for word in words) <= USEFUL_CHARACTERS
    assert typed_words("a" * 3 * LONGEST_MESSAGE, KNOWN)


def test_repeating_a_word_uses_no_room() -> None:
    assert typed_words("very " * 100 + "expensive", KNOWN)[-1] == "expensive"


def test_a_language_without_a_word_file_has_no_special_words() -> None:
    assert not language("xx").stop_words
    assert read_words(typed_words("Was kostet das?", language("de")), language("de")) == (
        "was",
        "kostet",
        "das",
    )


@pytest.mark.parametrize("character", ["ﷺ", "½", "ﷺ ", "½ ", "a b "])
def test_what_grows_or_repeats_itself_is_read_no_further_than_a_question(character: str) -> None:
    words = typed_words(character * 1999, KNOWN)

    assert 0 < len(words) <= MOST_WORDS
    assert max(words.count(word) for word in words) <= MOST_REPEATS
