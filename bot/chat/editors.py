"""Looks after the knowledge folder while the bot runs, and tells admins what an edit did."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection

from bot.answer.texts import say
from bot.chat.services import Memory
from bot.chat.transport import Transport
from bot.errors import ChatGone, KlyngebotError, Problem
from bot.knowledge.shelf import Broken, Reloaded, Shelf
from bot.reply import Reply, Say, paragraph
from bot.understand.version import Version
from bot.watch import metrics

PROBLEMS = 10  # told in one message; the log has them all

log = logging.getLogger(__name__)


class Editors:
    """One look at the folder after the other.

    Every process takes an edit into use; whether it also tells admins is what `leads` says, so that one does.
    """

    def __init__(
        self,
        shelf: Shelf[Version],
        transport: Transport,
        memory: Memory,
        admins: Collection[int],
        leads: Callable[[], bool],
    ) -> None:
        self._shelf, self._transport, self._memory, self._admins = shelf, transport, memory, admins
        self._leads = leads
        self._unsure: Broken | None = None  # perhaps an editor is only half through with saving
        self._told = False

    async def look(self) -> None:
        """Take a changed folder into use; damage is told when it is still there at the next look."""
        try:
            outcome = await asyncio.to_thread(self._shelf.refresh)
        except Exception as error:
            log.error("the knowledge folder could not be looked at: %s", type(error).__name__)
            return
        if isinstance(outcome, Broken):
            self._unsure = outcome
            return
        if isinstance(outcome, Reloaded):
            log.info("the knowledge folder was changed and is in use")
            metrics.RELOADS.labels("used").inc()
            mended, self._told = self._told, False
            if mended:
                await self._tell("knowledge_mended", ())
        elif self._unsure is not None:
            for problem in self._unsure.problems:
                log.error("the changed knowledge folder cannot be used: %s", problem)
            metrics.RELOADS.labels("refused").inc()
            self._told = True
            await self._tell("knowledge_broken", self._unsure.problems)
        self._unsure = None

    async def _tell(self, key: str, problems: Collection[Problem]) -> None:
        for admin in self._admins if self._leads() else ():
            try:
                known = await self._memory.known(admin, admin)
                language = known.language or self._shelf.current.knowledge.languages[0]
                await self._transport.perform(Say(admin, _report(key, problems, language)))
            except ChatGone:
                log.info("an admin has not pressed Start in a chat with the bot, and so is told nothing")
            except KlyngebotError as error:
                log.warning("an admin could not be told: %s", error)


def _report(key: str, problems: Collection[Problem], language: str) -> Reply:
    lines = [paragraph(str(problem)) for problem in list(problems)[:PROBLEMS]]
    if len(problems) > PROBLEMS:
        lines.append(paragraph(say("problems_more", language, count=len(problems) - PROBLEMS)))
    return Reply((paragraph(say(key, language)), *lines), language=language)
