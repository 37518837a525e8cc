"""Current that enters through arcs: rim-source disk, bonded rings, rings of vias, balances.

Resistances and window means against separated series on further meshes and arcs; limits (the whole
circle, many sources) that have axisymmetric answers; balances on three meshes.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump import Model, current_flow
from fem_bump.verification import balances
from fem_bump.verification.conduction import arc_fed_rings, rim_source_disk
from fem_bump.verification.grids import grid
from fem_bump.verification.harmonics import harmonic_balances
from fem_bump.verification.row import order


@pytest.mark.parametrize("half_angle", [2.0, 5.0, 14.5, 45.0, 90.0, 150.0])
def test_resistance_of_any_arc(half_angle):
    exact = rim_source_disk.annular_ohm() + rim_source_disk.excess_ohm(half_angle)
    found = rim_source_disk.solve(half_angle)
    assert_allclose(found.resistance_ohm, exact, rtol=3e-5)
    # what the tail adds is needed
    summed = found.harmonics.entry_potential_v.sum() / rim_source_disk.CURRENT_A
    if half_angle < 45:
        assert abs(summed / exact - 1) > 2e-4


def test_whole_circle_is_the_annular_feed():
    found = rim_source_disk.solve(180.0)
    assert_allclose(found.resistance_ohm, rim_source_disk.annular_ohm(), rtol=1e-6)
    assert not found.varies_around and found.axisymmetric is found
    # a gap of a thousandth of the circle does vary, and tends to it
    nearly, place = rim_source_disk.solve(179.8), np.array([[10.0], [1.0]])
    assert nearly.varies_around
    added = nearly.resistance_ohm - found.resistance_ohm
    assert_allclose(added, rim_source_disk.excess_ohm(179.8), rtol=1e-5)
    j = nearly.current_density(place, theta_deg=77.0)[:, 0]
    exact = rim_source_disk.current_density(0.5, 1.0, 77.0, 179.8)
    size = np.abs(exact).max()
    assert_allclose(j, exact, rtol=0, atol=1e-4 * size)
    assert_allclose(j[[0, 2]], found.current_density(place)[:, 0], rtol=0, atol=5e-3 * size)


def test_fields_are_the_sum_of_their_harmonics():
    """The exact series, cut where the library cuts it, at the rim too."""
    found = rim_source_disk.solve(10.0)
    terms = len(found.numbers) - 1
    volt = rim_source_disk.CURRENT_A * rim_source_disk.SHEET_OHM
    for rho, theta in ((1.0, 0.0), (1.0, 10.0), (0.9, 4.0), (0.5, 170.0)):
        place = np.array([[rho * rim_source_disk.RADIUS_UM], [1.0]])
        full = rim_source_disk.potential(rho, 1.0, theta, 10.0)

        def beyond(n, rho=rho, theta=theta):
            return np.where(n > terms, rho**n * np.cos(n * np.radians(theta)) / n, 0.0)

        rest = volt / np.pi * rim_source_disk.series(beyond, 10.0, 1)
        assert_allclose(
            found.potential(place, theta_deg=theta)[0], full - rest, rtol=0, atol=1e-5 * volt
        )
        assert abs(rest) < 0.01 * volt


def test_unit_response_of_high_harmonics_is_that_of_a_half_plane():
    # V_n / c_n -> I Rs / (2 pi n) for any disk: the tail rests on it
    found = rim_source_disk.solve(10.0)
    unit = rim_source_disk.CURRENT_A * rim_source_disk.SHEET_OHM / (2 * np.pi)
    entry = found.harmonics.entry_potential_v[1:]
    numbers = found.harmonics.numbers[1:]
    share = 2 * np.sinc(numbers * 10 / 180) ** 2
    good = share > 1e-6
    assert_allclose(entry[good] / share[good], unit / numbers[good], rtol=1e-4)


def test_amplitudes_at_the_bond_order():
    wrong = []
    for cells in (8, 16, 32):
        bond = arc_fed_rings.solve(cells).interface("inner", "outer")
        wrong.append(
            [np.abs(bond.amplitudes[n] / arc_fed_rings.amplitude(n) - 1).max() for n in (1, 6)]
        )
    for errors in np.transpose(wrong):
        assert order(errors, [4, 2, 1]) > 1.7
        assert errors[-1] < 2e-3


def test_sides_of_the_bond_agree():
    found = arc_fed_rings.solve()
    a, b = (found.interface("inner", "outer", side) for side in "ab")
    for turn in (0.0, 14.5, 100.0):
        here, there = a.at(turn).jn_a_per_um2, b.at(turn).jn_a_per_um2
        assert_allclose(here, there, rtol=0, atol=1e-8 * np.abs(here).max())


def test_windows_repeat_with_the_sources():
    model = balances.build(2)
    contact = harmonic_balances.feed(model, 12.0, 3).interface("ubm", "pad")
    first = contact.window(1.0, theta_deg=(-10, 10)).current_density_max_a_per_um2
    for turn in (120.0, 240.0):
        turned = contact.window(1.0, theta_deg=(turn - 10, turn + 10))
        again = turned.current_density_max_a_per_um2
        assert_allclose(again, first, rtol=1e-9)
    between = contact.window(1.0, theta_deg=(50, 70)).current_density_max_a_per_um2
    assert between < first


def test_ring_of_vias_tends_to_the_annular_ring():
    """Vias under the recessed pad, covering 30 % of the ring between r = 2 and 3 um."""
    base = balances.build(1)
    fine = np.array([0, 1, 1.5, *np.linspace(2, 3, 9), 3.5, 4, 4.5, 6, 7, 8])
    mesh = grid(
        fine,
        np.array([0, 2, 2.8, 3, 3.125, 3.25, 3.375, 3.5, 4, 5, 6, 7.5, 9]),
        balances.BOXES,
        interiors={"vias": (2, 3, 3, 3)},
    )
    model = Model(mesh, base.materials, groups=base.groups)

    def fed(count=None):
        arcs = {} if count is None else {
            "source_half_angle_deg": 0.3 * 180 / count, "source_count": count
        }  # fmt: skip
        return current_flow(
            model, 0.1, source="vias", sink="top", source_kind="flux", accuracy=1e-5, **arcs
        )

    annular = fed()
    counts = (8, 16, 32)
    found = [fed(count) for count in counts]
    added = [one.resistance_ohm - annular.resistance_ohm for one in found]
    assert added[0] > added[1] > added[2] > 0
    assert_allclose(order(added, [1 / n for n in counts]), 1.0, rtol=0.1)
    even = annular.interface("bump", "ubm").window(1.0).current_density_max_a_per_um2
    peak = [
        one.interface("bump", "ubm").worst_window(1.0, 5.0).current_density_max_a_per_um2
        for one in found
    ]
    assert_allclose(peak[-1], even, rtol=1e-3)
    assert peak[0] - even > 5 * abs(peak[1] - even)


@pytest.mark.parametrize("parts", [1, 2, 5])
def test_first_moment_of_every_harmonic(parts):
    rows = harmonic_balances._feed_rows(balances.build(parts))
    assert len(rows) >= 5
    failed = [f"{row.quantity}: {row.error:.1e}" for row in rows if not row.passed]
    assert not failed


def test_unweighted_balance_falls_with_the_mesh_on_the_axis():
    wrong = []
    for parts in (1, 2, 4):
        found = harmonic_balances.feed(balances.build(parts))
        into, out_of = found.interface("ubm", "pad"), found.interface("bump", "ubm")
        entering, leaving = (
            harmonic_balances.integrated(cut.line, cut.amplitudes)[1] for cut in (into, out_of)
        )
        lost = entering - leaving - harmonic_balances.leaving(found, "ubm")[1]
        wrong.append(abs(lost / entering))
    assert wrong[0] > wrong[1] > wrong[2]
    assert order(wrong, [4, 2, 1]) > 1.5
