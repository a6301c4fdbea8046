"""The command line's two ways of running, as processes of their own."""

from __future__ import annotations

import signal
import socket
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import unused_port
from processes import Start

from bot.preview import PreviewServer


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
async def test_run_answers_and_stops_when_asked(
    server: PreviewServer, start: Start, by: signal.Signals
) -> None:
    process = await start("run", TELEGRAM_BOT_TOKEN=server.token, TELEGRAM_API_URL=server.base_url)
    await process.says("@klyngebot is ready, by long polling")
    answer = await server.ask(server.world.kari, "When is the harbour open?")

    status = await process.ends(by)

    assert answer.text.startswith("The harbour is open")
    assert status == 0
    assert "Traceback" not in "".join(process.lines)


async def test_run_without_a_token_names_the_setting(start: Start) -> None:
    process = await start("run")

    assert await process.ends() == 2
    assert len(process.lines) == 1 and process.lines[0].startswith("TELEGRAM_BOT_TOKEN: ")


async def test_a_rejected_token_is_one_plain_line(server: PreviewServer, start: Start) -> None:
    process = await start("run", TELEGRAM_BOT_TOKEN="9:other", TELEGRAM_API_URL=server.base_url)

    assert await process.ends() == 2
    assert len(process.lines) == 1 and "does not accept this token" in process.lines[0]


async def test_a_token_that_is_revoked_while_running_is_one_plain_line(
    server: PreviewServer, start: Start
) -> None:
    process = await start("run", TELEGRAM_BOT_TOKEN=server.token, TELEGRAM_API_URL=server.base_url)
    await process.says("is ready")
    server.world.faults.fail("getUpdates", 401, "Unauthorized", times=100)
    server.world.say(server.world.kari, "When is the harbour open?")

    assert await process.ends() == 2
    assert "does not accept this token" in process.lines[-1]


async def test_an_unreachable_telegram_is_one_plain_line_and_waited_for(start: Start) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = await start("run", TELEGRAM_BOT_TOKEN="1:preview", TELEGRAM_API_URL=f"http://127.0.0.1:{port}")
    await process.says("Telegram cannot be reached")

    async with PreviewServer(port=port):
        await process.says("is ready")
        assert await process.ends(signal.SIGTERM) == 0

    assert sum("cannot be reached" in line for line in process.lines) == 1


async def test_a_second_bot_is_one_plain_line(server: PreviewServer, start: Start) -> None:
    server.world.faults.fail("getUpdates", 409, "Conflict: terminated by other getUpdates request", times=2)
    process = await start("run", TELEGRAM_BOT_TOKEN=server.token, TELEGRAM_API_URL=server.base_url)

    await process.says("another bot fetches the updates of this token")
    await process.says("Telegram answers again")

    assert sum("another bot" in line for line in process.lines) == 1


async def test_a_broken_base_is_told_by_file_and_line(start: Start, door_copy: Path) -> None:
    (door_copy / "facts.yaml").write_text("facts:\n  - id: x\n")
    process = await start("preview", KNOWLEDGE_DIR=str(door_copy))

    assert await process.ends() == 2
    assert any("facts.yaml:2:" in line for line in process.lines)
    assert "Traceback" not in "".join(process.lines)


async def test_preview_serves_its_page_and_moves_when_its_port_is_taken(start: Start) -> None:
    port = unused_port()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        taken.listen()
        process = await start("preview", LISTEN=f"127.0.0.1:{port}")
        line = await process.says("Klyngebot preview: http://127.0.0.1:")

    address = line.split()[2]
    assert f"(port {port} is taken)" in line and not address.endswith(f":{port}")
    async with aiohttp.ClientSession() as session, session.get(f"{address}/") as page:
        assert page.status == 200 and "<html" in await page.text()
    assert await process.ends(signal.SIGTERM) == 0


async def test_a_second_start_on_the_same_database_names_the_first_and_ends(
    server: PreviewServer, start: Start
) -> None:
    settings = {"TELEGRAM_BOT_TOKEN": server.token, "TELEGRAM_API_URL": server.base_url}
    first = await start("run", **settings)
    await first.says("is ready")
    second = await start("run", **settings)

    assert await second.ends() == 2
    assert len(second.lines) == 1
    assert f"the bot is already running on data/klyngebot.sqlite3 (process {first.pid})" in second.lines[0]
    answer = await server.ask(server.world.kari, "When is the harbour open?")
    assert answer.text.startswith("The harbour is open")


async def test_a_bot_that_was_killed_leaves_no_lock_behind(server: PreviewServer, start: Start) -> None:
    settings = {"TELEGRAM_BOT_TOKEN": server.token, "TELEGRAM_API_URL": server.base_url}
    first = await start("run", **settings)
    await first.says("is ready")
    await first.kill()

    second = await start("run", **settings)

    await second.says("is ready")
    assert await second.ends(signal.SIGTERM) == 0


async def test_the_command_line_visits_a_running_bot(server: PreviewServer, start: Start) -> None:
    first = await start("run", TELEGRAM_BOT_TOKEN=server.token, TELEGRAM_API_URL=server.base_url)
    await first.says("is ready")

    visitor = await start("announce status")

    assert await visitor.ends() == 0
