"""Questions that go on from the last answer, within ten minutes and only then."""

from __future__ import annotations

from datetime import timedelta

import pytest
from shipped import NOW, shipped

from bot.answer.dialogue import UNANSWERED, Asker, respond, subject
from bot.reply import Reply


class Talk:
    """A person who asks one thing after another."""

    def __init__(self, language: str = "en") -> None:
        self.language = language
        self.now = NOW
        self.last: str | None = None
        self.at = NOW

    def ask(self, text: str, after: timedelta = timedelta(minutes=1)) -> Reply:
        self.now += after
        reply = respond(shipped(), text, Asker(self.language, None, self.last, self.at), self.now)
        self.last, self.at = subject(reply), self.now
        return reply

    def about(self, text: str, after: timedelta = timedelta(minutes=1)) -> str:
        return (self.ask(text, after).entry or "").partition("#")[0]


@pytest.mark.parametrize(
    ("first", "then", "said"),
    [
        ("what is GCE NODE", "who leads it?", "Knut Mjåland was named as"),
        ("GCE NODE", "and their website?", "The website of GCE NODE is gcenode.no"),
        ("tell me about tequity", "where is it", "Tequity Cluster is based in Trondheim"),
        ("who leads renergy", "what was it called before", "RENERGY was earlier called"),
        ("hva er Norway Health Tech", "hvem leder den?", "Lena Nymo Helli ble omtalt som"),
        ("kva er iKuben for noko", "kven leier ho?", "Konrad Lillevevang vart omtala som"),
        ("fortel om iKuben", "nettsida deira", "Nettsida til NCE iKuben er ikuben.no"),
    ],
)
def test_a_question_without_a_name_is_about_what_was_just_talked_about(
    first: str, then: str, said: str
) -> None:
    talk = Talk("nn" if "iKuben" in first else "nb" if "hva" in first else "en")
    talk.ask(first)

    assert talk.ask(then).plain().startswith(said)


def test_it_goes_on_as_long_as_somebody_asks_within_ten_minutes() -> None:
    talk = Talk()
    talk.ask("what is GCE NODE")

    assert talk.about("who leads it", timedelta(minutes=10)) == "cluster:gce-node"
    assert talk.about("where is it", timedelta(minutes=10)) == "cluster:gce-node"
    assert talk.about("who leads it", timedelta(minutes=10, seconds=1)) != "cluster:gce-node"


def test_without_anything_before_it_such_a_question_is_not_guessed() -> None:
    for text in ("who leads it", "their website?", "where is it", "kven leier ho", "nettsiden deres"):
        assert not (Talk().ask(text).entry or "").startswith(("cluster:", "contact:")), text


def test_a_name_in_the_question_goes_before_what_was_talked_about() -> None:
    talk = Talk()
    talk.ask("what is GCE NODE")

    assert talk.about("who leads iKuben") == "cluster:ikuben"
    assert talk.about("where is it") == "cluster:ikuben"


@pytest.mark.parametrize("between", ["how do I bake bread", "thank you", "who"])
def test_what_answers_nothing_leaves_what_was_talked_about(between: str) -> None:
    talk = Talk()
    talk.ask("what is GCE NODE")
    talk.ask(between)

    assert talk.about("who leads it") == "cluster:gce-node"


def test_a_list_of_several_ends_it_and_a_list_of_one_is_about_that_one() -> None:
    talk = Talk()
    talk.ask("what is GCE NODE")
    talk.ask("clusters in health")
    assert talk.about("who leads it") != "cluster:gce-node"

    talk.ask("hydrogen clusters")
    assert talk.about("where is it") == "cluster:ocean-hyway"


@pytest.mark.parametrize(
    ("first", "then", "entry"),
    [
        ("what did the 2017 evaluation find", "who did it", "eval-2017"),
        ("hvorfor ble det kutt i 2022", "hvor mye", "budget-cut-2022"),
        ("kva er klyngeprogrammet", "kven eig det", "programme-who-runs"),
        ("when did Norway Health Tech and Smart Care merge", "how many members", "health-merger"),
        ("clusters in Stavanger", "any for health", "list:health...Stavanger"),
        ("what does membership cost", "what about Maritime CleanTech", "cluster:maritime-cleantech"),
    ],
)
def test_a_short_question_may_be_about_the_last_answer(first: str, then: str, entry: str) -> None:
    talk = Talk()
    talk.ask(first)

    assert talk.about(then) == entry


@pytest.mark.parametrize("then", ["what is the weather", "hva er moms", "how old are you", "and in 1950?"])
def test_what_the_last_answer_does_not_tell_is_not_asked_of_it(then: str) -> None:
    talk = Talk()
    talk.ask("what is Norwegian Innovation Clusters")

    assert talk.about(then) != "programme-what"


@pytest.mark.parametrize(
    ("client", "first", "then", "language"),
    [
        ("en", "what happened in 2019", "And 2018", "en"),
        ("nb", "what happened in 2019", "and 2018", "en"),
        ("en", "hva skjedde i 2019", "og 2018", "nb"),
        ("nn", "kva skjedde i 2019", "2018", "nn"),
        ("en", "what happened in 2019", "2018", "en"),
    ],
)
def test_the_whole_question_tells_the_language_and_a_number_none(
    client: str, first: str, then: str, language: str
) -> None:
    talk = Talk(client)
    talk.ask(first)

    assert talk.ask(then).language == language


@pytest.mark.parametrize("client", ["nb", "nn"])
def test_a_town_does_not_make_a_norwegian_question_english(client: str) -> None:
    assert Talk(client).ask("klynger oslo").language == client


@pytest.mark.parametrize(
    ("first", "then", "entry"),
    [
        ("kven eig innovasjon norge", "og siva", "org-siva"),
        ("who owns Siva", "and the research council", "org-research-council"),
        ("kven leiar blue legasea", "har du epost dit", "cluster:blue-legasea"),
        ("gce blue maritime", "kem jobba der", "cluster:gce-blue-maritime"),
        ("korleis blir ei bedrift medlem i ei klynge", "å ka får eg igjen for det", "benefits-join"),
    ],
)
def test_what_goes_on_is_answered_where_it_is_told(first: str, then: str, entry: str) -> None:
    talk = Talk("nn")
    talk.ask(first)

    assert talk.about(then) == entry


def test_a_short_question_that_offers_something_else_does_not_repeat_the_last_answer() -> None:
    talk = Talk("nn")
    talk.ask("kor ofte er det utlysing")

    reply = talk.ask("kor mykje kan ein få")

    offered = [button.data for row in reply.buttons for button in row]
    assert "entry_funding-amounts" in str(offered)


def test_an_event_is_talked_about_as_well() -> None:
    talk = Talk()
    talk.ask("The Ocean 2019")

    assert talk.about("when was it") == talk.about("where was it") == "event:the-ocean-2019"


def test_two_refusals_in_a_row_do_not_sound_the_same() -> None:
    talk = Talk()
    first, second = talk.ask("how do I bake bread"), talk.ask("and a good cake")

    assert first.entry == second.entry == UNANSWERED
    assert first.plain() != second.plain()
    assert second.plain().startswith("I don't know that either")


def test_whom_to_ask_after_an_answer_is_the_answers_own_contact() -> None:
    talk = Talk("nn")
    talk.ask("kva kostar medlemskap i ei klynge")

    assert talk.about("kven kan eg kontakte") == "contact:nic-programme"


def test_a_refusal_before_it_does_not_change_what_a_question_means() -> None:
    talk = Talk()
    talk.ask("how do I bake bread")

    assert talk.about("what about Bergen").startswith("list:")


def test_a_list_is_no_refusal() -> None:
    talk = Talk()
    talk.ask("clusters in health")

    assert talk.ask("how do I bake bread").plain().startswith("I don't know that.")


def test_what_was_talked_about_and_has_gone_since_is_forgotten() -> None:
    for gone in ("cluster:gone", "contact:gone", "event:gone", "gone", "list:gone.gone.gone.gone"):
        asker = Asker("en", None, gone, NOW)
        assert respond(shipped(), "who leads it", asker, NOW).plain()
        assert respond(shipped(), "and in Bergen?", asker, NOW).plain()
