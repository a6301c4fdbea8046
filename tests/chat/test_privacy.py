"""/privacy, /mydata and /forget, from the person's message to the bytes on the disk."""

from __future__ import annotations

import itertools
import json
import logging
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from dumps import traces
from running import RunningBot
from walking import confirmed, tap

from bot.chat.logs import QUIET
from bot.preview import PreviewServer
from bot.preview.records import Message, Person

QUESTION = "When is the harbour open?"


def document(server: PreviewServer, message: Message) -> dict[str, Any]:
    """The file that a message carries."""
    sent = message.data["document"]
    assert sent["file_name"] == "klyngebot-mydata.json"
    file = server.world.files.get(sent["file_id"])
    assert file is not None
    found: dict[str, Any] = json.loads(file.content)
    return found


async def file_of(server: PreviewServer, person: Person, text: str = "/mydata") -> dict[str, Any]:
    await server.ask(person, text)
    return document(server, (await server.next_event("sent", person)).data)


async def test_privacy_is_a_policy_of_its_own_in_the_persons_language(
    server: PreviewServer, bot: RunningBot
) -> None:
    answer = await server.ask(server.world.kari, "/privacy")
    norwegian = await server.ask(server.world.ola, "/privacy")

    for words in ("without your name", "for 90 days", "/mydata", "/forget", "Harbour Office"):
        assert words in answer.text
    assert "Personvern" in norwegian.text
    assert answer.labels == ["Get my data", "Delete my data"]


async def test_in_a_group_the_policy_is_shown_and_nothing_personal(
    server: PreviewServer, bot: RunningBot
) -> None:
    world = server.world
    policy = await server.ask(world.kari, "/privacy", world.group)
    data = await server.ask(world.kari, "/mydata", world.group)
    forget = await server.ask(world.kari, "/forget@klyngebot", world.group)

    assert "without your name" in policy.text and policy.labels == []
    assert data.text == "That is between you and me. Write /mydata to me in private."
    assert "document" not in data.data
    assert [button["url"] for button in forget.buttons()] == ["https://t.me/klyngebot?start=forget"]


async def test_the_link_from_a_group_leads_there(server: PreviewServer, bot: RunningBot) -> None:
    asked = await server.ask(server.world.kari, "/start forget")

    assert asked.labels == ["Yes, delete everything", "No, keep it"]
    assert (await server.ask(server.world.kari, "/start privacy")).text.startswith("Privacy")
    assert (await server.ask(server.world.kari, "/start privacy-of-boats")).text.startswith("Hello")


async def test_mydata_is_a_file_with_all_that_is_stored(server: PreviewServer, bot: RunningBot) -> None:
    world = server.world
    await server.ask(world.kari, "/language nn")
    await server.ask(world.kari, QUESTION)
    await server.ask(world.kari, f"@klyngebot {QUESTION}", world.group)
    await server.ask(world.kari, "/subscribe all")

    found = await file_of(server, world.kari)

    stored = found["stored"]
    assert found["telegram_id"] == world.kari.id
    assert {row["chat"] for row in stored["contexts"]} == {world.kari.id, world.group.id}
    assert stored["preferences"][0]["language"] == "nn"
    assert stored["subscribers"][0]["everything"] is True
    assert stored["inbox"][0]["body"]["message"]["text"] == "/mydata"
    assert str(world.ola.id) not in json.dumps(found)


async def test_the_buttons_under_the_policy_lead_to_both(server: PreviewServer, bot: RunningBot) -> None:
    world = server.world
    policy = await server.ask(world.kari, "/privacy")

    await server.tap(policy, "Get my data")
    file = (await server.next_event("sent", world.kari)).data
    while "document" not in file.data:
        file = (await server.next_event("sent", world.kari)).data
    await tap(server, policy, "Delete my data", "No, keep it")

    assert document(server, file)["telegram_id"] == world.kari.id
    assert policy.text == "Nothing was deleted." and policy.labels == []


async def test_forget_asks_once_and_then_nothing_is_left_anywhere(
    server: PreviewServer, bot: RunningBot, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Siri is staff, has announced and heard something, has asked in private and in a group."""
    caplog.set_level(logging.DEBUG)
    for name in QUIET:
        caplog.set_level(logging.WARNING, logger=name)
    world, database = server.world, tmp_path / "bot.sqlite3"
    world.numbers = itertools.count(7_123_456_789)  # an id that no other bytes look like
    siri = world.add_person("Siri", "sirisealion")
    group = world.add_group("Fishing", [siri, world.ola])
    await bot.stop()
    bot.admins = frozenset({siri.id})
    await bot.start()
    await server.ask(siri, "/language nn")
    await server.ask(siri, "/language en")
    await server.ask(siri, "/subscribe all")
    chosen = await bot.announcements.subscription_of(siri.id)
    assert chosen is not None
    await bot.announcements.subscribe(replace(chosen, quiet=None), datetime.now(UTC))  # it may be night
    await server.ask(siri, "Can I call 91 23 45 67 about my walrus?")
    await server.ask(siri, f"@klyngebot {QUESTION}", group)
    card = await server.ask(siri, "/start event_regatta")
    world.press_data(card, "remind_regatta~en")
    await server.next_event("tap_answered", siri)
    menu = await server.ask(siri, "/announce")
    await tap(server, menu, next(label for label in menu.labels if "egatta" in label))
    await confirmed(server, menu)
    letter = (await server.next_event("sent", siri)).data
    before = (await file_of(server, siri))["stored"]
    assert "Harbour regatta" in letter.text
    assert all(before[name] for name in ("letters", "audit", "campaigns", "subscribers", "replies"))
    assert traces(database, [siri.id], ["walrus"])

    asked = await server.ask(siri, "/forget")
    await tap(server, asked, "Yes, delete everything")
    await server.ask(world.ola, QUESTION)  # the bot is done with what came before

    assert asked.text.startswith("Everything stored about you is deleted.") and asked.labels == []
    assert traces(database, [siri.id], ["Siri", "sirisealion", "91 23 45 67"]) == []
    assert not [word for word in (str(siri.id), "Siri", "sealion", "walrus") if word in caplog.text]
    after = (await file_of(server, siri))["stored"]
    assert {name for name, rows in after.items() if rows} == {"inbox"}
    assert (await bot.announcements.latest())[0].created_by == "forgotten"


async def test_who_was_forgotten_can_begin_anew(server: PreviewServer, bot: RunningBot) -> None:
    asked = await server.ask(server.world.kari, "/forget")
    await tap(server, asked, "Yes, delete everything")

    assert (await server.ask(server.world.kari, QUESTION)).text.startswith("The harbour is open")


async def test_nobody_can_forget_somebody_else(server: PreviewServer, bot: RunningBot) -> None:
    """Buttons are input: Ola presses Kari's, and one that somebody put into a group."""
    world = server.world
    await server.ask(world.kari, "/language nn")
    hers = await server.ask(world.kari, "/forget")
    in_group = await server.ask(world.kari, "/help", world.group)

    for message, by in ((hers, world.ola), (in_group, world.kari), (in_group, world.ola)):
        world.press_data(message, "mine_yes~en", by)
        pressed = (await server.next_event("tap_answered", message.chat)).data
        assert "in private" in pressed.answer["text"]

    assert (await file_of(server, world.kari))["stored"]["preferences"]


@pytest.mark.parametrize("data", ["mine_", "mine_all", "mine_yes_2", "mine_YES"])
async def test_a_made_up_button_deletes_nothing(server: PreviewServer, bot: RunningBot, data: str) -> None:
    world = server.world
    await server.ask(world.kari, "/language nn")
    asked = await server.ask(world.kari, "/forget")

    world.press_data(asked, data)
    pressed = (await server.next_event("tap_answered", world.kari)).data

    assert pressed.answer["text"]
    assert (await file_of(server, world.kari))["stored"]["preferences"]


async def test_what_cannot_be_deleted_is_told_and_not_called_deleted(
    server: PreviewServer, bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("disk full")

    asked = await server.ask(server.world.kari, "/forget")
    with monkeypatch.context() as broken:
        broken.setattr("bot.store.privacy.erase", full)
        pressed = await server.tap(asked, "Yes, delete everything")

    assert pressed.answer is not None and "Something went wrong" in pressed.answer["text"]
    assert asked.labels == ["Yes, delete everything", "No, keep it"]
