"""The Bot API's methods about chats and their members."""

from __future__ import annotations

from bot.preview.access import Method, find_chat, writable_chat
from bot.preview.params import Params
from bot.preview.records import Chat, Json
from bot.preview.refusals import bad_request
from bot.preview.world import World


def _get_chat(world: World, params: Params) -> Json:
    chat = find_chat(world, params)
    if chat.bot_status in ("left", "kicked"):
        writable_chat(world, params)
    taken = (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    )
    return chat.as_chat() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(taken, False),
    }


def _member(world: World, chat: Chat, user_id: int) -> Json:
    if user_id == world.bot_id:
        member: Json = {"status": chat.bot_status, "user": world.bot_user()}
    else:
        person = next((p for p in chat.members if p.id == user_id), None)
        if person is None and user_id not in world.people:
            raise bad_request("user not found")
        # The one who made the group is its first member.
        owner = chat.kind != "private" and person is chat.members[0]
        status = "left" if person is None else "creator" if owner else "member"
        member = {"status": status, "user": world.people[user_id].as_user()}
    return member | _rights(member["status"])


def _rights(status: str) -> Json:
    can = ["manage_chat", "delete_messages", "manage_video_chats", "restrict_members", "promote_members"]
    can += ["change_info", "invite_users", "post_stories", "edit_stories", "delete_stories"]
    match status:
        case "creator":
            return {"is_anonymous": False}
        case "administrator":
            rights = {f"can_{right}": True for right in can}
            return {"can_be_edited": False, "is_anonymous": False, **rights}
        case "kicked":
            return {"until_date": 0}
    return {}


def _get_chat_member(world: World, params: Params) -> Json:
    return _member(world, find_chat(world, params), params.integer("user_id"))


def _get_chat_administrators(world: World, params: Params) -> list[Json]:
    chat = writable_chat(world, params)
    if chat.kind == "private":
        raise bad_request("there are no administrators in the private chat")
    members = [_member(world, chat, user) for user in (chat.members[0].id, world.bot_id)]
    return [member for member in members if member["status"] in ("creator", "administrator")]


def _leave_chat(world: World, params: Params) -> bool:
    chat = writable_chat(world, params)
    if chat.kind == "private":
        raise bad_request("chat member status can't be changed in private chats")
    chat.bot_status = "left"
    world.events.emit("people", chat.id)
    return True


CHAT_METHODS: dict[str, Method] = {
    "getchat": _get_chat,
    "getchatmember": _get_chat_member,
    "getchatadministrators": _get_chat_administrators,
    "leavechat": _leave_chat,
}
