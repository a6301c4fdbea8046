"""The tables: everything that must survive a restart. Every change is a migration as well."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


class Moment(TypeDecorator[datetime]):
    """An aware datetime in UTC, also where the database keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


class Clock(TypeDecorator[time]):
    """A time of day as minutes since midnight."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: time | None, dialect: Any) -> int | None:
        return value.hour * 60 + value.minute if value is not None else None

    def process_result_value(self, value: int | None, dialect: Any) -> time | None:
        return time(*divmod(value, 60)) if value is not None else None


class Names(TypeDecorator[frozenset[str]]):
    """A set of ids as one text, ",a,b,", that LIKE can look into; "" for none."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: frozenset[str] | None, dialect: Any) -> str:
        return f",{','.join(sorted(value))}," if value else ""

    def process_result_value(self, value: str | None, dialect: Any) -> frozenset[str]:
        return frozenset(filter(None, (value or "").split(",")))


COUNTED = BigInteger().with_variant(Integer, "sqlite")  # which counts only what it calls INTEGER

metadata = MetaData()

# What a person chose in a chat.
preferences = Table(
    "preferences",
    metadata,
    Column("chat", BigInteger, primary_key=True, autoincrement=False),
    Column("person", BigInteger, primary_key=True, autoincrement=False),
    Column("language", String(12), nullable=False),
)

# What the last answer to a person in a chat was about.
contexts = Table(
    "contexts",
    metadata,
    Column("chat", BigInteger, primary_key=True, autoincrement=False),
    Column("person", BigInteger, primary_key=True, autoincrement=False),
    Column("entry", Text, nullable=False),
    Column("at", Moment, nullable=False, index=True),
)

# Which messages of ours answered which question; `number` counts them from 0.
replies = Table(
    "replies",
    metadata,
    Column("chat", BigInteger, primary_key=True, autoincrement=False),
    Column("question", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("answer", BigInteger, nullable=False),
    Column("at", Moment, nullable=False, index=True),
)

# Updates that came, so that one that comes again is known: Telegram repeats what it believes we missed.
arrivals = Table(
    "arrivals",
    metadata,
    Column("update", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False, index=True),
)

# Updates that are not handled yet, in the order they came; of one lane only the first is handed out.
inbox = Table(
    "inbox",
    metadata,
    Column("number", COUNTED, primary_key=True),
    Column("update", BigInteger, nullable=False),
    Column("lane", String(40), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("too_fast", Boolean, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("holder", Integer),  # the process that handles it
    Column("attempts", Integer, nullable=False),
    Index("inbox_lane", "lane", "number"),
)

# What is owed for handled updates: effects to carry out, gone once Telegram has them.
outgoing = Table(
    "outgoing",
    metadata,
    Column("update", BigInteger, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("lane", String(40), nullable=False, index=True),
    Column("chat", BigInteger, nullable=False),
    Column("question", BigInteger),
    Column("effect", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("holder", Integer),
)

# What was asked on a day, in people's own words but without who asked: for the editors of the base. Kept in
# the order of its key, since the order in which questions came would show, beside `replies`, whose they were.
questions = Table(
    "questions",
    metadata,
    Column("day", Date, primary_key=True),  # UTC
    Column("text", String(200), primary_key=True),
    Column("language", String(12), primary_key=True),
    Column("band", String(8), primary_key=True),  # sure, unsure, unknown
    Column("entry", String(80), primary_key=True),  # answered or offered first; "" for none
    Column("times", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# Facts about this database itself: when it was made, how often the bot started on it.
meta = Table(
    "meta",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", String(80), nullable=False),
)

# What a chat, or one topic of a forum (`thread`; 0: none), wants to hear and when.
subscribers = Table(
    "subscribers",
    metadata,
    Column("chat", BigInteger, primary_key=True, autoincrement=False),
    Column("thread", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(8), nullable=False),
    Column("language", String(12), nullable=False),
    Column("everything", Boolean, nullable=False),
    Column("topics", Names, nullable=False),
    Column("regions", Names, nullable=False),
    Column("levels", Names, nullable=False),
    Column("clusters", Names, nullable=False),
    Column("leads", Names, nullable=False),  # minutes
    Column("digest", Clock),
    Column("quiet_from", Clock),
    Column("quiet_until", Clock),
    Column("paused", String(8), nullable=False),
)

# Each version of what is told about; `confirmed` since staff agreed to tell it, the newest of those is sent.
occasions = Table(
    "occasions",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String(120), nullable=False),
    Column("revision", String(24), nullable=False),
    Column("content", JSON, nullable=False),
    Column("first_seen", Moment, nullable=False),
    Column("seen", Moment, nullable=False),  # when it last became the version in the files
    Column("confirmed", Moment),
    UniqueConstraint("id", "revision"),
)

# One telling of one occasion.
campaigns = Table(
    "campaigns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("occasion", String(120), nullable=False, index=True),
    Column("revision", String(24), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("state", String(10), nullable=False),  # waiting, running, paused, cancelled, done
    Column("created_by", String(40), nullable=False),
    Column("created", Moment, nullable=False),
    Column("confirmed", Moment),
    Column("finished", Moment),
    Column("asked", Boolean, nullable=False),  # staff have been shown it
)

# One message to one chat about one occasion; its states are those of bot/delivery/verdicts.py.
letters = Table(
    "letters",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign", Integer, ForeignKey("campaigns.id")),  # none: a reminder that was asked for by hand
    Column("occasion", String(120), nullable=False),
    Column("revision", String(24), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("chat", BigInteger, nullable=False),
    Column("thread", BigInteger, nullable=False),
    Column("state", String(8), nullable=False),
    Column("due", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("doubts", Integer, nullable=False),  # how often the answer was lost
    Column("epoch", Integer, nullable=False),  # the start of the bot that sent it
    Column("message", BigInteger),
    Column("reason", String(200)),
    Column("at", Moment, nullable=False),  # of the last change of state
    UniqueConstraint("occasion", "revision", "kind", "chat", "thread"),
    Index("letters_due", "state", "due"),
    Index("letters_of_campaign", "campaign", "state"),
    Index("letters_of_chat", "chat"),
)

# Who did what to announcements, when, and how many chats it concerned.
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("who", String(40), nullable=False),
    Column("what", String(24), nullable=False),
    Column("campaign", Integer),
    Column("about", String(120), nullable=False),
    Column("count", Integer),
)

# Messages to staff that show how far a telling is.
reports = Table(
    "reports",
    metadata,
    Column("chat", BigInteger, primary_key=True, autoincrement=False),
    Column("message", BigInteger, primary_key=True, autoincrement=False),
    Column("campaign", Integer, nullable=False),
    Column("language", String(12), nullable=False),
)

# What each calendar of programme.yaml last gave.
feeds = Table(
    "feeds",
    metadata,
    Column("url", Text, primary_key=True),
    Column("content", LargeBinary, nullable=False),  # compressed
    Column("etag", Text),
    Column("modified", Text),
    Column("read", Moment, nullable=False),
    Column("events", JSON, nullable=False),  # rows, also those that are missing from it by now
    Column("missed", JSON, nullable=False),  # id -> readings in a row without it
    Column("first", Names, nullable=False),  # ids of what it held when it was new to us
)
