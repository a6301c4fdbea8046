"""Fetching one calendar from the web: politely, with limits, and from public addresses only."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from socket import AddressFamily
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import ResolveResult
from aiohttp.resolver import ThreadedResolver

from bot.errors import FeedError

LARGEST = 2 * 1024 * 1024  # bytes, unpacked
SECONDS = 20.0  # for all of it
REDIRECTS = 3
MOVED = {301, 302, 303, 307, 308}
UNCHANGED = 304


@dataclass(frozen=True, slots=True)
class Fetched:
    """A calendar as it was sent; the marks let the next request ask whether it has changed."""

    content: bytes
    etag: str | None = None
    modified: str | None = None


async def fetch(
    url: str, before: Fetched | None = None, private: bool = False, seconds: float = SECONDS
) -> Fetched | None:
    """The calendar at `url`; None where it is as it was `before`. Raises FeedError.

    Addresses of private networks are refused at every redirect unless `private`, so that a feed cannot make
    the bot ask machines that only the bot can reach.
    """
    connector = aiohttp.TCPConnector(resolver=None if private else PublicResolver())
    timeout = aiohttp.ClientTimeout(total=seconds)
    headers = {"Accept": "text/calendar", "User-Agent": "Klyngebot"}
    if before and before.etag:
        headers["If-None-Match"] = before.etag
    if before and before.modified:
        headers["If-Modified-Since"] = before.modified
    at = url
    try:
        async with aiohttp.ClientSession(connector=connector, timeout=timeout, headers=headers) as session:
            for _ in range(REDIRECTS + 1):
                _check(at, url, private)
                async with session.get(at, allow_redirects=False) as answer:
                    if answer.status in MOVED and "Location" in answer.headers:
                        at = urljoin(at, answer.headers["Location"])
                        continue
                    if answer.status == UNCHANGED and before:
                        return None
                    if answer.status != 200:
                        raise FeedError(url, f"answered with status {answer.status}")
                    content = await _read(answer, url)
                    marks = answer.headers.get("ETag"), answer.headers.get("Last-Modified")
                    return Fetched(content, *marks)
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
        raise FeedError(url, f"could not be fetched ({type(error).__name__})") from error
    raise FeedError(url, f"sends on more than {REDIRECTS} times")


class PublicResolver(ThreadedResolver):
    """Knows only addresses of the public internet."""

    async def resolve(
        self, host: str, port: int = 0, family: AddressFamily = AddressFamily.AF_INET
    ) -> list[ResolveResult]:
        """The public addresses of `host`. Raises OSError where there is none."""
        found = [each for each in await super().resolve(host, port, family) if _public(each["host"])]
        if not found:
            raise OSError(f"{host} has no public address")
        return found


def _check(at: str, url: str, private: bool) -> None:
    parts = urlsplit(at)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise FeedError(url, "leads to what is no web address")
    if private:
        return
    try:
        literal = ipaddress.ip_address(parts.hostname)  # a literal address is never resolved
    except ValueError:
        return
    if not _public(str(literal)):
        raise FeedError(url, "leads into a private network; write private: true if that is right")


def _public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_global and not found.is_multicast


async def _read(answer: aiohttp.ClientResponse, url: str) -> bytes:
    content = bytearray()
    async for chunk in answer.content.iter_chunked(64 * 1024):
        content += chunk
        if len(content) > LARGEST:
            raise FeedError(url, f"is larger than {LARGEST // 1024 // 1024} MB")
    return bytes(content)
