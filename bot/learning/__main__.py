"""`python -m bot.learning`: an order on standard input, what is learnt from it on standard output.

It lives as long as somebody holds the other end of its standard input. Exit status 1: it could not be
learnt, and the output says of what kind the error was.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from threading import Thread

from bot.learning.orders import key_of, ordered
from bot.learning.packing import pack
from bot.understand.base import build

NICE = 10  # answers go before it
IN = 0  # standard input; read raw, since a thread that waits in Python's own reader hinders the end
PIECE = 1 << 16  # bytes


def main() -> int:
    os.nice(NICE)
    try:
        line = _line()
        _watch()
        sys.stdout.buffer.write(pack(build(*ordered(line)), key_of(line)))
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        print(f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}")
        return 1
    return 0


def _watch() -> None:
    try:
        Thread(target=_end_with_the_parent, daemon=True).start()
    except RuntimeError as error:  # how Python says that there is no memory for the thread
        raise MemoryError from error


def _line() -> bytes:
    pieces = []
    while piece := os.read(IN, PIECE):
        pieces.append(piece)
        if piece.endswith(b"\n"):
            break
    return b"".join(pieces)


def _end_with_the_parent() -> None:
    """Nobody waits for what is learnt where the parent has ended, in whatever way, or has closed its end."""
    os.read(IN, 1)
    os._exit(1)


if __name__ == "__main__":
    raise SystemExit(main())
