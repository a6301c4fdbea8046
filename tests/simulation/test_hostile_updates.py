"""Whatever an update holds: nothing stops the bot, and whoever asks behind it is answered."""

from __future__ import annotations

import copy
import logging
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from life import Life
from people import SUBSCRIBED
from rules import empty
from small_telegram import ME, Params
from virtual import Database

from bot.knowledge.shelf import Shelf
from bot.understand.version import Version

NOW = 1_796_122_800
# Where a value is not of the kind that Telegram says: nobody is owed an answer, or gets an apology.
UNREADABLE = ("an update could not be read", "an update could not be handled")
NAME = '</a><a href="https://evil.example">'
ASKING = {"id": 7, "is_bot": False, "first_name": NAME, "username": NAME, "language_code": "en"}
PRIVATE = {"id": 7, "type": "private", "first_name": NAME}
GROUP = {"id": -7, "type": "supergroup", "title": NAME}
SENT = {"message_id": 1, "date": NOW, "chat": PRIVATE, "from": ME, "text": "."}

junk = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
TYPED = (
    "/start",
    "/start entry_opening~en",
    "/subscribe all",
    "/announce",
    "/help@x",
    "/",
    "@harbour_bot",
    NAME,
)
typed = st.one_of(st.text(max_size=300), st.sampled_from(TYPED), st.text(max_size=64).map("/start {}".format))
entities = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["bot_command", "mention", "url", "spoiler", ""]),
            "offset": st.integers(-2, 400),
            "length": st.integers(-2, 400),
        }
    ),
    max_size=3,
)
PREFIXES = ("entry_", "remind_", "calendar_", "s_", "n_", "language_", "cluster_fish-quay~", "contact_", "")
data = st.tuples(st.sampled_from(PREFIXES), st.text(max_size=50)).map("".join)
messages = st.fixed_dictionaries(
    {
        "message_id": st.integers(1, 9),
        "date": st.just(NOW),
        "chat": st.sampled_from([PRIVATE, GROUP]),
        "from": st.just(ASKING),
        "text": typed,
    },
    optional={"entities": entities, "reply_to_message": st.just(SENT), "caption": typed},
)
well_formed = st.one_of(
    messages.map(lambda content: ("message", content)),
    messages.map(lambda content: ("edited_message", content | {"edit_date": NOW})),
    st.fixed_dictionaries(
        {"id": st.text(max_size=8), "from": st.just(ASKING), "chat_instance": st.just("1"), "data": data},
        optional={"message": st.just(SENT), "inline_message_id": st.text(max_size=9)},
    ).map(lambda content: ("callback_query", content)),
    st.fixed_dictionaries(
        {"id": st.text(max_size=8), "from": st.just(ASKING), "query": typed, "offset": st.text(max_size=9)}
    ).map(lambda content: ("inline_query", content)),
)


@st.composite
def updates(draw: st.DrawFn) -> Params:
    """An update that Telegram might send, with some values replaced by anything, or nothing of the kind."""
    if draw(st.integers(0, 9)) == 0:
        return dict(draw(st.dictionaries(st.text(max_size=12), junk, max_size=3)))
    kind, content = draw(well_formed)
    content = copy.deepcopy(content)
    for _ in range(draw(st.sampled_from([0, 0, 1, 2]))):
        inner: Any = content
        while isinstance(inner, dict) and inner:
            key = draw(st.sampled_from(sorted(inner)))
            if not isinstance(inner[key], dict) or draw(st.booleans()):
                inner[key] = draw(junk)
                break
            inner = inner[key]
    return {kind: content}


def question(number: int) -> Params:
    person = {"id": 8, "is_bot": False, "first_name": "P", "language_code": "en"}
    chat = {"id": 8, "type": "private", "first_name": "P"}
    message = {
        "message_id": 1,
        "date": NOW,
        "chat": chat,
        "from": person,
        "text": "When is the harbour open?",
    }
    return {"update_id": number, "message": message}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    return Database(tmp_path_factory.mktemp("simulation") / "bot.sqlite3", SUBSCRIBED)


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(given_=st.lists(updates(), min_size=10, max_size=30))
def test_no_update_stops_the_bot_or_costs_another_person_the_answer(
    given_: list[Params], door_shelf: Shelf[Version], database: Database
) -> None:
    hostile = [each | {"update_id": number} for number, each in enumerate(given_, 1)]
    life = Life(0, door_shelf, database, [*hostile, question(len(hostile) + 1)]).run()

    answers = [each.text for each in life.telegram.posted if each.chat == 8]
    complaints = [
        record.getMessage()
        for record in life.logged
        if record.levelno >= logging.WARNING and not record.getMessage().startswith(UNREADABLE)
    ]
    assert life.settled_at is not None and not list(empty(life)), life.trace
    assert len(answers) == 1 and answers[0].startswith("The harbour is open")
    assert not complaints and not life.unhandled, complaints
    assert not any('href="https://evil' in each.text for each in life.telegram.posted)
