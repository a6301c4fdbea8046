"""The preview's server: a Bot API for the bot, a page for people, and waiting for tests."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from aiohttp import web

from bot.preview.api import Api
from bot.preview.control import Control
from bot.preview.delivery import Delivery
from bot.preview.events import Event
from bot.preview.explaining import Explain, Explaining
from bot.preview.guard import guard
from bot.preview.live import Live
from bot.preview.params import MAX_FILE
from bot.preview.records import Chat, InlineQuestion, Message, Person, Tap
from bot.preview.world import World

log = logging.getLogger(__name__)

PATIENCE = 5.0  # seconds a test waits for an event before it fails


class PreviewServer:
    """A small Telegram on this machine.

        async with PreviewServer(token="1:preview") as server:
            bot = ApplicationBuilder().token(server.token).base_url(server.base_url + "/bot") ...
            answer = await server.ask(server.world.kari, "What is Arena?")

    token      "<number>:<letters>"; the number becomes the bot's user id
    port       0 takes a free one; `base_url` tells which
    explain    given a person's text and language says why it gets the answer it gets; the page shows it
    examples   questions the page offers to start with
    hosts      names besides localhost and loopback addresses that the page may be reached by
    clock      aware datetimes
    retry      seconds until a failed webhook is tried again
    Listens on loopback unless `host` says otherwise. Stops at once, whoever is still waiting.
    """

    def __init__(
        self,
        token: str = "1:preview",  # noqa: S107 - opens nothing but this process
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        username: str = "klyngebot",
        name: str = "Klyngebot",
        explain: Explain | None = None,
        examples: Sequence[str] = (),
        hosts: Collection[str] = (),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        retry: float = 0.5,
    ) -> None:
        self.token = token
        self.world = World(int(token.partition(":")[0]), username, name, clock)
        self._host, self._port = host, port
        self._delivery = Delivery(self.world, retry)
        self._explaining = Explaining(self.world, explain)
        self._live = Live(self.world, self._delivery, self._explaining, examples)
        self._app = web.Application(middlewares=[guard(hosts)], client_max_size=MAX_FILE + 2**20)
        self._app.add_routes(Api(self.world, self._delivery, token).routes())
        self._app.router.add_get("/control/events", self._live.on_socket)
        self._app.add_routes(Control(self.world).routes())
        self._runner: web.AppRunner | None = None
        self._seen: dict[tuple[str, int | None], int] = {}

    async def __aenter__(self) -> PreviewServer:
        self._runner = web.AppRunner(self._app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        self._port = int(self._runner.addresses[0][1])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._delivery.close()
        await self._live.close()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def base_url(self) -> str:
        """Without a slash at the end; the Bot API is at base_url + "/bot", files at + "/file/bot"."""
        host = "127.0.0.1" if self._host in ("0.0.0.0", "") else self._host  # noqa: S104 - compared only
        return f"http://{f'[{host}]' if ':' in host else host}:{self._port}"

    @property
    def page_url(self) -> str:
        return self.base_url + "/"

    # For tests: waiting for what happens, never for time to pass

    async def next_event(
        self, kind: str, chat: Chat | Person | None = None, within: float = PATIENCE
    ) -> Event:
        """The oldest event of this kind (see events.Event) in this chat that was not returned before.

        It may already have happened. Without `chat`, in any chat. Raises TimeoutError after `within` s,
        telling what happened instead.
        """
        chat_id = None if chat is None else chat.id
        key = (kind, chat_id)
        event = await self.world.events.first(
            lambda event: event.kind == kind and chat_id in (None, event.chat_id),
            after=self._seen.get(key, 0),
            within=within,
        )
        self._seen[key] = event.number
        return event

    async def ask(
        self, person: Person, text: str, chat: Chat | None = None, reply_to: Message | None = None
    ) -> Message:
        """The person writes; the answer is the bot's next message in that chat."""
        where = chat or self.world.private(person)
        self._skip("sent", where)
        self.world.say(person, text, chat, reply_to)
        message: Message = (await self.next_event("sent", where)).data
        return message

    async def tap(self, message: Message, label: str, by: Person | None = None) -> Tap:
        """Somebody presses the button; returns when the bot has answered the tap (`tap.answer`)."""
        tap = self.world.press(message, label, by)
        await self._until("tap_answered", tap)
        return tap

    async def ask_inline(self, person: Person, query: str, chat: Chat | None = None) -> InlineQuestion:
        """The person types "@bot query"; returns when the results are there (`question.results`)."""
        question = self.world.ask_inline(person, query, chat)
        await self._until("ask_answered", question)
        return question

    async def delivered(self, within: float = PATIENCE) -> None:
        """Returns when the bot has fetched (and by that confirmed) every update there is."""
        waiting = self.world.updates.waiting(len(self.world.updates))
        if waiting:
            last = waiting[-1]["update_id"]
            await self.world.events.first(
                lambda event: event.kind == "confirmed" and event.data >= last,
                after=self.world.events.last,
                within=within,
            )

    async def called(self, method: str, within: float = PATIENCE) -> Any:
        """The oldest finished call (records.Call) of this method that was not returned before."""
        key = (f"call {method.lower()}", None)
        event = await self.world.events.first(
            lambda event: event.kind == "call" and event.data.method.lower() == method.lower(),
            after=self._seen.get(key, 0),
            within=within,
        )
        self._seen[key] = event.number
        return event.data

    def calls(self, method: str | None = None) -> list[Any]:
        """All finished calls so far, oldest first; of one method if named."""
        found = self.world.events.since(0, lambda event: event.kind == "call")
        return [e.data for e in found if method is None or e.data.method.lower() == method.lower()]

    def _skip(self, kind: str, chat: Chat) -> None:
        self._seen[kind, chat.id] = self.world.events.last

    async def _until(self, kind: str, subject: object) -> None:
        await self.world.events.first(
            lambda event: event.kind == kind and event.data is subject, after=0, within=PATIENCE
        )
