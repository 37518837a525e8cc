"""What becomes of a metal under its current, and which of two lasts longer.

No void: immortal. A void that settles before the resistance has risen by 20 %: as good as immortal.
Else the life is an interval between two shapes of the void, each end with its bar. Two designs are
compared shape by shape where their voids have the same shapes, for the true one is the same in
both; where they do not, the whole of one interval has to lie above the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from typing import Any

from studies.metrics.life_ratio import REGIONS, time_ratio, void_life_name
from studies.metrics.names import Place, format_name
from studies.results.ranking import sign_of
from studies.wording.labels import Measured, number

Row = Mapping[str, Any]


class Fate(Enum):
    """Whether a void begins in a metal."""

    IMMORTAL = auto()
    VOID = auto()
    LATER = auto()  # a void begins, but not within the time that was looked at
    UNDECIDED = auto()  # within the errors


def fate_of(load: Measured, time_s: Measured | None) -> Fate:
    """From the largest stress over the critical one, and the time after which a void begins."""
    if time_s is not None:
        return Fate.VOID
    if abs(load.value - 1) <= (load.error or 0.0):
        return Fate.UNDECIDED
    return Fate.IMMORTAL if load.value < 1 else Fate.LATER


class End(Enum):
    """What ends a design's life."""

    NEVER = auto()  # no void begins
    SETTLES = auto()  # one does, and stops before the resistance has risen
    FAILS = auto()
    LATER = auto()  # a void begins after the time that was looked at
    UNDECIDED = auto()
    UNKNOWN = auto()  # a void begins, and meets no conductor along which it could be followed


@dataclass(frozen=True)
class Band:
    """A ratio of lives: its least and its largest value over the shapes, each with its bar.

    No largest where with one shape the resistance never rises so far.
    """

    low: Measured
    high: Measured | None


@dataclass(frozen=True)
class Life:
    """How long one metal of a design lasts.

    Attributes
    ----------
    load
        Largest stress of all times over the critical one.
    nucleation_s
        After which a void begins.
    short_s, long_s
        Until the resistance is 20 % up, over the shapes; no longest where it never is with one.
    growth_margin
        Volume for that over the one at which the void settles.
    shapes
        What the void's shapes are chosen by: those of equal designs are equal.
    """

    load: Measured
    nucleation_s: Measured | None = None
    short_s: Measured | None = None
    long_s: Measured | None = None
    growth_margin: Measured | None = None
    covered: tuple[float, float] | None = None
    shapes: str = ""

    @cached_property
    def end(self) -> End:
        fate = fate_of(self.load, self.nucleation_s)
        if fate is not Fate.VOID:
            others = {Fate.IMMORTAL: End.NEVER, Fate.LATER: End.LATER}
            return others.get(fate, End.UNDECIDED)
        if self.short_s is not None:
            return End.FAILS
        if self.growth_margin is None:
            return End.UNKNOWN
        above = self.growth_margin.value - (self.growth_margin.error or 0.0)
        return End.SETTLES if above > 1 else End.UNDECIDED

    @property
    def is_immortal(self) -> bool:
        return self.end in (End.NEVER, End.SETTLES)

    @property
    def margin(self) -> Measured | None:
        """By how much an immortal one is: of the stress where no void begins, else of its volume.

        None under compression alone, and of what is mortal.
        """
        if self.end is End.SETTLES:
            return self.growth_margin
        if self.end is not End.NEVER or self.load.value <= 0:
            return None
        value, error = 1 / self.load.value, self.load.error
        return Measured(value, None if error is None else value * error / self.load.value)


def life_of(row: Row, part: str, shapes: str = "", is_free: bool = True) -> Life | None:
    """The life of ``solder`` or ``pad`` in a row of the table; None where nothing migrates.

    Where the solder's side is free (``is_free``, as ``load.migration.void`` has it) and bears a
    surface without stress, its void begins in that state, and not in the one whose side is blocked.
    """
    region = Place(region=REGIONS[part])

    def read(column: str) -> Measured | None:
        value = number(row.get(column))
        return None if value is None else Measured(value, number(row.get(f"error_{column}")))

    freed = Place(region=REGIONS[part], spot="free_surface")
    own = freed if is_free and format_name("migration_load", freed, None) in row else region
    load = read(format_name("migration_load", own, None))
    if load is None:  # no migration, or a side that is held
        own = region
        load = read(format_name("migration_load", own, None))
    if load is None:
        return None
    share = [read(format_name(f"void_covered_20_{end}", region, None)) for end in ("low", "high")]
    low, high = share
    return Life(
        load,
        read(format_name("time_to_nucleation", own, "s")),
        read(void_life_name(part, "low")),
        read(void_life_name(part, "high")),
        read(format_name("void_growth_margin", region, None)),
        None if low is None or high is None else (low.value, high.value),
        shapes,
    )


def outlives(a: Life, b: Life) -> int | None:
    """1 if the first lasts longer, -1 if the second, 0 if that is open, None if not known."""
    if End.UNKNOWN in (a.end, b.end):
        return None
    if End.UNDECIDED in (a.end, b.end):
        return 0
    if a.end is not b.end:
        if End.NEVER in (a.end, b.end):
            return 1 if a.end is End.NEVER else -1
        if End.LATER in (a.end, b.end):
            return 0
        return 1 if a.end is End.SETTLES else -1
    if a.end is End.NEVER:
        less = sign_of(a.load, b.load)
        return None if less is None else -less
    if a.end is End.SETTLES:
        return sign_of(a.growth_margin, b.growth_margin)
    return 0 if a.end is End.LATER else _by_life(a, b)


def _by_life(a: Life, b: Life) -> int | None:
    """Of two that fail."""
    if a.shapes != b.shapes:
        if b.long_s is not None and sign_of(a.short_s, b.long_s) == 1:
            return 1
        return -1 if a.long_s is not None and sign_of(b.short_s, a.long_s) == 1 else 0
    shorts = sign_of(a.short_s, b.short_s)
    if a.long_s is None or b.long_s is None:
        longs = 0 if a.long_s is b.long_s else 1 if a.long_s is None else -1
    else:
        found = sign_of(a.long_s, b.long_s)
        if found is None:
            return None
        longs = found
    return shorts if shorts is None or shorts == longs else 0


def life_band(reference: Life, now: Life) -> Band | None:
    """A life over the reference's: shape by shape where the shapes are the same.

    None where either is immortal, or the reference with one shape.
    """
    if reference.long_s is None or now.short_s is None:
        return None
    against = [reference.short_s, reference.long_s]
    if reference.shapes != now.shapes:
        against.reverse()
    ratios = [time_ratio(*pair) for pair in zip(against, (now.short_s, now.long_s), strict=True)]
    found = [Measured(value, error) for value, error in ratios if value is not None]
    if not found:
        return None
    return Band(min(found), max(found) if now.long_s is not None else None)
