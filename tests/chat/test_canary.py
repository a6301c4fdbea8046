"""A canary token, and a person's words, go through every way of failing of a real process at DEBUG."""

from __future__ import annotations

import re
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import unused_port
from processes import Process, Start

from bot.preview import PreviewServer

TOKEN = "987654321:CANARYcanaryCANARYcanaryCANARYcana"
SECRET = "CANARY_secret"
WORDS = "zanzibar unicorn"
MISFORTUNES = (
    ("fail", 400, 'Bad Request: can\'t parse entities: unsupported start tag "zanzibar" at byte offset 9'),
    ("fail", 403, "Forbidden: bot was blocked by the user"),
    ("fail", 404, "Not Found"),
    ("fail", 500, "Internal Server Error"),
    ("reset",),
    ("lose_answer",),
)


@pytest.fixture
async def server() -> AsyncIterator[PreviewServer]:
    async with PreviewServer(token=TOKEN) as running:
        yield running


def assert_clean(server: PreviewServer, *texts: str) -> None:
    person = re.compile(rf"\b{server.world.kari.id}\b")
    for text in texts:
        assert "CANARY" not in text and "canary" not in text
        assert not person.search(text) and "zanzibar" not in text and "unicorn" not in text


async def fetched(port: int, path: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as answer:
        return await answer.text()


def of_process(process: Process, name: str) -> str:
    return Path(f"/proc/{process.pid}/{name}").read_bytes().replace(b"\0", b" ").decode(errors="replace")


async def test_polling_through_every_misfortune_shows_neither_token_nor_person(
    server: PreviewServer, start: Start, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text(TOKEN)
    port, world = unused_port(), server.world
    for method in ("getMe", "deleteWebhook", "getUpdates"):
        world.faults.reset(method)
        world.faults.fail(method, 500, f"Internal Server Error of bot{TOKEN}")
    world.faults.fail("getMe", 429, retry_after=1)
    world.faults.fail("getUpdates", 409, "Conflict: terminated by other getUpdates request")
    bot = await start(
        "run",
        TELEGRAM_BOT_TOKEN_FILE=str(tmp_path / "token"),
        TELEGRAM_API_URL=server.base_url,
        LISTEN=f"127.0.0.1:{port}",
        LOG_LEVEL="DEBUG",
        LOG_FORMAT="json",
    )
    await bot.says("is ready")
    for misfortune in MISFORTUNES:
        kind, *given = misfortune
        getattr(world.faults, kind)("sendMessage", *given)
        world.say(world.kari, WORDS)
        await server.called("sendMessage", within=30)
    world.updates.add("message", {"message_id": 1, "text": WORDS, "from": {"id": world.kari.id}})
    world.updates.add("callback_query", {"id": "1", "from": {"id": world.kari.id}, "data": WORDS})
    world.updates.add("inline_query", {"id": 1, "query": WORDS})
    world.faults.clear()
    world.say(world.ola, "When is the harbour open?")
    await server.next_event("sent", world.ola, within=30)
    shown = [await fetched(port, path) for path in ("/metrics", "/ready", "/live", "/nowhere")]
    shown += [of_process(bot, name) for name in ("cmdline", "environ")]
    world.faults.fail("getUpdates", 401, "Unauthorized", times=100)
    world.say(world.ola, "hello")

    assert await bot.ends() == 2
    assert len(bot.lines) > 5
    assert_clean(server, *bot.lines, *shown)


async def test_a_webhook_through_wrong_secrets_and_bodies_shows_neither(
    server: PreviewServer, start: Start, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text(TOKEN)
    port = unused_port()
    hook = f"http://127.0.0.1:{port}/hook"
    bot = await start(
        "run",
        TELEGRAM_BOT_TOKEN_FILE=str(tmp_path / "token"),
        TELEGRAM_API_URL=server.base_url,
        WEBHOOK_URL=hook,
        WEBHOOK_SECRET=SECRET,
        LISTEN=f"127.0.0.1:{port}",
        LOG_LEVEL="DEBUG",
    )
    await bot.says("is ready")
    answers = []
    async with aiohttp.ClientSession() as session:
        for secret in ("", "CANARY_wrong", SECRET):
            for body in (b"", b"{", b'{"update_id": 1}', WORDS.encode(), b'{"update_id": 2, "message": 5}'):
                headers = {"X-Telegram-Bot-Api-Secret-Token": secret, "Content-Encoding": "identity"}
                async with session.post(hook, data=body, headers=headers) as answer:
                    answers.append(await answer.text())
        async with session.get(hook.replace("/hook", f"/bot{TOKEN}")) as answer:
            answers.append(str(answer.status))

    assert await bot.ends(signal.SIGTERM) == 0
    assert_clean(server, *bot.lines, *answers)


@pytest.mark.parametrize("command", ["run", "status", "backup copy", "announce status", "preview --help"])
async def test_no_command_shows_the_token_when_it_cannot_run(
    start: Start, tmp_path: Path, command: str
) -> None:
    (tmp_path / "data").write_text("no folder")
    process = await start(
        command,
        TELEGRAM_BOT_TOKEN=TOKEN,
        WEBHOOK_SECRET=SECRET,
        DATABASE_URL="postgresql://CANARY:x@nowhere.invalid/y",
    )

    await process.ends()

    assert "CANARY" not in "".join(process.lines)
    assert "Traceback" not in "".join(process.lines)


async def test_a_token_that_is_none_is_not_shown(start: Start) -> None:
    process = await start("run", TELEGRAM_BOT_TOKEN="CANARY with a space")

    assert await process.ends() == 2
    assert "CANARY" not in "".join(process.lines)
