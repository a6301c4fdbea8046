"""Work in a thread beside the event loop that holds nobody up who asks meanwhile."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

SWITCH_SECONDS = 0.0005
NEVER = 2**31 - 1

_lock = Lock()
_inside = 0  # threads
_before = 0.0, (0, 0, 0)  # the process's switch interval and garbage thresholds outside


@contextmanager
def calm() -> Iterator[None]:
    """Take turns with other threads ten times as often, and look through everything for garbage afterwards.

    A question's steps in numpy give the interpreter away, and each waits for the whole of a turn to get it
    back; a collection of all that lives holds up everybody, while those of what is new are short and go on.
    The settings are of the whole process: who comes first makes them, who leaves last takes them back.
    """
    global _inside, _before  # noqa: PLW0603
    with _lock:
        if not _inside:
            _before = sys.getswitchinterval(), gc.get_threshold()
            sys.setswitchinterval(SWITCH_SECONDS)
            gc.set_threshold(*_before[1][:2], NEVER)
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside:
                sys.setswitchinterval(_before[0])
                gc.set_threshold(*_before[1])
