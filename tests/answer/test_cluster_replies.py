"""Clusters as replies: a card, one thing asked, lists; nothing stated as current."""

from __future__ import annotations

import pytest
from shipped import LANGUAGES, NOW, shipped

from bot.answer.compose import row_reply
from bot.answer.dialogue import Asker, respond, show
from bot.answer.lists import find_data, found, list_reply
from bot.answer.moments import written
from bot.answer.names import bare, cluster_name
from bot.answer.sources import evidence, facts_of
from bot.reply import Reply
from bot.understand.finding import Criteria
from bot.understand.subject import Subject

ATTRIBUTES = (
    *("leader", "website", "place", "former", "level", "since", "themes", "contact", "phone", "age"),
    *("members", "employees", "turnover", "fee", "jobs", "chair", "email", "colour"),
)


def ask(text: str, language: str = "en") -> Reply:
    return respond(shipped(), text, Asker(chosen=language), NOW)


def told(row: str, attribute: str | None, language: str) -> str:
    return row_reply(shipped().knowledge, f"cluster:{row}", language, NOW, attribute).plain()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_tells_what_is_known_with_source_and_date(language: str) -> None:
    source = {"en": "Source", "nb": "Kilde", "nn": "Kjelde"}[language]
    for cluster in shipped().knowledge.clusters.values():
        card = told(cluster.id, None, language)
        assert card.startswith(f"{cluster_name(cluster, language)}\n\n{cluster.summary[language]}")
        assert source in card
        if cluster.website:
            assert cluster.website.split("//")[1].rstrip("/") in card
        for name in cluster.former_names:
            assert name in card
        if cluster.level_from:
            assert written(cluster.level_from, language) in card
        if cluster.city:
            assert cluster.city in card


@pytest.mark.parametrize("attribute", ATTRIBUTES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_thing_asked_about_a_cluster_is_told_or_said_to_be_unknown(
    language: str, attribute: str
) -> None:
    for cluster in shipped().knowledge.clusters.values():
        said = told(cluster.id, attribute, language)
        assert bare(cluster_name(cluster, language)) in said
        assert said.count("\n\n") >= 1, said


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_was_named_as_leader_is_named_with_the_date_and_a_way_in(language: str) -> None:
    knowledge = shipped().knowledge
    changed = {"en": "may have changed", "nb": "kan ha endret seg", "nn": "kan ha endra seg"}[language]
    undated = {"en": "undated", "nb": "uten dato", "nn": "utan dato"}[language]
    for cluster in knowledge.clusters.values():
        said = told(cluster.id, "leader", language)
        leader = knowledge.contacts.get(cluster.leader or "")
        assert (cluster.website or "nic.innovasjonnorge.no").removeprefix("https://") in said
        if leader and not leader.former:
            first = said.split("\n\n")[0]
            assert leader.name is not None and leader.name in first
            assert changed in first
            assert (str(leader.as_of.year) if leader.as_of else undated) in first


@pytest.mark.parametrize(
    ("asked", "language", "said"),
    [
        (
            "where is nce instrumentation",
            "en",
            "My sources don't say where NCE Instrumentation has its office.",
        ),
        ("nettsiden til tequity", "nb", "Jeg har ingen nettside til Tequity Cluster."),
        ("kva heitte stiim før", "nn", "Eg kjenner ikkje til tidlegare namn på Stiim Aqua Cluster."),
        ("hvilket nivå har biotech north", "nb", "Kildene mine sier ikke hvilket nivå Biotech North hadde."),
        ("who leads eyde", "en", "I have no source that says who leads Eyde Cluster."),
        ("kontaktperson i Eyde", "nb", "Kildene mine nevner ingen kontaktperson for Eyde-klyngen."),
        ("kva heitte norway health tech før", "nn", "Norway Health Tech heitte tidlegare Oslo Medtech."),
        ("where is tequity", "en", "Tequity Cluster is based in Trondheim, Trøndelag."),
        ("hvor holder heidner til", "nb", "NCE Heidner Biocluster holder til på Hamar i Innlandet."),
        ("kvar held norway health tech til", "nn", "Norway Health Tech held til i Oslo."),
        (
            "hvor mange medlemmer har eyde",
            "nb",
            "Kildene mine sier verken hvor mange medlemmer Eyde-klyngen har, eller hvem de er.",
        ),
        (
            "kva heitte gce ocean technology før",
            "nn",
            "GCE Ocean Technology heitte tidlegare NCE Subsea og GCE Subsea.",
        ),
        ("website of renergy", "en", "The website of RENERGY is renergycluster.no."),
    ],
)
def test_one_thing_asked_gets_one_thing_told(asked: str, language: str, said: str) -> None:
    assert ask(asked, language).plain().startswith(said)


def test_a_figure_is_told_with_its_date_or_said_to_be_in_no_source() -> None:
    assert told("gce-node", "members", "en").startswith("GCE NODE had 128 participants at the end of 2023.")
    said = told("eyde", "members", "nb")
    assert said.startswith("Kildene mine sier verken hvor mange medlemmer Eyde-klyngen har")
    assert "eydecluster.com" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_figure_is_told_with_the_sources_of_its_own_facts(language: str) -> None:
    knowledge = shipped().knowledge
    for cluster in knowledge.clusters.values():
        for name, figure in (cluster.figures.known if cluster.figures else {}).items():
            under = "".join(span.text for span in evidence(facts_of(knowledge, figure.facts), language))
            assert figure.facts, cluster.id
            assert told(cluster.id, name, language).endswith(under)
    assert "Source: Bergens Tidende (September 2017)." in told("finance-innovation", "fee", "en")


def test_who_leads_without_a_source_names_none() -> None:
    assert "Source" not in told("heidner", "leader", "en")


def test_where_only_the_area_is_known_the_summary_tells_more() -> None:
    said = told("energy-valley", "place", "nb")

    assert said.startswith("Energy Valley hører hjemme i Oslo, Buskerud og Telemark. Energiteknologiklynge")
    assert "Akershus" not in said


def test_what_needs_a_word_about_a_level_is_said_wherever_the_level_is() -> None:
    note = "NIC Explore. In 2024 it was reported that the cluster was to be lifted to it."

    assert note in told("powered-by-telemark", "level", "en")
    assert note in told("powered-by-telemark", None, "en")


def test_asked_for_the_chair_another_leader_is_not_given_as_one() -> None:
    assert told("gce-node", "chair", "nb").startswith(
        "Jeg vet ikke hvem som er styreleder i GCE NODE. Knut Mjåland ble omtalt som adm"
    )
    assert told("energy-transition-norway", "chair", "nb").startswith("Tor Arnesen ble omtalt som styreleder")
    assert told("energy-transition-norway", "leader", "nb").startswith(
        "Jeg har ingen kilde som sier hvem som"
    )


def test_a_level_once_had_is_told_with_its_dates_and_never_as_current() -> None:
    card = told("nce-raufoss", None, "en")

    assert "Level: NCE from 2006 to 2016" in card
    assert "Level: GCE from June 2014 (earlier: Arena from 2006, NCE from June 2009). GCE status" in told(
        "gce-node", None, "en"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_says_that_it_is_not_todays(language: str) -> None:
    asked = {"en": "clusters in Bergen", "nb": "klynger i Bergen", "nn": "kva klynger er i Bergen"}
    reply = ask(asked[language], language)
    note = {
        "en": "I have no up-to-date list: what I know is from 20",
        "nb": "Jeg har ingen oppdatert liste, og det jeg vet, er fra 20",
        "nn": "Eg har inga oppdatert liste, og det eg veit, er frå 20",
    }

    assert reply.language == language
    assert note[language] in reply.plain()
    assert reply.plain().count("\n• ") + reply.plain().startswith("• ") >= 4


def test_a_list_names_each_cluster_with_place_and_dated_level() -> None:
    assert "• Finance Innovation – Bergen, NCE from" in ask("clusters in Bergen").plain()


def test_a_list_by_level_shows_that_level_and_those_that_went_on_last() -> None:
    every = [
        line
        for page in range(3)
        if (reply := show(shipped(), f"find_..nce._{page}", Asker(), NOW))
        for line in reply.plain().split("\n")
        if line.startswith("• ")
    ]

    assert "• Oslo Cancer Cluster – Oslo, NCE from 2007" in every[-6:]
    assert "• GCE NODE – Kristiansand, NCE from June 2009" in every[-6:]
    assert not any("GCE from" in line for line in every)


def test_a_cluster_of_several_counties_is_listed_with_all_of_them() -> None:
    assert (
        "NCE Tourism – Fjord Norway – Rogaland/Vestland/Møre og Romsdal, NCE"
        in ask("tourism clusters").plain()
    )


def test_where_nothing_fits_it_is_said_and_what_fits_a_part_is_a_tap_away() -> None:
    reply = ask("health clusters in Bergen")

    assert reply.plain() == (
        "I know of no cluster working with health in Bergen. Perhaps one of these helps:"
    )
    assert [row[0].label for row in reply.buttons] == ["Health (5)", "Bergen (5)", "All 54"]


def test_for_a_town_without_clusters_those_of_its_county_are_given_and_said_to_be() -> None:
    said = ask("klynger i Lillehammer", "nb").plain()

    assert said.startswith("Jeg kjenner ingen med kontor på Lillehammer. Disse er i samme fylke:")
    assert "NCE Raufoss" in said


def test_of_the_only_cluster_that_fits_the_card_is_given_and_the_list_goes_on() -> None:
    reply = ask("which clusters are in Halden")

    card = told("nce-smart-energy", None, "en")
    assert reply.plain() == f"I know one cluster in Halden:\n\n{card}"
    assert reply.entry == "list:...Halden"


@pytest.mark.parametrize(
    ("criteria", "language", "said"),
    [
        (Criteria(), "nn", "Eg kjenner 54 klynger:"),
        (Criteria(("health",)), "en", "I know 5 clusters working with health:"),
        (
            Criteria(("seafood",), cities=("Bergen",)),
            "nb",
            "Jeg kjenner 2 klynger innen sjømat og havbruk i Bergen:",
        ),
        (Criteria(levels=("gce",)), "nn", "Eg kjenner 3 klynger på nivået GCE:"),
        (Criteria(levels=("mature",)), "en", "I know 2 clusters at the mature cluster level:"),
        (Criteria(regions=("western-norway",)), "nb", "Jeg kjenner 21 klynger på Vestlandet:"),
        (
            Criteria(("health", "energy"), ("oslo",), cities=("Oslo",)),
            "nb",
            "Jeg kjenner 3 klynger innen helse eller energi i Oslo:",
        ),
    ],
)
def test_a_list_is_headed_by_what_was_looked_for(criteria: Criteria, language: str, said: str) -> None:
    reply = list_reply(shipped().directory, criteria, language, NOW.date())

    assert reply.plain().startswith(said)
    assert reply.entry == str(Subject(criteria=criteria))


def test_a_list_is_turned_page_by_page_to_its_end_and_back() -> None:
    seen: list[str] = []
    data: str | None = find_data(Criteria(), 0)
    while data:
        reply = show(shipped(), data, Asker(), NOW)
        assert reply is not None
        buttons = [button for row in reply.buttons for button in row if button.data]
        seen += [each.data for each in buttons if each.data and each.data.startswith("cluster_")]
        data = next((each.data for each in buttons if each.label.startswith("More (")), None)

    assert len(seen) == len(set(seen)) == len(shipped().knowledge.clusters)


def test_a_list_that_no_button_can_name_is_shown_whole() -> None:
    criteria = Criteria(
        themes=("seafood", "maritime", "ocean"),
        regions=("western-norway", "northern-norway", "eastern-norway"),
    )

    reply = list_reply(shipped().directory, criteria, "en", NOW.date())

    rows = shipped().directory.fitting(criteria)
    assert len(rows) > 8
    assert len(reply.buttons) == len(rows)


@pytest.mark.parametrize(
    "criteria",
    [
        Criteria(),
        Criteria(themes=("health",)),
        Criteria(("health", "digital"), ("oslo",), ("nce", "gce"), ("Mo i Rana", "Ålesund")),
    ],
)
def test_what_a_list_was_made_of_is_read_back_from_its_button(criteria: Criteria) -> None:
    assert found(find_data(criteria, 3)) == (criteria, 3)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_event_tells_when_where_and_that_it_is_over(language: str) -> None:
    over = {
        "event": {"en": "This is over.", "nb": "Dette har vært.", "nn": "Dette har vore."},
        "deadline": {"en": "This has closed.", "nb": "Fristen er ute.", "nn": "Fristen er ute."},
    }
    for event in shipped().knowledge.events.values():
        said = row_reply(shipped().knowledge, f"event:{event.id}", language, NOW).plain()
        assert said.startswith(event.title[language])
        assert event.text[language].strip() in said
        assert over[event.kind][language] in said
        assert str(event.start.year) in said
        if event.city:
            assert event.city in said
