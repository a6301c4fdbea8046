"""Questions are kept for editors, without who asked, for as long as the policy says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from running import RunningBot

from bot.answer.privacy import Policy
from bot.preview import PreviewServer
from bot.store.questions import AskedOften

QUESTION = "When is the harbour open?"


async def kept(bot: RunningBot) -> Sequence[AskedOften]:
    return await bot.questions.since(date.min)


async def test_what_is_asked_is_counted_with_what_became_of_it(
    server: PreviewServer, bot: RunningBot
) -> None:
    world = server.world
    await server.ask(world.kari, QUESTION)
    await server.ask(world.ola, f"@klyngebot {QUESTION}", world.group)
    await server.ask(world.kari, "may my walrus swim, call 912 34 567")

    found = {(each.text, each.band, each.entry, each.times) for each in await kept(bot)}

    assert found == {
        (QUESTION, "sure", "opening", 2),
        ("may my walrus swim, call [number]", "unknown", "", 1),
    }


async def test_commands_menus_and_inline_queries_are_not_kept(server: PreviewServer, bot: RunningBot) -> None:
    world = server.world
    menu = await server.ask(world.kari, "/topics")
    await server.tap(menu, "Visiting")
    await server.ask_inline(world.kari, "opening hours")
    await server.ask(world.kari, "/walrus")
    await server.ask(world.kari, "🙂")
    await server.ask(world.kari, "harbour " * 400)

    assert await kept(bot) == []


async def test_what_people_say_to_each_other_in_a_group_is_not_kept(
    server: PreviewServer, bot: RunningBot
) -> None:
    world = server.world
    world.privacy = False
    world.say(world.kari, "when is the harbour open, dear Ola?", world.group)
    await server.ask(world.kari, "/help@klyngebot", world.group)

    assert await kept(bot) == []


async def test_a_text_that_staff_announce_is_not_kept(server: PreviewServer, staffed: RunningBot) -> None:
    menu = await server.ask(server.world.kari, "/announce")
    await server.tap(menu, next(label for label in menu.labels if "text" in label.lower()))
    await server.ask(server.world.kari, "The harbour is closed today")

    assert await kept(staffed) == []


@pytest.mark.parametrize("days", [0, 30])
async def test_the_policy_says_what_is_done(server: PreviewServer, bot: RunningBot, days: int) -> None:
    await bot.stop()
    bot.policy = Policy(timedelta(days=days), contact="data@example.org")
    await bot.start()
    await server.ask(server.world.kari, QUESTION)

    policy = (await server.ask(server.world.kari, "/privacy")).text

    assert len(await kept(bot)) == (1 if days else 0)
    assert ("for 30 days" in policy) == bool(days)
    assert ("The words of your questions are not kept." in policy) == (not days)
    assert "Questions about your data: data@example.org" in policy
