"""Of two bots with one token the newcomer ends, and the other goes on."""

from __future__ import annotations

import logging

import pytest
from running import VirtualTime
from telegram import Bot, WebhookInfo
from telegram.error import Conflict, TimedOut

from bot.chat.link import CALM_SECONDS, LONGEST_PAUSE, RIVAL_SECONDS, SETTLED_SECONDS, Link, gives_way
from bot.chat.polling import poll
from bot.chat.receiving import persist
from bot.chat.request import AiohttpRequest
from bot.errors import SettingsError
from bot.preview import PreviewServer

TAKEN = "Conflict: terminated by other getUpdates request"


async def test_a_bot_that_starts_beside_another_ends_with_one_plain_line(
    server: PreviewServer, virtual_time: VirtualTime, caplog: pytest.LogCaptureFixture
) -> None:
    server.world.faults.fail("getUpdates", 409, TAKEN, times=1000)
    request = AiohttpRequest()
    await request.initialize()
    bot = Bot(server.token, f"{server.base_url}/bot", request=request)

    with pytest.raises(SettingsError, match="another bot already runs with this token") as caught:
        await poll(bot, request, lambda _: pytest.fail(), Link(lambda: virtual_time.now), virtual_time.sleep)

    await request.shutdown()
    assert "\n" not in str(caught.value)
    assert RIVAL_SECONDS <= sum(virtual_time.naps) <= 2 * RIVAL_SECONDS
    assert sum("another bot" in record.message for record in caplog.records) == 1


def test_a_bot_that_has_run_for_long_goes_on_trying_and_says_so_once(
    virtual_time: VirtualTime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    link = Link(lambda: virtual_time.now)
    link.over()
    virtual_time.now += SETTLED_SECONDS
    for _ in range(9):
        pause = link.met(Conflict(TAKEN))
        virtual_time.now += pause

    assert pause == LONGEST_PAUSE
    assert len(caplog.records) == 1

    link.over()
    assert caplog.records[-1].message == "Telegram answers again"


def test_two_that_take_turns_fill_no_log(virtual_time: VirtualTime, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    link = Link(lambda: virtual_time.now)
    virtual_time.now += SETTLED_SECONDS
    for _ in range(20):
        link.met(Conflict(TAKEN))
        link.over()
        virtual_time.now += 3.0

    assert len(caplog.records) == 2


def test_conflicts_far_apart_are_no_rival(virtual_time: VirtualTime) -> None:
    link = Link(lambda: virtual_time.now)
    for _ in range(5):
        link.met(Conflict(TAKEN))
        link.over()
        virtual_time.now += CALM_SECONDS + 1

    assert link.trouble is None


@pytest.mark.parametrize(
    ("first", "now", "ends"),
    [
        (0.0, RIVAL_SECONDS - 1, False),
        (0.0, RIVAL_SECONDS, True),
        (SETTLED_SECONDS - 1, SETTLED_SECONDS + RIVAL_SECONDS, True),
        (SETTLED_SECONDS, SETTLED_SECONDS + RIVAL_SECONDS, False),
    ],
)
def test_only_a_newcomer_gives_way_and_not_at_once(first: float, now: float, ends: bool) -> None:
    assert gives_way(0.0, first, now) is ends


def test_an_outage_is_told_while_it_lasts(virtual_time: VirtualTime) -> None:
    link = Link(lambda: virtual_time.now)
    assert link.answered is None

    link.met(TimedOut())
    assert link.trouble is not None and "cannot be reached" in link.trouble

    link.over()
    assert link.trouble is None and link.answered == virtual_time.now


async def test_an_answer_that_is_not_telegrams_ends_nothing(virtual_time: VirtualTime) -> None:
    answers = iter([True, {"url": "", "has_custom_certificate": False, "pending_update_count": 0}])
    link = Link(lambda: virtual_time.now)

    async def look() -> WebhookInfo:
        return WebhookInfo.de_json(next(answers), None)

    info = await persist(look, link, virtual_time.sleep)

    assert info.url == "" and len(virtual_time.naps) == 1


async def test_telegram_answers_again_only_when_it_answers_as_it_should(
    virtual_time: VirtualTime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    link = Link(lambda: virtual_time.now)
    link.wrong("Telegram calls another address")
    addresses = iter(["theirs", "ours"])

    async def look() -> str:
        return next(addresses)

    await persist(look, link, well=lambda address: address == "ours")
    assert link.trouble is not None and len(caplog.records) == 1

    await persist(look, link, well=lambda address: address == "ours")
    assert link.trouble is None and caplog.records[-1].message == "Telegram answers again"
