from __future__ import annotations

import pytest
from conftest import VirtualTime
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.chat.calls import Once, translated
from bot.chat.request import NeverSent, NoAnswer
from bot.errors import (
    AnswerLost,
    ChatGone,
    ChatMoved,
    Refused,
    SendError,
    ServerFailed,
    TopicClosed,
    TryLater,
)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (NetworkError("Bad Gateway"), ServerFailed),
        (NoAnswer("no answer"), AnswerLost),
        (TimedOut(), AnswerLost),
        (NeverSent("no connection"), TryLater),
        (RetryAfter(5), TryLater),
        (InvalidToken("Unauthorized"), TryLater),
        (Forbidden("bot was blocked by the user"), ChatGone),
        (BadRequest("Chat not found"), ChatGone),
        (BadRequest("Message thread not found"), TopicClosed),
        (BadRequest("TOPIC_CLOSED"), TopicClosed),
        (BadRequest("Message text is empty"), Refused),
    ],
)
def test_telegrams_errors_say_what_can_be_done(error: TelegramError, kind: type[SendError]) -> None:
    assert type(translated(error)) is kind


async def test_a_call_for_a_letter_is_made_once_and_what_telegram_asked_for_is_kept() -> None:
    time = VirtualTime()
    pace = time.pace()
    calls = 0

    async def busy() -> None:
        nonlocal calls
        calls += 1
        raise RetryAfter(9)

    with pytest.raises(TryLater) as caught:
        await Once(pace).insist(-5, busy, message=True)

    assert (calls, caught.value.wait) == (1, 9.0)
    assert pace.wait_for(-5) == 9.0
    assert time.naps == []


async def test_a_moved_group_is_told_with_its_new_id() -> None:
    async def moved() -> None:
        raise ChatMigrated(-1005)

    with pytest.raises(ChatMoved) as caught:
        await Once(VirtualTime().pace()).insist(-5, moved, message=True)

    assert caught.value.chat == -1005
