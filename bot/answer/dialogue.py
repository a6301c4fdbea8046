"""The conversation, without Telegram: a question or a tap and who it is from -> a reply."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.announce.occasion import from_event
from bot.answer import menus
from bot.answer.agenda import agenda, events_reply
from bot.answer.clusters import attribute_reply
from bot.answer.compose import ask_reply, compose, row_reply, row_title, unknown_reply
from bot.answer.entries import is_smalltalk, sources_reply
from bot.answer.lists import found, list_reply
from bot.answer.moments import day_of
from bot.answer.occasions import saved_occasion
from bot.answer.taps import LANGUAGE_MARK, carrying_language, parted
from bot.answer.texts import LANGUAGES, say
from bot.answer.vcard import saved_contact
from bot.knowledge.model import Knowledge
from bot.reply import Button, InlineResult, Reply, paragraph
from bot.understand.decide import Sure, Unknown, Unsure
from bot.understand.interpret import interpret
from bot.understand.language import language
from bot.understand.match import Ranking
from bot.understand.outcome import Found, Outcome, Several, Untold
from bot.understand.rows import named
from bot.understand.subject import Subject, after
from bot.understand.version import Version

FOLLOW_UP = timedelta(minutes=10)  # how long "who leads it" still means the row talked about
LONGEST = 2000  # characters of a question; more is no question
MOST_WORDS = 300
CODES = {"no": "nb", "nb": "nb", "nn": "nn", "en": "en"}  # Telegram's language codes that mean one of ours
UNANSWERED = "-"  # before what was talked about until then: a refusal
INLINE_RESULTS = 8
FEW = 2  # words that tell little of their language
NORWEGIAN = ("nb", "nn")
PLAIN = "nb"  # where the words are as good in several languages and the menus are in none of them
WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Asker:
    """What is known of who asks."""

    chosen: str | None = None  # with /language
    client: str | None = None  # Telegram's language code, as it came
    last_entry: str | None = None  # what the last answer was about; after a refusal behind UNANSWERED
    last_at: datetime | None = None


def menu_language(asker: Asker, version: Version) -> str:
    """The language of menus and refusals: the chosen one, Telegram's, English."""
    client = CODES.get((asker.client or "").lower().partition("-")[0])
    wanted = asker.chosen or client or "en"
    return wanted if wanted in LANGUAGES else "en"


def respond(version: Version, text: str, asker: Asker, now: datetime) -> Reply:
    """Answer a question, ask back, or say whom to ask; total: any text gets a reply."""
    return answer(version, text, understand(version, text, asker, now), asker, now)


def understand(version: Version, text: str, asker: Asker, now: datetime) -> Outcome:
    """What a question means after what was said before; nothing is understood of what is no question."""
    if not is_question(text):
        return Unknown(None, Ranking(text, ()))
    last = Subject.parse(talked_about(asker, now).removeprefix(UNANSWERED))
    return interpret(version, text, now, last)


def answer(version: Version, text: str, outcome: Outcome, asker: Asker, now: datetime) -> Reply:
    """The reply to a question of which `outcome` was understood."""
    menu = menu_language(asker, version)
    if _empty(text):
        return Reply((paragraph(say("nothing_typed", menu)),), language=menu)
    if _too_long(text):
        return Reply((paragraph(say("too_long", menu)),), language=menu)
    last = talked_about(asker, now)
    again = last.startswith(UNANSWERED)
    reply = compose(version, outcome, answer_language(version, outcome, menu), now, again)
    if about := _about(version, outcome, last.removeprefix(UNANSWERED)):
        reply = replace(reply, entry=about)
    return carrying_language(reply)


def _about(version: Version, outcome: Outcome, last: str) -> str:
    """What is talked about after `outcome`, as a short text; small talk leaves it as it was."""
    before = Subject.parse(last)
    if isinstance(outcome, Sure) and before and is_smalltalk(version.knowledge, outcome.hit.entry):
        return last
    unanswered = isinstance(outcome, Unknown) and not isinstance(outcome, Untold)
    return (UNANSWERED if unanswered else "") + str(after(outcome, before))


def is_question(text: str) -> bool:
    """Whether there is something to understand, and not too much of it."""
    return not _empty(text) and not _too_long(text)


def _empty(text: str) -> bool:
    return not any(character.isalnum() for character in text)


def _too_long(text: str) -> bool:
    return len(text) > LONGEST or len(text.split()) > MOST_WORDS


def talked_about(asker: Asker, now: datetime) -> str:
    """What was talked about, if that was not too long ago."""
    recent = asker.last_at is not None and abs(now - asker.last_at) <= FOLLOW_UP
    return (asker.last_entry or "") if recent else ""


def answer_language(version: Version, outcome: Outcome, menu: str) -> str:
    """The question's language: of the phrasing it repeats, what its words tell, else that of the menus."""
    ranking = outcome.ranking
    spoken, close = ranking.language, ranking.close
    if isinstance(outcome, Found | Untold) and not outcome.finding.is_list:  # a name is of no language
        beside = _beside(ranking.question, named(version.knowledge, outcome.finding.rows[0]))
        spoken, close = version.matcher.spoken(beside) if beside else (menu, (menu,))
    hit = outcome.hit if isinstance(outcome, Sure) and close else None  # "2018" is of no language
    if hit and hit.language and _words(hit.phrasing) == _words(ranking.question):
        asked = hit.language
    elif menu in close or _may_be_of(ranking.question, menu):
        asked = menu
    elif len(close) > 1 and PLAIN in close:  # words that bokmål and nynorsk share
        asked = PLAIN
    else:
        asked = spoken or (hit.language if hit else "")
    return asked if asked in LANGUAGES else menu


def _may_be_of(question: str, menu: str) -> bool:
    """Whether so few words may be of the menus' language too: "to" of "nummer to" is no English.

    A word alone ("fintech", "seafood") tells too little, where the menus are in Norwegian.
    """
    words, known = _words(question), language(menu)
    if len(words) == 1 and menu in NORWEGIAN:
        return True
    return 0 < len(words) <= FEW and all(word in known.common or word in known.stop_words for word in words)


def _beside(question: str, name: str) -> str:
    """The words of a question that are no part of a name."""
    called = set(_words(name))
    return " ".join(word for word in _words(question) if word not in called)


def _words(text: str) -> list[str]:
    return WORD.findall(text.casefold())


def subject(reply: Reply) -> str:
    """What to remember of a reply for the next question; "" for what nothing goes on from."""
    return reply.entry or ""


def show(version: Version, data: str, asker: Asker, now: datetime) -> Reply | None:
    """What a button, a deep link or a command leads to; None for what leads nowhere (any more)."""
    data, _, carried = data.partition(LANGUAGE_MARK)
    language = carried if carried in LANGUAGES else menu_language(asker, version)
    wanted, origin = parted(data)
    reply = _shown(version, wanted, asker, language, now)
    if reply and origin:
        reply = replace(reply, buttons=(*reply.buttons, (Button(say("back", language), origin),)))
    return carrying_language(reply) if reply else None


def _shown(version: Version, data: str, asker: Asker, language: str, now: datetime) -> Reply | None:
    knowledge = version.knowledge
    if data in _MENUS:
        return _MENUS[data](knowledge, language)
    if data == "language" or data.startswith("language_"):
        return menus.languages(language, asker.chosen)
    if data == "events":
        return events_reply(knowledge, language, now)
    if data.startswith("events_"):
        return agenda(knowledge, data, language, now)
    if data == "none":
        return unknown_reply(knowledge, None, language, now)
    if (listed := found(data)) is not None:
        criteria, page = listed
        known = version.directory.knows(criteria)
        today = day_of(knowledge, now)
        return list_reply(version.directory, criteria, language, today, page) if known else None
    kind, _, rest = data.partition("_")
    row, _, number = rest.rpartition("_")
    if kind in {"topic", "by", "people"} and number.isascii() and number.isdigit() and len(number) < 4:
        return _page(knowledge, kind, row, int(number), language)
    return _row(knowledge, kind, rest, language, now)


_MENUS: Mapping[str, Callable[[Knowledge, str], Reply | None]] = {
    "start": menus.start,
    "help": menus.help_,
    "about": menus.about,
    "topics": menus.topics,
    "clusters": menus.clusters,
    "contacts": lambda knowledge, language: menus.contacts(knowledge, "", 0, language),
}


def _page(knowledge: Knowledge, kind: str, row: str, page: int, language: str) -> Reply | None:
    match kind:
        case "topic":
            return menus.topic(knowledge, row, page, language)
        case "by":
            return menus.clusters_by(knowledge, row, page, language)
    return menus.contacts(knowledge, row, page, language)


def _row(knowledge: Knowledge, kind: str, row: str, language: str, now: datetime) -> Reply | None:
    entry = knowledge.entries.get(row)
    contact = knowledge.contacts.get(row)
    cluster = knowledge.clusters.get(row)
    match kind:
        case "entry" if entry:
            return row_reply(knowledge, entry.id, language, now)
        case "sources" if entry:
            return sources_reply(knowledge, entry, language)
        case "ask" if entry:
            return ask_reply(knowledge, entry, language, now)
        case "contact" if contact:
            return row_reply(knowledge, f"contact:{row}", language, now)
        case "save" if contact and contact.available(day_of(knowledge, now)):
            return saved_contact(contact, language)
        case "save" if contact:  # the button is older than their leaving
            return row_reply(knowledge, f"contact:{row}", language, now)
        case "cluster" if cluster:
            return row_reply(knowledge, f"cluster:{row}", language, now)
        case "reach" if cluster:
            return attribute_reply(knowledge, cluster, "contact", language, day_of(knowledge, now))
        case "event" if row in knowledge.events:
            return row_reply(knowledge, f"event:{row}", language, now)
        case "calendar" if row in knowledge.events:
            occasion = from_event(knowledge.events[row], knowledge.zone)
            return saved_occasion(knowledge, occasion, language, now)
    return None


def suggest(version: Version, text: str, asker: Asker, now: datetime) -> tuple[InlineResult, ...]:
    """Inline mode: the answer when it is sure, the possible ones when it is not; nothing when unknown."""
    if _empty(text):
        return ()
    outcome = interpret(version, text[:LONGEST], now)
    language = answer_language(version, outcome, menu_language(asker, version))
    match outcome:
        case Unknown():
            return ()
        case Found(finding) if finding.is_list:
            return (_result("list", text[:60], compose(version, outcome, language, now)),)
        case Found(finding):
            wanted = [(finding.rows[0], compose(version, outcome, language, now))]
        case Sure(hit):
            wanted = [(hit.entry, compose(version, outcome, language, now))]
        case Several(parts):
            found = [each for clause, _ in parts for each in suggest(version, clause, asker, now)]
            return tuple(replace(each, id=f"{place}.{each.id}"[:64]) for place, each in enumerate(found))
        case Unsure(hits):
            wanted = [(hit.entry, row_reply(version.knowledge, hit.entry, language, now)) for hit in hits]
    return tuple(
        _result(entry, row_title(version.knowledge, entry, language), reply)
        for entry, reply in wanted[:INLINE_RESULTS]
    )


def _result(id_: str, title: str, reply: Reply) -> InlineResult:
    return InlineResult(id_[:64], title, " ".join(reply.plain().split())[:120], carrying_language(reply))


def commands(version: Version) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """The commands to register for each language: (name, description)."""
    names = ("start", *menus.COMMANDS)
    return {
        language: tuple((name, say(f"command_{name}", language)) for name in names) for language in LANGUAGES
    }
