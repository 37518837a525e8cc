"""Displacement, stress, forces and tractions of one solved harmonic of the angle.

The problems and their conditions: :mod:`fem_bump.mechanics.thermal_stress` for harmonic 0 without
torsion, which has two components of displacement, r and z, and the thermal strain;
:mod:`fem_bump.mechanics.harmonic_elasticity` for any harmonic, with r, t, z. Stress order: rr, zz,
tt, rz, and rt, tz of three components; t, rt and tz go with sin n0, the others with cos n0. Signs:
tension positive. Units: um, MPa, uN, pJ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import numpy as np

from fem_bump.algebra.constraints import FreeUnknowns
from fem_bump.algebra.linear_solver import SolverInfo
from fem_bump.algebra.shape_functions import shape_functions
from fem_bump.body.material_state import MaterialState
from fem_bump.body.model import Model
from fem_bump.interfaces.line import InterfaceLine, trace_interface
from fem_bump.interfaces.outline import LinePlace
from fem_bump.interfaces.recovery import Outline, recover
from fem_bump.interfaces.traction import TractionInterface
from fem_bump.mechanics.amplitudes import forces_of, stress_of
from fem_bump.mechanics.inelastic.strain import InelasticStrain
from fem_bump.mechanics.problem import AxisUnknowns
from groundwork import printed
from groundwork.pictures import Pictured

Amplitudes = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Foundation:
    """Elastic support of a boundary: traction = stiffness (MPa/um) times (target - u)."""

    stiffness_mpa_per_um: float
    target_um: tuple[float, float, float]  # amplitudes r, t, z


@dataclass(frozen=True, repr=False)
class HarmonicStress(Pictured):
    """Amplitudes of displacement and stress of one harmonic.

    Attributes
    ----------
    u_um
        (nodes, c) amplitudes at the model's second-order nodes: c = 2, r and z of harmonic 0
        without torsion, to which the state's thermal strain belongs; or c = 3, r, t, z.
    held
        (nodes, c) where a boundary may exert a force: fixed, prescribed, tied or loaded.
    factors
        The factorized stiffness, where it was kept.
    body_force
        f(r, z), of two components.
    eigenstrain
        f(r, z), of three components.
    foundation
        Boundary name to its elastic support.
    inelastic
        What has flowed, of two components in a body with laws.
    births
        Region to (nodes, c) displacement of the body when it was born: there it has no strain.

    Examples
    --------
    >>> from fem_bump import Model, materials, thermal_stress
    >>> from fem_bump.verification.grids import grid
    >>> regions = {"pad": (0, 10, 0, 1), "ubm": (0, 10, 1, 2)}
    >>> mesh = grid([0, 2, 4, 6, 8, 10], [0, 0.5, 1, 1.5, 2], regions)
    >>> model = Model(mesh, {"pad": materials["Al"], "ubm": materials["Cu"]})
    >>> shift = {"bottom": 0.0, "top": 0.1}
    >>> state = thermal_stress(model, fixed={"bottom": "z"}, lateral_shift_um=shift)
    >>> shear = state.part(1)  # what goes with the cosine and the sine of the angle
    >>> shear.harmonic, round(shear.reaction_un("top") + shear.reaction_un("bottom"), 6)
    (1, 0.0)
    """

    model: Model
    harmonic: int
    u_um: np.ndarray
    state: MaterialState
    solver: SolverInfo
    held: np.ndarray
    factors: FreeUnknowns | AxisUnknowns | None = None
    body_force: Amplitudes | None = None
    eigenstrain: Amplitudes | None = None
    foundation: Mapping[str, Foundation] = field(default_factory=dict)
    inelastic: InelasticStrain | None = None
    births: Mapping[str, np.ndarray] = field(default_factory=dict)
    drawn_as: ClassVar[str] = "stress"

    def __repr__(self) -> str:
        names = ("r", "z") if self.is_thermal else ("r", "theta", "z")
        spans = {
            f"displacement {name}": printed.span(self.u_um[:, c], "um")
            for c, name in enumerate(names)
        }
        return printed.lines(
            f"HarmonicStress, harmonic {self.harmonic}: {self.model.summary}", **spans
        )

    @property
    def is_thermal(self) -> bool:
        """Whether it is harmonic 0 without torsion, and has the state's thermal strain."""
        return self.u_um.shape[1] == 2

    @property
    def parts(self) -> tuple[HarmonicStress, ...]:
        """Itself: what a state of this harmonic alone is the sum of."""
        return (self,)

    def displacement(self, points: np.ndarray) -> np.ndarray:
        """(c, N) displacement amplitudes in um at (2, N) points."""
        return self.displacement_at(*self.model.locate(points))

    def displacement_at(self, element: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """(c, N) displacement amplitudes in um at reference points of elements."""
        shape, _, _ = shape_functions(np.array([x, y]))
        return np.einsum("mi,mic->cm", shape, self.u_um[self.model.nodes[:, element].T])

    def stress(self, points: np.ndarray, region: str | None = None) -> np.ndarray:
        """(4, N) or (6, N) stress amplitudes in MPa; ``region`` decides the side."""
        return self.stress_at(*self.model.locate(points, region))

    def stress_at(self, element: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """(4, N) or (6, N) stress amplitudes at reference points of elements."""
        young, poisson, free = self.state.at(element, x, y)
        if not self.is_thermal:
            free = np.zeros((6, len(element)))
            if self.eigenstrain is not None:
                at = self.model.position_um(element, x, y) / self.model.unit_um
                free[:] = self.eigenstrain(*at)
        place = element, x, y
        out = stress_of(self.model, self.harmonic, self.u_um, place, (young, poisson), free)
        for region, born in self.births.items():
            here = self.model.mask(self.model.regions[region])[element]
            there, given = (element[here], x[here], y[here]), (young[here], poisson[here])
            none = np.zeros_like(free[..., here])
            out[:, here] -= stress_of(self.model, self.harmonic, born, there, given, none)
        if self.inelastic is not None:
            self.inelastic.replace_stress(out, *place)
        return out

    @property
    def free_strain(self) -> np.ndarray:
        """Strain without stress at the quadrature points of all elements.

        (elements, q), the thermal one; of three components (6, elements, q).
        """
        if self.is_thermal:
            return self.state.eps
        out = np.zeros((6, *self.state.young.shape))
        if self.eigenstrain is not None:
            out[:] = self.eigenstrain(*(self.model.quadrature[0] / self.model.unit_um))
        return out

    @cached_property
    def strain_energy_by_region(self) -> dict[str, float]:
        """Elastic energy of this harmonic per region over the full revolution, pJ."""
        out = {}
        for region, found in self.model.regions.items():
            element, x, y, volume = self.model.quadrature_of(found)
            young = self.state.young[found].ravel()
            poisson = self.state.poisson[found].ravel()
            rr, zz, tt, *shear = self.stress_at(element, x, y)
            energy = (
                rr**2
                + zz**2
                + tt**2
                - 2 * poisson * (rr * zz + zz * tt + tt * rr)
                + 2 * (1 + poisson) * sum(one**2 for one in shear)
            ) / (2 * young)
            # the mean of a squared cosine over the circle is one half
            out[region] = float(energy @ volume) * (0.5 if self.harmonic else 1.0)
        return out

    @property
    def strain_energy(self) -> float:
        """Elastic energy of this harmonic over the full revolution, pJ."""
        return sum(self.strain_energy_by_region.values())

    def nodal_forces(self, elements: np.ndarray) -> np.ndarray:
        """(nodes, c) force, uN, that the rest of the world exerts on these elements."""
        key = elements.tobytes()
        if key not in self._forces:
            self._forces[key] = self._force(elements)
            self._forces[key].setflags(write=False)
        return self._forces[key]

    @cached_property
    def _forces(self) -> dict[bytes, np.ndarray]:
        return {}

    def _force(self, elements: np.ndarray) -> np.ndarray:
        moduli = self.state.young, self.state.poisson
        linear, force = elements, np.zeros_like(self.u_um)
        if self.inelastic is not None:
            force, linear = self.inelastic.nodal_forces(elements)
        force += forces_of(self.model, self.harmonic, self.u_um, linear, moduli, self.free_strain)
        for region, born in self.births.items():
            here = np.intersect1d(linear, self.model.regions[region])
            none = np.zeros_like(self.free_strain)
            force -= forces_of(self.model, self.harmonic, born, here, moduli, none)
        if self.body_force is not None:
            force -= body_forces(self.model, self.body_force, elements)
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
        if self.harmonic != 0 or self.is_thermal:
            return 0.0
        nodes = self.model.boundary_nodes(boundary)
        return float(self.model.node_points_um[0, nodes] @ self._all_forces[nodes, 1])

    def interface(self, a: str, b: str, side: str = "a") -> TractionInterface:
        """Tractions on the interface between regions or groups a and b; n points from b into a."""
        line = trace_interface(self.model, a, b)
        return TractionInterface(line, side, {self.harmonic: self.tractions(line, side)})

    @property
    def recovery(self) -> TractionParts:
        """What is recovered of a traction."""
        return THERMAL if self.is_thermal else _parts_of(self.harmonic)

    def outlines(
        self, line: InterfaceLine, elements: np.ndarray
    ) -> list[tuple[Outline, LinePlace]]:
        """Outline of one side for each part of the traction, and where the line stands in it."""
        known: dict[tuple[int, ...], tuple[Outline, LinePlace]] = {}
        for where in self.recovery.held:
            if where not in known:
                known[where] = line.outline(elements, np.any(self.held[:, where], axis=1))
        return [known[where] for where in self.recovery.held]

    def tractions(self, line: InterfaceLine, side: str) -> np.ndarray:
        """(3, m, 3) traction r, t, z along a line, MPa, recovered from the forces on one side.

        At start, end, midpoint of each facet.
        """
        elements, found = self.model.elements(line.region(side)), self.recovery
        force = self.nodal_forces(elements) * (-1.0 if side == "a" else 1.0)
        recovered = [
            mine.taken(recover(outline, force @ row, zero))
            for (outline, mine), row, zero in zip(
                self.outlines(line, elements), found.to_parts, found.zero_on_axis, strict=True
            )
        ]
        values = np.zeros((3, len(line.facets), 3))
        values[found.components] = np.tensordot(found.from_parts, recovered, 1)
        return values


@dataclass(frozen=True)
class TractionParts:
    """What is recovered of the components of a traction, and under which conditions.

    Of three components half sum and half difference of r and t, and z: on the axis the constraint
    of the harmonic takes part in the residual of u_r + u_t and, but for n = 0, of u_z; there the
    traction's own condition stands in its place. The difference of n = 1 is free on the axis.

    Attributes
    ----------
    components
        Which of r, t, z there are.
    to_parts, from_parts
        (parts, c) from components to parts, and back.
    held
        Per part the unknowns of a node one of which must be held for the outline to carry it.
    zero_on_axis
        Per part, whether it vanishes at r = 0.
    """

    components: list[int]
    to_parts: np.ndarray
    from_parts: np.ndarray
    held: tuple[tuple[int, ...], ...]
    zero_on_axis: tuple[bool, ...]


THERMAL = TractionParts([0, 2], np.eye(2), np.eye(2), ((0,), (1,)), (True, False))


def _parts_of(harmonic: int) -> TractionParts:
    turn = np.array([[1.0, 1.0, 0.0], [1.0, -1.0, 0.0], [0.0, 0.0, 1.0]])
    return TractionParts(
        [0, 1, 2],
        np.array([[0.5], [0.5], [1.0]]) * turn,
        turn,
        ((0, 1), (0, 1), (2,)),
        (True, harmonic != 1, harmonic != 0),
    )


def body_forces(
    model: Model, body_force: Amplitudes, elements: np.ndarray | None = None
) -> np.ndarray:
    """(nodes, 2) nodal forces of a body force on some elements, or on all."""
    elements = np.arange(model.mesh.nelements) if elements is None else elements
    force = np.zeros((model.node_count, 2))
    np.add.at(force, model.nodes[:, elements], model.nodal_load(body_force, elements).T)
    return force
