"""Channels, topics of a forum and anonymous administrators, as Telegram describes them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from telegram import Update

from bot.announce.audience import Subscription
from bot.answer.dialogue import Asker
from bot.chat.addressing import place_and_person
from bot.chat.rights import Rights, is_staff
from bot.chat.services import Incoming, Me, Services
from bot.chat.subscribing import Subscribing
from bot.knowledge.shelf import Shelf
from bot.preview import PreviewServer
from bot.reply import Say
from bot.store.announcements import Announcements
from bot.store.store import Store
from bot.understand.version import Version

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
CHANNEL = {"id": -1005, "type": "channel", "title": "News"}
FORUM = {"id": -1006, "type": "supergroup", "title": "Forum", "is_forum": True}
OLA = {"id": 7, "is_bot": False, "first_name": "Ola", "language_code": "nb"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}


class NobodyKnown(Rights):
    """Telegram is not asked in these tests."""

    def __init__(self) -> None:
        pass


@pytest.fixture
async def announcements(tmp_path: Path, door_shelf: Shelf[Version]) -> AsyncIterator[Announcements]:
    store = Store.open(f"sqlite:///{tmp_path}/bot.sqlite3")
    yield Announcements(store, lambda: door_shelf.current.knowledge.zone)
    await store.close()


def incoming(kind: str, chat: dict[str, Any], text: str, **more: Any) -> Incoming:
    command = {"type": "bot_command", "offset": 0, "length": len(text.split()[0])}
    message = {"message_id": 1, "date": 1, "chat": chat, "text": text, "entities": [command], **more}
    update = Update.de_json({"update_id": 1, kind: message}, None)
    where = place_and_person(update)
    assert where is not None
    return Incoming(update, *where, Asker(client="nb"), NOW)


async def subscribe(
    announcements: Announcements, shelf: Shelf[Version], asked: Incoming
) -> tuple[Say, Subscription | None]:
    handlers = Subscribing(announcements, NobodyKnown())
    [said] = await handlers.on_command(Services(shelf, Me(1, "klyngebot")), asked)
    assert isinstance(said, Say)
    return said, await announcements.subscription_of(said.chat, said.thread)


async def test_a_channel_subscribes_by_a_post_in_the_language_of_the_base(
    announcements: Announcements, door_shelf: Shelf[Version]
) -> None:
    post = incoming("channel_post", CHANNEL, "/subscribe all", sender_chat=CHANNEL)

    said, kept = await subscribe(announcements, door_shelf, post)

    assert kept == Subscription(-1005, None, "channel", "en", everything=True)
    assert "You get everything" in said.reply.plain()


async def test_an_anonymous_administrator_decides_for_their_group(
    announcements: Announcements, door_shelf: Shelf[Version]
) -> None:
    asked = incoming("message", FORUM, "/subscribe all", sender_chat=FORUM, **{"from": ANONYMOUS})

    _, kept = await subscribe(announcements, door_shelf, asked)

    assert kept is not None and kept.everything and kept.kind == "group"


async def test_a_channel_that_speaks_in_a_group_decides_nothing_there(
    announcements: Announcements, door_shelf: Shelf[Version]
) -> None:
    asked = incoming("message", FORUM, "/subscribe all", sender_chat=CHANNEL, **{"from": ANONYMOUS})

    said, kept = await subscribe(announcements, door_shelf, asked)

    assert kept is None and "administratorene" in said.reply.plain()


async def test_each_topic_of_a_forum_has_a_subscription_of_its_own(
    announcements: Announcements, door_shelf: Shelf[Version]
) -> None:
    topic = {"message_thread_id": 55, "is_topic_message": True, "sender_chat": FORUM, "from": ANONYMOUS}
    asked = incoming("message", FORUM, "/subscribe all", **topic)

    said, kept = await subscribe(announcements, door_shelf, asked)

    assert said.thread == 55 and kept is not None and kept.thread == 55
    assert await announcements.subscription_of(-1006, None) is None


class WhileTelegramIsAsked(Rights):
    """Everybody decides; before Telegram says so, somebody else has chosen something."""

    def __init__(self, meanwhile: Callable[[], Awaitable[object]]) -> None:
        self._meanwhile = meanwhile

    async def may_decide(self, incoming: Incoming) -> bool | None:
        await self._meanwhile()
        return True


def pressed(data: str) -> Incoming:
    message = {"message_id": 1, "date": 1, "chat": FORUM, "text": "?"}
    query = {"id": "1", "from": OLA, "chat_instance": "1", "data": data, "message": message}
    update = Update.de_json({"update_id": 1, "callback_query": query}, None)
    where = place_and_person(update)
    assert where is not None
    return Incoming(update, *where, Asker(client="nb"), NOW)


async def test_of_two_administrators_who_choose_at_once_neither_undoes_the_other(
    announcements: Announcements, door_shelf: Shelf[Version]
) -> None:
    before = Subscription(-1006, None, "group", "nb", topics=frozenset({"visiting"}))
    await announcements.subscribe(before, NOW)
    other = replace(before, regions=frozenset({"north"}))
    handlers = Subscribing(announcements, WhileTelegramIsAsked(lambda: announcements.subscribe(other, NOW)))

    await handlers.on_tap(Services(door_shelf, Me(1, "klyngebot")), pressed("sub_hours_none"))

    assert await announcements.subscription_of(-1006) == replace(other, quiet=None)


async def test_everything_is_chosen_and_the_rest_stays_as_another_administrator_set_it(
    announcements: Announcements, door_shelf: Shelf[Version]
) -> None:
    before = Subscription(-1006, None, "group", "nb")
    await announcements.subscribe(before, NOW)
    other = replace(before, quiet=None)
    handlers = Subscribing(announcements, WhileTelegramIsAsked(lambda: announcements.subscribe(other, NOW)))
    asked = incoming("message", FORUM, "/subscribe all", **{"from": OLA})

    await handlers.on_command(Services(door_shelf, Me(1, "klyngebot")), asked)

    assert await announcements.subscription_of(-1006) == replace(other, everything=True)


@pytest.mark.parametrize(
    ("chat", "sender"),
    [
        (FORUM, {"from": OLA}),
        (FORUM, {"from": ANONYMOUS, "sender_chat": FORUM}),
        (CHANNEL, {"sender_chat": CHANNEL}),
    ],
)
def test_staff_speak_as_themselves_and_in_private(chat: dict[str, Any], sender: dict[str, Any]) -> None:
    kind = "channel_post" if chat is CHANNEL else "message"

    assert not is_staff(incoming(kind, chat, "/announce", **sender), {7, 1087968824, -1005, -1006})


def test_staff_in_private_are_staff() -> None:
    private = {"id": 7, "type": "private", "first_name": "Ola"}

    assert is_staff(incoming("message", private, "/announce", **{"from": OLA}), {7})


async def test_where_telegram_names_no_administrators_nobody_decides(
    server: PreviewServer, bot: object
) -> None:
    server.world.faults.fail("getChatAdministrators", 400, "Bad Request: member list is inaccessible")

    answer = await server.ask(server.world.kari, "/subscribe all", server.world.group)

    assert "does not tell me who administers" in answer.text
