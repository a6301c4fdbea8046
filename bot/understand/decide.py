"""A ranking -> sure (answer), unsure (ask back) or unknown (say so)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.understand.match import Hit, Ranking
from bot.understand.thresholds import Thresholds

CHOICES = 3  # buttons of "did you mean"


@dataclass(frozen=True, slots=True)
class Sure:
    hit: Hit
    ranking: Ranking


@dataclass(frozen=True, slots=True)
class Unsure:
    hits: tuple[Hit, ...]  # one to CHOICES, best first
    ranking: Ranking
    attribute: str | None = None  # what of one of them is asked, where that is known


@dataclass(frozen=True, slots=True)
class Unknown:
    nearest: Hit | None  # whose contact may still help
    ranking: Ranking


Decision = Sure | Unsure | Unknown


def decide(ranking: Ranking, thresholds: Thresholds) -> Decision:
    """Answer only what is exact, or confident, of the topic and without a tie."""
    if not ranking.hits:
        return Unknown(None, ranking)
    best = ranking.hits[0]
    exact = tuple(hit for hit in ranking.hits if hit.exact)
    if len(exact) == 1:
        return Sure(best, ranking)
    if exact:
        return Unsure(exact[:CHOICES], ranking)
    if best.confidence < (thresholds.unsure if ranking.topical else thresholds.sure):
        return Unknown(best, ranking)
    clear = ranking.topical and not ranking.guessed and not _tied(ranking, thresholds)
    if best.confidence >= thresholds.sure and clear:
        return Sure(best, ranking)
    offered = tuple(hit for hit in ranking.hits[:CHOICES] if hit.confidence >= thresholds.unsure / 4)
    return Unsure(offered or (best,), ranking)


def _tied(ranking: Ranking, thresholds: Thresholds) -> bool:
    return len(ranking.hits) > 1 and ranking.hits[1].confidence >= thresholds.tie * ranking.hits[0].confidence
