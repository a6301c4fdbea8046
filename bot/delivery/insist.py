"""Steps without which nothing goes on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

TROUBLE_SECONDS = 1.0  # between attempts

Outcome = TypeVar("Outcome")

log = logging.getLogger(__name__)


async def insist(step: Callable[[], Awaitable[Outcome]]) -> Outcome:
    """The step's result, however long the database is in trouble."""
    while True:
        try:
            return await step()
        except Exception as error:
            log.error("the database is in trouble: %s", type(error).__name__)
            await asyncio.sleep(TROUBLE_SECONDS)
