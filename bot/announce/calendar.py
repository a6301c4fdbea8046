"""One occasion as a calendar file (iCalendar, RFC 5545 and 5546) that other programs import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vRecur, vText, vUri

from bot.announce.changes import place_of
from bot.announce.occasion import Occasion
from bot.announce.zones import timezone
from bot.knowledge.dates import PartialDate
from bot.knowledge.model import pick

YEARS_OF_REPEATS = 12  # that the changes of clocks are written for
PRODUCT = "-//Klyngebot//Klyngebot//EN"
NO_MAIL = "invalid:nomail"  # RFC 5546 asks for an organizer; this stands for one without an address


@dataclass(frozen=True, slots=True)
class Organiser:
    """Who holds it, and where to write to them."""

    name: str
    email: str | None = None


def calendar_file(
    occasion: Occasion, zone: ZoneInfo, language: str, now: datetime, organiser: Organiser | None = None
) -> bytes | None:
    """The file's content; None where no day is known. That of a cancelled one takes the entry away again.

    The same UID and a higher `sequence` make calendars change the entry they have.
    """
    if occasion.start is None or occasion.start.day is None:
        return None
    cancelled = occasion.status == "cancelled"
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    event = Event()
    event.add("uid", uid(occasion))
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("sequence", occasion.sequence)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("summary", _text(occasion.title, language))
    event.add("description", _text(occasion.text, language))
    for name, value in _times(occasion, occasion.start, zone).items():
        event.add(name, value)
    if occasion.rrule:
        event.add("rrule", vRecur.from_ical(_in_utc(occasion.rrule, occasion.start, zone)))
    if where := place_of(occasion):
        event.add("location", where)
    if occasion.link:
        event.add("url", vUri(occasion.link))
    if occasion.kind == "deadline":
        event.add("transp", "TRANSPARENT")  # nobody is busy because a call closes
    event.add("organizer", _address(organiser or Organiser(occasion.organiser or "Klyngebot")))
    if isinstance(begins := event.decoded("dtstart"), datetime):
        first = datetime(begins.year, 1, 1, tzinfo=UTC)
        years = YEARS_OF_REPEATS if occasion.rrule else 2
        calendar.add_component(timezone(zone, first, first + timedelta(days=366 * years)))
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def uid(occasion: Occasion) -> str:
    """What calendars know it by, the same through all revisions and languages."""
    return f"{occasion.id.partition('@')[0].replace(':', '-')}@klyngebot"


def _times(occasion: Occasion, start: PartialDate, zone: ZoneInfo) -> Mapping[str, date]:
    if occasion.all_day or start.clock is None:
        last = occasion.end.last if occasion.end else start.last
        return {"dtstart": start.first, "dtend": last + timedelta(days=1)}  # the day after the last one
    begins = _existing(start.starts(zone), zone)
    ends = _existing(occasion.end.ends(zone), zone) if occasion.end else begins
    return {"dtstart": begins} if ends <= begins else {"dtstart": begins, "dtend": ends}


def _existing(moment: datetime, zone: ZoneInfo) -> datetime:
    """The local time as clocks show it: 02:30 of the night that summer time begins in is 03:30."""
    return moment.astimezone(UTC).astimezone(zone)


def _in_utc(rule: str, start: PartialDate, zone: ZoneInfo) -> str:
    """The rule with its end as RFC 5545 wants it beside a start with a time zone: in UTC."""
    parts = dict(part.partition("=")[::2] for part in rule.split(";"))
    if "UNTIL" not in parts or start.clock is None:
        return rule
    last = datetime.strptime(parts["UNTIL"][:8], "%Y%m%d").date()
    clock = datetime.strptime(parts["UNTIL"][9:15], "%H%M%S").time() if "T" in parts["UNTIL"] else start.clock
    until = datetime.combine(last, clock, zone).astimezone(UTC)
    return ";".join(
        f"{name}={until:%Y%m%dT%H%M%SZ}" if name == "UNTIL" else f"{name}={value}"
        for name, value in parts.items()
    )


def _text(texts: Mapping[str, str], language: str) -> vText:
    chosen = pick(texts, language)
    spoken = next(name for name, text in texts.items() if text is chosen)
    return vText(chosen, params={"LANGUAGE": spoken})


def _address(organiser: Organiser) -> vCalAddress:
    address = vCalAddress(f"mailto:{organiser.email}" if organiser.email else NO_MAIL)
    address.params["CN"] = organiser.name
    return address
