"""The policy, and a person's say in what is stored about them. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.answer.contacts import reach
from bot.answer.moments import day_of
from bot.answer.taps import carrying_language
from bot.answer.texts import say
from bot.answer.whom import fallback
from bot.knowledge.model import Knowledge
from bot.reply import Attachment, Button, Reply, Text, block, paragraph

PREFIX = "mine_"  # of the buttons below
FILE = "klyngebot-mydata.json"


@dataclass(frozen=True, slots=True)
class Policy:
    """What whoever runs the bot decides, and how long the database keeps things."""

    asked: timedelta = timedelta(days=90)  # how long questions are kept, without who asked; 0: not at all
    contact: str = ""  # whom to write to about one's data; "": the base's own contact
    context: timedelta = timedelta(hours=24)
    replies: timedelta = timedelta(hours=48)
    letters: timedelta = timedelta(days=400)
    names: timedelta = timedelta(days=400)


def policy_reply(
    knowledge: Knowledge, policy: Policy, language: str, now: datetime, *, private: bool
) -> Reply:
    """What is kept, why, how long, who sees it; with the buttons of `/mydata` and `/forget` in private."""
    hours = {name: getattr(policy, name) // timedelta(hours=1) for name in ("context", "replies")}
    days = {"letters": policy.letters.days, "names": policy.names.days, "days": policy.asked.days}
    kept = [
        say(key, language, **hours, **days)
        for key in (
            "policy_choices",
            "policy_letters",
            "policy_subject",
            "policy_replies",
            "policy_waiting",
            "policy_staff",
        )
    ]
    paragraphs = [
        paragraph(Text(say("policy_title", language), bold=True)),
        block([paragraph(say("policy_kept", language)), *(paragraph(f"• {each}") for each in kept)]),
        paragraph(say("policy_asked" if policy.asked else "policy_not_asked", language, **days)),
        paragraph(say("policy_seen", language)),
        paragraph(say("policy_yours", language)),
    ]
    if contact := _contact(knowledge, policy, language, now):
        paragraphs.append((Text(say("policy_contact", language)), *contact))
    buttons = (_tap("data", language), _tap("forget", language)) if private else ()
    return _reply(tuple(paragraphs), language, *buttons)


def file_reply(person: int, stored: Mapping[str, object], language: str, now: datetime) -> Reply:
    """All that is stored about a person, as a file."""
    content = {"telegram_id": person, "made": now.isoformat(timespec="seconds"), "stored": stored}
    text = json.dumps(content, ensure_ascii=False, indent=1)
    file = Attachment(FILE, text.encode("utf-8", "backslashreplace"), "application/json")
    return Reply((paragraph(say("mine_file", language)),), attachment=file, language=language)


def sure_reply(language: str) -> Reply:
    """Whether all of it is to be deleted."""
    text = paragraph(say("mine_sure", language))
    return _reply((text,), language, _tap("yes", language), _tap("no", language))


def line_reply(key: str, language: str) -> Reply:
    """What came of it."""
    return Reply((paragraph(say(key, language)),), language=language)


def elsewhere_reply(command: str, link: str, language: str) -> Reply:
    """What a person is told who asks in a group."""
    text = paragraph(say("mine_in_private", language, command=command))
    return Reply((text,), ((Button(say("mine_open", language), url=link),),), language=language)


def _contact(knowledge: Knowledge, policy: Policy, language: str, now: datetime) -> tuple[Text, ...]:
    if policy.contact:
        return paragraph(policy.contact)
    found = fallback(knowledge, day_of(knowledge, now))
    return reach(found, language) if found else ()


def _tap(name: str, language: str) -> Button:
    return Button(say(f"mine_{name}", language), f"{PREFIX}{name}")


def _reply(paragraphs: tuple[tuple[Text, ...], ...], language: str, *buttons: Button) -> Reply:
    return carrying_language(Reply(paragraphs, tuple((each,) for each in buttons), language=language))
