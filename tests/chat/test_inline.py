from __future__ import annotations

from running import RunningBot

from bot.preview import PreviewServer


async def test_inline_mode_offers_the_answer(server: PreviewServer, bot: RunningBot) -> None:
    question = await server.ask_inline(server.world.kari, "opening hours of the harbour")

    assert question.results is not None
    assert "nine to four" in question.results[0]["content"]["text"]


async def test_two_questions_about_the_same_are_two_results(server: PreviewServer, bot: RunningBot) -> None:
    question = await server.ask_inline(
        server.world.kari, "When is the harbour open? What are the opening hours of the harbour?"
    )

    assert question.results is not None
    assert len({result["id"] for result in question.results}) == len(question.results)


async def test_inline_mode_without_an_answer_offers_a_private_chat(
    server: PreviewServer, bot: RunningBot
) -> None:
    for words in ("", "zzz qqq", "\u202e", "x" * 256):
        question = await server.ask_inline(server.world.kari, words)

        assert question.results == []
        assert question.button is not None and question.button["start_parameter"]


async def test_a_tap_under_an_inline_message_changes_it(server: PreviewServer, bot: RunningBot) -> None:
    world = server.world
    question = await server.ask_inline(world.kari, "opening hours of the harbour")
    assert question.results is not None
    message = world.choose(question, question.results[0]["id"], world.group)
    label = next(label for label in message.labels if "mooring" in label)

    await server.tap(message, label, world.ola)

    await server.next_event("edited", world.group)
    assert message.text.startswith("A berth costs")


async def test_who_never_opened_a_chat_with_the_bot_is_told_to_before_saving_a_contact(
    server: PreviewServer, bot: RunningBot
) -> None:
    world = server.world
    question = await server.ask_inline(world.kari, "phone to harbour office")
    assert question.results is not None
    message = world.choose(question, question.results[0]["id"], world.group)

    tap = await server.tap(message, "Save contact", world.ola)

    assert tap.answer is not None and tap.answer["show_alert"]
    assert "Start" in tap.answer["text"]
    await server.ask(world.ola, "/start")
    again = await server.tap(message, "Save contact", world.ola)
    assert again.answer == {}
    assert "document" in world.private(world.ola).from_bot()[-1].data


async def test_of_a_long_answer_an_inline_message_is_the_beginning(
    server: PreviewServer, bot: RunningBot
) -> None:
    question = await server.ask_inline(server.world.kari, "read all regulations aloud")

    assert question.results is not None
    text = question.results[0]["content"]["text"]
    assert text.startswith("Paragraph 1 ") and text.endswith("…")
    assert len(text) <= 4096


async def test_a_mention_in_a_chat_without_the_bot_is_answered_as_a_guest(
    server: PreviewServer, bot: RunningBot
) -> None:
    world = server.world

    answer = await server.ask(world.kari, "@klyngebot when is the harbour open?", world.outside)

    assert answer.text.startswith("The harbour is open")
    assert answer.inline_id is not None
