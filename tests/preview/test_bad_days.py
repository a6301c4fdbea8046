"""Limits, errors, broken connections and lost answers."""

from __future__ import annotations

import asyncio

import pytest
from preview_client import Clock, call
from telegram import (
    Bot,
)
from telegram.error import NetworkError

from bot.preview import PreviewServer
from bot.preview.limits import Limits

pytestmark = pytest.mark.asyncio(loop_scope="session")  # one browser serves all


async def test_limits_say_how_long_to_wait(bot: Bot, server: PreviewServer, clock: Clock) -> None:
    server.world.limits = Limits()
    await bot.send_message(1001, "one")

    refused = await call(server, "sendMessage", chat_id=1001, text="two")
    clock.pass_seconds(1)
    await bot.send_message(1001, "three")

    assert refused["parameters"] == {"retry_after": 1}
    assert [message.text for message in server.world.private(server.world.kari).from_bot()] == [
        "one",
        "three",
    ]


async def test_a_group_takes_twenty_messages_a_minute(server: PreviewServer, clock: Clock) -> None:
    server.world.limits = Limits()
    group = server.world.group.id
    for _ in range(20):
        assert (await call(server, "sendMessage", chat_id=group, text="a"))["ok"]
        clock.pass_seconds(1)

    answer = await call(server, "sendMessage", chat_id=group, text="a")

    assert answer["description"] == "Too Many Requests: retry after 40"
    assert answer["parameters"] == {"retry_after": 40}


async def test_faults_count_down_and_know_their_method_and_chat(bot: Bot, server: PreviewServer) -> None:
    faults = server.world.faults
    faults.fail("sendMessage", 500, "Internal Server Error", times=2, chat=1001)
    faults.fail("*", 429, retry_after=7)

    for _ in range(2):
        with pytest.raises(NetworkError, match="Internal Server Error"):
            await bot.send_message(1001, "a")
    assert (await call(server, "getMe"))["description"] == "Too Many Requests: retry after 7"
    await bot.send_message(1001, "b")

    assert [message.text for message in server.world.private(server.world.kari).from_bot()] == ["b"]


async def test_a_reset_happens_before_and_a_lost_answer_after_the_call(
    bot: Bot, server: PreviewServer
) -> None:
    server.world.faults.reset("sendMessage")
    server.world.faults.lose_answer("sendMessage")

    for text in ("never sent", "sent unheard"):
        with pytest.raises(NetworkError):
            await bot.send_message(1001, text)

    assert [message.text for message in server.world.private(server.world.kari).from_bot()] == [
        "sent unheard"
    ]
    assert [called.fault for called in server.calls("sendMessage")] == ["reset", "lose"]


async def test_a_held_call_waits_for_its_event(bot: Bot, server: PreviewServer) -> None:
    go_on = asyncio.Event()
    server.world.faults.hold("sendMessage", go_on)
    held = asyncio.create_task(bot.send_message(1001, "held"))
    await server.next_event("held")
    await bot.send_message(1001, "overtaking")

    go_on.set()
    await held

    assert [message.text for message in server.world.private(server.world.kari).from_bot()] == [
        "overtaking",
        "held",
    ]


async def test_waiting_for_what_never_comes_fails_and_tells_what_came(server: PreviewServer) -> None:
    server.world.say(server.world.kari, "hello")

    with pytest.raises(TimeoutError, match=r"since then: update\(None\), said\(1001\)"):
        await server.next_event("sent", server.world.kari, within=0.01)
