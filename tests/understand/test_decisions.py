from bot.understand.decide import CHOICES, Sure, Unknown, Unsure, decide
from bot.understand.match import Hit, Ranking, Thresholds

THRESHOLDS = Thresholds(sure=0.6, unsure=0.2, tie=0.95, answered=0.7, wrong=0.02, outside=0.1)


def hit(entry: str, confidence: float, exact: bool = False) -> Hit:
    return Hit(entry, confidence, entry, "en", exact, {})


def ranking(*hits: Hit, topical: bool = True) -> Ranking:
    return Ranking("question", hits, topical=topical)


def test_a_confident_topical_hit_is_answered() -> None:
    assert decide(ranking(hit("a", 0.7), hit("b", 0.2)), THRESHOLDS) == Sure(
        hit("a", 0.7), ranking(hit("a", 0.7), hit("b", 0.2))
    )


def test_a_tie_is_asked_back() -> None:
    assert isinstance(decide(ranking(hit("a", 0.9), hit("b", 0.89)), THRESHOLDS), Unsure)


def test_two_entries_with_the_same_exact_phrasing_are_asked_back() -> None:
    decision = decide(ranking(hit("a", 1.0, True), hit("b", 1.0, True), hit("c", 0.9)), THRESHOLDS)

    assert isinstance(decision, Unsure)
    assert [h.entry for h in decision.hits] == ["a", "b"]


def test_one_exact_phrasing_is_answered_whatever_is_near() -> None:
    decision = decide(ranking(hit("a", 1.0, True), hit("b", 0.99), topical=False), THRESHOLDS)

    assert isinstance(decision, Sure)


def test_in_between_up_to_three_are_offered() -> None:
    decision = decide(ranking(*(hit(entry, 0.4) for entry in "abcde")), THRESHOLDS)

    assert isinstance(decision, Unsure)
    assert len(decision.hits) == CHOICES


def test_what_is_far_behind_is_not_offered() -> None:
    decision = decide(ranking(hit("a", 0.4), hit("b", 0.01)), THRESHOLDS)

    assert isinstance(decision, Unsure)
    assert [h.entry for h in decision.hits] == ["a"]


def test_below_all_bands_the_nearest_is_kept_for_its_contact() -> None:
    decision = decide(ranking(hit("a", 0.1)), THRESHOLDS)

    assert isinstance(decision, Unknown)
    assert decision.nearest == hit("a", 0.1)


def test_without_a_word_of_the_topic_nothing_is_answered() -> None:
    assert isinstance(decide(ranking(hit("a", 0.9), topical=False), THRESHOLDS), Unsure)
    assert isinstance(decide(ranking(hit("a", 0.5), topical=False), THRESHOLDS), Unknown)


def test_no_hits_are_unknown() -> None:
    assert decide(ranking(), THRESHOLDS) == Unknown(None, ranking())
