"""Inelastic strain of a body at one instant: known at quadrature points, asked anywhere.

Between the quadrature points of an element, a field is the line that fits its values there best, as
the strain of second-order displacements is one; at the points themselves it is what the law found.
Stress is fitted itself: as the difference of total and inelastic strain, each of which may be many
times the elastic one, it would be lost.
Strain order rr, zz, tt, rz, and of harmonics rt, tz (engineering). Units: MPa, uN.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from fem_bump.algebra.shape_functions import (
    bubble,
    shape_functions,
    shape_table,
    triangle_rule,
)
from fem_bump.body.model import Model
from fem_bump.mechanics.inelastic.angular_kernels import element_shapes, harmonic_forces
from fem_bump.mechanics.inelastic.kernels import flowing_forces, strain_rows

AT_POINT = 1e-9  # reference distance within which a place is a quadrature point


def flowing_rows(model: Model, elements: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows (m, q, 4, 14) that make strains of elements that flow, and volumes (m, q), um^3."""
    rule, weights = triangle_rule()
    rows = np.empty((len(elements), len(weights), 4, 14))
    volumes = np.empty(rows.shape[:2])
    functions = shape_table(shape_functions(rule), bubble(rule))
    strain_rows(
        model.node_points_um, model.nodes, elements, functions, weights, rule, rows, volumes
    )
    return rows, volumes


@dataclass(frozen=True)
class FlowingElements:
    """Elements that flow, as kernels of harmonics take them.

    Attributes
    ----------
    shapes
        What :func:`~fem_bump.mechanics.inelastic.angular_kernels.element_shapes` finds of them,
        and (m, 6) whether a node is on the axis.
    """

    elements: np.ndarray
    shapes: tuple[np.ndarray, ...]

    @classmethod
    def of(cls, model: Model, elements: np.ndarray) -> FlowingElements:
        rule, weights = triangle_rule()
        m, q = len(elements), len(weights)
        found = np.empty((m, q, 3, 7)), np.empty((m, q)), np.empty((m, q, q))
        functions = shape_table(shape_functions(rule), bubble(rule))
        element_shapes(
            model.node_points_um, model.nodes, elements, functions, weights, rule, *found
        )
        on_axis = model.node_points_um[0, model.nodes[:, elements]] == 0.0
        return cls(elements, (*found, np.ascontiguousarray(on_axis.T)))


@cache
def best_line() -> np.ndarray:
    """(3, q) from values at the quadrature points to those of 1, x, y."""
    rule, weights = triangle_rule()
    powers = np.array([np.ones(rule.shape[1]), *rule])
    return np.linalg.solve((powers * weights) @ powers.T, powers * weights)


@dataclass(frozen=True)
class InelasticStrain:
    """What has flowed, or one harmonic of it: amplitudes, of n = 0 the means around the axis.

    Attributes
    ----------
    row
        (elements,) place of an element in the arrays below, -1 for one that is elastic.
    strain
        (rows, q, 4) inelastic strain, (rows, q, 6) of harmonics above 0.
    stress
        (rows, q, 4 or 6) stress, MPa.
    equivalent
        (rows, q) accumulated equivalent inelastic strain.
    work
        (rows, q) work of the stress on the inelastic strain, MPa = pJ/um^3.
    harmonic
        n.
    at_angles
        (rows, q, angles) equivalent strain in the middles of equal parts of half the circle, of
        n = 0 where it varies around the axis.
    """

    model: Model
    row: np.ndarray
    strain: np.ndarray
    stress: np.ndarray
    equivalent: np.ndarray
    work: np.ndarray
    harmonic: int = 0
    at_angles: np.ndarray | None = None

    @property
    def samples(self) -> np.ndarray:
        """(rows, q, angles) equivalent strain at each of as many equal shares of a volume."""
        return self.equivalent[..., None] if self.at_angles is None else self.at_angles

    def _fitted(
        self, values: np.ndarray, element: np.ndarray, x: np.ndarray, y: np.ndarray
    ) -> np.ndarray:
        """(N, ...) values (rows, q, ...) at reference points of elements; 0 in elastic ones."""
        rows = self.row[element]
        flows = rows >= 0
        out = np.zeros((len(element), *values.shape[2:]))
        here, px, py = values[rows[flows]], x[flows], y[flows]
        line = np.einsum("kq,nq...->kn...", best_line(), here)
        shape = (-1, *[1] * (values.ndim - 2))
        found = line[0] + line[1] * px.reshape(shape) + line[2] * py.reshape(shape)
        rule, _ = triangle_rule()
        apart = np.hypot(px[:, None] - rule[0], py[:, None] - rule[1])
        nearest = apart.argmin(axis=1)
        own = apart[np.arange(len(px)), nearest] < AT_POINT
        found[own] = here[own, nearest[own]]
        out[flows] = found
        return out

    def equivalent_at(self, element: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """(N,) accumulated equivalent inelastic strain at reference points of elements.

        Of harmonics above 0 its amplitude.
        """
        found = self._fitted(self.equivalent, element, x, y)
        return found if self.harmonic else np.maximum(found, 0.0)

    def replace_stress(
        self, out: np.ndarray, element: np.ndarray, x: np.ndarray, y: np.ndarray
    ) -> None:
        """Put the stress of what flows into (4 or 6, N) stress at reference points of elements."""
        flows = self.row[element] >= 0
        out[:, flows] = self._fitted(self.stress, element[flows], x[flows], y[flows]).T

    def nodal_forces(self, elements: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(nodes, 2) forces, uN, of the stress in those elements that flow; and the others.

        Of harmonics above 0 (nodes, 3).
        """
        rows = self.row[elements]
        flows = rows >= 0
        mine, nodes, stress = elements[flows], self.model.nodes, self.stress[rows[flows]]
        if self.harmonic:
            force = np.zeros((self.model.node_count, 3))
            shapes = FlowingElements.of(self.model, mine).shapes
            harmonic_forces(shapes, nodes, mine, float(self.harmonic), stress, force)
        else:
            force = np.zeros((self.model.node_count, 2))
            flowing_forces(*flowing_rows(self.model, mine), nodes, mine, stress, force)
        return force, elements[~flows]

    def integral(self, values: np.ndarray, name: str) -> float:
        """Integral of values (rows, q) over a region or group, over the full revolution."""
        elements = self.model.elements(name)
        flowing = elements[self.row[elements] >= 0]
        volume = self.model.quadrature[1][flowing]
        return float((values[self.row[flowing]] * volume).sum())
