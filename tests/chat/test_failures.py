"""What the bot does when something goes wrong: the person hears, the operator knows, nobody sees too much."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from running import RunningBot

from bot.answer import dialogue
from bot.chat import inline, lately, taps
from bot.preview import PreviewServer
from bot.preview.limits import Limits

QUESTION = "When is the harbour open?"


async def test_a_fault_in_a_handler_is_an_apology_to_the_person_and_a_line_to_the_operator(
    server: PreviewServer,
    bot: RunningBot,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(version: object, text: str, *_: object) -> dialogue.Reply:
        raise ValueError(f"cannot read {text!r}")

    monkeypatch.setattr(lately, "answer", broken)

    with caplog.at_level(logging.INFO):
        answer = await server.ask(server.world.kari, "my secret question")

    line = next(record.getMessage() for record in caplog.records if "could not be handled" in record.message)
    reference = line.partition("(reference ")[2].partition(")")[0]
    assert reference and reference in answer.text
    assert "ValueError" in line
    assert "secret question" not in caplog.text
    assert "Traceback" not in answer.text and "ValueError" not in answer.text


async def test_after_a_fault_the_next_question_is_answered(
    server: PreviewServer, bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(lately, "answer", lambda *_: 1 / 0)
        await server.ask(server.world.kari, QUESTION)

    assert (await server.ask(server.world.kari, QUESTION)).text.startswith("The harbour is open")


async def test_a_fault_leaves_no_tap_and_no_inline_query_waiting(
    server: PreviewServer, bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    menu = await server.ask(server.world.kari, "/topics")
    monkeypatch.setattr(taps, "show", lambda *_: 1 / 0)
    monkeypatch.setattr(inline, "suggest", lambda *_: 1 / 0)

    tap = await server.tap(menu, "Visiting")
    question = await server.ask_inline(server.world.kari, "opening hours")

    assert tap.answer is not None and "reference" in tap.answer["text"]
    assert question.results == []


async def test_a_memory_that_fails_costs_no_answer(
    server: PreviewServer, bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise OSError("disk full")

    for name in ("known", "reply_to"):
        monkeypatch.setattr(f"bot.store.memory.Memory.{name}", broken)

    assert (await server.ask(server.world.kari, QUESTION)).text.startswith("The harbour is open")


async def test_telegrams_pause_is_kept_and_the_answer_comes(server: PreviewServer, bot: RunningBot) -> None:
    server.world.faults.fail("sendMessage", 429, retry_after=17)

    answer = await server.ask(server.world.kari, QUESTION)

    assert answer.text.startswith("The harbour is open")
    assert sum(bot.time.naps) >= 17


@pytest.mark.parametrize("code", [500, 502, 504])
async def test_an_answer_survives_a_failing_server(server: PreviewServer, bot: RunningBot, code: int) -> None:
    server.world.faults.fail("sendMessage", code)

    assert (await server.ask(server.world.kari, QUESTION)).text.startswith("The harbour is open")


async def test_an_answer_waits_out_a_telegram_that_fails_for_minutes(
    server: PreviewServer, bot: RunningBot
) -> None:
    server.world.faults.fail("sendMessage", 500, times=12)

    assert (await server.ask(server.world.kari, QUESTION)).text.startswith("The harbour is open")


async def test_an_answer_survives_a_broken_connection(server: PreviewServer, bot: RunningBot) -> None:
    server.world.faults.reset("sendMessage")

    assert (await server.ask(server.world.kari, QUESTION)).text.startswith("The harbour is open")


async def test_html_that_telegram_refuses_goes_out_as_plain_text(
    server: PreviewServer, bot: RunningBot
) -> None:
    server.world.faults.fail("sendMessage", 400, "Bad Request: can't parse entities: whatever")

    answer = await server.ask(server.world.kari, QUESTION)

    assert answer.text.startswith("The harbour is open")
    assert "text_link" not in {entity["type"] for entity in answer.entities}
    assert answer.labels


async def test_a_keyboard_that_telegram_refuses_costs_only_the_buttons(
    server: PreviewServer, bot: RunningBot
) -> None:
    server.world.faults.fail("sendMessage", 400, "Bad Request: BUTTON_DATA_INVALID", times=2)

    answer = await server.ask(server.world.kari, QUESTION)

    assert answer.text.startswith("The harbour is open") and not answer.labels


async def test_one_gone_chat_does_not_stop_the_others(server: PreviewServer, bot: RunningBot) -> None:
    world = server.world
    world.say(world.ola, QUESTION)
    world.delete_account(world.ola)

    assert (await server.ask(world.kari, QUESTION)).text.startswith("The harbour is open")


async def test_polling_goes_on_after_its_connection_broke(server: PreviewServer, bot: RunningBot) -> None:
    await server.ask(server.world.kari, QUESTION)
    server.world.faults.reset("getUpdates")
    server.world.say(server.world.ola, QUESTION)

    assert (await server.ask(server.world.kari, QUESTION)).text.startswith("The harbour is open")


@pytest.mark.parametrize("private", [True, False])
async def test_telegrams_limits_are_kept_in_a_chat_and_in_a_group(
    server: PreviewServer, bot: RunningBot, private: bool
) -> None:
    """Limits are counted on the same clock that the bot waits on; a 429 would be a broken rule."""
    world = server.world
    chat = world.private(world.kari) if private else world.group
    await server.called("getMyCommands")
    start = world.clock()
    world.clock = lambda: start + timedelta(seconds=bot.time.now)
    world.limits = Limits()
    people = [world.kari] if private else [world.kari, world.ola]
    for _ in range(15):
        for person in people:
            world.say(person, f"@klyngebot {QUESTION}", chat)

    for _ in range(15 * len(people)):
        await server.next_event("sent", chat)

    assert all(call.answer["ok"] for call in server.calls("sendMessage"))


async def test_an_update_that_cannot_be_read_does_not_stop_those_behind_it(
    server: PreviewServer, bot: RunningBot, caplog: pytest.LogCaptureFixture
) -> None:
    world = server.world
    await server.called("getMyCommands")
    incomplete = {"status": "administrator", "user": world.bot_user()}
    broken = {"chat": world.group.as_chat(), "from": world.kari.as_user(), "new_chat_member": incomplete}
    world.updates_add("my_chat_member", broken)

    answer = await server.ask(world.kari, QUESTION)

    assert answer.text.startswith("The harbour is open")
    assert "could not be read (my_chat_member)" in caplog.text
    assert "Kari" not in caplog.text
