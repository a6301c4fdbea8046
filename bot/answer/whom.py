"""Whom to give: somebody who is there, or who stands in for them."""

from __future__ import annotations

from datetime import date

from bot.knowledge.model import Contact, Knowledge


def contact_for(
    knowledge: Knowledge, wanted: str | None, today: date, topic: str | None = None
) -> Contact | None:
    """The contact, an absent one's deputy, the office that answers for the topic, or the fallback."""
    there = standing_in(knowledge, knowledge.contacts[wanted], today) if wanted else None
    if there:
        return there
    offices = [
        row for row in knowledge.contacts.values() if topic and topic in row.topics and row.name is None
    ]
    return next((row for row in offices if row.available(today)), None) or fallback(knowledge, today)


def standing_in(knowledge: Knowledge, contact: Contact, today: date) -> Contact | None:
    """The contact if available on `today`, else the first available one along their deputies."""
    seen: set[str] = set()
    while not contact.available(today):
        seen.add(contact.id)
        if contact.deputy is None or contact.deputy in seen:
            return None
        contact = knowledge.contacts[contact.deputy]
    return contact


def office_of(knowledge: Knowledge, cluster: str, today: date) -> Contact | None:
    """The cluster's own office, if one is known and available."""
    offices = (row for row in knowledge.contacts.values() if row.name is None and cluster in row.clusters)
    return next((row for row in offices if row.available(today)), None)


def fallback(knowledge: Knowledge, today: date) -> Contact | None:
    """The base's own contact for everything, if there is one and it is available."""
    wanted = knowledge.programme.fallback_contact
    return standing_in(knowledge, knowledge.contacts[wanted], today) if wanted else None
