"""Why an answer was given: asked when the bot has answered, shown beside what it says."""

from __future__ import annotations

import logging
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from bot.preview.events import Event
from bot.preview.records import Json, Message
from bot.preview.world import World

log = logging.getLogger(__name__)

Explain = Callable[[str, str], Mapping[str, Any]]
Place = tuple[int, int]  # chat id, message id

KEPT = 2000


class Explaining:
    """Remembers, for each of the bot's messages, what it answers and why.

    An explanation is {"question": text} with the fields of `explain`, or {"tapped": label} for what a
    button showed.
    """

    def __init__(self, world: World, explain: Explain | None) -> None:
        self._world = world
        self._explain = explain
        self._asked: dict[int, Json] = {}  # by chat: what was asked or tapped last
        self._questions: OrderedDict[Place, Json] = OrderedDict()
        self._answers: OrderedDict[Place, Json] = OrderedDict()
        if explain is not None:
            world.events.listen(self._on_event)

    @property
    def active(self) -> bool:
        """Whether there is anybody to explain."""
        return self._explain is not None

    def of(self, message: Message) -> Json | None:
        """Why the bot sent this message; None for what is not an answer to a question."""
        return self._answers.get((message.chat.id, message.id))

    def _on_event(self, event: Event) -> None:
        match event.kind:
            case "said" | "person_edited":
                self._on_question(event.data)
            case "tapped":
                self._asked[event.data.message.chat.id] = {"tapped": event.data.label}
            case "sent" | "edited":
                self._on_answer(event.data)

    def _on_question(self, message: Message) -> None:
        mention = rf"@{re.escape(self._world.username)}\b[,:]?"
        text = re.sub(mention, "", message.text, flags=re.IGNORECASE).strip()
        asked: Json = {}
        if text and not text.startswith("/") and "via_bot" not in message.data:
            asked = {"question": text, "language": message.data["from"]["language_code"]}
        self._asked[message.chat.id] = asked
        _keep(self._questions, (message.chat.id, message.id), asked)

    def _on_answer(self, message: Message) -> None:
        place = (message.chat.id, message.id)
        replied = message.data.get("reply_to_message", {}).get("message_id")
        asked = self._asked.get(message.chat.id, {})
        about = asked if "tapped" in asked else self._questions.get((message.chat.id, replied or 0), asked)
        if why := self._reasons(about):
            _keep(self._answers, place, why)

    def _reasons(self, asked: Json) -> Json:
        if "question" not in asked or self._explain is None:
            return asked
        try:
            return {"question": asked["question"], **self._explain(asked["question"], asked["language"])}
        except Exception:  # the conversation goes on without its explanation
            log.exception("explaining a question failed")
            return {}


def _keep(kept: OrderedDict[Place, Json], place: Place, why: Json) -> None:
    kept[place] = why
    while len(kept) > KEPT:
        kept.popitem(last=False)
