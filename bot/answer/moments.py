"""Dates as people read them, in each language."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from bot.answer.texts import say
from bot.knowledge.dates import PartialDate
from bot.knowledge.model import Knowledge
from bot.reply import Text

LOCALES = {"en": "en_GB", "nb": "nb_NO", "nn": "nn_NO"}
DAYS = {"en": "EEEE d MMMM y", "nb": "EEEE d. MMMM y", "nn": "EEEE d. MMMM y"}
SPOKEN_HOURS = 3  # so many hours ahead are counted; beyond them the clock is clearer
SLACK = 7  # minutes by which "in two hours" may be wrong, since a letter waits its turn
COUNTED_DAYS = 99
CLOCKS = {"en": "HH:mm", "nb": "HH.mm", "nn": "HH.mm"}


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
    return say("date_at", language, date=day, time=clock(moment.clock, language))


def weekday(day: date, language: str, year: bool = True) -> str:
    """Thursday 18 March 2027, torsdag 18. mars 2027; or without its year."""
    shape = DAYS.get(language, DAYS["en"])
    return format_date(day, shape if year else shape.removesuffix(" y"), LOCALES.get(language, "en_GB"))


def point(moment: PartialDate, zone: ZoneInfo, language: str) -> Text:
    """A date with its weekday where the day is known; with an hour, readers see it in their own zone."""
    if moment.day is None:
        return Text(written(moment, language))
    if moment.clock is None:
        return Text(weekday(moment.first, language))
    values = {"date": weekday(moment.first, language), "time": clock(moment.clock, language)}
    return Text(say("date_at", language, **values), moment=moment.starts(zone))


def hour(moment: PartialDate, zone: ZoneInfo, language: str) -> Text:
    """Only the hour, of a moment that has one."""
    assert moment.clock is not None
    return Text(clock(moment.clock, language), moment=moment.starts(zone))


def instant(moment: datetime, zone: ZoneInfo, language: str) -> str:
    """When it is in `zone`, to the minute: 21 June 2024, 16:00; 21. juni 2024 kl. 16.00."""
    local = moment.astimezone(zone)
    return written(PartialDate(local.year, local.month, local.day, local.time()), language)


def stretch(start: PartialDate, end: PartialDate | None, zone: ZoneInfo, language: str) -> tuple[Text, ...]:
    """From when to when: `Thursday 18 March 2027, 10:00–12:00`, `18 March 2027 – 19 March 2027`."""
    first = point(start, zone, language)
    if end is None or end == start:
        return (first,)
    if start.clock and end.clock and start.first == end.first:
        return (first, Text("–"), hour(end, zone, language))
    return (first, Text(" – "), point(end, zone, language))


def ahead(moment: PartialDate, now: datetime, zone: ZoneInfo, language: str) -> str:
    """How far off it is, as one would say it: in two hours, tomorrow at 10:00, in five days."""
    if moment.day is None:
        return written(moment, language)
    timed = moment.clock is not None
    minutes = round((moment.starts(zone) - now).total_seconds() / 60)
    if timed and 0 < minutes < 60:
        return say("in_minute" if minutes == 1 else "in_minutes", language, count=minutes)
    hours = round(minutes / 60)
    if timed and 0 < hours <= SPOKEN_HOURS and abs(minutes - 60 * hours) <= SLACK:
        return _counted("hour", hours, language)
    days = (moment.first - now.astimezone(zone).date()).days
    if days in (0, 1):
        name = "today" if days == 0 else "tomorrow"
        if moment.clock is None:
            return say(name, language)
        return say(f"{name}_at", language, time=clock(moment.clock, language))
    if days > COUNTED_DAYS:
        return written(moment, language)
    return (
        _counted("week", days // 7, language)
        if days % 7 == 0 and days < 30
        else _counted("day", days, language)
    )


def _counted(unit: str, count: int, language: str) -> str:
    if count == 1:
        return say(f"in_{unit}", language)
    words = say("number_words", language).split()  # from two on
    return say(f"in_{unit}s", language, count=words[count - 2] if count - 2 < len(words) else count)


def clock(at: time, language: str, seconds: bool = False) -> str:
    """`16:00`, in Norwegian `16.00`."""
    shape = CLOCKS.get(language, CLOCKS["en"])
    return format_time(at, f"{shape}{shape[2]}ss" if seconds else shape, locale="en_GB")


def day_of(knowledge: Knowledge, now: datetime) -> date:
    """The day it is at `now` in the programme's time zone."""
    return now.astimezone(knowledge.zone).date()
