from __future__ import annotations

from pathlib import Path

from bot.announce.audience import Subscription, wants
from bot.announce.occasion import from_event, occasion_of, revision
from bot.knowledge.dates import PartialDate
from bot.knowledge.load import load
from bot.knowledge.model import Event

KNOWLEDGE = load(Path(__file__).parents[2] / "knowledge")
NORTHERN = Event(
    id="day",
    title={"en": "Cluster day"},
    text={"en": "In the north."},
    start=PartialDate.parse("2027-06-01"),
    regions=("northern-norway",),
)


def test_an_event_of_an_area_is_for_who_chose_one_of_its_counties() -> None:
    occasion = occasion_of(KNOWLEDGE, NORTHERN)

    assert wants(Subscription(1, regions=frozenset({"troms"})), occasion)
    assert not wants(Subscription(1, regions=frozenset({"agder"})), occasion)


def test_what_it_concerns_is_no_revision() -> None:
    assert revision(occasion_of(KNOWLEDGE, NORTHERN)) == revision(from_event(NORTHERN, KNOWLEDGE.zone))
