"""Errors of jumps across contacts and of the heat set free there: functionals of a flow.

A mean of the jump is linear in the potential. Heat is not; its functional is the derivative,

    2 integral of [phi] [v] / rc,

and its change by the improved solution is taken as it is. Above harmonic 0 both are sums over the
harmonics, as :mod:`fem_bump.accuracy.current_estimates` has them.
"""

from __future__ import annotations

import numpy as np

from fem_bump.accuracy.current_estimates import CurrentEstimator, FlowEstimates
from fem_bump.accuracy.functionals import Functional, Goal
from fem_bump.conduction.contact_jumps import ContactJumps


def jump_mean(
    flows: FlowEstimates, jumps: ContactJumps, weights: np.ndarray, factors: np.ndarray
) -> Functional:
    """Mean of the jump with weights (m, 4) along the line; factors (harmonics,) of states in it."""
    mine = flows.sampled_factors(factors)
    return Functional(
        {
            state: _goal(estimator, jumps, factor * weights[jumps.rows])
            for state, (estimator, factor) in enumerate(zip(flows.estimators, mine, strict=True))
            if factor != 0.0
        }
    )


def jump_change(flows: FlowEstimates, jumps: ContactJumps, factors: np.ndarray) -> np.ndarray:
    """(m, 4) what the improved solution adds to the jump, V, cubic on facets."""
    mine = flows.sampled_factors(factors)
    out = np.zeros((len(jumps.line.facets), 4))
    for estimator, factor in zip(flows.estimators, mine, strict=True):
        if factor != 0.0:
            out[jumps.rows] += factor * _change(estimator, jumps)
    return out


def heat(flows: FlowEstimates, jumps: ContactJumps) -> tuple[Functional, float]:
    """The heat linearized, W, and its change by the improved solution; no films off the centre."""
    flow = flows.current
    assert flow.films_off_centre is None
    numbers = flow.numbers
    squares = np.where(numbers > 0, 0.5, 1.0) * flow.state_factors(len(numbers) - 1) ** 2
    goals, change = {}, 0.0
    for state, (estimator, factor) in enumerate(
        zip(flows.estimators, flows.sampled_factors(squares), strict=True)
    ):
        jump = jumps.along(jumps.system.gathered(estimator.state.local_phi_v))[jumps.rows]
        slope = 2 * factor * np.einsum("pij,pj->pi", jumps.mass[:, :, :3], jump)
        goals[state] = _goal(estimator, jumps, slope)
        more = _change(estimator, jumps)
        change += float((slope * more).sum())
        change += factor * float(np.einsum("pi,pij,pj->", more, jumps.mass, more))
    return Functional(goals), change


def _goal(estimator: CurrentEstimator, jumps: ContactJumps, weights: np.ndarray) -> Goal:
    """Sum of weights (p, 4) times the jump at start, end, midpoint of facets and its cubic part."""
    weights = jumps.sign[:, None] * weights
    weights[jumps.flipped] = weights[jumps.flipped][:, [1, 0, 2, 3]] * [1.0, 1.0, 1.0, -1.0]
    both = np.hstack([weights[:, :3], -weights[:, :3]])
    unknowns = jumps.system.contact_unknowns[jumps.places]
    quadratic = np.bincount(unknowns.ravel(), both.ravel(), estimator.unknown_count)
    count = estimator.complement.count
    own = jumps.system.contact_facets[jumps.places]
    other = count - len(jumps.system.contact_facets) + jumps.places
    cubic = np.bincount(own, weights[:, 3], count) - np.bincount(other, weights[:, 3], count)
    return Goal.of(quadratic, cubic)


def _change(estimator: CurrentEstimator, jumps: ContactJumps) -> np.ndarray:
    """(p, 4) what the improved solution of a state adds to the jump on each facet."""
    quadratic, cubic = estimator.correction
    system, complement = jumps.system, estimator.complement
    facets = system.contact_facets[jumps.places]
    own = []
    for elements in system.owner[:, facets]:
        local = (complement.facet[elements] == facets[:, None]).argmax(axis=1)
        k = np.arange(len(facets))
        own.append((cubic[elements] * complement.sign[elements])[k, local])
    jump = jumps.sign * (own[0] - own[1]) * np.where(jumps.flipped, -1.0, 1.0)
    along = jumps.along(system.gathered(quadratic))[jumps.rows]
    return np.hstack([along, jump[:, None]])
