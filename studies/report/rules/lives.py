"""What a design review asks of lives: who lives longest, at which cost, and what it rests on.

Three ways rank designs that differ in the recess: Black's law, by the largest density and the
temperature; the time until a void begins; and the life, the time until it has raised the
resistance. Where two of them disagree the pair is named, with what the numbers say of the reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property

from studies.case.calibrated import calibration_of
from studies.loads.shipped.migration import VoidLoad
from studies.metrics.life_ratio import NUCLEATION_STEM, STEM, density_name
from studies.results.lives.fates import Band, End, life_band, outlives
from studies.results.lives.fronts import Case, Condition, Stand, conditions, followed
from studies.results.ranking import SMALL_SPREAD, apart, sign_of
from studies.results.results import Results
from studies.wording.labels import Measured, number

HOURS = "median_life"


class Way(Enum):
    """What ranks designs beside their lives."""

    BLACK = auto()
    NUCLEATION = auto()


class Why(Enum):
    """What tells a ranking by life from another."""

    IMMORTAL = auto()  # no void begins, or it settles: no density says so
    ROOM = auto()  # more of the interface has to be gone before the resistance has risen so far
    SUPPLY = auto()  # it takes longer for as much of the interface
    BRIEF = auto()  # nucleation is a small share of the life


@dataclass(frozen=True)
class Reversal:
    """Two designs: ``longer`` outlives ``other``, and ``way`` says the opposite."""

    way: Way
    longer: Case
    other: Case
    part: str

    @cached_property
    def why(self) -> tuple[Why, ...]:
        a, b = self.longer.life, self.other.life
        if a.end is not End.FAILS:
            return (Why.IMMORTAL,)
        out = []
        if a.covered is not None and b.covered is not None:
            if a.covered[0] > b.covered[0] * (1 + SMALL_SPREAD):
                out.append(Why.ROOM)
            if self._pace(self.longer) > self._pace(self.other) * (1 + SMALL_SPREAD):
                out.append(Why.SUPPLY)
        if self.way is Way.NUCLEATION:
            out.append(Why.BRIEF)
        return tuple(out)

    @staticmethod
    def _pace(case: Case) -> float:
        """Of the shortest life, seconds for all of the interface."""
        life = case.life
        assert life.short_s is not None and life.covered is not None
        return life.short_s.value / life.covered[0]

    @property
    def densities(self) -> tuple[float, float] | None:
        """The largest ones, that of ``longer`` first."""
        rows = (self.longer.row, self.other.row)
        found = [number(r.get(density_name(self.part, r["headline_length_um"]))) for r in rows]
        return None if None in found else (found[0], found[1])  # type: ignore[return-value]

    @property
    def brief(self) -> float | None:
        """Nucleation as a share of the life, the larger of the two."""
        shares = [
            life.nucleation_s.value / life.short_s.value
            for life in (self.longer.life, self.other.life)
            if life.nucleation_s is not None and life.short_s is not None
        ]
        return max(shares, default=None)


@dataclass(frozen=True)
class Line:
    """One design of a condition, as its table has it.

    Attributes
    ----------
    nucleation, life, black
        Over no recess with all else equal.
    to_reference
        The life over that of the condition's reference.
    hours
        Black's median life, by the user's own lives only.
    """

    case: Case
    stand: Stand
    nucleation: Measured | None
    life: Band | None
    black: tuple[Measured, float, float] | None
    to_reference: Band | None
    hours: Measured | None


@dataclass(frozen=True)
class Review:
    """What is found under one condition."""

    condition: Condition
    lines: Sequence[Line]
    reversals: Mapping[Way, tuple[Reversal, ...]]
    compared: Mapping[Way, int]

    def line(self, case: Case) -> Line:
        return next(line for line in self.lines if line.case is case)

    def count(self, *ends: End) -> int:
        return sum(case.life.end in ends for case in self.condition.cases)


@dataclass(frozen=True)
class Assumed:
    """What the lives rest on, as the designs state it."""

    thick_um: tuple[float, ...]
    critical_mpa: tuple[float, ...]
    free: tuple[bool, ...]
    feeds: tuple[str, ...]
    idealizations: tuple[str, ...]
    calibrated: bool


@dataclass(frozen=True)
class Lives:
    """All that is found: conditions per metal, and what they rest on."""

    reviews: Mapping[str, tuple[Review, ...]]
    assumed: Assumed


def lives(results: Results) -> Lives | None:
    """What the lives say of a study; None where no void is followed, or nothing is compared."""
    found = {
        part: tuple(_review(one) for one in conditions(results, part)) for part in followed(results)
    }
    found = {part: reviews for part, reviews in found.items() if reviews}
    return Lives(found, _assumed(results)) if found else None


def _review(one: Condition) -> Review:
    lines = tuple(_line(one, case) for case in one.cases)
    against: dict[Way, tuple[Reversal, ...]] = {}
    compared: dict[Way, int] = {}
    of = {line.case.row["key"]: line for line in lines}
    for way in Way:
        mine: list[Reversal] = []
        compared[way] = 0
        for a, b in one.pairs:
            said, true = _said(way, of[a.row["key"]], of[b.row["key"]]), outlives(a.life, b.life)
            if not said or not true:
                continue
            compared[way] += 1
            if said != true and not _near(way, of[a.row["key"]], of[b.row["key"]]):
                mine.append(Reversal(way, *((a, b) if true == 1 else (b, a)), one.part))
        against[way] = tuple(mine)
    return Review(one, lines, against, compared)


def _said(way: Way, a: Line, b: Line) -> int | None:
    """Which of two designs a way says lasts longer."""
    if way is Way.NUCLEATION:
        return sign_of(a.case.life.nucleation_s, b.case.life.nucleation_s)
    if a.black is None or b.black is None:
        return None
    return sign_of(a.black[0], b.black[0])


def _near(way: Way, a: Line, b: Line) -> bool:
    """Whether the two are less than 5 % apart by life or by the other way."""
    if way is Way.BLACK:
        assert a.black is not None and b.black is not None
        pairs = [(a.black[0], b.black[0])]
    else:
        pairs = [(a.case.life.nucleation_s, b.case.life.nucleation_s)]
    pairs.append((a.case.life.short_s, b.case.life.short_s))
    return any(x is not None and y is not None and apart(x, y) < SMALL_SPREAD for x, y in pairs)


def _line(one: Condition, case: Case) -> Line:
    row, part = case.row, one.part

    def read(column: str) -> Measured | None:
        value = number(row.get(column))
        return None if value is None else Measured(value, number(row.get(f"error_{column}")))

    stems = [f"{STEM}_{part}_at_temperature", f"{STEM}_{part}"]
    black = next((s for s in stems if read(s) is not None), None)
    band = None
    if black is not None:
        value, low, high = read(black), read(f"{black}_low"), read(f"{black}_high")
        if value is not None and low is not None and high is not None:
            band = value, low.value, high.value
    same = [c for c in one.cases if c.choice == case.choice and c.variant == "no recess"]
    own = life_band(same[0].life, case.life) if same else None
    return Line(
        case, one.stands[row["key"]], read(f"{NUCLEATION_STEM}_{part}"), own, band,
        life_band(one.reference.life, case.life), read(f"{HOURS}_{part}_h"),
    )  # fmt: skip


def _assumed(results: Results) -> Assumed:
    thick: dict[float, None] = {}
    critical: dict[float, None] = {}
    free: dict[bool, None] = {}
    feeds: dict[str, None] = {}
    shapes: dict[str, None] = {}
    for design in results.designs:
        moved = getattr(design.load, "migration", None)
        void: VoidLoad | None = None if moved is None else moved.void
        if void is None:
            continue
        thick[void.thickness_um] = None
        critical[moved.critical_by_region_mpa.get("bump", moved.critical_mpa)] = None
        free[void.free_surface] = None
        feeds[design.pad.feed] = None
        shapes |= dict.fromkeys(void.idealizations)
    own = any(calibration_of(results.base, part) is not None for part in ("solder", "pad"))
    return Assumed(tuple(thick), tuple(critical), tuple(free), tuple(feeds), tuple(shapes), own)
