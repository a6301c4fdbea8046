"""Who may decide for a chat, and who is staff."""

from __future__ import annotations

from collections.abc import Collection

from telegram import Bot, Message

from bot.chat.addressing import PRIVATE
from bot.chat.calls import Calls
from bot.chat.services import Incoming
from bot.errors import SendError
from bot.settings import NOBODY


class Rights:
    """Asks Telegram; nothing is kept, since administrators come and go."""

    def __init__(self, bot: Bot, calls: Calls) -> None:
        self._bot, self._calls = bot, calls

    async def may_decide(self, incoming: Incoming) -> bool | None:
        """Whether who wrote or tapped decides for the chat; None where Telegram does not say."""
        query = incoming.update.callback_query
        message = incoming.update.effective_message
        if query is None and isinstance(message, Message):
            if message.chat.type == PRIVATE:
                return True
            speaker = message.sender_chat
            if speaker is not None:  # an anonymous administrator, or the channel itself
                return speaker.id == message.chat.id
        elif query is not None and incoming.chat == query.from_user.id:
            return True
        try:
            members = await self._calls.insist(  # not as long as a message: its answer may be one to a tap
                None, lambda: self._bot.get_chat_administrators(incoming.chat), message=False
            )
        except SendError:
            return None
        return incoming.person in {member.user.id for member in members}


def is_staff(incoming: Incoming, admins: Collection[int]) -> bool:
    """Whether one of `admins` wrote or tapped, as themselves and in private."""
    update = incoming.update
    user, message = update.effective_user, update.effective_message
    if user is None or user.id in NOBODY or user.id not in admins or incoming.chat != user.id:
        return False
    return not isinstance(message, Message) or message.sender_chat is None
