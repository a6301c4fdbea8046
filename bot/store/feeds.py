"""What other people's calendars last gave, kept so that a restart forgets no event of theirs."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Collection, Mapping
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, Row, delete, select

from bot.announce.feeds import FeedState, event_as_json
from bot.knowledge.model import Event
from bot.store.store import Store
from bot.store.tables import feeds


class FeedBook:
    """Each method is one transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def kept(self) -> Mapping[str, FeedState]:
        """What each feed last gave, by its address."""

        def unit(connection: Connection) -> Mapping[str, FeedState]:
            return {row.url: _state(row) for row in connection.execute(select(feeds))}

        return await self._store.run(unit)

    async def keep(self, url: str, state: FeedState) -> None:
        """Keep what a feed gives now instead of what it gave before."""

        row = await asyncio.to_thread(_written, state)  # a long calendar must not hold up the database

        def unit(connection: Connection) -> None:
            connection.execute(delete(feeds).where(feeds.c.url == url))
            connection.execute(feeds.insert().values(url=url, **row))

        await self._store.run(unit)

    async def forget(self, urls: Collection[str]) -> None:
        """These feeds are not looked at any more."""
        if urls:
            await self._store.run(
                lambda connection: connection.execute(delete(feeds).where(feeds.c.url.in_(urls)))
            )


def _state(row: Row[Any]) -> FeedState:
    events = {each["id"]: found for each in row.events if (found := _event(each))}
    return FeedState(
        content=zlib.decompress(row.content),
        etag=row.etag,
        modified=row.modified,
        read=row.read,
        events=events,
        missed={id_: count for id_, count in row.missed.items() if id_ in events},
        first=row.first,
    )


def _event(row: Mapping[str, Any]) -> Event | None:
    """None for what another version of the bot took for an event; the feed itself tells of it again."""
    try:
        return Event.model_validate(row)
    except ValidationError:
        return None


def _written(state: FeedState) -> dict[str, Any]:
    return {
        "content": zlib.compress(state.content),
        "etag": state.etag,
        "modified": state.modified,
        "read": state.read,
        "events": [event_as_json(each) for each in state.events.values()],
        "missed": dict(state.missed),
        "first": state.first,
    }
