"""Meshes adapted to what is asked for, and how wrong each number still is on the last of them.

The first mesh is graded into the corners, coarsely. On every mesh the errors of all headline
metrics of both physics are estimated (:mod:`studies.goals`); the next mesh gets the sizes with
which all of them come within their tolerances (:mod:`fem_bump.element_sizes`), by Gmsh and on the
true geometry. The bar of a metric is

    SIGNED |signed estimate| + ABSOLUTE (sum of the absolute shares) + SIDE |difference of the sides|.

The signed estimate is sharp where cubic elements see the error; shares that happen to cancel, and
errors that they do not see, are what the second term is for; the third is for windows whose mean
depends on how a traction is split at a corner. The factors were set on designs other than those of
:mod:`studies.estimators`, which checks them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fem_bump.element_sizes import size_ratios, vertex_sizes
from geometry import CrossSection
from geometry.meshing import SizeField
from studies.goals import Estimated, Estimates, estimates
from studies.metrics import headline_names
from studies.solved import Solved

SIGNED, ABSOLUTE, SIDE = 1.5, 0.1, 0.5
START = 4.0  # element size of the first mesh over that of the design's graded one
AIM = 0.8  # share of the tolerance that the next mesh is made for
STEPS = 6
SMALL_TRACTION = 0.05  # of the mean absolute traction: what a smaller metric is compared with
LARGEST = 0.3  # element size over the cell's radius
UNKNOWNS_PER_ELEMENT = 4.2  # displacement unknowns of second-order triangles


@dataclass(frozen=True)
class Step:
    """One mesh of the sequence: its size, and the worst headline bar relative to its scale."""

    unknowns: int
    worst: float
    metric: str


@dataclass(frozen=True)
class Adapted:
    """The mesh that came closest, and how it was arrived at.

    Attributes
    ----------
    reached
        Whether every headline bar is within the accuracy.
    """

    solved: Solved
    reached: bool
    steps: tuple[Step, ...]


def bar(estimated: Estimated) -> float:
    """Half the width of a metric's error bar, in its unit."""
    error = estimated.error
    return (
        SIGNED * abs(error.signed)
        + ABSOLUTE * error.absolute
        + SIDE * abs(estimated.other_side)
    )


def scales(solved: Solved, found: Mapping[str, Estimated]) -> dict[str, float]:
    """What a headline metric's error is relative to: its size, or for small tractions the mean's."""
    out = {name: abs(found[name].value) for name in headline_names(solved.section) if name in found}
    for (a, b), interface in solved.tractions("a").items():
        floor = SMALL_TRACTION * interface.axisymmetric.mean_magnitude_mpa
        for name in out:
            if f"_{a}_{b}_" in name and name.endswith("_mpa"):
                out[name] = max(out[name], floor)
    return out


def adapt(section: CrossSection, accuracy: float, most_unknowns: int) -> Adapted:
    """Adapt meshes until every headline metric's bar is within ``accuracy``.

    Parameters
    ----------
    accuracy
        Largest bar over the metric (or 5 % of the mean absolute traction, if that is more).
    most_unknowns
        Limit on displacement unknowns of any mesh.
    """
    solved = Solved(section, START * section.design.mesh.size_factor, keep_factors=True)
    steps: list[Step] = []
    best: tuple[float, Solved] | None = None
    for _ in range(STEPS):
        found = estimates(solved, headline_only=True)
        scale = scales(solved, found.of)
        relative = {name: bar(found.of[name]) / scale[name] for name in scale}
        metric = max(relative, key=lambda name: relative[name])
        steps.append(Step(solved.unknowns, relative[metric], metric))
        if best is None or relative[metric] < best[0]:
            best = relative[metric], solved
        if relative[metric] <= accuracy:
            break
        sizes = _next_sizes(solved, found, relative, accuracy, most_unknowns)
        if sizes is None or len(steps) == STEPS:
            break
        solved = Solved(section, sizes, keep_factors=True)
    assert best is not None
    return Adapted(best[1], best[0] <= accuracy, tuple(steps))


def _next_sizes(
    solved: Solved,
    found: Estimates,
    relative: Mapping[str, float],
    accuracy: float,
    most_unknowns: int,
) -> SizeField | None:
    """Sizes of the next mesh; None where the limit leaves no room for a better one."""
    # a metric that the discrete balance makes exact has no error to distribute
    names = [name for name in relative if relative[name] > 1e-3 * accuracy]
    shares = np.array([found.of[name].error.by_element for name in names])
    total = shares.sum(axis=1)
    names = [name for name, size in zip(names, total, strict=True) if size > 0]
    shares = shares[total > 0] / total[total > 0, None]
    present = np.array([relative[name] for name in names])
    model = solved.model
    largest = LARGEST * solved.section.cell_radius_um
    aim = AIM * accuracy
    while True:
        ratios = size_ratios(model, shares, aim / present, found.corners)
        if UNKNOWNS_PER_ELEMENT * (ratios**-2).sum() <= most_unknowns:
            return SizeField(solved.mesh, vertex_sizes(model, ratios, largest))
        aim *= 1.25
        if aim > present.max():
            return None
