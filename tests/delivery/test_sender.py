"""The sender on a real database, with a post that keeps what it is given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from running import VirtualTime

from bot.announce.audience import Subscription
from bot.announce.occasion import Occasion
from bot.answer.wording import Wording
from bot.delivery.sender import Sender
from bot.errors import AnswerLost, SendError
from bot.knowledge.dates import PartialDate
from bot.knowledge.shelf import Shelf
from bot.reply import Reply
from bot.store.announcements import Announcements
from bot.store.store import Store
from bot.understand.version import Version

OSLO = ZoneInfo("Europe/Oslo")
NOON = datetime(2026, 12, 1, 11, tzinfo=UTC)  # noon in Oslo
MORNING = datetime(2026, 12, 2, 8, tzinfo=UTC)  # nine in Oslo, of the next day
SETTLE = timedelta(seconds=60)
SEMINAR = Occasion(
    "event:seminar",
    "event",
    {"en": "Seminar"},
    {"en": "About water."},
    PartialDate.parse("2027-01-20T10:00"),
    reminders=(),
)
REGATTA = replace(SEMINAR, id="event:regatta", title={"en": "Regatta"})
LATER = replace(SEMINAR, start=PartialDate.parse("2027-01-20T12:00"))
NOTE = Occasion("text:1", "text", {"en": "Note"}, {"en": "Short."}, reminders=())
TREATISE = Occasion("text:2", "text", {"en": "Treatise"}, {"en": "Long. " * 200}, reminders=())


@dataclass
class Post:
    """Keeps every message that was sent, and every edit; fails as told first."""

    failing: list[SendError] = field(default_factory=list)
    sent: list[tuple[int, str]] = field(default_factory=list)
    edits: list[tuple[int, str]] = field(default_factory=list)
    topics: list[int | None] = field(default_factory=list)  # of the edits

    async def send(self, chat: int, thread: int | None, reply: Reply) -> Sequence[int]:
        if self.failing:
            raise self.failing.pop(0)
        self.sent.append((chat, reply.plain()))
        return (1000 + len(self.sent),)

    async def edit(self, chat: int, thread: int | None, message: int, reply: Reply) -> Sequence[int]:
        self.edits.append((message, reply.plain()))
        self.topics.append(thread)
        return (message,)


class House:
    """Sends what is due at `now`."""

    def __init__(self, store: Store, shelf: Shelf[Version]) -> None:
        self.announcements, self.post, self.now = Announcements(store, lambda: OSLO), Post(), NOON
        self._words = Wording(shelf)

    async def tell(self, occasion: Occasion, kind: str = "new") -> int:
        return await self.announcements.tell(occasion, kind, "staff", self.now)

    async def send(self, now: datetime) -> list[tuple[int, str]]:
        """Everything that is due, with its repetitions; what was sent."""
        self.now, before = now, len(self.post.sent)
        time_, idle = VirtualTime(), asyncio.Event()

        async def doze(_: float) -> None:
            idle.set()
            await asyncio.Event().wait()

        pace = time_.pace()
        sender = Sender(self.announcements, self.post, self._words, pace, lambda: self.now, SETTLE, doze)
        task = asyncio.create_task(sender.run())
        await idle.wait()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        return self.post.sent[before:]


@pytest.fixture
async def house(tmp_path: Path, door_shelf: Shelf[Version]) -> AsyncIterator[House]:
    """With one chat that wants everything once a day at nine, and one that wants it at once."""
    store = Store.open(f"sqlite:///{tmp_path}/bot.sqlite3")
    made = House(store, door_shelf)
    daily = Subscription(1, everything=True, quiet=None, digest=time(9))
    await made.announcements.subscribe(daily, NOON)
    await made.announcements.subscribe(Subscription(2, everything=True, quiet=None), NOON)
    yield made
    await store.close()


def to(chat: int, sent: list[tuple[int, str]]) -> list[str]:
    return [text for each, text in sent if each == chat]


async def test_what_is_due_at_one_digest_leaves_as_one_message(house: House) -> None:
    numbers = [await house.tell(each) for each in (SEMINAR, REGATTA)]
    numbers.append(await house.tell(NOTE, "text"))
    assert len(to(2, await house.send(NOON))) == 3

    (digest,) = await house.send(MORNING)

    assert digest[1].startswith("3 announcements for you\n\nNote\nShort.")
    for number in numbers:
        progress = await house.announcements.progress(number)
        assert progress is not None and (progress.sent, progress.pending) == (2, 0)


async def test_one_announcement_is_no_digest(house: House) -> None:
    await house.tell(SEMINAR)
    await house.send(NOON)

    assert to(1, await house.send(MORNING))[0].startswith("Seminar\n\nAbout water.")


async def test_a_long_text_of_staff_leaves_by_itself(house: House) -> None:
    for occasion, kind in ((SEMINAR, "new"), (TREATISE, "text"), (REGATTA, "new")):
        await house.tell(occasion, kind)
    await house.send(NOON)

    texts = to(1, await house.send(MORNING))

    assert [text.split("\n")[0] for text in texts] == ["2 announcements for you", "Treatise"]


async def test_a_change_after_a_digest_is_a_message_of_its_own(house: House) -> None:
    await house.tell(SEMINAR)
    await house.tell(REGATTA)
    await house.send(NOON)
    await house.send(MORNING)

    await house.tell(LATER, "change")
    told = await house.send(MORNING)

    assert to(1, told) == ["Changed: Seminar\n\nTime: 10:00 → 12:00"]
    assert len(house.post.edits) == 1  # of the chat that got it as a letter


async def test_a_correction_knows_the_topic_that_it_may_have_to_be_said_in_anew(house: House) -> None:
    await house.announcements.subscribe(Subscription(-5, 7, "group", everything=True, quiet=None), NOON)
    await house.tell(SEMINAR)
    await house.send(NOON)

    await house.tell(LATER, "change")
    await house.send(NOON)

    assert sorted(house.post.topics, key=str) == [7, None]


async def test_a_cancellation_after_a_digest_is_a_message_of_its_own(house: House) -> None:
    await house.tell(SEMINAR)
    await house.tell(REGATTA)
    await house.send(MORNING)

    await house.tell(replace(SEMINAR, status="cancelled"), "cancel")

    assert to(1, await house.send(MORNING))[0].startswith("Cancelled: Seminar")


async def test_what_is_cancelled_before_the_digest_is_not_in_it(house: House) -> None:
    for each in (SEMINAR, REGATTA, replace(SEMINAR, id="event:third")):
        await house.tell(each)
    await house.send(NOON)
    await house.tell(replace(REGATTA, status="cancelled"), "cancel")
    await house.send(NOON)

    (digest,) = to(1, await house.send(MORNING))

    assert digest.startswith("2 announcements") and "Regatta" not in digest


async def test_of_a_digest_whose_answer_was_lost_all_letters_are_in_doubt_and_repeated_together(
    house: House,
) -> None:
    numbers = [await house.tell(each) for each in (SEMINAR, REGATTA)]
    await house.send(NOON)
    house.post.failing = [AnswerLost("silence")]

    assert await house.send(MORNING) == []
    assert [await house.announcements.doubtful(each) for each in numbers] == [[(1, None, "doubt")]] * 2

    (again,) = await house.send(MORNING + SETTLE)
    assert again[1].startswith("2 announcements")
    assert [await house.announcements.doubtful(each) for each in numbers] == [[(1, None, "sent")]] * 2


async def test_a_paused_announcement_is_not_in_the_digest(house: House) -> None:
    paused, _ = [await house.tell(each) for each in (SEMINAR, REGATTA)]
    await house.send(NOON)
    await house.announcements.pause(paused, "kari", NOON)

    (letter,) = to(1, await house.send(MORNING))
    assert letter.startswith("Regatta")

    await house.announcements.resume(paused, "kari", MORNING)
    assert to(1, await house.send(MORNING))[0].startswith("Seminar")
