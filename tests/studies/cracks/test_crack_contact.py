"""Cracks whose faces touch: how they slide, what friction takes, and the one under a mark."""

import pytest
from numpy.testing import assert_allclose
from opened_cracks import by_two_solutions, growth, point

from geometry import Design, DesignError, build_cross_section
from studies.cracks.curves import CrackGrowth, FaceContact
from studies.cracks.figure import growth_figure
from studies.cracks.growth import measure_crack, solve_crack
from studies.cracks.lengths import plan_cracks
from studies.cracks.notes import crack_notes
from studies.figures.style import render


def test_figure_tells_faces_that_touch_from_those_that_are_held():
    slides, held = (FaceContact(0.3, 0.2, True, held) for held in (False, True))
    points = [
        point(0.1), point(0.2, 2.0, closed=True, contact=slides),
        point(0.3, 0.0, closed=True, contact=held),
    ]  # fmt: skip
    figure = growth_figure([growth(points)])
    below = figure.get_supxlabel().replace("\n", " ")
    assert "hollow: the faces touch (friction 0.3)" in below and "held by friction" in below
    assert "crosses" not in below
    left, right = figure.axes
    marks = [line for line in left.lines if line.get_marker() not in ("None", None)]
    hollow = [line for line in marks if line.get_markerfacecolor() == "white"]
    assert [list(line.get_xdata()) for line in hollow] == [[0.2], [0.3]]
    assert hollow[1].get_transform() != hollow[0].get_transform()  # at the edge, not at G = 0
    assert left.get_ylim()[0] > 0
    render(growth_figure([growth(points[2:], toughness=None)]), "svg")  # nothing above 0
    assert len([c for c in right.lines if c.get_markerfacecolor() == "white"]) == 2


CLOSED = {"interface": "ubm/pad", "start": "outer", "length_um": 0.7}


@pytest.fixture(scope="module")
def closed_design():
    return Design(variant="no-recess", crack=CLOSED)


@pytest.mark.slow
def test_a_closed_crack_slides_and_friction_takes_of_it(closed_design):
    plain = measure_crack(build_cross_section(closed_design))
    assert plain.closed and plain.overlap_share > 0.9 and not plain.overlaps
    assert plain.contact.at_tip and not plain.contact.held
    assert 0 < plain.contact.contact_um <= 0.7 and 0 < plain.errors["contact_um"] < 0.2
    assert plain.k_1_mpa_sqrt_um == 0.0 and abs(plain.mode_mix_deg) == 90.0
    assert 0 < plain.g_error_j_per_m2 < 0.02 * plain.g_j_per_m2
    rubbed = measure_crack(build_cross_section(closed_design.replace(**{"crack.friction": 0.5})))
    assert rubbed.contact.friction == 0.5
    assert 0.5 * plain.g_j_per_m2 < rubbed.g_j_per_m2 < 0.99 * plain.g_j_per_m2
    assert rubbed.g_error_j_per_m2 < 0.05 * rubbed.g_j_per_m2


@pytest.mark.slow
def test_energies_of_two_solutions_agree_where_faces_touch(closed_design):
    section = build_cross_section(closed_design)
    g = solve_crack(section).g_j_per_m2.mean
    assert_allclose(by_two_solutions(section, touching=True), g, rtol=0.01)


def test_friction_can_hold_a_crack():
    inner = {**CLOSED, "start": "inner", "friction": 0.3}
    held = measure_crack(build_cross_section(Design(variant="no-recess", crack=inner)))
    assert held.contact.held and held.g_j_per_m2 == held.g_max_j_per_m2 == 0.0
    assert held.k_2_mpa_sqrt_um == 0.0 and held.errors["mode_mix_deg"] == 0.0
    assert held.errors["g_j_per_m2"] == held.errors["k_2_mpa_sqrt_um"] == 0.0
    assert held.against(0.1) == "below"


@pytest.mark.slow
@pytest.mark.parametrize("friction", [0.3, 1.0])
def test_friction_settles_where_single_facets_part_at_the_tip(friction):
    crack = {"interface": "ubm/passivation", "start": "inner", "length_um": 0.33}
    design = Design(
        variant="full-depth", crack={**crack, "friction": friction}, mesh={"size_factor": 2.0}
    )
    found = solve_crack(build_cross_section(design))
    assert not found.opening.touching[:4].all() and found.opening.tip_closed
    assert_allclose(found.g_closure_j_per_m2.mean, found.g_j_per_m2.mean, rtol=0.01)
    assert_allclose(found.g_of_intensity(), found.g_j_per_m2.mean, rtol=0.01)


def test_contact_under_a_load_around_the_axis_is_not_solved():
    shear = {"displacement_um": 0.002, "counter_face": "rigid"}
    design = Design(
        variant="no-recess", crack=CLOSED, load={"shear": shear}, mesh={"size_factor": 2.0}
    )
    found = measure_crack(build_cross_section(design))
    assert found.closed and found.contact is None and found.overlaps
    assert found.against(0.1) == "overlaps"


MARKED = {"probe": {"depth_ratio": 0.4}}
UNDER_MARK = {"start": "scar", "length_um": 0.5}


@pytest.mark.slow
@pytest.mark.parametrize("variant", ["no-recess", "full-depth"])
def test_a_crack_under_a_mark_is_pressed_together_and_slides(variant):
    section = build_cross_section(Design(variant=variant, crack=UNDER_MARK, **MARKED))
    found = measure_crack(section)
    assert found.closed and found.contact.at_tip
    assert_allclose(found.contact.contact_um, 0.5, rtol=1e-9)
    assert found.errors["contact_um"] == 0.0
    assert 1e-4 < found.g_j_per_m2 < 0.1
    assert found.g_error_j_per_m2 < 0.02 * found.g_j_per_m2
    assert_allclose(by_two_solutions(section, touching=True), found.g_j_per_m2, rtol=0.02)


def test_the_length_under_a_mark_is_what_the_probe_left():
    probe = {"depth_ratio": 0.4, "dielectric_crack_um": 0.3}
    (plan,), _ = plan_cracks([Design(crack={"start": "scar"}, probe=probe)], [0.2])
    assert plan.start_um == 0.3 and plan.lengths_um == (0.2, 0.3)
    (plan,), _ = plan_cracks([Design(crack=UNDER_MARK, probe=probe)], [0.2])
    assert plan.start_um == 0.5  # where the crack says one itself
    (plan,), _ = plan_cracks([Design(crack={"start": "scar"}, **MARKED)])
    assert plan.start_um is None and 0.1 <= plan.lengths_um[0] < plan.lengths_um[-1] <= 0.9
    with pytest.raises(DesignError, match=r"probe.dielectric_crack_um = 0.995 puts the tip 0.005"):
        plan_cracks(
            [Design(crack={"start": "scar"}, probe={**probe, "dielectric_crack_um": 0.995})]
        )


def test_at_full_depth_the_crack_outlives_its_mark():
    crack = {"start": "scar", "toughness_j_per_m2": 1.0}
    curve = CrackGrowth(
        Design(variant="full-depth", crack=crack, **MARKED), 1.0, None, (point(0.1),), {}, {}
    )
    (said,) = crack_notes([curve])
    assert "stays, under the UBM" in said
    assert curve.record()["interface"] == "dielectric" and curve.record()["start"] == "scar"


def test_notes_say_what_touching_faces_mean():
    assert crack_notes([growth([point(0.1)])]) == []
    slides, held = (FaceContact(0.3, 0.2, True, held) for held in (False, True))
    behind = FaceContact(0.0, 0.2, False, False)
    said = crack_notes([growth([point(0.1, closed=True, contact=behind)])])
    assert len(said) == 1 and "without friction" in said[0] and "--friction 0.3" in said[0]
    said = crack_notes([
        growth([point(0.1, closed=True, contact=slides)]),
        growth([point(0.1, 0.0, closed=True, contact=held)]),
    ])  # fmt: skip
    assert ["K_I = 0" in said[0], "a friction of 0.3" in said[1], "held" in said[2]] == [True] * 3
    (only,) = crack_notes([growth([point(0.1, closed=True)])])
    assert "their contact is not solved" in only
