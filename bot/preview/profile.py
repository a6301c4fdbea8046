"""What the bot says about itself: name, descriptions, commands and menu button, per language."""

from __future__ import annotations

import json
from typing import Any

from bot.preview.records import Json

Scope = str  # the scope object as canonical JSON

DEFAULT_SCOPE = json.dumps({"type": "default"})


class Profile:
    """Texts by kind (name, description, short_description) and language, "" for all other languages."""

    def __init__(self, name: str) -> None:
        self._texts: dict[tuple[str, str], str] = {("name", ""): name}
        self._own_name = name
        self._commands: dict[tuple[Scope, str], list[Json]] = {}
        self.menu_buttons: dict[int | None, Json] = {}

    def of(self, kind: str, language: str) -> str:
        """What people with this language see."""
        return self._texts.get((kind, language), self._texts.get((kind, ""), ""))

    def set_text(self, kind: str, language: str, text: str) -> None:
        """An empty text removes the language's own."""
        if text:
            self._texts[kind, language] = text
        else:
            self._texts.pop((kind, language), None)
        self._texts.setdefault(("name", ""), self._own_name)

    def commands(self, scope: Any, language: str) -> list[Json]:
        """Exactly what was set for this scope and language, as getMyCommands answers."""
        return self._commands.get((_key(scope), language), [])

    def set_commands(self, scope: Any, language: str, commands: list[Json]) -> None:
        if commands:
            self._commands[_key(scope), language] = commands
        else:
            self._commands.pop((_key(scope), language), None)

    def commands_for(self, language: str, chat_id: int, kind: str) -> list[Json]:
        """What a person with this language sees in a chat: the narrowest scope and language that has any."""
        everyone = "all_private_chats" if kind == "private" else "all_group_chats"
        for scope in ({"type": "chat", "chat_id": chat_id}, {"type": everyone}, {"type": "default"}):
            for code in (language, ""):
                found = self.commands(scope, code)
                if found:
                    return found
        return []


def _key(scope: Any) -> Scope:
    return json.dumps(scope, sort_keys=True) if scope else DEFAULT_SCOPE
