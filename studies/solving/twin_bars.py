"""Whether error bars of what has no duals hold: designs against a finer mesh and tolerance.

As :mod:`studies.solving.estimators` does for what has: stress after yield and creep, temperature
and migration, with a third of the element size and a quarter of the tolerance. Numbers with duals
are checked there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

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
# what is smooth is off by a tenth of the difference between meshes
WIDEST_HEATED = 10.0
RESTS_S = (0.0, 60.0, 3600.0)
# feed, contact and mark of the designs that are heated
HEATED: Mapping[str, Mapping[str, Any]] = {
    "rim": {"load.current.current_a": 0.6},
    "rim-film": {
        "load.current.current_a": 1.0,
        "load.current.contact_resistivity_ohm_m2": {"ubm/pad": 1e-12},
    },
    "trace": {"pad.feed": "trace", "trace.length_um": 200.0, "load.current.current_a": 0.3},
    "trace-film": {
        "pad.feed": "trace",
        "load.current.current_a": 0.6,
        "load.current.contact_resistivity_ohm_m2": {"ubm/pad": 3e-12},
    },
    "marked": {
        "probe.depth_ratio": 0.4,
        "load.current.contact_resistivity_ohm_m2": {"ubm/pad": 1e-12},
        "load.current.current_a": 0.6,
    },
    "marked-trace": {
        "probe.depth_ratio": 0.4,
        "pad.feed": "trace",
        "load.current.contact_resistivity_ohm_m2": {"ubm/pad": 1e-12},
        "load.current.current_a": 0.3,
    },
}
VARIANTS = ("no-recess", "partial-depth", "full-depth")


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


def heated_designs(seed: int = SEED, count: int = len(HEATED)) -> Iterator[Design]:
    """Valid designs whose current heats them and moves atoms, kinds and variants in turn."""
    for number, (name, kind) in enumerate(list(HEATED.items())[:count]):
        rng = np.random.default_rng([seed, number, 1])
        while True:
            drawn = {
                **drawn_dimensions(rng),
                **kind,
                "variant": VARIANTS[number % len(VARIANTS)],
                "mesh.accuracy": ACCURACY,
                "load.current.temperature_degc": float(rng.integers(80, 150)),
                "load.heat": {},
                "load.migration": {"critical_mpa": 50.0},
            }
            try:
                design = Design().replace(**drawn)
                build_cross_section(design)
            except DesignError:
                continue
            yield design.replace(name=f"{name}-heated-{number}")
            break


def compare_twins(design: Design) -> list[Compared]:
    """Headline metrics without duals, and all of heat and migration, against a finer solution."""
    section = build_cross_section(design)
    found = answer(section)
    view = found.fine.seen_from("a")
    values = measure.values(view)
    bars = errors(view, found, values, measure.tails(view))
    scales = adaptive.scales(found.fine, values)
    by_duals = measure.estimates(found.fine, headline_only=True).of
    finest = Solved(section, found.fine.size.times(FINER), when_asked=True, looser=STRICTER)
    exact = measure.values(finest.seen_from("a"))
    twins = [m.name(place) for m, place in measure.taken(view) if m.rule == "twins"]
    out = []
    for name in dict.fromkeys([*measure.headline_names(section), *twins]):
        value, bar, known = values[name], bars[name], exact[name]
        if name in by_duals or value is None or bar is None or known is None:
            continue
        scale = scales.get(name, abs(value))
        # what a region that does not flow has of it is the mesh's alone
        if known != 0.0 and scale > 0.0:
            out.append(
                Compared(
                    design.name, name, value, bar, known, scale, ACCURACY,
                    found.fine.unknowns, finest.unknowns,
                )
            )  # fmt: skip
    return out
