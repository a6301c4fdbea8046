"""What the drills announce."""

from __future__ import annotations

from bot.announce.occasion import Occasion
from bot.knowledge.dates import PartialDate

SEMINAR = Occasion(
    "event:seminar",
    "event",
    {"en": "Seminar"},
    {"en": "."},
    PartialDate.parse("2999-01-20T10:00"),
    reminders=(),
)
