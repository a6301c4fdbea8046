"""A small simulated Telegram: it gives what people write until that is confirmed, and keeps what it gets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

BASE = datetime(2026, 12, 1, 11, tzinfo=UTC)  # what right clocks show at second 0
ME = {"id": 123456, "is_bot": True, "first_name": "Harbour", "username": "harbour_bot"}
MOST = 100  # updates in one answer

Params = dict[str, Any]


@dataclass
class Posted:
    """A message of the bot's, as it reads now."""

    chat: int
    number: int
    text: str
    buttons: list[str]  # callback data
    first: str = ""  # what it read when it was new
    at: float = 0.0


@dataclass
class Query:
    """A tap or an inline query."""

    asked: float
    answered: bool = False


@dataclass
class Refusal(Exception):
    """An answer that is no success."""

    code: int
    description: str
    parameters: Params = field(default_factory=dict)


class Telegram:
    """State outside of the bot; it knows nothing of faults."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self.now: Callable[[], float] = lambda: 0.0
        self.waiting: list[Params] = []  # not confirmed
        self.confirmed: list[Params] = []  # the last ones that were
        self.posted: list[Posted] = []
        self.blocked: set[int] = set()
        self.queries: dict[str, Query] = {}  # taps and inline queries
        self.profile: dict[tuple[str, str], Any] = {}
        self._number = 0
        self._update = chance.randrange(1, 10**6)
        self._comes: asyncio.Event | None = None

    # People

    def says(self, chat: int, text: str, language: str = "en") -> int:
        """A person writes; the number of the message."""
        self._number += 1
        message = {**self._frame(chat, self._number), "from": _person(chat, language), "text": text}
        if text.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        self._give("message", message)
        return self._number

    def taps(self, chat: int, message: Posted, data: str) -> str:
        """A person presses a button; the id of the query."""
        shown = {**self._frame(chat, message.number), "from": ME, "text": message.text}
        query = f"tap{len(self.queries)}"
        self.queries[query] = Query(self.now())
        self._give(
            "callback_query",
            {"id": query, "from": _person(chat), "message": shown, "chat_instance": "1", "data": data},
        )
        return query

    def types(self, person: int, words: str) -> str:
        """A person types "@bot words" somewhere; the id of the query."""
        query = f"inline{len(self.queries)}"
        self.queries[query] = Query(self.now())
        self._give("inline_query", {"id": query, "from": _person(person), "query": words, "offset": ""})
        return query

    def changes(self, chat: int, blocks: bool) -> None:
        """A person blocks the bot, or takes it back."""
        (self.blocked.add if blocks else self.blocked.discard)(chat)
        banned = {"user": ME, "status": "kicked", "until_date": 0}
        member = {"user": ME, "status": "member"}
        old, new = (member, banned) if blocks else (banned, member)
        frame = self._frame(chat, 0)
        content = {"chat": frame["chat"], "from": _person(chat), "date": frame["date"]}
        self._give("my_chat_member", {**content, "old_chat_member": old, "new_chat_member": new})

    def renumber(self) -> None:
        """A week of silence: the next update has a random number, a lower one perhaps."""
        if not self.waiting:
            self._update = self._chance.randrange(1, 10**6)
            self.confirmed.clear()

    # The bot

    async def updates(self, given: Params) -> list[Params]:
        """Up to 100 that are not confirmed; asking for later ones confirms those before."""
        offset = int(given.get("offset", 0))
        if offset > self._update + 10:  # in the future: numbers began anew
            offset = 0
        gone = [each for each in self.waiting if each["update_id"] < offset]
        if gone:
            self.confirmed = gone
            self.waiting = [each for each in self.waiting if each["update_id"] >= offset]
        if not self.waiting and int(given.get("timeout", 0)):
            self._comes = asyncio.Event()
            try:
                async with asyncio.timeout(int(given["timeout"])):
                    await self._comes.wait()
            except TimeoutError:
                pass
        return self.waiting[:MOST]

    def perform(self, method: str, given: Params) -> Any:
        """Carry out a call. Raises Refusal."""
        match method:
            case "getMe":
                return ME
            case "sendMessage" | "sendContact" | "sendDocument":
                return self._send(int(given["chat_id"]), given)
            case "editMessageText" if "inline_message_id" in given:
                return True
            case "editMessageText":
                return self._edit(int(given["chat_id"]), int(given["message_id"]), given)
            case "answerCallbackQuery":
                return self._answered(given["callback_query_id"], 150)
            case "answerInlineQuery":
                return self._answered(given["inline_query_id"], 30)
        if method.startswith(("getMy", "setMy")):
            return self._profile(method, given)
        return True

    def _send(self, chat: int, given: Params) -> Params:
        if chat in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        self._number += 1
        text = str(given.get("text", ""))
        self.posted.append(Posted(chat, self._number, text, _buttons(given), text, self.now()))
        return {**self._frame(chat, self._number), "from": ME, "text": text}

    def _edit(self, chat: int, number: int, given: Params) -> Params:
        found = [each for each in self.posted if (each.chat, each.number) == (chat, number)]
        if not found:
            raise Refusal(400, "Bad Request: message to edit not found")
        text, buttons = given["text"], _buttons(given)
        if (found[0].text, found[0].buttons) == (text, buttons):
            raise Refusal(400, "Bad Request: message is not modified")
        found[0].text, found[0].buttons = text, buttons
        return {**self._frame(chat, number), "from": ME, "text": text}

    def _answered(self, query: str, seconds: float) -> bool:
        if query not in self.queries or self.now() - self.queries[query].asked > seconds:
            raise Refusal(400, "Bad Request: query is too old and response timeout expired")
        self.queries[query].answered = True
        return True

    def _profile(self, method: str, given: Params) -> Any:
        key = (method[3:].lower(), str(given.get("language_code", "")))
        if method.startswith("set"):
            named = {each: value for each, value in given.items() if each != "language_code"}
            self.profile[key] = named.get("commands", named)
            return True
        if key[0] == "mycommands":
            return json.loads(self.profile.get(key, "[]"))
        empty = {"myname": "name", "mydescription": "description", "myshortdescription": "short_description"}
        return self.profile.get(key, {empty[key[0]]: ""})

    def _give(self, kind: str, content: Params) -> None:
        self._update += 1
        self.waiting.append({"update_id": self._update, kind: content})
        if self._comes is not None:
            self._comes.set()

    def _frame(self, chat: int, number: int) -> Params:
        date = int(BASE.timestamp() + self.now())
        where = {"id": chat, "type": "private", "first_name": "P"}
        return {"message_id": number, "date": date, "chat": where}


def _person(chat: int, language: str = "en") -> Params:
    return {"id": chat, "is_bot": False, "first_name": f"P{chat}", "language_code": language}


def _buttons(given: Params) -> list[str]:
    rows = json.loads(given.get("reply_markup") or "{}").get("inline_keyboard", [])
    return [each["callback_data"] for row in rows for each in row if "callback_data" in each]
