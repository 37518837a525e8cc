"""Errors of numbers of a thermo-elastic state, axisymmetric or of one harmonic of the angle.

Goals are tractions in a window, stresses at points, the force of a lateral shift; what they share
with conduction is in :mod:`fem_bump.accuracy.estimates`. Components of displacement are r, z for
the axisymmetric state and r, t, z for a harmonic; those of a harmonic's tractions are recovered as
half sum and half difference of r and t, and z (:meth:`HarmonicStress.tractions`).
"""

from __future__ import annotations

from abc import abstractmethod

import numpy as np

from fem_bump.accuracy.complement_blocks import elastic_blocks, foundation_blocks, harmonic_blocks
from fem_bump.accuracy.cubic_complement import complement
from fem_bump.accuracy.estimates import Ends, Estimator, Goal, OneSided, elements_at
from fem_bump.accuracy.outline_densities import OutlineDensity, OutlinePart, ends
from fem_bump.algebra.shape_functions import shape_functions, shape_table, triangle_rule
from fem_bump.body.material_state import MaterialState
from fem_bump.errors import InputError
from fem_bump.interfaces.averages import Sample
from fem_bump.interfaces.line import InterfaceLine
from fem_bump.mechanics import harmonic_kernels
from fem_bump.mechanics.axisymmetric_kernels import elastic_nodal_forces
from fem_bump.mechanics.axisymmetric_stress import ThermalStress
from fem_bump.mechanics.harmonic_stress import HarmonicStress

Densities = tuple[OutlineDensity, ...]


class _ElasticEstimator(Estimator):
    """What the axisymmetric state and harmonics share.

    ``to_parts`` (parts, components) makes the densities that are recovered of a traction's
    components, ``from_parts`` the other way round.
    """

    to_parts: np.ndarray
    from_parts: np.ndarray
    displacement: np.ndarray  # (nodes, components)
    _state: MaterialState

    def _number_unknowns(self) -> None:
        c = self.to_parts.shape[0]
        model = self.model
        self.unknown_count = c * model.node_count
        nodal = c * model.nodes.T[:, :, None] + np.arange(c)
        self.unknown_of = nodal.reshape(model.mesh.nelements, 6 * c)
        self.terminal_ends = np.zeros(model.mesh.nvertices, dtype=bool)
        self._known: dict[tuple[str, str, str], Densities] = {}
        self._sides: dict[tuple[str, str, str], OneSided] = {}

    @abstractmethod
    def _forces(self, u_um: np.ndarray, elements: np.ndarray) -> np.ndarray:
        """(nodes, components) forces on some elements of a displacement alone, uN."""

    @abstractmethod
    def _side_forces(self, elements: np.ndarray) -> np.ndarray:
        """(nodes, components) forces on some elements of the state, uN."""

    @abstractmethod
    def _parts(self, line: InterfaceLine, elements: np.ndarray) -> tuple[OutlinePart, ...]:
        """Outline of some elements for each part of the traction."""

    def densities(self, line: InterfaceLine, side: str) -> Densities:
        """Each part of the traction on the outline of one side, MPa."""
        key = (line.a, line.b, side)
        if key not in self._known:
            self._known[key] = self._densities(line, side)
        return self._known[key]

    def _densities(self, line: InterfaceLine, side: str) -> Densities:
        model, c = self.model, self.to_parts.shape[0]
        elements = model.elements(line.region(side))
        sign = _sign(side)
        force = self._side_forces(elements)
        e_v, e_w = self.correction
        values = self.element_values(self.displacement.ravel())
        facets, nothing = model.mesh.nfacets, np.zeros_like(e_w)
        _, own = self.complement.side_residual(values, nothing, elements, facets)
        more, better = self.complement.side_residual(values + e_v, e_w, elements, facets)
        added = np.zeros((model.node_count, c))
        added[model.nodes.T] = e_v.reshape(-1, 6, c)
        improved = force + self.assemble(more).reshape(-1, c) + self._forces(added, elements)
        rows = sign * self.to_parts
        return tuple(
            part.density((force @ row, own @ row), (improved @ row, better @ row))
            for part, row in zip(self._parts(line, elements), rows, strict=True)
        )

    def _one_sided(self, line: InterfaceLine, side: str) -> OneSided:
        """The elements of one side along its outline."""
        key = (line.a, line.b, side)
        if key not in self._sides:
            parts = [density.part.outline for density in self.densities(line, side)]
            nodes = np.concatenate([outline.nodes.ravel() for outline in parts])
            elements = elements_at(self.model, self.model.elements(line.region(side)), nodes)
            self._sides[key] = OneSided(self, elements)
        return self._sides[key]

    def traction_change(self, line: InterfaceLine, side: str) -> np.ndarray:
        """(components, m, 4) improved traction less that of the state, cubic on facets, MPa."""
        changes = np.array([density.change for density in self.densities(line, side)])
        return np.tensordot(self.from_parts, changes, 1)

    def _of_parts(self, weights: np.ndarray, direction: np.ndarray) -> list[np.ndarray]:
        """Weights (m, 4) of each part in a mean of the traction along a direction."""
        return [(column @ direction)[:, None] * weights for column in self.from_parts.T]

    def traction_goal(
        self, line: InterfaceLine, side: str, weights: np.ndarray, direction: np.ndarray
    ) -> Goal:
        """Sum over facets of weights times the traction along a direction (components, m).

        ``weights`` (m, 4) are those of :meth:`InterfaceLine.window_weights`.
        """
        model, c = self.model, self.to_parts.shape[0]
        test, own = np.zeros((model.node_count, c)), np.zeros((model.mesh.nfacets, c))
        parts = zip(
            self.densities(line, side),
            self._of_parts(weights, direction),
            _sign(side) * self.to_parts,
            strict=True,
        )
        for density, of_density, row in parts:
            part = density.part
            nodal, on_facets = part.cubic.cubic_weights(of_density, part.mine)
            test += nodal[:, None] * row
            own[part.facets] += (part.orientation * on_facets)[:, None] * row
        return self._one_sided(line, side).goal(test, own)

    def traction_ends(
        self, line: InterfaceLine, side: str, weights: np.ndarray, direction: np.ndarray
    ) -> Ends:
        """What the window's ends add to the error of that."""
        parts = zip(self.densities(line, side), self._of_parts(weights, direction), strict=True)
        return ends(line, side, weights, list(parts))

    def _moduli(self, sample: Sample) -> tuple[np.ndarray, np.ndarray]:
        """Lame's lambda and mu at sample points, MPa."""
        young, poisson, _ = self._state.at(sample.element, sample.x, sample.y)
        return (
            young * poisson / ((1 + poisson) * (1 - 2 * poisson)),
            young / (2 * (1 + poisson)),
        )

    def _stress_of(self, sample: Sample, strain: np.ndarray) -> np.ndarray:
        """Stress of (4 or 6, N) strains rr, zz, tt, shear ones engineering; D is symmetric."""
        lam, mu = self._moduli(sample)
        out = mu * strain
        out[:3] *= 2.0
        out[:3] += lam * strain[:3].sum(axis=0)
        return out


class StressEstimator(_ElasticEstimator):
    """Errors of numbers of an axisymmetric thermo-elastic state.

    Parameters
    ----------
    stress
        Solved with ``keep_factors``; without body force.

    Raises
    ------
    InputError
        Without factors, or with a body force.
    """

    to_parts = from_parts = np.eye(2)

    def __init__(self, stress: ThermalStress) -> None:
        if stress.factors is None or stress.body_force is not None:
            raise InputError("an error estimate needs keep_factors=True and no body force")
        self.stress, self.model, self.factors = stress, stress.model, stress.factors
        self.displacement = stress.u_um
        model, self._state = stress.model, stress.state
        self._number_unknowns()
        held = stress.held.reshape(-1, 2)[model.mesh.nvertices :]
        every, state = np.arange(model.mesh.nelements), self._state
        blocks, load = elastic_blocks(model, every, state.young, state.poisson, state.eps)
        self.complement = complement(model, 2, held, blocks, load, every)
        values = self.element_values(stress.u_um.ravel())
        self.residual = self.complement.gather(load) - self.complement.test(values)

    def _forces(self, u_um: np.ndarray, elements: np.ndarray) -> np.ndarray:
        model, state = self.model, self._state
        rule, weights = triangle_rule()
        force = np.zeros((model.node_count, 2))
        elastic_nodal_forces(
            model.node_points_um,
            model.nodes,
            elements,
            u_um,
            shape_table(shape_functions(rule)),
            weights,
            state.young,
            state.poisson,
            np.zeros_like(state.eps),
            force,
        )
        return force

    def block_rows(self, elements: np.ndarray) -> np.ndarray:
        """(:, 20, 20) stiffness of some elements, quadratic and cubic functions."""
        state = self._state
        return elastic_blocks(self.model, elements, state.young, state.poisson, state.eps, 0)[0]

    def _side_forces(self, elements: np.ndarray) -> np.ndarray:
        return self.stress.nodal_forces(elements)

    def _parts(self, line: InterfaceLine, elements: np.ndarray) -> tuple[OutlinePart, ...]:
        held = self.stress.held.reshape(-1, 2)
        vertices = self.model.mesh.nvertices
        return tuple(
            OutlinePart(*line.outline(elements, held[:, c]), c == 0, vertices) for c in range(2)
        )

    def stress_change(self, sample: Sample) -> np.ndarray:
        """(4, N) stress rr, zz, tt, rz that the cubic space adds at sample points.

        Unscaled: a largest principal stress rises with every fluctuation of the field, so that a
        rougher one would hide what is gained.
        """
        e = self.at_points(sample, self.unscaled_correction)
        at = self.functions(sample)
        strain = np.array(
            [
                (at.dr * e[:, :, 0]).sum(axis=1),
                (at.dz * e[:, :, 1]).sum(axis=1),
                (at.value * e[:, :, 0]).sum(axis=1) / at.radius,
                (at.dz * e[:, :, 0] + at.dr * e[:, :, 1]).sum(axis=1),
            ]
        )
        return self._stress_of(sample, strain)

    def stress_goal(self, sample: Sample, of_stress: np.ndarray) -> Goal:
        """Sum over sample points of ``of_stress`` (4, N) times the stress rr, zz, tt, rz."""
        rr, zz, tt, rz = self._stress_of(sample, of_stress * sample.weight)[:, :, None]
        at = self.functions(sample)
        work = np.empty((*at.value.shape, 2))
        work[:, :, 0] = rr * at.dr + tt * at.value / at.radius[:, None] + rz * at.dz
        work[:, :, 1] = zz * at.dz + rz * at.dr
        return self.point_goal(sample, work)


class HarmonicStressEstimator(_ElasticEstimator):
    """Errors of numbers of one elastic harmonic n >= 1.

    Parameters
    ----------
    stress
        Solved with ``keep_factors``; without eigenstrain and surface traction.

    Raises
    ------
    InputError
        Without factors, with an eigenstrain, or of harmonic 0.
    """

    to_parts = np.array([[0.5, 0.5, 0.0], [0.5, -0.5, 0.0], [0.0, 0.0, 1.0]])
    from_parts = np.array([[1.0, 1.0, 0.0], [1.0, -1.0, 0.0], [0.0, 0.0, 1.0]])

    def __init__(self, stress: HarmonicStress) -> None:
        if stress.factors is None or stress.eigenstrain is not None or stress.harmonic < 1:
            raise InputError(
                "an error estimate of a harmonic needs keep_factors=True, no eigenstrain and a "
                "harmonic of at least 1"
            )
        self.stress, self.model, self.factors = stress, stress.model, stress.factors
        self.displacement = stress.u_um
        model, self._state = stress.model, stress.state
        self._number_unknowns()
        given = stress.factors.given[model.mesh.nvertices :]
        every, state = np.arange(model.mesh.nelements), self._state
        blocks = harmonic_blocks(model, every, stress.harmonic, state.young, state.poisson)
        load = np.zeros(blocks.shape[:2])
        for boundary, support in stress.foundation.items():
            foundation_blocks(model, boundary, support, blocks, load)
        self.complement = complement(model, 3, given, blocks, load, every)
        values = self.element_values(stress.u_um.ravel())
        self.residual = self.complement.gather(load) - self.complement.test(values)

    def _forces(self, u_um: np.ndarray, elements: np.ndarray) -> np.ndarray:
        model, state = self.model, self._state
        rule, weights = triangle_rule()
        force = np.zeros((model.node_count, 3))
        harmonic_kernels.harmonic_nodal_forces(
            model.node_points_um,
            model.nodes,
            elements,
            float(self.stress.harmonic),
            u_um,
            shape_table(shape_functions(rule)),
            weights,
            state.young,
            state.poisson,
            np.zeros((6, *state.young.shape)),
            force,
        )
        return force

    def block_rows(self, elements: np.ndarray) -> np.ndarray:
        """(:, 30, 30) stiffness of some elements, quadratic and cubic functions."""
        state, n = self._state, self.stress.harmonic
        return harmonic_blocks(self.model, elements, n, state.young, state.poisson, 0)

    def _side_forces(self, elements: np.ndarray) -> np.ndarray:
        return self._forces(self.stress.u_um, elements)

    def _parts(self, line: InterfaceLine, elements: np.ndarray) -> tuple[OutlinePart, ...]:
        held, n = self.stress.held, self.stress.harmonic
        across = line.outline(elements, held[:, 0] | held[:, 1])
        along = line.outline(elements, held[:, 2])
        vertices = self.model.mesh.nvertices
        return (
            OutlinePart(*across, True, vertices),
            OutlinePart(*across, n != 1, vertices),
            OutlinePart(*along, n != 0, vertices),
        )

    def stress_change(self, sample: Sample) -> np.ndarray:
        """(6, N) stress amplitudes rr, zz, tt, rz, rt, tz that the cubic space adds."""
        n = self.stress.harmonic
        e = self.at_points(sample, self.unscaled_correction)
        at = self.functions(sample)
        (rr, tr, zr), (rz, tz, zz), (r, t, z) = (
            np.einsum("mi,mic->cm", shape, e) for shape in (at.dr, at.dz, at.value)
        )
        r, t, z = r / at.radius, t / at.radius, z / at.radius
        strain = np.array([rr, zz, r + n * t, rz + zr, tr - t - n * r, tz - n * z])
        return self._stress_of(sample, strain)

    def stress_goal(self, sample: Sample, of_stress: np.ndarray) -> Goal:
        """Sum over sample points of ``of_stress`` (6, N) times the stress amplitudes."""
        n = self.stress.harmonic
        rr, zz, tt, rz, rt, tz = self._stress_of(sample, of_stress * sample.weight)[:, :, None]
        at = self.functions(sample)
        over_r = at.value / at.radius[:, None]
        work = np.empty((*at.value.shape, 3))
        work[:, :, 0] = rr * at.dr + (tt - n * rt) * over_r + rz * at.dz
        work[:, :, 1] = (n * tt - rt) * over_r + rt * at.dr + tz * at.dz
        work[:, :, 2] = zz * at.dz + rz * at.dr - n * tz * over_r
        return self.point_goal(sample, work)

    def reaction_goal(self, boundary: str) -> Goal:
        """Force in x, uN, that a rigidly held or moved boundary exerts on the body; n = 1 only.

        The work of the state on the elements at the boundary when it alone is shifted by 1 in x.
        """
        model = self.model
        test = np.zeros((model.node_count, 3))
        nodes = model.boundary_nodes(boundary)
        test[nodes] = 0.5, -0.5, 0.0
        elements = elements_at(model, np.arange(model.mesh.nelements), nodes)
        return OneSided(self, elements).goal(test, np.zeros((model.mesh.nfacets, 3)))


def _sign(side: str) -> float:
    return -1.0 if side == "a" else 1.0
