"""A small balancer: every request goes to the next process that takes it."""

from __future__ import annotations

import itertools

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

GIVE_UP_SECONDS = 2.0  # until a process that does not answer is passed over


class Balancer:
    """Stands before the processes on these ports of this machine."""

    def __init__(self, ports: list[int]) -> None:
        self._ports, self._turn = ports, itertools.cycle(range(len(ports)))

    async def __aenter__(self) -> Balancer:
        timeout = aiohttp.ClientTimeout(total=GIVE_UP_SECONDS)
        self._session = aiohttp.ClientSession(timeout=timeout)
        application = web.Application()
        application.router.add_post("/hook", self._pass_on)
        self._server = TestServer(application)
        await self._server.start_server()
        self.url = str(self._server.make_url("/hook"))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()
        await self._session.close()

    async def _pass_on(self, request: web.Request) -> web.Response:
        body, first = await request.read(), next(self._turn)
        for port in self._ports[first:] + self._ports[:first]:
            try:
                async with self._session.post(
                    f"http://127.0.0.1:{port}/hook", data=body, headers=_passed(request)
                ) as answer:
                    return web.Response(status=answer.status, body=await answer.read())
            except (aiohttp.ClientError, TimeoutError):
                continue
        return web.Response(status=503)


def _passed(request: web.Request) -> dict[str, str]:
    return {name: value for name, value in request.headers.items() if name.lower().startswith("x-telegram")}
