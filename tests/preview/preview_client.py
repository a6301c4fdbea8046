"""What the preview's tests share: a clock to move, calls as any program makes them, small building blocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from playwright.async_api import Locator, Page
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
)

from bot.preview import PreviewServer


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def keyboard(**action: Any) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("Go", **action)]])


def article(number: int, text: str = "<b>text</b>") -> InlineQueryResultArticle:
    return InlineQueryResultArticle(str(number), "Title", InputTextMessageContent(text, "HTML"))


async def call(server: PreviewServer, method: str, token: str | None = None, **params: Any) -> dict[str, Any]:
    """One call with a JSON body, as any program would make it."""
    url = f"{server.base_url}/bot{token or server.token}/{method}"
    async with aiohttp.ClientSession() as session, session.post(url, json=params) as answer:
        found: dict[str, Any] = await answer.json()
        assert answer.status == (200 if found["ok"] else found["error_code"])
        return found


async def write(page: Page, text: str) -> None:
    await page.locator("#text").fill(text)
    await page.keyboard.press("Enter")


def last(page: Page) -> Locator:
    return page.locator(".message.bot").last
