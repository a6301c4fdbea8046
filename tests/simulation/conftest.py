from __future__ import annotations

import pytest
from people import SUBSCRIBED
from virtual import Database


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    return Database(tmp_path_factory.mktemp("simulation") / "bot.sqlite3", SUBSCRIBED)
