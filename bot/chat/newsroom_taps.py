"""The steps behind staff's buttons, one tap each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.announce.audience import CHOICES
from bot.announce.occasion import Occasion, occasion_of
from bot.announce.recurrence import upcoming
from bot.answer.texts import LANGUAGES, say
from bot.chat import newsroom_audience as choices
from bot.chat import newsroom_screens as screens
from bot.chat.campaigns import Campaign, Campaigns, Estimate
from bot.chat.choosing import ON_A_PAGE, names
from bot.chat.following import OPEN, Following, board
from bot.chat.newsroom_step import Step, newest_of, propose, who
from bot.chat.proofs import proofs
from bot.chat.services import Effects, Services
from bot.reply import Acknowledge, Remember, Reply, Say, paragraph

CHOSEN = 12  # events in the menu
OVER = 3  # tellings in the menu that are done, to read their reports or to correct them


class Steps:
    """What each button does; buttons of a state that has passed show the present one."""

    def __init__(self, campaigns: Campaigns, following: Following) -> None:
        self._campaigns, self._following = campaigns, following

    async def take(self, step: Step) -> Effects:
        match step.words:
            case ["menu"]:
                forget = Remember(step.incoming.chat, step.incoming.person, entry="")
                shown = await self.menu(step.services, step.incoming.now, step.language)
                return [forget, *step.shown(shown)]
            case ["write"]:
                return step.asked(0, step.language, "ann_prompt")
            case ["event", row]:
                return await self._event(step, row)
            case [action, number, *rest] if number.isascii() and number.isdigit() and len(number) < 10:
                found = await self._campaigns.campaign(int(number))
                if found is not None:
                    effects = await (
                        self._unconfirmed(step, action, rest, found)
                        if found.state == "waiting"
                        else self._confirmed(step, action, found)
                    )
                    return effects or await self._look(step, int(number))
        return step.refused("stale")

    async def menu(self, services: Services, now: datetime, language: str) -> Reply:
        """What can be announced, soonest first, what is on its way, and what was announced last."""
        knowledge = services.shelf.current.knowledge
        events = [
            event
            for event in knowledge.events.values()
            if event.status != "draft" and not event.over(now, knowledge.zone)
        ]
        coming = [upcoming(occasion_of(knowledge, event), now, knowledge.zone) for event in events]
        coming.sort(key=lambda each: each.starts(knowledge.zone) or now)
        latest = await self._campaigns.latest()
        waiting = [each for each in latest if each.state == "waiting"]
        going = [each for each in latest if each.state in OPEN]
        over = [each for each in latest if each.state not in ("waiting", *OPEN) and each.confirmed]
        asked = {each.occasion for each in waiting}
        offered: list[tuple[Occasion, str]] = []
        for each in coming:
            if len(offered) == CHOSEN:
                break
            whole = f"event:{each.row}"
            event = knowledge.events[each.row]
            kind = await self._campaigns.kind_for(occasion_of(knowledge, event))
            if kind is not None and whole not in asked:
                offered.append((each, kind))
        most = screens.BUNDLED
        return screens.menu(waiting[:most], offered, [*going[:most], *over[:OVER]], language)

    async def _event(self, step: Step, row: str) -> Effects:
        event = step.knowledge.events.get(row)
        if event is None:
            return step.refused("stale")
        if event.status == "draft":
            return step.refused("ann_draft")
        if event.over(step.incoming.now, step.knowledge.zone):
            return step.refused("ann_over")
        occasion = occasion_of(step.knowledge, event)
        kind = await self._campaigns.kind_for(occasion)
        if kind is None:
            return step.refused("ann_called_off" if event.status == "cancelled" else "ann_same")
        return await self._propose(step, occasion, kind)

    async def _unconfirmed(self, step: Step, action: str, rest: Sequence[str], campaign: Campaign) -> Effects:
        """Look it over, test, choose whom it concerns, confirm or discard."""
        match action, rest:
            case "read", [code] if code in LANGUAGES:
                letters = await self._proofs(step, campaign, code)
                return step.shown(screens.reading(letters, campaign, code, step.language))
            case "test", []:
                done = Acknowledge(step.query.id, say("ann_tested", step.language))
                letters = await self._proofs(step, campaign, step.language)
                name, now = who(step.incoming), step.incoming.now
                await self._campaigns.note(name, "test", campaign.occasion, now, campaign.id, 1)
                return [done, *(Say(step.incoming.chat, letter) for letter in letters)]
            case "aud", []:
                return step.shown(choices.audience(step.knowledge, campaign, step.language))
            case "page", [facet, page] if facet in CHOICES and page.isdigit() and len(page) < 4:
                return step.shown(
                    choices.facet_page(step.knowledge, campaign, facet, int(page), step.language)
                )
            case "set", [facet, row, "0" | "1" as on] if facet in CHOICES and row in names(
                step.knowledge, facet
            ):
                return await self._mark(step, campaign, facet, row, on == "1")
            case "lang", [code] if code in LANGUAGES and campaign.content.kind == "text":
                return step.asked(campaign.id, code, "ann_prompt_language", name=say("language_name", code))
            case "send", []:
                estimate = await self._estimate(step, campaign)
                return step.shown(
                    screens.sure(step.knowledge, campaign, estimate, step.incoming.now, step.language)
                )
            case "yes", [count]:
                return await self._confirm(step, campaign, count)
            case "drop", []:
                if step.query.message is not None:
                    await self._following.leave(step.incoming.chat, step.query.message.message_id)
                await self._campaigns.cancel(campaign.id, who(step.incoming), step.incoming.now)
                text = paragraph(say("ann_discarded", step.language))
                return step.shown(Reply((text,), language=step.language))
        return []

    async def _confirmed(self, step: Step, action: str, campaign: Campaign) -> Effects:
        """Follow, pause, stop, correct, take back."""
        name, now, text = who(step.incoming), step.incoming.now, campaign.content.kind == "text"
        if step.query.message is not None and action in ("stop", "correct", "back"):
            await self._following.leave(step.incoming.chat, step.query.message.message_id)
        match action:
            case "pause" if campaign.state == "running":
                await self._campaigns.pause(campaign.id, name, now)
            case "resume" if campaign.state == "paused":
                await self._campaigns.resume(campaign.id, name, now)
                await self._follow(step, campaign)
            case "again" if campaign.state == "cancelled":
                told = await newest_of(self._campaigns, campaign)
                kind = await self._campaigns.kind_for(told)
                return await self._propose(step, told, kind) if kind else step.refused("ann_same")
            case "stop" if campaign.state in OPEN:
                far = await self._campaigns.progress(campaign.id)
                newest = await newest_of(self._campaigns, campaign) == campaign.content
                waiting = far.pending if far else 0
                return step.shown(screens.stop_sure(campaign, waiting, newest, step.language))
            case "stopyes" if campaign.state in OPEN:
                await self._campaigns.cancel(campaign.id, name, now)
            case "correct" if text:
                written = (await newest_of(self._campaigns, campaign)).title
                code = step.language if step.language in written else next(iter(written))
                return step.asked(campaign.id, code, "ann_prompt_correct", name=say("language_name", code))
            case "correct":
                origin = step.knowledge.origins.get(("event", campaign.content.row))
                where = origin.file if origin else "events.yaml"
                text_ = say("ann_correct_event", step.language, file=where)
                return [Acknowledge(step.query.id, text_, alert=True)]
            case "back" if text:
                told = await newest_of(self._campaigns, campaign)
                return await self._propose(step, replace(told, status="cancelled"), "cancel")
            case "desk" if campaign.state in OPEN:
                await self._follow(step, campaign)
        return []

    async def _mark(self, step: Step, campaign: Campaign, facet: str, row: str, on: bool) -> Effects:
        """Let a text concern a topic (or county, level, cluster), or no longer."""
        others = [each for each in getattr(campaign.content, facet) if each != row]
        chosen: dict[str, Any] = {facet: tuple(sorted([*others, row] if on else others))}
        wanted = replace(campaign.content, **chosen)
        await self._campaigns.revise(campaign.id, wanted, step.incoming.now)
        found = await self._campaigns.campaign(campaign.id)
        if found is None:
            return []
        page = list(names(step.knowledge, facet)).index(row) // ON_A_PAGE
        return step.shown(choices.facet_page(step.knowledge, found, facet, page, step.language))

    async def _confirm(self, step: Step, campaign: Campaign, told: str) -> Effects:
        """Send, if it is still for as many as they were told."""
        estimate = await self._estimate(step, campaign)
        if told != str(estimate.recipients):
            asked = screens.sure(step.knowledge, campaign, estimate, step.incoming.now, step.language)
            return step.shown(asked, say("ann_changed", step.language))
        await self._campaigns.confirm(campaign.id, who(step.incoming), step.incoming.now)
        await self._follow(step, campaign)
        return await self._look(step, campaign.id)

    async def _proofs(self, step: Step, campaign: Campaign, language: str) -> tuple[Reply, ...]:
        before, now = await self._campaigns.told_before(campaign.content), step.incoming.now
        version = step.services.shelf.current
        return proofs(version, campaign.content, before, campaign.kind, language, now)

    async def _estimate(self, step: Step, campaign: Campaign) -> Estimate:
        return await self._campaigns.audience_size(campaign.content, campaign.kind, step.incoming.now)

    async def _propose(self, step: Step, occasion: Occasion, kind: str) -> Effects:
        number = await propose(self._campaigns, occasion, kind, step.incoming)
        return await self._look(step, number)

    async def _look(self, step: Step, campaign: int) -> Effects:
        return step.shown(
            await board(self._campaigns, step.knowledge, campaign, step.incoming.now, step.language)
        )

    async def _follow(self, step: Step, campaign: Campaign) -> None:
        if step.query.message is not None:
            await self._following.follow(
                campaign.id, step.incoming.chat, step.query.message.message_id, step.language
            )
