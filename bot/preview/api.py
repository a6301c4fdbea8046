"""The Bot API over HTTP: /bot<token>/<method> and /file/bot<token>/<path>."""

from __future__ import annotations

import inspect
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.preview.chats import CHAT_METHODS
from bot.preview.delivery import Delivery
from bot.preview.faults import as_refusal
from bot.preview.methods import MESSAGE_METHODS
from bot.preview.params import Params, read_params
from bot.preview.queries import QUERY_METHODS
from bot.preview.records import Call, Json
from bot.preview.refusals import Refusal, not_found
from bot.preview.world import World

log = logging.getLogger(__name__)

Handler = Callable[[Params], Any | Awaitable[Any]]

METHODS = MESSAGE_METHODS | CHAT_METHODS | QUERY_METHODS


class Api:
    """Carries out calls for one token; every finished call is a `call` event."""

    def __init__(self, world: World, delivery: Delivery, token: str) -> None:
        self._world = world
        self._token = token
        self._delivering: dict[str, Handler] = {
            "getupdates": delivery.get_updates,
            "setwebhook": delivery.set_webhook,
            "deletewebhook": delivery.delete_webhook,
            "getwebhookinfo": lambda params: delivery.webhook_info(),
        }

    def routes(self) -> list[web.RouteDef]:
        return [
            web.route("*", "/bot{token}/{method}", self._on_call),
            web.get("/file/bot{token}/{path:.+}", self._on_file),
        ]

    async def _on_call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        params = Params({})
        fault = None
        try:
            self._check_token(request.match_info["token"])
            if request.method not in ("GET", "POST"):
                raise Refusal(405, "Method Not Allowed")
            params = await read_params(request)
            fault = self._world.faults.take(method, _chat_id(params))
            if fault is not None and fault.until is not None:
                self._world.events.emit("held", _chat_id(params), method)
                await fault.until.wait()
            if fault is not None and fault.kind == "error":
                raise as_refusal(fault)
            if fault is not None and fault.kind == "reset":
                return self._broken(request, method, params, {})
            answer: Json = {"ok": True, "result": await self._carry_out(method, params)}
        except Refusal as refusal:
            answer = refusal.as_answer()
        if fault is not None and fault.kind == "lose":
            return self._broken(request, method, params, answer)
        self._world.events.emit("call", _chat_id(params), Call(method, params.shown(), answer, _kind(fault)))
        return web.json_response(answer, status=200 if answer["ok"] else answer["error_code"])

    async def _carry_out(self, method: str, params: Params) -> Any:
        name = method.lower()
        if name in self._delivering:
            result = self._delivering[name](params)
            return await result if inspect.isawaitable(result) else result
        if name not in METHODS:
            raise not_found("method not found")
        return METHODS[name](self._world, params)

    async def _on_file(self, request: web.Request) -> web.StreamResponse:
        try:
            self._check_token(request.match_info["token"])
        except Refusal as refusal:
            return web.json_response(refusal.as_answer(), status=refusal.code)
        file = self._world.files.get(request.match_info["path"])
        if file is None:
            return web.json_response(not_found("").as_answer(), status=404)
        return web.Response(body=file.content, content_type="application/octet-stream")

    def _check_token(self, token: str) -> None:
        if token == self._token:
            return
        if not re.fullmatch(r"\d+:[\w-]+", token, re.ASCII):
            raise not_found("")
        raise Refusal(401, "Unauthorized")

    def _broken(self, request: web.Request, method: str, params: Params, answer: Json) -> web.Response:
        """Break the connection without a word; `answer` is what the bot never hears."""
        kind = "lose" if answer else "reset"
        if request.transport is not None:
            request.transport.abort()
        self._world.events.emit("call", _chat_id(params), Call(method, params.shown(), answer, kind))
        return web.Response()


def _chat_id(params: Params) -> int | None:
    value = params.text("chat_id")
    return int(value) if re.fullmatch(r"-?\d{1,16}", value) else None


def _kind(fault: Any) -> str | None:
    return None if fault is None else str(fault.kind)
