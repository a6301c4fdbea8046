"""Prints what each step of understanding is worth: the figures with all of them, and without one at a time.

python tests/bench/ablation.py                 the shipped base, with phrasings held out and misspelt
python tests/bench/ablation.py --data DIR      question sets in JSON (see sets.py); means over the sets
python tests/bench/ablation.py --each          and the figures of each set with all steps
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from measure import COLUMNS, figures
from sets import QuestionSet, generated, read

from bot.understand import base, calibrate, features, language, match, repair, vocabulary
from bot.understand.match import Matcher

Changes = Callable[[ExitStack], None]


def attribute(owner: object, name: str, value: object) -> Changes:
    return lambda stack: stack.enter_context(patch.object(owner, name, value))


def words_without(*fields: str) -> Changes:
    """The word files without some of their lists."""
    whole = language.merged

    def less(codes: tuple[str, ...]) -> language.Language:
        known = whole(codes)
        return replace(known, **{name: type(getattr(known, name))() for name in fields})

    def change(stack: ExitStack) -> None:
        for module in (base, match):
            stack.enter_context(patch.object(module, "merged", less))

    return change


def same(word: str) -> str:
    return word


ANSWERS = "- answers"  # not a change of the engine: the documents come without them

STEPS: Mapping[str, tuple[Changes, ...]] = {
    "all": (),
    "- contractions, spellings, letters": (words_without("contractions", "spellings", "letters"),),
    "- stop words": (words_without("stop_words"),),
    "- stems": (attribute(vocabulary, "stemmer", lambda code: same),),
    "- number shapes": (attribute(vocabulary, "shape", same), attribute(features, "shape", same)),
    "- compounds": (attribute(features, "PART", 0.0),),
    "- words typed apart": (attribute(vocabulary.Vocabulary, "_whole", lambda self, first, second: None),),
    "- pairs": (attribute(features, "_pairs", lambda tokens: set()),),
    "- letter groups": (attribute(features, "letter_groups", lambda word: set()),),
    "- rarity over entries": (attribute(features, "SHARPNESS", (0.0, 0.0, 0.0)),),
    "- repair": (attribute(repair.Repairer, "_look_up", lambda self, word: None),),
    "- common words (repair all)": (words_without("common"),),
    "- learning (best phrasing)": (attribute(base, "LEARNING", 0.0),),
    "- all words of the entry": (attribute(base, "FIELD_WEIGHT", 0.0),),
    ANSWERS: (),
    "- calibration": (attribute(calibrate, "PULL", 1e9),),
}


@contextmanager
def changed(changes: tuple[Changes, ...]) -> Iterator[None]:
    with ExitStack() as stack:
        for change in changes:
            change(stack)
        yield


def measured(questions: QuestionSet, answers: bool) -> dict[str, float]:
    documents = questions.documents if answers else [replace(d, answers=()) for d in questions.documents]
    return figures(Matcher.build(documents, questions.synonyms), questions)


def row(name: str, values: Mapping[str, float]) -> str:
    return f"{name:36}" + "".join(f"{values[c]:8.{2 if c.startswith('p') else 1}f}" for c in COLUMNS)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="a folder of question sets in JSON")
    parser.add_argument("--each", action="store_true", help="the figures of each set with all steps")
    parser.add_argument("--limit", type=int, default=1000, help="answerable questions a set")
    options = parser.parse_args()
    sets = list(read(options.data, options.limit)) if options.data else [generated(options.limit)]
    print(f"{'':36}" + "".join(f"{column:>8}" for column in COLUMNS))
    for name, changes in STEPS.items():
        with changed(changes):
            each = {questions.name: measured(questions, name != ANSWERS) for questions in sets}
        if options.each and name == "all":
            for set_name, values in each.items():
                print(row(set_name, values), flush=True)
        mean = {c: sum(values[c] for values in each.values()) / len(each) for c in COLUMNS}
        print(row(name, mean), flush=True)


if __name__ == "__main__":
    main()
