"""Stress that a process leaves: films born on a deformed stack, cured, etched, cooled.

A region that is added has no strain as it lies there: its strain is that of the displacement since
then, and its thermal strain counts from the temperature then,

    sigma = law(e(u - u_birth) - eps_th(T; T_birth) - e0),

with e0 = -(1 - nu) / E times its intrinsic stress, the same in all directions: a flat film on a
substrate that does not give then has that stress in its plane and none across, and a film on a
wall has it along the wall. What is removed carries nothing from then on, and its nodes are no
unknowns; the rest is in balance again at that temperature. Where u_birth is not that of an older
region's node any will do, as no strain depends on it; it is that of the nearest old node.

Between two changes the body is one of :mod:`fem_bump.mechanics.history`, with what had flowed in
each region. Without laws every state is a linear problem, and the sequence is exact. Units: um,
MPa, s, degC.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from scipy.spatial import cKDTree
from skfem import MeshTri, MeshTri2

from fem_bump.algebra.march import Stuck
from fem_bump.algebra.newton import NotSolved
from fem_bump.body.model import Model
from fem_bump.errors import AnalysisError, InputError
from fem_bump.materials import Material
from fem_bump.mechanics.conditions import Conditions, conditions
from fem_bump.mechanics.history import (
    LARGEST_INCREMENT,
    TOLERANCE,
    History,
    check_accuracy,
    marched,
    stuck,
)
from fem_bump.mechanics.inelastic.checkpoint import Checkpoint
from fem_bump.mechanics.inelastic.path import heat
from fem_bump.mechanics.inelastic.problem import Displacement, Instant, Problem
from fem_bump.mechanics.inelastic.step import solve_step, unbalanced
from fem_bump.mechanics.process.bodies import Whole
from fem_bump.mechanics.process.stages import ProcessStage, check_stages, path_of
from fem_bump.mechanics.process.worked import Worked, worked_points
from fem_bump.mechanics.state import ThermalStress
from groundwork import printed

MOST_PIECES = 64  # in which the rest is let go where metal flows as it relaxes


@dataclass(frozen=True, repr=False)
class ProcessHistory:
    """A body's states through a process.

    Attributes
    ----------
    stages
        As given.
    lives
        Per stage the history of the body that it leaves, until the next one changes it.
    begins_s
        When each stage adds and removes.

    Examples
    --------
    >>> from fem_bump import Material, ProcessStage, process_history
    >>> from fem_bump.verification.grids import grid
    >>> mesh = grid([0, 5, 10], [0, 1, 2], {"wafer": (0, 10, 0, 1), "film": (0, 10, 1, 2)})
    >>> wafer, film = Material("wafer", 130e3, 0.28, 3e-6), Material("film", 70e3, 0.3, 23e-6)
    >>> stages = [
    ...     ProcessStage("wafer", 25.0, adds=["wafer"]),
    ...     ProcessStage("film", 300.0, adds=["film"]),
    ...     ProcessStage("cooled", 25.0),
    ... ]
    >>> made = process_history(mesh, {"wafer": wafer, "film": film}, stages, tied={"right": "r"})
    >>> made.after("cooled").inelastic is None, made.stress_free_degc
    (True, {'wafer': 25.0, 'film': 300.0})
    """

    stages: tuple[ProcessStage, ...]
    lives: tuple[History, ...]
    begins_s: tuple[float, ...]
    drawn_as: ClassVar[str] = "history"

    def __repr__(self) -> str:
        return printed.lines(
            f"ProcessHistory: {self.model.summary} in the end",
            stages=printed.some([f"{each.name} ({each.degc:g} degC)" for each in self.stages], 12),
            steps=f"{sum(len(each.steps) for each in self.lives)}",
        )

    @property
    def model(self) -> Model:
        """The body that is left."""
        return self.lives[-1].problem.model

    @property
    def stress_free_degc(self) -> dict[str, float]:
        """Temperature at which each region that is left was added."""
        return dict(self.lives[-1].problem.stress_free_degc)

    @property
    def final(self) -> ThermalStress:
        """The state after the last stage."""
        return self.after(self.stages[-1].name)

    def after(self, stage: str) -> ThermalStress:
        """The state after a stage, at its temperature; of the body that is there then.

        Raises
        ------
        InputError
            For a stage that there is not.
        """
        names = [each.name for each in self.stages]
        if stage not in names:
            raise InputError(f"there is no stage '{stage}'; allowed are {', '.join(names)}")
        k = names.index(stage)
        return self.lives[k].at(self.begins_s[k] + self.stages[k].hold_s)

    def checkpoint(self) -> Checkpoint:
        """The last state, for ``stress_history`` to go on from with `model`.

        Its time is the last of the process; it carries `stress_free_degc`.
        """
        return self.lives[-1].checkpoint(float(self.lives[-1].times_s[-1]))


def process_history(
    mesh: MeshTri | MeshTri2,
    region_materials: Mapping[str, Material],
    stages: Sequence[ProcessStage],
    fixed: Mapping[str, str] | None = None,
    tied: Mapping[str, str] | None = None,
    groups: Mapping[str, Iterable[str]] | None = None,
    length_unit: str = "um",
    *,
    tolerance: float = TOLERANCE,
    largest_increment: float = LARGEST_INCREMENT,
    solver: str = "auto",
) -> ProcessHistory:
    """Follow a body through depositions, etches and temperatures.

    Parameters
    ----------
    mesh
        Of all that is there at some time. Its regions may overlap where they are not there
        together: what was etched away stands under a name of its own in the place of what fills it.
    region_materials, groups, length_unit
        As of :class:`~fem_bump.body.model.Model`; groups hold what is there of them.
    stages
        What is done. The first adds what the rest is built on.
    fixed, tied
        As of :func:`~fem_bump.mechanics.thermal_stress.thermal_stress`, for what is there of each
        boundary: what is added joins as it lies there, so that a side that is vertical stays so.
    tolerance, largest_increment, solver
        As of :func:`~fem_bump.mechanics.history.stress_history`.

    Returns
    -------
    ProcessHistory

    Raises
    ------
    InputError
        Stages that no process can have, a temperature above the solidus of what is deposited or
        there, a body in several pieces, and what ``stress_history`` refuses.
    AnalysisError
        When it cannot go on: at which stage, where, for which law.

    Examples
    --------
    A film that is deposited under stress, and etched away again, leaves nothing behind:

    >>> from fem_bump import Material, ProcessStage, process_history
    >>> from fem_bump.verification.grids import grid
    >>> mesh = grid([0, 5, 10], [0, 1, 2], {"wafer": (0, 10, 0, 1), "film": (0, 10, 1, 2)})
    >>> glass = Material("glass", 70e3, 0.2, 1e-6)
    >>> stages = [
    ...     ProcessStage("wafer", 25.0, adds=["wafer"]),
    ...     ProcessStage("film", 25.0, adds=["film"], intrinsic_mpa={"film": 100.0}),
    ...     ProcessStage("etch", 25.0, removes=["film"]),
    ... ]
    >>> made = process_history(mesh, {"wafer": glass, "film": glass}, stages)
    >>> [round(made.after(s).strain_energy) + 0 for s in ("film", "etch")]
    [4, 0]
    """
    check_accuracy(tolerance, largest_increment)
    whole = Whole(mesh)
    stages = tuple(stages)
    check_stages(stages, whole.regions, region_materials)
    _check_boundaries(whole, fixed, tied)
    times, degc, begins = path_of(stages)
    materials = dict(region_materials)
    free: dict[str, float] = {}
    lives: list[History] = []
    last: tuple[Instant, Problem, np.ndarray] | None = None
    for k, stage in enumerate(stages):
        names = [name for name in free if name not in stage.removes] + list(stage.adds)
        for region in stage.adds:
            free[region] = stage.degc
            materials[region] = _born_with(
                materials[region], stage.intrinsic_mpa.get(region, 0.0), stage.degc
            )
        for region in stage.removes:
            del free[region]
        model, nodes = whole.living(names, materials, groups or {}, length_unit, stage.name)
        there = model.boundaries
        held = conditions(
            model,
            {name: c for name, c in (fixed or {}).items() if name in there},
            {name: c for name, c in (tied or {}).items() if name in there},
            None,
        )
        problem = Problem(
            model, held, heat(model, times, degc), lambda _: {}, dict(free), solver,
            tolerance, largest_increment,
        )  # fmt: skip
        for region in problem.flowing:
            model.materials[region].law.check_path(f"region '{region}'", np.array(degc))
        try:
            start = _begun(problem, begins[k], nodes, last, stage.works)
            until = [begins[k], begins[k] + stage.hold_s, *begins[k + 1 : k + 2]]
            ends = sorted(set(until))
            if len(ends) == 1:
                lives.append(History(problem, (start,), ()))
            else:
                lives.append(marched(problem, start, ends, None))
        except Stuck as error:
            raise AnalysisError(f"stage '{stage.name}': {stuck(problem, error)}") from None
        last = lives[-1].instants[-1], problem, nodes
    return ProcessHistory(stages, tuple(lives), tuple(begins))


def _check_boundaries(whole: Whole, *given: Mapping[str, str] | None) -> None:
    for name in (name for each in given if each for name in each):
        if name not in whole.boundaries:
            raise InputError(
                f"boundary '{name}' is unknown; the mesh has {', '.join(whole.boundaries)}"
            )


def _born_with(material: Material, intrinsic_mpa: float, degc: float) -> Material:
    """The material with the initial strain that an intrinsic stress leaves in a flat film."""
    if intrinsic_mpa == 0.0:
        return material
    young, poisson = (float(material.at(name, degc)) for name in ("young_mpa", "poisson"))
    return replace(material, initial_strain=-intrinsic_mpa * (1 - poisson) / young)


def _begun(
    problem: Problem,
    time_s: float,
    nodes: np.ndarray,
    last: tuple[Instant, Problem, np.ndarray] | None,
    works: Mapping[str, Worked],
) -> Instant:
    """A body in balance at the start of its life, after what it was before.

    ``last`` is the state before, its problem, and the numbers of its nodes among those of the
    whole mesh, as ``nodes`` are of this body.
    """
    start = problem.start(time_s)
    if last is not None:
        start = _handed_over(problem, start, nodes, *last)
    points = list(start.points)
    for k, region in enumerate(problem.flowing):
        if region in works:
            points[k] = worked_points(problem, region, points[k], start.degc, works[region])
    start = replace(start, points=tuple(points))
    pieces = 1
    while True:
        try:
            return _relieved(problem, start, pieces)
        except NotSolved as error:
            if not problem.flowing or pieces >= MOST_PIECES:
                raise Stuck(time_s, error.reason) from None
        pieces *= 4


def _relieved(problem: Problem, start: Instant, pieces: int) -> Instant:
    """What is left, once what was taken away holds it no more: let go in some pieces."""
    if pieces == 1:
        return solve_step(problem, start, start.time_s, start.at)[0]
    held, at = unbalanced(problem, start), start
    for k in range(1, pieces + 1):
        outer = (1 - k / pieces) * held
        at = solve_step(problem, at, at.time_s, at.at, outer=outer)[0]
    return at


def _handed_over(
    problem: Problem,
    start: Instant,
    nodes: np.ndarray,
    before: Instant,
    was: Problem,
    old_nodes: np.ndarray,
) -> Instant:
    """What goes on of a state in another body, and where new regions are born."""
    place = np.searchsorted(old_nodes, nodes)
    place[place == len(old_nodes)] = 0
    stays = old_nodes[place] == nodes
    old = was.model.node_points_um
    near = cKDTree(old.T).query(problem.model.node_points_um[:, ~stays].T)[1]
    place[~stays] = near

    def moved(u: np.ndarray) -> np.ndarray:
        return np.asarray(u.reshape(-1, 2)[place])

    u = _joined(problem.conditions, moved(before.at.u), stays)
    births = {name: moved(each) for name, each in before.births.items()
              if name in problem.model.regions}  # fmt: skip
    births |= {name: u for name in problem.model.regions if name not in was.model.regions}
    points, bubbles, scale = list(start.points), list(start.at.bubbles), list(start.scale)
    for k, region in enumerate(problem.flowing):
        if region in was.flowing:
            j = was.flowing.index(region)
            points[k], bubbles[k] = before.points[j], before.at.bubbles[j]
            scale[k] = before.scale[j]
    at = Displacement(u.ravel(), tuple(bubbles))
    return replace(start, at=at, points=tuple(points), scale=tuple(scale), births=births)


def _joined(held: Conditions, u: np.ndarray, stays: np.ndarray) -> np.ndarray:
    """Displacements (nodes, 2) of which those of new nodes follow what holds the old ones."""
    out, old = u.ravel().copy(), np.repeat(stays, 2)
    out[held.known & ~old] = 0.0
    for group in held.ties:
        both = np.asarray(group)
        if old[both].any():
            out[both[~old[both]]] = out[both[old[both]][0]]
    return out.reshape(-1, 2)
