from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.announce.feeds import MOST, event_as_json, merged, read_feed
from bot.announce.occasion import from_event, revision
from bot.errors import FeedError
from bot.knowledge.model import Event, Feed

OSLO = ZoneInfo("Europe/Oslo")
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
FEED = Feed(url="https://example.org/calendar.ics", topics=("gce",), regions=("vestland",))
SEMINAR = """UID:seminar@example.org
SUMMARY:Seminar
DESCRIPTION:About data.\\nCoffee at nine.
DTSTART:20270318T090000Z
DTEND:20270318T110000Z
LOCATION:Grieghallen
URL:https://example.org/seminar
ORGANIZER;CN=Kari:mailto:kari@example.org"""


def calendar(*events: str) -> bytes:
    parts = [f"BEGIN:VEVENT\n{event}\nEND:VEVENT" for event in events]
    text = "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//EN", *parts, "END:VCALENDAR", ""])
    return text.replace("\n", "\r\n").encode()


def read(*events: str, feed: Feed = FEED) -> list[Event]:
    return list(read_feed(calendar(*events), feed, NOW, OSLO, "en").values())


def test_an_event_of_a_feed_becomes_a_row() -> None:
    (event,) = read(SEMINAR)

    assert event.id.startswith("feed-")
    assert event.title == {"en": "Seminar"}
    assert event.text == {"en": "About data.\nCoffee at nine."}
    assert (str(event.start), str(event.end)) == ("2027-03-18T10:00", "2027-03-18T12:00")
    assert (event.place, event.link, event.organiser) == (
        "Grieghallen",
        "https://example.org/seminar",
        "Kari",
    )
    assert (event.topics, event.regions) == (("gce",), ("vestland",))


def test_the_uid_decides_what_is_the_same() -> None:
    (before,), (after,) = read(SEMINAR), read(SEMINAR.replace("T09", "T10").replace("Seminar", "Big seminar"))

    assert before.id == after.id
    assert revision(from_event(before, OSLO)) != revision(from_event(after, OSLO))


def test_what_stays_as_it_was_keeps_its_revision() -> None:
    (before,), (after,) = read(SEMINAR), read(f"{SEMINAR}\nDTSTAMP:20270301T000000Z\nSEQUENCE:4")

    assert before == after


def test_without_uid_title_start_and_place_decide() -> None:
    bare = SEMINAR.partition("\n")[2]

    assert read(bare)[0].id == read(bare.replace("data", "health"))[0].id
    assert read(bare)[0].id != read(bare.replace("Grieghallen", "USF"))[0].id


def test_two_feeds_may_use_one_uid() -> None:
    other = Feed(url="https://example.com/other.ics")

    assert read(SEMINAR)[0].id != read(SEMINAR, feed=other)[0].id


def test_whole_days_end_on_their_last_day() -> None:
    (event,) = read("UID:a\nSUMMARY:Fair\nDTSTART;VALUE=DATE:20270401\nDTEND;VALUE=DATE:20270403")

    assert (event.all_day, str(event.start), str(event.end)) == (True, "2027-04-01", "2027-04-02")


def test_what_repeats_becomes_its_times_without_the_left_out_and_with_the_moved() -> None:
    found = read(
        "UID:cafe\nSUMMARY:Café\nDTSTART;TZID=Europe/Oslo:20270308T100000\nRRULE:FREQ=WEEKLY;COUNT=4\n"
        "EXDATE;TZID=Europe/Oslo:20270315T100000",
        "UID:cafe\nSUMMARY:Café\nRECURRENCE-ID;TZID=Europe/Oslo:20270322T100000\n"
        "DTSTART;TZID=Europe/Oslo:20270323T140000",
    )

    assert [str(event.start) for event in found] == [
        "2027-03-08T10:00",
        "2027-03-23T14:00",
        "2027-03-29T10:00",
    ]
    assert len({event.id for event in found}) == 3


def test_a_moved_time_keeps_its_id() -> None:
    series = "UID:cafe\nSUMMARY:Café\nDTSTART;TZID=Europe/Oslo:20270308T100000\nRRULE:FREQ=WEEKLY;COUNT=2"
    moved = "UID:cafe\nSUMMARY:Café\nRECURRENCE-ID;TZID=Europe/Oslo:20270315T100000\n"
    moved += "DTSTART;TZID=Europe/Oslo:20270316T120000"

    assert {event.id for event in read(series)} == {event.id for event in read(series, moved)}


def test_what_has_been_and_what_is_private_is_not_taken() -> None:
    assert (
        read(SEMINAR.replace("2027", "2026"), f"{SEMINAR}\nCLASS:PRIVATE", "UID:x\nDTSTART:20270401T090000Z")
        == []
    )


def test_a_cancelled_event_is_cancelled() -> None:
    assert read(f"{SEMINAR}\nSTATUS:CANCELLED")[0].status == "cancelled"


def test_a_link_that_is_none_is_left_out() -> None:
    assert read(SEMINAR.replace("https://example.org/seminar", "javascript:alert(1)"))[0].link is None


def test_an_address_is_no_organisers_name() -> None:
    assert read(SEMINAR.replace("CN=Kari", "CN=kari@example.org"))[0].organiser is None


def test_a_long_text_is_cut() -> None:
    (event,) = read(SEMINAR.replace("Coffee", "Coffee " * 1000))

    assert len(event.text["en"]) == 3000


@pytest.mark.parametrize(
    "content", [b"<html>not found</html>", b"", b"\xff\xfe\x00", b"BEGIN:VCALENDAR\r\nBEGIN:"]
)
def test_what_is_no_calendar_is_refused(content: bytes) -> None:
    with pytest.raises(FeedError, match=r"example.org/calendar.ics cannot be read"):
        read_feed(content, FEED, NOW, OSLO, "en")


def test_an_event_every_second_is_refused() -> None:
    with pytest.raises(FeedError, match="by the hour or oftener"):
        read("UID:a\nSUMMARY:Tick\nDTSTART:20270301T090000Z\nRRULE:FREQ=SECONDLY")


def test_no_feed_brings_more_than_a_bounded_number() -> None:
    daily = [f"UID:{n}\nSUMMARY:Day\nDTSTART:20270302T090000Z\nRRULE:FREQ=DAILY" for n in range(3)]

    assert len(read(*daily)) == MOST


def test_what_is_missing_stays_as_it_was_and_is_counted() -> None:
    before = {event.id: event for event in read(SEMINAR)}
    (id_,) = before

    once, missed = merged(before, {}, {}, NOW, OSLO)
    twice, missed = merged(once, missed, {}, NOW, OSLO)

    assert (twice, missed) == (before, {id_: 2})
    assert merged(twice, missed, before, NOW, OSLO) == (before, {})


@pytest.mark.parametrize(
    "event",
    [SEMINAR, f"{SEMINAR}\nSTATUS:CANCELLED", "UID:a\nSUMMARY:Fair\nDTSTART;VALUE=DATE:20270401"],
)
def test_an_event_is_read_back_as_it_was_written(event: str) -> None:
    (found,) = read(event)

    assert Event.model_validate(json.loads(json.dumps(event_as_json(found)))) == found


def test_what_is_missing_because_it_is_over_is_forgotten() -> None:
    before = {event.id: event for event in read(SEMINAR)}

    assert merged(before, {}, {}, NOW + timedelta(days=60), OSLO) == ({}, {})
