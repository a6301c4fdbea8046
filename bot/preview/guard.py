"""Only this machine's own pages may talk to the preview: no DNS rebinding, no requests from other sites."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def content_security_policy(host: str) -> str:
    """Everything from this host and nothing inline; `host` names the WebSocket for browsers that need it."""
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            f"connect-src 'self' ws://{host}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )


def is_known_host(host: str, extra: Collection[str] = ()) -> bool:
    """Whether a Host header names this machine: loopback, localhost, or one of `extra`."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name == "localhost" or name in extra:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def is_same_origin(origin: str, host: str) -> bool:
    return origin in (f"http://{host}", f"https://{host}")


def guard(extra_hosts: Collection[str]) -> Middleware:
    """Middleware: 421 for a foreign Host, 403 for a foreign Origin; control calls must name their origin."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        host = request.headers.get("Host", "")
        if not is_known_host(host, extra_hosts):
            return web.Response(status=421, text="This page is only served under this machine's own name.\n")
        origin = request.headers.get("Origin")
        controls = request.path.startswith("/control/") and (
            request.method != "GET" or "Upgrade" in request.headers
        )
        if (origin is None and controls) or (origin is not None and not is_same_origin(origin, host)):
            return web.Response(status=403, text="Other sites may not do this.\n")
        response = await handler(request)
        if not response.prepared:
            response.headers.update(HEADERS)
            response.headers["Content-Security-Policy"] = content_security_policy(host)
        return response

    return check
