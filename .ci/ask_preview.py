"""Asks the preview at URL a question, as its page does, and prints the answer: ask_preview.py URL QUESTION.

Waits for the preview to come up. Exit status 1 when no answer comes.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import aiohttp

PATIENCE = 60  # seconds, start and answer together


async def connect(session: aiohttp.ClientSession, url: str) -> aiohttp.ClientWebSocketResponse:
    while True:
        try:
            return await session.ws_connect(f"{url}/control/events", max_msg_size=0)
        except aiohttp.ClientConnectionError:
            await asyncio.sleep(0.2)  # not up yet


async def ask(url: str, question: str) -> str:
    async with asyncio.timeout(PATIENCE), aiohttp.ClientSession(headers={"Origin": url}) as session:
        events = await connect(session, url)
        world: dict[str, Any] = (await events.receive_json())["world"]
        chat = next(chat for chat in world["chats"] if chat["kind"] == "private")
        said = {"person": chat["members"][0], "chat": chat["id"], "text": question}
        async with session.post(f"{url}/control/say", json=said) as response:
            response.raise_for_status()
        while True:
            change = await events.receive_json()
            if change["kind"] == "sent":
                return str(change["message"]["text"])


if __name__ == "__main__":
    try:
        print(asyncio.run(ask(*sys.argv[1:])))
    except TimeoutError:
        sys.exit(f"no answer within {PATIENCE} s")
