"""What the page sees: over a WebSocket first everything, then every change as it happens."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Sequence

from aiohttp import WSMsgType, web

from bot.preview.delivery import Delivery
from bot.preview.events import Event
from bot.preview.explaining import Explaining
from bot.preview.records import Json
from bot.preview.views import message_view, tap_view, world_view
from bot.preview.world import World

LANGUAGES = ("en", "nb", "nn")
KEPT_UNSENT = 1000  # changes a page may lag behind before it is cut off and starts afresh


class Live:
    """The open pages. `examples` are offered to who has not asked anything yet."""

    def __init__(
        self, world: World, delivery: Delivery, explaining: Explaining, examples: Sequence[str]
    ) -> None:
        self._world, self._delivery, self._explaining = world, delivery, explaining
        self._examples = tuple(examples)
        self._sockets: set[web.WebSocketResponse] = set()

    async def close(self) -> None:
        for socket in list(self._sockets):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.5):
                    await socket.close()

    async def on_socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=20, max_msg_size=1024)
        await socket.prepare(request)
        self._sockets.add(socket)
        changes: asyncio.Queue[Json] = asyncio.Queue(KEPT_UNSENT)
        overrun = asyncio.Event()

        def on_event(event: Event) -> None:
            change = self._change(event)
            if change is not None:
                try:
                    changes.put_nowait(change)
                except asyncio.QueueFull:
                    overrun.set()

        stop = self._world.events.listen(on_event)
        changes.put_nowait(self._everything())
        sending = asyncio.create_task(self._send_changes(socket, changes, overrun))
        try:
            async for incoming in socket:
                if incoming.type is WSMsgType.ERROR:
                    break
        finally:
            stop()
            sending.cancel()
            self._sockets.discard(socket)
        return socket

    async def _send_changes(
        self, socket: web.WebSocketResponse, changes: asyncio.Queue[Json], overrun: asyncio.Event
    ) -> None:
        with contextlib.suppress(ConnectionError):
            while not overrun.is_set():
                await socket.send_str(json.dumps(await changes.get()))
            await socket.close()

    def _everything(self) -> Json:
        return {
            "kind": "everything",
            "world": world_view(self._world, self._explaining),
            "present": self._delivery.present,
            "examples": self._examples,
            "explains": self._explaining.active,
            "languages": LANGUAGES,
        }

    def _change(self, event: Event) -> Json | None:
        match event.kind:
            case "said" | "person_edited" | "sent" | "edited" | "reacted":
                return {"kind": event.kind, "message": message_view(event.data, self._explaining)}
            case "deleted":
                return {"kind": "deleted", "chat": event.chat_id, "message": event.data.id}
            case "action":
                return {"kind": "action", "chat": event.chat_id, "action": event.data}
            case "tap_answered":
                return {"kind": "tap_answered", "chat": event.chat_id, **tap_view(event.data)}
            case "presence":
                return {"kind": "presence", "present": event.data}
            case "profile" | "people":
                return {
                    "kind": "world",
                    "world": world_view(self._world, self._explaining, with_messages=False),
                }
        return None
