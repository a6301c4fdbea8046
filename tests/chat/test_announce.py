"""/announce: from the choice of an event to the report, as staff and those who get it see it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from running import RunningBot
from walking import confirmed, edited_until, received, tap

from bot.announce.audience import Subscription
from bot.cli import main
from bot.preview import PreviewServer
from bot.preview.records import Message


async def test_only_staff_announce_and_only_in_private(server: PreviewServer, staffed: RunningBot) -> None:
    world = server.world

    stranger = await server.ask(world.ola, "/announce")
    group = await server.ask(world.kari, "/announce", world.group)

    assert stranger.text.startswith("Varsler sendes av programmets ansatte") and not stranger.labels
    assert group.text.startswith("Announcements are made by the programme's staff") and not group.labels


async def test_another_bots_command_is_left_to_it(server: PreviewServer, staffed: RunningBot) -> None:
    world = server.world
    for command in ("/announce@another_bot", "/status@another_bot"):
        world.say(world.kari, command, world.group)
    world.say(world.kari, "/topics", world.group)

    answer = await received(server, world.group, "What would you like to know about?")

    assert world.group.from_bot() == [answer]


async def test_a_strangers_tap_on_a_button_of_staff_does_nothing(
    server: PreviewServer, staffed: RunningBot
) -> None:
    world = server.world
    help_ = await server.ask(world.ola, "/help")

    pressed = world.press_data(help_, "ann_event_regatta", world.ola)
    await server.next_event("tap_answered", world.ola)

    assert pressed.answer is not None and pressed.answer["show_alert"]
    assert await staffed.announcements.latest() == []


async def test_an_event_reaches_those_who_chose_it_once_it_is_confirmed(
    server: PreviewServer, staffed: RunningBot
) -> None:
    world = server.world
    await server.ask(world.ola, "/subscribe all")
    await tap(server, await server.ask(world.ola, "/subscribe"), "Stille tid", "Ingen stille tid")
    desk = await server.ask(world.kari, "/announce")
    await tap(server, desk, next(label for label in desk.labels if "regatta" in label))
    assert "Goes to: 1 chat." in desk.text
    before = len(world.private(world.ola).from_bot())

    await tap(server, desk, "Read it: Bokmål")
    assert "Havneregatta" in desk.text
    await tap(server, desk, "Back")
    assert len(world.private(world.ola).from_bot()) == before
    await confirmed(server, desk)

    await edited_until(server, desk, "1 of 1 sent")
    letter = world.private(world.ola).newest
    assert letter is not None and letter.text.startswith("Havneregatta")


async def test_staff_read_how_many_get_it_now_and_until_when_the_others_wait(
    server: PreviewServer, staffed: RunningBot
) -> None:
    world, now = server.world, datetime.now(UTC)
    zone = staffed.shelf.current.knowledge.zone
    morning = (now + timedelta(hours=2)).astimezone(zone).replace(second=0, microsecond=0)
    await server.ask(world.ola, "/start")
    asleep = ((now - timedelta(hours=2)).astimezone(zone).time(), morning.time())
    await staffed.announcements.subscribe(Subscription(world.ola.id, everything=True, quiet=None), now)
    await staffed.announcements.subscribe(
        Subscription(world.group.id, kind="group", everything=True, quiet=asleep), now
    )
    desk = await server.ask(world.kari, "/announce")
    await tap(server, desk, next(label for label in desk.labels if "regatta" in label))

    await tap(server, desk, "Send to 2 …")
    assert "Send it, to 2? 1 now and 1 from" in desk.text and f"{morning:%H:%M}" in desk.text
    await tap(server, desk, "Yes, send to 2")
    await edited_until(server, desk, "1 of 2 sent")

    assert "of these not before" in desk.text and f"{morning:%H:%M}" in desk.text


async def test_a_test_goes_to_its_writer_alone(server: PreviewServer, staffed: RunningBot) -> None:
    world = server.world
    await server.ask(world.ola, "/subscribe all")
    desk = await server.ask(world.kari, "/announce")
    await tap(server, desk, next(label for label in desk.labels if "regatta" in label))
    before = len(world.private(world.ola).from_bot())

    await server.tap(desk, "Test it on myself")

    letter = world.private(world.kari).newest
    while letter is desk:
        await server.next_event("sent", world.kari)
        letter = world.private(world.kari).newest
    assert letter is not None and letter.text.startswith("Harbour regatta")
    assert len(world.private(world.ola).from_bot()) == before


async def test_a_text_is_written_for_those_it_concerns(server: PreviewServer, staffed: RunningBot) -> None:
    world = server.world
    menu = await server.ask(world.kari, "/announce")
    await tap(server, menu, "Write a text")
    desk = await server.ask(world.kari, "New opening hours\nThe harbour opens at eight.")

    await tap(server, desk, "Write it also: Bokmål")
    desk = await server.ask(world.kari, "Nye åpningstider\nHavna åpner klokka åtte.")
    await tap(server, desk, "Whom it concerns", "Topics", "Visiting", "Back", "Back")

    assert "Concerns: Visiting." in desk.text and "English and Bokmål" in desk.text
    assert "Nobody would get this." in desk.text
    assert not [label for label in desk.labels if label.startswith("Send")]


async def misspelt(server: PreviewServer) -> tuple[Message, Message]:
    """Staff's view of a text that Kari wrote with a mistake, and what she wrote."""
    menu = await server.ask(server.world.kari, "/announce")
    await tap(server, menu, "Write a text")
    desk = await server.ask(server.world.kari, "Opne late")
    return desk, next(each for each in reversed(desk.chat.messages.values()) if each.text == "Opne late")


async def test_a_question_in_between_loses_no_text_of_staff(
    server: PreviewServer, staffed: RunningBot
) -> None:
    world = server.world
    desk, message = await misspelt(server)
    await server.ask(world.kari, "xyzzy plugh")

    world.edit(message, "Open late")

    await edited_until(server, desk, "Open late")


async def test_a_text_that_its_writer_edits_before_sending_is_edited(
    server: PreviewServer, staffed: RunningBot
) -> None:
    world = server.world
    desk, message = await misspelt(server)

    world.edit(message, "Open late")
    await edited_until(server, desk, "Open late")

    waiting = await staffed.announcements.running()
    assert [each.content.title["en"] for each in waiting] == ["Open late"]


async def test_a_question_after_a_text_is_a_question(server: PreviewServer, staffed: RunningBot) -> None:
    menu = await server.ask(server.world.kari, "/announce")
    await tap(server, menu, "Write a text")
    await server.ask(server.world.kari, "Open late")

    answer = await server.ask(server.world.kari, "When is the harbour open?")

    assert answer.text.startswith("The harbour is open")


async def test_asking_for_a_text_can_be_left_again(server: PreviewServer, staffed: RunningBot) -> None:
    menu = await server.ask(server.world.kari, "/announce")
    await tap(server, menu, "Write a text", "Back")

    answer = await server.ask(server.world.kari, "When is the harbour open?")

    assert answer.text.startswith("The harbour is open")


async def test_a_number_that_changed_is_shown_again_before_anything_is_sent(
    server: PreviewServer, staffed: RunningBot
) -> None:
    world = server.world
    await server.ask(world.ola, "/subscribe all")
    desk = await server.ask(world.kari, "/announce")
    await tap(server, desk, next(label for label in desk.labels if "regatta" in label), "Send to 1 …")
    await server.ask(world.kari, "/subscribe all", world.group)

    pressed = await server.tap(desk, "Yes, send to 1")

    assert pressed.answer is not None and "has changed" in pressed.answer["text"]
    await edited_until(server, desk, "to 2?")
    running = await staffed.announcements.running()
    assert [each.state for each in running] == ["waiting"]


async def test_what_was_discarded_cannot_be_sent_by_an_old_button(
    server: PreviewServer, staffed: RunningBot
) -> None:
    world = server.world
    await server.ask(world.ola, "/subscribe all")
    desk = await server.ask(world.kari, "/announce")
    await tap(server, desk, next(label for label in desk.labels if "regatta" in label), "Send to 1 …")
    yes = next(b["callback_data"] for b in desk.buttons() if b["text"].startswith("Yes"))
    await tap(server, desk, "No, not yet", "Discard")

    world.press_data(desk, yes)
    await edited_until(server, desk, "not the newest version")

    assert await staffed.announcements.running() == []


async def test_what_repeats_is_listed_and_announced_with_its_next_time(
    server: PreviewServer, staffed: RunningBot, door_copy: Path
) -> None:
    world = server.world
    screen = await server.ask(world.ola, "/subscribe all")
    await tap(server, screen, "Stille tid", "Ingen stille tid")
    with (door_copy / "events.yaml").open("a") as file:
        file.write(
            "  - {id: cafe, title: {en: Café}, text: {en: Coffee.}, start: 2019-01-07T10:00, "
            "rrule: FREQ=WEEKLY, facts: [hours]}\n"
        )
    staffed.shelf.refresh()

    desk = await server.ask(world.kari, "/announce")
    label = next(label for label in desk.labels if "Café" in label)
    assert "2019" not in label
    await tap(server, desk, label)
    await confirmed(server, desk)

    letter = await received(server, world.private(world.ola), "Café")
    assert "2019" not in letter.text


async def test_what_was_stopped_can_be_sent_to_the_others(server: PreviewServer, staffed: RunningBot) -> None:
    world = server.world
    screen = await server.ask(world.ola, "/subscribe all")
    await tap(server, screen, "Stille tid", "Ingen stille tid")
    screen = await server.ask(world.kari, "/subscribe all", world.group)
    await tap(server, screen, "Quiet hours", "No quiet hours")
    daily = await staffed.announcements.subscription_of(world.group.id)
    assert daily is not None
    later = (datetime.now(UTC) - timedelta(minutes=5)).astimezone(staffed.shelf.current.knowledge.zone)
    wanted = replace(daily, digest=later.time().replace(second=0, microsecond=0))
    await staffed.announcements.subscribe(wanted, datetime.now(UTC))
    desk = await server.ask(world.kari, "/announce")
    await tap(server, desk, next(label for label in desk.labels if "regatta" in label))
    await confirmed(server, desk)
    await edited_until(server, desk, "1 of 2 sent")
    await tap(server, desk, "Stop sending", "Yes, stop")
    await edited_until(server, desk, "not sent, since it was stopped: 1")

    await tap(server, desk, "Send it to the others")

    assert "Goes to: 1 chat." in desk.text
    await confirmed(server, desk)
    await edited_until(server, desk, "0 of 1 sent")


async def test_what_a_text_concerns_leaves_one_line_when_it_is_confirmed_and_none_for_each_tap(
    server: PreviewServer, staffed: RunningBot
) -> None:
    world = server.world
    screen = await server.ask(world.ola, "/subscribe all")
    await tap(server, screen, "Stille tid", "Ingen stille tid")
    menu = await server.ask(world.kari, "/announce")
    await tap(server, menu, "Write a text")
    desk = await server.ask(world.kari, "Open late\nUntil eight.")

    await tap(server, desk, "Whom it concerns", "Topics", "Visiting", "✓ Visiting", "Visiting")
    await tap(server, desk, "Back", "Back")
    assert "Concerns: Visiting." in desk.text
    await confirmed(server, desk)
    await edited_until(server, desk, "1 of 1 sent")

    audit = [(line.what, line.count) for line in reversed(await staffed.announcements.audit())]
    assert audit == [("propose", None), ("confirm", 1)]


async def test_what_was_told_already_is_neither_offered_nor_told_again(
    server: PreviewServer, staffed: RunningBot
) -> None:
    world = server.world
    await server.ask(world.ola, "/subscribe all")
    desk = await server.ask(world.kari, "/announce")
    label = next(label for label in desk.labels if "regatta" in label)
    await tap(server, desk, label)
    await confirmed(server, desk)

    menu = await server.ask(world.kari, "/announce")
    pressed = world.press_data(menu, "ann_event_regatta", world.kari)
    while pressed.answer is None:
        await server.next_event("tap_answered", world.kari)

    assert label not in menu.labels
    assert pressed.answer is not None and "announced already" in pressed.answer["text"]


async def test_what_can_be_announced_comes_first_and_the_rest_says_what_it_was(
    server: PreviewServer, staffed: RunningBot, door_copy: Path
) -> None:
    world = server.world
    screen = await server.ask(world.ola, "/subscribe all")
    await tap(server, screen, "Stille tid", "Ingen stille tid")
    desk = await server.ask(world.kari, "/announce")
    await tap(server, desk, next(label for label in desk.labels if "regatta" in label))
    await confirmed(server, desk)
    await edited_until(server, desk, "1 of 1 sent")
    events = door_copy / "events.yaml"
    events.write_text(
        events.read_text().replace("T12:00", "T13:00")
        + '  - {id: supper, title: {en: Supper}, text: {en: Fish.}, start: "2031-07-01", facts: [hours]}\n'
    )
    staffed.shelf.refresh()

    menu = await server.ask(world.kari, "/announce")

    assert menu.labels == [
        "14 June 2031, 13:00, change: Harbour regatta",
        "1 July 2031: Supper",
        "Write a text",
        "New announcement, done: Harbour regatta",
    ]


async def test_a_cancelled_event_is_offered_only_while_somebody_believes_it_is_held(
    server: PreviewServer, staffed: RunningBot, door_copy: Path
) -> None:
    world = server.world
    events = door_copy / "events.yaml"
    held = events.read_text()
    off = held.replace('start: "2031', 'status: cancelled\n    start: "2031')
    events.write_text(off)
    staffed.shelf.refresh()
    menu = await server.ask(world.kari, "/announce")
    assert menu.labels == ["Write a text"]

    events.write_text(held)
    staffed.shelf.refresh()
    screen = await server.ask(world.ola, "/subscribe all")
    await tap(server, screen, "Stille tid", "Ingen stille tid")
    desk = await server.ask(world.kari, "/announce")
    await tap(server, desk, next(label for label in desk.labels if "regatta" in label))
    await confirmed(server, desk)
    await edited_until(server, desk, "1 of 1 sent")
    events.write_text(off)
    staffed.shelf.refresh()

    menu = await server.ask(world.kari, "/announce")

    assert menu.labels[0] == "14 June 2031, 12:00, cancellation: Harbour regatta"


async def test_what_the_command_line_announces_the_running_bot_sends(
    server: PreviewServer,
    staffed: RunningBot,
    door_copy: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = server.world
    screen = await server.ask(world.ola, "/subscribe all")
    await tap(server, screen, "Stille tid", "Ingen stille tid")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'bot.sqlite3'}")
    command = ["announce", "--knowledge", str(door_copy), "--event", "regatta", "--yes"]

    assert await asyncio.to_thread(main, command) == 0

    await received(server, world.private(world.ola), "Havneregatta")
    [told] = await staffed.announcements.latest()
    assert told.created_by.startswith("cli:")
