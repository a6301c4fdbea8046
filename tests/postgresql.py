"""A PostgreSQL of the tests' own: on loopback, in a temporary folder, as an unprivileged user."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

from sqlalchemy import create_engine, text

NOBODY = "nobody"  # who it runs as where we are root, which PostgreSQL refuses
QUICK = "fsync=off synchronous_commit=off full_page_writes=off max_connections=60 shared_buffers=32MB"


def binaries() -> Path | None:
    """The folder of the newest PostgreSQL that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


class PostgreSQL:
    """A running server; `database` makes an empty one on it."""

    def __init__(self, folder: Path, server: subprocess.Popen[bytes], port: int) -> None:
        self._folder, self._server, self._port = folder, server, port
        self._numbers = itertools.count(1)

    @classmethod
    def start(cls, bin_: Path) -> PostgreSQL:
        """Raises CalledProcessError where it cannot be started."""
        folder = Path(tempfile.mkdtemp(prefix="klyngebot-pg-"))
        as_nobody = {"user": NOBODY, "group": "nogroup", "extra_groups": []} if os.getuid() == 0 else {}
        if as_nobody:
            shutil.chown(folder, NOBODY)
        data, quiet = folder / "data", {"stdout": subprocess.DEVNULL, "cwd": folder}
        made = [bin_ / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run([*made, "--locale=C.UTF-8"], check=True, **quiet, **as_nobody)
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        options = ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}"]
        for each in QUICK.split():
            options += ["-c", each]
        log = (folder / "log").open("wb")
        server = subprocess.Popen(
            [bin_ / "postgres", "-D", data, "-p", str(port), *options], stderr=log, **quiet, **as_nobody
        )
        subprocess.run(
            [bin_ / "pg_isready", "-h", "127.0.0.1", "-p", str(port), "-t", "30"], check=False, **quiet
        )
        return cls(folder, server, port)

    def url(self, name: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self._port}/{name}"

    def database(self, template: str = "template0") -> str:
        """The address of a new database, a copy of `template`."""
        name = f"test{next(self._numbers)}"
        self._command(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def drop(self, url: str) -> None:
        self._command(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def stop(self) -> None:
        self._server.send_signal(signal.SIGINT)  # which does not wait for who is still connected
        self._server.wait()
        shutil.rmtree(self._folder)

    def _command(self, statement: str) -> None:
        engine = create_engine(
            self.url("postgres").replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()
