from __future__ import annotations

import pytest
from running import RunningBot

from bot.preview import PreviewServer

KINDS = ["photo", "voice", "sticker", "location", "video", "audio", "contact", "document"]


@pytest.mark.parametrize("kind", KINDS)
async def test_what_cannot_be_read_gets_one_polite_line(
    server: PreviewServer, bot: RunningBot, kind: str
) -> None:
    world = server.world
    world.send_media(world.ola, kind)

    answer = (await server.next_event("sent", world.ola)).data

    assert answer.text == "Jeg kan bare lese tekst. Skriv gjerne spørsmålet med noen få ord."


async def test_the_caption_of_a_photo_is_a_question(server: PreviewServer, bot: RunningBot) -> None:
    world = server.world
    world.send_media(world.kari, "photo", caption="When is the harbour open?")

    answer = (await server.next_event("sent", world.kari)).data

    assert answer.text.startswith("The harbour is open")


async def test_in_a_group_media_are_none_of_our_business(server: PreviewServer, bot: RunningBot) -> None:
    world = server.world
    world.privacy = False
    world.send_media(world.kari, "photo", world.group)
    world.send_media(world.kari, "voice", world.group, caption="When is the harbour open?")

    answer = await server.ask(world.kari, "@klyngebot when is the harbour open?", world.group)

    assert world.group.from_bot() == [answer]


async def test_a_moving_location_is_answered_once(server: PreviewServer, bot: RunningBot) -> None:
    world = server.world
    moved = {"message_id": 900, "date": world.now(), "chat": world.private(world.kari).as_chat()}
    moved |= {"from": world.kari.as_user(), "location": {"latitude": 60.4, "longitude": 5.3}}
    world.kari.started = True
    for _ in range(3):
        world.updates_add("edited_message", moved | {"edit_date": world.now()})

    answer = await server.ask(world.kari, "When is the harbour open?")

    assert world.private(world.kari).from_bot() == [answer]


async def test_what_telegram_tells_about_a_chat_is_not_answered(
    server: PreviewServer, bot: RunningBot
) -> None:
    world = server.world
    base = {"date": world.now(), "chat": world.private(world.kari).as_chat(), "from": world.kari.as_user()}
    world.updates_add(
        "message",
        base | {"message_id": 900, "message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
    )

    answer = await server.ask(world.kari, "When is the harbour open?")

    assert world.private(world.kari).from_bot() == [answer]
