"""What we know, as frozen records; the format editors write is knowledge/README.md."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    WithJsonSchema,
)

from bot.knowledge.dates import PartialDate
from bot.knowledge.repeats import Time, next_time

FALLBACKS = {
    "nb": ("nn", "en"),
    "nn": ("nb", "en"),
    "en": ("nb", "nn"),
}  # who reads what, when theirs is missing


_LEAD = re.compile(r"([0-9]{1,3}) ?(minute|hour|day|week)s?")
_UNITS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}


def _by_language(value: Any, info: ValidationInfo) -> Any:
    """Accept a plain value where a base has one language: the base's own."""
    if isinstance(value, dict):
        return value
    return {(info.context or {}).get("language", "en"): value}


def _known_languages(value: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
    allowed = (info.context or {}).get("languages")
    for language in value:
        if allowed and language not in allowed:
            raise ValueError(
                f"'{language}' is not one of the languages of programme.yaml: {', '.join(allowed)}"
            )
    return value


def _says_something(value: str) -> str:
    """Letters or digits; what is invisible or only signs can be neither asked nor read."""
    if value and not any(character.isalnum() for character in value):
        raise ValueError("holds no letter and no digit; write some words")
    return value


def _https(value: str) -> str:
    if (
        not value.startswith(("https://", "http://"))
        or not urlsplit(value).hostname
        or len(value.split()) > 1
    ):
        raise ValueError(f"'{value}' is not a web address; write it with https:// in front")
    return value


def _phone(value: str) -> str:
    digits = value.replace(" ", "")
    if (
        not digits.startswith("+")
        or not digits[1:].isdecimal()
        or not digits.isascii()
        or not 8 <= len(digits) <= 16
    ):
        raise ValueError(f"'{value}' is not a phone number; write it as +47 22 03 70 00")
    return value


def _email(value: str) -> str:
    name, at, domain = value.partition("@")
    if not (name and at and "." in domain) or len(value.split()) > 1 or "@" in domain:
        raise ValueError(f"'{value}' is not an e-mail address")
    return value


def _date(value: Any) -> PartialDate:
    if isinstance(value, PartialDate):
        return value
    if not isinstance(value, str):
        raise ValueError("a date is expected here, such as 2024-06-21 or 2024")
    return PartialDate.parse(value)


def _day(value: Any) -> date:
    """A whole day; pydantic alone would take 20240621 for seconds since 1970."""
    if isinstance(value, date):
        return value
    parsed = _date(value)
    if parsed.day is None or parsed.clock is not None:
        raise ValueError(f"'{value}' is not a day; write it as 2024-06-21")
    return parsed.first


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"'{value}' is not a time zone; write one such as Europe/Oslo") from error
    return value


def _lead(value: Any) -> timedelta:
    if isinstance(value, timedelta):
        return value
    match = _LEAD.fullmatch(str(value).strip())
    if match is None:
        raise ValueError(f"'{value}' is not a time before the start; write 14 days, 1 day or 2 hours")
    return int(match[1]) * _UNITS[match[2]]


def _rule(value: str) -> str:
    """A rule of RFC 5545; only what repeats by days, weeks, months or years is a programme's event."""
    rule = value.strip().removeprefix("RRULE:")
    parts = dict(part.partition("=")[::2] for part in rule.upper().split(";"))
    try:
        rrulestr(rule.upper(), dtstart=datetime(2024, 1, 1), cache=False)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise ValueError(f"'{value}' is not a rule; write one such as FREQ=MONTHLY;BYDAY=1MO") from error
    if parts.get("FREQ") not in {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}:
        raise ValueError(f"'{value}' repeats too often; FREQ is DAILY, WEEKLY, MONTHLY or YEARLY")
    if {"BYHOUR", "BYMINUTE", "BYSECOND"} & set(parts):
        raise ValueError(f"'{value}' sets a time of day; that is the start's")
    return rule.upper()


Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
Line = Annotated[str, Field(min_length=1, max_length=2000)]
Texts = Annotated[
    dict[str, Annotated[str, Field(min_length=1, max_length=20_000), AfterValidator(_says_something)]],
    BeforeValidator(_by_language, json_schema_input_type=dict[str, str] | str),
    AfterValidator(_known_languages),
    Field(min_length=1),
]
Phrasings = Annotated[
    dict[str, Annotated[tuple[Annotated[Line, AfterValidator(_says_something)], ...], Field(min_length=1)]],
    BeforeValidator(_by_language, json_schema_input_type=dict[str, list[str]] | list[str]),
    AfterValidator(_known_languages),
    Field(min_length=1),
]
Words = Annotated[
    dict[str, tuple[Line, ...]],
    BeforeValidator(_by_language, json_schema_input_type=dict[str, list[str]] | list[str]),
    AfterValidator(_known_languages),
]
Date = Annotated[
    PartialDate,
    BeforeValidator(_date),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2}([T ]\d{2}:\d{2})?)?)?$"}),
]
Lead = Annotated[
    timedelta,
    BeforeValidator(_lead),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,3} (minute|hour|day|week)s?$"}),
]
Rule = Annotated[str, AfterValidator(_rule), Field(max_length=200)]
Day = Annotated[date, BeforeValidator(_day, json_schema_input_type=date)]
Url = Annotated[str, AfterValidator(_https)]
Phone = Annotated[str, AfterValidator(_phone)]
Email = Annotated[str, AfterValidator(_email)]
Zone = Annotated[str, AfterValidator(_zone)]


class Record(BaseModel):
    """What all records share: unknown fields are errors, nothing changes after loading."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, str_strip_whitespace=True
    )


class Row(Record):
    """A record that others name by its id: short, stable, carried by links and buttons."""

    id: Id


class Source(Record):
    """Where something was read; people see the publisher and the date, else the title."""

    title: Line
    publisher: Texts | None = None
    date: Date | None = None  # as the source itself gives it
    url: Url | None = None


class Fact(Row):
    """One sourced statement; answers cite it by id. Its statement is for editors."""

    statement: Texts
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    as_of: Date | None = None  # date of the newest source, None where undated
    as_of_note: str | None = None
    review_by: Day | None = None


class Entry(Row):
    """An answer and the ways of asking for it; the first phrasing of a language is its title on buttons."""

    questions: Phrasings
    answer: Texts
    facts: tuple[Id, ...] = ()
    contact: Id | None = None
    related: tuple[Id, ...] = ()
    topic: Id | None = None  # default: the name of the file
    checked: Day | None = None  # for answers about what is not known: when we last looked


class Level(Row):
    """A level of the programme and what people call it."""

    name: Texts
    words: Words = Field(default_factory=dict)


class Theme(Level):
    """A field of business that clusters work in."""


class Region(Level):
    """A county, or an area that covers several."""

    covers: tuple[Id, ...] = ()


class Topic(Row):
    """A shelf of answers in the menu."""

    name: Texts


class Place(Record):
    """A town and the county it lies in."""

    name: Line
    region: Id
    words: tuple[Line, ...] = ()


def _feed_address(value: str) -> str:
    return value if value.endswith(".ics") and "://" not in value else _https(value)


class Feed(Record):
    """A calendar of somebody else's that events are taken from; what they concern is said here."""

    url: Annotated[str, AfterValidator(_feed_address)]  # a web address, or an .ics file in the folder
    topics: tuple[Id, ...] = ()
    regions: tuple[Id, ...] = ()
    levels: tuple[Id, ...] = ()
    clusters: tuple[Id, ...] = ()
    language: str | None = None  # its texts' language; None: the base's first
    contact: Id | None = None
    private: bool = False  # may be fetched from an address of the organisation's own network


def _each_once(feeds: tuple[Feed, ...]) -> tuple[Feed, ...]:
    seen: set[str] = set()
    for feed in feeds:
        if feed.url in seen:
            raise ValueError(f"the calendar {feed.url} stands twice; keep one")
        seen.add(feed.url)
    return feeds


class Programme(Record):
    """What the base as a whole is about."""

    name: Texts = Field(default_factory=dict)
    languages: tuple[str, ...] = ()
    time_zone: Zone = "Europe/Oslo"
    fallback_contact: Id | None = None
    feeds: Annotated[tuple[Feed, ...], AfterValidator(_each_once)] = ()
    auto_announce: bool = False  # tell what is saved while the bot runs without asking staff
    topics: tuple[Topic, ...] = ()
    levels: tuple[Level, ...] = ()
    themes: tuple[Theme, ...] = ()
    regions: tuple[Region, ...] = ()
    places: tuple[Place, ...] = ()


class Status(Record):
    """A level a cluster has had."""

    level: Id
    since: Date | None = Field(default=None, alias="from")
    until: Date | None = Field(default=None, alias="to")


class Figure(Record):
    """One thing counted, in words and with its date: `69 members in June 2016`; where that was read."""

    text: Texts
    facts: tuple[Id, ...] = ()  # none: its answer shows the row's sources


class Figures(Record):
    """What is counted of a cluster."""

    members: Figure | None = None
    employees: Figure | None = None
    turnover: Figure | None = None
    fee: Figure | None = None

    @property
    def known(self) -> dict[str, Figure]:
        """Those there are, by name."""
        return {name: figure for name in type(self).model_fields if (figure := getattr(self, name))}


class Cluster(Row):
    """A cluster as of a date; what changes with time is never current."""

    name: Line
    names: Texts | None = None  # the name in each language, where it has several
    also: tuple[Line, ...] = ()
    former_names: tuple[Line, ...] = ()
    level: Id | None = None
    level_from: Date | None = None
    level_to: Date | None = None
    level_history: tuple[Status, ...] = ()
    level_note: Texts | None = None
    regions: tuple[Id, ...] = ()
    themes: tuple[Id, ...] = ()
    city: Line | None = None
    website: Url | None = None
    leader: Id | None = None
    figures: Figures | None = None
    summary: Texts
    facts: tuple[Id, ...] = ()
    sources: tuple[Source, ...] = ()
    as_of: Date | None = None
    as_of_note: Texts | None = None


class Contact(Row):
    """A person or an office to ask; only what they have published as their own."""

    name: Line | None = None
    organisation: Line
    names: Texts | None = None  # the organisation's name in each language, where it has several
    also: tuple[Line, ...] = ()  # what else people call it
    role: Texts
    chair: bool = False  # chairs the board, and does not lead from day to day
    clusters: tuple[Id, ...] = ()
    topics: tuple[Id, ...] = ()
    regions: tuple[Id, ...] = ()
    web: Url | None = None
    email: Email | None = None
    phone: Phone | None = None
    phone_note: Texts | None = None
    post: Line | None = None
    visit: Line | None = None
    former: bool = False  # has left the role: still found by name, never given as whom to ask
    deputy: Id | None = None
    away_until: Day | None = None
    valid_to: Day | None = None
    facts: tuple[Id, ...] = ()
    sources: tuple[Source, ...] = ()
    as_of: Date | None = None
    as_of_note: Texts | None = None

    def available(self, today: date) -> bool:
        """Whether they may be given as whom to ask on `today`."""
        if self.former or (self.valid_to and self.valid_to < today):
            return False
        return self.away_until is None or self.away_until <= today


class Event(Row):
    """Something with a time: a gathering, or the deadline of a call, which closes at `start`."""

    kind: Literal["event", "deadline"] = "event"
    title: Texts
    text: Texts
    start: Date
    end: Date | None = None
    opens: Date | None = None  # of a deadline
    rrule: Rule | None = None
    all_day: bool = False
    date_note: Texts | None = None
    place: Line | None = None
    city: Line | None = None
    link: Url | None = None
    organiser: Line | None = None
    contact: Id | None = None
    topics: tuple[Id, ...] = ()
    clusters: tuple[Id, ...] = ()
    regions: tuple[Id, ...] = ()
    levels: tuple[Id, ...] = ()
    facts: tuple[Id, ...] = ()
    status: Literal["draft", "published", "cancelled"] = "published"
    announce_at: Date | None = None
    reminders: tuple[Lead, ...] | None = None  # None: each subscriber's own lead times

    def over(self, now: datetime, zone: tzinfo) -> bool:
        """Whether it has ended at `now`; what repeats, for the last time."""
        assert isinstance(zone, ZoneInfo)
        return next_time(self.rrule, (self.start, self.end), now, zone) is None

    def at(self, time: Time) -> Event:
        """The event at one of its times."""
        return self.model_copy(update={"start": time[0], "end": time[1], "rrule": None})


class Question(Record):
    """One line of the regression set: what is asked and which entries are right (none: must be refused)."""

    model_config = ConfigDict(str_strip_whitespace=False)  # what people type is kept as it is

    ask: Line
    get: tuple[str, ...] | str | None
    language: str | None = None

    @property
    def right(self) -> tuple[str, ...]:
        """The ids any of which is right."""
        return (self.get,) if isinstance(self.get, str) else self.get or ()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a row stands, and each of its fields."""

    file: str
    line: int
    fields: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Knowledge:
    """One version of everything we know; rows by id, in file order."""

    folder: Path
    programme: Programme
    entries: Mapping[str, Entry]
    facts: Mapping[str, Fact]
    clusters: Mapping[str, Cluster]
    contacts: Mapping[str, Contact]
    events: Mapping[str, Event]
    synonyms: tuple[tuple[str, ...], ...]
    origins: Mapping[tuple[str, str], Origin]  # (kind, id) -> where it stands
    digest: str  # changes with the content of the files, and only then

    @property
    def zone(self) -> ZoneInfo:
        """The programme's time zone."""
        return ZoneInfo(self.programme.time_zone)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the base, the main one first."""
        return self.programme.languages


def pick(texts: Mapping[str, Any], language: str) -> Any:
    """The text for a reader of `language`, else in the language they read best among those there are."""
    for candidate in (language, *FALLBACKS.get(language, ("en",))):
        if candidate in texts:
            return texts[candidate]
    return next(iter(texts.values()))
