from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.announce.audience import Subscription
from bot.announce.occasion import Occasion
from bot.delivery.letter import CANCELLED, OVER, STOPPED, TOO_LATE, Letter, Verdict
from bot.delivery.verdicts import MAX_DOUBTS, after_crash, after_failure, after_success, before_sending
from bot.errors import AnswerLost, ChatGone, ChatMoved, Refused, ServerFailed, TopicClosed, TryLater
from bot.knowledge.dates import PartialDate

OSLO = ZoneInfo("Europe/Oslo")
NOON = datetime(2026, 12, 1, 11, tzinfo=UTC)
SETTLE = timedelta(seconds=60)
SEMINAR = Occasion(
    "event:seminar", "event", {"en": "Seminar"}, {"en": "."}, PartialDate.parse("2026-12-02T07:30")
)
OFF = replace(SEMINAR, status="cancelled")
LETTER = Letter(1, 1, "new", 5, None, "en", SEMINAR, attempts=1)
KARI = Subscription(5, everything=True)


def after(error: Exception, letter: Letter = LETTER) -> Verdict:
    assert isinstance(error, AnswerLost | ChatGone | ChatMoved | Refused | TopicClosed | TryLater)
    return after_failure(letter, error, NOON, SETTLE)


def test_what_arrived_is_sent_and_its_message_known() -> None:
    assert after_success([7, 8]) == Verdict("sent", message=7)


def test_telegrams_pause_is_waited_out() -> None:
    assert after(TryLater("slow down", 17.0)).due == NOON + timedelta(seconds=17)


def test_what_never_left_is_tried_again_later_and_later() -> None:
    waits = [after(TryLater("no connection"), replace(LETTER, attempts=n)).due for n in (1, 2, 3, 50)]

    assert waits == [NOON + timedelta(seconds=n) for n in (1, 2, 4, 300)]


def test_a_lost_answer_is_in_doubt_and_repeated_once() -> None:
    first = after(AnswerLost("silence"))
    second = after(AnswerLost("silence"), replace(LETTER, attempts=2, doubts=1))

    assert (first.state, first.due, first.doubted) == ("doubt", NOON + SETTLE, True)
    assert (second.state, second.doubted) == ("unknown", True)


def test_a_failing_server_gets_more_chances() -> None:
    states = [after(ServerFailed("500"), replace(LETTER, doubts=n)).state for n in (0, 1, MAX_DOUBTS - 1)]

    assert states == ["doubt", "doubt", "unknown"]


def test_who_blocked_the_bot_is_paused_and_the_letter_dead() -> None:
    verdict = after(ChatGone("bot was blocked by the user"))

    assert (verdict.state, verdict.gone, verdict.reason) == ("dead", True, "bot was blocked by the user")


def test_what_telegram_refuses_is_dead_with_its_reason() -> None:
    assert after(Refused("text is empty")) == Verdict("dead", reason="text is empty")


def test_a_moved_group_gets_its_letter_under_the_new_id() -> None:
    assert after(ChatMoved(-1009)) == Verdict("pending", due=NOON, moved_to=-1009)


def test_a_closed_topic_falls_back_and_a_group_without_topics_does_not_loop() -> None:
    assert after(TopicClosed("closed"), replace(LETTER, thread=3)).topic_closed
    assert after(TopicClosed("closed")).state == "dead"


def test_after_a_crash_letters_are_repeated_until_that_makes_no_sense() -> None:
    assert [after_crash(0), after_crash(MAX_DOUBTS - 1)] == ["doubt", "unknown"]


@pytest.mark.parametrize(
    ("kind", "occasion", "subscription", "local", "expected"),
    [
        ("new", SEMINAR, KARI, "2026-12-01T12:00", None),
        ("new", SEMINAR, None, "2026-12-01T12:00", ("expired", STOPPED)),
        ("new", SEMINAR, replace(KARI, paused="stopped"), "2026-12-01T12:00", ("expired", STOPPED)),
        ("new", SEMINAR, KARI, "2026-12-02T09:00", ("expired", OVER)),
        ("new", SEMINAR, KARI, "2026-12-01T22:00", ("pending", None)),
        ("reminder:60", SEMINAR, KARI, "2026-12-01T22:00", ("expired", TOO_LATE)),
        ("reminder:60", SEMINAR, KARI, "2026-12-02T07:30", ("expired", TOO_LATE)),
        (
            "reminder:60",
            OFF,
            KARI,
            "2026-12-01T12:00",
            ("expired", CANCELLED),
        ),
        ("cancel", OFF, KARI, "2026-12-01T23:00", None),
        ("cancel", OFF, KARI, "2026-11-30T23:00", ("pending", None)),
    ],
)
def test_a_letter_that_is_due_leaves_only_if_it_is_still_of_use(
    kind: str,
    occasion: Occasion,
    subscription: Subscription | None,
    local: str,
    expected: tuple[str, str | None] | None,
) -> None:
    now = datetime.fromisoformat(local).replace(tzinfo=OSLO)

    verdict = before_sending(kind, occasion, subscription, now, OSLO)

    assert (verdict and (verdict.state, verdict.reason)) == expected


def test_attempts_that_never_left_leave_a_failing_server_its_chances() -> None:
    tired = replace(LETTER, attempts=50)

    assert after(ServerFailed("500"), tired).state == "doubt"
