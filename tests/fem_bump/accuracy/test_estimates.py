"""Dual-weighted residuals: estimates see the error.

- The complement is blind to what quadratic elements hold exactly.
- The estimate is the error: cubic space against a mesh refined twice.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from two_materials import (
    SOFT,
    fed,
    fed_through_arc,
    in_section,
    model_of,
    post_on_plate,
    resisted,
    shifted,
)

from fem_bump import InputError, Model, OffCentreFilm, current_flow, thermal_stress
from fem_bump.accuracy.current_estimates import FlowEstimates
from fem_bump.accuracy.estimates import goal_errors
from fem_bump.accuracy.functionals import Functional
from fem_bump.accuracy.stress_estimates import StressEstimator
from fem_bump.interfaces.averages import disc, sample_region


def warped(mesh):
    """One material, heated smoothly: only the plate's re-entrant corner is singular."""
    return thermal_stress(
        Model(mesh, {"plate": SOFT, "post": SOFT}),
        delta_t=lambda r, z: 100 * np.sin(5 * r) * np.cos(6 * z),
        fixed={"bottom": "z"},
        keep_factors=True,
    )


def filmed(mesh):
    """Through the arc, with a film off the axis and out of the arc's middle plane."""
    mesh = mesh.with_boundaries({"rim": lambda x: np.isclose(x[0], 2)})
    return current_flow(
        model_of(mesh), 0.1, "rim", "top", source_kind="flux", source_half_angle_deg=30.0,
        contact_resistivity_ohm_m2={"post/plate": 5e-14}, keep_factors=True, accuracy=0.02,
        off_centre_films=[OffCentreFilm("post/plate", 0.3, 0.6, 2e-12, azimuth_deg=40.0)],
    )  # fmt: skip


def along_line(found, direction):
    """(m, 3) traction along the line's normal or tangent."""
    along = in_section(getattr(found.line, direction))
    return (found.amplitudes[0] * along[:, :, None]).sum(axis=0)


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
        pytest.param(
            lambda: flux_errors(filmed),
            id="flux around a film off the centre",
            marks=pytest.mark.slow,
        ),
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


@pytest.mark.parametrize(
    "solve", [fed, resisted, fed_through_arc, pytest.param(filmed, marks=pytest.mark.slow)]
)
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


def test_a_held_face_may_end_where_there_is_no_corner():
    """As a cap does: the error around its rim falls with the first power of the size."""

    def capped(n):
        cap = {"top": lambda x: np.isclose(x[1], 2) & (x[0] < 0.5)}
        return shifted(post_on_plate(n).with_boundaries(cap)).part(1)

    rough, exact = capped(3), capped(24)
    estimator = StressEstimator(rough)
    (at,) = np.nonzero(estimator.terminal_ends)
    assert_allclose(rough.model.points_um[:, at], [[0.5], [2.0]])
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
