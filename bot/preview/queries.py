"""The Bot API's methods that answer taps, inline queries and guest mentions, and those about the profile."""

from __future__ import annotations

import re
from typing import Any

from bot.preview.access import Method, find_chat
from bot.preview.content import result_content
from bot.preview.params import Params
from bot.preview.records import Json
from bot.preview.refusals import Refusal, bad_request
from bot.preview.texts import utf16
from bot.preview.world import World

MAX_RESULTS = 50
MAX_COMMANDS = 100
TEXT_LIMITS = {"name": 64, "description": 512, "short_description": 120}  # characters

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}")


def _too_old() -> Refusal:
    return bad_request("query is too old and response timeout expired or query ID is invalid")


def _answer_callback_query(world: World, params: Params) -> bool:
    tap = world.taps.get(params.text("callback_query_id"))
    if tap is None or tap.answer is not None:
        raise _too_old()
    if utf16(params.text("text")) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    shown = {key: params.text(key) for key in ("text", "url") if params.text(key)}
    tap.answer = {**shown, **({"show_alert": True} if params.flag("show_alert") else {})}
    world.events.emit("tap_answered", tap.message.chat.id, tap)
    return True


def _answer_inline_query(world: World, params: Params) -> bool:
    question = world.questions.get(params.text("inline_query_id"))
    if question is None or question.results is not None:
        raise _too_old()
    results = params.parsed("results")
    if not isinstance(results, list):
        raise bad_request("can't parse inline query results: expected an Array")
    if len(results) > MAX_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    ids = [_result_id(result) for result in results]
    if len(set(ids)) < len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")
    if len(params.text("next_offset").encode()) > 64:
        raise bad_request("NEXT_OFFSET_INVALID")
    button = params.parsed("button")
    if button and not re.fullmatch(r"[\w-]{1,64}", str(button.get("start_parameter", "")), re.ASCII):
        raise bad_request("START_PARAM_INVALID")
    question.results = [{**result, "content": result_content(result)} for result in results]
    question.next_offset = params.text("next_offset")
    question.button = button
    world.events.emit("ask_answered", question.person.id, question)
    return True


def _result_id(result: Any) -> str:
    found = str(result.get("id", "")) if isinstance(result, dict) else ""
    if not 1 <= len(found.encode()) <= 64:
        raise bad_request("RESULT_ID_INVALID")
    return found


def _answer_guest_query(world: World, params: Params) -> Json:
    called = world.guest_calls.get(params.text("guest_query_id"))
    if called is None:
        raise _too_old()
    result = params.parsed("result")
    _result_id(result)
    message = world.post_by_bot(called.chat, result_content(result), guest_of=called)
    del world.guest_calls[params.text("guest_query_id")]
    return {"inline_message_id": message.inline_id}


def _language(params: Params) -> str:
    code = params.text("language_code")
    if code and not _LANGUAGE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return code


def _set_my_commands(world: World, params: Params) -> bool:
    commands = params.parsed("commands")
    if not isinstance(commands, list) or len(commands) > MAX_COMMANDS:
        raise bad_request("can't parse commands: expected an Array of up to 100 BotCommand")
    for command in commands:
        if not _COMMAND.fullmatch(str(command.get("command", "")).removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= utf16(str(command.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    kept = [{**command, "command": command["command"].removeprefix("/")} for command in commands]
    world.profile.set_commands(params.parsed("scope"), _language(params), kept)
    world.events.emit("profile")
    return True


def _get_my_commands(world: World, params: Params) -> list[Json]:
    return world.profile.commands(params.parsed("scope"), _language(params))


def _delete_my_commands(world: World, params: Params) -> bool:
    world.profile.set_commands(params.parsed("scope"), _language(params), [])
    world.events.emit("profile")
    return True


def _setter(kind: str) -> Method:
    def set_text(world: World, params: Params) -> bool:
        text = params.text(kind).strip()
        if utf16(text) > TEXT_LIMITS[kind]:
            raise bad_request(f"BOT_{'TITLE' if kind == 'name' else kind.upper()}_INVALID")
        world.profile.set_text(kind, _language(params), text)
        world.events.emit("profile")
        return True

    return set_text


def _getter(kind: str) -> Method:
    def get_text(world: World, params: Params) -> Json:
        return {kind: world.profile.of(kind, _language(params))}

    return get_text


def _set_chat_menu_button(world: World, params: Params) -> bool:
    chat = find_chat(world, params).id if params.text("chat_id") else None
    button = params.parsed("menu_button") or {"type": "default"}
    if button.get("type") not in ("commands", "web_app", "default"):
        raise bad_request("can't parse menu button: unsupported type")
    world.profile.menu_buttons[chat] = button
    world.events.emit("profile")
    return True


def _get_chat_menu_button(world: World, params: Params) -> Json:
    buttons = world.profile.menu_buttons
    default = buttons.get(None, {"type": "commands"})
    return buttons.get(find_chat(world, params).id, default) if params.text("chat_id") else default


QUERY_METHODS: dict[str, Method] = {
    "answercallbackquery": _answer_callback_query,
    "answerinlinequery": _answer_inline_query,
    "answerguestquery": _answer_guest_query,
    "setmycommands": _set_my_commands,
    "getmycommands": _get_my_commands,
    "deletemycommands": _delete_my_commands,
    "setmyname": _setter("name"),
    "getmyname": _getter("name"),
    "setmydescription": _setter("description"),
    "getmydescription": _getter("description"),
    "setmyshortdescription": _setter("short_description"),
    "getmyshortdescription": _getter("short_description"),
    "setchatmenubutton": _set_chat_menu_button,
    "getchatmenubutton": _get_chat_menu_button,
}
