"""Contacts to keep: a native card where there is a phone number, a file that a real parser reads."""

from __future__ import annotations

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st
from shipped import LANGUAGES, NOW, shipped

from bot.answer.dialogue import Asker, show
from bot.answer.names import contact_name
from bot.answer.vcard import LARGEST_CARD, saved_contact, vcard
from bot.knowledge.model import Contact

AWKWARD = 'Åse O\'Neil, PhD; "boss" </a>\\n: \\ and\nanother line'


def contact(**values: object) -> Contact:
    row = {"id": "someone", "name": None, "organisation": "Office", "role": {"en": "Role"}, **values}
    return Contact.model_validate(row)


def test_awkward_characters_come_through_a_vcard_as_they_are() -> None:
    row = contact(name=AWKWARD, organisation=AWKWARD, role={"en": AWKWARD}, post=AWKWARD)

    card = vobject.readOne(vcard(row, "en"))

    assert card.fn.value == AWKWARD
    assert card.org.value == [AWKWARD]
    assert card.title.value == AWKWARD
    assert card.label.value == AWKWARD


printable = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"])
words = st.text(printable, min_size=1, max_size=60).filter(str.strip)
roles = words.map(lambda text: f"a{text}")  # what people read holds a letter or digit


@settings(max_examples=200, deadline=None)
@given(name=words, organisation=words, role=roles)
def test_any_name_makes_a_vcard_that_parses(name: str, organisation: str, role: str) -> None:
    row = contact(name=name, organisation=organisation, role={"en": role})

    card = vobject.readOne(vcard(row, "en"))

    assert (card.fn.value, card.org.value, card.title.value) == (row.name, [row.organisation], row.role["en"])
    assert {each.name for each in card.getChildren()} == {"VERSION", "FN", "N", "ORG", "TITLE"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_contact_that_can_be_saved_is_a_card_or_a_file_with_what_is_public(language: str) -> None:
    for row in shipped().knowledge.contacts.values():
        if row.former:
            continue
        reply = show(shipped(), f"save_{row.id}", Asker(chosen=language), NOW)
        assert reply is not None
        text = (
            reply.card.vcard if reply.card else reply.attachment.content.decode() if reply.attachment else ""
        )
        card = vobject.readOne(text)
        assert bool(reply.card) == bool(row.phone)
        assert card.fn.value == contact_name(row, language)
        assert len(text.encode()) <= LARGEST_CARD
        for field, value in (("tel", row.phone), ("email", row.email), ("url", row.web), ("label", row.post)):
            assert (getattr(card, field).value if value else getattr(card, field, None)) == value
        if reply.attachment:
            assert reply.attachment.name == f"{row.id}.vcf"
            assert reply.attachment.media_type == "text/vcard"


def test_the_role_of_a_person_carries_its_date_in_the_readers_language() -> None:
    row = contact(name="Anna Aas", role={"en": "leader", "nb": "leder"}, as_of="2018-05")

    assert vobject.readOne(vcard(row, "nb")).title.value == "leder (mai 2018)"
    assert vobject.readOne(vcard(row, "en")).n.value.family == "Aas"


def test_a_vcard_too_large_for_a_native_card_comes_as_a_file() -> None:
    row = contact(phone="+47 22 00 00 00", post="x" * 1500, role={"en": "z" * 1500})

    reply = saved_contact(row, "en")

    assert reply.card is None
    assert reply.attachment is not None
