"""The bot's own sentences: the same ones in every language, each of them used, each in its own language."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from shipped import LANGUAGES, NOW, ROOT, shipped

from bot.answer import texts
from bot.answer.dialogue import Asker, commands, respond, understand
from bot.understand.decide import Sure
from bot.understand.interpret import Found

CODE = sorted((ROOT / "bot").rglob("*.py"))

# words of one language that no sentence of another holds
FOREIGN = {
    "en": "ikke ikkje hva kva hvem kven jeg eg noen nokon kilde kjelde klynge svarer svarar",
    "nb": "the and of is are with you from ikkje kva kven eg nokon noko kjelde frå svarar berre ein vart",
    "nn": "the and of is are with you from ikke hva hvem jeg noen noe kilde fra svarer bare en ble være",
}
NAME = "Norwegian Innovation Clusters"


def sentences(language: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted(Path(texts.__file__).parent.glob(f"*{language}.yaml")):
        content = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
        assert all(isinstance(value, str) for value in content.values())
        assert not set(found) & set(content), path.name
        found |= content
    return found


def placeholders(text: str) -> list[str]:
    return sorted({name for _, name, _, _ in string.Formatter().parse(text) if name is not None})


def plain_strings() -> set[str]:
    """Every plain string of the code: what may be a key of `say`."""
    nodes = (node for path in CODE for node in ast.walk(ast.parse(path.read_text("utf-8"))))
    return {each.value for each in nodes if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def keys_said() -> Iterator[tuple[str, str]]:
    """What `say` is called with where that can be read from the code, as patterns; and where."""
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say":
                yield from ((each, f"{path.name}:{node.lineno}") for each in _keys(node.args[0]))


def _keys(argument: ast.expr) -> Iterator[str]:
    """The keys that an argument can be, as patterns; none for one that comes from elsewhere."""
    match argument:
        case ast.Constant(value=str(key)):
            yield re.escape(key)
        case ast.IfExp(body=first, orelse=second):
            yield from (*_keys(first), *_keys(second))
        case ast.JoinedStr(values=parts):
            yield "".join(re.escape(str(p.value)) if isinstance(p, ast.Constant) else r"\w+" for p in parts)


def test_every_language_has_the_same_sentences_with_the_same_placeholders() -> None:
    in_english = {key: placeholders(text) for key, text in sentences("en").items()}
    for language in LANGUAGES:
        assert {key: placeholders(text) for key, text in sentences(language).items()} == in_english, language


def test_every_sentence_is_used_and_every_sentence_that_is_used_exists() -> None:
    known = set(sentences("en"))
    said = list(keys_said())
    unused = {
        key for key in known - plain_strings() if not any(re.fullmatch(pattern, key) for pattern, _ in said)
    }
    missing = [each for each in said if not any(re.fullmatch(each[0], key) for key in known)]

    assert unused == set()
    assert said
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_holds_words_of_another_language(language: str) -> None:
    foreign = set(FOREIGN[language].split())
    for key, text in sentences(language).items():
        words = re.findall(r"\w+", text.replace(NAME, "").lower())
        assert not foreign & set(words), (key, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_telegram_shows_of_the_bot_fits_its_limits(language: str) -> None:
    said = sentences(language)

    assert len(said["bot_name"]) <= 64
    assert len(said["bot_short_description"]) <= 120
    assert len(said["bot_description"]) <= 512
    assert len(said["inline_unknown"]) <= 64  # the button over inline results


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_that_the_bot_gives_are_answered(language: str) -> None:
    said = sentences(language)
    examples = [said[f"example_{number}"] for number in (1, 2, 3)]
    examples += re.findall(r"[«“]([^»”{]+)[»”]", said["clusters_menu"] + said["nothing_typed"])
    assert len(examples) == 5
    for example in examples:
        outcome = understand(shipped(), example, Asker(chosen=language), NOW)
        assert isinstance(outcome, Sure | Found), example


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_of_the_help_is_one(language: str) -> None:
    named = re.findall(r"/(\w+)", sentences(language)["help_commands"])

    assert named
    registered = {name for name, _ in commands(shipped())[language]}
    assert set(named) <= registered


@pytest.mark.parametrize("text", ["", "   ", "?", "!!! 🙂 …", "\n\t", "—"])
def test_a_message_without_a_word_is_told_how_to_ask(text: str) -> None:
    for language in LANGUAGES:
        assert (
            respond(shipped(), text, Asker(chosen=language), NOW).plain()
            == sentences(language)["nothing_typed"]
        )


def test_more_than_a_few_hundred_words_are_declined_kindly() -> None:
    for text in ("cluster " * 301, "c" * 2001, "GCE NODE\n" * 500):
        for language in LANGUAGES:
            assert (
                respond(shipped(), text, Asker(chosen=language), NOW).plain()
                == sentences(language)["too_long"]
            )
