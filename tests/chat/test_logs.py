"""No secret in a log, an error or a repr: a canary token goes through every way of failing."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from pathlib import Path

import pytest

from bot.chat.link import Link
from bot.chat.logs import QUIET, Redacted, RedactedJson, configure
from bot.chat.receiving import Entrance, persist
from bot.chat.request import AiohttpRequest
from bot.chat.routes import build
from bot.errors import SettingsError
from bot.preview import PreviewServer
from bot.serving import Access
from bot.settings import load_settings

TOKEN = "987654321:CANARYcanaryCANARYcanaryCANARYcana"


@pytest.fixture
def logged() -> io.StringIO:
    """What a handler with our formatter writes for a logger that lets everything through."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Redacted([TOKEN]))
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers[:] = [handler]
    root.setLevel(logging.DEBUG)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


@pytest.mark.parametrize("formatter", [Redacted([TOKEN]), RedactedJson([TOKEN]), Redacted([])])
def test_messages_arguments_and_tracebacks_lose_their_token(formatter: logging.Formatter) -> None:
    try:
        raise ValueError(f"https://api.telegram.org/bot{TOKEN}/getMe")
    except ValueError as error:
        record = logging.LogRecord(
            "x",
            logging.ERROR,
            __file__,
            1,
            "called %s",
            (f"bot{TOKEN}",),
            (type(error), error, error.__traceback__),
        )

    text = formatter.format(record)

    assert "CANARY" not in text
    assert "ValueError" in text


def test_a_json_line_stays_json() -> None:
    record = logging.LogRecord("x", logging.INFO, __file__, 1, 'said "%s"', (f"bot{TOKEN}\n",), None)

    assert json.loads(RedactedJson([TOKEN]).format(record))["message"].startswith('said "bot[')


async def test_no_way_of_failing_shows_the_token(logged: io.StringIO) -> None:
    errors: list[BaseException] = []
    async with PreviewServer(token=TOKEN) as server:
        good, world = server.base_url, server.world
        for prepare in (
            lambda: None,
            lambda: world.faults.fail("getMe", 401, "Unauthorized"),
            lambda: world.faults.fail("getMe", 404, "Not Found"),
            lambda: world.faults.fail("getMe", 400, "Bad Request: whatever"),
            lambda: world.faults.fail("getMe", 409, "Conflict: terminated"),
            lambda: world.faults.reset("getMe"),
        ):
            prepare()
            errors += await _failures(good)
    for address in ("http://127.0.0.1:9", "http://nowhere.invalid", "http://127.0.0.1:9/a b", "http://[::1"):
        errors += await _failures(address)
    for error in errors:
        logging.getLogger("test").error("failed: %s %r", error, error, exc_info=error)

    text = logged.getvalue()
    assert errors
    assert "CANARY" not in text
    assert not [error for error in errors if "CANARY" in f"{error} {error!r}"]


async def _failures(address: str) -> list[BaseException]:
    polling = AiohttpRequest()
    application = build(TOKEN, address, polling)
    found: list[BaseException] = []
    try:
        async with asyncio.timeout(5):
            await application.bot._request[1].initialize()
            await application.bot.request.post(f"{application.bot.base_url}/getMe")
    except Exception as error:
        found.append(error)
    finally:
        await application.bot.shutdown()
        await application.bot._request[1].shutdown()
    return found


async def test_a_rejected_token_is_told_without_the_token() -> None:
    async with PreviewServer(token=TOKEN) as server:
        server.world.faults.fail("getMe", 401, "Unauthorized")
        application = build(TOKEN, server.base_url, AiohttpRequest())

        with pytest.raises(SettingsError) as caught:
            await persist(application.initialize, Link())

        await application.bot.shutdown()
    assert caught.value.setting == "TELEGRAM_BOT_TOKEN"
    assert caught.value.__suppress_context__
    assert "CANARY" not in str(caught.value)


def test_settings_and_parts_do_not_show_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("WEBHOOK_SECRET", "CANARY-secret")
    monkeypatch.setenv("DATABASE_URL", "postgresql://bot:CANARY@db/bot")

    shown = repr(load_settings()) + str(load_settings())
    shown += repr(Access(TOKEN, "http://localhost")) + repr(Entrance(None, None, "CANARY"))

    assert "CANARY" not in shown


def test_other_peoples_libraries_are_quiet() -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    configure("DEBUG", "text", [])
    try:
        assert {logging.getLogger(name).level for name in QUIET} == {logging.WARNING}
    finally:
        root.handlers[:] = before
        root.setLevel(level)
