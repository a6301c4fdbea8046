"""A contact as a vCard 3.0, which phones and mail programs import."""

from __future__ import annotations

import vobject

from bot.answer.contacts import named_when
from bot.answer.names import contact_name, organisation
from bot.knowledge.model import Contact, pick
from bot.reply import Attachment, Card, Reply, paragraph

LARGEST_CARD = 2048  # bytes of vCard; Telegram's limit for sendContact


def saved_contact(contact: Contact, language: str) -> Reply:
    """The contact to keep: a native card where there is a phone number, a file where there is none."""
    name = contact_name(contact, language)
    text = vcard(contact, language)
    small = len(text.encode()) <= LARGEST_CARD
    card = Card(contact.phone, name, text) if contact.phone and small else None
    file = None if card else Attachment(f"{contact.id}.vcf", text.encode(), "text/vcard")
    return Reply(
        (paragraph(name),), attachment=file, card=card, entry=f"contact:{contact.id}", language=language
    )


def vcard(contact: Contact, language: str) -> str:
    """Write the vCard; a person's role carries its date, since it may have changed."""
    card = vobject.vCard()
    card.add("fn").value = contact_name(contact, language)
    first, _, family = (contact.name or "").rpartition(" ")
    card.add("n").value = vobject.vcard.Name(family=family, given=first)
    card.add("org").value = [organisation(contact, language)]
    role = pick(contact.role, language)
    date_of = named_when(contact, language) if contact.name else None
    card.add("title").value = f"{role} ({date_of})" if date_of else role
    if contact.phone:
        card.add("tel").value = contact.phone
    if contact.email:
        card.add("email").value = contact.email
    if contact.web:
        card.add("url").value = contact.web
    if contact.post:
        card.add("label").value = contact.post
    return str(card.serialize())
