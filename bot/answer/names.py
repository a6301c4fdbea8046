"""What rows are called in each language."""

from __future__ import annotations

from bot.knowledge.model import Cluster, Contact, Knowledge, pick


def cluster_name(cluster: Cluster, language: str) -> str:
    """The name as a heading or a button has it."""
    return str(pick(cluster.names, language)) if cluster.names else cluster.name


def organisation(contact: Contact, language: str) -> str:
    """The organisation of a person, or the office itself."""
    return str(pick(contact.names, language)) if contact.names else contact.organisation


def contact_name(contact: Contact, language: str) -> str:
    """The person, or the office."""
    return contact.name or organisation(contact, language)


def bare(name: str) -> str:
    """The name as a sentence has it, without what stands in brackets after it."""
    return name.partition(" (")[0]


def organiser_name(knowledge: Knowledge, organiser: str, language: str) -> str:
    """The organiser of an event; in the reader's language where it is an office we know."""
    for contact in knowledge.contacts.values():
        called = (contact.organisation, *(contact.names or {}).values())
        if contact.name is None and organiser in {bare(name) for name in called}:
            return bare(organisation(contact, language))
    return organiser
