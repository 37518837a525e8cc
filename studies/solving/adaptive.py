"""Meshes adapted to what is asked for, and how wrong each number still is on the last of them.

The first mesh is coarse, and fine where headline metrics usually ask for it: it depends on the
design alone, so a case is the same whatever else a study holds and whichever process solves it. On
every mesh the errors of headline metrics of both physics are estimated
(:mod:`studies.metrics.measure`), those at other lengths once the headline length's are about good
enough; the next mesh gets the sizes with which all of them come within their tolerances
(:mod:`fem_bump.accuracy.element_sizes`), by Gmsh and on the true geometry. The bar of a metric is

    SIGNED |signed estimate| + ABSOLUTE (sum of the absolute shares) + CORNER (load of the corner).

The signed estimate is sharp where cubic elements see the error; the second term is for shares that
happen to cancel and for errors that they do not see. The third is for windows that end at a corner
where two legs meet: the load of the two facets there is split between them by a rule. The factors
were set on designs other than those of :mod:`studies.solving.estimators`, which checks them.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

import numpy as np

from fem_bump.accuracy.element_sizes import (
    CORNER_ORDER,
    element_count,
    size_ratios,
    vertex_sizes,
)
from fem_bump.errors import InputError
from geometry import CrossSection
from geometry.meshing.sizes import EVERYWHERE, where_asked
from geometry.meshing.triangles import Graded, SizeField
from geometry.section.contact_films import has_off_centre_film
from studies.loads.shipped.current import harmonic_accuracy
from studies.metrics.catalogue import catalogue
from studies.metrics.linearized import Estimated
from studies.metrics.measure import Estimates, estimates, headline_metrics
from studies.records.record import MeshStep
from studies.solution.solved import Solved

SIGNED, ABSOLUTE, CORNER = 1.5, 0.08, 0.2
# For each mesh after the second: the share of the tolerance that it is made for, and by how much
# elements may grow. The first mesh knows nothing yet, these only mend what is left.
AIMS = (0.85, 0.75, 0.6, 0.5)
COARSER = (1.3, 1.1, 1.0, 1.0)
MOST_MESHES = 2 + len(AIMS)
SMALL_TRACTION = 0.05  # of the mean absolute traction: what a smaller metric is compared with
LEFT_OPEN = 50.0  # times what chords leave open: at 2 % a mesh may leave open as much
COARSER_STARTS = 4
OTHER_LENGTHS = 3.0
ABOUT_MET = 1.3  # times the tolerance
OFTEN_MET = 0.02  # accuracy that a first mesh made where it is asked for often meets
NEGLIGIBLE = 1e-3  # of the tolerance
LARGEST = 0.3  # element size over the cell's radius
# Displacement unknowns per element that the sizes ask for: 4.2 in second-order triangles, and 1.05
# to 1.8 times as many elements as that, fewest on fine meshes: none is larger than it may be.
UNKNOWNS_PER_ELEMENT = 5.8


@dataclass(frozen=True)
class Beginning:
    """How meshes begin.

    Attributes
    ----------
    start
        Element size of the first mesh over that of the design's graded one.
    at_corners
        The same at corners.
    aim, coarser
        Of the second mesh.
    where_asked
        Whether the first mesh is as fine as headline metrics want it at the corners that spoil
        them, and not graded alike everywhere; and other lengths than the headline one count only
        on the last meshes.
    corner_order
        With which errors are taken to fall at corners. Loads of corners fall with lambda, not
        with 2 lambda of the other shares.
    """

    start: float
    at_corners: float
    aim: float
    coarser: float
    where_asked: bool = False
    corner_order: float = CORNER_ORDER


# What such a mesh says of its corners can be trusted: the second is nearly always the last.
PLAIN = Beginning(2.5, 2.5, 0.8, 1.5, where_asked=True)
# Every further mesh with harmonics that a film couples costs as much as several without.
FILMED = Beginning(3.0, 3.0, 0.85, 2.5, corner_order=0.8)


@dataclass(frozen=True)
class Adapted:
    """The mesh that came closest, and how it was arrived at.

    Attributes
    ----------
    before
        The mesh before it, None where it is the first.
    reached
        Whether every headline bar is within the accuracy.
    wall_s
        Wall time of all meshes, s.
    """

    solved: Solved
    before: Solved | None
    reached: bool
    steps: tuple[MeshStep, ...]
    wall_s: dict[str, float]


def bar(estimated: Estimated) -> float:
    """Half the width of a metric's error bar, in its unit."""
    error = estimated.error
    return SIGNED * abs(error.signed) + ABSOLUTE * error.absolute + CORNER * error.corner


def bar_by_element(estimated: Estimated) -> np.ndarray:
    """(elements,) where the bar comes from; it sums up to the bar."""
    error = estimated.error
    shares = np.zeros_like(error.by_element)
    if error.absolute > 0:
        sharp = SIGNED * abs(error.signed) + ABSOLUTE * error.absolute
        shares = sharp * error.by_element / error.absolute
    return shares + CORNER * error.corner_by_element


def scales(solved: Solved, values: Mapping[str, float | None]) -> dict[str, float]:
    """What a headline metric's error is relative to: its size, or a share of the mean traction.

    Where a window ends on chords of a mark's curve, not less than a multiple of what these leave
    open (:mod:`studies.metrics.chords`).

    A winner is named only where it wins at every averaging length: at those beside the headline one
    the same metrics may be OTHER_LENGTHS times as wrong. Metrics with an accuracy of their own have
    that at any length.
    """
    metrics, mesh = solved.section.design.metrics, solved.section.design.mesh
    out: dict[str, float] = {}
    for length in (metrics.headline_length_um, *metrics.averaging_lengths_um):
        share = 1.0 if length == metrics.headline_length_um else OTHER_LENGTHS
        for metric, place in headline_metrics(solved, length):
            name = metric.name(place)
            if name in out or (value := values.get(name)) is None:
                continue
            size = abs(value)
            if metric.unit == "mpa" and place.pair is not None:
                traction = solved.tractions("a")[place.pair].axisymmetric
                size = max(size, SMALL_TRACTION * traction.mean_magnitude_mpa)
                # no mesh makes up for the chords of a curve
                tail = metric.tail(solved.seen_from("a"), place) if metric.tail else None
                size = max(size, LEFT_OPEN * (tail or 0.0))
            own = mesh.accuracy_of.get(name)
            out[name] = size * (share if own is None else own / mesh.accuracy)
    return out


def unknown(values: Mapping[str, float | None], errors: Mapping[str, float | None]) -> list[str]:
    """Names of metrics that there are and whose error nobody knows."""
    return [
        name
        for name, value in values.items()
        if value is not None and ((error := errors[name]) is None or not isfinite(error))
    ]


def step_of(
    solved: Solved, values: Mapping[str, float | None], errors: Mapping[str, float | None]
) -> MeshStep:
    """How far a mesh has come; a headline metric whose error is not known is the worst."""
    scale_of, count = scales(solved, values), int(solved.mesh.nelements)
    not_known = unknown({name: values[name] for name in scale_of}, errors)
    if not_known:
        return MeshStep(solved.unknowns, count, None, not_known[0])
    relative = {
        name: (errors[name] or 0.0) / scale if scale > 0 else 0.0
        for name, scale in scale_of.items()
    }
    metric = max(relative, key=lambda name: relative[name])
    return MeshStep(solved.unknowns, count, relative[metric], metric)


def adapt(section: CrossSection, accuracy: float, most_unknowns: int) -> Adapted:
    """Adapt meshes until every headline metric's bar is within ``accuracy``.

    Parameters
    ----------
    accuracy
        Largest bar over the metric (or 5 % of the mean absolute traction, if that is more).
    most_unknowns
        Limit on displacement unknowns of any mesh.

    Raises
    ------
    InputError
        Where an accuracy is asked of what is no headline metric.
    """
    _check_names(section.design.mesh.accuracy_of)
    # what harmonics left out may add belongs to the bar too
    meshes = accuracy - harmonic_accuracy(section.design)
    film = has_off_centre_film(section.design) and not section.is_scarred
    beginning = FILMED if film else PLAIN
    few = (section.design.metrics.headline_length_um,) if beginning.where_asked else None
    solved, before = _first(section, beginning, accuracy, most_unknowns), None
    aims, coarser = (beginning.aim, *AIMS), (beginning.coarser, *COARSER)
    steps: list[MeshStep] = []
    best: tuple[float, Solved, Solved | None] | None = None
    wall = dict.fromkeys((*solved.wall_s, "estimates"), 0.0)
    while True:
        began = time.perf_counter()
        # other lengths cost twice as much and are allowed more: only where this one is about met
        found, step = _judged(solved, few)
        if step.share <= ABOUT_MET * meshes:
            found, step = _judged(solved, None)
        steps.append(step)
        if best is None or step.share < best[0]:
            best = step.share, solved, before
        sizes = None
        if step.share > meshes and len(steps) < MOST_MESHES:
            aim = aims[len(steps) - 1] * meshes
            most, order = coarser[len(steps) - 1], beginning.corner_order
            sizes = _next_sizes(solved, found, meshes, most_unknowns, aim, most, order)
        wall["estimates"] += time.perf_counter() - began
        for name, seconds in solved.wall_s.items():
            wall[name] += seconds
        if sizes is None:
            break
        finer = Solved(section, sizes, True)
        if finer.unknowns > most_unknowns:
            break
        solved, before = finer, solved
    worst, closest, previous = best
    return Adapted(closest, previous, worst <= meshes, tuple(steps), wall)


def _check_names(accuracy_of: Mapping[str, float]) -> None:
    for name, asked in accuracy_of.items():
        known = catalogue().parse(name)
        if known is None or known.metric.headline is None or known.metric.name(known.place) != name:
            raise InputError(
                f"mesh.accuracy_of names '{name}' = {asked:g}, which is no headline metric"
            )


def _judged(solved: Solved, lengths_um: tuple[float, ...] | None) -> tuple[Estimates, MeshStep]:
    """Errors of headline metrics at some lengths or all, and how far the mesh has come by them."""
    found = estimates(solved, True, lengths_um)
    values = {name: one.value for name, one in found.of.items()}
    errors = {name: bar(one) for name, one in found.of.items()}
    return found, step_of(solved, values, errors)


def _first(
    section: CrossSection, beginning: Beginning, accuracy: float, most_unknowns: int
) -> Solved:
    """A coarsely graded mesh; coarser ones, as far as there are any, where it is over the limit."""
    factor = beginning.start * section.design.mesh.size_factor
    grading = EVERYWHERE
    if beginning.where_asked:
        grading = where_asked(section.design.metrics.headline_length_um)
        factor *= max(accuracy / OFTEN_MET, 1.0) ** 0.25  # errors fall with the fourth power
    size = Graded(factor, beginning.at_corners / beginning.start, grading)
    solved = Solved(section, size, True)
    for _ in range(COARSER_STARTS):
        if solved.unknowns <= most_unknowns:
            break
        size = size.times(1.5)
        solved = Solved(section, size, True)
    return solved


def _next_sizes(
    solved: Solved,
    found: Estimates,
    accuracy: float,
    most_unknowns: int,
    aim: float,
    coarser: float,
    corner_order: float,
) -> SizeField | None:
    """Sizes of the next mesh; None where the limit leaves no room for a better one."""
    scale = scales(solved, {name: one.value for name, one in found.of.items()})
    names, shares, present = [], [], []
    for name, size in scale.items():
        by_element = bar_by_element(found.of[name])
        total = float(by_element.sum())
        # a metric that the discrete balance makes exact has no error to distribute
        if total > NEGLIGIBLE * accuracy * size:
            names.append(name)
            shares.append(by_element / total)
            present.append(total / size)
    model = solved.model
    largest = LARGEST * solved.section.cell_radius_um
    bars = np.array(present)
    while aim < bars.max(initial=0.0):
        # what is good enough need not get better, but may spend what it has to spare
        allowed = np.where(bars <= accuracy, np.maximum(aim / bars, 1.0), aim / bars)
        ratios = size_ratios(
            model,
            np.array(shares),
            allowed,
            found.corners,
            coarser,
            corner_order,
        )
        sizes = vertex_sizes(model, ratios, found.corners, largest)
        if UNKNOWNS_PER_ELEMENT * element_count(model, sizes) <= most_unknowns:
            return SizeField(solved.mesh, sizes)
        aim *= 1.25
    return None
