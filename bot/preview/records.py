"""People, chats and messages as the preview keeps them."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

KEPT_MESSAGES = 500  # in a chat
KEPT_FILE_BYTES = 100 * 1024 * 1024  # of all files together; the oldest go first


@dataclass(eq=False)
class Person:
    """Somebody who writes to the bot; `language` is the language code of their Telegram."""

    id: int
    name: str
    username: str
    language: str
    started: bool = False  # has written to the bot, so it may write to them
    blocked: bool = False  # has blocked the bot
    deleted: bool = False  # the account is gone

    def as_user(self) -> Json:
        return {
            "id": self.id,
            "is_bot": False,
            "first_name": self.name,
            "username": self.username,
            "language_code": self.language,
        }


@dataclass(eq=False)
class Chat:
    """A private chat with the bot, or a group; `bot_status` is what the bot is in it."""

    id: int
    kind: str  # private, group, supergroup
    title: str
    members: list[Person]
    bot_status: str = "member"  # or administrator, left, kicked
    moved_to: int | None = None  # a group that became a supergroup
    messages: OrderedDict[int, Message] = field(default_factory=OrderedDict)
    last_message_id: int = 0

    def as_chat(self) -> Json:
        if self.kind == "private":
            person = self.members[0]
            return {"id": self.id, "type": "private", "first_name": person.name, "username": person.username}
        return {"id": self.id, "type": self.kind, "title": self.title}

    @property
    def newest(self) -> Message | None:
        return next(reversed(self.messages.values()), None)

    def from_bot(self) -> list[Message]:
        """The bot's messages that stand in this chat, oldest first."""
        return [message for message in self.messages.values() if message.by_bot]


@dataclass(eq=False)
class Message:
    """A message that stands (or stood) in a chat; `data` is the Bot API's Message object.

    `update` is what the bot was told about it, None where it was not (group privacy, the bot's own).
    """

    chat: Chat
    data: Json
    by_bot: bool
    inline_id: str | None = None  # sent via the bot: its inline_message_id
    update: Json | None = None
    edits: int = 0
    reactions: list[Json] = field(default_factory=list)  # the bot's

    @property
    def id(self) -> int:
        return int(self.data["message_id"])

    @property
    def text(self) -> str:
        """Text or caption without markup, "" where there is none."""
        return str(self.data.get("text", self.data.get("caption", "")))

    @property
    def entities(self) -> list[Json]:
        found: list[Json] = self.data.get("entities") or self.data.get("caption_entities") or []
        return found

    def buttons(self) -> Iterator[Json]:
        """All inline buttons, row by row."""
        for row in self.data.get("reply_markup", {}).get("inline_keyboard", []):
            yield from row

    @property
    def labels(self) -> list[str]:
        return [str(button["text"]) for button in self.buttons()]


@dataclass(eq=False)
class Tap:
    """A pressed callback button; `answer` is None until answerCallbackQuery, {} when it says nothing."""

    id: str
    person: Person
    message: Message
    label: str
    data: str
    answer: Json | None = None


@dataclass(eq=False)
class InlineQuestion:
    """An inline query; `results` is None until answerInlineQuery."""

    id: str
    person: Person
    query: str
    offset: str
    results: list[Json] | None = None
    next_offset: str = ""
    button: Json | None = None


@dataclass(frozen=True)
class File:
    """A file sent by the bot or by a person."""

    id: str
    name: str
    mime: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Call:
    """A finished call of the Bot API: `params` as sent (files as "<name>"), `answer` as given."""

    method: str
    params: Json
    answer: Json
    fault: str | None = None


class Files:
    """Files by id, the oldest dropped when all together are too large."""

    def __init__(self) -> None:
        self._files: OrderedDict[str, File] = OrderedDict()
        self._size = 0
        self._made = 0

    def keep(self, name: str, mime: str, content: bytes) -> File:
        self._made += 1
        file = File(f"file-{self._made}", name, mime, content)
        self._files[file.id] = file
        self._size += len(content)
        while self._size > KEPT_FILE_BYTES and len(self._files) > 1:
            self._size -= len(self._files.popitem(last=False)[1].content)
        return file

    def get(self, file_id: str) -> File | None:
        return self._files.get(file_id)


@dataclass
class Fault:
    """What goes wrong with the next `times` calls; see Faults."""

    method: str  # lower case, "*" for every method
    chat_id: int | None
    times: int
    kind: str  # error, reset, lose, hold
    code: int = 0
    description: str = ""
    retry_after: int | None = None
    until: asyncio.Event | None = None
