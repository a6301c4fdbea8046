"""What can be checked of the container without Docker: its file's promises, and its health check for real."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from processes import Start
from shipped import ROOT

from bot.preview import PreviewServer

LINES = (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()


def of(instruction: str) -> list[str]:
    return [line.partition(" ")[2].strip() for line in LINES if line.startswith(f"{instruction} ")]


def test_it_is_nobody_special_and_writes_to_one_volume_only() -> None:
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", of("USER")[-1])
    assert of("VOLUME") == ["/data"]
    assert "TMPDIR=/data" in of("ENV")[-1] and "sqlite:////data/" in of("ENV")[-1]
    assert of("STOPSIGNAL") == ["SIGTERM"]
    assert of("ENTRYPOINT") == ['["klyngebot"]']  # no shell between Docker's signal and the bot


def test_everything_in_it_is_pinned_by_hash_and_no_secret_is() -> None:
    installs = [run for run in of("RUN") if "requirements/" in run]
    assert installs and all(run.count("install") == run.count("--require-hashes") for run in installs)
    for name in ("build", "run", "postgres"):
        pins = (ROOT / "requirements" / f"{name}.txt").read_text()
        assert pins.count("==") <= pins.count("--hash=sha256:")
    assert not [line for line in LINES if re.search(r"\d{5,}:[\w-]{20,}|SECRET|PASSWORD", line)]


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
async def test_the_health_check_asks_whether_it_is_ready(status: int, healthy: bool) -> None:
    async def ready(_: web.Request) -> web.Response:
        return web.Response(status=status)

    application = web.Application()
    application.router.add_get("/ready", ready)
    _, *command = json.loads(re.search(r"\[.*\]", of("HEALTHCHECK")[0])[0])
    async with TestServer(application, host="127.0.0.1") as server:
        environment = os.environ | {"LISTEN": f"0.0.0.0:{server.port}"}
        done = await asyncio.to_thread(
            subprocess.run, [sys.executable, *command], env=environment, capture_output=True, check=False
        )

    assert (done.returncode == 0) is healthy


async def test_a_bot_writes_nothing_outside_its_volume(
    server: PreviewServer, start: Start, tmp_path: Path
) -> None:
    volume = str(tmp_path / "data")
    process = await start(
        "run",
        TELEGRAM_BOT_TOKEN=server.token,
        TELEGRAM_API_URL=server.base_url,
        HOME=volume,
        TMPDIR=volume,
        PYTHONDONTWRITEBYTECODE="1",
    )
    await process.says("is ready")
    await server.ask(server.world.kari, "When is the harbour open?")

    assert await process.ends(signal.SIGTERM) == 0
    assert os.listdir(tmp_path) == ["data"]  # noqa: PTH208
