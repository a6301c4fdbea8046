"""A Telegram to try: a small Bot API server and a chat page on this machine. Also the tests' Telegram."""

from bot.preview.server import PreviewServer
from bot.preview.world import World

__all__ = ["PreviewServer", "World"]
