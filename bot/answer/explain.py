"""Why a question got its answer: one plain object, for `ask --json`, `ask --why` and the preview."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from bot.answer.entries import is_smalltalk
from bot.reply import Reply
from bot.understand.decide import Sure, Unknown, Unsure
from bot.understand.match import Ranking
from bot.understand.outcome import Found, Outcome, Several, Single
from bot.understand.version import Version

CHOICES = 5
Band = Literal["sure", "unsure", "unknown"]


def explained(
    version: Version, question: str, outcome: Outcome, say: Callable[[Outcome], Reply], milliseconds: float
) -> dict[str, Any]:
    """The contract of `ask --json`.

    `say` makes the reply to an outcome; `milliseconds` is what understanding took. Two
    questions in one message are told by their `parts`, and as a whole by the first.
    """
    parts = outcome.parts if isinstance(outcome, Several) else ()
    first = _first(outcome)
    choices = list(_choices(first))[:CHOICES]
    entry, confidence, matched = _decided(first)
    is_list = isinstance(first, Found) and first.finding.is_list
    reply = say(outcome)
    found: dict[str, Any] = {
        "question": question,
        "language": reply.language,
        "decision": _decision(first),
        "kind": "list" if is_list else _kind(version, entry),
        "entry": entry,
        "confidence": round(confidence, 4),
        "matched": matched,
        "facts": list(_facts(version, entry)),
        "choices": [{"entry": each, "confidence": round(chance, 4)} for each, chance in choices],
        "text": reply.plain(),
        "milliseconds": round(milliseconds, 3),
    }
    if isinstance(first, Found) and is_list:
        found["items"] = list(first.finding.rows)
    if parts:
        found["parts"] = [explained(version, clause, part, say, milliseconds) for clause, part in parts]
    return found


def why(version: Version, understood: Outcome) -> dict[str, Any]:
    """What editors want to know: the words that decided, what was repaired, the runner-up, the thresholds."""
    outcome = _first(understood)
    ranking = outcome.ranking
    thresholds = version.matcher.thresholds
    choices = list(_choices(outcome))
    entry, confidence, matched = _decided(outcome)
    repaired = outcome.finding.repaired if isinstance(outcome, Found) else ranking.repaired
    first = entry or (choices[0][0] if choices else None)
    others = [{"entry": each, "confidence": round(chance, 3)} for each, chance in choices if each != first]
    return {
        "decision": _decision(outcome),
        "by": "directory" if isinstance(outcome, Found) else "phrasings",
        "entry": first,
        "confidence": round(confidence, 3),
        "matched": matched,
        "language": ranking.language,
        "runner_up": others[0] if others else None,
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


def band(outcome: Outcome) -> Band:
    """sure, unsure or unknown; of several questions in one message the first one's."""
    return _decision(_first(outcome))


def _first(outcome: Outcome) -> Single:
    return outcome.parts[0][1] if isinstance(outcome, Several) else outcome


def _decision(outcome: Single) -> Band:
    match outcome:
        case Sure() | Found():
            return "sure"
        case Unsure():
            return "unsure"
        case Unknown():
            return "unknown"


def _decided(outcome: Single) -> tuple[str | None, float, str]:
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


def _choices(outcome: Single) -> Iterator[tuple[str, float]]:
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
    return "smalltalk" if is_smalltalk(version.knowledge, entry) else "answer"


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
