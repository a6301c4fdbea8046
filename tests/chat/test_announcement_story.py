"""From the first announcement to the cancellation, as two people and a group see it."""

from __future__ import annotations

from pathlib import Path

from icalendar import Calendar
from running import RunningBot
from walking import confirmed, edited_until, received, tap

from bot.preview import PreviewServer
from bot.preview.records import Chat


async def subscribe(server: PreviewServer, chat: Chat, all_day_and_night: str) -> None:
    """Its first member chooses everything, at any hour: the test must not depend on the time of day."""
    screen = await server.ask(chat.members[0], "/subscribe all", chat)
    await tap(server, screen, *all_day_and_night.split(", "))


def save(folder: Path, old: str, new: str) -> None:
    path = folder / "events.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


async def test_an_event_is_announced_moved_and_cancelled(
    server: PreviewServer, staffed: RunningBot, door_copy: Path
) -> None:
    world = server.world
    kari, ola = world.private(world.kari), world.private(world.ola)
    await subscribe(server, kari, "Quiet hours, No quiet hours")
    await subscribe(server, ola, "Stille tid, Ingen stille tid")
    await subscribe(server, world.group, "Quiet hours, No quiet hours")
    desk = await server.ask(world.kari, "/announce")
    await tap(server, desk, next(label for label in desk.labels if "regatta" in label))
    assert "Goes to: 3 chats." in desk.text
    await confirmed(server, desk)
    await edited_until(server, desk, "3 of 3 sent")
    first = await received(server, ola, "Havneregatta")
    in_group = await received(server, world.group, "Harbour regatta")

    save(door_copy, "T12:00", "T14:00")
    asked = await received(server, kari, "This was saved, but it is not announced yet")
    assert "14.00" not in first.text
    await tap(server, asked, "Read it: English")
    assert "12:00 → 14:00" in asked.text
    await tap(server, asked, "Back")
    await confirmed(server, asked)
    await edited_until(server, asked, "3 of 3 sent")
    line = await received(server, ola, "12.00 → 14.00")
    assert "14.00" in first.text and "14:00" in in_group.text and line is not first

    save(door_copy, 'start: "2031', 'status: cancelled\n    start: "2031')
    again = await received(server, kari, "Cancellation: Harbour regatta")
    await confirmed(server, again)
    await edited_until(server, again, "3 of 3 sent")
    cancelled = ola.newest
    assert cancelled is not None and "Havneregatta" in cancelled.text and "vlyst" in cancelled.text

    file = await server.tap(cancelled, next(label for label in cancelled.labels if "alender" in label))
    document = (await server.next_event("sent", ola)).data
    while "document" not in document.data:
        document = (await server.next_event("sent", ola)).data
    content = server.world.files.get(document.data["document"]["file_id"])
    assert file.answer == {} and content is not None
    calendar = Calendar.from_ical(content.content)
    assert calendar["METHOD"] == "CANCEL"
    assert [(e["STATUS"], e["SEQUENCE"]) for e in calendar.walk("VEVENT")] == [("CANCELLED", 2)]
    audit = await staffed.announcements.audit()
    assert [(each.what, each.count) for each in audit if each.what == "confirm"] == [("confirm", 3)] * 3


async def test_a_newer_version_takes_the_place_of_what_staff_were_asked(
    server: PreviewServer, staffed: RunningBot, door_copy: Path
) -> None:
    kari = server.world.private(server.world.kari)
    await subscribe(server, kari, "Quiet hours, No quiet hours")
    desk = await server.ask(server.world.kari, "/announce")
    await tap(server, desk, next(label for label in desk.labels if "regatta" in label))
    await confirmed(server, desk)
    await edited_until(server, desk, "1 of 1 sent")
    pressed = await server.tap(desk, "Correct it")
    assert pressed.answer is not None and "/events.yaml and save" in pressed.answer["text"]
    save(door_copy, "T12:00", "T14:00")
    first = await received(server, kari, "12:00 → 14:00")

    save(door_copy, "T14:00", "T13:00")
    second = await received(server, kari, "12:00 → 13:00")
    await edited_until(server, first, "I no longer ask about this")

    assert not first.labels and second is not first
    await confirmed(server, second)
    await edited_until(server, second, "1 of 1 sent")


async def test_after_stopping_nothing_is_sent_any_more(server: PreviewServer, staffed: RunningBot) -> None:
    world = server.world
    kari, ola = world.private(world.kari), world.private(world.ola)
    await subscribe(server, kari, "Quiet hours, No quiet hours")
    await subscribe(server, ola, "Stille tid, Ingen stille tid")
    await server.ask(world.ola, "/stop")
    before = len(ola.from_bot())

    desk = await server.ask(world.kari, "/announce")
    await tap(server, desk, next(label for label in desk.labels if "regatta" in label))
    assert "Goes to: 1 chat." in desk.text
    await confirmed(server, desk)
    await edited_until(server, desk, "1 of 1 sent")

    assert len(ola.from_bot()) == before
