"""One tap of staff, and what every step needs of it."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import CallbackQuery

from bot.announce.occasion import Occasion
from bot.announce.proposals import in_telegram
from bot.answer.taps import LANGUAGE_MARK
from bot.answer.texts import say
from bot.chat import newsroom_screens as screens
from bot.chat.campaigns import Campaign, Campaigns
from bot.chat.services import ChatEffect, Incoming, Services
from bot.knowledge.model import Knowledge
from bot.reply import Acknowledge, Edit, Remember, Reply, Say

ASKED = "announce!"  # what is remembered of who was asked for a text: announce!17:nb; 0: a new one


@dataclass(frozen=True, slots=True)
class Step:
    """One tap of somebody who may."""

    services: Services
    incoming: Incoming
    query: CallbackQuery
    language: str

    @property
    def knowledge(self) -> Knowledge:
        return self.services.shelf.current.knowledge

    @property
    def words(self) -> list[str]:
        """What the button carries, in its parts."""
        data = (self.query.data or "").removeprefix(screens.PREFIX)
        return data.partition(LANGUAGE_MARK)[0].split("_")

    def shown(self, reply: Reply, note: str = "") -> list[ChatEffect]:
        """Put `reply` in place of the message; `note` must be dismissed first."""
        done = Acknowledge(self.query.id, note, alert=bool(note))
        message = self.query.message
        if message is None or not message.is_accessible:
            return [done, Say(self.incoming.chat, reply)]
        return [done, Edit(self.incoming.chat, message.message_id, reply)]

    def refused(self, key: str) -> list[ChatEffect]:
        """Say why nothing happens."""
        return [Acknowledge(self.query.id, say(key, self.language), alert=True)]

    def asked(self, campaign: int, code: str, key: str, **values: object) -> list[ChatEffect]:
        """Ask for a text in a language; the next message is taken for it."""
        asked = screens.prompt(key, self.language, **values)
        entry = f"{ASKED}{campaign}:{code}"
        return [Remember(self.incoming.chat, self.incoming.person, entry=entry), *self.shown(asked)]


async def propose(campaigns: Campaigns, occasion: Occasion, kind: str, incoming: Incoming) -> int:
    """A telling that waits for who began it, and for nobody else."""
    number = await campaigns.propose(occasion, kind, who(incoming), incoming.now)
    await campaigns.asked(number)
    return number


async def newest_of(campaigns: Campaigns, campaign: Campaign) -> Occasion:
    """What was told last of what a confirmed telling told: a later one may have corrected it."""
    return await campaigns.told(campaign.occasion) or campaign.content


def who(incoming: Incoming) -> str:
    """How the audit names a member of staff."""
    return in_telegram(incoming.person)
