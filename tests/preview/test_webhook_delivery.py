"""Updates by webhook, to an address on this machine."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from preview_client import call
from telegram import Bot
from telegram.error import BadRequest, Conflict

from bot.preview import PreviewServer

pytestmark = pytest.mark.asyncio(loop_scope="session")  # one browser serves all


class Receiver:
    """A bot's end of a webhook; answers with the statuses it is given, then with 200."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.got: list[tuple[str | None, int, str]] = []  # secret, update id, text

    async def receive(self, request: web.Request) -> web.Response:
        update = await request.json()
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        self.got.append((secret, update["update_id"], update["message"]["text"]))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest_asyncio.fixture(loop_scope="session")
async def url(receiver: Receiver) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/hook", receiver.receive)
    async with TestServer(app, host="127.0.0.1") as server:
        yield str(server.make_url("/hook"))


async def test_updates_come_in_order_with_the_secret(
    bot: Bot, server: PreviewServer, receiver: Receiver, url: str
) -> None:
    server.world.say(server.world.kari, "second")

    await bot.set_webhook(url, secret_token="s3cret_-")
    await server.delivered()

    assert [(secret, text) for secret, _, text in receiver.got] == [
        ("s3cret_-", "hello"),
        ("s3cret_-", "second"),
    ]
    assert (await bot.get_webhook_info()).pending_update_count == 0


async def test_an_update_comes_again_until_it_is_taken(
    bot: Bot, server: PreviewServer, receiver: Receiver, url: str
) -> None:
    receiver.statuses = [500, 404]

    await bot.set_webhook(url)
    await server.delivered()

    assert len(receiver.got) == 3 and len(set(receiver.got)) == 1
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 404 Not Found"


async def test_polling_and_a_webhook_exclude_each_other(bot: Bot, server: PreviewServer, url: str) -> None:
    await bot.set_webhook(url)
    await server.delivered()

    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    server.world.say(server.world.kari, "later")

    assert [update.message.text for update in await bot.get_updates() if update.message] == ["later"]


async def test_pending_updates_can_be_dropped(bot: Bot, receiver: Receiver, url: str) -> None:
    await bot.set_webhook(url, drop_pending_updates=True)

    assert (await bot.get_webhook_info()).pending_update_count == 0
    assert receiver.got == []


@pytest.mark.parametrize(
    "url", ["https://example.org/hook", "http://10.0.0.1/hook", "ftp://127.0.0.1/", "hook"]
)
async def test_only_this_machine_is_called(server: PreviewServer, url: str) -> None:
    assert (await call(server, "setWebhook", url=url))["description"].startswith("Bad Request: bad webhook")


async def test_a_secret_has_only_plain_characters(bot: Bot, url: str) -> None:
    with pytest.raises(BadRequest, match="Secret token contains unallowed characters"):
        await bot.set_webhook(url, secret_token="not this")
