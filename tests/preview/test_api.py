"""The Bot API as a real client meets it: calls, messages and what is refused."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from preview_client import call, keyboard
from telegram import (
    Bot,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    ReactionTypeEmoji,
)
from telegram.error import BadRequest

from bot.preview import PreviewServer

pytestmark = pytest.mark.asyncio(loop_scope="session")  # one browser serves all


async def test_a_call_may_come_as_json_form_query_or_multipart(server: PreviewServer) -> None:
    server.world.say(server.world.kari, "hello")
    url, fields = f"{server.base_url}/bot{server.token}/sendMessage", {"chat_id": "1001", "text": "hei"}
    multipart = aiohttp.FormData(default_to_multipart=True)
    for name, value in fields.items():
        multipart.add_field(name, value)

    async with aiohttp.ClientSession() as session:
        for sent in ({"json": fields}, {"data": fields}, {"data": multipart}):
            assert (await (await session.post(url, **sent)).json())["ok"]
        assert (await (await session.get(url, params=fields)).json())["ok"]

    assert [m.text for m in server.world.private(server.world.kari).from_bot()] == ["hei"] * 4


async def test_unknown_methods_and_tokens_are_refused_as_telegram_refuses(server: PreviewServer) -> None:
    assert (await call(server, "sendPigeon"))["description"] == "Not Found: method not found"
    assert (await call(server, "getMe", token="1:other"))["description"] == "Unauthorized"
    assert (await call(server, "getMe", token="nonsense"))["description"] == "Not Found"
    assert (await call(server, "GETME"))["ok"]


async def test_the_bot_knows_itself(bot: Bot, server: PreviewServer) -> None:
    me = await bot.get_me()

    assert (me.id, me.username, me.is_bot) == (1, "klyngebot", True)
    assert (
        me.supports_inline_queries and me.supports_guest_queries and me.can_read_all_group_messages is False
    )


async def test_html_arrives_as_text_and_entities(bot: Bot) -> None:
    sent = await bot.send_message(
        1001, 'See <b>Arena &amp; <i>GCE</i></b> <tg-time unix="0" format="D">x</tg-time>', "HTML"
    )

    assert sent.text == "See Arena & GCE x"
    assert [entity.type for entity in sent.entities] == ["bold", "italic", "date_time"]
    assert sent.text_html == 'See <b>Arena &amp; <i>GCE</i></b> <tg-time unix="0" format="D">x</tg-time>'


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"chat_id": 42, "text": "a"}, "chat not found"),
        ({"text": "a"}, "chat_id is empty"),
        ({"chat_id": 1001}, "message text is empty"),
        ({"chat_id": 1001, "text": "<b></b>", "parse_mode": "HTML"}, "text must be non-empty"),
        ({"chat_id": 1001, "text": "x" * 4097}, "message is too long"),
        ({"chat_id": 1001, "text": "😀" * 2049}, "message is too long"),
        ({"chat_id": 1001, "text": "a", "parse_mode": "Pigeon"}, "unsupported parse_mode"),
        (
            {"chat_id": 1001, "text": "a", "reply_parameters": {"message_id": 99}},
            "message to be replied not found",
        ),
        ({"chat_id": 1001, "text": "a", "reply_markup": "{"}, "can't parse reply_markup JSON object"),
    ],
)
async def test_a_message_telegram_would_refuse_is_refused_with_its_words(
    server: PreviewServer, params: dict[str, Any], reason: str
) -> None:
    server.world.say(server.world.kari, "hello")

    assert (await call(server, "sendMessage", **params))["description"] == f"Bad Request: {reason}"


async def test_the_limit_of_4096_counts_what_is_left_after_parsing(bot: Bot) -> None:
    sent = await bot.send_message(1001, "<b>" + "&lt;" * 4096 + "</b>", "HTML")

    assert len(sent.text or "") == 4096


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ({"callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"callback_data": "å" * 33}, "BUTTON_DATA_INVALID"),
        ({"copy_text": {"text": ""}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"copy_text": {"text": "x" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"url": "innovation"}, "inline keyboard button URL 'innovation' is invalid: Wrong HTTP URL"),
        ({}, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        (
            {"callback_data": "a", "url": "https://x.no"},
            "can't parse inline keyboard button: Exactly one action must be specified",
        ),
    ],
)
async def test_a_button_telegram_would_refuse_is_refused(
    server: PreviewServer, button: dict[str, Any], reason: str
) -> None:
    server.world.say(server.world.kari, "hello")
    markup = {"inline_keyboard": [[{"text": "Go", **button}]]}

    answer = await call(server, "sendMessage", chat_id=1001, text="a", reply_markup=markup)

    assert answer["description"] == f"Bad Request: {reason}"


async def test_the_largest_button_fits(bot: Bot) -> None:
    rows = [
        [
            InlineKeyboardButton("a", callback_data="å" * 32),
            InlineKeyboardButton("b", copy_text=CopyTextButton("x" * 256)),
        ]
    ]

    sent = await bot.send_message(1001, "a", reply_markup=InlineKeyboardMarkup(rows))

    assert sent.reply_markup == InlineKeyboardMarkup(rows)


async def test_an_edit_replaces_text_and_keyboard(bot: Bot, server: PreviewServer) -> None:
    sent = await bot.send_message(1001, "one", reply_markup=keyboard(callback_data="x"))

    edited = await bot.edit_message_text("<b>two</b>", 1001, sent.message_id, parse_mode="HTML")

    assert isinstance(edited, Message)
    assert (edited.text, edited.reply_markup, edited.edit_date is not None) == ("two", None, True)
    assert (await server.next_event("edited", server.world.kari)).data.labels == []


async def test_an_edit_that_changes_nothing_is_refused(bot: Bot) -> None:
    sent = await bot.send_message(1001, "<b>one</b>", "HTML", reply_markup=keyboard(callback_data="x"))

    with pytest.raises(BadRequest, match="Message is not modified: specified new message content"):
        await bot.edit_message_text(
            "<b>one</b>", 1001, sent.message_id, parse_mode="HTML", reply_markup=sent.reply_markup
        )
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_reply_markup(1001, sent.message_id, reply_markup=sent.reply_markup)


async def test_only_the_bots_own_messages_can_be_edited(bot: Bot, server: PreviewServer) -> None:
    theirs = server.world.say(server.world.kari, "mine")

    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("yours", 1001, theirs.id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("x", 1001, 999)
    with pytest.raises(BadRequest, match="Message_too_long"):
        await bot.edit_message_text("x" * 4097, 1001, (await bot.send_message(1001, "a")).message_id)


async def test_a_deleted_message_is_gone(bot: Bot, server: PreviewServer) -> None:
    sent = await bot.send_message(1001, "one")

    await bot.delete_message(1001, sent.message_id)

    assert server.world.private(server.world.kari).from_bot() == []
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(1001, sent.message_id)


async def test_a_document_can_be_downloaded_by_bot_and_person(bot: Bot, server: PreviewServer) -> None:
    sent = await bot.send_document(
        1001, b"BEGIN:VCALENDAR", filename="møte.ics", caption="<b>soon</b>", parse_mode="HTML"
    )

    assert sent.document is not None and sent.document.file_name == "møte.ics"
    assert sent.caption == "soon" and sent.caption_entities[0].type == "bold"
    assert (
        bytes(await (await bot.get_file(sent.document.file_id)).download_as_bytearray()) == b"BEGIN:VCALENDAR"
    )
    again = await bot.send_document(1001, sent.document.file_id)
    assert again.document == sent.document


async def test_a_contact_needs_a_phone_number(bot: Bot, server: PreviewServer) -> None:
    sent = await bot.send_contact(1001, "+4755000000", "Solveig", vcard="BEGIN:VCARD\nEND:VCARD")

    assert sent.contact is not None and sent.contact.vcard == "BEGIN:VCARD\nEND:VCARD"
    refused = await call(server, "sendContact", chat_id=1001, first_name="Solveig")
    assert refused["description"] == "Bad Request: phone number is empty"


async def test_actions_and_reactions_are_seen(bot: Bot, server: PreviewServer) -> None:
    said = server.world.say(server.world.kari, "thanks")

    await bot.send_chat_action(1001, "typing")
    await bot.set_message_reaction(1001, said.id, ReactionTypeEmoji("👍"))

    assert (await server.next_event("action", server.world.kari)).data == "typing"
    assert (await server.next_event("reacted")).data.reactions == [{"type": "emoji", "emoji": "👍"}]
    with pytest.raises(BadRequest, match="Wrong parameter action in request"):
        await bot.send_chat_action(1001, "juggling")
