from __future__ import annotations

import pytest
from running import VirtualTime
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

from bot.chat.calls import ATTEMPTS, Calls, Once, translated
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


async def test_a_pause_too_long_to_wait_for_is_kept_by_the_next_call() -> None:
    time = VirtualTime()
    pace = time.pace()

    async def busy() -> None:
        raise RetryAfter(700)

    with pytest.raises(TryLater):
        await Calls(pace).insist(5, busy, message=True)

    assert pace.wait_for(5) == 700.0


async def test_a_message_waits_ten_minutes_for_telegram_and_what_may_have_arrived_is_sent_five_times() -> (
    None
):
    for error, attempts in ((NetworkError("Bad Gateway"), 24), (NoAnswer("no answer"), ATTEMPTS)):
        calls = 0

        async def failing(error: TelegramError = error) -> None:
            nonlocal calls
            calls += 1
            raise error

        with pytest.raises(AnswerLost):
            await Calls(VirtualTime().pace()).insist(5, failing, message=True)

        assert calls == attempts


async def test_what_may_not_have_arrived_is_sent_until_telegram_confirms_it() -> None:
    answers = iter([NoAnswer("no answer"), NetworkError("Bad Gateway"), NoAnswer("no answer"), None])

    async def lost() -> str:
        if (error := next(answers)) is not None:
            raise error
        return "sent"

    assert await Calls(VirtualTime().pace()).insist(5, lost, message=True) == "sent"


async def test_a_moved_group_is_told_with_its_new_id() -> None:
    async def moved() -> None:
        raise ChatMigrated(-1005)

    with pytest.raises(ChatMoved) as caught:
        await Once(VirtualTime().pace()).insist(-5, moved, message=True)

    assert caught.value.chat == -1005


async def test_the_second_message_of_a_letter_is_tried_again_by_itself() -> None:
    time = VirtualTime()
    once = Once(time.pace())
    outcomes: list[TelegramError | str] = ["first", RetryAfter(9), NeverSent("no connection"), "second"]
    begun: list[float] = []

    async def send() -> str:
        begun.append(time.now)
        outcome = outcomes.pop(0)
        if isinstance(outcome, TelegramError):
            raise outcome
        return outcome

    sent = [await once.insist(5, send, message=True) for _ in range(2)]

    assert sent == ["first", "second"]
    assert begun[1] - begun[0] >= 0 and begun[2] - begun[1] >= 9


async def test_a_letter_whose_end_can_not_be_sent_for_minutes_is_in_doubt() -> None:
    once = Once(VirtualTime().pace())
    outcomes: list[TelegramError | None] = [None, *(RetryAfter(50) for _ in range(9))]

    async def send() -> None:
        if outcome := outcomes.pop(0):
            raise outcome

    await once.insist(5, send, message=True)
    with pytest.raises(AnswerLost, match="only its beginning"):
        await once.insist(5, send, message=True)
