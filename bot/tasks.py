"""Tasks of a process that run side by side: at intervals, all or none, until a signal."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

log = logging.getLogger(__name__)


async def every(seconds: float, step: Callable[[], Awaitable[object]], *, at_once: bool = False) -> None:
    """Take a step at intervals, for ever; one that fails is logged."""
    while True:
        await asyncio.sleep(0 if at_once else seconds)
        at_once = False
        await attempt(step)


async def attempt(step: Callable[[], Awaitable[object]]) -> None:
    """Do what the bot also runs without."""
    try:
        await step()
    except Exception as error:
        log.error("a task failed: %s", type(error).__name__)


async def together(*steps: Callable[[], Coroutine[Any, Any, object]]) -> None:
    """Run all of them until all have ended, or one fails; then the others are cancelled and waited for."""
    tasks = [asyncio.create_task(step()) for step in steps]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def stoppable() -> Iterator[None]:
    """SIGTERM ends the process with status 0, also a container's first, which by default ignores it."""

    def stop(number: int, frame: object) -> None:
        raise SystemExit(0)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


async def until_stopped(main: Coroutine[Any, Any, None], ending: Callable[[], None]) -> None:
    """Run `main` until it ends or a signal asks to stop; `ending` then ends what threads are busy with."""
    task = asyncio.ensure_future(main)
    stopped = False

    def stop() -> None:
        nonlocal stopped
        stopped = True
        task.cancel()

    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop)
    try:
        await task
    except asyncio.CancelledError:
        if not stopped:
            raise
    finally:
        ending()
