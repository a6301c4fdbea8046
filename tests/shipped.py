"""The shipped base for the tests that ask it: prepared once, at one moment."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from bot.knowledge.load import load
from bot.learning.learner import Learner
from bot.understand.version import Version, prepare

ROOT = Path(__file__).parent.parent
KNOWLEDGE = ROOT / "knowledge"
LANGUAGES = ("en", "nb", "nn")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@cache
def cache_home() -> Path:
    """What XDG_CACHE_HOME is for the commands that tests start; gone when the tests are."""
    folder = Path(tempfile.mkdtemp(prefix="klyngebot-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def shipped() -> Version:
    """The shipped base, ready to be asked."""
    return prepare(load(KNOWLEDGE), Learner(cache_home() / "klyngebot"))
