"""Who does what in one life, drawn from its seed, and what they are to get."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from faults import TROUBLE_UNTIL
from small_telegram import Telegram

from bot.announce.occasion import Occasion
from bot.knowledge.dates import PartialDate

# A question and words of its answer, in the first part of it, that no other answer has.
QUESTIONS = {
    "When is the harbour open?": "The harbour is open from nine",
    "Når er havnen åpen?": "Havnen er åpen fra ni",
    "Når er hamna open?": "Hamna er open frå ni",
    "What does mooring a boat cost?": "A berth costs two hundred",
    "Hva koster båtplass?": "En båtplass koster to hundre",
    "Kva kostar båtplass?": "Ein båtplass kostar to hundre",
    "What are the complete harbour regulations?": "Paragraph 1 says",
}
ASKERS, TAPPERS, TYPIST, LEAVER, FLOODER = range(101, 104), range(201, 203), 301, 401, 501
READERS, STOPPER, STAFF = range(601, 606), 606, 701
SUBSCRIBED = (*READERS, STOPPER, LEAVER, ASKERS[0])
TITLE, NEWER = "Quay party", "Quay party, with music"

Act = Callable[[], None]


@dataclass(frozen=True)
class Asked:
    """A question in a chat, the `message`th there is."""

    chat: int
    question: str
    message: int


class People:
    """Acts at their times; `tell` and `cancel` are staff's, who sit at the server."""

    def __init__(
        self,
        chance: Random,
        telegram: Telegram,
        tell: Callable[[Occasion, str], None],
        cancel: Callable[[], None],
    ) -> None:
        self._chance, self._telegram = chance, telegram
        self._tell, self._cancel = tell, cancel
        self.acts: list[tuple[float, Act]] = []
        self.asked: list[Asked] = []
        self.told = self.corrected = self.cancelled = False
        self.stopped = False
        self._draw()

    def _draw(self) -> None:
        chance = self._chance
        for chat in ASKERS[: chance.randint(1, 3)]:
            questions = chance.sample(list(QUESTIONS), chance.randint(1, 5))
            at, hurried = self._moment(), chance.random() < 0.5
            for question in questions:
                self._add(at if hurried else self._moment(), self._ask(chat, question))
        for chat in TAPPERS[: chance.randint(0, 2)]:
            self._add(self._moment(), self._ask(chat, "When is the harbour open?"))
            for _ in range(chance.randint(1, 3)):
                self._add(self._moment(), lambda chat=chat: self._tap(chat))  # type: ignore[misc]
        if chance.random() < 0.4:
            self._add(self._moment(), lambda: self._type("harbour"))
        if chance.random() < 0.3:
            leaves = self._moment()
            self._add(leaves, lambda: self._telegram.changes(LEAVER, True))
            self._add(leaves + chance.uniform(0.1, 20), lambda: self._telegram.changes(LEAVER, False))
            self._add(self._moment(), lambda: self._say(LEAVER, "When is the harbour open?"))
        if chance.random() < 0.1:
            at = self._moment()
            for _ in range(30):
                self._add(at, lambda: self._say(FLOODER, "What does mooring a boat cost?"))
        if chance.random() < 0.3:
            self._add(self._moment(), self._telegram.renumber)
        if chance.random() < 0.6:
            self._announce(self._moment())

    def _announce(self, at: float) -> None:
        chance = self._chance
        text = Occasion("text:1", "text", {"en": TITLE}, {"en": "All are welcome."})
        event = replace(text, id="event:party", kind="event", start=PartialDate.parse("2027-06-01T18:00"))
        first = chance.choice((text, event))
        self._add(at, lambda: self._telling(first, "text" if first is text else "new"))
        later = at + chance.choice((chance.uniform(0, 0.5), chance.uniform(0.5, 20)))
        what = chance.random()
        if what < 0.3:
            newer = replace(first, title={"en": NEWER})
            if first is event:
                newer = replace(newer, start=PartialDate.parse("2027-06-01T19:00"))
            self._add(later, lambda: self._correct(newer))
        elif what < 0.5:
            self._add(later, self._take_back)
        if chance.random() < 0.5:
            self._add(at + chance.uniform(-1, 3), self._stop)

    def _telling(self, occasion: Occasion, kind: str) -> None:
        self.told = True
        self._tell(occasion, kind)

    def _correct(self, newer: Occasion) -> None:
        self.corrected = True
        self._tell(newer, "change")

    def _take_back(self) -> None:
        self.cancelled = True
        self._cancel()

    def _stop(self) -> None:
        self.stopped = True
        self._say(STOPPER, "/stop")

    def _ask(self, chat: int, question: str) -> Act:
        return lambda: self.asked.append(Asked(chat, question, self._say(chat, question)))

    def _say(self, chat: int, text: str) -> int:
        return self._telegram.says(chat, text)

    def _tap(self, chat: int) -> None:
        shown = [each for each in self._telegram.posted if each.chat == chat and each.buttons]
        if shown:
            message = self._chance.choice(shown)
            self._telegram.taps(chat, message, self._chance.choice(message.buttons))

    def _type(self, words: str) -> None:
        self._telegram.types(TYPIST, words)

    def _add(self, at: float, act: Act) -> None:
        self.acts.append((max(0.1, at), act))

    def _moment(self) -> float:
        return self._chance.uniform(0.5, TROUBLE_UNTIL - 2)
