"""The Bot API's methods about messages: send, edit, delete."""

from __future__ import annotations

from typing import Any

from bot.preview.access import Method, writable_chat
from bot.preview.content import document_content, markup_of, text_content
from bot.preview.params import Params
from bot.preview.records import Chat, Json, Message
from bot.preview.refusals import bad_request
from bot.preview.world import World

ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)


def _get_me(world: World, params: Params) -> Json:
    return world.bot_user() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy,
        "supports_inline_queries": True,
        "supports_guest_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def _send(world: World, params: Params, content: Json) -> Json:
    chat = writable_chat(world, params)
    content = content | _reply(chat, params.parsed("reply_parameters")) | markup_of(params)
    if world.limits is not None:
        world.limits.check(chat.id, chat.kind != "private", world.clock())
    return world.post_by_bot(chat, content).data


def _reply(chat: Chat, wanted: Any) -> Json:
    if not wanted:
        return {}
    if not isinstance(wanted, dict) or not isinstance(wanted.get("message_id"), int):
        raise bad_request("can't parse reply parameters: message_id is required")
    message = chat.messages.get(wanted["message_id"])
    if message is None:
        if wanted.get("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")
    return {"reply_to_message": {k: v for k, v in message.data.items() if k != "reply_to_message"}}


def _send_message(world: World, params: Params) -> Json:
    writable_chat(world, params)  # Telegram names the chat's fault before the text's
    return _send(world, params, text_content(params))


def _send_document(world: World, params: Params) -> Json:
    writable_chat(world, params)
    return _send(world, params, document_content(world.files, params))


def _send_contact(world: World, params: Params) -> Json:
    writable_chat(world, params)
    contact = {key: params.text(key) for key in ("phone_number", "first_name", "last_name", "vcard")}
    if not contact["phone_number"]:
        raise bad_request("phone number is empty")
    if not contact["first_name"]:
        raise bad_request("first name is empty")
    if len(contact["vcard"].encode()) > 2048:
        raise bad_request("VCARD_TOO_LONG")
    return _send(world, params, {"contact": {key: value for key, value in contact.items() if value}})


def _send_chat_action(world: World, params: Params) -> bool:
    chat = writable_chat(world, params)
    action = params.text("action")
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.events.emit("action", chat.id, action)
    return True


def _own_message(world: World, params: Params) -> Message:
    """The message an edit means. Raises Refusal where there is none or it is not the bot's."""
    if params.text("inline_message_id"):
        sent = world.inline.get(params.text("inline_message_id"))
        if sent is None:
            raise bad_request("MESSAGE_ID_INVALID")
        return sent
    chat = writable_chat(world, params)
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if not message.by_bot or message.inline_id:
        raise bad_request("message can't be edited")
    return message


def _edit(world: World, message: Message, content: Json) -> Json | bool:
    before = {key: message.data.get(key) for key in ("text", "entities", "reply_markup")}
    if before == {key: content.get(key) for key in before}:
        raise bad_request(NOT_MODIFIED)
    world.change_by_bot(message, content)
    return True if message.inline_id else message.data


def _edit_message_text(world: World, params: Params) -> Json | bool:
    message = _own_message(world, params)
    if "text" not in message.data:
        raise bad_request("there is no text in the message to edit")
    return _edit(world, message, text_content(params, too_long="MESSAGE_TOO_LONG") | markup_of(params))


def _edit_message_reply_markup(world: World, params: Params) -> Json | bool:
    message = _own_message(world, params)
    said = ("text", "entities", "caption", "caption_entities")
    kept = {key: message.data[key] for key in said if key in message.data}
    return _edit(world, message, kept | markup_of(params))


def _delete_message(world: World, params: Params) -> bool:
    chat = writable_chat(world, params)
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        asked = params.text("message_id")
        raise bad_request("message to delete not found" if asked else "message identifier is not specified")
    if not message.by_bot and chat.kind != "private" and chat.bot_status != "administrator":
        raise bad_request("message can't be deleted")
    world.delete_by_bot(message)
    return True


def _set_message_reaction(world: World, params: Params) -> bool:
    chat = writable_chat(world, params)
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad_request("message to react not found")
    reactions = params.parsed("reaction") or []
    if len(reactions) > 1 or any(
        reaction.get("type") not in ("emoji", "custom_emoji") for reaction in reactions
    ):
        raise bad_request("REACTION_INVALID")
    message.reactions = reactions
    world.events.emit("reacted", chat.id, message)
    return True


def _get_file(world: World, params: Params) -> Json:
    file = world.files.get(params.text("file_id"))
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    size = len(file.content)
    return {"file_id": file.id, "file_unique_id": f"u-{file.id}", "file_size": size, "file_path": file.id}


MESSAGE_METHODS: dict[str, Method] = {
    "getme": _get_me,
    "sendmessage": _send_message,
    "senddocument": _send_document,
    "sendcontact": _send_contact,
    "sendchataction": _send_chat_action,
    "editmessagetext": _edit_message_text,
    "editmessagereplymarkup": _edit_message_reply_markup,
    "deletemessage": _delete_message,
    "setmessagereaction": _set_message_reaction,
    "getfile": _get_file,
}
