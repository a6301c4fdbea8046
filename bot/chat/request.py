"""python-telegram-bot's HTTP on aiohttp: one session, connections kept for the next answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import aiohttp
from telegram.error import NetworkError, TelegramError
from telegram.request import BaseRequest, RequestData

KEEP_ALIVE = 120.0  # seconds; a quiet bot saves a handshake on nearly every answer
CONNECT_SECONDS = 5.0
READ_SECONDS = 15.0
JSON = {"Content-Type": "application/json"}


class NeverSent(NetworkError):
    """No connection: the call did not go out."""


class NoAnswer(NetworkError):
    """The call went out and the connection broke or went silent."""


class AiohttpRequest(BaseRequest):
    """Calls of the Bot API over one ClientSession with at most `connections` connections.

    `heard` is told the date that each answer carries.
    """

    __slots__ = ("_connections", "_heard", "_session")

    def __init__(self, connections: int = 64, heard: Callable[[str], None] = lambda _: None) -> None:
        self._connections, self._heard = connections, heard
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        return READ_SECONDS

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer's JSON; a proxy's HTML page is an error like any other, and not logged in full."""
        try:
            content: dict[str, Any] = json.loads(payload)
        except ValueError:
            raise TelegramError("the answer is not Telegram's") from None
        return content

    async def initialize(self) -> None:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=KEEP_ALIVE)
            self._session = aiohttp.ClientSession(
                connector=connector,
                headers={"User-Agent": "klyngebot"},
                cookie_jar=aiohttp.DummyCookieJar(),
            )

    async def shutdown(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """The HTTP status and body. Raises NeverSent or NoAnswer; no address is in their texts."""
        if self._session is None:
            raise NeverSent("the connection is closed")
        timeout = _timeout(_seconds(connect_timeout, CONNECT_SECONDS), _seconds(read_timeout, READ_SECONDS))
        body, headers = _body(request_data)
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as answer:
                self._heard(answer.headers.get("Date", ""))
                return answer.status, await answer.read()
        # aiohttp's own texts may hold the address, and so the token: neither text nor cause goes further.
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NeverSent(f"no connection ({type(error).__name__})") from None
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            raise NoAnswer(f"no answer ({type(error).__name__})") from None


def _seconds(given: object, default: float) -> float | None:
    """A given timeout, `default` where PTB says it has none of its own."""
    if given is None:
        return None
    return float(given) if isinstance(given, int | float) else default


@cache
def _timeout(connect: float | None, read: float | None) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=None, sock_connect=connect, sock_read=read)


def _body(data: RequestData | None) -> tuple[aiohttp.FormData | bytes | None, dict[str, str] | None]:
    """The body and its headers; JSON, since a form's escapes take as long as all else about a request."""
    if data is None:
        return None, None
    if not data.contains_files:
        return data.json_payload, JSON
    form = aiohttp.FormData(default_to_multipart=True)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (file_name, content, media_type) in data.multipart_data.items():
        form.add_field(name, content, filename=file_name, content_type=media_type)
    return form, None
