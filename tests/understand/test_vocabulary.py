import pytest

from bot.understand.language import merged
from bot.understand.vocabulary import Concepts, Vocabulary


def vocabulary(*texts: tuple[str, str], synonyms: list[list[str]] | None = None) -> Vocabulary:
    codes = sorted({code for _, code in texts})
    lines = [[phrase.split() for phrase in line] for line in synonyms or []]
    return Vocabulary(Concepts.of([(t.split(), c) for t, c in texts], lines, codes), merged(codes), codes)


def same(words: Vocabulary, first: str, second: str) -> bool:
    one, other = words.tokens([first, second])
    return one.concept == other.concept >= 0


def test_endings_do_not_matter() -> None:
    words = vocabulary(("clusters applying", "en"), ("klyngene søknad", "nb"))

    assert same(words, "cluster", "clusters")
    assert same(words, "klynge", "klyngene")
    assert same(words, "klyngane", "klyngene")


@pytest.mark.parametrize("typed", ["membershp", "memberhsip", "memmbership", "nembership"])
def test_a_misspelt_word_is_repaired(typed: str) -> None:
    token = vocabulary(("membership", "en")).tokens([typed])[0]

    assert token.word == "membership"
    assert token.weight < 1


def test_plain_letters_are_repaired_without_loss() -> None:
    token = vocabulary(("søknad", "nb")).tokens(["soeknad"])[0]

    assert (token.word, token.weight) == ("søknad", 1.0)


def test_words_that_differ_by_a_letter_stay_apart_when_both_are_known() -> None:
    words = vocabulary(("for før", "nb"))

    assert not same(words, "for", "før")


def test_a_word_that_is_spelt_right_is_not_taken_for_another() -> None:
    token = vocabulary(("rice", "en")).tokens(["price"])[0]

    assert token.concept == -1


def test_numbers_and_short_words_are_not_repaired() -> None:
    tokens = vocabulary(("2015 gce abc", "en")).tokens(["2016", "xb"])

    assert [token.concept for token in tokens] == [-1, -1]


def test_a_number_keeps_the_shape_of_its_like() -> None:
    known, other = vocabulary(("at 5pm", "en")).tokens(["5pm", "7pm"])

    assert other.concept == -1
    assert known.shape == other.shape >= 0


def test_synonyms_work_in_both_directions() -> None:
    words = vocabulary(
        ("the firm", "en"), ("a grant", "en"), synonyms=[["firm", "company"], ["grant", "subsidy"]]
    )

    assert same(words, "company", "firm")
    assert same(words, "subsidy", "grants")


def test_a_compound_is_known_by_its_parts() -> None:
    token = vocabulary(("frist for søknad", "nb")).tokens(["søknadsfrist"])[0]

    assert set(token.parts) == {
        t.concept for t in vocabulary(("frist for søknad", "nb")).tokens(["frist", "søknad"])
    }


def test_a_part_finds_the_compound() -> None:
    words = vocabulary(("når er søknadsfristen", "nb"))

    assert words.tokens(["frist"])[0].parts == (words.tokens(["søknadsfristen"])[0].concept,)


def test_words_typed_apart_are_the_compound_where_one_alone_means_nothing() -> None:
    words = vocabulary(("klyngeprogram itself", "nb"))

    assert [token.word for token in words.tokens(["klynge", "program"])] == ["klyngeprogram"]
    assert [token.word for token in words.tokens(["it", "self"])] == ["itself"]


def test_known_words_typed_apart_stay_two_and_find_the_compound() -> None:
    words = vocabulary(("klyngeprogram klynge program", "nb"))
    first, second = words.tokens(["klynge", "program"])

    assert words.joined(first, second) == words.tokens(["klyngeprogram"])[0].concept


@pytest.mark.parametrize(
    ("nynorsk", "bokmal"),
    [("klyngje", "klynge"), ("tenkje", "tenke"), ("byggjer", "bygger"), ("programmet", "program")],
)
def test_what_only_spelling_parts_is_one(nynorsk: str, bokmal: str) -> None:
    assert same(vocabulary((f"{nynorsk} {bokmal}", "nb")), nynorsk, bokmal)


def test_a_compound_of_the_same_parts_is_the_same() -> None:
    words = vocabulary(("klyngeprogrammet klyngje klynge programmet", "nb"))

    assert same(words, "klyngjeprogrammet", "klyngeprogrammet")


def test_a_word_is_no_part_of_one_in_a_language_that_makes_no_compounds() -> None:
    words = vocabulary(("cooperation across clusters", "en"), ("kva er ei klynge", "nn"))

    assert words.tokens(["coop"])[0].parts == ()
