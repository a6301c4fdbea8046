"""What `/ready` says: whether questions that come now are answered, and if not, why."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from bot.errors import StoreError
from bot.watch.timekeeper import Timekeeper

STALE_SECONDS = 45.0  # since the last commit: four heartbeats were missed
SILENT_SECONDS = 100.0  # since Telegram's last answer: the longest poll, and as long again
LOOK_SECONDS = 2.0  # that the database has to tell what waits


class Storage(Protocol):
    """The database's pulse."""

    @property
    def trouble(self) -> str | None: ...
    @property
    def age(self) -> float: ...


class Link(Protocol):
    """The connection to Telegram."""

    @property
    def by(self) -> str | None: ...
    @property
    def trouble(self) -> str | None: ...
    @property
    def answered(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class StorageHealth:
    works: bool
    last_commit_seconds: float
    trouble: str | None


@dataclass(frozen=True, slots=True)
class TelegramHealth:
    reached: bool
    by: str | None  # "polling" or "webhook"; None while another process takes the updates
    last_answer_seconds: float | None  # None: never since the start
    trouble: str | None


@dataclass(frozen=True, slots=True)
class KnowledgeHealth:
    version: str  # the beginning of its digest
    broken: bool  # a changed folder cannot be used, and the version before it serves


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in the database."""

    waiting: int  # updates that nobody handles yet
    oldest_seconds: float | None  # of them
    answers: int  # made, and not delivered yet
    letters: int  # of announcements, due now
    subscribers: int


@dataclass(frozen=True, slots=True)
class Health:
    """The state of the bot at one moment; `ready`: what comes now is answered."""

    ready: bool
    storage: StorageHealth
    telegram: TelegramHealth
    knowledge: KnowledgeHealth
    backlog: Backlog | None  # None: the database does not tell
    clock: str | None  # what is wrong with this machine's clock

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def storage_health(trouble: str | None, age: float) -> StorageHealth:
    """Whether the database works: nothing failed lately, and the heartbeat goes on."""
    if trouble is None and age > STALE_SECONDS:
        trouble = "nothing has been written for too long"
    return StorageHealth(trouble is None, round(age, 1), trouble)


def telegram_health(by: str | None, trouble: str | None, silence: float | None) -> TelegramHealth:
    """Whether Telegram is reached; `silence` is how many seconds ago it last answered, None for never."""
    if trouble is None and silence is None:
        trouble = "it has not answered yet"
    elif trouble is None and by is not None and silence is not None and silence > SILENT_SECONDS:
        trouble = "it has not answered for too long"
    return TelegramHealth(trouble is None, by, None if silence is None else round(silence, 1), trouble)


class Checkup:
    """Looks at the parts of one running bot."""

    def __init__(
        self,
        storage: Storage,
        link: Link,
        knowledge: Callable[[], tuple[str, bool]],
        backlog: Callable[[], Awaitable[Backlog]],
        keeper: Timekeeper,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keeper = keeper
        self._storage, self._link = storage, link
        self._knowledge, self._backlog, self._seconds = knowledge, backlog, seconds

    async def look(self) -> Health:
        """The health now; takes at most LOOK_SECONDS."""
        backlog = await self._told()
        answered = self._link.answered
        silence = None if answered is None else self._seconds() - answered
        trouble = self._storage.trouble or ("it does not answer" if backlog is None else None)
        storage = storage_health(trouble, self._storage.age)
        telegram = telegram_health(self._link.by, self._link.trouble, silence)
        digest, broken = self._knowledge()
        knowledge = KnowledgeHealth(digest[:12], broken)
        return Health(
            storage.works and telegram.reached, storage, telegram, knowledge, backlog, self._keeper.trouble
        )

    async def _told(self) -> Backlog | None:
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                return await self._backlog()
        except (StoreError, TimeoutError):
            return None
