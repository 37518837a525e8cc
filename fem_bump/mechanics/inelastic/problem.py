"""A body with laws: what of it stays the same from step to step, and what it is at one instant.

Units: um, MPa, uN, s, degC.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from fem_bump.algebra.pattern import entries
from fem_bump.algebra.shape_functions import shape_functions, shape_table, triangle_rule
from fem_bump.body.material_state import MaterialState, material_state, state_at
from fem_bump.body.model import Model
from fem_bump.mechanics.conditions import Conditions
from fem_bump.mechanics.inelastic.kernels import flowing_stress
from fem_bump.mechanics.inelastic.path import Degc, Field
from fem_bump.mechanics.inelastic.strain import flowing_rows

FINE_K = 0.25  # law's constants over a field are linear between temperatures this far apart
COMPONENTS = 4  # of strain: rr, zz, tt, rz


@dataclass(frozen=True)
class Displacement:
    """Displacement of a body, um, or its change per second.

    Attributes
    ----------
    u
        (2 nodes,)
    bubbles
        Per region with a law (elements, 2).
    """

    u: np.ndarray
    bubbles: tuple[np.ndarray, ...]

    def plus(self, share: float, other: Displacement) -> Displacement:
        """This and a share of another."""
        bubbles = (a + share * b for a, b in zip(self.bubbles, other.bubbles, strict=True))
        return Displacement(self.u + share * other.u, tuple(bubbles))


@dataclass(frozen=True)
class Instant:
    """All that a history goes on from.

    Attributes
    ----------
    at
        Where it has moved to.
    points
        Per region with a law (elements, q, state) of the law.
    change
        Of ``at`` in the last step, per second of it: what the next starts from.
    scale
        Per region with a law the largest mean equivalent stress so far, MPa.
    next_dt_s
        The step that the error estimate asks for next; None where it has not asked yet.
    births
        Region to (nodes, 2) displacement of the body when it was born, um: there it has no strain.
        Others are as old as the body.
    """

    time_s: float
    degc: Degc
    at: Displacement
    points: tuple[np.ndarray, ...]
    change: Displacement
    scale: tuple[float, ...]
    next_dt_s: float | None = None
    births: Mapping[str, np.ndarray] = field(default_factory=dict)

    def since_birth(self, region: str, u: np.ndarray) -> np.ndarray:
        """(nodes, 2) how a body displaced by ``u`` (2 nodes,) has moved since a region's birth."""
        moved = u.reshape(-1, 2)
        return moved - self.births[region] if region in self.births else moved


@dataclass(frozen=True)
class Problem:
    """A body, what holds it, and how it is heated.

    Attributes
    ----------
    temperature, prescribed
        f(t): degC or a field of it, and the displacements that are given then.
    stress_free_degc
        Per region.
    tolerance
        Estimated integration error of a step that is allowed, relative to a region's stress.
    largest_increment
        Equivalent inelastic strain that a region may gain in a step, root mean square.
    """

    model: Model
    conditions: Conditions
    temperature: Callable[[float], Degc]
    prescribed: Callable[[float], Mapping[str, Mapping[str, float]]]
    stress_free_degc: Mapping[str, float]
    solver: str
    tolerance: float
    largest_increment: float
    components: ClassVar[int] = COMPONENTS
    kept: dict[str, Any] = field(default_factory=dict, repr=False)  # of the last step solved

    # ------------------------------------------------------------------ what does not change

    @cached_property
    def flowing(self) -> tuple[str, ...]:
        """Regions with a law."""
        return tuple(
            name for name in self.model.regions if self.model.materials[name].law is not None
        )

    @cached_property
    def symmetric(self) -> bool:
        """Whether the tangents of all laws are symmetric."""
        return all(self.model.materials[name].law.symmetric for name in self.flowing)

    @cached_property
    def elastic(self) -> np.ndarray:
        """Elements without a law."""
        parts = [self.model.regions[r] for r in self.model.regions if r not in self.flowing]
        return np.concatenate([np.zeros(0, dtype=np.int64), *parts]).astype(np.int64)

    @cached_property
    def rows(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Per region with a law what makes its strains, and its volumes."""
        return [flowing_rows(self.model, self.model.regions[name]) for name in self.flowing]

    @cached_property
    def unit_forces(self) -> list[float]:
        """Per region with a law the largest nodal force, uN, that stresses of 1 MPa can make."""
        return [
            float(np.einsum("mq,mqci->mi", volumes, np.abs(rows)[..., :12]).max(initial=0.0))
            for rows, volumes in self.rows
        ]

    @cached_property
    def entries(self) -> list[np.ndarray]:
        """Per region with a law the places in the matrix to which its elements add."""
        held = self.conditions
        return [
            entries(held.dofs[self.model.regions[name]], *held.pattern) for name in self.flowing
        ]

    @cached_property
    def functions(self) -> Any:
        return shape_table(shape_functions(triangle_rule()[0]))

    @cached_property
    def elastic_parts(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Nodes, free numbers and numbers among all of the unknowns of elements without a law."""
        nodes = np.ascontiguousarray(self.model.nodes[:, self.elastic])
        return nodes, self.conditions.dofs[self.elastic], self.conditions.unknowns[self.elastic]

    # ------------------------------------------------------------------ at one temperature

    def material_state(self, degc: Degc) -> MaterialState:
        """E, nu and thermal strain at a temperature."""
        free, rule = self.stress_free_degc, triangle_rule()[0]
        if isinstance(degc, Field):
            field = degc
            return state_at(
                self.model, lambda region, *place: field.at(*place), free, rule, True,
                "temperatures_degc",
            )  # fmt: skip
        rise = {region: degc - free[region] for region in self.model.regions}
        return material_state(self.model, rise, free, rule)

    def constants(self, region: str, degc: Degc) -> np.ndarray:
        """(P, k) constants of a region's law: of one point for all, or of every point."""
        if not isinstance(degc, Field):
            return self._constants(region, degc)[None]
        if region not in degc.kept:
            degc.kept[region] = self._over_field(region, degc, self._constants)
        return degc.kept[region]

    def _constants(self, region: str, degc: float) -> np.ndarray:
        material = self.model.materials[region]
        young, poisson = (float(material.at(p, degc)) for p in ("young_mpa", "poisson"))
        return np.asarray(material.law.constants(f"region '{region}'", young, poisson, degc))

    def _over_field(
        self, region: str, field: Field, of: Callable[[str, float], np.ndarray]
    ) -> np.ndarray:
        """(P, k) values over temperatures, linear between some that lie ``FINE_K`` apart."""
        t = field.points[self.model.regions[region]].ravel()
        low, high = float(t.min()), float(t.max())
        inner = FINE_K * np.arange(np.floor(low / FINE_K) + 1, np.ceil(high / FINE_K))
        at = np.unique(np.concatenate([[low], inner, [high]]))
        table = np.array([of(region, float(each)) for each in at])
        if len(at) == 1:
            return np.repeat(table, len(t), axis=0)
        k = np.clip(np.searchsorted(at, t, side="right") - 1, 0, len(at) - 2)
        share = ((t - at[k]) / (at[k + 1] - at[k]))[:, None]
        step = np.zeros((len(t), table.shape[1]))  # what is infinite stays so
        np.subtract(table[k + 1], table[k], out=step, where=table[k + 1] != table[k])
        return np.asarray(table[k] + share * step)

    def thermal_strain(self, region: str, degc: Degc) -> np.ndarray:
        """(P,) thermal strain, as of :meth:`constants`."""
        material, free = self.model.materials[region], self.stress_free_degc[region]
        if isinstance(degc, Field):
            t = degc.points[self.model.regions[region]].ravel()
        else:
            t = np.array([degc])
        return np.ascontiguousarray(material.thermal_strain(t, free))

    def start(self, time_s: float) -> Instant:
        """A body that nothing has happened to, at its stress-free state."""
        count, degc = len(self.conditions.known), self.temperature(time_s)
        points = self.untouched(degc, COMPONENTS)
        zero = Displacement(np.zeros(count), tuple(np.zeros((len(each), 2)) for each in points))
        return Instant(time_s, degc, zero, points, zero, (0.0,) * len(points))

    def untouched(self, degc: Degc, components: int) -> tuple[np.ndarray, ...]:
        """Per region with a law (elements, q, state) of points that nothing has happened to."""
        points, q = [], triangle_rule()[0].shape[1]

        def own(region: str, degc: float) -> np.ndarray:
            law = self.model.materials[region].law
            return np.asarray(law.initial_state(f"region '{region}'", components, degc))

        for region in self.flowing:
            elements = len(self.model.regions[region])
            if isinstance(degc, Field):
                each = self._over_field(region, degc, own)
            else:
                each = np.tile(own(region, degc), (elements * q, 1))
            points.append(each.reshape(elements, q, -1))
        return tuple(points)

    def volumes(self, k: int) -> np.ndarray:
        """(elements, q) volumes, um^3, of the region that is number k of those with a law."""
        return self.model.quadrature[1][self.model.regions[self.flowing[k]]]

    def stress(self, k: int, instant: Instant) -> np.ndarray:
        """(elements, q, 4) stress, MPa, of the region that is number k of those with a law."""
        region = self.flowing[k]
        moduli = self.constants(region, instant.degc)[:, :2]
        out = np.empty((*instant.points[k].shape[:2], COMPONENTS))
        flowing_stress(
            self.rows[k][0],
            self.model.nodes,
            self.model.regions[region],
            instant.since_birth(region, instant.at.u),
            instant.at.bubbles[k],
            np.ascontiguousarray(moduli),
            self.thermal_strain(region, instant.degc),
            instant.points[k],
            out,
        )
        return out
