"""A small bot with something of everything, for the page's tests."""

from __future__ import annotations

from typing import Any

from telegram import (
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    Update,
)
from telegram import InputTextMessageContent as Content
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.preview import PreviewServer

AnyApplication = Application[Any, Any, Any, Any, Any, Any]

RICH = (
    "<b>Bold</b> <i>and <u>more</u></i> <code>&lt;b&gt;</code> <tg-spoiler>secret</tg-spoiler> "
    '<a href="https://example.org/">link</a> <tg-time unix="1767225600" format="DT">noon</tg-time>'
    "<blockquote expandable>a long quote</blockquote>"
)
BUTTONS = InlineKeyboardMarkup(
    [
        [
            InlineKeyboardButton("Change", callback_data="change"),
            InlineKeyboardButton("Alert", callback_data="alert"),
        ],
        [
            InlineKeyboardButton("Site", url="https://example.org/"),
            InlineKeyboardButton("Begin", url="https://t.me/klyngebot?start=x"),
        ],
        [InlineKeyboardButton("Mail", copy_text=CopyTextButton("post@example.org"))],
        [InlineKeyboardButton("Look", switch_inline_query_current_chat="arena")],
    ]
)


async def on_message(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    message, chat = update.message, update.effective_chat
    assert message is not None and chat is not None
    match message.text:
        case "rich":
            await message.reply_html(RICH, reply_markup=BUTTONS)
        case "hostile":
            await message.reply_text("<img src=x onerror=alert(1)><script>alert(2)</script>")
        case "file":
            await message.reply_document(b"BEGIN:VCALENDAR", filename="day.ics", caption="The day")
        case "contact":
            await message.reply_contact(
                "+4755000000", "Solveig", "Berg", vcard="BEGIN:VCARD\nORG:Ocean\nEND:VCARD"
            )
        case "wait":
            await context.bot.send_chat_action(chat.id, "typing")
        case None:
            await message.reply_text("I read text only")
        case text:
            await message.reply_text(f"You said: {text}", do_quote=chat.type != "private")


async def on_edit(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.edited_message is not None
    await update.edited_message.reply_text(f"Now: {update.edited_message.text}")


async def on_tap(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    query = update.callback_query
    assert query is not None
    await query.answer("Noted" if query.data == "change" else "Look here", show_alert=query.data == "alert")
    if query.data == "change":
        rows = [[InlineKeyboardButton("Back", callback_data="back")]]
        await query.edit_message_text("Changed", reply_markup=InlineKeyboardMarkup(rows))


async def on_inline(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    query = update.inline_query
    assert query is not None
    await query.answer([InlineQueryResultArticle("1", f"About {query.query}", Content("From a result"))])


def explain(text: str, language: str) -> dict[str, Any]:
    return {
        "decision": "sure",
        "entry": "level-arena",
        "confidence": 0.93,
        "matched": "what is arena",
        "language": language,
        "runner_up": {"entry": "level-gce", "confidence": 0.4},
        "threshold": {"sure": 0.7, "unsure": 0.4},
        "repaired": {"arenna": "arena"},
        "lines": ["arena is rare"],
    }


def build(server: PreviewServer) -> AnyApplication:
    builder = ApplicationBuilder().token(server.token).base_url(server.base_url + "/bot")
    app = builder.base_file_url(server.base_url + "/file/bot").build()
    app.add_handler(CallbackQueryHandler(on_tap))
    app.add_handler(InlineQueryHandler(on_inline))
    app.add_handler(MessageHandler(filters.UpdateType.EDITED_MESSAGE, on_edit))
    app.add_handler(MessageHandler(filters.UpdateType.MESSAGE & ~filters.VIA_BOT, on_message))
    return app
