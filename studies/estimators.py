"""Whether error bars hold what they promise: random designs of every recipe against overkill.

Each design is solved adaptively and on a graded mesh with at least ten times the unknowns. The bar
of a headline metric is honest if the overkill value lies inside; it is useful if it is not many
times wider than the true deviation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from geometry import Design, DesignError, build_cross_section
from geometry.claims import all_recipes, design_for_claim
from studies import adaptive
from studies.goals import estimates
from studies.metrics import headline_names
from studies.solved import Solved

OVERKILL = 0.3  # size factor: 110 to 250 thousand displacement unknowns
LEAST_RATIO = 10.0  # of unknowns, overkill over adapted
SETTLED = 1e-7  # relative deviation below which a metric is exact by balance, and no sample
HELD_SEED, HELD_COUNT = 2, 40
TRAINING_SEED = 1  # the factors of the bars were set on these
ACCURACIES = (0.02, 0.01, 0.005)


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
    signed: float
    absolute: float
    corner: float
    other_side: float

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
    """Valid designs, the recipes in turn, with their dimensions drawn at random."""
    recipes = all_recipes()
    for number in range(count):
        recipe = recipes[number % len(recipes)]
        rng = np.random.default_rng([seed, number])
        while True:
            try:
                design = design_for_claim(recipe.name, variant=_variant(rng, recipe), **_draw(rng))
                build_cross_section(design)
            except DesignError:
                continue  # a rule refuses this combination
            yield design.replace(name=f"{recipe.name}-{number}")
            break


def _variant(rng: np.random.Generator, recipe: Any) -> str:
    return str(rng.choice(recipe.variants))


def _draw(rng: np.random.Generator) -> dict[str, Any]:
    def between(low: float, high: float) -> float:
        return round(float(rng.uniform(low, high)), 3)

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


def compare(design: Design, accuracy: float, most_unknowns: int = 20_000) -> list[Compared]:
    """Headline metrics of one design, adapted to an accuracy, against overkill."""
    section = build_cross_section(design)
    adapted = adaptive.adapt(section, accuracy, most_unknowns).solved
    found = estimates(adapted, headline_only=True).of
    scale = adaptive.scales(adapted, found)
    factor = OVERKILL
    while (overkill := Solved(section, factor)).unknowns < LEAST_RATIO * adapted.unknowns:
        factor *= 0.8
    exact = overkill.all_values()
    out = []
    for name in headline_names(section):
        value = exact[name]
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
                    overkill.unknowns,
                    e.error.signed,
                    e.error.absolute,
                    e.error.corner,
                    e.other_side,
                )
            )
    return out
