"""Whom the bot gives: somebody who is there, or who stands in for them; never somebody who has gone."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from shipped import LANGUAGES, NOW, shipped

from bot.answer.compose import row_reply
from bot.answer.dialogue import Asker, respond, show, understand
from bot.knowledge.load import load
from bot.reply import Reply
from bot.understand.outcome import Private
from bot.understand.version import Version, prepare

PEOPLE = Path(__file__).parent.parent / "bases" / "people"
OFFICE = "Fjord Programme Office – +47 22 00 00 00, post@office.example, office.example"


@cache
def people() -> Version:
    return prepare(load(PEOPLE))


def ask(text: str, language: str = "en", now: datetime = NOW) -> str:
    return respond(people(), text, Asker(chosen=language), now).plain()


def tap(data: str, now: datetime = NOW) -> Reply:
    reply = show(people(), data, Asker(), now)
    assert reply is not None
    return reply


def labels(reply: Reply) -> list[str]:
    return [button.label for row in reply.buttons for button in row]


def test_a_person_was_named_in_a_role_at_a_date_and_does_not_lead() -> None:
    assert ask("who leads the herring cluster").startswith(
        "Anna Aas was named as cluster leader of Herring Cluster (May 2018). This may have changed since."
    )
    assert ask("hvem leder herring cluster").startswith(
        "Anna Aas ble omtalt som klyngeleder i Herring Cluster (mai 2018). Dette kan ha endret seg siden."
    )
    assert ask("kven leier herring cluster").startswith(
        "Anna Aas vart omtala som klyngeleiar i Herring Cluster (mai 2018). Dette kan ha endra seg sidan."
    )


def test_beside_a_person_stands_a_public_contact_point_that_works() -> None:
    for text in ("contact for the herring cluster", "who is Anna Aas"):
        assert f"Public contact point: {OFFICE}" in ask(text)
    said = ask("who leads the herring cluster")
    assert "You can reach the cluster through herring.example." in said
    assert "Public contact point" not in said  # the website is enough


def test_a_person_of_an_undated_source_is_said_to_be_of_one() -> None:
    assert "in an undated source" in ask("who leads the halibut cluster")
    assert "Named as cluster leader, Halibut Cluster (undated source)." in ask("Hans Hol")


def test_for_one_who_is_away_the_deputy_is_given_until_they_are_back() -> None:
    assert ask("who leads the mackerel cluster").startswith("Cecilie Carlsen was named as acting leader")
    card = ask("Bo Berge")
    assert card.startswith("Bo Berge is not available now; ask Cecilie Carlsen instead.")
    assert "cecilie@mackerel.example" in card
    assert "bo@mackerel.example" not in card

    back = datetime(2026, 12, 1, 12, tzinfo=UTC)
    assert ask("who leads the mackerel cluster", now=back).startswith("Bo Berge was named as cluster leader")
    assert "bo@mackerel.example" in ask("Bo Berge", now=back)


def test_the_day_is_the_programmes_own() -> None:
    late = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)  # half past midnight in Oslo

    assert "bo@mackerel.example" in ask("Bo Berge", now=late)


def test_one_whose_time_is_over_is_never_shown_but_the_office_is() -> None:
    for text in ("Dag Dahl", "who leads the saithe cluster", "contact for the saithe cluster"):
        said = ask(text)
        assert "+47 99 00 00 00" not in said
        assert "Saithe News" not in said
        assert "post@office.example" in said
    assert ask("who leads the saithe cluster").startswith("I have no source that says who leads")
    assert tap("save_dag").plain() == ask("Dag Dahl")

    before = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert "+47 99 00 00 00" in ask("Dag Dahl", now=before)


def test_one_who_has_left_is_found_by_name_and_never_given_as_whom_to_ask() -> None:
    assert "Eva Eide has since left this role." in ask("Eva Eide")
    assert labels(respond(people(), "Eva Eide", Asker(), NOW)) == ["Copy e-mail address"]
    for text in ("who leads the haddock cluster", "contact for the haddock cluster"):
        assert "Eva Eide" not in ask(text)
        assert "through haddock.example" in ask(text)


def test_deputies_that_are_away_themselves_lead_to_the_office() -> None:
    card = ask("Finn Fjell")

    assert card.startswith("Finn Fjell is not available now; ask Fjord Programme Office instead.")
    assert "post@office.example" in card


def test_for_an_answer_whose_contact_has_gone_the_desk_of_its_topic_is_given() -> None:
    assert tap("ask_when-to-fish").plain().startswith("The Fishing Desk")
    assert tap("ask_what-to-fish").plain().startswith("Cecilie Carlsen")


def test_a_refusal_gives_somebody_to_ask() -> None:
    assert f"If it is about the clusters, ask: {OFFICE}" in ask("how do I file my taxes")


def test_a_refusal_never_gives_a_person() -> None:
    people_named = {row.name for row in shipped().knowledge.contacts.values() if row.name}
    for text in ("weather in Bergen", "korleis bakar eg brød", "parking at the Møre harbour", "xyzzy"):
        said = respond(shipped(), text, Asker(), NOW).plain()
        assert any(each in said for each in ("If it is about", "Gjelder det", "Gjeld det"))
        assert not any(name in said for name in people_named)


def test_a_clusters_own_office_is_given_before_the_programmes() -> None:
    assert "+47 55 00 00 00" in ask("phone number of the shrimp cluster")
    assert "Public contact point: Shrimp Cluster Office – +47 55 00 00 00" in ask(
        "contact for shrimp cluster"
    )


def test_whoever_answers_for_a_county_is_found_by_it() -> None:
    assert ask("whom to call in Nordland").startswith("The Northern Desk")
    assert ask("kven kan eg kontakte i Nordland", "nn").startswith("The Northern Desk")


@pytest.mark.parametrize(
    ("asked", "language", "said"),
    [
        (
            "phone number of Anna Aas",
            "en",
            "I have no public phone number for Anna Aas, and I never give out private ones.\n",
        ),
        (
            "e-postadressen til Anna Aas",
            "nb",
            "Jeg har ingen offentlig e-postadresse til Anna Aas, og private opplysninger gir jeg aldri ut.",
        ),
        (
            "adressa til Anna Aas",
            "nn",
            "Eg har inga offentleg adresse til Anna Aas, og private opplysningar gir eg aldri ut.",
        ),
        (
            "address of the fishing desk",
            "en",
            "I have no public address for The Fishing Desk, but you can write to desk@office.example.",
        ),
        (
            "website of the fishing desk",
            "en",
            "I have no web page for The Fishing Desk, but you can write to desk@office.example.",
        ),
        ("email of the fishing desk", "en", "The Fishing Desk\n"),
    ],
)
def test_what_is_asked_for_and_not_public_is_said_to_be_so_with_what_is(
    asked: str, language: str, said: str
) -> None:
    assert ask(asked, language).startswith(said)


@pytest.mark.parametrize(
    "asked",
    [
        "salary of Anna Aas",
        "how old is Anna Aas",
        "home address of Anna Aas",
        "is Anna Aas married",
        "hva tjener Anna Aas",
        "privatnummeret til Anna Aas",
        "kor bur Anna Aas",
        "kor gammal er Anna Aas",
        "er Anna Aas gift",
        "what does the leader of the herring cluster earn",
        "how old is the leader of the herring cluster",
        "lønna til leiaren i herring cluster",
    ],
)
def test_what_is_private_is_refused_and_said_to_be_private(asked: str) -> None:
    assert isinstance(understand(people(), asked, Asker(), NOW), Private)
    for language in LANGUAGES:
        said = ask(asked, language)
        assert "privat" in said.lower()
        assert "Anna" not in said
        assert OFFICE in said


@pytest.mark.parametrize(
    "asked",
    [
        "home address of Owe Hagesæther",
        "hva er mobilnummeret hjem til Knut Mjåland privat",
        "lønna til Hege Økland",
        "kor gammal er Daniel Garden",
        "hvor bor Torger Reve",
        "is Ketil Widerberg married",
        "birthday of Arvid Nesse",
    ],
)
def test_nothing_private_is_said_of_anybody_in_the_shipped_base(asked: str) -> None:
    assert isinstance(understand(shipped(), asked, Asker(), NOW), Private)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everybody_shipped_is_named_at_a_date_beside_a_public_contact_point(
    language: str,
) -> None:
    named = {"en": "Named as ", "nb": "Omtalt som ", "nn": "Omtala som "}[language]
    public = {"en": "Public contact point: ", "nb": "Offentlig kontaktpunkt: ", "nn": "Offentleg kontakt"}
    knowledge = shipped().knowledge
    for contact in knowledge.contacts.values():
        if contact.name is None:
            continue
        said = row_reply(knowledge, f"contact:{contact.id}", language, NOW).plain()
        role = next(part for part in said.split("\n\n") if part.startswith(named))
        dated = str(contact.as_of.year) if contact.as_of else ("undated", "uten dato", "utan dato")
        assert dated in role if isinstance(dated, str) else any(each in role for each in dated), role
        assert public[language] in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_public_of_an_office_is_on_its_card_with_the_source_and_its_date(language: str) -> None:
    knowledge = shipped().knowledge
    for contact in knowledge.contacts.values():
        reply = row_reply(knowledge, f"contact:{contact.id}", language, NOW)
        said = reply.plain()
        for value in (contact.phone, contact.email, contact.post, contact.visit):
            assert value is None or value in said
        copied = {button.copy for row in reply.buttons for button in row if button.copy}
        assert copied == {value for value in (contact.phone, contact.email) if value}
        named = contact.sources[0].publisher
        assert (named[language] if language in (named or {}) else "") in said
