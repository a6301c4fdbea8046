"""A database and what announces from it, for the tests of the store."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from telling import OSLO

from bot.store.announcements import Announcements
from bot.store.store import Store


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    opened = Store.open(database)
    yield opened
    await opened.close()


@pytest.fixture
async def announcements(store: Store) -> Announcements:
    return Announcements(store, lambda: OSLO)
