"""A body with laws under loads that vary around the axis: its harmonics, and its angles.

What is the same at all angles, laws' constants and temperatures, is that of
:class:`~fem_bump.mechanics.inelastic.problem.Problem`, which holds harmonic 0. Harmonics are
coupled in regions with laws alone; in the others each is a linear system of its own, that of
:mod:`fem_bump.mechanics.harmonic_elasticity`, a quadratic polynomial in n. Units: um, MPa, uN, s,
degC.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import scipy.sparse as sp

from fem_bump.algebra.pattern import lower_pattern
from fem_bump.algebra.shape_functions import triangle_rule
from fem_bump.body.material_state import MaterialState
from fem_bump.body.model import Model
from fem_bump.mechanics.amplitudes import forces_of, whole
from fem_bump.mechanics.conditions import Conditions, turned, unknowns_of
from fem_bump.mechanics.harmonic_kernels import assemble_harmonic
from fem_bump.mechanics.inelastic.angular_kernels import angular_stress
from fem_bump.mechanics.inelastic.path import Degc
from fem_bump.mechanics.inelastic.problem import Displacement, Instant, Problem
from fem_bump.mechanics.inelastic.strain import FlowingElements

Prescribed = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class AngularProblem:
    """A body, what holds each of its harmonics, and where its laws are asked.

    Attributes
    ----------
    plane
        Harmonic 0, and all that does not vary around the axis.
    conditions
        Of harmonics 1, 2, ..., of three components each.
    prescribed
        f(t): displacements of harmonic 1 that are given then.
    angles
        How many, in the middles of equal parts of half the circle; the other half mirrors it.
    """

    plane: Problem
    conditions: tuple[Conditions, ...]
    prescribed: Callable[[float], Prescribed]
    angles: int
    components: ClassVar[int] = 6  # of strain: rr, zz, tt, rz, rt, tz
    kept: dict[str, Any] = field(default_factory=dict, repr=False)  # of the last step solved

    # ------------------------------------------------------------------ as of the plane

    @property
    def model(self) -> Model:
        return self.plane.model

    @property
    def flowing(self) -> tuple[str, ...]:
        """Regions with a law."""
        return self.plane.flowing

    @property
    def symmetric(self) -> bool:
        """Whether the tangents of all laws are symmetric."""
        return self.plane.symmetric

    @property
    def stress_free_degc(self) -> Mapping[str, float]:
        """Per region."""
        return self.plane.stress_free_degc

    @property
    def tolerance(self) -> float:
        return self.plane.tolerance

    @property
    def largest_increment(self) -> float:
        return self.plane.largest_increment

    def temperature(self, time_s: float) -> Degc:
        """degC, or a field of it."""
        return self.plane.temperature(time_s)

    def constants(self, region: str, degc: Degc) -> np.ndarray:
        """(P, k) constants of a region's law: of one point for all, or of every point."""
        return self.plane.constants(region, degc)

    def volumes(self, k: int) -> np.ndarray:
        """(elements, q, angles) volumes of points of the region that is number k."""
        own = self.plane.volumes(k)[..., None] / self.angles
        return np.broadcast_to(own, (*own.shape[:2], self.angles))

    # ------------------------------------------------------------------ angles and unknowns

    @property
    def harmonics(self) -> int:
        """How many, with n = 0."""
        return len(self.conditions) + 1

    @cached_property
    def phases(self) -> tuple[np.ndarray, np.ndarray]:
        """cos(n theta) and sin(n theta), (harmonics, angles) each."""
        theta = (np.arange(self.angles) + 0.5) * np.pi / self.angles
        angle = np.multiply.outer(np.arange(self.harmonics), theta)
        return np.cos(angle), np.sin(angle)

    @cached_property
    def shares(self) -> np.ndarray:
        """(harmonics,) means of cos(n theta) squared: forces over those of an amplitude."""
        return np.where(np.arange(self.harmonics) == 0, 1.0, 0.5)

    @cached_property
    def first(self) -> list[int]:
        """Per region with a law the unknown of a harmonic with which its bubbles start."""
        counts = [3 * len(self.model.regions[name]) for name in self.flowing]
        return (3 * self.model.node_count + np.cumsum([0, *counts])).tolist()

    @property
    def size(self) -> int:
        """Unknowns of a harmonic: r, t, z of nodes and bubbles."""
        return self.first[-1]

    @cached_property
    def number(self) -> np.ndarray:
        """(harmonics, unknowns) free number among those of its harmonic, -1 where it is known."""
        nodes = 3 * self.model.node_count
        out = np.full((self.harmonics, self.size), -1, dtype=np.int64)
        out[0, :nodes].reshape(-1, 3)[:, [0, 2]] = self.plane.conditions.number.reshape(-1, 2)
        bubbles = np.ones((self.harmonics, self.size - nodes), dtype=bool)
        bubbles[0, 1::3] = False  # without torsion
        for n, held in enumerate(self.conditions, start=1):
            out[n, :nodes] = held.number
        for n, free in enumerate(bubbles):
            start = int(out[n].max(initial=-1)) + 1
            out[n, nodes:][free] = start + np.arange(free.sum())
        return out

    @cached_property
    def counts(self) -> np.ndarray:
        """(harmonics,) free unknowns of each."""
        return self.number.max(axis=1, initial=-1) + 1

    @cached_property
    def place(self) -> np.ndarray:
        """(harmonics, unknowns) number among the free ones of all harmonics, -1 where known."""
        start = np.concatenate([[0], np.cumsum(self.counts)[:-1]])
        return np.where(self.number >= 0, self.number + start[:, None], -1)

    def known(self, time_s: float) -> np.ndarray:
        """(harmonics, unknowns) what is given then; 0 elsewhere."""
        out = np.zeros((self.harmonics, self.size))
        nodes = 3 * self.model.node_count
        held = self.plane.conditions
        plane = np.where(held.known, held.values(self.plane.prescribed(time_s)), 0.0)
        out[0, :nodes].reshape(-1, 3)[:, [0, 2]] = plane.reshape(-1, 2)
        shift = self.conditions[0]
        out[1, :nodes] = np.where(shift.known, shift.values(self.prescribed(time_s)), 0.0)
        return out

    # ------------------------------------------------------------------ regions with laws

    @cached_property
    def bodies(self) -> list[FlowingElements]:
        """Per region with a law."""
        return [FlowingElements.of(self.model, self.model.regions[r]) for r in self.flowing]

    @cached_property
    def dofs(self) -> list[list[np.ndarray]]:
        """Per harmonic and region with a law (elements, 21) free numbers."""
        bubbles = [
            (start + np.arange(3 * len(body.elements))).reshape(-1, 3)
            for start, body in zip(self.first, self.bodies, strict=False)
        ]
        unknowns = [
            np.hstack([unknowns_of(self.model.nodes[:, body.elements], 3), mine])
            for body, mine in zip(self.bodies, bubbles, strict=True)
        ]
        return [[number[each] for each in unknowns] for number in self.number]

    def start(self, time_s: float) -> Instant:
        """A body that nothing has happened to, at its stress-free state."""
        degc = self.temperature(time_s)
        points = tuple(
            np.repeat(each[:, :, None], self.angles, axis=2)
            for each in self.plane.untouched(degc, self.components)
        )
        zero = Displacement(np.zeros(self.harmonics * self.size), ())
        return Instant(time_s, degc, zero, points, zero, (0.0,) * len(points))

    def amplitudes(self, at: Displacement) -> np.ndarray:
        """(harmonics, unknowns) of a displacement."""
        return at.u.reshape(self.harmonics, self.size)

    def stress(self, k: int, instant: Instant) -> np.ndarray:
        """(elements, q, angles, 6) stress, MPa, of the region that is number k."""
        region, body = self.flowing[k], self.bodies[k]
        out = np.empty((*instant.points[k].shape[:3], self.components))
        angular_stress(
            body.shapes,
            self.model.nodes,
            body.elements,
            self.first[k],
            self.amplitudes(instant.at),
            *self.phases,
            np.ascontiguousarray(self.constants(region, instant.degc)[:, :2]),
            self.plane.thermal_strain(region, instant.degc),
            instant.points[k],
            out,
        )
        return out

    # ------------------------------------------------------------------ the other regions

    @cached_property
    def elastic_unknowns(self) -> np.ndarray:
        """(elements, 18) unknowns of elements without a law."""
        return unknowns_of(np.ascontiguousarray(self.model.nodes[:, self.plane.elastic]), 3)

    @cached_property
    def elastic_pattern(self) -> tuple[np.ndarray, np.ndarray]:
        return lower_pattern(self.elastic_unknowns, 3 * self.model.node_count)

    @cached_property
    def patterns(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Per harmonic column pointers and rows of the lower triangle of its own matrix."""
        out = []
        for number, flowing, count in zip(self.number, self.dofs, self.counts, strict=True):
            elastic = np.full((len(self.elastic_unknowns), 21), -1, dtype=np.int64)
            elastic[:, :18] = number[self.elastic_unknowns]
            out.append(lower_pattern(np.concatenate([elastic, *flowing]), int(count)))
        return out

    def thermal_forces(self, state: MaterialState) -> np.ndarray:
        """(3 nodes,) forces of harmonic 0 of the thermal strain of elements without a law."""
        still = np.zeros((self.model.node_count, 2))
        moduli = state.young, state.poisson
        force = forces_of(self.model, 0, still, self.plane.elastic, moduli, state.eps)
        return turned(whole(force).ravel(), self.model.axis_nodes)

    def elastic_matrices(self, state: MaterialState) -> list[sp.csr_matrix]:
        """Per harmonic the stiffness of elements without a law, between all unknowns of nodes."""
        size = 3 * self.model.node_count
        colptr, rows = self.elastic_pattern
        three = [
            self.assembled(state, n, self.elastic_unknowns, colptr, rows) for n in (0.0, 1.0, 2.0)
        ]
        out = []
        for n, share in enumerate(self.shares):
            weights = (n - 1) * (n - 2) / 2, -n * (n - 2), n * (n - 1) / 2
            data = share * sum(w * each for w, each in zip(weights, three, strict=True))
            lower = sp.csc_matrix((data, rows, colptr), shape=(size, size))
            out.append((lower + sp.tril(lower, -1).T).tocsr())
        return out

    def assembled(
        self, state: MaterialState, n: float, dofs: np.ndarray, colptr: np.ndarray, rows: np.ndarray
    ) -> np.ndarray:
        """Values of the stiffness of elements without a law on a pattern of numbers ``dofs``."""
        elastic = self.plane.elastic
        data, load = np.zeros(colptr[-1]), np.zeros(len(colptr) - 1)
        assemble_harmonic(
            self.model.node_points_um,
            np.ascontiguousarray(self.model.nodes[:, elastic]),
            n,
            self.plane.functions,
            triangle_rule()[1],
            state.young[elastic],
            state.poisson[elastic],
            np.zeros((6, *state.young[elastic].shape)),
            dofs,
            np.zeros(dofs.shape),
            colptr,
            rows,
            data,
            load,
        )
        return data
