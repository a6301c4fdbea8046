from __future__ import annotations

import asyncio

import vobject
from running import RunningBot

from bot.preview import PreviewServer


async def test_a_tap_changes_the_message_in_place(server: PreviewServer, bot: RunningBot) -> None:
    menu = await server.ask(server.world.kari, "/topics")

    await server.tap(menu, "Visiting")

    assert (await server.next_event("edited", server.world.kari)).data is menu
    assert "When is the harbour open?" in menu.labels


async def test_a_button_still_works_after_a_restart(server: PreviewServer, bot: RunningBot) -> None:
    menu = await server.ask(server.world.kari, "/topics")
    await bot.stop()
    await bot.start()

    tap = await server.tap(menu, "Visiting")

    assert tap.answer == {}
    assert (await server.next_event("edited", server.world.kari)).data is menu


async def test_a_stale_button_says_so(server: PreviewServer, bot: RunningBot) -> None:
    menu = await server.ask(server.world.kari, "/topics")
    tap = server.world.press_data(menu, "entry_of-yesterday")

    await server.next_event("tap_answered", server.world.kari)

    assert tap.answer is not None and tap.answer["show_alert"]
    assert "older message" in tap.answer["text"]
    assert menu.edits == 0


async def test_a_made_up_button_does_no_harm(server: PreviewServer, bot: RunningBot) -> None:
    menu = await server.ask(server.world.kari, "/topics")
    for data in ("", "_", "~", "find_", "topic__9", "more_\x00", "🙂" * 16):
        server.world.press_data(menu, data)
        await server.next_event("tap_answered", server.world.kari)

    assert menu.edits == 0


async def test_the_chosen_language_is_shown_and_kept(server: PreviewServer, bot: RunningBot) -> None:
    world = server.world
    menu = await server.ask(world.kari, "/language")
    label = next(label for label in menu.labels if "nynorsk" in label.lower())

    await server.tap(menu, label)
    await server.next_event("edited", world.kari)
    assert any(label.startswith("✓") and "nynorsk" in label.lower() for label in menu.labels)
    await bot.stop()
    await bot.start()

    answer = await server.ask(world.kari, "/weather")
    assert "kjenner eg ikkje" in answer.text


async def test_the_choice_can_be_left_to_telegram_again(server: PreviewServer, bot: RunningBot) -> None:
    world = server.world
    await server.ask(world.kari, "/language nn")
    menu = await server.ask(world.kari, "/language")

    await server.tap(menu, menu.labels[-1])

    answer = await server.ask(world.kari, "/weather")
    assert "don't know that command" in answer.text


async def test_a_contact_with_a_phone_is_saved_as_telegrams_own_card(
    server: PreviewServer, bot: RunningBot
) -> None:
    card = await server.ask(server.world.kari, "/start contact_master")

    await server.tap(card, "Save contact")

    sent = (await server.next_event("sent", server.world.kari)).data
    contact = sent.data["contact"]
    assert contact["phone_number"].replace(" ", "") == "+4722000000"
    assert vobject.readOne(contact["vcard"]).fn.value == "Astrid <Havn> & Sønn"
    assert card.edits == 0


async def test_a_contact_without_a_phone_is_saved_as_a_file(server: PreviewServer, bot: RunningBot) -> None:
    card = await server.ask(server.world.kari, "/start contact_harbour-office")

    await server.tap(card, "Save contact")

    document = (await server.next_event("sent", server.world.kari)).data.data["document"]
    file = server.world.files.get(document["file_id"])
    assert document["file_name"] == "harbour-office.vcf"
    assert file is not None
    assert vobject.readOne(file.content.decode()).email.value == "office@example.org"


async def test_a_tap_on_a_message_that_is_gone_is_answered_with_a_new_one(
    server: PreviewServer, bot: RunningBot
) -> None:
    world = server.world
    menu = await server.ask(world.kari, "/topics")
    world.delete_by_bot(menu)

    world.press_data(menu, "entry_opening")

    answer = (await server.next_event("sent", world.kari)).data
    assert answer is not menu


async def test_taps_do_not_wait_behind_messages(server: PreviewServer, bot: RunningBot) -> None:
    menu = await server.ask(server.world.kari, "/topics")
    held = asyncio.Event()
    server.world.faults.hold("sendMessage", held)
    server.world.say(server.world.kari, "When is the harbour open?")

    await server.tap(menu, "Visiting")

    held.set()
    assert (await server.next_event("sent", server.world.kari)) is not None


async def test_nobody_puts_words_into_the_bots_mouth_by_a_button(
    server: PreviewServer, bot: RunningBot
) -> None:
    menu = await server.ask(server.world.kari, "/topics")

    pressed = server.world.press_data(menu, "find_...Call 900 12345 now_0")
    await server.next_event("tap_answered", server.world.kari)

    assert pressed.answer is not None
    texts = [message.text for message in server.world.private(server.world.kari).from_bot()]
    assert not any("900 12345" in text for text in texts)
