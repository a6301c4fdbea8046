"""What people do on the page: its files, and /control/<action> with JSON."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from importlib import resources
from pathlib import PurePath
from typing import Any

from aiohttp import BodyPartReader, web

from bot.preview.live import LANGUAGES
from bot.preview.params import MAX_FILE
from bot.preview.records import Chat, Json, Person
from bot.preview.world import World

MAX_WRITTEN = 4096  # characters a person can send at once, as in Telegram's own apps
INLINE_WAIT = 10  # seconds; then Telegram's apps show nothing

PAGE = resources.files("bot.preview").joinpath("page")
PAGE_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

Action = Callable[[Json], Awaitable[Any] | Any]


class Control:
    """The page's server side: its files, and what people do on it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._actions: dict[str, Action] = {
            "say": self._say,
            "edit": self._edit,
            "press": self._press,
            "media": self._media,
            "language": self._language,
            "inline": self._inline,
            "choose": self._choose,
        }

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self._on_page),
            *(web.get(f"/{file.name}", self._on_page) for file in PAGE.iterdir()),
            web.get("/live", self._on_live),
            web.get("/control/file/{id}", self._on_file),
            web.post("/control/upload/{person}/{chat}", self._on_upload),
            web.post("/control/{action}", self._on_action),
        ]

    async def _on_page(self, request: web.Request) -> web.Response:
        name = request.path[1:] or "index.html"
        kind = PAGE_TYPES[PurePath(name).suffix]
        return web.Response(body=PAGE.joinpath(name).read_bytes(), content_type=kind, charset="utf-8")

    async def _on_live(self, _: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _on_file(self, request: web.Request) -> web.Response:
        file = self._world.files.get(request.match_info["id"])
        if file is None:
            raise web.HTTPNotFound(text="The file is gone.\n")
        # Always a download: what a bot sends is never shown as a page of ours.
        name = "".join(c if c.isalnum() or c in "._- " else "_" for c in file.name) or "file"
        quoted = name.encode("ascii", "replace").decode().replace("?", "_")
        headers = {"Content-Disposition": f'attachment; filename="{quoted}"'}
        return web.Response(body=file.content, headers=headers, content_type="application/octet-stream")

    async def _on_upload(self, request: web.Request) -> web.Response:
        asked = {"person": request.match_info["person"], "chat": request.match_info["chat"]}
        person, chat = self._place(asked)
        part = await (await request.multipart()).next()
        if not isinstance(part, BodyPartReader) or part.filename is None:
            raise web.HTTPBadRequest(text="No file was sent.\n")
        content = bytes(await part.read())
        if len(content) > MAX_FILE:
            raise web.HTTPRequestEntityTooLarge(MAX_FILE, len(content))
        mime = part.headers.get("Content-Type", "application/octet-stream")
        self._world.upload(person, self._world.files.keep(part.filename[:200], mime, content), chat)
        return web.json_response({})

    async def _on_action(self, request: web.Request) -> web.Response:
        action = self._actions.get(request.match_info["action"])
        if action is None:
            raise web.HTTPNotFound(text="No such action.\n")
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(text="JSON only.\n")
        try:
            result = action(await request.json())
            answer = await result if isinstance(result, Awaitable) else result
        except (KeyError, IndexError, ValueError, TypeError, AttributeError, StopIteration):
            raise web.HTTPBadRequest(text="That does not work here.\n") from None
        return web.json_response(answer or {})

    # Actions: the JSON the page sends; `person` and `chat` are ids

    def _say(self, asked: Json) -> None:
        person, chat = self._place(asked)
        reply_to = chat.messages.get(int(asked["reply_to"])) if asked.get("reply_to") else None
        self._world.say(person, _written(asked), chat, reply_to)

    def _edit(self, asked: Json) -> None:
        person, chat = self._place(asked)
        message = chat.messages[int(asked["message"])]
        if message.data["from"]["id"] != person.id or "text" not in message.data:
            raise ValueError("not theirs to edit")
        self._world.edit(message, _written(asked))

    def _press(self, asked: Json) -> Json:
        person, chat = self._place(asked)
        message = chat.messages[int(asked["message"])]
        row, column = int(asked["row"]), int(asked["column"])
        button = message.data["reply_markup"]["inline_keyboard"][row][column]
        return {"tap": self._world.press_data(message, button["callback_data"], person, button["text"]).id}

    def _media(self, asked: Json) -> None:
        person, chat = self._place(asked)
        self._world.send_media(person, str(asked["kind"]), chat)

    def _language(self, asked: Json) -> None:
        if asked["language"] not in LANGUAGES:
            raise ValueError("no such language")
        self._world.set_language(self._world.people[int(asked["person"])], asked["language"])

    async def _inline(self, asked: Json) -> Json:
        person, chat = self._place(asked)
        question = self._world.ask_inline(person, str(asked["query"]), chat, str(asked.get("offset", "")))
        with contextlib.suppress(TimeoutError):
            await self._world.events.first(
                lambda event: event.kind == "ask_answered" and event.data is question,
                after=0,
                within=INLINE_WAIT,
            )
        shown = ("id", "type", "title", "description", "first_name", "last_name", "phone_number")
        results = [{key: r[key] for key in shown if key in r} for r in question.results or []]
        return {
            "id": question.id,
            "results": results,
            "next_offset": question.next_offset,
            "button": question.button,
        }

    def _choose(self, asked: Json) -> None:
        _, chat = self._place(asked)
        self._world.choose(self._world.questions[asked["question"]], str(asked["result"]), chat)

    def _place(self, asked: Json) -> tuple[Person, Chat]:
        person, chat = self._world.people[int(asked["person"])], self._world.chats[int(asked["chat"])]
        if person not in chat.members:
            raise ValueError("not in this chat")
        return person, chat


def _written(asked: Json) -> str:
    text = str(asked["text"]).strip()
    if not 1 <= len(text) <= MAX_WRITTEN:
        raise ValueError("empty or too long")
    return text
