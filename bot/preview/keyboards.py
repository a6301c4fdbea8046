"""What Telegram demands of a reply_markup."""

from __future__ import annotations

from typing import Any

from bot.preview.markup import with_scheme
from bot.preview.records import Json
from bot.preview.refusals import bad_request
from bot.preview.texts import utf16

MAX_DATA = 64  # bytes
MAX_COPY = 256  # characters
MAX_BUTTONS = 100
MAX_ROW = 8

_ACTIONS = frozenset(
    {
        "url",
        "callback_data",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
        "disabled",
    }
)
_LOOKS = frozenset({"text", "icon_custom_emoji_id", "style"})
_STYLES = frozenset({"danger", "success", "primary"})


def checked_markup(markup: Any) -> Json | None:
    """The markup if Telegram would take it, None for an empty inline keyboard.

    Raises Refusal with Telegram's reason.
    """
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" not in markup:
        if not markup.keys() & {"keyboard", "remove_keyboard", "force_reply"}:
            raise bad_request("can't parse reply keyboard markup JSON object")
        return markup
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    kept = [[_button(button) for button in row] for row in rows if row]
    if sum(map(len, kept)) > MAX_BUTTONS or any(len(row) > MAX_ROW for row in kept):
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return {"inline_keyboard": kept} if kept else None


def _button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    text = button.get("text")
    if not isinstance(text, str) or not text.strip():
        raise bad_request("can't parse inline keyboard button: Button text must be non-empty")
    unknown = button.keys() - _ACTIONS - _LOOKS
    if unknown:
        raise bad_request(f'can\'t parse inline keyboard button: Unknown field "{min(unknown)}"')
    actions = button.keys() & _ACTIONS
    if not actions:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(actions) > 1:
        raise bad_request("can't parse inline keyboard button: Exactly one action must be specified")
    if button.get("style", "primary") not in _STYLES:
        raise bad_request("can't parse inline keyboard button: Invalid button style specified")
    _check_action(min(actions), button[min(actions)])
    return button | ({"url": with_scheme(button["url"])} if "url" in button else {})


def _check_action(action: str, value: Any) -> None:
    match action:
        case "callback_data" if not isinstance(value, str) or not 1 <= len(value.encode()) <= MAX_DATA:
            raise bad_request("BUTTON_DATA_INVALID")
        case "url" if not isinstance(value, str) or with_scheme(value) is None:
            raise bad_request(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
        case "copy_text":
            text = value.get("text") if isinstance(value, dict) else None
            if not isinstance(text, str) or not 1 <= utf16(text) <= MAX_COPY:
                raise bad_request("BUTTON_COPY_TEXT_INVALID")
        case "switch_inline_query" | "switch_inline_query_current_chat" if not isinstance(value, str):
            raise bad_request("can't parse inline keyboard button: switch_inline_query must be a String")
        case "switch_inline_query_chosen_chat" if not isinstance(value, dict):
            raise bad_request("can't parse inline keyboard button: Object expected")
