"""Questions about rows: what one cluster or contact is asked for, or which clusters fit a description."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.knowledge.model import Cluster, Event, Knowledge
from bot.understand.agenda import Calendar, events
from bot.understand.dates import read_time
from bot.understand.finding import FIGURES, RARELY_TOLD, Criteria, Finding
from bot.understand.fitting import exactly_fitting, fitting
from bot.understand.lexicon import Lexicon
from bot.understand.match import Ranking
from bot.understand.naming import build
from bot.understand.normalize import folded
from bot.understand.spans import (
    CLUSTERS,
    KINDS,
    Span,
    asks_for_clusters,
    asks_privately,
    attribute_of,
    cluster_for,
    looked_for,
    names_row,
    text_of,
    which,
)
from bot.understand.turns import goes_on, points_back

NOTE = re.compile(r"\([^)]*\)")
SHORTEST_TITLE = 10  # letters; a shorter one ("Arena") is asked about in other ways too
CLAUSE = re.compile(r"[,.;:!?]+\s")


@dataclass(frozen=True, slots=True)
class Directory:
    """The rows of one version of the base, and how people name them."""

    knowledge: Knowledge
    lexicon: Lexicon

    @classmethod
    def build(cls, knowledge: Knowledge) -> Directory:
        """Collect what rows and vocabulary are called."""
        return cls(knowledge, build(knowledge))

    def find(self, question: str) -> Finding | None:
        """Understand `question` as one about rows; None when it names none and asks for no list."""
        spans, repaired = self.lexicon.read(question)
        leftover = self.unexplained(spans)
        people, offices = self._contacts(spans)
        clusters = tuple(f"cluster:{which}" for which in which(spans, "cluster"))
        attribute = attribute_of(spans)
        if rows := people or clusters or self._heads(offices, attribute) or offices:
            matched = text_of(spans, "cluster", "contact")
            if people:
                leftover = (*leftover, *which(spans, "theme"))  # "the health of Kari" is not about a theme
            elif not clusters:
                leftover = (*leftover, *self._elsewhere(spans, rows))
            if attribute in FIGURES and self._goes_by_another(clusters, matched):
                leftover = (*leftover, matched)  # "how many work at ÅKP" is not how many in its cluster
            private = bool(people or attribute in {"leader", "age"}) and asks_privately(spans, people)
            return Finding(rows, attribute, Criteria(), leftover, matched, repaired, private=private)
        criteria = looked_for(spans)
        contact = attribute == "contact" and not leftover
        if contact and not criteria.themes and (local := self._answering_for(criteria)):
            return Finding(local, attribute, Criteria(), leftover, " ".join(which(spans, "region")), repaired)
        if not criteria or not (contact or asks_for_clusters(spans, criteria)):
            return self._only_one(spans, criteria, repaired)
        asked = [span.tokens for span in spans if span.has(*KINDS)]
        matched = text_of(spans, *KINDS)
        there = exactly_fitting(self.knowledge, criteria)
        several = any(span.has("clusters") for span in spans)
        any_of_them = not (several or self._is_definite(spans))
        if not several:
            for_all = not asks_for_clusters(spans, criteria)  # "whom do I call in Bergen"
            for_all |= any_of_them and not leftover and cluster_for(spans)
            there = (not for_all and self._named_after(there, asked)) or self._of_all(criteria, spans, there)
            if len(there) == 1:  # "the tunnel cluster in Rogaland" is one cluster, not a list of one
                return Finding(_ids(there), attribute, Criteria(), leftover, matched, repaired)
        rows = self.fitting(criteria)
        return Finding(rows, None, criteria, leftover, matched, repaired, several, any_of_them=any_of_them)

    def _only_one(
        self, spans: Sequence[Span], criteria: Criteria, repaired: Mapping[str, str]
    ) -> Finding | None:
        """The one cluster of a field of which something is asked ("who leads offshore wind")."""
        asked = attribute_of(spans)
        if not criteria.themes or asked is None or self.unexplained(spans):
            return None
        there = exactly_fitting(self.knowledge, criteria)
        matched = text_of(spans, *KINDS)
        return Finding(_ids(there), asked, matched=matched, repaired=repaired) if len(there) == 1 else None

    def find_events(self, question: str, now: datetime) -> Finding | None:
        """Events asked for by time and place, soonest first; None where anything else is asked too."""
        asked = read_time(question, now, self.knowledge.languages)
        if not asked.events:
            return None
        spans, repaired = self.lexicon.read(" ".join(asked.rest))
        if self.unexplained(spans) or names_row(spans):
            return None
        calendar = Calendar(asked.period, asked.order, which(spans, "region"), which(spans, "city"))
        fitting = events(self.knowledge, calendar, now)
        named = [event for event in fitting if self._is_titled(event, question)]
        rows = tuple(f"event:{event.id}" for event in (named if len(named) == 1 else fitting))
        if len(rows) == 1:
            return Finding(rows, matched=question, repaired=repaired)
        return Finding(rows, matched=question, repaired=repaired, several=True, calendar=calendar)

    def _is_titled(self, event: Event, question: str) -> bool:
        """Whether `question` has all the words of the event's title, whatever stands in parentheses there."""
        asked = [folded(word, self.lexicon.language) for word in self.lexicon.words(question)]
        for title in event.title.values():
            words = [folded(word, self.lexicon.language) for word in self.lexicon.words(NOTE.sub("", title))]
            telling = len("".join(words)) >= SHORTEST_TITLE
            if telling and all(any(_is_form(each, word) for each in asked) for word in words):
                return True
        return False

    def find_list(self, question: str) -> Finding | None:
        """A list asked for in one clause, such as "we make sensors, any clusters in Molde?".

        What is looked for may also be told before: "we make boats in Molde, is there a cluster for us?".
        """
        for clause in CLAUSE.split(question):
            found = self.find(clause)
            if found and found.is_list and not found.leftover:
                return found
            if found is None and self._asks_whether_any(clause):
                return self._told_in(question)
        return None

    def find_any(self, question: str) -> Finding | None:
        """The clusters of a field that anything is asked of: "is there anything on furniture"."""
        criteria = self.criteria_alone(question) if self.asks_for_any(question) else None
        return self._told_in(question) if criteria and criteria.themes else None

    def _asks_whether_any(self, clause: str) -> bool:
        spans, _ = self.lexicon.read(clause)
        asks = any(span.has("lists") for span in spans) and any(span.has(*CLUSTERS) for span in spans)
        return asks and not self.unexplained(spans)

    def _told_in(self, question: str) -> Finding | None:
        """The clusters that fit the fields and places named anywhere in `question`."""
        spans, repaired = self.lexicon.read(question)
        if names_row(spans):
            return None
        criteria = Criteria(which(spans, "theme"), which(spans, "region"), (), which(spans, "city"))
        if not criteria:
            return None
        return Finding(self.fitting(criteria), None, criteria, (), question, repaired, several=True)

    def find_bare(self, question: str) -> Finding | None:
        """The clusters of the one field or place that is all of `question` ("hydrogen", "and Bergen?")."""
        spans, repaired = self.lexicon.read(goes_on(self.lexicon, question) or question)
        if len(spans) != 1 or not spans[0].has("theme", "region", "city") or repaired:
            return None
        return self._told_in(question)

    def is_private(self, question: str) -> bool:
        """Whether age, home, pay or the like is asked, of whomever was talked about."""
        spans, _ = self.lexicon.read(question)
        return "age" in which(spans, "attribute") or any(span.has("private") for span in spans)

    def is_beyond(self, ranking: Ranking) -> bool:
        """Whether the question is about a thing that its best hit says nothing of.

        That is an unknown word beside a preposition, unless it is a place ("membership in NAF"), and what
        many an answer is near to and does not tell, such as a tax or a turnover.
        """
        if any(not self._is_place(word) for word in ranking.strange):
            return True
        spans = [span for word in ranking.uncovered for span in self.lexicon.read(word)[0]]
        rare = RARELY_TOLD.intersection(which(spans, "attribute"))
        return bool(rare) or any(span.has("beyond", "private") for span in spans)

    def _is_place(self, word: str) -> bool:
        spans, repaired = self.lexicon.read(word)
        return not repaired and all(span.has("region", "city") for span in spans)

    def asks_privately_of_heads(self, question: str) -> bool:
        """Whether pay, age or the like of those who lead is asked, whoever they are."""
        spans, _ = self.lexicon.read(question)
        return "leader" in which(spans, "attribute") and any(span.has("private") for span in spans)

    def attribute_alone(self, question: str) -> str | None:
        """What is asked for in a question that names no row and nothing else, such as "who leads it".

        A level may be named where a word stands for the row ("when did they become Arena Pro").
        """
        spans, _ = self.lexicon.read(question)
        if self.unexplained(spans) or any(
            span.has("cluster", "contact", "theme", "region", "city") for span in spans
        ):
            return None
        asked = attribute_of(spans)
        if not which(spans, "level"):
            return asked
        return "level" if asked in {"since", "level"} and points_back(self.lexicon, question) else None

    def asked_of(self, row: str, asked: str | None) -> tuple[str, ...]:
        """The rows that tell it: whoever heads an office has a row of their own."""
        offices = (row,) if row.startswith("contact:") else ()
        return self._heads(offices, asked) or (row,)

    def criteria_alone(self, question: str) -> Criteria | None:
        """The theme, region, level and town of a question that says nothing else."""
        spans, _ = self.lexicon.read(question)
        about = any(span.has("about") for span in spans) and not any(span.has("lists") for span in spans)
        if self.unexplained(spans) or names_row(spans) or about:
            return None
        return looked_for(spans) or None

    def asks_for_any(self, question: str) -> bool:
        """Whether any of a kind are asked for, without a word for clusters: "any for health?"."""
        spans, _ = self.lexicon.read(question)
        lists = any(span.has("lists") for span in spans)
        return lists and not any(span.has(*CLUSTERS) for span in spans)

    def asks_which(self, question: str) -> bool:
        """Whether it is asked which clusters, of what was talked about, and of nothing else: "who has it"."""
        spans, _ = self.lexicon.read(question)
        holders = self.lexicon.is_kind(self.lexicon.words(question)[:2], "holders")
        asks = holders or any(span.has("clusters") for span in spans)
        named = self.unexplained(spans) or names_row(spans) or looked_for(spans)
        return asks and points_back(self.lexicon, question) and not named

    def asks_where(self, question: str) -> bool:
        """Whether a place is named, and nothing else that clusters are looked for by."""
        criteria = self.criteria_alone(question)
        return criteria is not None and criteria == Criteria(regions=criteria.regions, cities=criteria.cities)

    def find_there(self, question: str) -> Finding | None:
        """The clusters of a place of which it is asked whether there are any, without a word for clusters."""
        asked = self.asks_for_any(question) and self.asks_where(question)
        return self._told_in(question) if asked else None

    def knows(self, criteria: Criteria) -> bool:
        """Whether all that is looked for is something of this base; a button may have been tampered with."""
        programme = self.knowledge.programme
        known = (
            {row.id for row in programme.themes},
            {row.id for row in programme.regions},
            {row.id for row in programme.levels},
            {row.name for row in programme.places},
        )
        asked = (criteria.themes, criteria.regions, criteria.levels, criteria.cities)
        return all(names.issuperset(wanted) for names, wanted in zip(known, asked, strict=True))

    def fitting(self, criteria: Criteria) -> tuple[str, ...]:
        """Ids of the clusters that fit, as they are listed; for a town without any, those of its county."""
        return _ids(fitting(self.knowledge, criteria))

    def _contacts(self, spans: Sequence[Span]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The people and the offices named."""
        found = [self.knowledge.contacts[which] for which in which(spans, "contact")]
        people = tuple(f"contact:{each.id}" for each in found if each.name)
        return people, tuple(f"contact:{each.id}" for each in found if not each.name)

    def _answering_for(self, criteria: Criteria) -> tuple[str, ...]:
        """Which offices answer for the regions asked about ("whom do I call in Nordland")."""
        places = [p.region for p in self.knowledge.programme.places if p.name in criteria.cities]
        asked = {*criteria.regions, *places}
        rows = (row for row in self.knowledge.contacts.values() if not asked.isdisjoint(row.regions))
        return tuple(f"contact:{row.id}" for row in rows if row.name is None)

    def _elsewhere(self, spans: Sequence[Span], rows: Sequence[str]) -> tuple[str, ...]:
        """Places asked about that an office does not answer for ("the head of Siva in Ålesund")."""
        places = {p.name: p.region for p in self.knowledge.programme.places}
        asked = {*which(spans, "region"), *(places[city] for city in which(spans, "city"))}
        told = {each for row in rows for each in self.knowledge.contacts[row.partition(":")[2]].regions}
        return tuple(sorted(asked - told))

    def _heads(self, offices: Sequence[str], attribute: str | None) -> tuple[str, ...]:
        """Who was named as head of an office that has a row of its own."""
        if attribute != "leader" or len(offices) != 1:  # "is it Siva or Innovation Norway that is in charge"
            return ()
        names = {
            self.knowledge.contacts[row.partition(":")[2]].organisation.partition(" (")[0] for row in offices
        }
        people = (each for each in self.knowledge.contacts.values() if each.name and not each.former)
        return tuple(f"contact:{each.id}" for each in people if each.organisation.partition(" (")[0] in names)

    def _goes_by_another(self, clusters: Sequence[str], matched: str) -> bool:
        """Whether one cluster was called by a name without any word of its own, as that of who runs it."""
        if len(clusters) != 1:
            return False
        cluster = self.knowledge.clusters[clusters[0].partition(":")[2]]
        names = [name.lower() for name in (cluster.name, *cluster.former_names)]
        own = {folded(word, self.lexicon.language) for name in names for word in self.lexicon.words(name)}
        called = [folded(word, self.lexicon.language) for word in matched.split()]
        joined = (
            "".join(sorted(own)),
            *("".join(folded(name, self.lexicon.language).split()) for name in names),
        )
        return not any(word in own or any(word in name for name in joined) for word in called)

    def _of_all(self, criteria: Criteria, spans: Sequence[Span], there: list[Cluster]) -> list[Cluster]:
        """The one cluster of all fields named beside each other ("hydrogen cluster shipping"), or `there`."""
        either = any(self.lexicon.is_kind(span.tokens, "either") for span in spans)
        both = [cluster for cluster in there if set(criteria.themes) <= set(cluster.themes)]
        return both if len(criteria.themes) > 1 and len(both) == 1 and not either else there

    def _is_definite(self, spans: Sequence[Span]) -> bool:
        """Whether one certain cluster is meant: klynga, the cluster, the maritime cluster."""
        if any(span.has("the_cluster") for span in spans) and not any(span.has("lists") for span in spans):
            return True
        asked = [place for place, span in enumerate(spans) if span.has("cluster_word", "theme", "level")]
        before = spans[asked[0] - 1] if asked and asked[0] else None
        return before is not None and self.lexicon.is_kind(before.tokens, "definite")

    def _named_after(self, clusters: Sequence[Cluster], asked: Sequence[tuple[str, ...]]) -> list[Cluster]:
        """Those of `clusters` whose own name holds what was asked for."""
        plain = [folded("".join(tokens), self.lexicon.language) for tokens in asked]
        found = []
        for cluster in clusters:
            names = (cluster.name, *cluster.former_names, *cluster.also)
            letters = [folded("".join(name.lower().split()), self.lexicon.language) for name in names]
            if any(word in name for name in letters for word in plain):
                found.append(cluster)
        return found

    def unexplained(self, spans: Sequence[Span]) -> tuple[str, ...]:
        """The words that mean something and that no row explains."""
        unread = (token for span in spans if not span.meanings for token in span.tokens)
        counted = attribute_of(spans) in FIGURES  # "how much is the fee"
        beyond = (
            token
            for span in spans
            if span.has("beyond", "ordinal")
            and not (counted and self.lexicon.is_kind(span.tokens, "amounts"))
            for token in span.tokens
        )
        return (*beyond, *(token for token in unread if not self.lexicon.says_nothing(token)))


def _is_form(typed: str, word: str) -> bool:
    return typed.startswith(word) and len(typed) - len(word) < 3


def _ids(clusters: Iterable[Cluster]) -> tuple[str, ...]:
    return tuple(f"cluster:{cluster.id}" for cluster in clusters)
