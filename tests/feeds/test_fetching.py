from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.errors import FeedError
from bot.feeds.fetch import LARGEST, Fetched, PublicResolver, fetch

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture
async def serve() -> AsyncIterator[Callable[[Answer], Awaitable[str]]]:
    """Serves everything by one function, on loopback; gives the address."""
    running: list[TestServer] = []

    async def start(answer: Answer) -> str:
        application = web.Application()
        application.router.add_get("/{tail:.*}", answer)
        server = TestServer(application)
        await server.start_server()
        running.append(server)
        return str(server.make_url("/calendar.ics"))

    yield start
    for server in running:
        await server.close()


Serve = Callable[[Answer], Awaitable[str]]


async def test_an_unchanged_calendar_is_not_sent_again(serve: Serve) -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == '"1"':
            assert request.headers["If-Modified-Since"] == "yesterday"
            return web.Response(status=304)
        return web.Response(body=b"BEGIN", headers={"ETag": '"1"', "Last-Modified": "yesterday"})

    url = await serve(answer)

    first = await fetch(url, private=True)

    assert first == Fetched(b"BEGIN", '"1"', "yesterday")
    assert await fetch(url, first, private=True) is None


async def test_a_calendar_that_moved_is_followed(serve: Serve) -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.path == "/calendar.ics":
            raise web.HTTPFound("/new")
        return web.Response(body=b"BEGIN")

    fetched = await fetch(await serve(answer), private=True)

    assert fetched is not None
    assert fetched.content == b"BEGIN"


async def test_a_calendar_that_only_sends_on_is_given_up(serve: Serve) -> None:
    async def answer(request: web.Request) -> web.Response:
        raise web.HTTPFound("/again")

    url = await serve(answer)

    with pytest.raises(FeedError, match="sends on more than 3 times"):
        await fetch(url, private=True)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/a.ics",
        "http://[::1]/a.ics",
        "http://[::ffff:127.0.0.1]/a.ics",
        "http://10.0.0.8/a.ics",
        "http://169.254.169.254/latest/meta-data",
        "http://localhost:1/a.ics",
    ],
)
async def test_a_private_network_is_not_asked(url: str) -> None:
    with pytest.raises(FeedError, match=r"private network|could not be fetched"):
        await fetch(url)


async def test_a_name_of_a_private_address_is_not_resolved() -> None:
    with pytest.raises(OSError, match="no public address"):
        await PublicResolver().resolve("localhost")


async def test_a_calendar_without_end_is_cut_off(serve: Serve) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=b" " * (LARGEST + 1))

    url = await serve(answer)

    with pytest.raises(FeedError, match="larger than 2 MB"):
        await fetch(url, private=True)


async def test_what_unpacks_to_a_flood_is_cut_off(serve: Serve) -> None:
    async def answer(request: web.Request) -> web.Response:
        response = web.Response(body=b" " * (8 * LARGEST))
        response.enable_compression(web.ContentCoding.gzip)
        return response

    url = await serve(answer)

    with pytest.raises(FeedError, match="larger than 2 MB"):
        await fetch(url, private=True)


async def test_a_calendar_that_does_not_come_is_given_up(serve: Serve) -> None:
    never = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        await never.wait()
        return web.Response()

    url = await serve(answer)

    with pytest.raises(FeedError, match="could not be fetched"):
        await fetch(url, private=True, seconds=0.1)
    never.set()


async def test_a_refusal_is_told_with_its_status(serve: Serve) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=404)

    url = await serve(answer)

    with pytest.raises(FeedError, match="status 404"):
        await fetch(url, private=True)
