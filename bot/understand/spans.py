"""The stretches into which a question is cut, and what they say together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.understand.finding import Criteria

CLUSTERS = ("cluster_word", "the_cluster", "clusters")  # a cluster, the cluster, clusters
KINDS = ("theme", "region", "level", "city")  # of what clusters are looked for by

# what a stretch of words can mean: its kind (cluster, contact, one of KINDS, attribute, about, one of
# CLUSTERS, lists, ordinal, light, beyond, private) and which of that kind
Meaning = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a question and all that it can mean; no meanings: a word of no concern here."""

    tokens: tuple[str, ...]
    meanings: tuple[Meaning, ...]

    def has(self, *kinds: str) -> bool:
        """Whether it can mean something of one of `kinds`."""
        return any(kind in kinds for kind, _ in self.meanings)


def text_of(spans: Sequence[Span], *kinds: str) -> str:
    """The words that can mean something of one of `kinds`."""
    return " ".join(token for span in spans if span.has(*kinds) for token in span.tokens)


def which(spans: Sequence[Span], wanted: str) -> tuple[str, ...]:
    """Which of the `wanted` kind are named, each once."""
    found = (which for span in spans for kind, which in span.meanings if kind == wanted)
    return tuple(dict.fromkeys(found))


def looked_for(spans: Sequence[Span]) -> Criteria:
    """What clusters may be looked for by."""
    return Criteria(*(which(spans, kind) for kind in KINDS))


def attribute_of(spans: Sequence[Span]) -> str | None:
    """The one thing asked for; "when" beside another ("when did it change its name") is the weaker word."""
    found = which(spans, "attribute")
    if "age" in found:
        return "age"
    return next((each for each in found if each not in {"since", "place"}), found[0] if found else None)


def names_row(spans: Sequence[Span]) -> bool:
    """Whether a cluster or a contact is named."""
    return any(span.has("cluster", "contact") for span in spans)


def asks_privately(spans: Sequence[Span], people: Sequence[str]) -> bool:
    """Whether age, pay, home or the like is asked of a person; nobody's office is private."""
    found = which(spans, "attribute")
    return any(span.has("private") for span in spans) or (
        "age" in found and bool(people or "leader" in found)
    )


def cluster_for(spans: Sequence[Span]) -> bool:
    """Whether the field comes after the word for cluster, which makes it no name: "a cluster for energy"."""
    return any(
        span.has("cluster_word") and any(after.has("theme") for after in spans[place:])
        for place, span in enumerate(spans)
    )


def asks_for_clusters(spans: Sequence[Span], criteria: Criteria) -> bool:
    """Whether a list is wanted; "gce cluster" alone means the level, which the answers explain."""
    listing = any(span.has("lists", "clusters") for span in spans)
    if criteria == Criteria(levels=criteria.levels):
        return listing
    return (listing and bool(criteria.levels)) or any(span.has(*CLUSTERS) for span in spans)
