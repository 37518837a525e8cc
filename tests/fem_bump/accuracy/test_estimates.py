"""Dual-weighted residuals: goals are the numbers, estimates see the error, sizes serve them.

- A goal of a window mean, of a point value, of the resistance equals the number itself: for a load
  without thermal strain it is linear in the unknowns.
- The same for single harmonics of the angle, for sums over them, and for a force.
- The complement is blind to what quadratic elements hold exactly.
- The estimate is the error: cubic space against a mesh refined twice.
- Sizes: equal shares stay, the multipliers forget numbers that are good enough, slopes are limited.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from skfem import MeshTri

from fem_bump import InputError, Material, Model, OffCentreFilm, current_flow, thermal_stress
from fem_bump.accuracy.current_estimates import FlowEstimates
from fem_bump.accuracy.element_sizes import GRADATION, size_ratios, vertex_sizes
from fem_bump.accuracy.estimates import corner_factor, corner_vertices, goal_errors
from fem_bump.accuracy.functionals import Functional
from fem_bump.accuracy.stress_estimates import StressEstimator
from fem_bump.interfaces.averages import disc, principal_gradient, principal_max, sample_region
from fem_bump.interfaces.recovery import Recovery, recover
from fem_bump.verification.grids import grid

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


def fed(mesh, **kwargs):
    return current_flow(
        model_of(mesh), 0.1, "bottom", "top", source_kind="flux", keep_factors=True, **kwargs
    )


def fed_through_arc(mesh):
    """Through 60 degrees of the plate's rim."""
    mesh = mesh.with_boundaries({"rim": lambda x: np.isclose(x[0], 2)})
    return current_flow(
        model_of(mesh), 0.1, "rim", "top", source_kind="flux", source_half_angle_deg=30.0,
        keep_factors=True,
    )  # fmt: skip


def resisted(mesh):
    return fed(mesh, contact_resistivity_ohm_m2={"post/plate": 5e-14})


def filmed(mesh):
    """Through the arc, with a film off the axis and out of the arc's middle plane."""
    mesh = mesh.with_boundaries({"rim": lambda x: np.isclose(x[0], 2)})
    return current_flow(
        model_of(mesh), 0.1, "rim", "top", source_kind="flux", source_half_angle_deg=30.0,
        contact_resistivity_ohm_m2={"post/plate": 5e-14}, keep_factors=True, accuracy=0.02,
        off_centre_films=[OffCentreFilm("post/plate", 0.3, 0.6, 2e-12, azimuth_deg=40.0)],
    )  # fmt: skip


def shifted(mesh, stiffness=None):
    """The post's top moves by 1 nm in x, rigidly or through an elastic foundation."""
    return thermal_stress(
        model_of(mesh), fixed={"bottom": "z"}, keep_factors=True,
        lateral_shift_um={"bottom": 0.0, "top": 1e-3},
        counter_stiffness_mpa_per_um=None if stiffness is None else {"top": stiffness},
    )  # fmt: skip


def window(line, start=0.3, length=0.4):
    return line.window_weights(start, length)


def in_section(direction):
    """Components r, t, z of a direction in the section."""
    return np.array([direction[0], 0 * direction[0], direction[1]])


def along_line(found, direction):
    """(m, 3) traction along the line's normal or tangent."""
    along = in_section(getattr(found.line, direction))
    return (found.amplitudes[0] * along[:, :, None]).sum(axis=0)


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


def test_what_quadratic_elements_hold_has_no_error():
    model = Model(post_on_plate(), {"plate": SOFT, "post": SOFT})
    stress = thermal_stress(
        model, fixed={"bottom": "z"}, prescribed_um={"top": {"z": 0.0}}, delta_t=0.0,
        body_force=None, keep_factors=True,
    )  # fmt: skip
    assert np.abs(StressEstimator(stress.part(0)).error).max() == 0.0
    # free thermal shrinkage of one material is linear
    free = thermal_stress(model, delta_t=-100.0, fixed={"bottom": "z"}, keep_factors=True)
    estimator = StressEstimator(free.part(0))
    assert np.abs(estimator.error).max() < 1e-9 * np.abs(free.u_um).max()
    # so is a translation of the whole body
    moved = thermal_stress(
        model, fixed={"bottom": "z"}, lateral_shift_um={"bottom": 1.0, "top": 1.0},
        keep_factors=True,
    ).part(1)  # fmt: skip
    assert np.abs(StressEstimator(moved).error).max() < 1e-9


# none begins or ends with a facet, nor next to the corner that the uniform mesh does not resolve
WINDOWS = [(0.05 + 0.07 * k, 0.37) for k in range(5)]
ARC = (-25.0, 25.0)


def traction_errors(solve, direction):
    rough, exact = solve(post_on_plate(2)), solve(post_on_plate(16))
    found, true = rough.interface("post", "plate"), exact.interface("post", "plate")
    estimator, functionals, errors = StressEstimator(rough.part(0)), [], []
    for place in WINDOWS:
        weights = found.line.window_weights(*place)
        along = in_section(getattr(found.line, direction))
        goal = estimator.traction_goal(found.line, "a", weights, along)
        ends = estimator.traction_ends(found.line, "a", weights, along)
        functionals.append(Functional({0: goal}, ends))
        means = (
            (f.line.window_weights(*place)[:, :3] * along_line(f, direction)).sum()
            for f in (found, true)
        )
        errors.append(-np.subtract(*means))
    return goal_errors([estimator], functionals), errors


def shear_errors(component):
    rough, exact = (shifted(post_on_plate(n)).part(1) for n in (3, 16))
    lines = [s.interface("post", "plate").line for s in (rough, exact)]
    values = [s.tractions(line, "a") for s, line in zip((rough, exact), lines, strict=True)]
    estimator, functionals, errors = StressEstimator(rough), [], []
    along = np.zeros((3, len(lines[0].facets)))
    along[component] = 1.0
    for place in WINDOWS:
        weights = lines[0].window_weights(*place)
        goal = estimator.traction_goal(lines[0], "a", weights, along)
        ends = estimator.traction_ends(lines[0], "a", weights, along)
        functionals.append(Functional({0: goal}, ends))
        means = (
            (line.window_weights(*place)[:, :3] * v[component]).sum()
            for line, v in zip(lines, values, strict=True)
        )
        errors.append(-np.subtract(*means))
    return goal_errors([estimator], functionals), errors


def flux_errors(solve):
    rough, exact = solve(post_on_plate(2)), solve(post_on_plate(16))
    found, true = rough.interface("post", "plate"), exact.interface("post", "plate")
    flows, count = FlowEstimates(rough), 24 if rough.varies_around else 0
    if solve is filmed:
        assert rough.films_off_centre.highest == exact.films_off_centre.highest
        count = found.above.most
    factors = flows.angle_factors(ARC, count)
    found, true = found.mean_over(ARC, count), true.mean_over(ARC, count)
    functionals, errors = [], []
    for place in WINDOWS:
        functionals.append(flows.flux_window(found.line, "a", place, factors))
        means = ((f.line.window_weights(*place)[:, :3] * f.values).sum() for f in (found, true))
        errors.append(-np.subtract(*means))
    return goal_errors(flows.estimators, functionals), errors


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(lambda: traction_errors(warped, "normal"), id="peel"),
        pytest.param(lambda: traction_errors(warped, "tangent"), id="shear"),
        pytest.param(lambda: shear_errors(0), id="harmonic 1, radial"),
        pytest.param(lambda: shear_errors(1), id="harmonic 1, around"),
        pytest.param(lambda: shear_errors(2), id="harmonic 1, axial"),
        pytest.param(lambda: flux_errors(fed), id="flux"),
        pytest.param(lambda: flux_errors(resisted), id="flux across a contact"),
        pytest.param(lambda: flux_errors(fed_through_arc), id="flux through an arc"),
        pytest.param(lambda: flux_errors(filmed), id="flux around a film off the centre"),
    ],
)
def test_estimates_of_window_means_are_their_errors(found):
    estimated, errors = found()
    estimated = np.array([one.signed for one in estimated])
    # some errors nearly cancel; of all of them together the estimates explain most
    assert np.abs(errors - estimated).sum() < 0.5 * np.abs(errors).sum()


def test_estimates_of_a_disc_are_its_errors():
    rough, exact = warped(post_on_plate(3)), warped(post_on_plate(24))

    def axial(stress):
        model = stress.model
        sample = sample_region(model, model.elements("plate"), disc(1.0, 0.6, 0.3), False)
        return sample, sample.mean(stress.stress_at(sample.element, sample.x, sample.y)[1])

    sample, value = axial(rough)
    of_stress = np.zeros((4, len(sample.weight)))
    of_stress[1] = 1.0
    estimator = StressEstimator(rough.part(0))
    goal = estimator.stress_goal(sample, of_stress)
    (found,) = goal_errors([estimator], [Functional({0: goal})])
    assert 0.8 < found.signed / (axial(exact)[1] - value) < 1.2
    assert found.absolute >= abs(found.signed) * (1 - 1e-12)
    # the change at the points is that of the functional but for the factors at corners
    change = sample.mean(estimator.stress_change(sample)[1])
    assert 0.6 < change / found.signed <= 1 + 1e-9


@pytest.mark.parametrize("solve", [fed, resisted, fed_through_arc, filmed])
def test_estimate_of_the_resistance_is_its_error(solve):
    rough, exact = solve(post_on_plate(3)), solve(post_on_plate(24))
    flows = FlowEstimates(rough)
    (found,) = goal_errors(flows.estimators, [flows.resistance()])
    assert 0.75 < found.signed / (exact.resistance_ohm - rough.resistance_ohm) < 1.25


def test_estimates_around_a_film_see_its_coupling():
    """Without it, in residual or adjoint, they are a sixth off or more."""

    def solve(mesh):
        film = OffCentreFilm("post/plate", 0.35, 0.6, 1e-12)
        mesh = mesh.with_boundaries({"rim": lambda x: np.isclose(x[0], 2)})
        return current_flow(
            model_of(mesh), 0.1, "rim", "top", source_kind="flux", accuracy=0.02,
            contact_resistivity_ohm_m2={"post/plate": 5e-15}, keep_factors=True,
            off_centre_films=[film],
        )  # fmt: skip

    rough, exact = solve(post_on_plate(2)), solve(post_on_plate(24))
    flows = FlowEstimates(rough)
    (found,) = goal_errors(flows.estimators, [flows.resistance()])
    assert 0.9 < found.signed / (exact.resistance_ohm - rough.resistance_ohm) < 1.1


@pytest.mark.parametrize("stiffness", [None, 1e4])
def test_estimate_of_the_lateral_force_is_its_error(stiffness):
    rough, exact = (shifted(post_on_plate(n), stiffness).part(1) for n in (3, 24))
    estimator = StressEstimator(rough)
    (found,) = goal_errors([estimator], [Functional({0: estimator.reaction_goal("bottom")})])
    assert 0.75 < found.signed / (exact.reaction_un("bottom") - rough.reaction_un("bottom")) < 1.25


def test_factors_of_harmonics_between_estimated_ones_go_to_their_neighbours():
    flows = FlowEstimates(fed_through_arc(post_on_plate()))
    sampled = flows.sampled
    assert sampled[0] == 0 and (np.diff(sampled) > 0).all()
    # a response that is linear in n between the estimated ones is summed exactly
    n = np.arange(sampled[-1] + 1)
    response = np.interp(n, sampled, np.cos(sampled)) + 0.0
    response[0] = 7.0
    factors = np.random.default_rng(0).normal(size=(len(n), 2))
    assert_allclose(
        response[sampled] @ flows.sampled_factors(factors), response @ factors, rtol=1e-12
    )


def test_recovery_and_its_transpose_agree():
    stress = cooled(post_on_plate())
    line = stress.interface("post", "plate").line
    elements = line.model.elements("post")
    outline, mine = line.outline(elements, stress.part(0).held[:, 1])
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


def test_estimates_need_factors():
    mesh = post_on_plate()
    with pytest.raises(InputError, match="keep_factors"):
        StressEstimator(thermal_stress(model_of(mesh), delta_t=-1.0, fixed={"bottom": "z"}).part(0))
    with pytest.raises(InputError, match="keep_factors"):
        FlowEstimates(current_flow(model_of(mesh), 0.1, "bottom", "top"))
    sheared = thermal_stress(
        model_of(mesh), fixed={"bottom": "z"}, lateral_shift_um={"bottom": 0.0, "top": 1e-3}
    )
    with pytest.raises(InputError, match="keep_factors"):
        StressEstimator(sheared.part(1))


def test_a_disc_that_is_cut_at_the_axis_has_no_points_on_it():
    mesh = grid(np.linspace(0.0, 2.0, 9), np.linspace(0.0, 2.0, 9), {"plate": (0, 2, 0, 2)})
    model = Model(mesh, {"plate": Material("m", 70e3, 0.3, 0.0, 1e7)})
    sample = sample_region(model, model.elements("plate"), disc(0.7, 1.0, 0.9), False)
    r, _ = model.position_um(sample.element, sample.x, sample.y)
    assert r.min() > 0 and sample.weight.min() > 0
    assert_allclose(sample.weight.sum(), 1.0, rtol=1e-13)
