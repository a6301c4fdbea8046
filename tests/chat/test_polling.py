"""Long polling goes on whatever comes back."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Sequence
from typing import Any

import pytest
from telegram import Bot
from telegram.request import BaseRequest, RequestData

from bot.chat.link import Link
from bot.chat.polling import poll


class Answers(BaseRequest):
    """Gives these bodies, one for each call, and then nothing more."""

    def __init__(self, *bodies: bytes) -> None:
        self._bodies = list(bodies)

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: object, **__: object
    ) -> tuple[int, bytes]:
        if not self._bodies:
            raise asyncio.CancelledError
        return 200, self._bodies.pop(0)


@pytest.mark.parametrize(
    "odd",
    [
        *(f'{{"ok": true, "result": {result}}}' for result in ("true", "null", '{"a": 1}', "[1]", "[{}]")),
        '{"ok": true, "result": [{"update_id": true}]}',
        '{"ok": true, "result": [{"update_id": "1"}]}',
        '{"ok": true}',
        "[]",
    ],
)
async def test_an_answer_that_is_no_list_of_updates_does_not_stop_the_polling(
    odd: str, caplog: pytest.LogCaptureFixture
) -> None:
    good = json.dumps({"ok": True, "result": [{"update_id": 7}]})
    seen: list[int] = []

    async def take(updates: Sequence[dict[str, Any]]) -> None:
        seen.extend(update["update_id"] for update in updates)

    async def at_once(_: float) -> None: ...

    with contextlib.suppress(asyncio.CancelledError):
        await poll(Bot("1:a"), Answers(odd.encode(), good.encode()), take, Link(), at_once)

    assert seen == [7]
    assert "no list of updates" in caplog.text
