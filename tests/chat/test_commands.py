from __future__ import annotations

from datetime import UTC, datetime

import pytest
from running import RunningBot
from telegram import Chat, Message, MessageEntity, Update

from bot.chat.routes import COMMAND
from bot.preview import PreviewServer

MENUS = ["start", "help", "contacts", "clusters", "events", "topics", "language", "about", "privacy"]


@pytest.mark.parametrize("name", MENUS)
async def test_every_command_is_answered(server: PreviewServer, bot: RunningBot, name: str) -> None:
    answer = await server.ask(server.world.kari, f"/{name}")

    assert answer.text
    assert "don't know that" not in answer.text


async def test_a_command_may_name_the_bot(server: PreviewServer, bot: RunningBot) -> None:
    answer = await server.ask(server.world.kari, "/topics@klyngebot", server.world.group)

    assert answer.labels == ["Visiting"]


@pytest.mark.parametrize(
    ("payload", "begins"),
    [
        ("entry_opening", "The harbour is open"),
        ("contact_master", "Astrid"),
        ("cluster_fish-quay", "Fish Quay"),
        ("event_regatta", "Harbour regatta"),
    ],
)
async def test_a_deep_link_opens_what_it_names(
    server: PreviewServer, bot: RunningBot, payload: str, begins: str
) -> None:
    answer = await server.ask(server.world.kari, f"/start {payload}")

    assert answer.text.startswith(begins)


async def test_a_deep_link_to_nothing_greets(server: PreviewServer, bot: RunningBot) -> None:
    answer = await server.ask(server.world.kari, "/start entry_of-yesterday")

    assert answer.text.startswith("Hello!")


async def test_an_unknown_command_is_answered_politely(server: PreviewServer, bot: RunningBot) -> None:
    answer = await server.ask(server.world.kari, "/weather")

    assert "/help" in answer.text


async def test_in_a_group_an_unknown_command_may_be_another_bots(
    server: PreviewServer, bot: RunningBot
) -> None:
    world = server.world
    world.privacy = False
    world.say(world.kari, "/weather", world.group)
    world.say(world.kari, "/help@otherbot", world.group)

    answer = await server.ask(world.kari, "/weather@klyngebot", world.group)

    assert "/help" in answer.text
    assert world.group.from_bot() == [answer]


async def test_in_a_private_chat_a_command_pasted_with_another_bots_name_is_answered(
    server: PreviewServer, bot: RunningBot
) -> None:
    pasted = await server.ask(server.world.kari, "/help@otherbot")

    assert pasted.text == (await server.ask(server.world.kari, "/help")).text


async def test_language_is_chosen_by_command(server: PreviewServer, bot: RunningBot) -> None:
    answer = await server.ask(server.world.kari, "/language nn")

    assert "✓ nynorsk" in [label.lower() for label in answer.labels]


async def test_an_edited_command_changes_its_answer(server: PreviewServer, bot: RunningBot) -> None:
    answer = await server.ask(server.world.kari, "/help")
    command = next(m for m in answer.chat.messages.values() if not m.by_bot)

    server.world.edit(command, "/topics")

    assert (await server.next_event("edited", server.world.kari)).data is answer
    assert answer.labels == ["Visiting"]


async def test_commands_and_texts_are_registered_for_every_language(
    server: PreviewServer, bot: RunningBot
) -> None:
    await server.called("setMyShortDescription")
    for _ in range(3):
        await server.called("setMyShortDescription")

    languages = [call.params.get("language_code", "") for call in server.calls("setMyCommands")]
    assert languages == ["", "nb", "nn", "no"]


async def test_what_is_registered_already_is_not_set_again(server: PreviewServer, bot: RunningBot) -> None:
    for _ in range(4):
        await server.called("setMyShortDescription")
    await bot.stop()
    before = len(server.calls())
    await bot.start()
    for _ in range(8):
        await server.called("getMyShortDescription")

    assert not [call for call in server.calls()[before:] if call.method.startswith("setMy")]


async def test_only_staff_have_their_commands_in_the_menu(server: PreviewServer, staffed: RunningBot) -> None:
    profile, world = server.world.profile, server.world

    def names(language: str, chat: int) -> list[str]:
        return [command["command"] for command in profile.commands_for(language, chat, "private")]

    while "announce" not in names("no", world.kari.id):
        await server.called("setMyCommands")

    for language in ("", "nb", "nn", "no"):
        assert names(language, world.kari.id) == [*names(language, world.ola.id), "announce", "status"]


def test_a_command_in_bold_is_a_command() -> None:
    chat = Chat(1, "private")
    bold, command = MessageEntity("bold", 0, 14), MessageEntity("bot_command", 0, 10)
    written = Message(1, datetime.now(UTC), chat, text="/subscribe all", entities=[bold, command])

    assert COMMAND.check_update(Update(1, message=written))


async def test_a_menu_that_telegram_refused_is_set_later(
    server: PreviewServer, bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    await server.ask(server.world.kari, "/start")
    await bot.stop()
    monkeypatch.setattr("bot.serving.PROFILE_SECONDS", 0.01)
    monkeypatch.setattr("bot.chat.profile.SHOWN", {"nb": "nn"})  # another menu than there is
    before = server.world.profile.commands_for("nb", server.world.ola.id, "private")
    server.world.faults.fail("setMyCommands", 400, "Bad Request: too many changes")

    await bot.start()

    while server.world.profile.commands_for("nb", server.world.ola.id, "private") == before:
        await server.called("setMyCommands")
