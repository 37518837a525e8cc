"""What thermal cycles do to the designs that stand side by side, and whether they are settled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from fem_bump.life.cycles import departures
from fem_bump.life.standards import condition, standard
from fem_bump.mechanics.cycling.cycle import ramp_and_dwell
from studies.loads.shipped.cycling import CyclingLoad, cycle_of
from studies.metrics.names import Place, format_name
from studies.plan.cases import value_of
from studies.results.lives.cycled import DISTANCE
from studies.results.results import Entry, Results, variant_label, variants
from studies.wording.labels import DEPTH, Measured, number
from studies.wording.levels import level

PARTS = (Place(region="bump", spot="layer"), Place(region="pad", spot="ring"))
PER_CYCLE = (
    ("inelastic_work_per_cycle", "mj_per_m3"),
    ("inelastic_strain_per_cycle", None),
    ("ratchet_radial_per_cycle", None),
    ("ratchet_shear_per_cycle", None),
)
RANGES = ("peel_range", "shear_range")
PAIR = ("ubm", "pad")


@dataclass(frozen=True)
class Course:
    """One kind of cycles as its table of times and temperatures, and where its figures are from.

    Attributes
    ----------
    rows
        (time s, degC) at the start and at the ends of ramps and dwells of the first cycle.
    """

    name: str
    rows: tuple[tuple[float, float], ...]
    tag: str
    departures: tuple[str, ...]


@dataclass(frozen=True)
class Cycling:
    """What is found of cycles.

    Attributes
    ----------
    labels, sets
        Of the designs side by side, and of those that stand where they do but away from the chip's
        neutral point; how many are together.
    values
        Stem and place to the values of all of them.
    settled
        Of how many of all solved designs with cycles more of them change the work per cycle by
        little enough, of how many.
    solved
        Number of cycles to the fewest and the most of them that a design's were solved of; the
        others were extrapolated over.
    settled_below
        That share, the largest of them.
    """

    courses: tuple[Course, ...]
    labels: tuple[str, ...]
    sets: tuple[int, ...]
    values: Mapping[tuple[str, str], tuple[Measured | None, ...]]
    settled: tuple[int, int]
    solved: Mapping[int, tuple[int, int]]
    settled_below: float


def cycling(results: Results) -> Cycling | None:
    """What is found; None where no design goes through cycles."""
    rows = [row for row in results.solved if results.result(row).cycled]
    if not rows:
        return None
    settled = [bool(results.result(row).flags.get("cycles_settled")) for row in rows]
    tables = [design.load.cycling for design in results.designs]
    starts = [design.load.thermal.temperature_degc for design in results.designs]
    courses = dict.fromkeys(
        _course(table, start) for table, start in zip(tables, starts, strict=True)
        if table is not None
    )  # fmt: skip
    sets = _each_once([results.compared, *_away(results)])
    entries = [entry for each in sets for entry in each]
    values = {}
    for stem, place, unit in _asked(results.headline_um):
        name = format_name(stem, place, unit)
        found = tuple(_measured(entry, name) for entry in entries)
        if any(one is not None for one in found):
            values[stem, "/".join(place.pair) if place.pair else place.text] = found
    labels = tuple(entry.label for entry in entries)
    solved: dict[int, tuple[int, int]] = {}
    for row in rows:
        numbers = next(iter(results.result(row).cycled.values())).cycles
        last, some = numbers[-1], len(numbers)
        fewest, most = solved.get(last, (some, some))
        solved[last] = min(fewest, some), max(most, some)
    below = max(table.settled_below for table in tables if table is not None)
    settled_of = sum(settled), len(settled)
    of_each = tuple(map(len, sets))
    return Cycling(tuple(courses), labels, of_each, values, settled_of, solved, below)


def _each_once(sets: Iterable[Sequence[Entry]]) -> list[list[Entry]]:
    """Those that go through cycles; one that is compared already is not away as well."""
    seen: set[str] = set()
    out = []
    for entries in sets:
        new = [e for e in entries if e.result.cycled and str(e.row["key"]) not in seen]
        seen |= {str(entry.row["key"]) for entry in new}
        if new:
            out.append(new)
    return out


def _away(results: Results) -> Iterator[list[Entry]]:
    """The variants of designs that the board shears, all else as at the base."""
    parts = {row["part"] for row in results.solved if number(row.get(DISTANCE))}
    others = [p for p in results.other_factors if p != DISTANCE and p in results.numeric_factors]
    for rows in results.groups.values():
        at = number(rows[0].get(DISTANCE))
        if at and results.is_at_base(rows[0], others):
            part = f", part {rows[0]['part']}" if len(parts) > 1 else ""
            away = variants(rows, value_of(results.base, DEPTH)).values()
            yield [
                results.entry(row, f"{variant_label(row)}, {level(at)} µm away{part}")
                for row in away
            ]


def _asked(length_um: float) -> Iterator[tuple[str, Place, str | None]]:
    for stem, unit in PER_CYCLE:
        for place in PARTS:
            yield stem, place, unit
    for stem in RANGES:
        yield stem, Place(PAIR, length_um=length_um), "mpa"


def _measured(entry: Entry, name: str) -> Measured | None:
    value = number(entry.result.metrics.get(name))
    return None if value is None else Measured(value, number(entry.result.errors.get(name)))


def _course(given: CyclingLoad, start_degc: float) -> Course:
    cycle = cycle_of(given)
    times, degc = ramp_and_dwell(cycle, 1, start_degc)
    rows = tuple(zip(times.tolist(), degc.tolist(), strict=True))
    if given.standard is None:
        return Course("", rows, "", ())
    name = standard(given.standard).name
    found = condition(f"{name} {given.condition}")
    return Course(found.whole_name, rows, str(found.tag), tuple(departures(cycle, name)))
