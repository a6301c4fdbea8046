"""/announce: staff choose or write, look it over, confirm. Nothing leaves unconfirmed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from bot.announce.occasion import NEW_TEXT, Occasion
from bot.answer.dialogue import menu_language
from bot.answer.texts import say
from bot.chat.addressing import command_of
from bot.chat.campaigns import Campaigns
from bot.chat.following import Following, board
from bot.chat.newsroom_step import ASKED, Step, newest_of, propose
from bot.chat.newsroom_taps import Steps
from bot.chat.questions import answered, on_question
from bot.chat.rights import is_staff
from bot.chat.services import Effects, Incoming, Services
from bot.reply import Acknowledge, Remember, Reply, paragraph

LONGEST = 3500  # characters of a text; with what a letter adds it is still one message
TAKEN = "announced!"  # remembered of who wrote it: announced!17:nb:4711, the telling and the message
ASKED_FOR = timedelta(minutes=30)  # how long the next message is taken for the text that was asked for


class Newsroom:
    """The handlers of staff's side; whoever is no staff is told so and no more."""

    def __init__(self, campaigns: Campaigns, following: Following, admins: Collection[int]) -> None:
        self._campaigns, self._admins = campaigns, admins
        self._steps = Steps(campaigns, following)

    async def on_command(self, services: Services, incoming: Incoming) -> Effects:
        """`/announce`: what there is to announce; nothing to another bot's command."""
        if command_of(incoming.message, services.me) is None:
            return []
        language = menu_language(incoming.asker, services.shelf.current)
        if not is_staff(incoming, self._admins):
            return answered(incoming, _line("ann_not_staff", language))
        return answered(incoming, await self._steps.menu(services, incoming.now, language))

    async def on_text(self, services: Services, incoming: Incoming) -> Effects:
        """The text that staff were asked for, or that text edited; a question from everybody else."""
        language = menu_language(incoming.asker, services.shelf.current)
        asked = _asked(incoming) if is_staff(incoming, self._admins) else None
        if asked is None:
            return self._answered(services, incoming)
        written = (incoming.message.text or "").strip()
        if not written or len(written) > LONGEST:
            return answered(incoming, _line("ann_too_long", language, count=LONGEST))
        number, code = asked
        occasion, kind = await self._written(number, code, written)
        campaign = await propose(self._campaigns, occasion, kind, incoming)
        shown = await board(
            self._campaigns, services.shelf.current.knowledge, campaign, incoming.now, language
        )
        taken = f"{TAKEN}{campaign}:{code}:{incoming.message.message_id}"
        return [Remember(incoming.chat, incoming.person, entry=taken), *answered(incoming, shown)]

    def _answered(self, services: Services, incoming: Incoming) -> Effects:
        """The answer to a question; where a text of staff is under way, it stays what is talked about."""
        effects = on_question(services, incoming)
        under_way = is_staff(incoming, self._admins) and _mark(incoming).startswith((ASKED, TAKEN))
        return [each for each in effects if not (under_way and isinstance(each, Remember))]

    async def on_tap(self, services: Services, incoming: Incoming) -> Effects:
        """One step; rights are looked at anew each time."""
        query = incoming.update.callback_query
        assert query is not None
        language = menu_language(incoming.asker, services.shelf.current)
        if not is_staff(incoming, self._admins):
            return [Acknowledge(query.id, say("ann_not_staff", language), alert=True)]
        return await self._steps.take(Step(services, incoming, query, language))

    async def _written(self, number: int, code: str, written: str) -> tuple[Occasion, str]:
        """The occasion that a text makes or changes, and what is told of it."""
        first, _, rest = written.partition("\n")
        title, text = first.strip(), rest.strip()
        campaign = await self._campaigns.campaign(number) if number else None
        if campaign is None:
            return Occasion(NEW_TEXT, "text", {code: title}, {code: text}), "text"
        before = campaign.content
        if campaign.confirmed is not None:  # what it told may have been corrected since, or taken back
            before = replace(await newest_of(self._campaigns, campaign), status=before.status)
        wanted = replace(before, title={**before.title, code: title}, text={**before.text, code: text})
        unsent = campaign.state == "waiting" and campaign.kind == "text"
        return wanted, "text" if unsent else "change"


def _asked(incoming: Incoming) -> tuple[int, str] | None:
    """Of which telling (0: a new one) and in which language this message is the text; None: of none."""
    entry = _mark(incoming)
    if incoming.update.message is not None and entry.startswith(ASKED):
        number, _, code = entry.removeprefix(ASKED).partition(":")
        return int(number), code
    if incoming.update.edited_message is not None and entry.startswith(TAKEN):
        number, code, message = entry.removeprefix(TAKEN).split(":")
        return (int(number), code) if int(message) == incoming.message.message_id else None
    return None


def _mark(incoming: Incoming) -> str:
    """What was last talked about, as long as a text that was asked for is waited for."""
    entry, at = incoming.asker.last_entry, incoming.asker.last_at
    return entry if entry and at is not None and incoming.now - at <= ASKED_FOR else ""


def _line(key: str, language: str, **values: object) -> Reply:
    return Reply((paragraph(say(key, language, **values)),), language=language)
