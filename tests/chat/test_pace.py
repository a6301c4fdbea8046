from __future__ import annotations

import asyncio
import random
from heapq import heappop, heappush

from hypothesis import given, settings
from hypothesis import strategies as st
from running import VirtualTime

from bot.chat.pace import ALL, BACK, CATCH_UP, CHAT, FAST, GROUP, REMEMBERED, SLOW, Pace, Rate, earliest


def test_the_first_message_leaves_at_once() -> None:
    assert earliest([], GROUP, now=5.0) == 5.0


def test_a_chat_gets_one_message_a_second() -> None:
    assert earliest([10.0], CHAT, now=10.2) == 10.0 + CHAT[0].seconds


def test_the_slowest_rule_decides() -> None:
    sent = [float(second * 2) for second in range(20)]

    assert earliest(sent, (Rate(1, 1.0), Rate(20, 60.0)), now=40.0) == 60.0


@settings(deadline=None)
@given(chats=st.lists(st.integers(-3, 3).filter(bool), max_size=80))
async def test_no_rule_is_broken_whoever_is_written_to(chats: list[int]) -> None:
    time = VirtualTime()
    pace = time.pace()
    sent: list[tuple[int, float]] = []
    for chat in chats:
        await pace.turn(chat)
        sent.append((chat, time.now))

    for chat in set(chats):
        times = [at for to, at in sent if to == chat]
        for rate in GROUP if chat < 0 else CHAT:
            _holds(times, rate)
    for rate in ALL:
        _holds([at for _, at in sent], rate)


def _holds(times: list[float], rate: Rate) -> None:
    for number in range(len(times) - rate.most):
        assert times[number + rate.most] - times[number] >= rate.seconds - 1e-6


async def test_a_pause_that_telegram_asks_for_is_kept_and_not_cut_short() -> None:
    time = VirtualTime()
    pace = time.pace()
    pace.hold(1, 30.0)
    pace.hold(1, 5.0)

    await pace.turn(1)

    assert time.now >= 1030.0


async def test_a_pause_in_one_chat_does_not_hold_up_another() -> None:
    time = VirtualTime()
    pace = time.pace()
    pace.hold(1, 30.0)

    await pace.turn(2)

    assert time.now == 1000.0


async def test_messages_that_wait_side_by_side_get_turns_of_their_own() -> None:
    time = VirtualTime()
    pace = time.pace()

    await asyncio.gather(*(pace.turn(1) for _ in range(5)))

    assert time.now >= 1000.0 + 4 * CHAT[0].seconds - 1e-6


async def test_quiet_chats_are_forgotten() -> None:
    time = VirtualTime()
    pace = Pace(clock=lambda: time.now, sleep=time.sleep)
    for chat in range(1, 3 * REMEMBERED):
        await pace.turn(chat)

    assert len(pace._lanes) <= 2 * REMEMBERED


async def test_the_pace_rises_while_telegram_does_not_object_and_falls_when_it_does() -> None:
    time = VirtualTime()
    pace = time.pace()
    assert pace.rate == SLOW

    await time.sleep(3600)
    assert pace.rate == FAST

    pace.refused(-1, 1.0)
    assert pace.rate == FAST * BACK


async def test_a_refusal_in_one_group_holds_up_that_group_alone() -> None:
    time = VirtualTime()
    pace = time.pace()
    pace.refused(-1, 30.0)

    await pace.turn(2)
    assert time.now < 1001.0
    assert pace.wait_for(-1) > 29.0


async def test_a_refusal_in_a_second_group_holds_up_everything() -> None:
    time = VirtualTime()
    pace = time.pace()
    pace.refused(-1, 30.0)
    pace.refused(-2, 10.0)

    await pace.turn(3)

    assert time.now >= 1010.0


async def test_a_refusal_in_a_private_chat_holds_up_everything() -> None:
    time = VirtualTime()
    pace = time.pace()
    pace.refused(1, 30.0)

    await pace.broadcast()

    assert time.now >= 1030.0


@settings(deadline=None, max_examples=5)
@given(seed=st.integers(0, 1000))
async def test_a_machine_and_a_net_that_are_late_break_no_limit_and_it_is_made_up_for(seed: int) -> None:
    """It wakes up to a tenth of a second late, and is gone for a third of a second now and then."""
    chance, time = random.Random(seed), VirtualTime()
    on_their_way: list[tuple[float, int]] = []  # when they are answered, to whom
    got: list[float] = []

    async def late(seconds: float) -> None:
        await time.sleep(seconds + chance.random() * 0.1 + (0.3 if chance.random() < 0.01 else 0.0))
        woken = time.now
        while on_their_way and on_their_way[0][0] <= woken:
            time.now, answered = heappop(on_their_way)
            pace.landed(answered)
        time.now = woken

    pace = Pace(clock=lambda: time.now, sleep=late)
    for chat in range(1, 1001):
        await pace.broadcast()
        time.now += chance.random() * 0.02  # until it is claimed
        await pace.depart(chat)
        there = 0.02 + (chance.random() * 0.15 if chance.random() < 0.05 else chance.random() * 0.01)
        got.append(time.now + there)
        heappush(on_their_way, (got[-1] + 0.02, chat))

    _holds(sorted(got), Rate(30, 1.0))
    assert max(got) - min(got) < 1.15 * len(got) / 30


async def test_answers_go_before_announcements() -> None:
    time = VirtualTime()
    pace = time.pace()
    order: list[str] = []

    async def announce() -> None:
        await pace.broadcast()
        order.append("announcement")

    async def answer(chat: int) -> None:
        await pace.turn(chat)
        order.append("answer")

    await asyncio.gather(*(announce() for _ in range(40)), *(answer(chat) for chat in range(1, 6)))

    # The announcements whose turn had begun before anybody asked are not called back.
    first = order.index("answer")
    assert first <= CATCH_UP + 2 and order[first : first + 5] == ["answer"] * 5
