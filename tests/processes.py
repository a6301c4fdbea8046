"""The command line as processes of their own."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from aiohttp.test_utils import unused_port

DOOR = Path(__file__).parent / "bases" / "door"
WITHIN = 30.0  # seconds a process may take to say what it should


class Process:
    """`klyngebot COMMAND` and its arguments with the door's knowledge base; `lines` are what it said."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.lines: list[str] = []

    @property
    def pid(self) -> int:
        return self._process.pid

    async def says(self, words: str) -> str:
        """The next line with these words."""
        assert self._process.stdout is not None
        async with asyncio.timeout(WITHIN):
            async for line in self._process.stdout:
                self.lines.append(line.decode())
                if words in self.lines[-1]:
                    return self.lines[-1]
        raise AssertionError("".join(self.lines))

    async def ends(self, by: signal.Signals | None = None) -> int:
        """Its exit status, after a signal if there is one."""
        if by is not None:
            self._process.send_signal(by)
        assert self._process.stdout is not None
        async with asyncio.timeout(WITHIN):
            self.lines += (await self._process.stdout.read()).decode().splitlines(keepends=True)
            return await self._process.wait()

    async def kill(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


class Start:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.processes: list[Process] = []

    async def __call__(self, command: str, **settings: str) -> Process:
        known = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *command.split()),
            cwd=self._folder,
            env=known | {"KNOWLEDGE_DIR": str(DOOR), "LISTEN": f"127.0.0.1:{unused_port()}", **settings},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        self.processes.append(Process(process))
        return self.processes[-1]
