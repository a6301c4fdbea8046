"""Why a question got its answer: one plain object, for `ask --json`, `ask --why` and the preview."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.answer.entries import SMALLTALK
from bot.reply import Reply
from bot.understand.decide import Sure, Unknown, Unsure
from bot.understand.interpret import Found, Outcome
from bot.understand.match import Ranking
from bot.understand.version import Version

CHOICES = 5


def explained(
    version: Version, question: str, outcome: Outcome, reply: Reply, milliseconds: float
) -> dict[str, Any]:
    """The contract of `ask --json`; `milliseconds` is what understanding took."""
    choices = list(_choices(outcome))[:CHOICES]
    entry, confidence, matched = _decided(outcome)
    is_list = isinstance(outcome, Found) and outcome.finding.is_list
    found = {
        "question": question,
        "language": reply.language,
        "decision": _decision(outcome),
        "kind": "list" if is_list else _kind(version, entry),
        "entry": entry,
        "confidence": round(confidence, 4),
        "matched": matched,
        "facts": list(_facts(version, entry)),
        "choices": [{"entry": each, "confidence": round(chance, 4)} for each, chance in choices],
        "text": reply.plain(),
        "milliseconds": round(milliseconds, 3),
    }
    if isinstance(outcome, Found) and is_list:
        found["items"] = list(outcome.finding.rows)
    return found


def why(version: Version, outcome: Outcome) -> dict[str, Any]:
    """What editors want to know: the words that decided, what was repaired, the runner-up, the thresholds."""
    ranking = outcome.ranking
    thresholds = version.matcher.thresholds
    choices = list(_choices(outcome))
    entry, confidence, matched = _decided(outcome)
    repaired = outcome.finding.repaired if isinstance(outcome, Found) else ranking.repaired
    runner_up = next(
        ({"entry": each, "confidence": round(c, 3)} for each, c in choices if each != entry), None
    )
    return {
        "decision": _decision(outcome),
        "by": "directory" if isinstance(outcome, Found) else "phrasings",
        "entry": entry or (choices[0][0] if choices else None),
        "confidence": round(confidence, 3),
        "matched": matched,
        "language": ranking.language,
        "runner_up": runner_up,
        "repaired": dict(repaired),
        "threshold": {"sure": round(thresholds.sure, 3), "unsure": round(thresholds.unsure, 3)},
        "evidence": _evidence(ranking),
    }


def why_lines(reasons: Mapping[str, Any]) -> list[str]:
    """The same for reading."""
    lines = [
        f"decision   {reasons['decision']}, by the {reasons['by']}",
        f"entry      {reasons['entry'] or '–'}",
        f"confidence {reasons['confidence']} (sure from {reasons['threshold']['sure']}, "
        f"asked back from {reasons['threshold']['unsure']})",
        f"matched    {reasons['matched'] or '–'}",
        f"language   {reasons['language'] or 'not told by the words'}",
    ]
    if reasons["runner_up"]:
        lines.append(f"runner-up  {reasons['runner_up']['entry']} ({reasons['runner_up']['confidence']})")
    lines += [f"repaired   {typed} -> {read}" for typed, read in reasons["repaired"].items()]
    if reasons["evidence"]:
        lines.append(
            "evidence   " + ", ".join(f"{name} {value}" for name, value in reasons["evidence"].items())
        )
    return lines


def _decision(outcome: Outcome) -> str:
    match outcome:
        case Sure() | Found():
            return "sure"
        case Unsure():
            return "unsure"
        case Unknown():
            return "unknown"


def _decided(outcome: Outcome) -> tuple[str | None, float, str]:
    """The entry answered (None where none was), the confidence, and the words that decided."""
    match outcome:
        case Sure(hit):
            return hit.entry, hit.confidence, hit.phrasing
        case Found(finding, _, confidence):
            return None if finding.is_list else finding.rows[0], confidence, finding.matched
        case Unsure(hits):
            return None, hits[0].confidence, hits[0].phrasing
        case Unknown(nearest):
            return None, nearest.confidence if nearest else 0.0, nearest.phrasing if nearest else ""


def _choices(outcome: Outcome) -> Iterator[tuple[str, float]]:
    """What it may have been, best first, each once."""
    seen: set[str] = set()
    first: list[tuple[str, float]] = []
    if isinstance(outcome, Found):
        first = [("list" if outcome.finding.is_list else outcome.finding.rows[0], outcome.confidence)]
    if isinstance(outcome, Unsure):
        first = [(hit.entry, hit.confidence) for hit in outcome.hits]
    for entry, confidence in (*first, *((hit.entry, hit.confidence) for hit in outcome.ranking.hits)):
        if entry not in seen:
            seen.add(entry)
            yield entry, confidence


def _kind(version: Version, entry: str | None) -> str | None:
    if entry is None:
        return None
    kind, _, _ = entry.rpartition(":")
    if kind:
        return kind
    return "smalltalk" if version.knowledge.entries[entry].topic == SMALLTALK else "answer"


def _facts(version: Version, entry: str | None) -> tuple[str, ...]:
    if entry is None:
        return ()
    kind, _, row = entry.rpartition(":")
    knowledge = version.knowledge
    match kind:
        case "cluster":
            return knowledge.clusters[row].facts
        case "contact":
            return knowledge.contacts[row].facts
        case "event":
            return knowledge.events[row].facts
    return knowledge.entries[row].facts


def _evidence(ranking: Ranking) -> dict[str, float]:
    return {name: round(value, 2) for name, value in ranking.hits[0].evidence.items()} if ranking.hits else {}
