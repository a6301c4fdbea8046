"""Questions about rows: ways of asking are lines of directory.yaml."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from shipped import shipped

from bot.knowledge.model import Cluster
from bot.understand.finding import Criteria, Finding

LINES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("directory.yaml").read_text("utf-8"))

WAYS = {
    None: ("{}", "what is {}?", "Tell me about {}", "hva er {}", "kva er {} for noko", "fortel meg om {}"),
    "leader": ("who leads {}", "hvem leder {}?", "kven leier {}", "sjefen i {}"),
    "website": ("website of {}", "{} nettside", "nettsida til {}"),
    "place": ("where is {}", "hvor ligger {}", "kvar held {} til", "kor e {}"),
    "former": ("what was {} called before", "hva het {} før", "kva heitte {} før"),
    "level": ("what level is {}", "hvilket nivå har {}", "kva nivå har {}"),
    "since": ("when was {} founded", "når ble {} etablert", "når vart {} starta"),
    "themes": ("what field is {} in", "hva driver {} med", "kva driv {} med"),
    "contact": ("who do i contact at {}", "kontaktperson i {}", "kven kan eg kontakte i {}"),
    "phone": ("phone number of {}", "telefonnummeret til {}", "tlf til {}"),
    "email": ("email address of {}", "e-postadressen til {}", "epost til {}"),
    "address": ("address of {}", "adressen til {}", "adressa til {}"),
}


@cache
def named() -> list[tuple[str, Cluster]]:
    clusters = shipped().knowledge.clusters.values()
    return [(name, each) for each in clusters for name in (each.name, *each.former_names, *each.also)]


def find(question: str) -> Finding | None:
    return shipped().directory.find(question)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["ask"])
def test_a_question_about_rows_is_understood(line: dict[str, Any]) -> None:
    finding = find(line["ask"])

    if line.get("nothing"):
        assert finding is None or finding.leftover
        return
    assert finding is not None
    assert finding.leftover == ()
    if "row" in line:
        assert finding.rows == (line["row"],)
        assert finding.attribute == line.get("attribute")
        assert finding.private == line.get("private", False)
        return
    parts = ("themes", "regions", "levels", "cities")
    assert finding.criteria == Criteria(*(tuple(line.get(part, ())) for part in parts))
    assert len(finding.rows) == line.get("rows", len(finding.rows))


@pytest.mark.parametrize("attribute", WAYS, ids=str)
def test_every_cluster_is_found_by_every_name_in_every_language(attribute: str | None) -> None:
    for name, cluster in named():
        for way in WAYS[attribute]:
            finding = find(way.format(name))
            assert finding is not None, (way, name)
            assert finding.rows == (f"cluster:{cluster.id}",), (way, name)
            assert finding.attribute == attribute, (way, name)
            assert finding.leftover == (), (way, name)


def test_every_contact_is_found_by_name() -> None:
    for contact in shipped().knowledge.contacts.values():
        for way in ("{}", "who is {}", "kontaktinfo til {}", "kven er {}"):
            finding = find(way.format(contact.name or contact.organisation.partition(" (")[0]))
            assert finding is not None
            assert finding.rows == (f"contact:{contact.id}",)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_cluster_is_found_however_its_name_is_cased_and_spaced(data: st.DataObject) -> None:
    name, cluster = data.draw(st.sampled_from(named()))
    joined = name if len(name) > 40 else name.replace(" ", data.draw(st.sampled_from([" ", "", "-", "  "])))
    typed = data.draw(st.sampled_from([joined, joined.upper(), joined.lower()]))

    finding = find(typed)

    assert finding is not None
    assert finding.rows == (f"cluster:{cluster.id}",)


def test_nine_of_ten_names_are_found_with_one_typing_error_in_a_long_word() -> None:
    found = []
    for name, cluster in named():
        longest = max(name.split(), key=len)
        if len(longest) < 7:
            continue
        middle = len(longest) // 2
        swapped = longest[: middle - 1] + longest[middle] + longest[middle - 1] + longest[middle + 1 :]
        for typed in (
            swapped,
            longest[:middle] + longest[middle + 1 :],
            longest[:middle] + "x" + longest[middle:],
        ):
            finding = find(name.replace(longest, typed))
            found.append(finding is not None and finding.rows == (f"cluster:{cluster.id}",))

    assert len(found) > 200
    assert sum(found) / len(found) >= 0.9


def test_a_town_without_clusters_gives_those_of_its_county() -> None:
    directory = shipped().directory

    near = directory.fitting(Criteria(cities=("Lillehammer",)))

    assert near == directory.fitting(Criteria(regions=("innlandet",)))
    assert near != ()


def test_an_area_covers_its_counties() -> None:
    directory = shipped().directory
    counties = ("vestland", "rogaland", "more-og-romsdal")

    for area, inside in (("western-norway", counties), ("viken", ("ostfold", "akershus", "buskerud"))):
        listed = {row for each in inside for row in directory.fitting(Criteria(regions=(each,)))}
        assert listed <= set(directory.fitting(Criteria(regions=(area,))))


def test_a_list_holds_what_fits_every_part_and_a_level_counts_when_it_was_had() -> None:
    directory = shipped().directory
    knowledge = shipped().knowledge

    for row in directory.fitting(Criteria(themes=("health",), levels=("nce",))):
        cluster = knowledge.clusters[row.removeprefix("cluster:")]
        assert "health" in cluster.themes
        assert "nce" in {cluster.level, *(each.level for each in cluster.level_history)}
    assert "cluster:oslo-cancer-cluster" in directory.fitting(Criteria(levels=("nce",)))  # mature since 2021
    assert directory.fitting(Criteria()) == tuple(f"cluster:{each}" for each in knowledge.clusters)


@pytest.mark.parametrize(
    ("asked", "attribute"),
    [
        ("who leads it", "leader"),
        ("and who is the leader?", "leader"),
        ("their website?", "website"),
        ("where is it", "place"),
        ("hvem leder den", "leader"),
        ("nettsiden deres", "website"),
        ("nettsida deira", "website"),
        ("kven leier ho", "leader"),
        ("kor er ho", "place"),
        ("when was it founded", "since"),
        ("telefonnummer?", "phone"),
        ("who leads NODE", None),
        ("website of the programme budget", None),
        ("clusters in Bergen", None),
        ("what does membership cost", "fee"),
        ("", None),
    ],
)
def test_what_is_asked_of_the_row_talked_about(asked: str, attribute: str | None) -> None:
    assert shipped().directory.attribute_alone(asked) == attribute
