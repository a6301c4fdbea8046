"""/privacy, /mydata and /forget: what is stored about a person, and their say in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.answer.dialogue import menu_language
from bot.answer.privacy import (
    PREFIX,
    elsewhere_reply,
    file_reply,
    line_reply,
    policy_reply,
    sure_reply,
)
from bot.answer.taps import LANGUAGE_MARK
from bot.answer.texts import LANGUAGES, say
from bot.chat.addressing import PRIVATE, command_of
from bot.chat.questions import answered
from bot.chat.services import ChatEffect, Incoming, Services
from bot.reply import Acknowledge, Edit, Reply, Say


class Records(Protocol):
    """What is stored about people."""

    async def stored(self, person: int) -> Mapping[str, object]: ...

    async def forget(self, person: int, now: datetime) -> None: ...


class Privacy:
    """The handlers; of a person's data they speak with that person only, and in private."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def on_command(self, services: Services, incoming: Incoming) -> Sequence[ChatEffect]:
        """The three commands, also as deep links: `/start forget`."""
        command = command_of(incoming.message, services.me)
        if command is None:
            return []
        name, argument = command
        wanted = argument.lower() if name == "start" else name
        version = services.shelf.current
        language = menu_language(incoming.asker, version)
        private = incoming.message.chat.type == PRIVATE
        if wanted == "privacy":
            policy, now = services.policy, incoming.now
            return answered(incoming, policy_reply(version.knowledge, policy, language, now, private=private))
        if not private:
            return answered(incoming, elsewhere_reply(wanted, services.me.link(wanted), language))
        if wanted == "mydata":
            return answered(incoming, await self._file(incoming, language))
        return answered(incoming, sure_reply(language))

    async def on_tap(self, services: Services, incoming: Incoming) -> Sequence[ChatEffect]:
        """One step. Whoever presses decides about themselves, and only in the private chat."""
        query = incoming.update.callback_query
        assert query is not None
        action, _, carried = (query.data or "").removeprefix(PREFIX).partition(LANGUAGE_MARK)
        menu = menu_language(incoming.asker, services.shelf.current)
        language = carried if carried in LANGUAGES else menu
        message = query.message
        if message is None or message.chat.id != query.from_user.id:
            refusal = say("mine_in_private", language, command="privacy")
            return [Acknowledge(query.id, refusal, alert=True)]
        match action:
            case "data":
                reply = await self._file(incoming, language)
                return [Acknowledge(query.id), Say(incoming.chat, reply)]
            case "forget":
                reply = sure_reply(language)
            case "yes":
                await self._records.forget(incoming.person, incoming.now)
                reply = line_reply("mine_forgotten", language)
            case "no":
                reply = line_reply("mine_kept", language)
            case _:
                return [Acknowledge(query.id, say("stale", language), alert=True)]
        if not message.is_accessible:
            return [Acknowledge(query.id), Say(incoming.chat, reply)]
        return [Acknowledge(query.id), Edit(incoming.chat, message.message_id, reply)]

    async def _file(self, incoming: Incoming, language: str) -> Reply:
        stored = await self._records.stored(incoming.person)
        return file_reply(incoming.person, stored, language, incoming.now)
