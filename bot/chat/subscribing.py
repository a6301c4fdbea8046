"""/subscribe and /stop, their buttons, "remind me", and what happens to chats that were subscribed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Protocol

from babel.lists import format_list
from telegram import CallbackQuery, Message

from bot.announce.audience import Subscription
from bot.announce.occasion import Occasion, from_event, numbered, occasion_of
from bot.answer.dialogue import menu_language
from bot.answer.moments import LOCALES, instant
from bot.answer.occasions import saved_occasion
from bot.answer.taps import LANGUAGE_MARK
from bot.answer.texts import LANGUAGES, say
from bot.chat.addressing import PRIVATE, command_of, thread_of
from bot.chat.choosing import PREFIX, changed
from bot.chat.choosing_screen import screen
from bot.chat.membership import OUTSIDE, on_membership
from bot.chat.questions import answered
from bot.chat.services import ChatEffect, Incoming, Services
from bot.chat.taps import acknowledged
from bot.knowledge.model import Knowledge
from bot.reply import Acknowledge, Edit, Reply, Say, paragraph

REMIND, CALENDAR = "remind_", "calendar_"
EVERYTHING = {"all", "everything", "alt", "alle", "allt"}


class Subscriptions(Protocol):
    """What each chat chose, kept."""

    async def subscription_of(self, chat: int, thread: int | None) -> Subscription | None: ...

    async def change(
        self, first: Subscription, make: Callable[[Subscription], Subscription], now: datetime
    ) -> Subscription: ...

    async def stop(self, chat: int, thread: int | None, now: datetime) -> None: ...

    async def pause_blocked(self, chat: int, now: datetime) -> None: ...

    async def resume_blocked(self, chat: int, now: datetime) -> None: ...

    async def migrate(self, old: int, new: int) -> None: ...

    async def remind(
        self, chat: int, thread: int | None, language: str, occasion: Occasion, now: datetime
    ) -> list[datetime]: ...

    async def told(self, occasion: str) -> Occasion | None: ...


class Deciders(Protocol):
    async def may_decide(self, incoming: Incoming) -> bool | None: ...


class Subscribing:
    """The handlers; they read and write what chats chose."""

    def __init__(self, subscriptions: Subscriptions, rights: Deciders) -> None:
        self._subscriptions, self._rights = subscriptions, rights

    async def on_command(self, services: Services, incoming: Incoming) -> Sequence[ChatEffect]:
        """Show what is chosen, `/subscribe all` chooses everything, `/stop` stops everything."""
        command = command_of(incoming.message, services.me)
        if command is None:
            return []
        name, argument = command
        message = incoming.message
        mine = await self._subscription(services, incoming, message)
        if refusal := await self._refusal(incoming, mine.language):
            return answered(incoming, refusal)
        if name == "stop":
            await self._subscriptions.stop(mine.chat, mine.thread, incoming.now)
            return answered(incoming, _line("sub_stopped_now", mine.language))
        make = _all if argument.lower() in EVERYTHING else _same
        chosen = await self._subscriptions.change(mine, make, incoming.now)
        return answered(incoming, screen(chosen, "", services.shelf.current.knowledge))

    async def on_tap(self, services: Services, incoming: Incoming) -> Sequence[ChatEffect]:
        """Change what a button says and show what is chosen now."""
        query = incoming.update.callback_query
        assert query is not None
        knowledge = services.shelf.current.knowledge
        data = query.data or ""
        mine = await self._subscription(services, incoming, query.message)
        if refusal := await self._refusal(incoming, mine.language):
            return [Acknowledge(query.id, refusal.plain(), alert=True)]
        if data == f"{PREFIX}stop":
            await self._subscriptions.stop(mine.chat, mine.thread, incoming.now)
            return [
                Acknowledge(query.id),
                _shown(query, incoming, replace(mine, paused="stopped"), "", services),
            ]
        made = changed(mine, data, knowledge)
        if made is None:
            return [Acknowledge(query.id, say("stale", mine.language), alert=True)]
        make = partial(_changed, data, knowledge)
        chosen = await self._subscriptions.change(mine, make, incoming.now)
        return [Acknowledge(query.id), _shown(query, incoming, chosen, made[1], services)]

    async def on_remind(self, services: Services, incoming: Incoming) -> Sequence[ChatEffect]:
        """Remind this chat of one event, at the lead times it chose."""
        query = incoming.update.callback_query
        assert query is not None
        version = services.shelf.current
        row, _, carried = (query.data or "").removeprefix(REMIND).partition(LANGUAGE_MARK)
        language = carried if carried in LANGUAGES else menu_language(incoming.asker, version)
        event, zone = version.knowledge.events.get(row), version.knowledge.zone
        if event is None or event.status != "published":
            return [Acknowledge(query.id, say("stale", language), alert=True)]
        mine = await self._subscription(services, incoming, query.message)
        if refusal := await self._refusal(incoming, language):
            return [Acknowledge(query.id, refusal.plain(), alert=True)]
        moments = await self._subscriptions.remind(
            mine.chat, mine.thread, mine.language, occasion_of(version.knowledge, event), incoming.now
        )
        if not moments:
            return [Acknowledge(query.id, say("remind_late", language), alert=True)]
        when = format_list([instant(each, zone, language) for each in moments], locale=LOCALES[language])
        return [Acknowledge(query.id, say("remind_set", language, when=when), alert=True)]

    async def on_calendar(self, services: Services, incoming: Incoming) -> Sequence[ChatEffect]:
        """Send the calendar file of an event, numbered so that it replaces those of earlier revisions."""
        query = incoming.update.callback_query
        assert query is not None
        version = services.shelf.current
        row, _, carried = (query.data or "").removeprefix(CALENDAR).partition(LANGUAGE_MARK)
        language = carried if carried in LANGUAGES else menu_language(incoming.asker, version)
        event = version.knowledge.events.get(row)
        if event is None:
            return [Acknowledge(query.id, say("stale", language), alert=True)]
        occasion = numbered(
            from_event(event, version.knowledge.zone), await self._subscriptions.told(f"event:{row}")
        )
        reply = saved_occasion(version.knowledge, occasion, language, incoming.now)
        if reply.attachment is None:
            return [Acknowledge(query.id, reply.paragraphs[-1][0].text, alert=True)]
        thread = thread_of(query.message) if isinstance(query.message, Message) else None
        return acknowledged(query, Say(incoming.chat, replace(reply, paragraphs=()), thread=thread))

    async def on_membership(self, services: Services, incoming: Incoming) -> Sequence[ChatEffect]:
        """Pause where we may not write any more, go on where we may again; greet a new group."""
        change = incoming.update.my_chat_member
        assert change is not None
        if change.new_chat_member.status in OUTSIDE:
            await self._subscriptions.pause_blocked(change.chat.id, incoming.now)
        elif change.old_chat_member.status in OUTSIDE:
            await self._subscriptions.resume_blocked(change.chat.id, incoming.now)
        return on_membership(services, incoming)

    async def on_migration(self, _: Services, incoming: Incoming) -> Sequence[ChatEffect]:
        """A group became a supergroup, with an id of its own; both chats say so, in any order."""
        message = incoming.message
        if message.migrate_to_chat_id is not None:
            await self._subscriptions.migrate(message.chat.id, message.migrate_to_chat_id)
        elif message.migrate_from_chat_id is not None:
            await self._subscriptions.migrate(message.migrate_from_chat_id, message.chat.id)
        return []

    async def _subscription(self, services: Services, incoming: Incoming, message: object) -> Subscription:
        """What the chat (or the topic of a forum) chose; what it begins with where it chose nothing yet.

        Telegram is asked only after this, which takes long: what is changed is read anew in the transaction.
        """
        thread = thread_of(message) if isinstance(message, Message) else None
        kept = await self._subscriptions.subscription_of(incoming.chat, thread)
        if kept is not None:
            return kept
        version = services.shelf.current
        kind = incoming.update.effective_chat.type if incoming.update.effective_chat else PRIVATE
        language = menu_language(incoming.asker, version)
        if kind == "channel":
            return Subscription(incoming.chat, thread, "channel", version.knowledge.languages[0])
        return Subscription(incoming.chat, thread, "private" if kind == PRIVATE else "group", language)

    async def _refusal(self, incoming: Incoming, language: str) -> Reply | None:
        allowed = await self._rights.may_decide(incoming)
        if allowed:
            return None
        return _line("sub_unknown_admins" if allowed is None else "sub_admins_only", language)


def _all(subscription: Subscription) -> Subscription:
    return replace(subscription, everything=True, paused="")


def _same(subscription: Subscription) -> Subscription:
    return subscription


def _changed(data: str, knowledge: Knowledge, subscription: Subscription) -> Subscription:
    made = changed(subscription, data, knowledge)
    return made[0] if made else subscription


def _shown(
    query: CallbackQuery, incoming: Incoming, subscription: Subscription, page: str, services: Services
) -> ChatEffect:
    reply = screen(subscription, page, services.shelf.current.knowledge)
    if query.message is None or not query.message.is_accessible:
        return Say(incoming.chat, reply, thread=subscription.thread)
    return Edit(incoming.chat, query.message.message_id, reply, subscription.thread)


def _line(key: str, language: str) -> Reply:
    return Reply((paragraph(say(key, language)),), language=language)
