"""Units of work on the versions of what is told about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, exists, func, select, update

from bot.announce.occasion import Occasion, as_json, from_json, revision
from bot.announce.proposals import VANISHED, Seen
from bot.announce.recurrence import on_day
from bot.store.expansion import about, asked_for
from bot.store.tables import campaigns, letters, meta, occasions

TICK = timedelta(microseconds=1)


def keep(occasion: Occasion, now: datetime, connection: Connection) -> str:
    """Keep this version, once; the name of its revision here.

    A version that comes back after another was told in between is a revision of its own.
    """
    name, sequence = named(occasion, connection)
    content = as_json(replace(occasion, sequence=sequence))
    mine = (occasions.c.id == occasion.id) & (occasions.c.revision == name)
    if connection.execute(select(occasions.c.number).where(mine)).first():
        connection.execute(update(occasions).where(mine).values(content=content, seen=now))
    else:
        row = {"id": occasion.id, "revision": name, "content": content, "first_seen": now, "seen": now}
        connection.execute(occasions.insert().values(row))
    return name


def named(occasion: Occasion, connection: Connection) -> tuple[str, int]:
    """The name of this version's revision here, and how many others were told before it."""
    told = (occasions.c.id == occasion.id) & occasions.c.confirmed.is_not(None)
    order = (occasions.c.confirmed, occasions.c.number)
    before = list(connection.execute(select(occasions.c.revision).where(told).order_by(*order)).scalars())
    plain = [str(each).partition("~")[0] for each in before]
    name = revision(occasion)
    if before and plain[-1] == name:
        return str(before[-1]), len(before) - 1
    return (f"{name}~{len(before)}" if name in plain else name), len(before)


def confirm(occasion: str, name: str, now: datetime, connection: Connection) -> None:
    """Staff agreed to tell this version: from now on it is the newest."""
    found = select(func.max(occasions.c.confirmed)).where(occasions.c.id == occasion)
    last = connection.execute(found).scalar_one()
    moment = max(now, last + TICK) if last is not None else now  # clocks are set back
    mine = (occasions.c.id == occasion) & (occasions.c.revision == name)
    connection.execute(update(occasions).where(mine).values(confirmed=moment))


def newest(occasion: str, connection: Connection) -> Occasion | None:
    """The version that was confirmed last; where none was, the one seen last.

    A single time of what repeats is what the newest version of the whole makes of it.
    """
    whole, _, day = occasion.partition("@")
    order = (
        occasions.c.confirmed.is_not(None).desc(),
        occasions.c.confirmed.desc(),
        occasions.c.seen.desc(),
        occasions.c.number.desc(),
    )
    there = (occasions.c.id == whole) & ~_only_missing()
    content = connection.execute(
        select(occasions.c.content).where(there).order_by(*order).limit(1)
    ).scalar_one_or_none()
    if content is None:
        return None
    return on_day(from_json(content), date.fromisoformat(day)) if day else from_json(content)


def newest_told(occasion: str, connection: Connection) -> Occasion | None:
    """The version that people know; None where they were told none."""
    name = told(occasion, connection)
    return at(occasion, name, connection) if name else None


def told(occasion: str, connection: Connection) -> str | None:
    """The revision that was confirmed last."""
    found = (
        select(occasions.c.revision)
        .where(occasions.c.id == occasion, occasions.c.confirmed.is_not(None))
        .order_by(occasions.c.confirmed.desc(), occasions.c.number.desc())
    )
    return connection.execute(found.limit(1)).scalar_one_or_none()


def awaited(occasion: str, connection: Connection) -> bool:
    """Whether somebody asked to be reminded of it."""
    found = select(letters.c.id).where(about(occasion), asked_for()).limit(1)
    return connection.execute(found).first() is not None


def told_before(occasion: Occasion, connection: Connection) -> Occasion | None:
    """The version that people knew before this one; the one they know where it is not this."""
    others = (occasions.c.id == occasion.id) & occasions.c.confirmed.is_not(None)
    others &= occasions.c.revision.not_like(f"{revision(occasion)}%")
    order = (occasions.c.confirmed.desc(), occasions.c.number.desc())
    found = select(occasions.c.content).where(others).order_by(*order).limit(1)
    content = connection.execute(found).scalar_one_or_none()
    return from_json(content) if content is not None else None


def first_look(now: datetime, connection: Connection) -> bool:
    """Whether the files are compared with this database for the first time; the next is not the first."""
    there = connection.execute(select(meta.c.value).where(meta.c.name == "looked")).first()
    if there is None:
        connection.execute(meta.insert().values(name="looked", value=now.isoformat()))
    return there is None


def seen(connection: Connection) -> dict[str, Seen]:
    """Of every occasion the plain revisions seen last and told last, and the one its source held last."""
    of = occasions.c
    last: dict[str, str] = {}
    present: dict[str, str] = {}
    told_last: dict[str, str] = {}
    columns = select(of.id, of.revision, _only_missing().label("missing"))
    for row in connection.execute(columns.order_by(of.seen, of.number)):
        last[row.id] = row.revision.partition("~")[0]
        if not row.missing:
            present[row.id] = last[row.id]
    confirmed = select(of.id, of.revision).where(of.confirmed.is_not(None)).order_by(of.confirmed, of.number)
    for row in connection.execute(confirmed):
        told_last[row.id] = row.revision.partition("~")[0]
    asked = select(letters.c.occasion).where(asked_for())
    awaited = {each.partition("@")[0] for each in connection.execute(asked).scalars()}
    return {
        each: Seen(name, told_last.get(each), present.get(each), each in awaited)
        for each, name in last.items()
    }


def at(occasion: str, name: str, connection: Connection) -> Occasion | None:
    """One version by its revision."""
    mine = (occasions.c.id == occasion) & (occasions.c.revision == name)
    content = connection.execute(select(occasions.c.content).where(mine)).scalar_one_or_none()
    return from_json(content) if content is not None else None


def confirmed(connection: Connection) -> list[tuple[str, Occasion]]:
    """Of every occasion that was told the newest version, with its revision."""
    latest = (
        select(func.max(occasions.c.confirmed).label("confirmed"), occasions.c.id.label("id"))
        .where(occasions.c.confirmed.is_not(None))
        .group_by(occasions.c.id)
        .subquery()
    )
    joined = select(occasions.c.revision, occasions.c.content).join(
        latest, (latest.c.id == occasions.c.id) & (latest.c.confirmed == occasions.c.confirmed)
    )
    return [(row.revision, from_json(row.content)) for row in connection.execute(joined)]


def _only_missing() -> ColumnElement[bool]:
    """A version that is only a question to staff: its calendar does not hold the event any more."""
    mine = (campaigns.c.occasion == occasions.c.id) & (campaigns.c.revision == occasions.c.revision)
    asked = exists().where(mine, campaigns.c.created_by == VANISHED)
    otherwise = exists().where(mine, campaigns.c.created_by != VANISHED)
    return occasions.c.confirmed.is_(None) & asked & ~otherwise
