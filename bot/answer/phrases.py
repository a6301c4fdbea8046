"""Parts of sentences: where something is, and several names in a row, as each language has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from babel.lists import format_list

from bot.answer.moments import LOCALES
from bot.answer.texts import say


def in_place(place: str, language: str) -> str:
    """`in Hamar`, `på Hamar`, `i Bergen`: a town, a county or a part of the country."""
    on = {each.strip() for each in say("places_on", language).split(",")}
    return say("place_on" if place in on else "place_in", language, place=place)


def in_county(place: str, county: str, language: str) -> str:
    """`in Hamar, Innlandet`, `på Hamar i Innlandet`; a county of the same name is not named again."""
    where = in_place(place, language)
    return say("place_within", language, place=where, county=county) if county else where


def listed(names: Sequence[str], language: str, style: Literal["standard", "or"] = "standard") -> str:
    """`Oslo, Buskerud and Telemark`, `helse eller energi`."""
    return format_list(names, style, LOCALES.get(language, "en_GB"))


def level_inside(name: str) -> str:
    """A level as it stands inside a sentence: `mature cluster`, but `Arena` and `Arena Pro` are names."""
    return field_inside(name) if name[name.find(" ") + 1].islower() else name


def field_inside(name: str) -> str:
    """A field as it stands inside a sentence: `health`, `IT`."""
    return name[0].lower() + name[1:] if name[1:2].islower() else name
