"""What the bot remembers about people, as units of work; and the same for callers that await."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, select, tuple_

from bot.store.statements import upsert
from bot.store.store import Store
from bot.store.tables import contexts, preferences, replies

KEEP_REPLIES = timedelta(hours=48)  # as long as Telegram lets people edit
KEEP_CONTEXT = timedelta(hours=24)

Whose = tuple[int, int]  # chat and person
Which = tuple[int, int]  # chat and message


THEY: BindParameter[Any] = bindparam("whose", expanding=True)
LANGUAGES = select(preferences).where(tuple_(preferences.c.chat, preferences.c.person).in_(THEY))
ENTRIES = select(contexts).where(tuple_(contexts.c.chat, contexts.c.person).in_(THEY))
BEFORE = delete(replies).where(
    replies.c.chat == bindparam("in_chat"), replies.c.question == bindparam("of_question")
)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a person in a chat; `at` is when the last answer was about `entry`."""

    language: str | None = None
    entry: str | None = None
    at: datetime | None = None  # aware, UTC


def known(whose: Sequence[Whose], connection: Connection) -> list[Known]:
    """What is known of each of these people."""
    these = {"whose": list(set(whose))}
    spoken = {(row.chat, row.person): row.language for row in connection.execute(LANGUAGES, these)}
    about = {(row.chat, row.person): (row.entry, row.at) for row in connection.execute(ENTRIES, these)}
    return [Known(spoken.get(each), *about.get(each, (None, None))) for each in whose]


def remember_languages(chosen: Mapping[Whose, str], connection: Connection) -> None:
    """Keep chosen languages; "" forgets the choice."""
    forgotten = [whose for whose, language in chosen.items() if not language]
    whose = tuple_(preferences.c.chat, preferences.c.person)
    if forgotten:
        connection.execute(delete(preferences).where(whose.in_(forgotten)))
    rows = [
        {"chat": chat, "person": person, "language": language}
        for (chat, person), language in chosen.items()
        if language
    ]
    upsert(preferences, rows, connection)


def remember_contexts(about: Mapping[Whose, tuple[str, datetime]], connection: Connection) -> None:
    """Keep what the newest answers were about, and when they were given."""
    rows = [
        {"chat": chat, "person": person, "entry": entry, "at": at}
        for (chat, person), (entry, at) in about.items()
    ]
    upsert(contexts, rows, connection)


def remember_replies(answers: Mapping[Which, tuple[Sequence[int], datetime]], connection: Connection) -> None:
    """Keep which messages of ours answer which questions, in order, instead of those kept before."""
    if not answers:
        return
    connection.execute(BEFORE, [{"in_chat": chat, "of_question": question} for chat, question in answers])
    rows = [
        {"chat": chat, "question": question, "number": number, "answer": answer, "at": at}
        for (chat, question), (messages, at) in answers.items()
        for number, answer in enumerate(messages)
    ]
    if rows:
        connection.execute(replies.insert(), rows)


def reply_to(which: Which, connection: Connection) -> tuple[int, ...]:
    """Our messages that answer a question, in order; empty when there are none or it is too long ago."""
    chat, question = which
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
        return await self._store.each(known, (chat, person))

    async def reply_to(self, chat: int, question: int) -> tuple[int, ...]:
        """Our messages that answer a question, in order."""
        return await self._store.run(partial(reply_to, (chat, question)))
