"""Errors of numbers of a flow of current.

Goals are J.n in a window, J at points, the resistance; what they share with elasticity is in
:mod:`fem_bump.accuracy.estimates`. Every harmonic of it is a state. A number is a sum over
all of them, but above 0 the error of a unit response is a smooth function of n: it is estimated
for some harmonics, densely spaced where n is small, and interpolated linearly between them, which
only changes the factors of those that are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from fem_bump.accuracy.complement_blocks import conduction_blocks
from fem_bump.accuracy.cubic_complement import complement
from fem_bump.accuracy.estimates import Estimator
from fem_bump.accuracy.film_estimates import FilmAdjoints
from fem_bump.accuracy.functionals import Functional, Goal
from fem_bump.accuracy.outline_densities import OutlineDensity, OutlinePart, ends
from fem_bump.accuracy.outline_goals import OutlineGoals
from fem_bump.algebra.harmonics import Interval, angle_means
from fem_bump.algebra.quadrature import facet_mass
from fem_bump.conduction.flow import CurrentFlow
from fem_bump.conduction.flux_densities import flux_outline
from fem_bump.conduction.system import PER_UM, ConductionState, ConductionSystem, nodal_fluxes
from fem_bump.errors import InputError
from fem_bump.interfaces.averages import Sample
from fem_bump.interfaces.line import InterfaceLine

GROWTH = 1.3  # of the distance between harmonics whose error is estimated


class CurrentEstimator(Estimator):
    """Errors of numbers of one harmonic of a flow, per unit amplitude of its source.

    Parameters
    ----------
    flow
        Whose terminals they are; without distributed source.
    state
        The harmonic's.
    blocks
        As :func:`conduction_blocks` has them.
    alike
        That of another harmonic of the same number, whose matrices it shares.
    """

    def __init__(
        self,
        flow: CurrentFlow,
        state: ConductionState,
        blocks: np.ndarray,
        alike: CurrentEstimator | None = None,
    ) -> None:
        system = flow.system
        self.flow, self.state, self.system, self.model = flow, state, system, flow.model
        self.factors, self.unknown_count = state.unknowns, system.count
        self.unknown_of = system.unknown_of
        self.terminal_ends = _terminal_ends(system)
        self.split = system.contact_facets, system.owner[1, system.contact_facets]
        self._sides: dict[tuple[str, str, str], OutlineGoals] = {}
        if alike is None:
            self._assemble(blocks)
        else:
            self.complement, self.coupling = alike.complement, alike.coupling
            self._sides = alike._sides
        fed = self._fed(state.source_a, state.sink_a)
        self.residual = fed - self.coupling @ system.gathered(state.local_phi_v)

    def _assemble(self, blocks: np.ndarray) -> None:
        """What the cubic space adds to the matrices of a number."""
        model, elements = self.model, self.system.elements
        # the potential is given or the same all along a terminal: nothing to add there
        vanishes = np.zeros((model.mesh.nfacets, 1), dtype=bool)
        unknown = self.unknown_of[elements][:, 3:]
        given = self.state.unknowns.given
        vanishes[model.mesh.t2f[:, elements].T[given[unknown]], 0] = True
        square = float(self.state.harmonic**2)
        whole = blocks[0] + square * blocks[1]
        load = np.zeros((len(elements), 4))
        self.complement = complement(model, 1, vanishes, whole, load, elements, self.split)
        self._add_contacts()

    def _add_contacts(self) -> None:
        """What a jump across contacts adds to the blocks, both sides' functions against all."""
        system, model = self.system, self.model
        facets = system.contact_facets
        if len(facets) == 0:
            return
        own = np.array([facets, model.mesh.nfacets + model.mesh.nelements + np.arange(len(facets))])
        points = model.node_points_um[:, model.facet_nodes(facets)]
        mass = facet_mass(points, cubic=True) * system.contact_conductance[:, None, None]
        jump = np.array([1.0, -1.0])
        among = jump[:, None] * jump * mass[:, 3, 3][:, None, None]
        # unknowns of the first side's three nodes, then of the other's
        across = jump[:, None] * (jump[:, None] * mass[:, None, 3, :3]).reshape(-1, 1, 6)

        def sparse(values: np.ndarray, columns: np.ndarray, width: int) -> sp.csr_matrix:
            rows = np.broadcast_to(own.T[:, :, None], values.shape)
            at = np.broadcast_to(columns[:, None, :], values.shape)
            shape = self.complement.count, width
            return sp.csr_matrix((values.ravel(), (rows.ravel(), at.ravel())), shape)

        count = self.complement.count
        self.complement = self.complement.with_matrix(sparse(among, own.T, count))
        contacts = sparse(across, system.contact_unknowns, system.count)
        self.coupling = self.complement.assembled(self.unknown_of, system.count) + contacts

    def _fed(self, source_a: float, sink_a: float) -> np.ndarray:
        """What uniform flux through the terminals does to the functions of their facets."""
        model, out = self.model, np.zeros(self.complement.count)
        left_out = np.ones(len(out), dtype=bool)
        left_out[self.complement.local[self.complement.local >= 0]] = False
        for name, into in (
            (self.flow.source, source_a),
            (self.flow.sink, -sink_a),
        ):
            facets = self.system.terminals[name]
            mass = facet_mass(model.node_points_um[:, model.facet_nodes(facets)], cubic=True)
            out[facets] += into * mass[:, 3, :3].sum(axis=1) / mass[:, :3, :3].sum()
        out[left_out] = 0.0
        return out

    def density(self, line: InterfaceLine, side: str, part: OutlinePart) -> OutlineDensity:
        """J.n on the outline of one side, A/um^2."""
        model, phi = self.model, self.state.local_phi_v
        elements, sign = self._elements(line, side), _sign(side)
        e_v, e_w = self.correction
        facets = model.mesh.nfacets
        flux = self._nodal_fluxes(phi, elements)
        _, own = self.complement.side_residual(phi, np.zeros_like(e_w), elements, facets)
        more, better = self.complement.side_residual(phi + e_v, e_w, elements, facets)
        improved = self._nodal_fluxes(phi + e_v, elements)
        improved += np.bincount(model.nodes.T.ravel(), more.ravel(), model.node_count)
        return part.density((sign * flux, sign * own[:, 0]), (sign * improved, sign * better[:, 0]))

    def _elements(self, line: InterfaceLine, side: str) -> np.ndarray:
        return self.system.elements_of(line.region(side))

    def _nodal_fluxes(self, phi: np.ndarray, elements: np.ndarray) -> np.ndarray:
        """(nodes,) what a potential (elements, 6) does at the nodes of some elements, A."""
        n = np.array([self.state.harmonic])
        return nodal_fluxes(self.model, elements, phi[None], n, self.system.conductivity)[:, 0]

    def block_rows(self, elements: np.ndarray) -> np.ndarray:
        """(:, 10, 10) conductance of some elements, quadratic and cubic functions."""
        blocks = conduction_blocks(self.model, elements, self.system.conductivity * PER_UM, 0)
        return blocks[0] + float(self.state.harmonic**2) * blocks[1]

    def window_goal(
        self, line: InterfaceLine, side: str, part: OutlinePart, weights: np.ndarray
    ) -> Goal:
        """Sum over the facets of weights (m, 4) times J.n on one side of a line."""
        key = (line.a, line.b, side)
        if key not in self._sides:
            sign = np.array([[_sign(side)]])
            self._sides[key] = OutlineGoals(self, self._elements(line, side), (part,), sign)
        return self._sides[key].goal((weights,))

    def density_change(self, sample: Sample) -> np.ndarray:
        """(3, N) amplitudes of J r, theta, z that the cubic space adds, A/um^2.

        That around the axis is given over n, and goes with n sin(n theta).
        """
        along_r, along_z, over_r = self.functions(sample).of_field(*self.correction)[:, 0]
        s = self.system.conductivity_at(sample.element, sample.x, sample.y) * PER_UM
        return s * np.array([-along_r, over_r, -along_z])

    def density_goal(self, sample: Sample, of_density: np.ndarray) -> Goal:
        """Sum over sample points of ``of_density`` (3, N) times those amplitudes."""
        s = self.system.conductivity_at(sample.element, sample.x, sample.y) * PER_UM * sample.weight
        r, t, z = s * of_density
        return self.point_goal(self.functions(sample), np.array([-r, -z, t])[:, None])

    def entry_goal(self) -> Goal:
        """Mean potential of the source, less that of the sink where that takes a uniform flux."""
        flow, system, state = self.flow, self.system, self.state
        mean = system.mean_weights(flow.source)
        if state.harmonic == 0:
            mean = mean - system.mean_weights(flow.sink)
        return Goal.of(mean, self._fed(1.0, 1.0 if state.harmonic == 0 else 0.0))


class FlowEstimates:
    """Estimators of the harmonics of a flow, and numbers as sums over them.

    Parameters
    ----------
    current
        Solved with ``keep_factors``; without distributed source.

    Attributes
    ----------
    sampled
        Which harmonics are estimated: 0, and of those above it the first, second and so on. With
        films off the centre the first two thirds of all that these were solved with; numbers that
        more go into have an error as large as if those did not.

    Raises
    ------
    InputError
        Without factors, or with a distributed source.
    """

    def __init__(self, current: CurrentFlow) -> None:
        plane = current.plane
        if plane.unknowns is None or plane.current_source is not None:
            raise InputError("an error estimate needs keep_factors=True and no distributed source")
        self.current, self.model = current, current.model
        self.system = current.system
        films = current.films_off_centre
        # what films couple is no smooth function of n: none is left out in between
        self.sampled = (
            np.arange(films.count_up_to(films.fewer) + 1)
            if films is not None
            else _sampled(max(current.solved, len(current.numbers) - 1))
        )
        states = [current.state(k) for k in self.sampled.tolist()]
        conductivity = self.system.conductivity * PER_UM
        blocks = conduction_blocks(self.model, self.system.elements, conductivity)
        first: dict[int, CurrentEstimator] = {}  # of each number
        self.estimators = []
        for state in states:
            one = CurrentEstimator(current, state, blocks, first.get(state.harmonic))
            first.setdefault(state.harmonic, one)
            self.estimators.append(one)
        if films is not None:
            together = FilmAdjoints(films, self.estimators[0].complement.count)
            for estimator, residual in zip(self.estimators, together.residuals(), strict=True):
                estimator.residual = estimator.residual - residual
                estimator.together = together
        self._known: dict[tuple[str, str, str], tuple[OutlineDensity, ...]] = {}
        self._combined: dict[tuple[str, str, str, bytes], OutlineDensity] = {}

    @property
    def corners(self) -> np.ndarray:
        """(vertices,) mask of where fields may be singular."""
        return self.estimators[0].corners

    def angle_factors(self, theta_deg: Interval, harmonics: int) -> np.ndarray:
        """(harmonics + 1,) factors of the states in a mean over an interval of theta."""
        n, phase = self.current.harmonics_up_to(harmonics)
        return self.current.state_factors(harmonics) * angle_means(n, theta_deg, phase)[0]

    def sampled_factors(self, factors: np.ndarray) -> np.ndarray:
        """(sampled, ...) factors of the estimated harmonics from those of all (harmonics, ...)."""
        if self.current.films_off_centre is not None:
            factors = factors[: len(self.sampled)]
        out = np.zeros((len(self.sampled), *factors.shape[1:]))
        place = np.interp(np.arange(len(factors)), self.sampled, np.arange(len(self.sampled)))
        low = np.minimum(place.astype(np.int64), len(self.sampled) - 1)
        high = np.minimum(low + 1, len(self.sampled) - 1)
        share = (place - low).reshape(-1, *(1,) * (factors.ndim - 1))
        np.add.at(out, low, (1 - share) * factors)
        np.add.at(out, high, share * factors)
        return out

    def flux_window(
        self,
        line: InterfaceLine,
        side: str,
        window: tuple[float, float],
        factors: np.ndarray,
    ) -> Functional:
        """Mean of J.n over a window (start, length), um.

        ``factors`` (harmonics,) are those of the harmonics in the mean.
        """
        mine = self.sampled_factors(factors)
        weights = line.window_weights(*window)
        densities = self._densities(line, side)
        goals = {
            state: estimator.window_goal(line, side, density.part, weights).times(mine[state])
            for state, (estimator, density) in enumerate(
                zip(self.estimators, densities, strict=True)
            )
            if mine[state] != 0.0
        }
        whole = self._whole(line, side, mine)
        return Functional(goals, ends(line, side, weights, [(whole, weights)]))

    def flux_change(self, line: InterfaceLine, side: str, factors: np.ndarray) -> np.ndarray:
        """(m, 4) change of J.n, A/um^2, by the improved solution, cubic on facets."""
        return self._whole(line, side, self.sampled_factors(factors)).change

    def _whole(self, line: InterfaceLine, side: str, mine: np.ndarray) -> OutlineDensity:
        """J.n with these factors of the estimated harmonics."""
        key = line.a, line.b, side, mine.tobytes()
        if key not in self._combined:
            densities = self._densities(line, side)
            self._combined[key] = OutlineDensity.combined(densities, mine)
        return self._combined[key]

    def _densities(self, line: InterfaceLine, side: str) -> tuple[OutlineDensity, ...]:
        """J.n of the estimated harmonics on the outline of one side.

        All that vary around the axis share one part of it.
        """
        key = (line.a, line.b, side)
        if key not in self._known:
            outline, mine, _, _ = flux_outline(self.system, line, side)
            # a density that varies around the axis vanishes on it
            vanish = [one.state.harmonic > 0 for one in self.estimators]
            vertices = self.model.mesh.nvertices
            parts = {kind: OutlinePart(outline, mine, kind, vertices) for kind in set(vanish)}
            self._known[key] = tuple(
                one.density(line, side, parts[kind])
                for one, kind in zip(self.estimators, vanish, strict=True)
            )
        return self._known[key]

    def density_mean(self, sample: Sample, of_density: Sequence[np.ndarray]) -> Functional:
        """Sum over sample points of ``of_density``, (3, N) per estimated harmonic, times J."""
        return Functional(
            {
                state: estimator.density_goal(sample, weights)
                for state, (estimator, weights) in enumerate(
                    zip(self.estimators, of_density, strict=True)
                )
            }
        )

    def resistance(self) -> Functional:
        """Difference of the terminals' mean potentials over the current."""
        mine = self.sampled_factors(self.current.entry_factors) / self.current.current_a
        return Functional(
            {
                state: estimator.entry_goal().times(factor)
                for state, (estimator, factor) in enumerate(zip(self.estimators, mine, strict=True))
            }
        )


def _terminal_ends(system: ConductionSystem) -> np.ndarray:
    """(vertices,) mask of where terminals end, off the axis."""
    model = system.model
    out = np.zeros(model.mesh.nvertices, dtype=bool)
    for facets in system.terminals.values():
        found, times = np.unique(model.mesh.facets[:, facets], return_counts=True)
        found = found[times == 1]
        out[found[model.points_um[0, found] > 0]] = True
    return out


def _sampled(count: int) -> np.ndarray:
    """0 and some of 1 to ``count``, ever farther apart, both ends among them."""
    out, step = [0], 1.0
    while out[-1] < count:
        out.append(min(out[-1] + round(step), count))
        step *= GROWTH if out[-1] > 1 else 1.0
    return np.array(out)


def _sign(side: str) -> float:
    return 1.0 if side == "a" else -1.0
