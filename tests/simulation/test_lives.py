"""The whole bot lives through what a seed makes of its days: `SIM_SEEDS=2000 pytest tests/simulation`."""

from __future__ import annotations

import os

import pytest
from life import Life
from people import SUBSCRIBED
from rules import breaches
from virtual import Database

from bot.knowledge.shelf import Shelf
from bot.understand.version import Version

SEEDS = int(os.environ.get("SIM_SEEDS", "200"))


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    return Database(tmp_path_factory.mktemp("simulation") / "bot.sqlite3", SUBSCRIBED)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_nothing_is_lost_and_little_repeated_whatever_happens(
    seed: int, door_shelf: Shelf[Version], database: Database
) -> None:
    life = Life(seed, door_shelf, database).run()

    found = breaches(life)
    assert not found, "\n".join([f"seed {seed}:", *found, *life.trace])


def test_same_seed_same_life(door_shelf: Shelf[Version], database: Database) -> None:
    for seed in (3, 14):
        one, other = (Life(seed, door_shelf, database).run().trace for _ in range(2))

        assert one == other
