"""The state of a small Telegram: who and what there is, and what the bot's calls change. No network."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from bot.preview.events import Events
from bot.preview.faults import Faults
from bot.preview.limits import Limits
from bot.preview.profile import Profile
from bot.preview.records import KEPT_MESSAGES, Chat, Files, InlineQuestion, Json, Message, Person, Tap
from bot.preview.updates import Updates

KEPT_QUERIES = 1000  # taps, inline and guest queries each; older ones are "too old" to be answered

Kept = TypeVar("Kept")


class State:
    """People, chats, messages and the bot's updates; `clock` gives aware datetimes.

    `limits`, `faults` and `privacy` (a group's messages reach the bot only when they mean it) are for
    tests to set.
    """

    def __init__(
        self,
        bot_id: int = 1,
        username: str = "klyngebot",
        name: str = "Klyngebot",
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.bot_id, self.username, self.clock = bot_id, username, clock
        self.profile = Profile(name)
        self.events = Events()
        self.updates = Updates()
        self.faults = Faults()
        self.files = Files()
        self.limits: Limits | None = None
        self.privacy = True
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.taps: dict[str, Tap] = {}
        self.questions: dict[str, InlineQuestion] = {}
        self.inline: dict[str, Message] = {}
        self.guest_calls: dict[str, Message] = {}
        self.numbers = itertools.count(1)

    def add_person(self, name: str, username: str = "", language: str = "en") -> Person:
        number = next(self.numbers)
        person = Person(1000 + number, name, username or f"{name.lower()}_{number}", language)
        self.people[person.id] = person
        self.chats[person.id] = Chat(person.id, "private", name, [person])
        return person

    def add_group(
        self, title: str, members: Sequence[Person], kind: str = "supergroup", bot_status: str = "member"
    ) -> Chat:
        """A group or supergroup; `bot_status` is member, administrator, left or kicked."""
        number = next(self.numbers)
        chat = Chat((-1_000_000_000_000 if kind == "supergroup" else 0) - number, kind, title, list(members))
        chat.bot_status = bot_status
        self.chats[chat.id] = chat
        return chat

    def private(self, person: Person) -> Chat:
        return self.chats[person.id]

    def post_by_bot(self, chat: Chat, content: Json, guest_of: Message | None = None) -> Message:
        """Put the bot's message in a chat; with `guest_of` as a guest, answering that message."""
        message = self.post(chat, content, None)
        if guest_of is not None:
            message.data["guest_bot_caller_user"] = guest_of.data["from"]
            self.make_inline(message)
        self.events.emit("sent", chat.id, message)
        return message

    def change_by_bot(self, message: Message, content: Json) -> None:
        """Replace what the message says and its keyboard."""
        for part in ("text", "entities", "caption", "caption_entities", "reply_markup"):
            message.data.pop(part, None)
        message.data |= content | {"edit_date": self.now()}
        message.edits += 1
        self.events.emit("edited", message.chat.id, message)

    def delete_by_bot(self, message: Message) -> None:
        message.chat.messages.pop(message.id, None)
        self.events.emit("deleted", message.chat.id, message)

    def now(self) -> int:
        """Unix time."""
        return int(self.clock().timestamp())

    def bot_user(self) -> Json:
        name = self.profile.of("name", "")
        return {"id": self.bot_id, "is_bot": True, "first_name": name, "username": self.username}

    def updates_add(self, kind: str, payload: Json) -> Json | None:
        """Queue an update for the bot and wake whoever delivers; None when it did not ask for the kind."""
        update = self.updates.add(kind, payload)
        if update is not None:
            self.events.emit("update", None, update)
        return update

    def post(self, chat: Chat, content: Json, person: Person | None) -> Message:
        chat.last_message_id += 1
        sender = person.as_user() if person else self.bot_user()
        data = {
            "message_id": chat.last_message_id,
            "from": sender,
            "chat": chat.as_chat(),
            "date": self.now(),
            **content,
        }
        message = Message(chat, data, by_bot=person is None)
        chat.messages[message.id] = message
        while len(chat.messages) > KEPT_MESSAGES:
            chat.messages.popitem(last=False)
        return message

    def make_inline(self, message: Message) -> None:
        message.inline_id = f"sent-{next(self.numbers)}"
        remember(self.inline, message.inline_id, message)

    def tell(self, kind: str, message: Message) -> Json | None:
        return self.updates_add(kind, message.data)

    def bot_reads(self, chat: Chat) -> bool:
        return chat.bot_status in ("member", "administrator")


def remember(kept: dict[str, Kept], key: str, value: Kept) -> None:
    """Keep the newest KEPT_QUERIES values."""
    kept[key] = value
    if len(kept) > KEPT_QUERIES:
        del kept[next(iter(kept))]
