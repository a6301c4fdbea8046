"""What the bot is told, and how it answers taps, inline queries and guests."""

from __future__ import annotations

import asyncio

import pytest
from preview_client import article, call, keyboard
from telegram import (
    Bot,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Update,
)
from telegram.error import BadRequest, Conflict

from bot.preview import PreviewServer

pytestmark = pytest.mark.asyncio(loop_scope="session")  # one browser serves all


async def test_updates_are_kept_until_a_higher_offset_confirms_them(bot: Bot, server: PreviewServer) -> None:
    server.world.say(server.world.kari, "second")

    first = await bot.get_updates(limit=1)
    again = await bot.get_updates()
    rest = await bot.get_updates(offset=first[0].update_id + 1)

    assert [update.message.text for update in first if update.message] == ["hello"]
    assert [update.update_id for update in again] == [first[0].update_id, rest[0].update_id]
    assert [update.message.text for update in rest if update.message] == ["second"]
    assert (await server.next_event("confirmed")).data == first[0].update_id
    assert [update.update_id for update in await bot.get_updates(offset=-1)] == [rest[0].update_id]


async def test_a_long_poll_returns_as_soon_as_somebody_writes(bot: Bot, server: PreviewServer) -> None:
    [update] = await bot.get_updates()
    poll = asyncio.create_task(bot.get_updates(offset=update.update_id + 1, timeout=30))
    await server.next_event("confirmed")

    said = server.world.say(server.world.kari, "now")

    assert [update.update_id for update in await poll] == [(said.update or {})["update_id"]]


async def test_a_second_poller_ends_the_first_with_a_conflict(bot: Bot, server: PreviewServer) -> None:
    [update] = await bot.get_updates()
    poll = asyncio.create_task(bot.get_updates(offset=update.update_id + 1, timeout=30))
    await server.next_event("confirmed")

    assert (await call(server, "getUpdates", timeout=0))["ok"]

    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await poll


async def test_only_wanted_kinds_of_updates_come(bot: Bot, server: PreviewServer) -> None:
    [update] = await bot.get_updates(allowed_updates=[Update.EDITED_MESSAGE])
    said = server.world.say(server.world.kari, "hidden")
    server.world.edit(said, "shown")

    assert said.update is not None
    updates = await bot.get_updates(offset=update.update_id + 1)
    assert [u.edited_message.text for u in updates if u.edited_message] == ["shown"]


async def test_in_groups_the_bot_hears_only_what_is_meant_for_it(bot: Bot, server: PreviewServer) -> None:
    world = server.world
    hello = await bot.send_message(world.group.id, "I am here")
    posted = world.group.messages[hello.message_id]

    heard = {
        text: world.say(world.ola, text, world.group, reply_to).update is not None
        for text, reply_to in [
            ("just talking", None),
            ("@klyngebot what is Arena", None),
            ("/help", None),
            ("/help@klyngebot", None),
            ("/help@otherbot", None),
            ("an answer to you", posted),
        ]
    }

    assert [text for text, was_heard in heard.items() if not was_heard] == ["just talking", "/help@otherbot"]
    world.privacy = False
    assert world.say(world.ola, "just talking", world.group).update is not None


async def test_media_reach_the_bot_in_telegrams_shape(bot: Bot, server: PreviewServer) -> None:
    kinds = ["photo", "voice", "sticker", "location", "video", "audio", "contact", "document"]
    for kind in kinds:
        server.world.send_media(server.world.kari, kind)

    messages = [update.message for update in (await bot.get_updates())[1:]]

    assert [kind for kind, message in zip(kinds, messages, strict=True) if getattr(message, kind)] == kinds


async def test_a_tap_is_answered_once(bot: Bot, server: PreviewServer) -> None:
    sent = await bot.send_message(1001, "a", reply_markup=keyboard(callback_data="x:1"))
    tap = server.world.press(server.world.private(server.world.kari).messages[sent.message_id], "Go")
    query = (await bot.get_updates())[-1].callback_query

    assert query is not None and query.data == "x:1" and query.message is not None
    await query.answer("Here you are", show_alert=True)
    assert tap.answer == {"text": "Here you are", "show_alert": True}
    with pytest.raises(
        BadRequest, match="Query is too old and response timeout expired or query id is invalid"
    ):
        await query.answer()


async def test_a_button_of_a_deleted_message_still_reaches_the_bot(bot: Bot, server: PreviewServer) -> None:
    sent = await bot.send_message(1001, "a", reply_markup=keyboard(callback_data="x"))
    message = server.world.private(server.world.kari).messages[sent.message_id]
    await bot.delete_message(1001, sent.message_id)

    server.world.press(message, "Go")

    query = (await bot.get_updates())[-1].callback_query
    assert query is not None and query.message is not None and not query.message.is_accessible


async def test_an_inline_result_is_sent_via_the_bot_and_can_be_edited(
    bot: Bot, server: PreviewServer
) -> None:
    world = server.world
    question = world.ask_inline(world.kari, "arena", world.group)
    query = (await bot.get_updates())[-1].inline_query
    assert query is not None and (query.query, query.chat_type) == ("arena", "supergroup")

    await query.answer([article(1), article(2)], next_offset="2")
    message = world.choose(question, "2", world.group)

    assert question.next_offset == "2"
    assert (message.text, message.entities[0]["type"]) == ("text", "bold")
    chosen = (await bot.get_updates())[-1].chosen_inline_result
    assert chosen is not None and chosen.inline_message_id == message.inline_id
    assert await bot.edit_message_text("changed", inline_message_id=message.inline_id) is True
    assert message.text == "changed"


@pytest.mark.parametrize(
    ("results", "reason"),
    [
        ([article(n) for n in range(51)], "RESULTS_TOO_MUCH"),
        ([article(1), article(1)], "RESULT_ID_DUPLICATE"),
        ([InlineQueryResultArticle("x" * 65, "T", InputTextMessageContent("a"))], "RESULT_ID_INVALID"),
        (
            [article(1, "<b>open")],
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        ([article(1, "x" * 4097)], "message is too long"),
    ],
)
async def test_inline_results_telegram_would_refuse_are_refused(
    server: PreviewServer, results: list[InlineQueryResultArticle], reason: str
) -> None:
    question = server.world.ask_inline(server.world.kari, "arena")

    answer = await call(
        server,
        "answerInlineQuery",
        inline_query_id=question.id,
        results=[result.to_dict() for result in results],
    )

    assert answer["description"] == f"Bad Request: {reason}"


async def test_a_mention_where_the_bot_is_no_member_calls_it_as_a_guest(
    bot: Bot, server: PreviewServer
) -> None:
    world = server.world
    assert world.say(world.ola, "nothing for you", world.outside).update is None
    world.say(world.ola, "@klyngebot what is Arena?", world.outside)
    message = (await bot.get_updates())[-1].guest_message
    assert message is not None and message.guest_query_id is not None

    sent = await bot.answer_guest_query(message.guest_query_id, article(1))

    answer = (await server.next_event("sent", world.outside)).data
    assert (answer.text, answer.inline_id) == ("text", sent.inline_message_id)
    assert answer.data["guest_bot_caller_user"]["first_name"] == "Ola"
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_guest_query(message.guest_query_id, article(1))
