"""Dates as people read them, in each language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from babel.dates import format_date, format_time

from bot.knowledge.dates import PartialDate
from bot.knowledge.model import Knowledge

LOCALES = {"en": "en_GB", "nb": "nb_NO", "nn": "nn_NO"}


def written(moment: PartialDate | date, language: str) -> str:
    """`2014-06-18` -> 18 June 2014, 18. juni 2014; `2019-03` -> March 2019; `2016` -> 2016."""
    locale = LOCALES.get(language, "en_GB")
    if isinstance(moment, date):
        return format_date(moment, "long", locale)
    if moment.month is None:
        return str(moment.year)
    if moment.day is None:
        return format_date(moment.first, "LLLL y", locale)
    day = format_date(moment.first, "long", locale)
    if moment.clock is None:
        return day
    return f"{day}, {format_time(moment.clock, 'HH:mm', locale=locale)}"


def day_of(knowledge: Knowledge, now: datetime) -> date:
    """The day it is at `now` in the programme's time zone."""
    return now.astimezone(knowledge.zone).date()


def oldest(moments: Iterable[PartialDate | None]) -> PartialDate | None:
    """The one that lies furthest back; an answer is as old as its oldest part."""
    return min((moment for moment in moments if moment), key=lambda moment: moment.last, default=None)
