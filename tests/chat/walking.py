"""Steps through screens, for tests: each waits for what it leads to."""

from __future__ import annotations

from bot.preview import PreviewServer
from bot.preview.records import Chat, Message, Person


async def tap(server: PreviewServer, message: Message, *labels: str, by: Person | None = None) -> None:
    """Press the buttons one after the other, each on what the one before made of the message."""
    for label in labels:
        edits = message.edits
        await server.tap(message, label, by)
        while message.edits == edits:
            await server.next_event("edited", message.chat)


async def confirmed(server: PreviewServer, desk: Message) -> None:
    """Send what the desk shows, to however many it is."""
    send = next(label for label in desk.labels if label.startswith("Send to"))
    await tap(server, desk, send)
    await tap(server, desk, next(label for label in desk.labels if label.startswith("Yes")))


async def edited_until(server: PreviewServer, message: Message, words: str) -> None:
    while words not in message.text:
        await server.next_event("edited", message.chat)


async def received(server: PreviewServer, chat: Chat, words: str) -> Message:
    """The newest message of ours with these words, as soon as it is there."""
    while True:
        for message in reversed(chat.from_bot()):
            if words in message.text:
                return message
        await server.next_event("sent", chat)
