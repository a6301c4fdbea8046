"""What the directory finds: a row and what of it is asked, or what clusters and events are looked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.understand.agenda import Calendar

# what few rows and answers tell; asked of a row, it is better said that it is not known
RARELY_TOLD = frozenset({"employees", "turnover", "fee", "jobs", "chair"})
# what is counted of a cluster, or said of it nowhere; its figures may tell
FIGURES = frozenset({"members", "employees", "turnover", "fee", "jobs"})


@dataclass(frozen=True, slots=True)
class Criteria:
    """What clusters are looked for; an empty part excludes nothing."""

    themes: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.themes or self.regions or self.levels or self.cities)

    def __str__(self) -> str:
        """`health.oslo+agder..Bergen`: short enough for a button, and read back by `parse`."""
        return ".".join("+".join(part) for part in (self.themes, self.regions, self.levels, self.cities))

    @classmethod
    def parse(cls, text: str) -> Criteria | None:
        """Read what `str` wrote; None for anything else."""
        parts = text.split(".")
        if len(parts) != len(cls.__slots__):
            return None
        return cls(*(tuple(each for each in part.split("+") if each) for part in parts))


@dataclass(frozen=True, slots=True)
class Finding:
    """What the directory understood; `rows` are ids such as `cluster:gce-node`."""

    rows: tuple[str, ...]
    attribute: str | None = None  # what of the row is asked for; None: what it is
    criteria: Criteria = field(default_factory=Criteria)  # of a list
    leftover: tuple[str, ...] = ()  # words that mean something and that nothing here explains
    matched: str = ""  # the words that decided
    repaired: Mapping[str, str] = field(default_factory=dict)
    several: bool = False  # the plural was used
    any_of_them: bool = False  # "a cluster for health", whichever; not "the health cluster"
    private: bool = False  # something private about a person is asked
    calendar: Calendar | None = None  # of a list of events

    @property
    def is_list(self) -> bool:
        """Whether clusters of a kind or events were asked for, and not one row."""
        return bool(self.criteria) or self.calendar is not None
