from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from bot.store.memory import (
    KEEP_CONTEXT,
    KEEP_REPLIES,
    Known,
    Memory,
    forget_old,
    remember_contexts,
    remember_languages,
    remember_replies,
)
from bot.store.store import Store

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
CHAT, KARI, OLA = -1001234567890, 7_000_000_001, 7_000_000_002


@pytest.fixture
async def memory(database: str) -> AsyncIterator[Remembering]:
    store = Store.open(database)
    yield Remembering(store)
    await store.close()


class Remembering(Memory):
    """The memory, and what is written into it together with a handled update."""

    async def chose(self, chat: int, person: int, language: str) -> None:
        await self._store.run(partial(remember_languages, {(chat, person): language}))

    async def talked(self, chat: int, person: int, entry: str, at: datetime) -> None:
        await self._store.run(partial(remember_contexts, {(chat, person): (entry, at)}))

    async def replied(self, chat: int, question: int, answers: tuple[int, ...], at: datetime) -> None:
        await self._store.run(partial(remember_replies, {(chat, question): (answers, at)}))

    async def forget_old(self, now: datetime) -> int:
        return await self._store.run(partial(forget_old, now))


async def test_of_a_stranger_nothing_is_known(memory: Remembering) -> None:
    assert await memory.known(CHAT, KARI) == Known()


async def test_a_choice_of_language_is_kept_until_it_is_taken_back(memory: Remembering) -> None:
    await memory.chose(CHAT, KARI, "nb")
    await memory.chose(CHAT, KARI, "nn")
    assert (await memory.known(CHAT, KARI)).language == "nn"

    await memory.chose(CHAT, KARI, "")
    assert (await memory.known(CHAT, KARI)).language is None


async def test_the_newest_answer_is_what_was_talked_about(memory: Remembering) -> None:
    await memory.talked(CHAT, KARI, "arena", NOON)
    await memory.talked(CHAT, KARI, "nce", NOON + timedelta(seconds=1))

    assert await memory.known(CHAT, KARI) == Known(None, "nce", NOON + timedelta(seconds=1))


async def test_people_and_chats_are_kept_apart(memory: Remembering) -> None:
    await memory.chose(CHAT, KARI, "nn")
    await memory.talked(CHAT, KARI, "arena", NOON)

    assert await memory.known(CHAT, OLA) == Known()
    assert await memory.known(KARI, KARI) == Known()


async def test_all_messages_that_answered_a_question_are_found_in_order(memory: Remembering) -> None:
    await memory.replied(CHAT, 5, (12, 11, 30), NOON)

    assert await memory.reply_to(CHAT, 5) == (12, 11, 30)
    assert await memory.reply_to(CHAT, 6) == ()
    assert await memory.reply_to(KARI, 5) == ()


async def test_a_changed_answer_replaces_the_one_before(memory: Remembering) -> None:
    await memory.replied(CHAT, 5, (11, 12), NOON)
    await memory.replied(CHAT, 5, (11,), NOON)

    assert await memory.reply_to(CHAT, 5) == (11,)


async def test_what_is_no_longer_needed_is_forgotten_and_choices_are_not(memory: Remembering) -> None:
    await memory.chose(CHAT, KARI, "nn")
    await memory.talked(CHAT, KARI, "arena", NOON)
    await memory.replied(CHAT, 5, (11,), NOON)

    assert await memory.forget_old(NOON + KEEP_CONTEXT) == 0
    assert await memory.forget_old(NOON + max(KEEP_CONTEXT, KEEP_REPLIES) + timedelta(seconds=1)) == 2

    assert await memory.known(CHAT, KARI) == Known(language="nn")
    assert await memory.reply_to(CHAT, 5) == ()
