"""Whom the bot may write to, and what it says about itself."""

from __future__ import annotations

from typing import Any

import pytest
from preview_client import call
from telegram import (
    Bot,
    BotCommand,
)
from telegram.error import BadRequest, Forbidden

from bot.preview import PreviewServer

pytestmark = pytest.mark.asyncio(loop_scope="session")  # one browser serves all


async def test_a_person_must_write_first_and_may_block(bot: Bot, server: PreviewServer) -> None:
    world = server.world

    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(world.ola.id, "hello?")
    world.block(world.kari)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(world.kari.id, "hello?")
    world.delete_account(world.kari)
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(world.kari.id, "hello?")

    kinds = [
        update.my_chat_member.new_chat_member.status
        for update in await bot.get_updates()
        if update.my_chat_member
    ]
    assert kinds == ["kicked"]


async def test_a_group_can_remove_the_bot_and_the_bot_can_leave(bot: Bot, server: PreviewServer) -> None:
    world = server.world
    await bot.leave_chat(world.group.id)

    with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
        await bot.send_message(world.group.id, "hello?")
    world.set_bot_status(world.group, "kicked")
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.send_message(world.group.id, "hello?")


async def test_a_group_that_became_a_supergroup_says_where_it_went(server: PreviewServer) -> None:
    old = server.world.add_group("Small", [server.world.kari], kind="group")
    new = server.world.migrate(old)

    answer = await call(server, "sendMessage", chat_id=old.id, text="a")

    assert answer["parameters"] == {"migrate_to_chat_id": new.id}
    assert (await call(server, "sendMessage", chat_id=new.id, text="a"))["ok"]


async def test_members_and_administrators_of_a_chat(bot: Bot, server: PreviewServer) -> None:
    world = server.world
    world.set_bot_status(world.group, "administrator")

    administrators = await bot.get_chat_administrators(world.group.id)

    assert [(member.user.first_name, member.status) for member in administrators] == [
        ("Kari", "creator"),
        ("Klyngebot", "administrator"),
    ]
    assert (await bot.get_chat_member(world.group.id, world.ola.id)).status == "member"
    assert (await bot.get_chat(world.group.id)).title == "Cluster meeting"
    assert (await bot.get_chat(world.kari.id)).first_name == "Kari"
    with pytest.raises(BadRequest, match="User not found"):
        await bot.get_chat_member(world.group.id, 42)


async def test_commands_and_texts_are_kept_per_language(bot: Bot, server: PreviewServer) -> None:
    await bot.set_my_commands([BotCommand("help", "What I can do")])
    await bot.set_my_commands([BotCommand("hjelp", "Hva jeg kan")], language_code="nb")
    await bot.set_my_description("Ask me", language_code="")
    await bot.set_my_name("Klyngeboten", language_code="nb")

    assert await bot.get_my_commands(language_code="nb") == (BotCommand("hjelp", "Hva jeg kan"),)
    assert await bot.get_my_commands(language_code="nn") == ()
    assert (await bot.get_my_description("nb")).description == "Ask me"
    assert ((await bot.get_my_name("nb")).name, (await bot.get_my_name()).name) == (
        "Klyngeboten",
        "Klyngebot",
    )
    seen = server.world.profile.commands_for("nn", 1001, "private")
    assert [command["command"] for command in seen] == ["help"]
    await bot.delete_my_commands(language_code="nb")
    assert await bot.get_my_commands(language_code="nb") == ()


@pytest.mark.parametrize(
    ("method", "params", "reason"),
    [
        ("setMyCommands", {"commands": [{"command": "Help!", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        (
            "setMyCommands",
            {"commands": [{"command": "a", "description": ""}]},
            "BOT_COMMAND_DESCRIPTION_INVALID",
        ),
        ("setMyShortDescription", {"short_description": "x" * 121}, "BOT_SHORT_DESCRIPTION_INVALID"),
        ("setMyName", {"name": "x", "language_code": "norsk"}, "invalid language code specified"),
    ],
)
async def test_a_profile_telegram_would_refuse_is_refused(
    server: PreviewServer, method: str, params: dict[str, Any], reason: str
) -> None:
    assert (await call(server, method, **params))["description"] == f"Bad Request: {reason}"
