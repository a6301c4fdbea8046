"""Prints how right and how fast matching is beside rapidfuzz over whole phrasings, on the shipped base.

python tests/bench/ratios.py
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from rapidfuzz import fuzz, process, utils
from sets import QuestionSet, generated

from bot.understand.match import Matcher

QUESTIONS = 300

Find = Callable[[str], str | None]


def fuzzy(scorer: Callable[..., float], questions: QuestionSet) -> Find:
    phrasings = [(p.text, d.id) for d in questions.documents for p in d.phrasings]
    texts = [text for text, _ in phrasings]

    def find(text: str) -> str | None:
        hit = process.extractOne(text, texts, scorer=scorer, processor=utils.default_process)
        return phrasings[hit[2]][1] if hit else None

    return find


def matched(matcher: Matcher, text: str) -> str | None:
    hits = matcher.rank(text).hits
    return hits[0].entry if hits else None


def timed(find: Find, questions: QuestionSet) -> tuple[float, float, float]:
    """Percent right, percent right with typing errors, median milliseconds."""
    asked = [q for q in questions.questions if q.entry is not None]
    right, misspelt, milliseconds = 0, 0, []
    for question in asked:
        start = time.thread_time()
        right += find(question.text) == question.entry
        milliseconds.append(1000 * (time.thread_time() - start))
        misspelt += find(question.misspelt) == question.entry
    milliseconds.sort()
    return 100 * right / len(asked), 100 * misspelt / len(asked), milliseconds[len(asked) // 2]


def main() -> None:
    questions = generated(QUESTIONS)
    matcher = Matcher.build(questions.documents, questions.synonyms)
    engines: dict[str, Find] = {
        "klyngebot": partial(matched, matcher),
        "WRatio": fuzzy(fuzz.WRatio, questions),
        "token_set_ratio": fuzzy(fuzz.token_set_ratio, questions),
    }
    rows = {name: timed(find, questions) for name, find in engines.items()}
    naive = rows["WRatio"][2]
    print(f"{'':18}{'right':>8}{'typo':>8}{'ms':>8}{'x WRatio':>10}")
    for name, (right, misspelt, median) in rows.items():
        print(f"{name:18}{right:8.1f}{misspelt:8.1f}{median:8.2f}{median / naive:10.3f}")


if __name__ == "__main__":
    main()
