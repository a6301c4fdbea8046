from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.store.memory import KEEP_CONTEXT, KEEP_REPLIES, Known, Memory
from bot.store.store import Store

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
CHAT, KARI, OLA = -1001234567890, 7_000_000_001, 7_000_000_002


@pytest.fixture
async def memory(tmp_path: Path) -> AsyncIterator[Memory]:
    store = Store.open(f"sqlite:///{tmp_path}/bot.sqlite3")
    yield Memory(store)
    await store.close()


async def test_of_a_stranger_nothing_is_known(memory: Memory) -> None:
    assert await memory.known(CHAT, KARI) == Known()


async def test_a_choice_of_language_is_kept_until_it_is_taken_back(memory: Memory) -> None:
    await memory.remember(CHAT, KARI, "nb", None, NOON)
    await memory.remember(CHAT, KARI, "nn", None, NOON)
    assert (await memory.known(CHAT, KARI)).language == "nn"

    await memory.remember(CHAT, KARI, "", None, NOON)
    assert (await memory.known(CHAT, KARI)).language is None


async def test_the_newest_answer_is_what_was_talked_about(memory: Memory) -> None:
    await memory.remember(CHAT, KARI, None, "arena", NOON)
    await memory.remember(CHAT, KARI, None, "nce", NOON + timedelta(seconds=1))

    assert await memory.known(CHAT, KARI) == Known(None, "nce", NOON + timedelta(seconds=1))


async def test_people_and_chats_are_kept_apart(memory: Memory) -> None:
    await memory.remember(CHAT, KARI, "nn", "arena", NOON)

    assert await memory.known(CHAT, OLA) == Known()
    assert await memory.known(KARI, KARI) == Known()


async def test_all_messages_that_answered_a_question_are_found_in_order(memory: Memory) -> None:
    await memory.remember_reply(CHAT, 5, (12, 11, 30), NOON)

    assert await memory.reply_to(CHAT, 5) == (12, 11, 30)
    assert await memory.reply_to(CHAT, 6) == ()
    assert await memory.reply_to(KARI, 5) == ()


async def test_a_changed_answer_replaces_the_one_before(memory: Memory) -> None:
    await memory.remember_reply(CHAT, 5, (11, 12), NOON)
    await memory.remember_reply(CHAT, 5, (11,), NOON)

    assert await memory.reply_to(CHAT, 5) == (11,)


async def test_what_is_no_longer_needed_is_forgotten_and_choices_are_not(memory: Memory) -> None:
    await memory.remember(CHAT, KARI, "nn", "arena", NOON)
    await memory.remember_reply(CHAT, 5, (11,), NOON)

    assert await memory.forget_old(NOON + KEEP_CONTEXT) == 0
    assert await memory.forget_old(NOON + max(KEEP_CONTEXT, KEEP_REPLIES) + timedelta(seconds=1)) == 2

    assert await memory.known(CHAT, KARI) == Known(language="nn")
    assert await memory.reply_to(CHAT, 5) == ()
