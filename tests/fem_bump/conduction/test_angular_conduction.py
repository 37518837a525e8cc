"""Current that enters through arcs: limits, balances, windows, tails, units, refusals."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump import InputError, Material, Model, current_flow
from fem_bump.algebra.harmonics import angle_means
from fem_bump.verification.grids import grid

PAD = Material("pad", 7e4, 0.34, 2e-5, 3e7)
BUMP = Material("bump", 5e4, 0.36, 2e-5, 7e6)
SOURCE = {"source": "pad_rim", "sink": "top", "source_kind": "flux"}
INSIDE = np.array([[0.0, 3.07, 11.2, 17.93], [2.1, 0.41, 3.2, 0.73]])


def two_discs(unit=1.0, length_unit="um", cells=24):
    """A pad of radius 20 and thickness 1 under a bump of radius 12; the pad's rim is named."""
    r = np.concatenate([np.linspace(0, 12, cells + 1), np.linspace(12, 20, cells + 1)[1:]])
    z = np.concatenate([np.linspace(0, 1, 4), np.linspace(1, 6, 9)[1:]])
    mesh = grid(unit * r, unit * z, {
        "pad": (0, 20 * unit, 0, unit), "bump": (0, 12 * unit, unit, 6 * unit),
    })  # fmt: skip
    middle = mesh.p[:, mesh.facets].mean(axis=1)
    rim = np.nonzero(np.isclose(middle[0], 20 * unit) & (middle[1] < unit))[0]
    top = np.nonzero(np.isclose(middle[1], 6 * unit))[0]
    mesh = mesh.with_boundaries({"pad_rim": rim, "top": top})
    return Model(mesh, {"pad": PAD, "bump": BUMP}, length_unit=length_unit)


@pytest.fixture(scope="module")
def model():
    return two_discs()


@pytest.fixture(scope="module")
def fed(model):
    return current_flow(model, 0.3, **SOURCE, source_half_angle_deg=20.0)


@pytest.mark.parametrize("count", [1, 5])
def test_arcs_all_around_are_the_axisymmetric_source(model, count):
    plain = current_flow(model, 0.3, **SOURCE)
    found = current_flow(
        model, 0.3, **SOURCE, source_half_angle_deg=180 / count, source_count=count
    )
    assert_allclose(found.resistance_ohm, plain.resistance_ohm, rtol=1e-10)
    for theta in (0.0, 77.0, 180.0):
        potential = found.potential(INSIDE, theta_deg=theta)
        assert_allclose(potential, plain.potential(INSIDE), rtol=1e-9)
        density = found.current_density(INSIDE, theta_deg=theta)
        assert_allclose(density, plain.current_density(INSIDE), rtol=0, atol=1e-14)
    assert not found.varies_around and found.numbers.tolist() == [0] and found.solved == 0


def test_means_over_the_circle_are_harmonic_zero(model, fed):
    plain = current_flow(model, 0.3, **SOURCE)
    angles = (np.arange(360) + 0.5) * 1.0
    mean = np.mean([fed.potential(INSIDE, theta_deg=a) for a in angles], axis=0)
    assert_allclose(mean, plain.potential(INSIDE), rtol=1e-10)
    assert_allclose(fed.interface("bump", "pad").net_current_a, 0.3, rtol=1e-10)
    whole = fed.interface("bump", "pad").window(2.0, theta_deg=(0.0, 360.0))
    expected = plain.interface("bump", "pad").window(2.0)
    assert_allclose(
        whole.current_density_max_a_per_um2, expected.current_density_max_a_per_um2, rtol=1e-9
    )
    assert whole.start_um == pytest.approx(expected.start_um)


def test_power_is_the_dissipation_in_the_volume(model):
    """V I of each harmonic against the integral of |J|^2 / s over the revolution."""
    fed = current_flow(model, 0.3, **SOURCE, source_half_angle_deg=20.0)
    element, x, y, volume = model.quadrature_of(np.arange(model.mesh.nelements))
    amplitude = fed.amplitude_at(element, x, y)
    s = np.where(model.region_index[element] == model.region_names.index("pad"), 30.0, 7.0)
    share = np.where(fed.numbers == 0, 1.0, 0.5)
    found = share * np.einsum("kcm,m->k", amplitude**2, volume / s)
    known = fed.harmonics.power_w
    assert_allclose(found[: len(known)], known, rtol=1e-8, atol=1e-10 * fed.power_w)
    assert_allclose(found.sum(), fed.power_w, rtol=2e-3)
    assert known.sum() < found.sum() < fed.power_w  # and the analytic tail adds the rest


def test_answers_do_not_depend_on_what_was_asked_before(model):
    fresh, used = (current_flow(model, 0.3, **SOURCE, source_half_angle_deg=20.0) for _ in range(2))
    used.interface("bump", "pad").window(1.0, theta_deg=(170.0, 190.0))
    used.extend(150)
    for ask in (
        lambda f: f.potential(INSIDE, theta_deg=10.0),
        lambda f: f.interface("bump", "pad").at(30.0).jn_a_per_um2,
        lambda f: f.interface("bump", "pad").worst_window(1.0, 20.0).current_density_max_a_per_um2,
        lambda f: f.resistance_ohm,
    ):
        assert_allclose(ask(used), ask(fresh), rtol=1e-13)


def test_the_tail_of_potential_and_power(model):
    """Twelve harmonics and their tail against three hundred: the tail is right, and says how."""
    few = current_flow(model, 0.3, **SOURCE, source_half_angle_deg=12.0, accuracy=0.5)
    many = current_flow(model, 0.3, **SOURCE, source_half_angle_deg=12.0, accuracy=0.5)
    many.extend(300)
    assert len(few.harmonics.numbers) < 40
    summed = few.harmonics.entry_potential_v.sum()
    exact = many.source_potential_v
    tail = few.harmonics.tail
    assert abs(summed / exact - 1) > 5e-3
    assert_allclose(few.source_potential_v, exact, rtol=2e-4)
    assert abs(few.source_potential_v - exact) < 3 * tail["entry_potential_error_v"] + 2e-5 * exact
    assert_allclose(few.power_w, few.source_potential_v * 0.3, rtol=1e-10)


@pytest.mark.parametrize("theta", [(-10.0, 10.0), (50.0, 70.0), (170.0, 190.0)])
def test_window_tails_hold(model, theta):
    """What the harmonics left out really add is below the bound that is reported."""
    loose = current_flow(model, 0.3, **SOURCE, source_half_angle_deg=10.0, accuracy=3e-2)
    tight = current_flow(model, 0.3, **SOURCE, source_half_angle_deg=10.0, accuracy=1e-7)
    a = loose.interface("bump", "pad").window(1.0, theta_deg=theta)
    b = tight.interface("bump", "pad").window(1.0, theta_deg=theta)
    assert b.harmonics >= a.harmonics
    missed = abs(a.current_density_max_a_per_um2 - b.current_density_max_a_per_um2)
    assert missed <= a.tail_a_per_um2 + b.tail_a_per_um2
    assert b.tail_a_per_um2 <= 1e-7 * b.current_density_max_a_per_um2


def test_the_worst_window_is_in_front_of_the_source(fed):
    contact = fed.interface("bump", "pad")
    worst = contact.worst_window(1.0, 20.0)
    assert worst.theta_middle_deg == 0.0
    for middle in (5.0, 40.0, 120.0):
        other = contact.window(1.0, theta_deg=(middle - 10, middle + 10))
        assert other.current_density_max_a_per_um2 < worst.current_density_max_a_per_um2


def test_shares_of_harmonics_sum_up_to_the_window_mean(fed):
    interface = fed.interface("bump", "pad")
    window = interface.worst_window(0.3, 20.0)
    found = interface.harmonics(window)
    assert_allclose(found.share.sum(), window.current_density_max_a_per_um2, rtol=1e-12)
    assert len(found.numbers) == window.harmonics + 1 and found.tail == window.tail_a_per_um2
    assert window.reached and fed.harmonics.reached
    crowding = interface.crowding(2.0, 0.3, 20.0)
    mean = abs(interface.net_current_a) / 2.0
    assert_allclose(crowding, window.current_density_max_a_per_um2 / mean, rtol=1e-12)


def test_an_accuracy_out_of_reach_is_said(model):
    fed = current_flow(model, 0.3, **SOURCE, source_half_angle_deg=5.0, accuracy=1e-14)
    assert not fed.harmonics.reached
    assert fed.harmonics.tail["entry_potential_error_v"] > 0


def test_a_ring_of_arcs_repeats(model):
    fed = current_flow(model, 0.3, **SOURCE, source_half_angle_deg=6.0, source_count=6)
    assert set(fed.numbers % 6) == {0}
    for theta in (0.0, 13.0):
        here = fed.current_density(INSIDE, theta_deg=theta)
        assert_allclose(fed.current_density(INSIDE, theta_deg=theta + 60), here, rtol=0, atol=1e-15)
        mirrored = fed.current_density(INSIDE, theta_deg=-theta) * np.array([[1], [-1], [1]])
        assert_allclose(mirrored, here, rtol=0, atol=1e-15)
    worst = fed.interface("bump", "pad").worst_window(1.0, 10.0)
    assert worst.theta_middle_deg == 0.0


def test_lengths_in_millimetres(fed):
    small = current_flow(two_discs(1e-3, "mm"), 0.3, **SOURCE, source_half_angle_deg=20.0)
    assert_allclose(small.resistance_ohm, fed.resistance_ohm, rtol=1e-9)
    there = small.current_density(INSIDE * 1e-3, theta_deg=30.0)
    assert_allclose(there, fed.current_density(INSIDE, theta_deg=30.0), rtol=0, atol=1e-9)


def test_current_reverses_with_its_sign(model, fed):
    back = current_flow(model, -0.3, **SOURCE, source_half_angle_deg=20.0)
    here = fed.potential(INSIDE, theta_deg=10.0)
    assert_allclose(back.potential(INSIDE, theta_deg=10.0), -here, rtol=1e-9)
    assert_allclose(back.resistance_ohm, fed.resistance_ohm, rtol=1e-12)
    assert back.interface("bump", "pad").worst_window(
        1.0, 20.0
    ).current_density_max_a_per_um2 == pytest.approx(
        fed.interface("bump", "pad").worst_window(1.0, 20.0).current_density_max_a_per_um2
    )


def test_contact_resistance_evens_out(model, fed):
    resistive = current_flow(
        model, 0.3, **SOURCE, source_half_angle_deg=20.0,
        contact_resistivity_ohm_m2={"bump/pad": 1e-12},
    )  # fmt: skip
    assert resistive.resistance_ohm > fed.resistance_ohm
    worst, plain = (
        f.interface("bump", "pad").worst_window(1.0, 20.0).current_density_max_a_per_um2
        for f in (resistive, fed)
    )
    assert worst < 0.8 * plain


def test_no_current_flows_around_on_the_axis_of_symmetry(fed):
    for theta in (0.0, 180.0):
        assert_allclose(fed.current_density(INSIDE, theta_deg=theta)[1], 0.0, rtol=0, atol=1e-15)


def test_density_is_smooth_across_the_axis(fed):
    """A step over r = 0: seen from theta and from theta + 180 the vector is one."""
    near = np.array([[1e-7], [2.0]])
    ahead, behind = (fed.current_density(near, theta_deg=t)[:, 0] for t in (0.0, 180.0))
    on_axis = fed.current_density(np.array([[0.0], [2.0]]))[:, 0]
    assert_allclose(ahead[[0, 2]], on_axis[[0, 2]], rtol=1e-4)
    # on the first elements the harmonics n >= 2 are as small as the mesh lets them be
    assert_allclose([behind[0], behind[2]], [-ahead[0], ahead[2]], rtol=1e-2)


def test_angle_means():
    cosine, sine = angle_means(np.array([0, 3]), (10.0, 40.0))
    theta = np.radians(10 + 30 * (np.arange(20000) + 0.5) / 20000)
    assert_allclose(cosine, [1.0, np.cos(3 * theta).mean()], rtol=1e-8)
    # torsion is the same all around
    assert_allclose(sine, [1.0, np.sin(3 * theta).mean()], rtol=1e-8)


@pytest.mark.parametrize(
    "given, message",
    [
        ({"source_kind": "equipotential"}, "must be 'flux'"),
        ({"source_half_angle_deg": 0.0}, "above 0 and at most 180"),
        ({"source_half_angle_deg": 181.0}, "above 0 and at most 180"),
        ({"source_half_angle_deg": 31.0, "source_count": 6}, "above 0 and at most 30"),
        ({"source_count": 0}, "whole number"),
        ({"accuracy": 0.0}, "between 0 and 1"),
        ({"accuracy": "a"}, "accuracy = 'a' must be a number between 0 and 1"),
        ({"source_half_angle_deg": "x"}, "source_half_angle_deg = 'x' must be above 0"),
        ({"insulated_regions": ["lid"]}, "unknown region or group 'lid'"),
        ({"insulated_regions": ["bump"]}, "terminal 'top' lies on a material without"),
        ({"potential_v": {"top": lambda r, z: r}}, "axisymmetric flow"),
    ],
)
def test_bad_input(model, given, message):
    arguments = {**SOURCE, "source_half_angle_deg": 20.0, **given}
    with pytest.raises(InputError, match=message):
        current_flow(model, 0.3, **arguments)


def test_no_current_is_refused(model):
    with pytest.raises(InputError, match="needs a current"):
        current_flow(model, 0.0, **SOURCE, source_half_angle_deg=20.0)


@pytest.mark.parametrize(
    "length, theta, message",
    [
        (0.0, (0, 10), "length_um = 0.0 must be a number above 0"),
        ("x", (0, 10), "length_um = 'x' must be a number"),
        (1.0, (10, 0), "theta_deg = .*lower end, upper end"),
        (1.0, (0, 400), "at most 360"),
        (1.0, (0, 0), "one angle alone is what at"),
        (1.0, 5, "theta_deg = 5 must be an interval"),
        (1.0, "x", "theta_deg = 'x' must be an interval"),
    ],
)
def test_bad_windows(fed, length, theta, message):
    with pytest.raises(InputError, match=message):
        fed.interface("bump", "pad").window(length, theta_deg=theta)
