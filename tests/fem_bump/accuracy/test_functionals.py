"""Functionals are the numbers: linear in the unknowns, on the mesh that is reported.

- A goal of a window mean, of a point value, of the resistance equals the number itself: for a load
  without thermal strain it is linear in the unknowns.
- The same for single harmonics of the angle, for sums over them, and for a force.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from two_materials import (
    fed,
    fed_through_arc,
    in_section,
    model_of,
    post_on_plate,
    resisted,
    shifted,
)

from fem_bump import Material, Model, thermal_stress
from fem_bump.accuracy.current_estimates import FlowEstimates
from fem_bump.accuracy.stress_estimates import StressEstimator
from fem_bump.interfaces.averages import disc, principal_gradient, principal_max, sample_region
from fem_bump.interfaces.recovery import Recovery, recover
from fem_bump.verification.grids import grid


def pulled(mesh):
    return thermal_stress(
        model_of(mesh),
        fixed={"bottom": "z"},
        prescribed_um={"top": {"z": 1e-3}},
        keep_factors=True,
    )


def cooled(mesh):
    return thermal_stress(model_of(mesh), delta_t=-100.0, fixed={"bottom": "z"}, keep_factors=True)


def window(line, start=0.3, length=0.4):
    return line.window_weights(start, length)


@pytest.mark.parametrize("side", ["a", "b"])
@pytest.mark.parametrize("direction", ["normal", "tangent"])
def test_traction_goal_is_the_window_mean(side, direction):
    stress = pulled(post_on_plate())
    found = stress.interface("post", "plate", side)
    line, along = found.line, in_section(getattr(found.line, direction))
    estimator = StressEstimator(stress.part(0))
    goal = estimator.traction_goal(line, side, window(line), along)
    ends = estimator.traction_ends(line, side, window(line), along)
    density = (found.amplitudes[0] * along[:, :, None]).sum(axis=0)
    mean = (window(line)[:, :3] * density).sum()
    # the cubic density's mean is the functional; it differs from the mean by what it adds
    assert_allclose(goal.quadratic @ stress.u_um.ravel() - ends.projected, mean, rtol=1e-9)


@pytest.mark.parametrize("side", ["a", "b"])
def test_traction_goal_of_a_harmonic_is_the_window_mean(side):
    stress = shifted(post_on_plate()).part(1)
    line = stress.interface("post", "plate", side).line
    values = stress.tractions(line, side)
    estimator = StressEstimator(stress)
    for along in np.random.default_rng(0).normal(size=(3, 3)):
        direction = np.repeat(along[:, None], len(line.facets), axis=1)
        goal = estimator.traction_goal(line, side, window(line), direction)
        ends = estimator.traction_ends(line, side, window(line), direction)
        mean = (window(line)[:, :3] * np.tensordot(along, values, 1)).sum()
        assert_allclose(goal.quadratic @ stress.u_um.ravel() - ends.projected, mean, rtol=1e-9)


@pytest.mark.parametrize("side", ["a", "b"])
@pytest.mark.parametrize("solve", [fed, resisted, fed_through_arc])
def test_flux_functional_is_the_window_mean(solve, side):
    current = solve(post_on_plate())
    found = current.interface("post", "plate", side)
    flows = FlowEstimates(current)
    # of harmonics that are estimated nothing is interpolated
    factors = np.zeros(flows.sampled[-1] + 1)
    factors[flows.sampled] = 1.0 + np.arange(len(flows.sampled))
    functional = flows.flux_window(found.line, side, (0.3, 0.4), factors)
    total = -functional.ends.projected
    for k, goal in functional.goals.items():
        local = flows.estimators[k].state.local_phi_v
        total += goal.quadratic @ flows.system.gathered(local)
    amplitudes = found.axisymmetric.values[None]
    if solve is fed_through_arc:
        n = np.arange(len(factors))
        amplitudes = found.amplitudes[: len(n)] / current.arcs.source_factor(n)[:, None, None]
    density = np.tensordot(factors, amplitudes, 1)
    assert_allclose(total, (window(found.line)[:, :3] * density).sum(), rtol=1e-9)


def test_resistance_functional_is_the_resistance():
    for solve in (fed, resisted):
        current = solve(post_on_plate())
        flows = FlowEstimates(current)
        goal = flows.resistance().goals[0]
        phi = flows.system.gathered(current.local_potential_v())
        assert_allclose(goal.quadratic @ phi, current.resistance_ohm, rtol=1e-12)


def test_stress_goal_is_the_mean_over_points():
    stress = pulled(post_on_plate())
    model = stress.model
    sample = sample_region(model, model.elements("plate"), disc(1.0, 0.8, 0.3), False)
    tensor = stress.stress_at(sample.element, sample.x, sample.y)
    goal = StressEstimator(stress.part(0)).stress_goal(sample, principal_gradient(tensor))
    # a principal stress is homogeneous of degree one: its gradient times the stress is itself
    mean = sample.mean(principal_max(tensor))
    assert_allclose(goal.quadratic @ stress.u_um.ravel(), mean, rtol=1e-9)


def test_stress_goal_of_a_harmonic_is_the_mean_over_points():
    stress = shifted(post_on_plate()).part(1)
    model = stress.model
    sample = sample_region(model, model.elements("plate"), disc(1.0, 0.8, 0.3), False)
    tensor = stress.stress_at(sample.element, sample.x, sample.y)
    goal = StressEstimator(stress).stress_goal(sample, principal_gradient(tensor))
    mean = sample.mean(principal_max(tensor))
    assert_allclose(goal.quadratic @ stress.u_um.ravel(), mean, rtol=1e-9)


def test_reaction_goal_is_the_force():
    for stiffness in (None, 1e4):
        stress = shifted(post_on_plate(), stiffness).part(1)
        goal = StressEstimator(stress).reaction_goal("bottom")
        force = stress.reaction_un("bottom")
        assert_allclose(goal.quadratic @ stress.u_um.ravel(), force, rtol=1e-9)


def test_density_goal_is_the_mean_over_points():
    current = fed(post_on_plate())
    model, flows = current.model, FlowEstimates(current)
    sample = sample_region(model, model.elements("plate"), disc(1.0, 0.8, 0.3), True)
    r, z = current.current_density_at(sample.element, sample.x, sample.y)
    size = np.hypot(r, z)
    goal = flows.estimators[0].density_goal(sample, np.array([r, 0 * r, z]) / size)
    phi = flows.system.gathered(current.local_potential_v())
    assert_allclose(goal.quadratic @ phi, sample.mean(size), rtol=1e-9)


def test_recovery_and_its_transpose_agree():
    stress = cooled(post_on_plate())
    line = stress.interface("post", "plate").line
    elements = line.model.elements("post")
    outline, mine = line.outline(elements, stress.part(0).held[:, 1])
    rng = np.random.default_rng(0)
    weights = rng.normal(size=(len(line.facets), 4))
    residual = rng.normal(size=line.model.node_count)
    own = rng.normal(size=len(outline.leg))
    recovery = Recovery(outline, zero_on_axis=False)
    density = mine.taken(recovery.density(residual))
    assert_allclose(density, mine.taken(recover(outline, residual, False)), rtol=1e-12)
    turned = mine.turned(weights)
    nodal = recovery.weights(turned[:, :3], mine.where)
    assert_allclose(nodal @ residual, (weights[:, :3] * density).sum(), rtol=1e-9)
    cubic = Recovery(outline, zero_on_axis=False, cubic=True)
    nodal, facets = cubic.cubic_weights(turned, mine.where)
    density = mine.taken(cubic.cubic_density(residual, own))
    assert_allclose(nodal @ residual + facets @ own, (weights * density).sum(), rtol=1e-9)


def test_a_disc_that_is_cut_at_the_axis_has_no_points_on_it():
    mesh = grid(np.linspace(0.0, 2.0, 9), np.linspace(0.0, 2.0, 9), {"plate": (0, 2, 0, 2)})
    model = Model(mesh, {"plate": Material("m", 70e3, 0.3, 0.0, 1e7)})
    sample = sample_region(model, model.elements("plate"), disc(0.7, 1.0, 0.9), False)
    r, _ = model.position_um(sample.element, sample.x, sample.y)
    assert r.min() > 0 and sample.weight.min() > 0
    assert_allclose(sample.weight.sum(), 1.0, rtol=1e-13)
