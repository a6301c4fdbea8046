"""/live and /ready of a running bot, from its first moment on."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import unused_port
from running import VirtualTime

from bot.chat.receiving import Entrance
from bot.knowledge.shelf import Shelf
from bot.preview import PreviewServer
from bot.serving import Access, serve
from bot.store.store import Store
from bot.understand.version import Version

QUESTION = "When is the harbour open?"


class Guarded:
    """A bot that polls and listens; `asks` is a monitor's question."""

    def __init__(self, store: Store, port: int) -> None:
        self._driver: Any = None
        self.store, self._address = store, f"http://127.0.0.1:{port}"

    async def writable(self, yes: bool) -> None:
        """Have the database take what is written, or not; even to a unit that is under way."""
        if self._driver is None:
            self._driver = await self.store.run(lambda connection: connection.connection.driver_connection)
        self._driver.execute(f"PRAGMA query_only={'OFF' if yes else 'ON'}")

    async def asks(self, path: str) -> tuple[int, str]:
        async with aiohttp.ClientSession() as session:
            while True:
                with contextlib.suppress(aiohttp.ClientConnectorError):  # the task has not begun yet
                    async with session.get(self._address + path) as answer:
                        return answer.status, await answer.text()

    async def ready(self) -> tuple[int, dict[str, Any]]:
        status, text = await self.asks("/ready")
        assert text.count("\n") == 1
        return status, json.loads(text)

    async def becomes(self, status: int) -> dict[str, Any]:
        async with asyncio.timeout(30):
            while True:
                now, health = await self.ready()
                if now == status:
                    return health
                await asyncio.sleep(0)


@pytest.fixture
async def guarded(
    server: PreviewServer,
    door_shelf: Shelf[Version],
    virtual_time: VirtualTime,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Guarded]:
    monkeypatch.setattr("bot.watch.heartbeat.BEAT_SECONDS", 0.01)
    monkeypatch.setattr("bot.watch.heartbeat.AGAIN_SECONDS", 0.01)
    monkeypatch.setattr("bot.watch.pulse.CALM_SECONDS", 0.0)
    port = unused_port()
    store = Store.open(f"sqlite:///{tmp_path}/bot.sqlite3")
    access = Access(server.token, server.base_url, Entrance(("127.0.0.1", port)))
    task = asyncio.create_task(serve(access, door_shelf, store, virtual_time.pace()))
    yield Guarded(store, port)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    await store.close()


async def test_it_answers_at_once_and_is_ready_once_telegram_has_answered(
    server: PreviewServer, guarded: Guarded
) -> None:
    gate = asyncio.Event()
    server.world.faults.hold("getMe", gate)

    assert await guarded.asks("/live") == (200, "ok\n")
    status, health = await guarded.ready()
    assert (status, health["telegram"]["trouble"]) == (503, "it has not answered yet")

    gate.set()
    health = await guarded.becomes(200)
    while health["telegram"]["by"] is None:
        health = await guarded.becomes(200)
    assert health["ready"] and health["storage"]["works"] and health["telegram"]["by"] == "polling"
    assert health["backlog"]["waiting"] == 0 and health["backlog"]["oldest_seconds"] is None
    assert health["knowledge"]["version"] and not health["knowledge"]["broken"]


async def test_a_backlog_is_told_with_the_age_of_its_oldest(server: PreviewServer, guarded: Guarded) -> None:
    await guarded.becomes(200)
    gate = asyncio.Event()
    server.world.faults.hold("sendMessage", gate)
    for _ in range(3):
        server.world.say(server.world.kari, QUESTION)
    await server.next_event("held", server.world.kari)
    await server.delivered()

    _, health = await guarded.ready()

    assert health["backlog"]["waiting"] == 2 and health["backlog"]["oldest_seconds"] >= 0
    gate.set()


async def test_a_telegram_that_is_gone_is_told_and_waited_for(
    server: PreviewServer, guarded: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    await guarded.becomes(200)
    server.world.faults.reset("getUpdates", times=2)
    server.world.say(server.world.kari, QUESTION)  # ends the poll that is under way

    health = await guarded.becomes(503)
    assert "cannot be reached" in health["telegram"]["trouble"] and health["storage"]["works"]

    await guarded.becomes(200)


async def test_a_dead_disk_is_noticed_while_nobody_asks_and_forgotten_when_it_works(
    guarded: Guarded, caplog: pytest.LogCaptureFixture
) -> None:
    await guarded.becomes(200)
    await guarded.writable(False)

    health = await guarded.becomes(503)
    assert "readonly database" in health["storage"]["trouble"]
    assert (await guarded.asks("/live"))[0] == 200

    await guarded.writable(True)
    await guarded.becomes(200)
    assert sum("the database is in trouble" in record.message for record in caplog.records) == 1


async def test_a_database_that_hangs_does_not_hang_the_monitor(
    guarded: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    await guarded.becomes(200)
    monkeypatch.setattr("bot.watch.health.LOOK_SECONDS", 0.01)
    stuck = threading.Event()
    hanging = asyncio.ensure_future(guarded.store.run(lambda _: stuck.wait()))

    health = await guarded.becomes(503)

    assert health["storage"]["trouble"] == "it does not answer" and health["backlog"] is None
    stuck.set()
    await hanging


def figure(text: str, name: str) -> float:
    """The sum of a figure's values, whatever its labels."""
    return sum(float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(name))


async def test_figures_for_prometheus_count_what_happens(server: PreviewServer, guarded: Guarded) -> None:
    await guarded.becomes(200)
    _, before = await guarded.asks("/metrics")
    server.world.faults.fail("sendMessage", 429, retry_after=1)

    await server.ask(server.world.kari, QUESTION)
    await server.ask(server.world.kari, "kubernetes cluster setup")
    await server.ask(server.world.ola, "/topics")
    _, after = await guarded.asks("/metrics")
    while (
        figure(after, "klyngebot_answer_seconds_count") - figure(before, "klyngebot_answer_seconds_count") < 3
    ):
        _, after = await guarded.asks("/metrics")

    def more(name: str) -> float:
        return figure(after, name) - figure(before, name)

    assert more('klyngebot_questions_total{band="sure",language="en"}') == 1
    assert more("klyngebot_questions_total") == 2
    assert more('klyngebot_calls_total{outcome="too_many"}') == 1
    assert more('klyngebot_calls_total{outcome="done"}') >= 3
    assert more("klyngebot_commit_seconds_count") > 0
    assert figure(after, "klyngebot_ready ") == 1
    assert figure(after, "process_resident_memory_bytes") > 0


async def test_figures_hold_no_id_no_text_and_no_secret(server: PreviewServer, guarded: Guarded) -> None:
    await guarded.becomes(200)
    await server.ask(server.world.kari, "zanzibar unicorn")

    _, text = await guarded.asks("/metrics")

    labels = {pair for line in text.splitlines() for pair in re.findall(r"{(.*?)}", line)}
    assert not [each for each in labels if str(server.world.kari.id) in each or "zanzibar" in each]
    assert server.token not in text
    names = {name for each in labels for name in re.findall(r"(\w+)=", each)}
    assert names <= {
        "band",
        "language",
        "outcome",
        "le",
        "implementation",
        "major",
        "minor",
        "patchlevel",
        "version",
    }


async def test_a_flood_is_counted(server: PreviewServer, guarded: Guarded) -> None:
    await guarded.becomes(200)
    _, before = await guarded.asks("/metrics")
    for _ in range(60):
        server.world.say(server.world.kari, QUESTION)
    await server.delivered()

    _, after = await guarded.asks("/metrics")

    name = "klyngebot_updates_ignored_total"
    assert 30 <= figure(after, name) - figure(before, name) <= 39
