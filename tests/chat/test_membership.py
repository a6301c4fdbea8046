from __future__ import annotations

from running import RunningBot

from bot.preview import PreviewServer


async def test_a_group_that_adds_the_bot_is_greeted_once(server: PreviewServer, bot: RunningBot) -> None:
    world = server.world
    group = world.add_group("New", [world.ola, world.kari], bot_status="left")

    world.set_bot_status(group, "member")
    greeting = (await server.next_event("sent", group)).data
    world.set_bot_status(group, "restricted")
    answer = await server.ask(world.kari, "@klyngebot when is the harbour open?", group)

    assert "@klyngebot" in greeting.text and "Havneprogrammet" in greeting.text
    assert group.from_bot() == [greeting, answer]


async def test_being_blocked_is_no_failure(server: PreviewServer, bot: RunningBot) -> None:
    world = server.world
    await server.ask(world.kari, "When is the harbour open?")
    world.block(world.kari)
    world.unblock(world.kari)

    answer = await server.ask(world.kari, "When is the harbour open?")

    assert answer.text.startswith("The harbour is open")


async def test_an_answer_follows_a_group_that_moved(server: PreviewServer, bot: RunningBot) -> None:
    world = server.world
    group = world.add_group("Old", [world.kari], kind="group")
    message = world.say(world.kari, "/topics", group)
    assert message.update is not None
    new = world.migrate(group)

    answer = (await server.next_event("sent", new)).data

    assert answer.labels == ["Visiting"]
