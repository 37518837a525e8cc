"""Displacement, stress, energy, forces and tractions of one solved axisymmetric state.

The problem and its conditions: :mod:`fem_bump.mechanics.thermal_stress`. Stress order: rr, zz, tt,
rz. Signs: tension positive. Units: um, MPa, uN, pJ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from fem_bump import printed
from fem_bump.algebra.constraints import FreeUnknowns
from fem_bump.algebra.linear_solver import SolverInfo
from fem_bump.algebra.shape_functions import shape_functions, shape_table, triangle_rule
from fem_bump.body.material_state import MaterialState
from fem_bump.body.model import Model
from fem_bump.interfaces.densities import TractionInterface
from fem_bump.interfaces.line import InterfaceLine, trace_interface
from fem_bump.interfaces.recovery import recover
from fem_bump.mechanics.axisymmetric_kernels import elastic_nodal_forces, elastic_stress
from fem_bump.mechanics.inelastic_strain import InelasticStrain


@dataclass(frozen=True, repr=False)
class ThermalStress:
    """Displacement, stress and energy of one thermo-elastic state.

    Attributes
    ----------
    u_um
        (nodes, 2) displacement at the model's second-order nodes.
    auto_pinned
        Where (r, z, in the model's unit) a missing axial restraint was added, or None.
    held
        (2 nodes,) unknowns on which a boundary may exert a force: fixed, prescribed or tied.
    factors
        The factorized stiffness, where it was kept.
    inelastic
        What has flowed, in a body with laws.
    """

    model: Model
    u_um: np.ndarray
    state: MaterialState
    solver: SolverInfo
    auto_pinned: tuple[float, float] | None
    body_force: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None
    held: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=bool))
    factors: FreeUnknowns | None = None
    inelastic: InelasticStrain | None = None

    def __repr__(self) -> str:
        pinned = self.auto_pinned
        return printed.lines(
            f"ThermalStress: {self.model.summary}",
            displacement_r=printed.span(self.u_um[:, 0], "um"),
            displacement_z=printed.span(self.u_um[:, 1], "um"),
            thermal_strain=printed.span(self.state.eps, ""),
            pinned=f"along the axis at (r, z) = ({pinned[0]:g}, {pinned[1]:g})" if pinned else "",
        )

    @property
    def axisymmetric(self) -> ThermalStress:
        """Itself: the part that is the same all around."""
        return self

    def displacement(self, points: np.ndarray) -> np.ndarray:
        """(2, N) displacement r, z in um at (2, N) points."""
        element, x, y = self.model.locate(points)
        shape, _, _ = shape_functions(np.array([x, y]))
        return np.einsum("mi,mic->cm", shape, self.u_um[self.model.nodes[:, element].T])

    def stress(self, points: np.ndarray, region: str | None = None) -> np.ndarray:
        """(4, N) stress rr, zz, tt, rz in MPa; ``region`` decides the side at an interface."""
        return self.stress_at(*self.model.locate(points, region))

    def stress_at(self, element: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """(4, N) stress at reference points of elements."""
        out = np.empty((4, len(element)))
        young, poisson, eps = self.state.at(element, x, y)
        elastic_stress(
            self.model.node_points_um,
            self.model.nodes,
            element,
            x,
            y,
            self.u_um,
            young,
            poisson,
            eps,
            out,
        )
        if self.inelastic is not None:
            self.inelastic.replace_stress(out, element, x, y)
        return out

    def inelastic_strain(self, points: np.ndarray, region: str | None = None) -> np.ndarray:
        """(N,) accumulated equivalent inelastic strain at (2, N) points; 0 where it is elastic."""
        place = self.model.locate(points, region)
        if self.inelastic is None:
            return np.zeros(len(place[0]))
        return self.inelastic.equivalent_at(*place)

    def mean_inelastic_strain(self, region: str) -> float:
        """Mean accumulated equivalent inelastic strain over a region or group."""
        volume = float(self.model.quadrature[1][self.model.elements(region)].sum())
        if self.inelastic is None:
            return 0.0
        return self.inelastic.integral(self.inelastic.equivalent, region) / volume

    @cached_property
    def strain_energy_by_region(self) -> dict[str, float]:
        """Elastic energy per region over the full revolution, pJ."""
        out = {}
        for region, found in self.model.regions.items():
            element, x, y, volume = self.model.quadrature_of(found)
            young = self.state.young[found].ravel()
            poisson = self.state.poisson[found].ravel()
            rr, zz, tt, rz = self.stress_at(element, x, y)
            energy = (
                rr**2
                + zz**2
                + tt**2
                - 2 * poisson * (rr * zz + zz * tt + tt * rr)
                + 2 * (1 + poisson) * rz**2
            ) / (2 * young)
            out[region] = float(energy @ volume)
        return out

    @property
    def strain_energy(self) -> float:
        """Elastic energy over the full revolution, pJ."""
        return sum(self.strain_energy_by_region.values())

    def nodal_forces(self, elements: np.ndarray) -> np.ndarray:
        """(nodes, 2) force, uN, that the rest of the world exerts on these elements."""
        rule, weights = triangle_rule()
        force = np.zeros((self.model.node_count, 2))
        linear = elements
        if self.inelastic is not None:
            force, linear = self.inelastic.nodal_forces(elements)
        elastic_nodal_forces(
            self.model.node_points_um,
            self.model.nodes,
            linear,
            self.u_um,
            shape_table(shape_functions(rule)),
            weights,
            self.state.young,
            self.state.poisson,
            self.state.eps,
            force,
        )
        if self.body_force is not None:
            force -= body_forces(self.model, self.body_force, elements)
        return force

    def interface(self, a: str, b: str, side: str = "a") -> TractionInterface:
        """Tractions on the interface between regions or groups a and b; n points from b into a.

        ``side`` tells which side's nodal residual they are recovered from; the two differ only
        next to triple nodes.
        """
        line = trace_interface(self.model, a, b)
        return TractionInterface(line, side, self.tractions(line, side))

    def tractions(self, line: InterfaceLine, side: str) -> np.ndarray:
        """(2, m, 3) traction r, z along a line, MPa, recovered from the nodal forces of one side.

        At start, end, midpoint of each facet.
        """
        elements = self.model.elements(line.region(side))
        force = self.nodal_forces(elements)
        sign = -1.0 if side == "a" else 1.0
        values = np.empty((2, len(line.facets), 3))
        for c in range(2):
            outline, mine = line.outline(elements, self.held.reshape(-1, 2)[:, c])
            values[c] = recover(outline, sign * force[:, c], zero_on_axis=c == 0)[mine]
        return values


def body_forces(
    model: Model,
    body_force: Callable[[np.ndarray, np.ndarray], np.ndarray],
    elements: np.ndarray | None = None,
) -> np.ndarray:
    """(nodes, 2) nodal forces of a body force on some elements, or on all."""
    elements = np.arange(model.mesh.nelements) if elements is None else elements
    force = np.zeros((model.node_count, 2))
    np.add.at(force, model.nodes[:, elements], model.nodal_load(body_force, elements).T)
    return force
