"""Learns bases, each in a process of its own, so that those who ask meanwhile wait for nothing."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Lock

from bot.errors import LearningError

COMMAND = (sys.executable, "-P", "-m", "bot.learning")
MEMORY = 400  # MB; the shipped base needs less

log = logging.getLogger(__name__)


class Apprentice:
    """One process at a time, which ends when this one does."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def learn(self, order: bytes) -> bytes:
        """What is learnt from an order, packed. Raises LearningError; takes seconds."""
        process = self._start()
        try:
            log.info("the knowledge base is being learnt, by process %d", process.pid)
            packed = _answer(process, order)
            status = process.wait()
        finally:
            _end(process)
        if status:
            raise LearningError("the bot is stopping" if self._stopped else _why(status, packed))
        return packed

    def stop(self) -> None:
        """End what is being learnt: whoever waits for it, or comes later, gets a LearningError."""
        with self._lock:
            self._stopped = True
            if self._process is not None:
                self._process.kill()

    def _start(self) -> subprocess.Popen[bytes]:
        path = os.pathsep.join(str(Path(each).absolute()) for each in sys.path)  # it finds what we find
        with self._lock:
            if self._stopped:
                raise LearningError("the bot is stopping")
            try:
                self._process = subprocess.Popen(  # noqa: S603 - our own program
                    COMMAND,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=os.environ | {"PYTHONPATH": path},
                    start_new_session=True,  # the terminal's Ctrl-C is for us alone
                )
            except OSError as error:
                raise LearningError(f"no process can be started for it ({error.strerror})") from error
            return self._process


def _answer(process: subprocess.Popen[bytes], order: bytes) -> bytes:
    """All it writes; its input stays open, for it ends when that closes."""
    assert process.stdin is not None and process.stdout is not None
    with suppress(BrokenPipeError):  # it has ended already, and its status says how
        process.stdin.write(order)
        process.stdin.flush()
    return process.stdout.read()


def _end(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None and process.stdout is not None
    process.kill()
    process.stdout.close()
    with suppress(BrokenPipeError):
        process.stdin.close()
    process.wait()


def _why(status: int, said: bytes) -> str:
    what = signal.strsignal(-status) if status < 0 else said.decode(errors="replace").strip()
    reason = f"its process ended ({what or f'status {status}'})"
    if status < 0 or b"MemoryError" in said:
        return f"{reason}, as happens where memory is short; see that {MEMORY} MB are free and try again"
    return reason
