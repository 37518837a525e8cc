"""Dual-weighted residuals: goals are the numbers, estimates see the error, sizes serve them.

- A goal of a window mean, of a point value, of the resistance equals the number itself: for a load
  without thermal strain it is linear in the unknowns.
- The complement is blind to what quadratic elements hold exactly.
- The estimate is the error: cubic space against a mesh refined twice.
- Sizes: equal shares stay, the multipliers forget numbers that are good enough, slopes are limited.
"""

import numpy as np
import pytest
from fem_bump.adaptivity import (
    CurrentEstimator,
    StressEstimator,
    corner_factor,
    corner_vertices,
)
from numpy.testing import assert_allclose
from skfem import MeshTri

from fem_bump import InputError, Material, Model, current_flow, thermal_stress
from fem_bump.averages import disc, principal_gradient, principal_max, sample_region
from fem_bump.element_sizes import GRADATION, size_ratios, vertex_sizes
from fem_bump.recovery import Recovery, recover

SOFT = Material("soft", 10e3, 0.3, 20e-6, conductivity_s_per_m=1e7)
STIFF = Material("stiff", 100e3, 0.25, 5e-6, conductivity_s_per_m=5e7)


def post_on_plate(n=3):
    """A stiff post of radius 1 on a soft plate of radius 2, both 1 high."""
    r, z = np.linspace(0, 2, 4 * n + 1), np.linspace(0, 2, 4 * n + 1)
    mesh = MeshTri.init_tensor(r, z)
    centre = mesh.p[:, mesh.t].mean(axis=1)
    mesh = mesh.restrict(np.nonzero((centre[1] < 1) | (centre[0] < 1))[0])
    return mesh.with_subdomains(
        {"plate": lambda x: x[1] < 1, "post": lambda x: x[1] > 1}
    ).with_boundaries(
        {"bottom": lambda x: np.isclose(x[1], 0), "top": lambda x: np.isclose(x[1], 2)}
    )


def model_of(mesh):
    return Model(mesh, {"plate": SOFT, "post": STIFF})


def pulled(mesh):
    return thermal_stress(
        model_of(mesh),
        fixed={"bottom": "z"},
        prescribed_um={"top": {"z": 1e-3}},
        keep_factors=True,
    )


def cooled(mesh):
    return thermal_stress(model_of(mesh), delta_t=-100.0, fixed={"bottom": "z"}, keep_factors=True)


def warped(mesh):
    """One material, heated smoothly: only the plate's re-entrant corner is singular."""
    return thermal_stress(
        Model(mesh, {"plate": SOFT, "post": SOFT}),
        delta_t=lambda r, z: 100 * np.sin(5 * r) * np.cos(6 * z),
        fixed={"bottom": "z"},
        keep_factors=True,
    )


def fed(mesh):
    return current_flow(model_of(mesh), 0.1, "bottom", "top", source_kind="flux", keep_factors=True)


def window(line, start=0.3, length=0.4):
    return line.window_weights(start, length)


@pytest.mark.parametrize("side", ["a", "b"])
@pytest.mark.parametrize("direction", ["normal", "tangent"])
def test_traction_goal_is_the_window_mean(side, direction):
    stress = pulled(post_on_plate())
    found = stress.interface("post", "plate", side)
    line, along = found.line, getattr(found.line, direction)
    goal = StressEstimator(stress).traction_goal(line, side, window(line), along)
    density = (found.values * along[:, :, None]).sum(axis=0)
    mean = (window(line)[:, :3] * density).sum()
    # the cubic density's mean is the functional; it differs from the mean by what it adds
    assert_allclose(goal.quadratic @ stress.u_um.ravel() - goal.projected, mean, rtol=1e-9)


@pytest.mark.parametrize("side", ["a", "b"])
def test_flux_goal_is_the_window_mean(side):
    current = fed(post_on_plate())
    found = current.interface("post", "plate", side)
    goal = CurrentEstimator(current).flux_goal(found.line, side, window(found.line))
    phi = np.zeros(len(goal.quadratic))
    system = current.factors.system
    phi[system.unknown_of[system.elements]] = current.local_phi_v[system.elements]
    mean = (window(found.line)[:, :3] * found.values).sum()
    assert_allclose(goal.quadratic @ phi - goal.projected, mean, rtol=1e-9)
    resistance = CurrentEstimator(current).resistance_goal()
    assert_allclose(resistance.quadratic @ phi, current.resistance_ohm, rtol=1e-12)


def test_stress_goal_is_the_mean_over_points():
    stress = pulled(post_on_plate())
    model = stress.model
    sample = sample_region(model, model.elements("plate"), disc(1.0, 0.8, 0.3), False)
    tensor = stress.stress_at(sample.element, sample.x, sample.y)
    goal = StressEstimator(stress).stress_goal(sample, principal_gradient(tensor))
    # a principal stress is homogeneous of degree one: its gradient times the stress is itself
    mean = sample.mean(principal_max(tensor))
    assert_allclose(goal.quadratic @ stress.u_um.ravel(), mean, rtol=1e-9)


def test_density_goal_is_the_mean_over_points():
    current = fed(post_on_plate())
    model = current.model
    sample = sample_region(model, model.elements("plate"), disc(1.0, 0.8, 0.3), True)
    density = current.current_density_at(sample.element, sample.x, sample.y)
    goal = CurrentEstimator(current).density_goal(sample, density / np.hypot(*density))
    phi = np.zeros(len(goal.quadratic))
    system = current.factors.system
    phi[system.unknown_of[system.elements]] = current.local_phi_v[system.elements]
    assert_allclose(goal.quadratic @ phi, sample.mean(np.hypot(*density)), rtol=1e-9)


def test_what_quadratic_elements_hold_has_no_error():
    model = Model(post_on_plate(), {"plate": SOFT, "post": SOFT})
    stress = thermal_stress(
        model, fixed={"bottom": "z"}, prescribed_um={"top": {"z": 0.0}}, delta_t=0.0,
        body_force=None, keep_factors=True,
    )  # fmt: skip
    assert np.abs(StressEstimator(stress).error).max() == 0.0
    # free thermal shrinkage of one material is linear
    free = thermal_stress(model, delta_t=-100.0, fixed={"bottom": "z"}, keep_factors=True)
    estimator = StressEstimator(free)
    assert np.abs(estimator.error).max() < 1e-9 * np.abs(free.u_um).max()


# none begins or ends with a facet, nor next to the corner that the uniform mesh does not resolve
WINDOWS = [(0.05 + 0.07 * k, 0.37) for k in range(5)]


def window_errors(solve, direction):
    """Estimated and true errors of window means along the interface."""
    rough, exact = solve(post_on_plate(2)), solve(post_on_plate(16))
    found, true = rough.interface("post", "plate"), exact.interface("post", "plate")
    estimator = StressEstimator(rough) if solve is not fed else CurrentEstimator(rough)
    goals, errors = [], []
    for place in WINDOWS:
        weights = found.line.window_weights(*place)
        fine = true.line.window_weights(*place)
        if solve is fed:
            goals.append(estimator.flux_goal(found.line, "a", weights))
            values = found.values, true.values
        else:
            along = getattr(found.line, direction)
            goals.append(estimator.traction_goal(found.line, "a", weights, along))
            values = (
                (f.values * getattr(f.line, direction)[:, :, None]).sum(axis=0)
                for f in (found, true)
            )
        rough_mean, exact_mean = (
            (w[:, :3] * v).sum() for w, v in zip((weights, fine), values, strict=True)
        )
        errors.append(exact_mean - rough_mean)
    return np.array([one.signed for one in estimator.errors(goals)]), np.array(errors)


@pytest.mark.parametrize("kind", ["peel", "shear", "flux"])
def test_estimates_of_window_means_are_their_errors(kind):
    solve = fed if kind == "flux" else warped
    estimated, errors = window_errors(solve, "tangent" if kind == "shear" else "normal")
    # some errors nearly cancel; of all of them together the estimates explain most
    assert np.abs(errors - estimated).sum() < 0.5 * np.abs(errors).sum()


def test_estimates_of_a_disc_and_of_the_resistance_are_their_errors():
    rough, exact = warped(post_on_plate(3)), warped(post_on_plate(24))

    def axial(stress):
        model = stress.model
        sample = sample_region(model, model.elements("plate"), disc(1.0, 0.6, 0.3), False)
        return sample, sample.mean(stress.stress_at(sample.element, sample.x, sample.y)[1])

    sample, value = axial(rough)
    of_stress = np.zeros((4, len(sample.weight)))
    of_stress[1] = 1.0
    estimator = StressEstimator(rough)
    (found,) = estimator.errors([estimator.stress_goal(sample, of_stress)])
    assert 0.8 < found.signed / (axial(exact)[1] - value) < 1.2
    assert found.absolute >= abs(found.signed) * (1 - 1e-12)
    # the change at the points is that of the functional
    assert_allclose(sample.mean(estimator.stress_change(sample)[1]), found.signed, rtol=1e-3)
    rough, exact = fed(post_on_plate(3)), fed(post_on_plate(24))
    estimator = CurrentEstimator(rough)
    (found,) = estimator.errors([estimator.resistance_goal()])
    assert 0.8 < found.signed / (exact.resistance_ohm - rough.resistance_ohm) < 1.2


def test_recovery_and_its_transpose_agree():
    stress = cooled(post_on_plate())
    line = stress.interface("post", "plate").line
    elements = line.model.elements("post")
    outline, mine = line.outline(elements, stress.held.reshape(-1, 2)[:, 1])
    rng = np.random.default_rng(0)
    weights, residual = rng.normal(size=(len(mine), 4)), rng.normal(size=line.model.node_count)
    own = rng.normal(size=len(outline.leg))
    recovery = Recovery(outline, zero_on_axis=False)
    density = recovery.density(residual)[mine]
    assert_allclose(density, recover(outline, residual, False)[mine], rtol=1e-12)
    nodal = recovery.weights(weights[:, :3], mine)
    assert_allclose(nodal @ residual, (weights[:, :3] * density).sum(), rtol=1e-9)
    cubic = Recovery(outline, zero_on_axis=False, cubic=True)
    nodal, facets = cubic.cubic_weights(weights, mine)
    density = cubic.cubic_density(residual, own)[mine]
    assert_allclose(nodal @ residual + facets @ own, (weights * density).sum(), rtol=1e-9)


def test_corners_are_where_materials_or_outlines_turn():
    model = model_of(post_on_plate())
    found = model.points_um[:, corner_vertices(model)].T
    expected = {(1.0, 1.0), (2.0, 0.0), (2.0, 1.0), (1.0, 2.0)}
    assert {tuple(map(float, point)) for point in found.round(9)} == expected
    assert_allclose(corner_factor(0.5), 1 / (1 - (2 / 3) ** 2), rtol=1e-12)


def test_sizes_answer_the_numbers_that_miss():
    model = model_of(post_on_plate())
    n = model.mesh.nelements
    nowhere = np.zeros(model.mesh.nvertices, dtype=bool)
    even = np.full((1, n), 1 / n)
    ratios = size_ratios(model, even, np.array([1 / 16]), nowhere, 4.0)
    assert_allclose(ratios, 0.5, rtol=1e-3)
    # a second number that is good enough by far changes nothing
    both = np.vstack([even, np.eye(1, n)])
    again = size_ratios(model, both, np.array([1 / 16, 1e6]), nowhere, 4.0)
    assert_allclose(again, ratios, rtol=1e-3)
    # halving elements around a corner is cheap, and done first
    corners = corner_vertices(model)
    at_corner = corners[model.triangles].any(axis=0)
    with_corner = size_ratios(model, even, np.array([1 / 16]), corners, 4.0)
    assert with_corner[at_corner].mean() < with_corner[~at_corner].min()


def test_size_slopes_are_limited():
    model = model_of(post_on_plate())
    ratios = np.ones(model.mesh.nelements)
    ratios[0] = 1e-3
    corners = np.zeros(model.mesh.nvertices, dtype=bool)
    size = vertex_sizes(model, ratios, corners, 10.0)
    ends = model.mesh.facets
    length = np.hypot(*(model.points_um[:, ends[1]] - model.points_um[:, ends[0]]))
    assert (np.abs(np.diff(size[ends], axis=0)[0]) <= GRADATION * length * (1 + 1e-12)).all()
    assert size.max() <= 10.0


def test_estimates_need_factors_and_perfect_contacts():
    mesh = post_on_plate()
    with pytest.raises(InputError, match="keep_factors"):
        StressEstimator(thermal_stress(model_of(mesh), delta_t=-1.0, fixed={"bottom": "z"}))
    resistive = current_flow(
        model_of(mesh),
        0.1,
        "bottom",
        "top",
        source_kind="flux",
        contact_resistivity_ohm_m2={"post/plate": 1e-12},
        keep_factors=True,
    )
    with pytest.raises(InputError, match="contact resistivity"):
        CurrentEstimator(resistive)
