from hypothesis import assume, given, settings
from hypothesis import strategies as st
from small_base import DOCUMENTS, SYNONYMS

from bot.understand.decide import decide
from bot.understand.match import Matcher

MATCHER = Matcher.build(DOCUMENTS, SYNONYMS)
PHRASINGS = [(entry.id, p.text) for entry in DOCUMENTS for p in entry.phrasings]
WORDS = sorted({word for _, text in PHRASINGS for word in text.split()})
QUESTIONS = st.lists(st.sampled_from(WORDS), min_size=2, max_size=9).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=4096))
def test_no_text_raises(text: str) -> None:
    ranking = MATCHER.rank(text)

    decide(ranking, MATCHER.thresholds)
    assert all(0 <= hit.confidence <= 1 for hit in ranking.hits)


@settings(max_examples=100, deadline=None)
@given(
    QUESTIONS, st.sampled_from([str.upper, str.title, "hey, {}".format, "  {}?".format, "Hei! {} ??".format])
)
def test_how_it_is_typed_never_changes_the_entry(question: str, dress: object) -> None:
    assert callable(dress)
    plain, dressed = MATCHER.rank(question), MATCHER.rank(dress(question))

    assert [hit.entry for hit in plain.hits] == [hit.entry for hit in dressed.hits]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(PHRASINGS), st.integers(min_value=0), st.sampled_from("abcdefghijklmnoprstuvyæøå"))
def test_a_typing_error_in_a_long_word_keeps_the_entry_in_sight(
    phrasing: tuple[str, str], where: int, letter: str
) -> None:
    entry, text = phrasing
    words = text.split()
    long = [i for i, word in enumerate(words) if len(word) >= 7 and word.isalpha()]
    assume(long and len(words) >= 3)
    chosen = long[where % len(long)]
    place = 1 + where % (len(words[chosen]) - 2)
    words[chosen] = words[chosen][:place] + letter + words[chosen][place + 1 :]

    assert entry in [hit.entry for hit in MATCHER.rank(" ".join(words)).hits[:3]]
