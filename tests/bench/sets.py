"""Question sets: read from files, or made of the shipped base by holding out and misspelling its phrasings.

A file is {"language", "entries": [{"id", "questions", "answer"?}], "queries": [{"text", "id" or null}],
"queries_typo"?}; null is a question that no entry answers.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.knowledge.load import load
from bot.understand.match import Document, Phrasing
from bot.understand.version import documents

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
HELD_OUT = 4  # every so many phrasings is a question
AWAY = 10  # every so many entries is not in the base: its phrasings are questions that nothing answers


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    misspelt: str
    entry: str | None


@dataclass(frozen=True, slots=True)
class QuestionSet:
    name: str
    documents: Sequence[Document]
    synonyms: Sequence[Sequence[str]]
    questions: Sequence[Question]


def read(folder: Path, limit: int) -> Iterator[QuestionSet]:
    """All sets of `folder`: up to `limit` answerable questions of each, spread, half as many others."""
    for path in sorted(folder.glob("*.json")):
        data = json.loads(path.read_text("utf-8"))
        if "queries" not in data:
            continue
        code = "nb" if data["language"].startswith(("nb", "no")) else data["language"][:2]
        texts = [
            Document(
                entry["id"],
                tuple(Phrasing(text, code) for text in entry["questions"]),
                (Phrasing(entry["answer"], code),) if entry.get("answer") else (),
            )
            for entry in data["entries"]
        ]
        typed = data.get("queries_typo") or data["queries"]
        questions = [
            Question(query["text"], other["text"], query["id"])
            for query, other in zip(data["queries"], typed, strict=False)
        ]
        inside = [q for q in questions if q.entry is not None]
        outside = [q for q in questions if q.entry is None]
        yield QuestionSet(path.stem, texts, (), [*_spread(inside, limit), *_spread(outside, limit // 2)])


def generated(limit: int) -> QuestionSet:
    """The shipped base without some entries and phrasings, and those as questions."""
    knowledge = load(KNOWLEDGE)
    chance = random.Random(2016)
    kept: list[Document] = []
    questions: list[Question] = []
    for number, document in enumerate(documents(knowledge)):
        away = number % AWAY == 0
        new = [p for i, p in enumerate(document.phrasings) if away or i % HELD_OUT == HELD_OUT - 1]
        questions += [Question(p.text, misspelt(p.text, chance), None if away else document.id) for p in new]
        if not away:
            rest = tuple(p for p in document.phrasings if p not in new)
            kept.append(Document(document.id, rest, document.answers))
    return QuestionSet("shipped", kept, knowledge.synonyms, _spread(questions, limit))


def misspelt(text: str, chance: random.Random) -> str:
    """One typing error in a word of five letters or more: a letter dropped, doubled, replaced or swapped."""
    words = text.split()
    long = [i for i, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
    if not long:
        return text
    chosen = chance.choice(long)
    word = words[chosen]
    at = chance.randrange(1, len(word) - 1)
    words[chosen] = chance.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + chance.choice(LETTERS) + word[at + 1 :],
            word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
        ]
    )
    return " ".join(words)


def _spread(rows: Sequence[Question], count: int) -> list[Question]:
    if len(rows) <= count:
        return list(rows)
    return [rows[i * len(rows) // count] for i in range(count)]
