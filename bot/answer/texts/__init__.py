"""The bot's own sentences in every language, beside the answers of the base."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "nb", "nn")


@cache
def _texts(language: str) -> Mapping[str, str]:
    content: dict[str, str] = {}
    for file in sorted(FOLDER.glob(f"*{language}.yaml")):  # nb.yaml, subscribe.nb.yaml
        content |= yaml.load(
            file.read_text("utf-8"),
            Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader),  # noqa: S506  (makes only text)
        )
    return content


def say(key: str, language: str, **values: object) -> str:
    """The sentence `key` in `language` (English where we do not speak it), its {names} filled in."""
    return _texts(language if language in LANGUAGES else "en")[key].format(**values)
