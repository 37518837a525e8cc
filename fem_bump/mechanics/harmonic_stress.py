"""Displacement, stress, forces and tractions of one solved harmonic of the angle.

The problem and its conditions: :mod:`fem_bump.mechanics.harmonic_elasticity`. Stress order: rr, zz,
tt, rz, rt, tz; rt and tz go with sin n0, the others with cos n0. Units: um, MPa, uN, pJ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from fem_bump import printed
from fem_bump.algebra.constraints import FreeUnknowns
from fem_bump.algebra.linear_solver import SolverInfo
from fem_bump.algebra.shape_functions import shape_functions, shape_table, triangle_rule
from fem_bump.body.material_state import MaterialState
from fem_bump.body.model import Model
from fem_bump.interfaces.angular_traction import AngularTractionInterface
from fem_bump.interfaces.line import InterfaceLine, trace_interface
from fem_bump.interfaces.recovery import recover
from fem_bump.mechanics import harmonic_kernels

Amplitudes = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Foundation:
    """Elastic support of a boundary: traction = stiffness (MPa/um) times (target - u)."""

    stiffness_mpa_per_um: float
    target_um: tuple[float, float, float]  # amplitudes r, t, z


@dataclass(frozen=True)
class AxisUnknowns:
    """The unknowns of a solved harmonic, r, t, z per node, and its factorized matrix.

    Nodes on the axis have half sum and half difference in place of r and t there.
    """

    free: FreeUnknowns
    axis_nodes: np.ndarray

    def solve(self, load: np.ndarray) -> np.ndarray:
        """Response to loads (3 nodes,) or (3 nodes, k) with what is prescribed at 0."""
        out = self.free.solve(self._turned(load))
        return self._turned(out)

    def _turned(self, values: np.ndarray) -> np.ndarray:
        """Sum and difference of r and t on the axis: how loads and how unknowns transform."""
        out = values.copy()
        r, t = 3 * self.axis_nodes, 3 * self.axis_nodes + 1
        out[r], out[t] = values[r] + values[t], values[r] - values[t]
        return out

    @property
    def given(self) -> np.ndarray:
        """(nodes, 3) mask of what is known, tied, or bound by the condition on the axis."""
        out = self.free.given.reshape(-1, 3).copy()
        out[self.axis_nodes] = True
        return out


@dataclass(frozen=True, repr=False)
class HarmonicStress:
    """Amplitudes of displacement and stress of one harmonic.

    Attributes
    ----------
    u_um
        (nodes, 3) amplitudes r, t, z at the model's second-order nodes.
    held
        (nodes, 3) where a boundary may exert a force: fixed, prescribed, tied or loaded.
    foundation
        Boundary name to its elastic support.
    factors
        The factorized stiffness, where it was kept.
    """

    model: Model
    harmonic: int
    u_um: np.ndarray
    state: MaterialState
    solver: SolverInfo
    eigenstrain: Amplitudes | None
    held: np.ndarray
    foundation: Mapping[str, Foundation] = field(default_factory=dict)
    factors: AxisUnknowns | None = None

    def __repr__(self) -> str:
        spans = (printed.span(self.u_um[:, c], "um") for c in range(3))
        names = (f"displacement {c}" for c in ("r", "theta", "z"))
        return printed.lines(
            f"HarmonicStress, harmonic {self.harmonic}: {self.model.summary}",
            **dict(zip(names, spans, strict=True)),
        )

    def displacement(self, points: np.ndarray) -> np.ndarray:
        """(3, N) displacement amplitudes r, t, z in um at (2, N) points."""
        element, x, y = self.model.locate(points)
        shape, _, _ = shape_functions(np.array([x, y]))
        return np.einsum("mi,mic->cm", shape, self.u_um[self.model.nodes[:, element].T])

    def stress(self, points: np.ndarray, region: str | None = None) -> np.ndarray:
        """(6, N) stress amplitudes rr, zz, tt, rz, rt, tz in MPa; ``region`` decides the side."""
        return self.stress_at(*self.model.locate(points, region))

    def stress_at(self, element: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """(6, N) stress amplitudes at reference points of elements."""
        young, poisson, _ = self.state.at(element, x, y)
        eps = np.zeros((6, len(element)))
        if self.eigenstrain is not None:
            eps[:] = self.eigenstrain(*(self.model.position_um(element, x, y) / self.model.unit_um))
        out = np.empty((6, len(element)))
        harmonic_kernels.harmonic_stress(
            self.model.node_points_um,
            self.model.nodes,
            element,
            float(self.harmonic),
            x,
            y,
            self.u_um,
            young,
            poisson,
            eps,
            out,
        )
        return out

    @cached_property
    def strain_energy(self) -> float:
        """Elastic energy of this harmonic over the full revolution, pJ."""
        element, x, y, volume = self.model.quadrature_of(np.arange(self.model.mesh.nelements))
        young, poisson, _ = self.state.at(element, x, y)
        rr, zz, tt, rz, rt, tz = self.stress_at(element, x, y)
        energy = (
            rr**2
            + zz**2
            + tt**2
            - 2 * poisson * (rr * zz + zz * tt + tt * rr)
            + 2 * (1 + poisson) * (rz**2 + rt**2 + tz**2)
        ) / (2 * young)
        # the mean of a squared cosine over the circle is one half
        return float(energy @ volume) * (0.5 if self.harmonic else 1.0)

    def nodal_forces(self, elements: np.ndarray) -> np.ndarray:
        """(nodes, 3) amplitudes r, t, z of the force, uN, on these elements; weight 2 pi r."""
        rule, weights = triangle_rule()
        eps = np.zeros((6, *self.state.young.shape))
        if self.eigenstrain is not None:
            eps[:] = self.eigenstrain(*(self.model.quadrature[0] / self.model.unit_um))
        force = np.zeros((self.model.node_count, 3))
        harmonic_kernels.harmonic_nodal_forces(
            self.model.node_points_um,
            self.model.nodes,
            elements,
            float(self.harmonic),
            self.u_um,
            shape_table(shape_functions(rule)),
            weights,
            self.state.young,
            self.state.poisson,
            eps,
            force,
        )
        return force

    @cached_property
    def _all_forces(self) -> np.ndarray:
        return self.nodal_forces(np.arange(self.model.mesh.nelements))

    def reaction_un(self, boundary: str) -> float:
        """Force in x, uN, that a boundary exerts on the body; only harmonic 1 has one."""
        if self.harmonic != 1:
            return 0.0
        force = self._all_forces[self.model.boundary_nodes(boundary)]
        return float((force[:, 0] - force[:, 1]).sum() / 2)

    def moment_un_um(self, boundary: str) -> float:
        """Moment about y, uN um, that a boundary exerts on the body, through its mean height.

        The point on the axis at the mean of the boundary's least and largest z. Only harmonic 1
        has one.
        """
        if self.harmonic != 1:
            return 0.0
        nodes = self.model.boundary_nodes(boundary)
        force = self._all_forces[nodes]
        r, z = self.model.node_points_um[:, nodes]
        arm = z - (z.min() + z.max()) / 2
        return float((arm * (force[:, 0] - force[:, 1]) - r * force[:, 2]).sum() / 2)

    def torque_un_um(self, boundary: str) -> float:
        """Torque about the axis, uN um, that a boundary exerts; only harmonic 0 has one."""
        if self.harmonic != 0:
            return 0.0
        nodes = self.model.boundary_nodes(boundary)
        return float(self.model.node_points_um[0, nodes] @ self._all_forces[nodes, 1])

    def interface(self, a: str, b: str, side: str = "a") -> AngularTractionInterface:
        """Tractions on the interface between regions or groups a and b; n points from b into a."""
        line = trace_interface(self.model, a, b)
        return AngularTractionInterface(line, side, {self.harmonic: self.tractions(line, side)})

    def tractions(self, line: InterfaceLine, side: str) -> np.ndarray:
        """(3, m, 3) amplitudes r, t, z of the traction along a line, from one side's residual.

        On the axis the constraint of the harmonic takes part in the residual of u_r + u_t and, but
        for n = 0, of u_z: there the traction's own condition stands in its place. Half sum and half
        difference of r and t are recovered, the difference of n = 1 being free on the axis.
        """
        elements = self.model.elements(line.region(side))
        force = self.nodal_forces(elements) * (-1.0 if side == "a" else 1.0)
        n = self.harmonic
        across = self.held[:, 0] | self.held[:, 1]
        outline, mine = line.outline(elements, across)
        parts = {
            "sum": ((force[:, 0] + force[:, 1]) / 2, True),
            "difference": ((force[:, 0] - force[:, 1]) / 2, n != 1),
        }
        found = {key: recover(outline, *part)[mine] for key, part in parts.items()}
        outline, mine = line.outline(elements, self.held[:, 2])
        axial = recover(outline, force[:, 2], n != 0)[mine]
        return np.array(
            [found["sum"] + found["difference"], found["sum"] - found["difference"], axial]
        )
