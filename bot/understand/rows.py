"""What the rows of the base tell: whether what is asked of one stands in it, or in an answer about it."""

from __future__ import annotations

from bot.knowledge.model import Cluster, Contact, Knowledge
from bot.understand.finding import FIGURES, RARELY_TOLD, Finding

HEADS = frozenset({"leader", "chair"})
ELSEWHERE = frozenset({"phone", "email", "address", "members", "age"})  # no fields of a cluster
ON_CARD = frozenset({"phone", "email", "address", "website", "place", "contact"})  # of an office


def tells(knowledge: Knowledge, finding: Finding) -> bool:
    """Whether the row is where the answer stands, or where it must be said that nothing is known.

    What an office or a person is may also be in an answer.
    """
    row, asked = finding.rows[0], finding.attribute
    if row.startswith("cluster:"):
        return asked not in ELSEWHERE
    return asked in ON_CARD | RARELY_TOLD or (asked is not None and is_person(knowledge, row))


def is_untold(knowledge: Knowledge, finding: Finding) -> bool:
    """Whether no source says what is asked of the one row that is named."""
    kind, _, which = finding.rows[0].partition(":") if len(finding.rows) == 1 else ("", "", "")
    if kind == "cluster":
        return untold_of(knowledge, knowledge.clusters[which], finding.attribute)
    if kind == "contact":
        return knowledge.contacts[which].name is None and finding.attribute in FIGURES | HEADS
    return False


def untold_of(knowledge: Knowledge, cluster: Cluster, asked: str | None) -> bool:
    """Whether no source says what is asked of a cluster."""
    if asked in FIGURES:
        return getattr(cluster.figures, asked, None) is None
    leader: Contact | None = knowledge.contacts.get(cluster.leader or "")
    return asked == "chair" and not (leader and leader.chair)


def is_office(knowledge: Knowledge, row: str) -> bool:
    """Whether it is a contact that is nobody's name."""
    kind, _, which = row.partition(":")
    return kind == "contact" and knowledge.contacts[which].name is None


def answers_for(knowledge: Knowledge, row: str, asked: str | None) -> bool:
    """Whether what is asked of an office is in its answer, and not on its card: what it does, since when."""
    return is_office(knowledge, row) and asked not in ON_CARD | HEADS | FIGURES


def is_person(knowledge: Knowledge, row: str) -> bool:
    """Whether it is a contact by name."""
    return row.startswith("contact:") and not is_office(knowledge, row)


def is_about(knowledge: Knowledge, entry: str, row: str) -> bool:
    """Whether an entry is about a row: they share a fact, or it names the contact (the leader) of the row."""
    found = knowledge.entries.get(entry)
    if found is None:
        return False
    kind, _, which = row.partition(":")
    if kind == "contact":
        contact, facts = which, knowledge.contacts[which].facts
    else:
        contact, facts = knowledge.clusters[which].leader or "", knowledge.clusters[which].facts
    return found.contact == contact or not set(found.facts).isdisjoint(facts)


def is_all_about(knowledge: Knowledge, entry: str, row: str) -> bool:
    """Whether all facts of an entry belong to a cluster."""
    found = knowledge.entries.get(entry)
    facts = set(found.facts) if found else set()
    return bool(facts) and facts <= set(knowledge.clusters[row.partition(":")[2]].facts)


def named(knowledge: Knowledge, row: str) -> str:
    """All that a cluster, contact or event is called."""
    kind, _, which = row.partition(":")
    if kind == "cluster":
        cluster = knowledge.clusters[which]
        return " ".join((cluster.name, *cluster.former_names, *cluster.also))
    if kind == "contact":
        contact = knowledge.contacts[which]
        return " ".join((contact.name or "", contact.organisation, *contact.also))
    return " ".join(knowledge.events[which].title.values())
