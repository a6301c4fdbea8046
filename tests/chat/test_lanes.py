from __future__ import annotations

import asyncio

from bot.chat.lanes import LANE_LIMIT, Lanes


async def test_order_is_kept_within_a_lane() -> None:
    done: list[int] = []

    async def work(item: int) -> None:
        await asyncio.sleep(0)
        done.append(item)

    lanes = Lanes(work)
    for item in range(10):
        lanes.accept("a", item)
    await lanes.close(5)

    assert done == list(range(10))


async def test_one_slow_lane_does_not_hold_up_another() -> None:
    gate, done = asyncio.Event(), asyncio.Event()

    async def work(item: str) -> None:
        if item == "slow":
            await gate.wait()
        else:
            done.set()

    lanes = Lanes(work)
    lanes.accept("a", "slow")
    lanes.accept("b", "quick")
    async with asyncio.timeout(5):
        await done.wait()
    gate.set()
    await lanes.close(5)


async def test_what_fails_does_not_stop_what_comes_after() -> None:
    done: list[int] = []

    async def work(item: int) -> None:
        done.append(1 // item)

    lanes = Lanes(work)
    lanes.accept("a", 0)
    lanes.accept("a", 1)
    await lanes.close(5)

    assert done == [1]


async def test_a_flood_in_one_lane_is_bounded() -> None:
    gate = asyncio.Event()

    async def work(item: int) -> None:
        await gate.wait()

    lanes = Lanes(work)
    taken = [lanes.accept("a", item) for item in range(LANE_LIMIT + 10)]

    assert sum(taken) == LANE_LIMIT
    assert lanes.accept("b", 1)
    gate.set()
    await lanes.close(5)


async def test_closing_drops_what_does_not_end() -> None:
    async def work(item: int) -> None:
        await asyncio.Event().wait()

    lanes = Lanes(work)
    lanes.accept("a", 1)
    await lanes.close(0)

    assert not lanes.full
