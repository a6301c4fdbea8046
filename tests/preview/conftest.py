"""A preview server for each test, and python-telegram-bot as the client that talks to it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from page_bot import AnyApplication, build, explain
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect
from preview_client import Clock
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.preview import PreviewServer

CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture(loop_scope="session")
async def server(clock: Clock) -> AsyncIterator[PreviewServer]:
    async with PreviewServer(
        clock=clock, retry=0, explain=explain, examples=["One?", "Two?", "Three?"]
    ) as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session")
async def bot(server: PreviewServer) -> AsyncIterator[Bot]:
    """A bot that Kari has written to."""
    server.world.say(server.world.kari, "hello")
    base, files = server.base_url + "/bot", server.base_url + "/file/bot"
    requests = {"request": HTTPXRequest(connection_pool_size=4), "get_updates_request": HTTPXRequest()}
    async with Bot(server.token, base_url=base, base_file_url=files, **requests) as bot:
        yield bot


@pytest_asyncio.fixture(loop_scope="session")
async def app(server: PreviewServer) -> AsyncIterator[AnyApplication]:
    app = build(server)
    async with app:
        await app.bot.set_my_commands([("help", "What I can do"), ("events", "What is on")])
        await app.bot.set_my_commands([("hjelp", "Hva jeg kan")], language_code="nb")
        await app.start()
        assert app.updater is not None
        await app.updater.start_polling()
        yield app
        await app.updater.stop()
        await app.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: the page is not tested")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, timezone_id="Asia/Tokyo")
    await context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(server: PreviewServer, app: AnyApplication, context: BrowserContext) -> AsyncIterator[Page]:
    """The open page; a test fails when the page had an error or broke its own policy."""
    page = await context.new_page()
    page.set_default_timeout(5000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    await page.goto(server.page_url)
    await expect(page.locator("#chat-status")).to_have_text("ready to answer")
    yield page
    assert [error for error in errors if "ERR_CONNECTION_REFUSED" not in error] == []
