"""/status: how the bot fares, for staff."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.answer.dialogue import menu_language
from bot.answer.moments import instant
from bot.answer.texts import say
from bot.chat.addressing import command_of
from bot.chat.commands import on_command
from bot.chat.questions import answered
from bot.chat.rights import is_staff
from bot.chat.services import Effects, Incoming, Services
from bot.reply import Reply, block, paragraph
from bot.watch.health import Health
from bot.watch.standing import BANDS, Standing, size


class Overview:
    """The handler; to whoever is no staff it is a command like any unknown one."""

    def __init__(
        self,
        health: Callable[[], Awaitable[Health]],
        standing: Callable[[], Awaitable[Standing]],
        saved: Callable[[], datetime],
        admins: Collection[int],
    ) -> None:
        self._health, self._standing, self._saved, self._admins = health, standing, saved, admins

    async def on_command(self, services: Services, incoming: Incoming) -> Effects:
        """`/status`, in private; nothing to another bot's command."""
        if command_of(incoming.message, services.me) is None:
            return []
        if not is_staff(incoming, self._admins):
            return on_command(services, incoming)
        version = services.shelf.current
        language = menu_language(incoming.asker, version)
        zone = version.knowledge.zone
        standing, health = await self._standing(), await self._health()
        lines = [
            *told(standing, health, self._saved(), zone, language),
            *warnings(standing, health, language),
        ]
        reply = Reply((block([paragraph(line) for line in lines]),), language=language)
        return answered(incoming, reply)


def told(standing: Standing, health: Health, saved: datetime, zone: ZoneInfo, language: str) -> Iterator[str]:
    """What there is to know, a line each."""

    def moment(at: datetime | None) -> str:
        return instant(at, zone, language) if at else say("status_never", language)

    yield say("status_running", language, since=moment(standing.started))
    yield say("status_knowledge", language, version=health.knowledge.version, saved=moment(saved))
    counts = dict(zip(BANDS, standing.asked_on(standing.now.date()), strict=True))
    yield say("status_asked", language, **counts)
    waits = standing.backlog
    yield say("status_waiting", language, updates=waits.waiting, answers=waits.answers, letters=waits.letters)
    if waits.oldest_seconds is not None:
        yield say("status_waiting_oldest", language, seconds=round(waits.oldest_seconds))
    states = {state: standing.announcements.get(state, 0) for state in ("running", "paused", "waiting")}
    yield say("status_announcements", language, subscribers=waits.subscribers, **states)
    yield say("status_storage", language, size=size(standing.bytes), backup=moment(standing.backup))


def warnings(standing: Standing, health: Health, language: str) -> list[str]:
    """What should be looked after, a line each; that all is well where there is nothing."""
    causes = {
        "storage": health.storage.trouble,
        "telegram": health.telegram.trouble,
        "clock": health.clock,
        "knowledge": "" if health.knowledge.broken else None,
        "backup": "" if standing.backup_is_old else None,
    }
    found = [
        say(f"status_trouble_{what}", language, cause=cause)
        for what, cause in causes.items()
        if cause is not None
    ]
    return found or [say("status_well", language)]
