"""Lateral shift on top of an axisymmetric state: balances, limits, windows, refusals."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

import fem_bump
from fem_bump import InputError, Material, Model, ThermalStress, elastic_harmonic, thermal_stress
from fem_bump.mechanics.conditions import conditions
from fem_bump.mechanics.harmonic_stress import Foundation
from fem_bump.verification.grids import grid

LOW = Material("low", 120e3, 0.3, 10e-6)
HIGH = Material("high", 40e3, 0.35, 22e-6)
HELD = {"bottom": 0.0, "top": 0.2}
INSIDE = np.array([[0.0, 1.3, 4.1, 3.17], [0.7, 2.3, 3.3, 5.1]])
AREA = np.pi * 25


def stack(unit=1.0, length_unit="um"):
    """Two discs of radius 5, each 3 high."""
    mesh = grid(
        unit * np.linspace(0, 5, 11),
        unit * np.linspace(0, 6, 13),
        {"low": (0, 5 * unit, 0, 3 * unit), "high": (0, 5 * unit, 3 * unit, 6 * unit)},
    )
    return Model(mesh, {"low": LOW, "high": HIGH}, length_unit=length_unit)


@pytest.fixture(scope="module")
def model():
    return stack()


@pytest.fixture(scope="module")
def both(model):
    return thermal_stress(
        model, delta_t=-100.0, stress_free_degc=125.0, fixed={"bottom": "z"}, lateral_shift_um=HELD
    )


def test_the_axisymmetric_part_is_the_plain_solution(model, both):
    plain = thermal_stress(model, delta_t=-100.0, stress_free_degc=125.0, fixed={"bottom": "z"})
    assert_allclose(both.axisymmetric.u_um, plain.u_um, rtol=0, atol=0)
    mean = np.mean([both.stress(INSIDE, theta_deg=a) for a in np.arange(8) * 45.0], axis=0)
    assert_allclose(mean[:4], plain.stress(INSIDE), rtol=1e-10, atol=1e-9)
    assert_allclose(mean[4:], 0, rtol=0, atol=1e-9)


def test_one_state_for_both(model, both):
    """Without a shift harmonic 0 is all there is, and fields have the components of a section."""
    plain = both.axisymmetric
    assert type(plain) is type(both) is ThermalStress
    assert plain.numbers.tolist() == [0] and both.numbers.tolist() == [0, 1]
    assert both.varies_around and not plain.varies_around
    on, around = plain.interface("high", "low"), both.interface("high", "low")
    assert around.varies_around and not on.varies_around and not around.at(30.0).varies_around
    assert plain.axisymmetric is plain and on.axisymmetric is on
    assert plain.stress(INSIDE, theta_deg=70.0).shape == (4, 4)
    assert plain.displacement(INSIDE, 70.0).shape == (2, 4)
    assert both.stress(INSIDE).shape == (6, 4) and both.displacement(INSIDE).shape == (3, 4)
    assert_allclose(
        both.nodal_displacement_um(70.0)[:4].T,
        both.displacement(model.points_um[:, :4], 70.0),
        rtol=0,
        atol=1e-12,
    )


def test_a_window_all_around_is_that_of_the_axisymmetric_part(both):
    """By the search over all harmonics and by the shorter way that one harmonic takes."""
    around = both.interface("high", "low")
    on, whole = around.axisymmetric.window(0.7), around.window(0.7)
    assert on.arc_deg == whole.arc_deg == 360.0
    for name in ("peel_max", "peel_min", "shear_s_max", "shear_max"):
        for of in ("mpa", "start_um"):
            found, expected = (getattr(one, f"{name}_{of}") for one in (whole, on))
            assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
    assert_allclose(whole.mode_mix_deg, on.mode_mix_deg, rtol=1e-9)
    assert_allclose(
        np.cos(np.radians(whole.shear_max_direction_deg - on.shear_max_direction_deg)), 1
    )
    assert on.shear_theta_max_mpa == 0.0
    assert_allclose(whole.shear_theta_max_mpa, 0.0, rtol=0, atol=1e-9 * on.peel_max_mpa)


def test_torsion_is_the_same_all_around(model):
    """Harmonic 0 has a circumferential traction: the torque's, at every angle."""
    turned = elastic_harmonic(
        model,
        0,
        fixed={"bottom": "rtz"},
        prescribed_um={"top": {"t": lambda r, z: 1e-3 * r, "r": 0.0, "z": 0.0}},
    )
    contact = turned.interface("high", "low")
    assert not contact.varies_around
    for theta in (0.0, 130.0):
        at = contact.at(theta)
        assert_allclose(at.shear_theta_mpa, contact.shear_theta_mpa, rtol=1e-12)
    r = at.points_um[0].reshape(-1, 3)
    arm = (r**2 * at.shear_theta_mpa.reshape(-1, 3)) @ np.array([1.0, 4.0, 1.0]) / 6
    torque = 2 * np.pi * float(arm @ contact.line.length_um)
    assert_allclose(torque, turned.torque_un_um("top"), rtol=1e-3)
    largest = contact.worst_window(5.0, 30.0)
    mean = contact.window(5.0).shear_theta_max_mpa
    assert mean > 0
    assert_allclose(largest.shear_theta_max_mpa, mean, rtol=1e-9)


def test_earlier_names_and_orders_still_work(both):
    with pytest.warns(DeprecationWarning, match="fem_bump.ThermalStress"):
        assert fem_bump.AngularStress is ThermalStress
    with pytest.warns(DeprecationWarning, match=r"part\(1\)"):
        assert both.shear is both.part(1)
    for region in (None, "high"):
        with pytest.warns(DeprecationWarning, match="theta_deg"):
            earlier = (
                both.stress(INSIDE[:, -1:], 40.0, region) if region else both.stress(INSIDE, 40.0)
            )
        now = both.stress(INSIDE[:, -1:] if region else INSIDE, region, 40.0)
        assert_allclose(earlier, now, rtol=0, atol=0)
    contact = both.interface("high", "low")
    with pytest.warns(DeprecationWarning, match="theta_deg"):
        earlier = contact.window(1.0, (20.0, 60.0))
    assert earlier == contact.window(1.0, theta_deg=(20.0, 60.0))


def test_the_moved_face_moves_as_asked(both):
    edge = np.array([[0.5, 4.9], [6.0, 6.0]])
    for theta in (0.0, 50.0, 90.0, 180.0):
        t = np.radians(theta)
        moved = both.displacement(edge, theta) - both.displacement(edge, theta + 180)
        radial, around, axial = moved / 2  # what is odd under half a turn
        assert_allclose(radial, 0.2 * np.cos(t), rtol=0, atol=1e-12)
        assert_allclose(around, -0.2 * np.sin(t), rtol=0, atol=1e-12)
        assert_allclose(axial, 0, rtol=0, atol=1e-12)


def test_forces_and_moments_balance(both):
    force = both.reaction_un("top")
    assert force > 0
    assert_allclose(both.reaction_un("bottom"), -force, rtol=1e-9)
    turning = both.moment_un_um("top") + both.moment_un_um("bottom")
    assert_allclose(turning + 6.0 * force, 0, rtol=0, atol=1e-9 * 6 * force)
    contact = both.interface("high", "low")
    assert_allclose(contact.lateral_force_un, force, rtol=1e-9)


def test_energy_is_half_the_work(model, both):
    shear = thermal_stress(model, lateral_shift_um=HELD)
    assert_allclose(shear.strain_energy, 0.5 * shear.reaction_un("top") * 0.2, rtol=1e-10)
    assert_allclose(
        both.strain_energy, shear.strain_energy + both.axisymmetric.strain_energy, rtol=1e-10
    )
    assert both.harmonics.numbers.tolist() == [0, 1]


def test_equal_shifts_move_the_body_without_stress(model):
    moved = thermal_stress(model, lateral_shift_um={"bottom": 0.3, "top": 0.3})
    assert np.abs(moved.stress(INSIDE, theta_deg=20.0)).max() < 1e-7
    assert_allclose(moved.displacement(INSIDE, 90.0)[1], -0.3, rtol=1e-12)


def test_foundations_run_from_rigid_to_soft(model):
    rigid = thermal_stress(model, lateral_shift_um=HELD).reaction_un("top")

    def force(k):
        found = thermal_stress(
            model, lateral_shift_um=HELD, counter_stiffness_mpa_per_um={"top": k}
        )
        assert_allclose(found.reaction_un("bottom"), -found.reaction_un("top"), rtol=1e-8)
        return found.reaction_un("top")

    assert_allclose(force(1e9), rigid, rtol=1e-4)
    assert_allclose(force(1e-3), 1e-3 * 0.2 * AREA, rtol=1e-4)
    assert force(1e-3) < force(1e2) < force(1e4) < rigid


def test_worst_windows_beat_all_others(both):
    contact = both.interface("high", "low")
    worst = contact.worst_window(1.0, 30.0)
    for middle in np.arange(0, 181, 7.5):
        other = contact.window(1.0, theta_deg=(middle - 15, middle + 15))
        slack = 1e-9 * worst.shear_max_mpa
        assert other.peel_max_mpa <= worst.peel_max_mpa + slack
        assert other.peel_min_mpa >= worst.peel_min_mpa - slack
        assert other.shear_max_mpa <= worst.shear_max_mpa + slack
        assert other.shear_theta_max_mpa <= worst.shear_theta_max_mpa + slack
    assert worst.shear_max_mpa >= max(worst.shear_s_max_mpa, worst.shear_theta_max_mpa) * (1 - 1e-9)
    there = contact.window(
        1.0, None, (worst.peel_max_theta_deg - 15, worst.peel_max_theta_deg + 15)
    )
    assert_allclose(there.peel_max_mpa, worst.peel_max_mpa, rtol=1e-12)
    assert_allclose(there.mode_mix_deg, worst.mode_mix_deg, rtol=1e-9)
    assert 0 <= worst.mode_mix_deg <= 180


def test_shares_of_harmonics_sum_up_to_the_window_means(both):
    interface = both.interface("high", "low")
    window = interface.worst_window(0.3, 30.0)
    found = interface.harmonics(window)
    for name, value in (
        ("peel_max", window.peel_max_mpa),
        ("peel_min", window.peel_min_mpa),
        ("shear_max", window.shear_max_mpa),
    ):
        assert_allclose(found[name].share.sum(), value, rtol=1e-9)
        assert found[name].numbers.tolist() == [0, 1] and found[name].tail == 0.0


def test_windows_are_means_of_the_tractions(both):
    """An angular window against plain windows averaged over many angles, at the same place."""
    contact = both.interface("high", "low").only(1)
    found = contact.window(5.0, theta_deg=(20.0, 60.0))  # the whole interface in s
    angles = 20 + 40 * (np.arange(400) + 0.5) / 400
    peel = np.mean([contact.at(a).mean_peel_mpa for a in angles])
    shear = np.mean([contact.at(a).mean_shear_mpa for a in angles])
    assert_allclose(found.peel_max_mpa, peel, rtol=1e-5, atol=1e-9)
    assert_allclose(found.shear_s_max_mpa, abs(shear), rtol=1e-5)


def test_tractions_are_the_stress_on_the_interface(both):
    """Away from the free edge the recovered traction is the stress of either side."""
    contact = both.interface("high", "low").at(40.0)
    middle = (contact.points_um[0] > 1.0) & (contact.points_um[0] < 3.5)
    points = contact.points_um[:, middle]
    above, below = (both.stress(points, region, 40.0) for region in ("high", "low"))
    size = np.abs(contact.peel_mpa).max()
    mean = (above + below) / 2
    for row, found in ((1, contact.peel_mpa), (3, contact.shear_mpa), (5, contact.shear_theta_mpa)):
        assert_allclose(found[middle], mean[row], rtol=0, atol=0.03 * size)


def test_both_sides_agree(both):
    upper, lower = (both.interface("high", "low", side) for side in "ab")
    for n in (0, 1):
        size = np.abs(upper.amplitudes[n]).max()
        inner = slice(0, -2)  # next to the free edge the two differ, as documented
        assert_allclose(
            upper.amplitudes[n][:, inner], lower.amplitudes[n][:, inner], rtol=0, atol=0.02 * size
        )


def test_lengths_in_millimetres(both):
    small = thermal_stress(
        stack(1e-3, "mm"), delta_t=-100.0, stress_free_degc=125.0, fixed={"bottom": "z"},
        lateral_shift_um=HELD,
    )  # fmt: skip
    assert_allclose(small.reaction_un("top"), both.reaction_un("top"), rtol=1e-9)
    assert_allclose(
        small.stress(INSIDE * 1e-3, theta_deg=30.0),
        both.stress(INSIDE, theta_deg=30.0),
        rtol=1e-7,
        atol=1e-6,
    )


def test_a_periodic_side_lets_no_material_rise(model):
    """Under pure shear of a cell whose side is periodic, a homogeneous block shears uniformly."""
    plain = Model(stack().mesh, {"low": LOW, "high": LOW})
    found = thermal_stress(plain, tied={"right": "r"}, lateral_shift_um=HELD)
    shear = LOW.at("young_mpa", 25.0) / 2 / 1.3 * 0.2 / 6.0
    for theta in (0.0, 65.0):
        stress = found.stress(INSIDE, theta_deg=theta)
        assert_allclose(stress[3], shear * np.cos(np.radians(theta)), rtol=1e-9, atol=1e-9)
        assert_allclose(stress[5], -shear * np.sin(np.radians(theta)), rtol=1e-9, atol=1e-9)
        assert_allclose(stress[[0, 1, 2, 4]], 0, rtol=0, atol=1e-7)
    assert_allclose(found.reaction_un("top"), shear * AREA, rtol=1e-9)


@pytest.mark.parametrize(
    "given, message",
    [
        ({"lateral_shift_um": {"top": 0.1}}, "other end is free to follow"),
        ({"lateral_shift_um": {"top": 0.1}, "fixed": {"bottom": "z"}}, "hold another boundary"),
        ({"lateral_shift_um": {"top": np.nan, "bottom": 0.0}}, "'top'\\] = nan must be a finite"),
        ({"lateral_shift_um": {"top": "x", "bottom": 0.0}}, "'top'\\] = 'x' must be a finite"),
        ({"lateral_shift_um": {"topp": 0.1}}, "unknown boundary 'topp'; did you mean top"),
        ({"lateral_shift_um": {"lid": 0.1, "bottom": 0.0}}, "unknown boundary 'lid'"),
        (
            {"lateral_shift_um": HELD, "counter_stiffness_mpa_per_um": {"right": 1.0}},
            "does not move",
        ),
        (
            {"lateral_shift_um": HELD, "counter_stiffness_mpa_per_um": {"top": -1.0}},
            "must be positive",
        ),
        ({"lateral_shift_um": HELD, "tied": {"top": "z"}}, "must be 'r' for a load that is not"),
        ({"lateral_shift_um": HELD, "fixed": {"bottom": "q"}}, "must name components"),
    ],
)
def test_bad_input(model, given, message):
    with pytest.raises(InputError, match=message):
        thermal_stress(model, **given)


def test_a_tied_side_takes_what_is_prescribed_at_its_corner(model):
    found = elastic_harmonic(
        model, 2, tied={"right": "r"}, prescribed_um={"top": {"r": lambda r, z: 0.02 * r}}
    )
    assert_allclose(found.u_um[model.boundary_nodes("right"), 0], 0.1, rtol=1e-12)


@pytest.mark.parametrize("harmonic", [0, 1])
def test_a_body_of_any_harmonic_is_pinned_as_often_as_it_is_free(model, harmonic):
    """Two rigid motions each, and pinned where the second does not undo the first."""
    held = conditions(model, None, None, None, harmonic=harmonic, components="rtz")
    assert len(held.pinned) == len(set(held.pinned)) == 2
    assert held.auto_pinned == (0.0, 0.0)
    z = {"bottom": "z"}
    partly = conditions(model, z, None, None, harmonic=harmonic, components="rtz")
    assert len(partly.pinned) == 1
    whole = conditions(model, {"bottom": "rtz"}, None, None, harmonic=harmonic, components="rtz")
    assert whole.pinned == () and whole.auto_pinned is None


@pytest.mark.parametrize(
    "given, message",
    [
        ({"harmonic": -1}, "whole number, 0 or more"),
        ({"harmonic": 1.5}, "whole number"),
        ({"traction_mpa": {"top": lambda r, z: np.array([1, -1, 0.0])[:, None, None] + 0 * r}},
         "free to move"),
        ({"prescribed_um": {"top": {"r": np.inf}}}, "must be finite"),
        ({"prescribed_um": {"top": {"x": 1.0}}}, "must name components"),
        ({"prescribed_um": {"top": {"rt": 1.0}}}, "must name components"),
        ({"prescribed_um": {"top": {}}}, "must name components"),
        ({"harmonic": 0, "prescribed_um": {"top": {"t": 0.1}}},
         r"prescribed_um\['top'\] moves the axis by u_t = 0.1 um"),
        ({"prescribed_um": {"top": {"z": 0.1}}}, "moves the axis by u_z = 0.1 um"),
        ({"prescribed_um": {"top": {"r": 0.1, "t": 0.1}}}, r"the axis by u_r \+ u_t = 0.2 um"),
        ({"fixed": {"bottom": "r"}, "prescribed_um": {"bottom": {"t": 0.1}}}, r"u_r \+ u_t = 0.1"),
        ({"harmonic": 2, "prescribed_um": {"top": {"r": 0.1}}}, "moves the axis by u_r = 0.1 um"),
        ({"foundation": {"top": Foundation(0.0, (0, 0, 0))}}, "must be positive"),
    ],
)  # fmt: skip
def test_bad_harmonics(model, given, message):
    with pytest.raises(InputError, match=message):
        elastic_harmonic(model, given.pop("harmonic", 1), **given)
