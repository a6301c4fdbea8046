"""What must be true of every life when all has settled; each rule gives a line for each breach."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from life import Life
from people import ASKERS, NEWER, QUESTIONS, READERS, STOPPER, TITLE
from sqlalchemy import select
from wire import MESSAGES

from bot.store.tables import letters

FULL = "database or disk is full"
GIVEN_UP = "an answer could not be sent"
AGAIN_AND_AGAIN = "an update was given up: the bot ended each time"
EXPECTED = re.compile(
    "trying again until it works$|they wait at Telegram: |the bot's profile could not be brought up to date"
    f"|the database is in trouble: StoreError$|a task failed: StoreError$|: {FULL}$"
    f"|letters are in doubt since the last run|could not be let go: StoreError$|{GIVEN_UP} |{AGAIN_AND_AGAIN}"
)
UNDER_WAY = 3.0  # seconds from when a letter is taken in hand until it leaves
IN_ANY_SECOND = 30  # messages; Telegram's bot FAQ
GAP = 1.0 - 1e-6  # seconds between messages to one chat; the same


def breaches(life: Life) -> list[str]:
    """Every rule that did not hold."""
    if life.settled_at is None:
        return [f"nothing had settled {life.now:.0f} s after the beginning"]
    return [
        line
        for rule in (answered, in_order, announced, silent, paused, paced, queries, logged, empty)
        for line in rule(life)
    ]


def answered(life: Life) -> Iterator[str]:
    """Every question has an answer, and another only where it was in doubt."""
    doubts = Counter(
        (chat, words) for chat, text in life.network.doubts for words in QUESTIONS.values() if words in text
    )
    excused = sum(AGAIN_AND_AGAIN in record.getMessage() for record in life.logged)
    owed = Counter(each for end in life.ends for each in end.owed)
    for asked in life.people.asked:
        if asked.chat not in ASKERS:
            continue  # others get such answers by their taps
        words = QUESTIONS[asked.question]
        count = sum(words in each.first for each in life.telegram.posted if each.chat == asked.chat)
        most = 1 + doubts[asked.chat, words] + owed[asked.chat, asked.message]
        if not count and excused:
            excused -= 1
        elif not 1 <= count <= most:
            yield f"{count} answers to {asked.question!r} in {asked.chat}, where at most {most} were in doubt"


def in_order(life: Life) -> Iterator[str]:
    """A chat's answers come in the order of its questions."""
    for chat in ASKERS:
        wanted = [QUESTIONS[asked.question] for asked in life.people.asked if asked.chat == chat]
        texts = [each.first for each in life.telegram.posted if each.chat == chat]
        came = [next((n for n, text in enumerate(texts) if words in text), None) for words in wanted]
        places = [place for place in came if place is not None]
        if places != sorted(places):
            yield f"the answers in {chat} came in the order {places}"


def announced(life: Life) -> Iterator[str]:
    """Who was to be told was told, by the newest version, and again only where that was in doubt."""
    if not life.people.told:
        return
    rows = life.database.look(lambda connection: connection.execute(select(letters)).all())
    uncertain = {row.chat for row in rows if row.state == "unknown" and row.doubts > 1}
    doubts = Counter(chat for chat, text in life.network.doubts if TITLE in text)
    sending = Counter(chat for end in life.ends for chat in end.sending)
    stopper = () if life.people.stopped else (STOPPER,)
    for chat in (*READERS, ASKERS[0], *stopper):
        mine = [each for each in life.telegram.posted if each.chat == chat and TITLE in each.first]
        most = 1 + life.people.corrected + doubts[chat] + sending[chat]
        if len(mine) > most:
            yield f"{chat} was told {len(mine)} times, where {most} were in doubt"
        if life.people.cancelled or chat in uncertain:
            continue
        words = NEWER if life.people.corrected else TITLE
        if not any(words in each.text for each in mine):
            yield f"{chat} was not told {words!r}"


def silent(life: Life) -> Iterator[str]:
    """No letter leaves after a /stop was confirmed, nor after staff have taken it back."""
    told = [each for each in life.network.departures if TITLE in each.text]
    stopped = [
        each.at
        for each in life.network.departures
        if each.chat == STOPPER and each.text.startswith("Stopped.")
    ]
    for each in told:
        if each.chat == STOPPER and stopped and each.at > stopped[0] + UNDER_WAY:
            yield f"{each.at:.3f}: {each.chat} was told after /stop"
        if life.cancelled_at is not None and each.at > life.cancelled_at + UNDER_WAY:
            yield f"{each.at:.3f}: {each.chat} was told what had been taken back"


def paused(life: Life) -> Iterator[str]:
    """Nothing leaves for a chat while Telegram wants a pause there."""
    for pause in life.network.pauses:
        for each in life.network.departures:
            within = pause.begins < each.at < pause.ends - 1e-6
            if within and (each.run, each.chat) == (pause.run, pause.chat):
                yield f"{each.at:.3f}: {each.method} to {each.chat} within a pause until {pause.ends:.3f}"


def paced(life: Life) -> Iterator[str]:
    """Never more messages than Telegram allows, of any run."""
    for run in range(1, life.run_number + 1):
        sent = [each for each in life.network.departures if each.run == run and each.method in MESSAGES]
        for first, last in zip(sent, sent[IN_ANY_SECOND:], strict=False):
            if last.at - first.at < 1:
                yield f"{last.at:.3f}: more than {IN_ANY_SECOND} messages in a second"
        for chat in {each.chat for each in sent}:
            for one, next_ in pairwise([each.at for each in sent if each.chat == chat]):
                if next_ - one < GAP:
                    yield f"{next_:.3f}: a message to {chat} {next_ - one:.3f} s after another"


def queries(life: Life) -> Iterator[str]:
    """Every tap and inline query is answered, unless that was given up, which is logged."""
    logged = [record.getMessage() for record in life.logged]
    given_up = sum("too old to be answered" in text or GIVEN_UP in text for text in logged)
    open_ = [name for name, query in life.telegram.queries.items() if not query.answered]
    if len(open_) > given_up:
        yield f"not answered: {', '.join(open_)}"
    if (count := sum(GIVEN_UP in text for text in logged)) > len(life.telegram.queries):
        yield f"{count} answers were given up, more than there were queries"


def logged(life: Life) -> Iterator[str]:
    """Nothing is in the log that the faults do not explain."""
    yield from life.unhandled
    for record in life.logged:
        text = record.getMessage()
        if record.levelno >= logging.WARNING and not EXPECTED.search(text):
            yield f"logged: {text}"


def empty(life: Life) -> Iterator[str]:
    """Nothing is left in memory, and no task."""
    reception, sender = life.parts["Reception"], life.parts["Sender"]
    left = {
        "visits": life.parts["Door"]._visits,
        "updates in hand": [task for desk in reception._desks.values() for task in desk._working],
        "letters on their way": sender._flying,
        "answers that wait for a turn": life.parts["Pace"]._urgent,
        "locked lanes": [lane for lane in life.parts["Pace"]._lanes.values() if lane.turns.locked()],
        "units of work": life.parts["Store"]._asked,
        "tasks": life.left,
    }
    for what, found in left.items():
        if found:
            yield f"left in memory: {what}: {found}"
