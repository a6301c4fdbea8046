from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.announce.audience import Subscription, due_for, held, wants
from bot.announce.occasion import Occasion, revision
from bot.announce.proposals import Seen, proposals
from bot.knowledge.dates import PartialDate

OSLO = ZoneInfo("Europe/Oslo")
NIGHT = (time(21), time(8))
SEMINAR = Occasion(
    "event:seminar",
    "event",
    {"en": "Seminar"},
    {"en": "."},
    PartialDate.parse("2027-01-20T10:00"),
    topics=("water",),
    regions=("vestland",),
)


def due(
    subscription: Subscription, occasion: Occasion, kind: str, now: datetime, zone: ZoneInfo
) -> datetime | None:
    return due_for(subscription.quiet, subscription.digest, occasion, kind, now, zone)


def oslo(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OSLO)


@pytest.mark.parametrize(
    ("chosen", "wanted"),
    [
        ({}, False),
        ({"everything": True}, True),
        ({"everything": True, "paused": "stopped"}, False),
        ({"topics": {"water"}}, True),
        ({"topics": {"fish"}}, False),
        ({"topics": {"water"}, "regions": {"troms"}}, False),
        ({"topics": {"water", "fish"}, "regions": {"vestland"}}, True),
        ({"levels": {"gce"}}, True),  # the seminar is for every level
    ],
)
def test_of_each_kind_of_choice_one_must_fit(chosen: dict[str, object], wanted: bool) -> None:
    given = {name: frozenset(each) if isinstance(each, set) else each for name, each in chosen.items()}

    assert wants(Subscription(1, **given), SEMINAR) is wanted  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("quiet", "digest", "kind", "now", "leaves"),
    [
        (None, None, "new", "2026-12-01T23:00", "2026-12-01T23:00"),
        (NIGHT, None, "new", "2026-12-01T23:00", "2026-12-02T08:00"),
        (NIGHT, None, "new", "2026-12-02T03:00", "2026-12-02T08:00"),
        (NIGHT, None, "new", "2026-12-01T20:59", "2026-12-01T20:59"),
        (NIGHT, time(17), "new", "2026-12-01T12:00", "2026-12-01T17:00"),
        (NIGHT, time(17), "new", "2026-12-01T17:01", "2026-12-02T17:00"),
        (NIGHT, time(17), "change", "2026-12-01T12:00", "2026-12-01T12:00"),
        (NIGHT, None, "cancel", "2027-01-19T23:00", "2027-01-19T23:00"),
        (NIGHT, None, "cancel", "2027-01-18T23:00", "2027-01-19T08:00"),
        (NIGHT, None, "reminder:1440", "2026-12-01T12:00", "2027-01-19T10:00"),
        (NIGHT, None, "reminder:120", "2026-12-01T12:00", "2027-01-20T08:00"),
        (NIGHT, None, "reminder:720", "2026-12-01T12:00", "2027-01-20T08:00"),
    ],
)
def test_letters_leave_at_a_decent_hour(
    quiet: tuple[time, time] | None, digest: time | None, kind: str, now: str, leaves: str
) -> None:
    kari = Subscription(1, quiet=quiet, digest=digest)

    assert due(kari, SEMINAR, kind, oslo(now), OSLO) == oslo(leaves)


def test_a_reminder_of_an_early_start_comes_before_the_night() -> None:
    early = replace(SEMINAR, start=PartialDate.parse("2027-01-20T07:00"))

    assert due(Subscription(1), early, "reminder:120", oslo("2026-12-01T12:00"), OSLO) == oslo(
        "2027-01-19T20:59"
    )


def test_a_reminder_that_would_be_in_the_past_is_none() -> None:
    assert due(Subscription(1), SEMINAR, "reminder:1440", oslo("2027-01-19T10:00"), OSLO) is None


def test_of_what_has_no_day_nobody_is_reminded() -> None:
    vague = replace(SEMINAR, start=PartialDate.parse("2027-03"))

    assert due(Subscription(1), vague, "reminder:1440", oslo("2026-12-01T12:00"), OSLO) is None


def test_what_is_to_be_told_at_a_time_waits_for_it() -> None:
    later = replace(SEMINAR, announce_at=datetime(2026, 12, 5, 9, tzinfo=UTC))

    assert due(Subscription(1), later, "new", oslo("2026-12-01T12:00"), OSLO) == later.announce_at


@pytest.mark.parametrize(
    ("start", "leaves"),
    [
        ("2027-03-28T10:00", datetime(2027, 3, 27, 9, tzinfo=UTC)),  # the night clocks go forward
        ("2027-03-29T10:00", datetime(2027, 3, 28, 8, tzinfo=UTC)),
        ("2026-10-25T10:00", datetime(2026, 10, 24, 8, tzinfo=UTC)),  # the night they go back
        ("2026-10-26T10:00", datetime(2026, 10, 25, 9, tzinfo=UTC)),
    ],
)
def test_a_day_before_is_the_same_hour_also_when_clocks_change(start: str, leaves: datetime) -> None:
    occasion = replace(SEMINAR, start=PartialDate.parse(start))

    assert due(Subscription(1), occasion, "reminder:1440", oslo("2026-09-01T12:00"), OSLO) == leaves


@pytest.mark.parametrize(
    ("now", "leaves"),
    [
        (datetime(2027, 3, 27, 22, tzinfo=UTC), datetime(2027, 3, 28, 6, tzinfo=UTC)),
        (datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 7, tzinfo=UTC)),
    ],
)
def test_the_night_ends_at_eight_also_when_clocks_change(now: datetime, leaves: datetime) -> None:
    assert held(now, NIGHT, OSLO) == leaves


CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))


@given(
    now=st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),
    quiet=st.tuples(CLOCKS, CLOCKS),
)
def test_what_is_held_leaves_within_a_day_and_is_not_held_again(
    now: datetime, quiet: tuple[time, time]
) -> None:
    leaves = held(now, quiet, OSLO)

    assert now <= leaves <= now + timedelta(hours=25)
    assert held(leaves, quiet, OSLO) == leaves


NOW = oslo("2026-12-01T12:00")


@pytest.mark.parametrize(
    ("seen", "status", "kind"),
    [
        (None, "published", "new"),
        (None, "cancelled", None),
        (Seen("other", None, "other"), "published", "new"),
        (Seen("other", "other", "other"), "published", "change"),
        (Seen("other", "other", "other"), "cancelled", "cancel"),
    ],
)
def test_what_is_saved_is_news_a_change_or_a_cancellation(
    seen: Seen | None, status: str, kind: str | None
) -> None:
    occasion = replace(SEMINAR, status=status)

    (found,) = proposals([occasion], {occasion.id: seen} if seen else {}, False, NOW, OSLO)

    assert found.kind == kind


def test_nothing_is_asked_about_at_a_first_start_or_of_what_is_over_or_known_or_a_draft() -> None:
    over = replace(SEMINAR, start=PartialDate.parse("2020-01-20"))
    known = {SEMINAR.id: Seen(revision(SEMINAR), None, revision(SEMINAR))}

    assert [each.kind for each in proposals([SEMINAR], {}, True, NOW, OSLO)] == [None]
    assert [each.kind for each in proposals([over], {}, False, NOW, OSLO)] == [None]
    assert proposals([SEMINAR], known, False, NOW, OSLO) == []
    assert proposals([replace(SEMINAR, status="draft")], {}, False, NOW, OSLO) == []
