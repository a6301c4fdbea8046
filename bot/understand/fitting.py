"""Which clusters fit what is looked for, in the order in which they are listed."""

from __future__ import annotations

from bot.knowledge.model import Cluster, Knowledge
from bot.understand.agenda import covered
from bot.understand.finding import Criteria


def fitting(knowledge: Knowledge, criteria: Criteria) -> list[Cluster]:
    """The clusters that fit; for a town without any, those of its county."""
    found = exactly_fitting(knowledge, criteria)
    if not found and criteria.cities:
        counties = tuple(p.region for p in knowledge.programme.places if p.name in criteria.cities)
        wider = Criteria(criteria.themes, (*criteria.regions, *counties), criteria.levels)
        found = exactly_fitting(knowledge, wider)
    return found


def exactly_fitting(knowledge: Knowledge, criteria: Criteria) -> list[Cluster]:
    """The clusters that fit, first those of most of the themes and those that have the level today."""
    regions = covered(knowledge, criteria.regions)
    found = [
        cluster
        for cluster in knowledge.clusters.values()
        if (not criteria.themes or not set(criteria.themes).isdisjoint(cluster.themes))
        and (not criteria.levels or not set(criteria.levels).isdisjoint(_levels(cluster)))
        and (not criteria.cities or cluster.city in criteria.cities)
        and (not regions or not regions.isdisjoint(cluster.regions))
    ]
    return sorted(found, key=lambda cluster: _rank(cluster, criteria))


def _rank(cluster: Cluster, criteria: Criteria) -> tuple[bool, int]:
    once = bool(criteria.levels) and cluster.level not in criteria.levels
    return once, -len(set(criteria.themes).intersection(cluster.themes))


def _levels(cluster: Cluster) -> set[str | None]:
    return {cluster.level, *(status.level for status in cluster.level_history)}
