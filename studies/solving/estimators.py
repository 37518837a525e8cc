"""Whether error bars hold what they promise: random designs of every recipe against overkill.

And of the kinds that users try first: a UBM beyond the pad's rim, a copper pillar, films of 20 nm;
and of probed pads: smooth and sharp marks, a groove, half etched, a film beside the axis.

Each design is solved adaptively and on a graded mesh with at least ten times the unknowns. The bar
of a headline metric is honest if the overkill value lies inside; it is useful if it is not many
times wider than the true deviation.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from geometry import Design, DesignError, build_cross_section
from geometry.claims.catalogue import all_recipes, design_for_claim, recipe_named
from studies.metrics.measure import estimates, headline_names
from studies.metrics.measure import values as metric_values
from studies.metrics.registry import Values
from studies.solution.solved import Solved
from studies.solving import adaptive

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OVERKILL = 0.4  # size factor: 150 to 300 thousand displacement unknowns
# Where two legs share a corner, their shares converge only with a power of the size there.
OVERKILL_CORNER_UM = 2e-5
LEAST_RATIO = 10.0  # of unknowns, overkill over adapted
SETTLED = 1e-7  # relative deviation below which a metric is exact by balance, and no sample
HELD_SEED, HELD_COUNT = 2, 40
FIRST_DAY_COUNT = 15  # every kind under every load
TRAINING_SEED = 1  # the factors of the bars were set on these
LEAST_COVERAGE, WIDEST_MEDIAN = 0.95, 5.0
MARKED_COUNT = 5  # each kind once
LOADS = ("plain", "trace", "plain", "shear", "contact")
ACCURACIES = (0.02, 0.01, 0.005)


Kind = Callable[[np.random.Generator], dict[str, Any]]


@dataclass(frozen=True)
class Compared:
    """A headline metric of one design: adapted value, its bar, overkill value."""

    design: str
    metric: str
    value: float
    bar: float
    overkill: float
    scale: float
    accuracy: float
    unknowns: int
    overkill_unknowns: int
    signed: float = 0.0
    absolute: float = 0.0
    corner: float = 0.0

    @property
    def deviation(self) -> float:
        return abs(self.overkill - self.value)

    @property
    def inside(self) -> bool:
        return self.deviation <= self.bar

    @property
    def settled(self) -> bool:
        """Whether the deviation is round-off: bar over deviation says nothing then."""
        return self.deviation <= SETTLED * self.scale


def random_designs(seed: int, count: int) -> Iterator[Design]:
    """Valid designs, the recipes and their loads in turn, with dimensions drawn at random."""
    recipes = all_recipes()
    for number in range(count):
        recipe = recipes[number % len(recipes)]
        rng = np.random.default_rng([seed, number])
        load = LOADS[number % len(LOADS)]
        while True:
            try:
                drawn = {**drawn_dimensions(rng), **_draw_load(rng, load, recipe.design)}
                design = design_for_claim(recipe.name, variant=_variant(rng, recipe), **drawn)
                build_cross_section(design)
            except DesignError:
                continue  # a rule refuses this combination
            yield design.replace(name=f"{recipe.name}-{number}")
            break


def first_day_designs(seed: int, count: int) -> Iterator[Design]:
    """Valid designs, the :data:`FIRST_DAY` kinds and the loads in turn, dimensions at random."""
    return _of_kinds(FIRST_DAY, seed, count)


def marked_designs(seed: int, count: int) -> Iterator[Design]:
    """Probed pads, the :data:`MARKED` kinds and the loads in turn, dimensions at random."""
    return _of_kinds(MARKED, seed, count)


def _of_kinds(kinds: Mapping[str, Kind], seed: int, count: int) -> Iterator[Design]:
    names = list(kinds)
    for number in range(count):
        name = names[number % len(names)]
        rng = np.random.default_rng([seed, number, len(names)])
        load = LOADS[number % len(LOADS)]
        while True:
            try:
                drawn = {**drawn_dimensions(rng), **kinds[name](rng)}
                variant = _variant(rng, recipe_named("passivation-mask"))
                drawn = {"variant": variant, **drawn}
                drawn |= {"bump.shape": str(rng.choice(["cylinder", "reflowed"]))}
                design = Design().replace(**drawn, **_draw_load(rng, load, Design()))
                build_cross_section(design)
            except DesignError:
                continue  # a rule refuses this combination
            yield design.replace(name=f"{name}-{number}")
            break


def _beyond_the_rim(rng: np.random.Generator) -> dict[str, Any]:
    """A UBM that ends up to 5 um outside the pad, mostly behind the step there."""
    opening = _between(rng, 58.0, 74.0)
    edge = 40.0 + _between(rng, 0.5, 5.0)
    return {
        "passivation.opening_diameter_um": opening,
        "ubm.overhang_um": round(edge - opening / 2, 3),
    }


def _pillar(rng: np.random.Generator) -> dict[str, Any]:
    """A copper pillar, with or without a barrier, over an opening narrower than it is high."""
    opening = _between(rng, 14.0, 30.0)
    plated = [{"name": "pillar", "material": "Cu", "thickness_um": _between(rng, 15.0, 45.0)}]
    if rng.integers(2):
        barrier = _between(rng, 1.5, 4.0)
        plated.append({"name": "barrier", "material": "Ni", "thickness_um": barrier})
    return {
        "cell.pitch_um": _between(rng, 70.0, 110.0),
        "pad.diameter_um": round(opening + _between(rng, 12.0, 30.0), 3),
        "passivation.opening_diameter_um": opening,
        "ubm.overhang_um": _between(rng, 3.0, 9.0),
        "ubm.enhanced": plated,
        "bump.height_um": _between(rng, 8.0, 25.0),
    }


def _thin_films(rng: np.random.Generator) -> dict[str, Any]:
    """A barrier of 20 nm under the UBM's copper."""
    return {
        "ubm.layers": [
            {"name": "ti", "material": "Ti", "thickness_um": 0.02},
            {"name": "cu", "material": "Cu", "thickness_um": _between(rng, 0.1, 0.6)},
        ],
    }


def _crater(rng: np.random.Generator, wall_um: float) -> dict[str, Any]:
    """A centred crater with its film, as the probe has left it."""
    return {
        "variant": "no-recess",
        "probe": {
            "depth_ratio": _between(rng, 0.2, 0.7),
            "diameter_um": _between(rng, 10.0, 22.0),
            "wall_width_um": wall_um,
            "film_resistivity_ohm_m2": float(f"{10 ** _between(rng, -12.0, -9.0):.3g}"),
        },
    }


def _groove(rng: np.random.Generator) -> dict[str, Any]:
    """A groove around the axis."""
    said = {**_crater(rng, 0.4)["probe"], "diameter_um": 5.0, "pile_up_width_um": 2.0}
    return {"probe": {**said, "ring_diameter_um": _between(rng, 20.0, 30.0)}}


def _half_etched(rng: np.random.Generator) -> dict[str, Any]:
    """A crater of which the etch leaves a part."""
    relief, deep = _between(rng, 0.3, 1.0), _between(rng, 0.2, 0.6)
    said = {**_crater(rng, 0.8)["probe"], "depth_ratio": _between(rng, 0.1, 0.35)}
    return {
        "variant": "partial-depth",
        "pad_etch.depth_ratio": deep,
        "pad_etch.relief": relief,
        "probe": said,
    }


def _beside_the_axis(rng: np.random.Generator) -> dict[str, Any]:
    """The film of a mark beside the axis, on a pad that a trace feeds."""
    return {
        "variant": "no-recess",
        "pad.feed": "trace",
        "trace": {"width_um": _between(rng, 10.0, 30.0)},
        "probe": {
            "depth_ratio": 0.0,
            "diameter_um": _between(rng, 8.0, 16.0),
            "offset_um": _between(rng, 5.0, 15.0),
            "azimuth_deg": float(rng.choice([0.0, 60.0, 180.0])),
            "film_resistivity_ohm_m2": float(f"{10 ** _between(rng, -12.0, -9.0):.3g}"),
        },
    }


FIRST_DAY: dict[str, Kind] = {
    "beyond-the-rim": _beyond_the_rim,
    "pillar": _pillar,
    "20-nm-film": _thin_films,
}
MARKED: dict[str, Kind] = {
    "smooth-mark": lambda rng: _crater(rng, 0.4),
    "sharp-mark": lambda rng: _crater(rng, 0.0),
    "groove": _groove,
    "half-etched-mark": _half_etched,
    "film-beside-the-axis": _beside_the_axis,
}


def _variant(rng: np.random.Generator, recipe: Any) -> str:
    return str(rng.choice(recipe.variants))


def _between(rng: np.random.Generator, low: float, high: float) -> float:
    return round(float(rng.uniform(low, high)), 3)


def drawn_dimensions(rng: np.random.Generator) -> dict[str, Any]:
    """What every random design draws."""
    between = functools.partial(_between, rng)
    thin = between(0.06, 0.3)
    return {
        "pad.thickness_um": between(0.5, 2.5),
        "passivation.thickness_um": between(0.4, 2.0),
        "passivation.opening_diameter_um": between(44.0, 66.0),
        "pad_etch.sidewall_angle_deg": float(rng.choice([90.0, 80.0, 60.0])),
        "ubm.overhang_um": between(1.0, 6.0),
        "ubm.step_coverage": float(rng.choice([1.0, 0.6])),
        "ubm.layers": [
            {"name": "ti", "material": "Ti", "thickness_um": thin},
            {"name": "cu", "material": "Cu", "thickness_um": round(3 * thin, 3)},
        ],
        "bump.height_um": between(45.0, 90.0),
        "load.thermal.temperature_degc": between(-40.0, 125.0),
    }


def _draw_load(rng: np.random.Generator, load: str, recipe: Design) -> dict[str, Any]:
    """What makes the load other than axisymmetric, or its contact imperfect."""
    size = float(rng.uniform())
    if load == "trace" and recipe.pad.feed == "rim":
        return {"pad.feed": "trace", "trace": {"width_um": round(8.0 + 32.0 * size, 3)}}
    if load == "shear":
        shift = round(0.02 + 0.2 * size, 4)
        return {"load.shear": {"displacement_um": shift, "counter_face": "rigid"}}
    if load == "contact":
        resistivity = float(f"{10 ** (-13.5 + 2 * size):.3g}")
        return {"load.current.contact_resistivity_ohm_m2": {"bump/ubm": resistivity}}
    return {}


def held_designs(
    count: int = HELD_COUNT, first_day: int = FIRST_DAY_COUNT, marked: int = MARKED_COUNT
) -> Iterator[tuple[Design, float]]:
    """The designs that the bars are checked on, each with an accuracy to reach.

    Recipes of the claims first, then kinds that users try on their first day, then probed pads.
    """
    claimed = zip(random_designs(HELD_SEED, count), itertools.cycle(ACCURACIES), strict=False)
    # as many kinds as accuracies: each kind is to be met at every one
    turns = itertools.cycle(accuracy for accuracy in ACCURACIES for _ in FIRST_DAY)
    return itertools.chain(
        claimed,
        zip(first_day_designs(HELD_SEED, first_day), turns, strict=False),
        zip(marked_designs(HELD_SEED, marked), itertools.cycle(ACCURACIES), strict=False),
    )


def overkill_values(design: Design, least_unknowns: float) -> tuple[Values, int]:
    """Metrics on a graded mesh that is fine everywhere, and its unknowns."""
    factor = OVERKILL
    finest = build_cross_section(design.replace(**{"mesh.corner_size_um": OVERKILL_CORNER_UM}))
    while (overkill := Solved(finest, factor)).unknowns < least_unknowns:
        factor *= 0.8
    return metric_values(overkill.seen_from("a")), overkill.unknowns


def compare(
    design: Design,
    accuracy: float,
    most_unknowns: int = 20_000,
    exact: tuple[Values, int] | None = None,
) -> list[Compared]:
    """Headline metrics of one design, adapted to an accuracy, against overkill.

    ``exact`` takes the place of :func:`overkill_values` where they are known.
    """
    section = build_cross_section(design)
    adapted = adaptive.adapt(section, accuracy, most_unknowns).solved
    found = estimates(adapted, headline_only=True).of
    scale = adaptive.scales(adapted, {name: one.value for name, one in found.items()})
    values, overkill_unknowns = exact or overkill_values(design, LEAST_RATIO * adapted.unknowns)
    out = []
    for name in headline_names(section):
        value = values[name]
        if name in found and value is not None:
            e = found[name]
            out.append(
                Compared(
                    design.name,
                    name,
                    e.value,
                    adaptive.bar(e),
                    value,
                    scale[name],
                    accuracy,
                    adapted.unknowns,
                    overkill_unknowns,
                    e.error.signed,
                    e.error.absolute,
                    e.error.corner,
                )
            )
    return out


@dataclass(frozen=True)
class Verdict:
    """Whether bars are honest and useful.

    Attributes
    ----------
    coverage
        Share of metrics whose overkill value lies inside the bar.
    median_ratio
        Median of bar over true deviation.
    widest
        The most that this may be.
    """

    metrics: int
    coverage: float
    median_ratio: float
    widest: float = WIDEST_MEDIAN

    @property
    def passed(self) -> bool:
        return self.coverage >= LEAST_COVERAGE and 1.0 <= self.median_ratio <= self.widest

    @property
    def sentence(self) -> str:
        return (
            f"{self.metrics} metrics: {self.coverage:.1%} of the overkill values lie "
            f"inside the bars (at least {LEAST_COVERAGE:.0%} must), the median of bar over true "
            f"deviation is {self.median_ratio:.1f} (1 to {self.widest:g})"
        )


def verdict(compared: Sequence[Compared], widest: float = WIDEST_MEDIAN) -> Verdict:
    """Coverage and width of bars; a metric that is exact up to round-off counts for neither."""
    samples = [one for one in compared if not one.settled]
    ratios = [one.bar / one.deviation for one in samples]
    inside = sum(one.inside for one in samples)
    return Verdict(len(samples), inside / len(samples), float(np.median(ratios)), widest)


def draw_histogram(compared: Sequence[Compared]) -> Figure:
    """How much wider than the true deviation the bars are, over all metrics."""
    from matplotlib.figure import Figure

    ratios = np.array([one.bar / one.deviation for one in compared if not one.settled])
    found = verdict(compared)
    figure = Figure(figsize=(6.4, 3.6), layout="constrained")
    axes = figure.subplots()
    axes.hist(np.clip(ratios, 0.1, 1000.0), bins=np.geomspace(0.1, 1000.0, 33), color="#4477aa")
    axes.axvline(1.0, color="#cc3311", label="the overkill value is on the bar's end")
    axes.axvline(
        found.median_ratio, color="black", linestyle="--", label=f"median {found.median_ratio:.1f}"
    )
    axes.set_xscale("log")
    axes.set_xlabel("error bar / true deviation (left of 1: outside the bar)")
    axes.set_ylabel(f"headline metrics ({found.metrics} in all)")
    axes.legend(frameon=False)
    return figure
