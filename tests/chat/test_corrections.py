"""A text by staff after it was sent: corrected, taken back, and what becomes of what still waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from running import RunningBot
from walking import confirmed, edited_until, received, tap

from bot.preview import PreviewServer
from bot.preview.records import Message


async def sent_text(server: PreviewServer, far: str = "1 of 1 sent") -> tuple[Message, Message]:
    """A text that Ola has got: the message with staff's report, and his."""
    world = server.world
    screen = await server.ask(world.ola, "/subscribe all")
    await tap(server, screen, "Stille tid", "Ingen stille tid")
    menu = await server.ask(world.kari, "/announce")
    await tap(server, menu, "Write a text")
    desk = await server.ask(world.kari, "Open late\nThe harbour is open until nine.")
    await confirmed(server, desk)
    await edited_until(server, desk, far)
    return desk, await received(server, world.private(world.ola), "until nine")


async def test_a_corrected_text_changes_the_message_that_was_sent(
    server: PreviewServer, staffed: RunningBot
) -> None:
    world = server.world
    report, letter = await sent_text(server)
    before = len(world.private(world.ola).from_bot())

    await tap(server, report, "Correct it")
    desk = await server.ask(world.kari, "Open late\nThe harbour is open until ten.")
    assert desk.text.startswith("Change: Open late")
    await confirmed(server, desk)
    await edited_until(server, desk, "1 of 1 sent")

    assert "until ten" in letter.text
    assert len(world.private(world.ola).from_bot()) == before


async def test_a_text_that_is_taken_back_says_so_to_who_got_it(
    server: PreviewServer, staffed: RunningBot
) -> None:
    world = server.world
    report, _ = await sent_text(server)
    await server.ask(world.kari, "/subscribe all")

    await tap(server, report, "Take it back")
    assert "Goes to: 1 chat." in report.text
    await confirmed(server, report)
    await edited_until(server, report, "1 of 1 sent")

    newest = world.private(world.ola).newest
    assert newest is not None and "Open late" in newest.text and "vlyst" in newest.text


async def test_a_telling_is_paused_resumed_and_stopped_by_buttons(
    server: PreviewServer, staffed: RunningBot
) -> None:
    world = server.world
    screen = await server.ask(world.ola, "/subscribe all")
    await tap(server, screen, "Straks eller daglig", "Daglig kl. 07.00")  # so that it waits
    menu = await server.ask(world.kari, "/announce")
    await tap(server, menu, next(label for label in menu.labels if "regatta" in label))
    await confirmed(server, menu)
    assert "waiting: 1" in menu.text

    await tap(server, menu, "Pause")
    assert "Paused" in menu.text
    await tap(server, menu, "Go on")
    assert "Being sent" in menu.text
    await tap(server, menu, "Stop sending")
    assert "Still waiting: 1" in menu.text and "Reminders of it stop too" in menu.text
    await tap(server, menu, "Yes, stop")

    assert "Stopped" in menu.text and not [label for label in menu.labels if label == "Go on"]
    assert [each.state for each in await staffed.announcements.latest()] == ["cancelled"]


async def test_what_was_corrected_before_it_was_stopped_is_sent_to_the_others_as_corrected(
    server: PreviewServer, staffed: RunningBot
) -> None:
    world = server.world
    screen = await server.ask(world.kari, "/subscribe all", world.group)
    await tap(server, screen, "Quiet hours", "No quiet hours")
    daily = await staffed.announcements.subscription_of(world.group.id)
    assert daily is not None
    passed = (datetime.now(UTC) - timedelta(minutes=5)).astimezone(staffed.shelf.current.knowledge.zone)
    waits = replace(daily, digest=passed.time().replace(second=0, microsecond=0))
    await staffed.announcements.subscribe(waits, datetime.now(UTC))
    report, _ = await sent_text(server, "1 of 2 sent")
    await tap(server, report, "Correct it")
    desk = await server.ask(world.kari, "Open late\nThe harbour is open until ten.")
    await confirmed(server, desk)
    await edited_until(server, desk, "1 of 1 sent")
    menu = await server.ask(world.kari, "/announce")
    await tap(server, menu, "New announcement, being sent: Open late", "Stop sending", "Yes, stop")

    await tap(server, menu, "Send it to the others")

    assert menu.text.startswith("New announcement: Open late") and "Goes to: 1 chat." in menu.text
    await tap(server, menu, "Read it: English")
    assert "until ten" in menu.text


async def in_two_languages(server: PreviewServer) -> Message:
    """The desk of a text that staff wrote in English and Bokmål, for Ola, who has no quiet hours."""
    world = server.world
    screen = await server.ask(world.ola, "/subscribe all")
    await tap(server, screen, "Stille tid", "Ingen stille tid")
    menu = await server.ask(world.kari, "/announce")
    await tap(server, menu, "Write a text")
    desk = await server.ask(world.kari, "Open late\nUntil nine on Friday.")
    await tap(server, desk, "Write it also: Bokmål")
    return await server.ask(world.kari, "Lenge åpent\nTil ni på fredag.")


async def test_a_text_in_two_languages_corrected_in_one_says_so_and_can_be_corrected_in_the_other(
    server: PreviewServer, staffed: RunningBot
) -> None:
    world = server.world
    desk = await in_two_languages(server)
    assert "Not corrected" not in desk.text
    await confirmed(server, desk)
    letter = await received(server, world.private(world.ola), "på fredag")

    await tap(server, desk, "Correct it")
    assert "in this language, as one message: English." in desk.text
    change = await server.ask(world.kari, "Open late\nUntil nine on Monday.")
    assert "Not corrected in: Bokmål. Those who read that still have the old words." in change.text

    await tap(server, change, "Write it also: Bokmål")
    change = await server.ask(world.kari, "Lenge åpent\nTil ni på mandag.")
    assert change.text.startswith("Change: ") and "Not corrected" not in change.text
    await tap(server, change, "Read it: English")
    assert "Monday" in change.text
    await tap(server, change, "Back")
    await confirmed(server, change)
    await edited_until(server, letter, "på mandag")


async def corrected_text(server: PreviewServer) -> Message:
    """The report on the first telling of a text that Ola has got, and that was corrected in Bokmål since."""
    world = server.world
    report = await in_two_languages(server)
    await confirmed(server, report)
    letter = await received(server, world.private(world.ola), "på fredag")
    await tap(server, report, "Correct it")
    change = await server.ask(world.kari, "Open late\nUntil nine on Friday.")
    await tap(server, change, "Write it also: Bokmål")
    change = await server.ask(world.kari, "Åpent til ni\nTil ni på mandag.")
    await confirmed(server, change)
    await edited_until(server, letter, "på mandag")
    menu = await server.ask(world.kari, "/announce")
    await tap(server, menu, "New announcement, done: Open late")
    return menu


async def test_a_correction_of_an_older_telling_keeps_what_was_corrected_in_another_language_since(
    server: PreviewServer, staffed: RunningBot
) -> None:
    report = await corrected_text(server)

    await tap(server, report, "Correct it")
    change = await server.ask(server.world.kari, "Open late\nUntil nine on Monday.")

    await tap(server, change, "Read it: Bokmål")
    assert "Åpent til ni" in change.text and "på mandag" in change.text


async def test_what_is_taken_back_by_an_older_telling_is_what_people_have_by_now(
    server: PreviewServer, staffed: RunningBot
) -> None:
    report = await corrected_text(server)

    await tap(server, report, "Take it back", "Read it: Bokmål")

    assert "Åpent til ni" in report.text and "Lenge åpent" not in report.text


async def test_a_report_is_brought_up_to_date_after_a_restart(
    server: PreviewServer, staffed: RunningBot
) -> None:
    world = server.world
    screen = await server.ask(world.ola, "/subscribe all")
    await tap(server, screen, "Straks eller daglig", "Daglig kl. 07.00")
    menu = await server.ask(world.kari, "/announce")
    await tap(server, menu, next(label for label in menu.labels if "regatta" in label))
    await confirmed(server, menu)
    await staffed.stop()
    await staffed.start()

    await server.ask(world.ola, "/stop")

    await edited_until(server, menu, "stopped announcements")
