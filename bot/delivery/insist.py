"""Steps without which nothing goes on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.errors import NotStorable, StoreError

TROUBLE_SECONDS = 1.0  # between attempts

Outcome = TypeVar("Outcome")

log = logging.getLogger(__name__)


async def insist(step: Callable[[], Awaitable[Outcome]]) -> Outcome:
    """The step's result, however long the database is in trouble, which it says itself.

    Raises NotStorable, since trying again cannot mend that.
    """
    said = False
    while True:
        try:
            return await step()
        except NotStorable:
            raise
        except Exception as error:
            if not (said or isinstance(error, StoreError)):
                log.error("what must be written down cannot be: %s", type(error).__name__)
                said = True
            await asyncio.sleep(TROUBLE_SECONDS)
