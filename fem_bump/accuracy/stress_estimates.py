"""Errors of numbers of one harmonic of a thermo-elastic state.

Goals are tractions in a window, stresses at points, the force of a lateral shift; what they share
with conduction is in :mod:`fem_bump.accuracy.estimates`. Tractions have the components r, t, z
whatever the harmonic has; which of them and what of them is recovered say
:class:`fem_bump.mechanics.harmonic_stress.TractionParts`.
"""

from __future__ import annotations

import numpy as np

from fem_bump.accuracy.complement_blocks import elastic_blocks, foundation_blocks
from fem_bump.accuracy.cubic_complement import complement
from fem_bump.accuracy.estimates import Estimator, corner_vertices
from fem_bump.accuracy.functionals import Ends, Goal
from fem_bump.accuracy.outline_densities import OutlineDensity, OutlinePart, ends
from fem_bump.accuracy.outline_goals import OneSided, OutlineGoals, elements_at
from fem_bump.body.model import Model
from fem_bump.errors import InputError
from fem_bump.interfaces.averages import Sample
from fem_bump.interfaces.line import InterfaceLine
from fem_bump.mechanics.amplitudes import forces_of
from fem_bump.mechanics.harmonic_stress import HarmonicStress

Densities = tuple[OutlineDensity, ...]


class StressEstimator(Estimator):
    """Errors of numbers of one harmonic.

    Parameters
    ----------
    stress
        Solved with ``keep_factors``; without body force, eigenstrain and surface traction.

    Raises
    ------
    InputError
        Without factors, with a body force or an eigenstrain, or of harmonic 0 with torsion.
    """

    def __init__(self, stress: HarmonicStress) -> None:
        loaded = stress.body_force is not None or stress.eigenstrain is not None
        if stress.factors is None or loaded:
            raise InputError(
                "an error estimate needs keep_factors=True, no body force and no eigenstrain"
            )
        if stress.harmonic == 0 and not stress.is_thermal:
            raise InputError("there is no error estimate of a harmonic 0 with torsion")
        self.stress, self.model, self.factors = stress, stress.model, stress.factors
        self._parts, self._state = stress.recovery, stress.state
        model, state = self.model, self._state
        self._count = c = stress.u_um.shape[1]
        self.unknown_count = c * model.node_count
        nodal = c * model.nodes.T[:, :, None] + np.arange(c)
        self.unknown_of = nodal.reshape(model.mesh.nelements, 6 * c)
        self._known: dict[tuple[str, str, str], Densities] = {}
        self._sides: dict[tuple[str, str, str], OutlineGoals] = {}
        self._changes: dict[tuple[str, str, str], np.ndarray] = {}
        self._felt: dict[str, tuple[np.ndarray, ...]] = {}
        given = stress.factors.given.reshape(-1, c)[model.mesh.nvertices :]
        self.terminal_ends = _held_ends(model, given)
        every = np.arange(model.mesh.nelements)
        moduli = state.young, state.poisson
        blocks, load = elastic_blocks(model, every, c, stress.harmonic, moduli, stress.free_strain)
        for boundary, support in stress.foundation.items():
            foundation_blocks(model, boundary, support, blocks, load)
        self.complement = complement(model, c, given, blocks, load, every)
        values = self.element_values(stress.u_um.ravel())
        self.residual = self.complement.gather(load) - self.complement.test(values)

    def block_rows(self, elements: np.ndarray) -> np.ndarray:
        """(:, 10 c, 10 c) stiffness of some elements, quadratic and cubic functions."""
        stress, moduli = self.stress, (self._state.young, self._state.poisson)
        return elastic_blocks(
            self.model, elements, self._count, stress.harmonic, moduli, stress.free_strain, 0
        )[0]

    # ------------------------------------------------------------------ tractions

    def densities(self, line: InterfaceLine, side: str) -> Densities:
        """Each part of the traction on the outline of one side, MPa."""
        key = (line.a, line.b, side)
        if key not in self._known:
            self._known[key] = self._densities(line, side)
        return self._known[key]

    def _side(self, region: str) -> tuple[np.ndarray, ...]:
        """What the elements of one side feel: at nodes, and on the functions of facets.

        (nodes, c) and (facets, c) of the solution, then of the improved one, uN.
        """
        if region in self._felt:
            return self._felt[region]
        model, c, stress = self.model, self._count, self.stress
        elements = model.elements(region)
        force = stress.nodal_forces(elements)
        e_v, e_w = self.correction
        values = self.element_values(stress.u_um.ravel())
        facets, nothing = model.mesh.nfacets, np.zeros_like(e_w)
        _, own = self.complement.side_residual(values, nothing, elements, facets)
        more, better = self.complement.side_residual(values + e_v, e_w, elements, facets)
        added = np.zeros((model.node_count, c))
        added[model.nodes.T] = e_v.reshape(-1, 6, c)
        moduli, nowhere = (self._state.young, self._state.poisson), 0.0 * stress.free_strain
        improved = (
            force
            + self.assemble(more).reshape(-1, c)
            + forces_of(model, stress.harmonic, added, elements, moduli, nowhere)
        )
        self._felt[region] = force, own, improved, better
        return self._felt[region]

    def _densities(self, line: InterfaceLine, side: str) -> Densities:
        stress, region = self.stress, line.region(side)
        force, own, improved, better = self._side(region)
        elements = self.model.elements(region)
        outlines = (
            OutlinePart(*outline, zero, self.model.mesh.nvertices)
            for outline, zero in zip(
                stress.outlines(line, elements), self._parts.zero_on_axis, strict=True
            )
        )
        return tuple(
            part.density((force @ row, own @ row), (improved @ row, better @ row))
            for part, row in zip(outlines, _sign(side) * self._parts.to_parts, strict=True)
        )

    def _goals(self, line: InterfaceLine, side: str) -> OutlineGoals:
        """Means of tractions on one side of a line."""
        key = (line.a, line.b, side)
        if key not in self._sides:
            parts = [density.part for density in self.densities(line, side)]
            elements = self.model.elements(line.region(side))
            rows = _sign(side) * self._parts.to_parts
            self._sides[key] = OutlineGoals(self, elements, parts, rows)
        return self._sides[key]

    def traction_change(self, line: InterfaceLine, side: str) -> np.ndarray:
        """(3, m, 4) improved traction less that of the state, cubic on facets, MPa."""
        key = (line.a, line.b, side)
        if key not in self._changes:
            changes = np.array([density.change for density in self.densities(line, side)])
            out = np.zeros((3, *changes.shape[1:]))
            out[self._parts.components] = np.tensordot(self._parts.from_parts, changes, 1)
            self._changes[key] = out
        return self._changes[key]

    def _of_parts(self, weights: np.ndarray, direction: np.ndarray) -> list[np.ndarray]:
        """Weights (m, 4) of each part in a mean of the traction along a direction."""
        along = direction[self._parts.components]
        return [(column @ along)[:, None] * weights for column in self._parts.from_parts.T]

    def traction_goal(
        self, line: InterfaceLine, side: str, weights: np.ndarray, direction: np.ndarray
    ) -> Goal:
        """Sum over facets of weights times the traction along a direction (3, m), r, t, z.

        ``weights`` (m, 4) are those of :meth:`InterfaceLine.window_weights`.
        """
        return self._goals(line, side).goal(self._of_parts(weights, direction))

    def traction_ends(
        self, line: InterfaceLine, side: str, weights: np.ndarray, direction: np.ndarray
    ) -> Ends:
        """What the window's ends add to the error of that."""
        parts = zip(self.densities(line, side), self._of_parts(weights, direction), strict=True)
        return ends(line, side, weights, list(parts))

    # ------------------------------------------------------------------ stresses, forces

    def stress_change(self, sample: Sample) -> np.ndarray:
        """Stress that the cubic space adds at sample points, shaped as the harmonic's.

        Unscaled: a largest principal stress rises with every fluctuation of the field, so that a
        rougher one would hide what is gained.
        """
        n, at = self.stress.harmonic, self.functions(sample)
        along_r, along_z, over_r = at.of_field(*self.unscaled_correction)
        hoop = over_r[0]
        strain = [along_r[0], along_z[-1], hoop, along_z[0] + along_r[-1]]
        if self._count == 3:
            turned = over_r[1]
            strain[2] = hoop + n * turned
            strain.append(along_r[1] - turned - n * hoop)
            strain.append(along_z[1] - n * over_r[2])
        return self._stress_of(sample, np.array(strain))

    def stress_goal(self, sample: Sample, of_stress: np.ndarray) -> Goal:
        """Sum over sample points of ``of_stress``, shaped as the harmonic's stress, times that."""
        n, zero = self.stress.harmonic, np.zeros(len(sample.element))
        rr, zz, tt, rz, *around = self._stress_of(sample, of_stress * sample.weight)
        # by component of displacement, what its d/dr, d/dz and 1/r are weighed with
        weights = [(rr, rz, tt), (rz, zz, zero)]
        if around:
            rt, tz = around
            weights = [(rr, rz, tt - n * rt), (rt, tz, n * tt - rt), (rz, zz, -n * tz)]
        return self.point_goal(self.functions(sample), np.array(weights).swapaxes(0, 1))

    def _stress_of(self, sample: Sample, strain: np.ndarray) -> np.ndarray:
        """Stress of (4 or 6, N) strains rr, zz, tt, shear ones engineering; D is symmetric."""
        young, poisson, _ = self._state.at(sample.element, sample.x, sample.y)
        lam = young * poisson / ((1 + poisson) * (1 - 2 * poisson))
        mu = young / (2 * (1 + poisson))
        out = mu * strain
        out[:3] *= 2.0
        out[:3] += lam * strain[:3].sum(axis=0)
        return out

    def reaction_goal(self, boundary: str) -> Goal:
        """Force in x, uN, that a rigidly held or moved boundary exerts on the body; n = 1 only.

        The work of the state on the elements at the boundary when it alone is shifted by 1 in x.
        """
        model = self.model
        test = np.zeros((model.node_count, 3))
        nodes = model.boundary_nodes(boundary)
        test[nodes] = 0.5, -0.5, 0.0
        elements = elements_at(model, np.arange(model.mesh.nelements), nodes)
        own = np.zeros((model.mesh.nfacets, 3, 1))
        quadratic, cubic = OneSided(self, elements).work(test[:, :, None], own)
        return Goal.of(quadratic[:, 0], cubic[:, 0])


def _held_ends(model: Model, given: np.ndarray) -> np.ndarray:
    """(vertices,) mask of where what is held of the outline ends on a smooth face, off the axis.

    Displacements grow with the root of the distance there, as on a face that is partly bonded:
    around the cap of a reflowed bump, say. At a kink of the outline they do not.

    Parameters
    ----------
    given
        (facets, components) mask of what is given; held is a facet on which every component is.
    """
    outline = np.nonzero(model.mesh.f2t[1] == -1)[0]
    held = given[outline].all(axis=1)
    count = [
        np.bincount(model.mesh.facets[:, facets].ravel(), minlength=model.mesh.nvertices)
        for facets in (outline[held], outline[~held])
    ]
    ends: np.ndarray = (count[0] > 0) & (count[1] > 0) & (model.points_um[0] > 0)
    return ends & ~corner_vertices(model) if ends.any() else ends


def _sign(side: str) -> float:
    return -1.0 if side == "a" else 1.0
