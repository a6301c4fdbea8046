"""What people do in the small Telegram, and what the bot is told of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from bot.preview.media import stand_in
from bot.preview.records import Chat, File, InlineQuestion, Json, Message, Person, Tap
from bot.preview.state import State, remember
from bot.preview.texts import with_found


class World(State):
    """Everything there is. Methods named by what people do; each tells the bot as Telegram would.

    `kari` and `ola` are there from the start, `group` holds both and the bot, and `outside` holds both
    without the bot (there it can only be a guest). More by `add_person` and `add_group`.
    """

    def __init__(
        self,
        bot_id: int = 1,
        username: str = "klyngebot",
        name: str = "Klyngebot",
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(bot_id, username, name, clock)
        self.kari = self.add_person("Kari", "kari", "en")
        self.ola = self.add_person("Ola", "ola", "nb")
        self.group = self.add_group("Cluster meeting", [self.kari, self.ola])
        self.outside = self.add_group("Project team", [self.kari, self.ola], bot_status="left")

    def say(
        self, person: Person, text: str, chat: Chat | None = None, reply_to: Message | None = None
    ) -> Message:
        """The person writes in `chat` (the private one by default).

        The message's `update` is what the bot was told, None where group privacy hides it. Where the bot
        is no member, a mention calls it as a guest.
        """
        content = {"text": text, **_entities(text)}
        return self._from_person(person, content, chat, reply_to)

    def send_media(self, person: Person, kind: str, chat: Chat | None = None, caption: str = "") -> Message:
        """The person sends a photo, voice, sticker, location, video, audio, contact or document stand-in."""
        return self._from_person(person, stand_in(kind, self.files, person, caption), chat, None)

    def upload(self, person: Person, file: File, chat: Chat | None = None) -> Message:
        """The person sends a file (kept by `files.keep`)."""
        document = {
            "file_id": file.id,
            "file_unique_id": f"u-{file.id}",
            "file_name": file.name,
            "mime_type": file.mime,
            "file_size": len(file.content),
        }
        return self._from_person(person, {"document": document}, chat, None)

    def edit(self, message: Message, text: str) -> Message:
        """The writer changes the text of their message."""
        for part in ("text", "entities"):
            message.data.pop(part, None)
        message.data |= {"text": text, **_entities(text), "edit_date": self.now()}
        message.edits += 1
        if self._means_bot(message):
            message.update = self.tell("edited_message", message)
        self.events.emit("person_edited", message.chat.id, message)
        return message

    def press(self, message: Message, label: str, by: Person | None = None) -> Tap:
        """Somebody (the first in the chat by default) presses the callback button with this label."""
        button = next((b for b in message.buttons() if b["text"] == label), None)
        if button is None or "callback_data" not in button:
            raise ValueError(f"no callback button {label!r} among {message.labels}")
        return self.press_data(message, button["callback_data"], by, label)

    def press_data(self, message: Message, data: str, by: Person | None = None, label: str = "") -> Tap:
        """As `press`, with the data itself: a button of an older version, or one never made."""
        person = by or message.chat.members[0]
        tap = Tap(f"tap-{next(self.numbers)}", person, message, label, data)
        remember(self.taps, tap.id, tap)
        query = {"id": tap.id, "from": person.as_user(), "chat_instance": str(message.chat.id), "data": data}
        if message.inline_id:
            query["inline_message_id"] = message.inline_id
        elif message.chat.messages.get(message.id) is message:
            query["message"] = message.data
        else:  # deleted or too old: the bot learns only where it was
            query["message"] = {"chat": message.chat.as_chat(), "message_id": message.id, "date": 0}
        self.updates_add("callback_query", query)
        self.events.emit("tapped", message.chat.id, tap)
        return tap

    def ask_inline(
        self, person: Person, query: str, chat: Chat | None = None, offset: str = ""
    ) -> InlineQuestion:
        """The person types "@bot query" in a chat; results come with `ask_answered`."""
        question = InlineQuestion(f"inline-{next(self.numbers)}", person, query[:256], offset)
        remember(self.questions, question.id, question)
        where = chat or self.private(person)
        kind = "sender" if where.kind == "private" else where.kind
        self.updates_add(
            "inline_query",
            {
                "id": question.id,
                "from": person.as_user(),
                "query": question.query,
                "offset": offset,
                "chat_type": kind,
            },
        )
        self.events.emit("asked", where.id, question)
        return question

    def choose(self, question: InlineQuestion, result_id: str, chat: Chat | None = None) -> Message:
        """The person sends one of the results: a message of theirs via the bot."""
        result = next(r for r in question.results or [] if r["id"] == result_id)
        where = chat or self.private(question.person)
        content = {**result["content"], "via_bot": self.bot_user()}
        message = self.post(where, content, question.person)
        self.make_inline(message)
        if self.bot_reads(where):
            message.update = self.tell("message", message)
        chosen = {"result_id": result_id, "from": question.person.as_user(), "query": question.query}
        self.updates_add("chosen_inline_result", chosen | {"inline_message_id": message.inline_id})
        self.events.emit("said", where.id, message)
        return message

    def set_language(self, person: Person, language: str) -> None:
        person.language = language
        self.events.emit("people", person.id)

    def block(self, person: Person) -> None:
        """The person blocks the bot; `unblock` takes it back."""
        person.blocked = True
        self._membership(self.private(person), person, "member", "kicked")

    def unblock(self, person: Person) -> None:
        person.blocked = False
        self._membership(self.private(person), person, "kicked", "member")

    def delete_account(self, person: Person) -> None:
        person.deleted = True
        self.events.emit("people", person.id)

    def set_bot_status(self, chat: Chat, status: str, by: Person | None = None) -> None:
        """Somebody adds the bot to a group, makes it administrator, or removes it."""
        before, chat.bot_status = chat.bot_status, status
        self._membership(chat, by or chat.members[0], before, status)

    def migrate(self, chat: Chat) -> Chat:
        """A basic group becomes a supergroup with a new id; calls to the old id say where it went."""
        new = self.add_group(chat.title, chat.members, bot_status=chat.bot_status)
        chat.moved_to = new.id
        self.tell("message", self.post(chat, {"migrate_to_chat_id": new.id}, chat.members[0]))
        self.tell("message", self.post(new, {"migrate_from_chat_id": chat.id}, chat.members[0]))
        return new

    def _from_person(
        self, person: Person, content: Json, chat: Chat | None, reply_to: Message | None
    ) -> Message:
        where = chat or self.private(person)
        if reply_to is not None:
            plain = {k: v for k, v in reply_to.data.items() if k != "reply_to_message"}
            content = {**content, "reply_to_message": plain}
        if where.kind == "private":
            person.started, person.blocked = True, False
        message = self.post(where, content, person)
        if self._means_bot(message):
            message.update = self.tell("message", message)
        elif not self.bot_reads(where) and self._mentions_bot(message):
            message.data["guest_query_id"] = f"guest-{next(self.numbers)}"
            remember(self.guest_calls, message.data["guest_query_id"], message)
            message.update = self.tell("guest_message", message)
        self.events.emit("said", where.id, message)
        return message

    def _mentions_bot(self, message: Message) -> bool:
        return bool(re.search(rf"@{re.escape(self.username)}\b", message.text, re.IGNORECASE))

    def _means_bot(self, message: Message) -> bool:
        """Whether Telegram shows the bot this message: in groups, privacy hides what is not meant for it."""
        chat = message.chat
        if not self.bot_reads(chat):
            return False
        if chat.kind == "private" or not self.privacy or chat.bot_status == "administrator":
            return True
        answered = message.data.get("reply_to_message", {}).get("from", {}).get("id")
        command = re.match(r"/\w+(@\w+)?", message.text)
        ours = command is not None and command[1] in (None, f"@{self.username}")
        return ours or answered == self.bot_id or self._mentions_bot(message)

    def _membership(self, chat: Chat, by: Person, before: str, after: str) -> None:
        def member(status: str) -> Json:
            until = {"until_date": 0} if status == "kicked" else {}
            return {"status": status, "user": self.bot_user(), **until}

        change = {"chat": chat.as_chat(), "from": by.as_user(), "date": self.now()}
        change |= {"old_chat_member": member(before), "new_chat_member": member(after)}
        self.updates_add("my_chat_member", change)
        self.events.emit("people", chat.id)


def _entities(text: str) -> Json:
    found = with_found(text, [])
    return {"entities": found} if found else {}
