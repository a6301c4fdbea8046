"""What the bot remembers about people, as units of work; and the same for callers that await."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, delete, select

from bot.store.store import Store
from bot.store.tables import contexts, preferences, replies

KEEP_REPLIES = timedelta(hours=48)  # as long as Telegram lets people edit
KEEP_CONTEXT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a person in a chat; `at` is when the last answer was about `entry`."""

    language: str | None = None
    entry: str | None = None
    at: datetime | None = None  # aware, UTC


def remember_language(chat: int, person: int, language: str, connection: Connection) -> None:
    """Keep the chosen language; "" forgets the choice."""
    mine = (preferences.c.chat == chat) & (preferences.c.person == person)
    connection.execute(delete(preferences).where(mine))
    if language:
        connection.execute(preferences.insert().values(chat=chat, person=person, language=language))


def language_of(chat: int, person: int, connection: Connection) -> str | None:
    """The chosen language, None without a choice."""
    mine = (preferences.c.chat == chat) & (preferences.c.person == person)
    return connection.execute(select(preferences.c.language).where(mine)).scalar_one_or_none()


def remember_context(chat: int, person: int, entry: str, now: datetime, connection: Connection) -> None:
    """Keep what the newest answer was about."""
    connection.execute(delete(contexts).where((contexts.c.chat == chat) & (contexts.c.person == person)))
    connection.execute(contexts.insert().values(chat=chat, person=person, entry=entry, at=now))


def context_of(chat: int, person: int, connection: Connection) -> tuple[str, datetime] | None:
    """What the newest answer was about, and when it was given."""
    mine = (contexts.c.chat == chat) & (contexts.c.person == person)
    row = connection.execute(select(contexts.c.entry, contexts.c.at).where(mine)).one_or_none()
    return (row.entry, row.at) if row else None


def remember_reply(
    chat: int, question: int, answers: Sequence[int], now: datetime, connection: Connection
) -> None:
    """Keep which messages of ours answer a question, in order, instead of those kept before."""
    connection.execute(delete(replies).where((replies.c.chat == chat) & (replies.c.question == question)))
    rows = [
        {"chat": chat, "question": question, "number": number, "answer": answer, "at": now}
        for number, answer in enumerate(answers)
    ]
    if rows:
        connection.execute(replies.insert(), rows)


def reply_to(chat: int, question: int, connection: Connection) -> tuple[int, ...]:
    """Our messages that answer a question, in order; empty when there are none or it is too long ago."""
    ours = (replies.c.chat == chat) & (replies.c.question == question)
    wanted = select(replies.c.answer).where(ours).order_by(replies.c.number)
    return tuple(connection.execute(wanted).scalars())


def forget_old(now: datetime, connection: Connection) -> int:
    """Delete what is no longer needed; how many rows went."""
    old = connection.execute(delete(replies).where(replies.c.at < now - KEEP_REPLIES)).rowcount
    return old + connection.execute(delete(contexts).where(contexts.c.at < now - KEEP_CONTEXT)).rowcount


class Memory:
    """The units above, each awaited in the store's thread."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def known(self, chat: int, person: int) -> Known:
        """What is known of a person in a chat."""

        def unit(connection: Connection) -> Known:
            entry, at = context_of(chat, person, connection) or (None, None)
            return Known(language_of(chat, person, connection), entry, at)

        return await self._store.run(unit)

    async def remember(
        self, chat: int, person: int, language: str | None, entry: str | None, now: datetime
    ) -> None:
        """Keep a choice of language and what was talked about; None leaves a thing as it is."""

        def unit(connection: Connection) -> None:
            if language is not None:
                remember_language(chat, person, language, connection)
            if entry is not None:
                remember_context(chat, person, entry, now, connection)

        await self._store.run(unit)

    async def remember_reply(self, chat: int, question: int, answers: Sequence[int], now: datetime) -> None:
        await self._store.run(partial(remember_reply, chat, question, tuple(answers), now))

    async def reply_to(self, chat: int, question: int) -> tuple[int, ...]:
        return await self._store.run(partial(reply_to, chat, question))

    async def forget_old(self, now: datetime) -> int:
        return await self._store.run(partial(forget_old, now))
