"""The webhook: only Telegram with the secret gets in, and nothing it sends brings us down."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp.test_utils import unused_port
from running import VirtualTime

from bot.chat.receiving import Entrance
from bot.chat.webhook import MAX_BODY, SECRET_HEADER
from bot.errors import SettingsError
from bot.knowledge.shelf import Shelf
from bot.preview import PreviewServer
from bot.serving import Access, serve
from bot.store.store import Store
from bot.understand.version import Version

SECRET = "s3cret"
RIGHT = {SECRET_HEADER: SECRET}
NO_UPDATES = [b'{"update_id": "x"}', b"[" * 100_000, b"\xff"]


@pytest.fixture(autouse=True)
def looking_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.chat.receiving.LOOK_SECONDS", 0.01)


@pytest.fixture
async def hook(
    server: PreviewServer, door_shelf: Shelf[Version], virtual_time: VirtualTime, tmp_path: Path
) -> AsyncIterator[str]:
    """The address of a bot that is called by `server`."""
    port = unused_port()
    address = f"http://127.0.0.1:{port}/hook"
    store = Store.open(f"sqlite:///{tmp_path}/bot.sqlite3")
    access = Access(server.token, server.base_url, entrance(port))
    task = asyncio.create_task(serve(access, door_shelf, store, virtual_time.pace()))
    await server.called("setWebhook")
    yield address
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    await store.close()


def entrance(port: int) -> Entrance:
    return Entrance(("127.0.0.1", port), f"http://127.0.0.1:{port}/hook", SECRET)


async def post(address: str, headers: dict[str, str], **content: object) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.post(address, headers=headers, **content) as answer,
    ):
        return answer.status


async def test_a_question_by_webhook_gets_its_answer(server: PreviewServer, hook: str) -> None:
    answer = await server.ask(server.world.kari, "When is the harbour open?")

    assert answer.text.startswith("The harbour is open")


@pytest.mark.parametrize("headers", [{}, {SECRET_HEADER: ""}, {SECRET_HEADER: "wrong"}, {SECRET_HEADER: "ø"}])
async def test_without_the_secret_nobody_gets_in(
    server: PreviewServer, hook: str, headers: dict[str, str]
) -> None:
    assert await post(hook, headers, json={"update_id": 1}) == 403


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"update_id": 1e999}', b'{"update_id": true}', *NO_UPDATES]
)
async def test_what_is_no_update_is_refused(server: PreviewServer, hook: str, body: bytes) -> None:
    assert await post(hook, RIGHT, data=body) == 400


async def test_a_secret_of_any_bytes_is_a_wrong_one(server: PreviewServer, hook: str) -> None:
    url = urlsplit(hook)
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    writer.write(b"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n")
    writer.write(SECRET_HEADER.encode() + b": \xff\r\n\r\n{}")

    answer = await reader.read()

    writer.close()
    assert answer.startswith(b"HTTP/1.1 403 ")


async def test_a_body_that_cannot_be_unpacked_is_refused(server: PreviewServer, hook: str) -> None:
    assert await post(hook, RIGHT | {"Content-Encoding": "gzip"}, data=b"no gzip at all") == 400


async def test_an_update_that_cannot_be_read_is_not_sent_again(server: PreviewServer, hook: str) -> None:
    broken = {"update_id": 5, "callback_query": {"id": 1}}

    assert await post(hook, RIGHT, json=broken) == 200


async def test_too_much_is_refused(server: PreviewServer, hook: str) -> None:
    assert await post(hook, RIGHT, data=b" " * (MAX_BODY + 1)) == 413


async def test_an_update_that_comes_twice_is_answered_once(server: PreviewServer, hook: str) -> None:
    world = server.world
    world.kari.started = True
    message = {"message_id": 900, "date": world.now(), "from": world.kari.as_user(), "text": "opening hours"}
    update = {"update_id": 9, "message": message | {"chat": world.private(world.kari).as_chat()}}
    assert [await post(hook, RIGHT, json=update) for _ in range(2)] == [200, 200]

    answer = await server.ask(world.kari, "What does mooring a boat cost?")
    if not answer.text.startswith("A berth"):  # the first answer came while we asked
        answer = (await server.next_event("sent", world.kari)).data

    assert len(world.private(world.kari).from_bot()) == 2


async def test_it_says_that_it_lives(server: PreviewServer, hook: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(hook.replace("/hook", "/live")) as answer:
        assert (answer.status, await answer.text()) == (200, "ok\n")


async def ready(address: str) -> tuple[int, dict[str, object]]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(address.replace("/hook", "/ready")) as answer,
    ):
        return answer.status, (await answer.json())["telegram"]


async def test_an_address_that_somebody_else_has_set_is_noticed(server: PreviewServer, hook: str) -> None:
    while (await ready(hook))[0] != 200:
        await server.called("getWebhookInfo")
    async with aiohttp.ClientSession() as session:
        await session.post(f"{server.base_url}/bot{server.token}/setWebhook", data={"url": f"{hook}s"})

    status, telegram = await ready(hook)
    while status == 200:
        await server.called("getWebhookInfo")
        status, telegram = await ready(hook)

    assert telegram["by"] == "webhook" and "calls another address" in str(telegram["trouble"])


async def test_a_token_that_is_revoked_is_noticed_without_any_update(
    server: PreviewServer, door_shelf: Shelf[Version], virtual_time: VirtualTime, tmp_path: Path
) -> None:
    port = unused_port()
    store = Store.open(f"sqlite:///{tmp_path}/bot.sqlite3")
    access = Access(server.token, server.base_url, entrance(port))
    server.world.faults.fail("getWebhookInfo", 401, "Unauthorized")

    with pytest.raises(SettingsError, match="does not accept this token"):
        await serve(access, door_shelf, store, virtual_time.pace())

    await store.close()


async def test_an_update_before_telegram_has_answered_must_come_again(
    server: PreviewServer, door_shelf: Shelf[Version], virtual_time: VirtualTime, tmp_path: Path
) -> None:
    port = unused_port()
    gate = asyncio.Event()
    server.world.faults.hold("getMe", gate)
    store = Store.open(f"sqlite:///{tmp_path}/bot.sqlite3")
    access = Access(server.token, server.base_url, entrance(port))
    task = asyncio.create_task(serve(access, door_shelf, store, virtual_time.pace()))
    await server.next_event("held")

    assert await post(f"http://127.0.0.1:{port}/hook", RIGHT, json={"update_id": 1}) == 503
    assert await post(f"http://127.0.0.1:{port}/hook", {}, json={"update_id": 1}) == 403

    gate.set()
    await server.called("setWebhook")
    assert await post(f"http://127.0.0.1:{port}/hook", RIGHT, json={"update_id": 1}) == 200
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    await store.close()
