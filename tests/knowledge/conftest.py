from __future__ import annotations

from pathlib import Path

import pytest
from bases import SMALLEST, Base


@pytest.fixture
def empty_base(tmp_path: Path) -> Base:
    """A folder with an empty `answers` folder in it."""
    return Base(tmp_path / "knowledge")


@pytest.fixture
def base(empty_base: Base) -> Base:
    """The smallest base that works: one file with one answer."""
    empty_base.write("answers/visiting.yaml", SMALLEST)
    return empty_base
