"""The policy that /privacy sends is the one in docs/privacy.md, and says all that it must."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from shipped import LANGUAGES, NOW, ROOT, shipped

from bot.answer.privacy import Policy, policy_reply
from bot.reply import Reply
from bot.store.tables import metadata

DOCUMENT = (ROOT / "docs" / "privacy.md").read_text("utf-8")


def policy(language: str, policy_: Policy | None = None) -> Reply:
    return policy_reply(shipped().knowledge, policy_ or Policy(), language, NOW, private=True)


def as_markdown(reply: Reply) -> str:
    """The paragraphs without the title and the contact, which each base and each operator has of its own."""
    return "\n\n".join(reply.plain().split("\n\n")[1:-1]).replace("\n• ", "\n- ").replace(":\n-", ":\n\n-")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_shows_what_the_command_sends(language: str) -> None:
    assert as_markdown(policy(language)) in DOCUMENT


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_policy_fits_a_phone_and_names_a_contact(language: str) -> None:
    text = policy(language).plain()

    assert len(text) < 2000
    assert "/mydata" in text and "/forget" in text and "Telegram" in text
    assert "Innov" in text.rpartition("\n\n")[2]


def test_the_document_has_a_row_for_every_table_of_the_database() -> None:
    rows = set(re.findall(r"^\| `(\w+)`", DOCUMENT, re.MULTILINE))

    assert rows == set(metadata.tables)


def test_who_runs_the_bot_may_name_another_contact_and_keep_no_questions() -> None:
    text = policy("en", Policy(timedelta(0), "data@example.org")).plain()

    assert text.endswith("Questions about your data: data@example.org")
    assert "90 days" not in text
