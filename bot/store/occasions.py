"""Units of work on the versions of what is told about."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, update

from bot.announce.occasion import Occasion, as_json, from_json, revision
from bot.announce.proposals import Seen
from bot.store.tables import meta, occasions

TICK = timedelta(microseconds=1)


def keep(occasion: Occasion, now: datetime, connection: Connection) -> str:
    """Keep this version, once; the name of its revision here.

    A version that comes back after another was told in between is a revision of its own.
    """
    told = (occasions.c.id == occasion.id) & occasions.c.confirmed.is_not(None)
    order = (occasions.c.confirmed, occasions.c.number)
    before = list(connection.execute(select(occasions.c.revision).where(told).order_by(*order)).scalars())
    plain = [str(each).partition("~")[0] for each in before]
    name = revision(occasion)
    if before and plain[-1] == name:
        same = (occasions.c.id == occasion.id) & (occasions.c.revision == before[-1])
        connection.execute(update(occasions).where(same).values(seen=now))
        return str(before[-1])
    if name in plain:
        name = f"{name}~{len(before)}"
    content = as_json(replace(occasion, sequence=len(before)))
    mine = (occasions.c.id == occasion.id) & (occasions.c.revision == name)
    if connection.execute(select(occasions.c.number).where(mine)).first():
        connection.execute(update(occasions).where(mine).values(content=content, seen=now))
    else:
        row = {"id": occasion.id, "revision": name, "content": content, "first_seen": now, "seen": now}
        connection.execute(occasions.insert().values(row))
    return name


def confirm(occasion: str, name: str, now: datetime, connection: Connection) -> None:
    """Staff agreed to tell this version: from now on it is the newest."""
    found = select(func.max(occasions.c.confirmed)).where(occasions.c.id == occasion)
    last = connection.execute(found).scalar_one()
    moment = max(now, last + TICK) if last is not None else now  # clocks are set back
    mine = (occasions.c.id == occasion) & (occasions.c.revision == name)
    connection.execute(update(occasions).where(mine).values(confirmed=moment))


def newest(occasion: str, connection: Connection) -> Occasion | None:
    """The version that was confirmed last; where none was, the one seen last."""
    order = (
        occasions.c.confirmed.is_not(None).desc(),
        occasions.c.confirmed.desc(),
        occasions.c.seen.desc(),
        occasions.c.number.desc(),
    )
    found = select(occasions.c.content).where(occasions.c.id == occasion).order_by(*order).limit(1)
    content = connection.execute(found).scalar_one_or_none()
    return from_json(content) if content is not None else None


def told(occasion: str, connection: Connection) -> str | None:
    """The revision that was confirmed last."""
    found = (
        select(occasions.c.revision)
        .where(occasions.c.id == occasion, occasions.c.confirmed.is_not(None))
        .order_by(occasions.c.confirmed.desc(), occasions.c.number.desc())
    )
    return connection.execute(found.limit(1)).scalar_one_or_none()


def first_look(now: datetime, connection: Connection) -> bool:
    """Whether the files are compared with this database for the first time; the next is not the first."""
    there = connection.execute(select(meta.c.value).where(meta.c.name == "looked")).first()
    if there is None:
        connection.execute(meta.insert().values(name="looked", value=now.isoformat()))
    return there is None


def seen(connection: Connection) -> dict[str, Seen]:
    """Of every occasion the plain revisions seen last and told last."""
    of = occasions.c
    last: dict[str, str] = {}
    told_last: dict[str, str] = {}
    for row in connection.execute(select(of.id, of.revision).order_by(of.seen, of.number)):
        last[row.id] = row.revision.partition("~")[0]
    confirmed = select(of.id, of.revision).where(of.confirmed.is_not(None)).order_by(of.confirmed, of.number)
    for row in connection.execute(confirmed):
        told_last[row.id] = row.revision.partition("~")[0]
    return {each: Seen(name, told_last.get(each)) for each, name in last.items()}


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
