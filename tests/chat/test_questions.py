"""Free text, through the real thing: an update in, calls of the Bot API out."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from running import RunningBot

from bot.preview import PreviewServer


async def test_a_question_in_a_private_chat_gets_its_answer(server: PreviewServer, bot: RunningBot) -> None:
    answer = await server.ask(server.world.kari, "When is the harbour open?")

    assert answer.text.startswith("The harbour is open from nine to four.")
    assert {entity["type"] for entity in answer.entities} >= {"text_link"}
    assert "reply_to_message" not in answer.data


async def test_a_question_gets_its_answer_in_its_own_language(server: PreviewServer, bot: RunningBot) -> None:
    answer = await server.ask(server.world.kari, "Når er hamna open?")

    assert answer.text.startswith("Hamna er open frå ni til fire.")


async def test_markup_in_names_is_text(server: PreviewServer, bot: RunningBot) -> None:
    answer = await server.ask(server.world.kari, "When is the harbour open?")

    assert "Opening hours & <notices>" in answer.text


async def test_link_previews_are_off(server: PreviewServer, bot: RunningBot) -> None:
    await server.ask(server.world.kari, "When is the harbour open?")

    assert server.calls("sendMessage")[0].params["link_preview_options"] == '{"is_disabled": true}'


async def test_an_edited_question_edits_its_answer(server: PreviewServer, bot: RunningBot) -> None:
    answer = await server.ask(server.world.kari, "When is the harbour open?")
    question = next(m for m in answer.chat.messages.values() if not m.by_bot)

    server.world.edit(question, "What does mooring a boat cost?")
    edited = (await server.next_event("edited", server.world.kari)).data

    assert edited is answer
    assert answer.text.startswith("A berth costs two hundred kroner a night.")


async def test_an_edited_question_edits_its_answer_after_a_restart(
    server: PreviewServer, bot: RunningBot
) -> None:
    answer = await server.ask(server.world.kari, "When is the harbour open?")
    question = next(m for m in answer.chat.messages.values() if not m.by_bot)
    await bot.stop()
    await bot.start()

    server.world.edit(question, "What does mooring a boat cost?")

    assert (await server.next_event("edited", server.world.kari)).data is answer


async def test_a_long_answer_comes_in_parts_with_the_buttons_on_the_last(
    server: PreviewServer, bot: RunningBot
) -> None:
    first = await server.ask(server.world.kari, "read all regulations aloud")
    second = (await server.next_event("sent", server.world.kari)).data

    assert len(first.text) <= 4096 and not first.labels
    assert second.labels
    assert "Paragraph 45" in second.text


async def test_an_edit_takes_back_the_parts_that_are_no_longer_needed(
    server: PreviewServer, bot: RunningBot
) -> None:
    first = await server.ask(server.world.kari, "read all regulations aloud")
    second = (await server.next_event("sent", server.world.kari)).data
    question = next(m for m in first.chat.messages.values() if not m.by_bot)

    server.world.edit(question, "When is the harbour open?")

    assert (await server.next_event("edited", server.world.kari)).data is first
    assert (await server.next_event("deleted", server.world.kari)).data is second


async def test_a_very_long_question_is_declined_kindly(server: PreviewServer, bot: RunningBot) -> None:
    answer = await server.ask(server.world.kari, "harbour " * 400)

    assert "more than I can read" in answer.text


async def test_in_a_group_only_what_is_meant_for_the_bot_is_answered(
    server: PreviewServer, bot: RunningBot
) -> None:
    world = server.world
    world.privacy = False
    world.say(world.kari, "When is the harbour open?", world.group)

    answer = await server.ask(world.ola, "@klyngebot what does mooring a boat cost?", world.group)

    assert answer.text.startswith("A berth costs")
    assert answer.data["reply_to_message"]["text"].startswith("@klyngebot")
    assert world.group.from_bot() == [answer]


async def test_in_a_group_a_reply_to_the_bot_is_a_question(server: PreviewServer, bot: RunningBot) -> None:
    world = server.world
    first = await server.ask(world.kari, "hey @KlyngeBot, when is the harbour open?", world.group)

    answer = await server.ask(world.ola, "What does mooring a boat cost?", world.group, reply_to=first)

    assert answer.text.startswith("A berth costs")


async def test_an_anonymous_admin_who_addresses_the_bot_is_answered(
    server: PreviewServer, bot: RunningBot
) -> None:
    world, group = server.world, server.world.group.as_chat()
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    message = {"message_id": 900, "date": world.now(), "chat": group, "sender_chat": group, "from": anonymous}

    world.updates_add("message", message | {"text": "@klyngebot when is the harbour open?"})

    answer = (await server.next_event("sent", world.group)).data
    assert answer.text.startswith("The harbour is open")


async def test_other_bots_and_linked_channel_posts_are_ignored(
    server: PreviewServer, bot: RunningBot
) -> None:
    world = server.world
    base = {
        "message_id": 900,
        "date": world.now(),
        "chat": world.group.as_chat(),
        "text": "@klyngebot opening hours",
    }
    other = {"id": 77, "is_bot": True, "first_name": "Other", "username": "otherbot"}
    channel = {"id": -1009, "type": "channel", "title": "News"}
    telegram = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
    world.updates_add("message", base | {"from": other})
    world.updates_add(
        "message", base | {"from": telegram, "sender_chat": channel, "is_automatic_forward": True}
    )

    answer = await server.ask(world.kari, "@klyngebot what does mooring a boat cost?", world.group)

    assert world.group.from_bot() == [answer]


async def test_an_answer_stays_in_its_forum_topic(server: PreviewServer, bot: RunningBot) -> None:
    world = server.world
    forum = {**world.group.as_chat(), "is_forum": True}
    message = {"message_id": 900, "date": world.now(), "chat": forum, "from": world.kari.as_user()}
    topic = {"is_topic_message": True, "message_thread_id": 7}

    world.updates_add("message", message | topic | {"text": "@klyngebot when is the harbour open?"})

    assert (await server.called("sendMessage")).params["message_thread_id"] == "7"


async def test_an_answer_that_is_gone_is_said_anew_in_its_forum_topic(
    server: PreviewServer, bot: RunningBot
) -> None:
    world = server.world
    forum = {**world.group.as_chat(), "is_forum": True}
    message = {"message_id": 900, "date": world.now(), "chat": forum, "from": world.kari.as_user()}
    message |= {"is_topic_message": True, "message_thread_id": 7}
    world.updates_add("message", message | {"text": "@klyngebot when is the harbour open?"})
    await server.called("sendMessage")
    world.faults.fail("editMessageText", 400, "Bad Request: message to edit not found")

    world.updates_add("edited_message", message | {"text": "@klyngebot what does mooring a boat cost?"})

    again = await server.called("sendMessage")
    assert again.params["message_thread_id"] == "7" and again.params["text"].startswith("A berth")


async def test_what_a_person_sent_through_inline_mode_is_no_question(
    server: PreviewServer, bot: RunningBot
) -> None:
    world = server.world
    question = await server.ask_inline(world.kari, "opening hours")
    world.choose(question, question.results[0]["id"], world.private(world.kari))

    answer = await server.ask(world.kari, "What does mooring a boat cost?")

    assert answer.text.startswith("A berth costs")
    assert world.private(world.kari).from_bot() == [answer]


async def test_questions_of_one_chat_are_answered_in_order(server: PreviewServer, bot: RunningBot) -> None:
    world = server.world
    asked = ["When is the harbour open?", "What does mooring a boat cost?", "Når er hamna open?"]
    for text in asked:
        world.say(world.kari, text)

    answers = [(await server.next_event("sent", world.kari)).data.text for _ in asked]

    assert [text.split()[0] for text in answers] == ["The", "A", "Hamna"]


async def test_what_was_said_last_survives_a_restart(server: PreviewServer, bot: RunningBot) -> None:
    await server.ask(server.world.kari, "zzz")
    await bot.stop()
    await bot.start()

    answer = await server.ask(server.world.kari, "zzz")

    assert "I don't know that either" in answer.text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1, max_size=200).filter(lambda text: text.strip() and not text.startswith("/")))
async def test_any_text_gets_a_reply(server: PreviewServer, bot: RunningBot, text: str) -> None:
    answer = await server.ask(server.world.kari, text)

    assert answer.text
    assert "went wrong" not in answer.text
