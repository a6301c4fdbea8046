"""/subscribe: one screen with the true state, for people, groups and what becomes of them."""

from __future__ import annotations

from pathlib import Path

from running import RunningBot
from walking import tap

from bot.announce.audience import Subscription
from bot.chat.choosing import names
from bot.knowledge.load import load
from bot.preview import PreviewServer
from bot.preview.records import Chat, Person

SHIPPED = Path(__file__).parents[2] / "knowledge"


async def kept(bot: RunningBot, chat: Chat | Person, thread: int | None = None) -> Subscription | None:
    return await bot.announcements.subscription_of(chat.id, thread)


async def test_everything_is_one_word(server: PreviewServer, bot: RunningBot) -> None:
    answer = await server.ask(server.world.kari, "/subscribe all")

    assert "You get everything" in answer.text
    assert "✓ Everything" in answer.labels
    found = await kept(bot, server.world.kari)
    assert found is not None and found.everything and found.language == "en"


async def test_the_screen_shows_what_is_chosen_and_what_is_not(
    server: PreviewServer, bot: RunningBot
) -> None:
    screen = await server.ask(server.world.ola, "/subscribe")
    assert "Ingenting er valgt" in screen.text and "Stopp alt" not in screen.labels

    await tap(server, screen, "Emner", "Besøk", "Tilbake", "Fylker", "Nord", "Tilbake")

    assert "som passer med alle disse:\nEmner: Besøk\nFylker: Nord\n" in screen.text
    assert "✓ Emner (1)" in screen.labels and "✓ Fylker (1)" in screen.labels
    found = await kept(bot, server.world.ola)
    assert found is not None and not found.everything
    assert found.topics == {"visiting"} and found.regions == {"north"}


async def test_a_group_reads_what_the_group_gets(server: PreviewServer, bot: RunningBot) -> None:
    screen = await server.ask(server.world.kari, "/subscribe all", server.world.group)

    assert "This group gets everything I announce." in screen.text


def test_what_the_bot_cannot_tell_is_no_topic_to_hear_of() -> None:
    offered = names(load(SHIPPED), "topics")

    assert "applying" in offered and "unknown" not in offered


async def test_habits_are_chosen_and_shown(server: PreviewServer, bot: RunningBot) -> None:
    screen = await server.ask(server.world.kari, "/subscribe all")

    await tap(server, screen, "Reminders", "14 days", "✓ 1 day", "Back")
    await tap(server, screen, "At once or daily", "Daily at 07:00")
    await tap(server, screen, "Quiet hours", "22:00–07:00")
    await tap(server, screen, "Language", "Nynorsk")

    assert "Påminningar: 14 dagar og 7 dagar før" in screen.text
    assert "kl. 07.00" in screen.text and "mellom 22.00 og 07.00" in screen.text
    found = await kept(bot, server.world.kari)
    assert found is not None and found.leads == (20160, 10080) and found.language == "nn"


async def test_a_tap_that_comes_twice_does_the_same_once(server: PreviewServer, bot: RunningBot) -> None:
    world = server.world
    screen = await server.ask(world.kari, "/subscribe")
    data = next(button["callback_data"] for button in screen.buttons() if button["text"] == "Everything")

    for _ in range(2):
        world.press_data(screen, data)
        await server.next_event("tap_answered", world.kari)

    found = await kept(bot, world.kari)
    assert found is not None and found.everything


async def test_stopping_is_one_tap_and_one_word(server: PreviewServer, bot: RunningBot) -> None:
    world = server.world
    screen = await server.ask(world.kari, "/subscribe all")
    await server.ask(world.ola, "/subscribe all")

    await tap(server, screen, "Stop all")
    answer = await server.ask(world.ola, "/stop")

    assert "Everything is stopped" in screen.text and screen.labels == ["Start again"]
    assert answer.text.startswith("Stoppet.")
    for person in (world.kari, world.ola):
        found = await kept(bot, person)
        assert found is not None and found.paused == "stopped"


async def test_what_was_stopped_starts_again_as_it_was(server: PreviewServer, bot: RunningBot) -> None:
    screen = await server.ask(server.world.kari, "/subscribe all")

    await tap(server, screen, "Stop all", "Start again")

    found = await kept(bot, server.world.kari)
    assert found is not None and found.everything and not found.paused


async def test_in_a_group_only_its_administrators_decide(server: PreviewServer, bot: RunningBot) -> None:
    world = server.world  # Kari made the group, and administers it
    refused = await server.ask(world.ola, "/subscribe all", world.group)
    assert "Bare administratorene" in refused.text
    screen = await server.ask(world.kari, "/subscribe all", world.group)

    pressed = await server.tap(screen, "Stop all", by=world.ola)

    assert pressed.answer is not None and "administrator" in pressed.answer["text"].lower()
    found = await kept(bot, world.group)
    assert found is not None and found.everything and found.kind == "group" and not found.paused


async def test_made_up_buttons_change_nothing(server: PreviewServer, bot: RunningBot) -> None:
    world = server.world
    screen = await server.ask(world.kari, "/subscribe all")
    before = await kept(bot, world.kari)
    for data in ("sub_", "sub_topics_nowhere_1", "sub_when_9999", "sub_lead_5_1", "sub_x_y_z", "sub_all_2"):
        world.press_data(screen, data)
        await server.next_event("tap_answered", world.kari)

    assert await kept(bot, world.kari) == before


async def test_who_blocks_the_bot_is_paused_and_resumed_on_coming_back(
    server: PreviewServer, bot: RunningBot
) -> None:
    world = server.world
    await server.ask(world.kari, "/subscribe all")
    world.block(world.kari)
    blocked = await kept(bot, world.kari)
    while blocked is not None and not blocked.paused:  # nothing is sent that could be waited for
        blocked = await kept(bot, world.kari)
    world.unblock(world.kari)
    await server.delivered()
    await server.ask(world.kari, "/help")

    found = await kept(bot, world.kari)
    assert blocked is not None and blocked.paused == "blocked"
    assert found is not None and not found.paused


async def test_a_subscription_follows_a_group_that_became_a_supergroup(
    server: PreviewServer, bot: RunningBot
) -> None:
    world = server.world
    old = world.add_group("Old", [world.kari], kind="group")
    await server.ask(world.kari, "/subscribe all", old)

    new = world.migrate(old)
    screen = await server.ask(world.kari, "/subscribe", new)

    assert "group gets everything" in screen.text
    assert await kept(bot, old) is None


async def test_the_start_menu_leads_there(server: PreviewServer, bot: RunningBot) -> None:
    menu = await server.ask(server.world.kari, "/start")

    await tap(server, menu, "Choose what I announce to you")

    assert "Nothing is chosen" in menu.text


async def test_remind_me_says_when(server: PreviewServer, bot: RunningBot) -> None:
    world = server.world
    card = await server.ask(world.kari, "/start event_regatta")

    world.press_data(card, "remind_regatta~en")

    answer = (await server.next_event("tap_answered", world.kari)).data.answer
    assert answer is not None and "7 June 2031, 12:00" in answer["text"]
    assert "13 June 2031, 12:00" in answer["text"]
