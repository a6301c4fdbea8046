"""The tables: everything that must survive a restart. Every change is a migration as well."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Integer, MetaData, String, Table, TypeDecorator


class Moment(TypeDecorator[datetime]):
    """An aware datetime in UTC, also where the database keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


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
    Column("entry", String(80), nullable=False),
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
