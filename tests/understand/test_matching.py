import pytest
from small_base import DOCUMENTS, SYNONYMS, document

from bot.understand.decide import Sure, Unknown, Unsure, decide
from bot.understand.match import Document, Matcher, Phrasing

MATCHER = Matcher.build(DOCUMENTS, SYNONYMS)


def best(question: str, matcher: Matcher = MATCHER) -> str | None:
    hits = matcher.rank(question).hits
    return hits[0].entry if hits else None


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("what is the arena program", "arena"),
        ("WHAT DOES MEMBERSHIP COST", "cost"),
        ("cost of membershp", "cost"),
        ("ka koste det å vær medlem", "cost"),
        ("hvordan soker vi", "apply"),
        ("hvordan soeker vi", "apply"),
        ("åssen søker man", "apply"),
        ("søknads frist", "deadline"),
        ("frist", "deadline"),
        ("what is a global centre of expertise", "gce"),
        ("price for firms", "cost"),
    ],
)
def test_ways_of_asking_find_the_entry(question: str, entry: str) -> None:
    assert best(question) == entry


@pytest.mark.parametrize(
    "nothing", ["", "?", "!!!", "🎉", "who", "hvem", "2015", "2015?", "the the", "\u200b"]
)
def test_what_says_nothing_matches_nothing(nothing: str) -> None:
    assert MATCHER.rank(nothing).hits == ()


@pytest.mark.parametrize("around", ["hey, {}", "hei, {}", "{}?", "{} ???", "  {}", "Hello! {}"])
def test_greetings_and_punctuation_change_nothing(around: str) -> None:
    for question in ("what does membership cost", "når er fristen", "arena programme meaning"):
        plain, dressed = MATCHER.rank(question), MATCHER.rank(around.format(question))

        assert [(h.entry, h.confidence) for h in plain.hits] == [
            (h.entry, h.confidence) for h in dressed.hits
        ]


def test_one_shared_common_word_does_not_score() -> None:
    asked, elsewhere = MATCHER.rank("what is the arena level"), MATCHER.rank("what is the weather")

    assert elsewhere.hits[0].confidence < asked.hits[0].confidence / 2
    assert isinstance(decide(elsewhere, MATCHER.thresholds), Unknown)


def test_an_exact_phrasing_is_certain_and_first() -> None:
    for entry in DOCUMENTS:
        for phrasing in entry.phrasings:
            ranking = MATCHER.rank(phrasing.text)

            assert (ranking.hits[0].entry, ranking.hits[0].exact, ranking.hits[0].confidence) == (
                entry.id,
                True,
                1.0,
            )
            assert isinstance(decide(ranking, MATCHER.thresholds), Sure)


@pytest.mark.parametrize("typed", ["hvordan soker vi", "hvordan soeker vi", "naar er soknadsfristen"])
def test_a_phrasing_typed_without_norwegian_letters_is_exact(typed: str) -> None:
    assert MATCHER.rank(typed).hits[0].exact


def test_a_phrasing_with_a_typing_error_is_not_exact() -> None:
    assert not MATCHER.rank("hvordan sokre vi").hits[0].exact


def test_hits_are_distinct_and_best_first() -> None:
    hits = MATCHER.rank("application deadline for membership in arena").hits

    assert len({h.entry for h in hits}) == len(hits)
    assert [h.confidence for h in hits] == sorted((h.confidence for h in hits), reverse=True)


def test_the_phrasing_tells_the_language() -> None:
    assert MATCHER.rank("Korleis søkjer vi").hits[0].language == "nn"
    assert MATCHER.rank("hvordan søker vi").hits[0].language == "nb"
    assert MATCHER.rank("how do we apply").hits[0].language == "en"


def test_a_phrasing_that_languages_share_is_of_any_language() -> None:
    assert MATCHER.rank("gce").hits[0].language == ""


def test_repairs_are_told() -> None:
    assert MATCHER.rank("annual membershp fee").repaired == {"membershp": "membership"}


def test_evidence_is_told_for_the_best_hit() -> None:
    hit = MATCHER.rank("price of a membership").hits[0]

    assert {"words", "pairs", "letters", "covered", "known"} <= hit.evidence.keys()


def test_a_synonym_that_looks_like_a_stop_word_is_not_one() -> None:
    assert best("in what way do we apply") == "apply"


def test_the_answer_helps_where_phrasings_are_few() -> None:
    documents = [
        Document(
            "one", (Phrasing("first thing", "en"),), (Phrasing("It is about whales and herring.", "en"),)
        ),
        Document("two", (Phrasing("second thing", "en"),), (Phrasing("It is about turbines.", "en"),)),
    ]

    assert best("whales", Matcher.build(documents)) == "one"


def test_an_unrelated_entry_never_changes_an_exact_match() -> None:
    more = Matcher.build([*DOCUMENTS, document("whales", en=["how do whales sleep"])], SYNONYMS)

    for entry in DOCUMENTS:
        for phrasing in entry.phrasings:
            assert best(phrasing.text, more) == entry.id


@pytest.mark.parametrize("documents", [[], [Document("mute", ())], [document("only", en=["one question"])]])
def test_the_smallest_bases_work(documents: list[Document]) -> None:
    matcher = Matcher.build(documents)

    assert isinstance(decide(matcher.rank("something else entirely"), matcher.thresholds), Unknown | Unsure)


def test_a_language_without_any_file_works() -> None:
    matcher = Matcher.build([document("a", xx=["zug zug dabu"]), document("b", xx=["lok tar ogar"])])

    assert best("lok tar", matcher) == "b"


def test_the_same_base_gives_the_same_ranking() -> None:
    again = Matcher.build(DOCUMENTS, SYNONYMS)

    assert again.rank("pris for et firma") == MATCHER.rank("pris for et firma")
