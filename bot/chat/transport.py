"""The only sender: effects become calls of the Bot API, in Telegram's pace."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, assert_never

from telegram import Bot, InputFile
from telegram.constants import ParseMode
from telegram.error import ChatMigrated

from bot.chat.calls import Calls
from bot.chat.methods import Methods
from bot.chat.render import MAX_TEXT, Keyboard, Part, keyboard, parts, shorten, units
from bot.chat.services import AnswerGuest, ChatEffect, Invite, Withdraw
from bot.errors import ChatGone, Refused
from bot.reply import Acknowledge, Asked, Edit, EditInline, InlineResult, Offer, Remember, Reply, Say

NO_PREVIEW = {"is_disabled": True}
UNCHANGED = "message is not modified"
NOT_EDITABLE = ("message to edit not found", "message can't be edited", "there is no text in the message")
TOO_OLD = "query is too old"

log = logging.getLogger(__name__)


class Transport:
    """Carries out effects on one bot. Raises SendError where an effect could not be carried out."""

    def __init__(self, bot: Bot, calls: Calls) -> None:
        self._bot, self._calls = bot, calls
        self._call = Methods(bot).call

    async def perform(self, effect: ChatEffect) -> tuple[int, ...]:
        """Carry out one effect; the ids of the messages that now stand for it, in order."""
        try:
            return await self._perform(effect)
        except ChatMigrated as error:
            if not isinstance(effect, Say):
                raise Refused("the group has moved") from error
            moved = replace(effect, chat=error.new_chat_id, thread=None, quote=False)
            return await self._perform(moved)

    async def _perform(self, effect: ChatEffect) -> tuple[int, ...]:
        match effect:
            case Say():
                return await self._say(effect)
            case Edit():
                return await self._edit(effect)
            case EditInline():
                await self._edit_inline(effect)
            case Acknowledge():
                await self._answer_query(
                    "answerCallbackQuery",
                    callback_query_id=effect.query,
                    text=shorten(effect.text, 200) or None,
                    show_alert=effect.alert or None,
                )
            case Offer():
                await self._answer_query(
                    "answerInlineQuery",
                    inline_query_id=effect.query,
                    results=[_article(result) for result in effect.results[:50]],
                    cache_time=effect.cache_seconds,
                    is_personal=True,  # the person's language and context decide
                )
            case Invite():
                await self._answer_query(
                    "answerInlineQuery",
                    inline_query_id=effect.query,
                    results=[],
                    button={"text": shorten(effect.text, 60), "start_parameter": "inline"},
                    cache_time=0,
                    is_personal=True,
                )
            case AnswerGuest():
                await self._answer_query(
                    "answerGuestQuery", guest_query_id=effect.query, result=_article(effect.result)
                )
            case Withdraw():
                for message in effect.messages:
                    await self._withdraw(effect.chat, message)
            case Remember() | Asked():
                pass  # the store's, not Telegram's
            case _:
                assert_never(effect)
        return ()

    async def _say(self, say: Say) -> tuple[int, ...]:
        quoted = say.answers if say.quote else None
        messages = await self._send_parts(say.chat, parts(say.reply), say.reply, say.thread, quoted)
        return (*messages, *await self._send_extras(say.chat, say.reply, say.thread))

    async def _edit(self, edit: Edit) -> tuple[int, ...]:
        """Replace the message; further parts of a long text follow as messages of their own."""
        first, *more = parts(edit.reply) or (Part("…", "…"),)
        markup = keyboard(edit.reply) if not more else None
        try:
            edited = await self._text(
                edit.chat,
                first,
                markup,
                partial(self._call, "editMessageText", chat_id=edit.chat, message_id=edit.message),
                message=False,
            )
        except Refused as error:
            if not any(words in str(error).lower() for words in NOT_EDITABLE):
                raise
            return await self._say(Say(edit.chat, edit.reply, thread=edit.thread))
        in_topic = isinstance(edited, dict) and edited.get("is_topic_message")
        thread = edited.get("message_thread_id") if in_topic else None
        further = await self._send_parts(edit.chat, more, edit.reply, thread, None) if more else ()
        return (edit.message, *further, *await self._send_extras(edit.chat, edit.reply, thread))

    async def _edit_inline(self, edit: EditInline) -> None:
        part, markup = _one_part(edit.reply)
        await self._text(
            None,
            part,
            markup,
            partial(self._call, "editMessageText", inline_message_id=edit.inline_message),
            message=False,
        )

    async def _send_parts(
        self, chat: int, texts: Sequence[Part], reply: Reply, thread: int | None, quoted: int | None
    ) -> tuple[int, ...]:
        """Send each part; the first quotes the question, the last has the buttons."""
        sent = []
        for number, part in enumerate(texts):
            quote = None
            if quoted is not None and number == 0:
                quote = {"message_id": quoted, "allow_sending_without_reply": True}
            markup = keyboard(reply) if number == len(texts) - 1 else None
            send = partial(
                self._call, "sendMessage", chat_id=chat, message_thread_id=thread, reply_parameters=quote
            )
            message = await self._text(chat, part, markup, send, message=True)
            sent.append(message["message_id"])
        return tuple(sent)

    async def _send_extras(self, chat: int, reply: Reply, thread: int | None) -> tuple[int, ...]:
        """Send the contact card and the file that come with an answer."""
        sent = []
        if (card := reply.card) is not None:
            message = await self._calls.insist(
                chat,
                lambda: self._call(
                    "sendContact",
                    chat_id=chat,
                    phone_number=card.phone,
                    first_name=card.name,
                    vcard=card.vcard,
                    message_thread_id=thread,
                ),
                message=True,
            )
            sent.append(message["message_id"])
        if (file := reply.attachment) is not None:
            document = await self._calls.insist(
                chat,
                lambda: self._bot.send_document(  # whose form with a file in it is PTB's to make
                    chat, InputFile(file.content, filename=file.name), message_thread_id=thread
                ),
                message=True,
            )
            sent.append(document.message_id)
        return tuple(sent)

    async def _text(
        self,
        chat: int | None,
        part: Part,
        markup: Keyboard | None,
        call: Callable[..., Awaitable[Any]],
        *,
        message: bool,
    ) -> Any:
        """Make `call` with HTML and buttons; what Telegram refuses of them is left away."""
        tries: list[dict[str, Any]] = [
            {"text": part.html, "parse_mode": ParseMode.HTML, "reply_markup": markup},
            {"text": part.plain, "reply_markup": markup},
            {"text": part.plain},
        ]
        for number, content in enumerate(tries):
            try:
                made = partial(call, link_preview_options=NO_PREVIEW, **content)
                return await self._calls.insist(chat, made, message=message)
            except Refused as error:
                words = str(error).lower()
                if UNCHANGED in words:
                    return None
                passing = "entit" in words or "button" in words or "markup" in words or "keyboard" in words
                if not passing or number == len(tries) - 1:
                    raise
                log.error("Telegram refused the markup of an answer: %s", error)
        raise AssertionError("the last try returns or raises")

    async def _withdraw(self, chat: int, message: int) -> None:
        try:
            deletion = partial(self._call, "deleteMessage", chat_id=chat, message_id=message)
            await self._calls.insist(chat, deletion, message=False)
        except (Refused, ChatGone) as error:  # gone already, or too old: nothing to mend
            log.debug("a message could not be deleted: %s", error)

    async def _answer_query(self, method: str, **given: object) -> None:
        """Answer a tap, an inline query or a guest; too late is nobody's fault any more."""
        try:
            await self._calls.insist(None, partial(self._call, method, **given), message=False)
        except Refused as error:
            if TOO_OLD not in str(error).lower():
                raise
            log.info("a query was too old to be answered")


def _article(result: InlineResult) -> dict[str, Any]:
    part, markup = _one_part(result.reply)
    content = {
        "message_text": part.html,
        "parse_mode": ParseMode.HTML,
        "link_preview_options": NO_PREVIEW,
    }
    return {
        "type": "article",
        "id": result.id,
        "title": shorten(result.title, 100),
        "input_message_content": content,
        "description": shorten(result.description, 200),
        **({"reply_markup": markup} if markup else {}),
    }


def _one_part(reply: Reply) -> tuple[Part, Keyboard | None]:
    """A message via the bot is one message: of a long answer it is the beginning."""
    first, *more = parts(reply) or (Part("…", "…"),)
    if more and units(first.plain) < MAX_TEXT - 2:
        first = Part(f"{first.html} …", f"{first.plain} …")
    return first, keyboard(reply)
