"""Whether error bars hold after yield and creep: random designs against a finer mesh and tolerance.

As :mod:`studies.solving.estimators` does for elastic states, with a third of the element size and a
quarter of the tolerance. The current's numbers have duals and are checked there.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from geometry import Design, DesignError, build_cross_section
from geometry.claims.catalogue import all_recipes, design_for_claim
from studies.metrics import measure
from studies.solution.solved import Solved
from studies.solving import adaptive
from studies.solving.answer import answer, errors
from studies.solving.estimators import Compared, drawn_dimensions

SEED, COUNT, ACCURACY = 3, 6, 0.02
FINER, STRICTER = 0.35, 0.25  # element size and tolerance over those that are judged
RESTS_S = (0.0, 60.0, 3600.0)


def inelastic_designs(seed: int = SEED, count: int = COUNT) -> Iterator[Design]:
    """Valid designs, the recipes and their variants in turn, dimensions and histories at random."""
    recipes = all_recipes()
    for number in range(count):
        recipe = recipes[(2 * number + 1) % len(recipes)]
        rng = np.random.default_rng([seed, number])
        while True:
            history = {
                "cooling_k_per_s": round(float(rng.uniform(0.5, 6.0)), 2),
                "rest_s": RESTS_S[number % len(RESTS_S)],
            }
            drawn = {
                **drawn_dimensions(rng),
                "mesh.accuracy": ACCURACY,
                "load.inelastic": True,
                "load.history": history,
            }
            variant = recipe.variants[number % len(recipe.variants)]
            try:
                design = design_for_claim(recipe.name, variant=variant, **drawn)
                build_cross_section(design)
            except DesignError:
                continue  # a rule refuses this combination
            yield design.replace(name=f"{recipe.name}-yields-{number}")
            break


def compare_over_time(design: Design) -> list[Compared]:
    """Headline metrics of stress and of what flowed, against a finer mesh and tolerance."""
    section = build_cross_section(design)
    found = answer(section)
    view = found.fine.seen_from("a")
    values = measure.values(view)
    bars = errors(view, found, values, measure.tails(view))
    scales = adaptive.scales(found.fine, values)
    by_duals = measure.estimates(found.fine, headline_only=True).of
    finest = Solved(section, found.fine.size.times(FINER), when_asked=True, looser=STRICTER)
    exact = measure.values(finest.seen_from("a"))
    out = []
    for name in measure.headline_names(section):
        value, bar, known = values[name], bars[name], exact[name]
        if name in by_duals or value is None or bar is None or known is None:
            continue
        # what a region that does not flow has of it is the mesh's alone
        if known != 0.0 and scales[name] > 0.0:
            out.append(
                Compared(
                    design.name, name, value, bar, known, scales[name], ACCURACY,
                    found.fine.unknowns, finest.unknowns,
                )
            )  # fmt: skip
    return out
