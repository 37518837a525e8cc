"""Interfaces: order, orientation, legs, signs, windows per leg, loads by hand, refusals."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from skfem import MeshTri

from fem_bump import InputError, Material, Model, current_flow, thermal_stress
from fem_bump.algebra.quadrature import facet_mass
from fem_bump.interfaces.line import trace_interface
from fem_bump.interfaces.recovery import Outline, recover
from fem_bump.verification import balances
from fem_bump.verification.grids import grid

LOWER = Material("lower", 70e3, 0.3, 23e-6, 3e7)
UPPER = Material("upper", 70e3, 0.3, 5e-6, 6e6)
BOXES = {"pad": (0, 4, 0, 2), "ubm": (0, 2, 1, 3)}


def recessed(parts=2, legs=None):
    """A ubm that sits in a recess of the pad: floor z = 1, wall r = 2, and stands out of it."""
    lines = np.linspace(0, 4, 4 * parts + 1), np.linspace(0, 3, 3 * parts + 1)
    mesh = grid(*lines, BOXES)
    if legs:
        middle = mesh.p[:, mesh.facets].mean(axis=1)
        on = {
            "ubm/pad:floor": np.isclose(middle[1], 1) & (middle[0] < 2),
            "ubm/pad:sidewall": np.isclose(middle[0], 2) & (middle[1] > 1) & (middle[1] < 2),
        }
        mesh = mesh.with_boundaries({k: np.nonzero(v)[0] for k, v in on.items() if k in legs})
    return Model(mesh, {"pad": LOWER, "ubm": UPPER})


def test_walks_from_the_axis_and_turns_up_the_wall():
    line = trace_interface(recessed(), "ubm", "pad")
    p = line.model.node_points_um
    assert_allclose(p[:, line.nodes[0, 0]], [0, 1], rtol=0, atol=1e-15)
    assert_allclose(p[:, line.nodes[1, -1]], [2, 2], rtol=1e-15)
    assert (line.nodes[1, :-1] == line.nodes[0, 1:]).all()
    assert_allclose(line.start_um[-1] + line.length_um[-1], 3.0, rtol=1e-14)
    assert line.leg_names == ("leg_0", "leg_1")
    assert_allclose(line.area_um2, np.pi * 4 + 2 * np.pi * 2 * 1, rtol=1e-14)


def test_normal_points_from_b_into_a():
    model = recessed()
    out_of_pad = trace_interface(model, "ubm", "pad")
    floor = out_of_pad.leg == 0
    assert_allclose(out_of_pad.normal[:, floor].T - [0, 1], 0, rtol=0, atol=1e-15)
    assert_allclose(out_of_pad.normal[:, ~floor].T - [-1, 0], 0, rtol=0, atol=1e-15)
    assert_allclose(trace_interface(model, "pad", "ubm").normal, -out_of_pad.normal, rtol=1e-15)


def test_named_legs_and_the_rest():
    line = trace_interface(recessed(legs=["ubm/pad:floor", "ubm/pad:sidewall"]), "ubm", "pad")
    assert line.leg_names == ("floor", "sidewall")
    half = trace_interface(recessed(legs=["ubm/pad:floor"]), "ubm", "pad")
    assert half.leg_names == ("floor", "leg_1")


def test_mesh_numbering_does_not_matter():
    model = recessed()
    mesh, rng = model.mesh, np.random.default_rng(5)
    renumber, shuffle = rng.permutation(mesh.nvertices), rng.permutation(mesh.nelements)
    p = np.empty_like(mesh.p)
    p[:, renumber] = mesh.p
    t = renumber[mesh.t][:, shuffle]
    place = np.empty(mesh.nelements, dtype=np.int64)
    place[shuffle] = np.arange(mesh.nelements)
    shuffled = MeshTri(p, t)
    bottom = np.nonzero(np.isclose(p[1, shuffled.facets], 0).all(axis=0))[0]
    regions = {k: place[v] for k, v in mesh.subdomains.items()}
    other = Model(
        shuffled.with_subdomains(regions).with_boundaries({"bottom": bottom}), model.materials
    )
    one, two = (
        thermal_stress(m, delta_t=-100.0, fixed={"bottom": "z"}).interface("ubm", "pad")
        for m in (model, other)
    )
    assert_allclose(two.points_um, one.points_um, rtol=0, atol=1e-12)
    scale = one.mean_magnitude_mpa
    assert_allclose(two.peel_mpa / scale, one.peel_mpa / scale, rtol=0, atol=1e-8)
    assert_allclose(two.shear_mpa / scale, one.shear_mpa / scale, rtol=0, atol=1e-8)


def column(parts=2):
    """A stack of two layers of one material, for loads that can be done by hand."""
    mesh = grid(
        np.linspace(0, 1, 2 * parts + 1),
        np.linspace(0, 2, 4 * parts + 1),
        {"low": (0, 1, 0, 1), "high": (0, 1, 1, 2)},
    )
    return Model(
        mesh, {"low": Material("a", 1e5, 0.0, 0.0, 1e6), "high": Material("b", 2e5, 0.0, 0.0, 1e6)}
    )


def test_weight_of_the_upper_half_rests_on_the_interface():
    weight = -7.0  # uN/um^3, downwards
    found = thermal_stress(
        column(), fixed={"bottom": "z"}, body_force=lambda r, z: np.array([0 * r, weight + 0 * r])
    )
    on = found.interface("high", "low")
    assert_allclose(on.peel_mpa, weight * 1.0, rtol=1e-9)  # compression is negative
    assert_allclose(on.shear_mpa, 0 * on.shear_mpa, rtol=0, atol=1e-9)
    # what the upper half does to the lower one: push it down
    assert_allclose(on.net_force_un, weight * np.pi, rtol=1e-9)
    assert_allclose(found.interface("low", "high").net_force_un, -weight * np.pi, rtol=1e-9)
    assert on.tensile_fraction == 0.0
    window = on.window(0.25)
    assert_allclose([window.peel_max_mpa, window.peel_min_mpa], weight, rtol=1e-9)
    assert not window.clipped and on.window(5.0).clipped


def test_pulling_gives_tension():
    found = thermal_stress(column(), fixed={"bottom": "z"}, prescribed_um={"top": {"z": 0.01}})
    on = found.interface("high", "low")
    stress = 0.01 / (1 / 1e5 + 1 / 2e5)
    assert_allclose(on.peel_mpa, stress, rtol=1e-9)
    assert_allclose(on.mean_peel_mpa, stress, rtol=1e-10)
    assert_allclose(on.tensile_fraction, 1.0, rtol=1e-12)


def test_current_upwards_is_positive_into_the_upper_half():
    found = current_flow(column(), 0.5, source="bottom", sink="top")
    on = found.interface("high", "low")
    assert_allclose(on.jn_a_per_um2, 0.5 / np.pi, rtol=1e-10)
    assert_allclose(on.net_current_a, 0.5, rtol=1e-11)
    assert_allclose(found.interface("low", "high").net_current_a, -0.5, rtol=1e-11)
    assert_allclose(on.crowding(np.pi, 0.2), 1.0, rtol=1e-9)
    against = current_flow(column(), -0.5, source="bottom", sink="top").interface("high", "low")
    assert_allclose(against.window(0.2).current_density_max_a_per_um2, 0.5 / np.pi, rtol=1e-9)


def test_windows_of_a_leg_stay_on_it():
    model = recessed(4, ["ubm/pad:floor", "ubm/pad:sidewall"])
    on = thermal_stress(model, delta_t=-100.0, fixed={"bottom": "z"}).interface("ubm", "pad")
    assert on.legs == ("floor", "sidewall")
    whole, floor, wall = on.window(0.5), on.window(0.5, "floor"), on.window(0.5, "sidewall")
    assert whole.peel_max_mpa >= max(floor.peel_max_mpa, wall.peel_max_mpa)
    assert 0 <= floor.peel_max_start_um <= 1.5 + 1e-9
    assert 2 - 1e-9 <= wall.peel_max_start_um <= 2.5 + 1e-9
    assert on.window(1.5, "sidewall").clipped
    assert_allclose(on.window(1.5, "sidewall").length_um, 1.0, rtol=1e-12)
    assert_allclose(on.window(9.0).peel_max_mpa, on.mean_peel_mpa, rtol=1e-10)


def test_groups_trace_several_regions_as_one():
    model = balances.build(1)
    one = trace_interface(model, "joint", "passivation")
    assert one.leg_names == ("leg_0", "leg_1")
    assert_allclose(one.area_um2, 2 * np.pi * 4 * 1 + np.pi * (4.5**2 - 4**2), rtol=1e-13)


def test_tied_side_does_not_leak_into_the_interface():
    # equal layers on a tied side: uniform in-plane stress, no interface traction even at the end
    mesh = grid(
        np.linspace(0, 3, 7), np.linspace(0, 2, 5), {"low": (0, 3, 0, 1), "high": (0, 3, 1, 2)}
    )
    model = Model(mesh, {"low": LOWER, "high": UPPER})
    on = thermal_stress(model, delta_t=-100.0, fixed={"bottom": "z"}, tied={"right": "r"})
    layer = np.abs(on.stress(np.array([[2.0], [0.5]]))).max()
    assert layer > 50
    on = on.interface("high", "low")
    assert_allclose(np.abs([on.peel_mpa, on.shear_mpa]).max() / layer, 0, rtol=0, atol=1e-10)


def test_refusals():
    model = recessed()
    found = thermal_stress(model, delta_t=-1.0, fixed={"bottom": "z"})
    with pytest.raises(InputError, match="unknown region or group 'ubn'"):
        found.interface("ubn", "pad")
    with pytest.raises(InputError, match="overlap"):
        found.interface("pad", "pad")
    with pytest.raises(InputError, match="side = 'c'"):
        found.interface("ubm", "pad", "c")
    with pytest.raises(InputError, match="length_um = -1"):
        found.interface("ubm", "pad").window(-1.0)
    with pytest.raises(InputError, match="unknown leg 'roof'"):
        found.interface("ubm", "pad").window(1.0, "roof")
    three = balances.build(1)
    with pytest.raises(InputError, match="share no interface"):
        trace_interface(three, "bump", "die")
    with pytest.raises(InputError, match="takes no part"):
        balances.conduct(three).interface("passivation", "ubm")


# ------------------------------------------------------------------ recovery by itself


def test_facet_mass_integrates_the_radius():
    mass = facet_mass(np.array([[1.0, 3.0, 2.0], [0.0, 0.0, 0.0]])[:, :, None])
    # area of the cone's face, and its first moment along the facet for the node values 0, 1, 1/2
    assert_allclose(mass.sum(), 2 * np.pi * 2.0 * 2.0, rtol=1e-14)
    along = np.array([0.0, 1.0, 0.5])
    assert_allclose(mass[0].sum(axis=0) @ along, 2 * np.pi * 2.0 * (1 / 2 + 2 / 3), rtol=1e-14)


@pytest.mark.parametrize("corner", [False, True])
def test_recovery_returns_a_linear_density(corner):
    n = 6
    s = np.linspace(0, 1, n + 1)
    ends = np.array([1 + s, np.zeros(n + 1)])
    if corner:  # the second half goes up
        ends[:, n // 2 :] = [np.full(n // 2 + 1, 1.5), s[n // 2 :] - 0.5]
    points = np.hstack([ends, (ends[:, 1:] + ends[:, :-1]) / 2])
    nodes = np.array([np.arange(n), np.arange(1, n + 1), n + 1 + np.arange(n)])
    leg = np.arange(n) // (n // 2) if corner else np.zeros(n, dtype=int)
    mass = facet_mass(points[:, nodes])
    density = np.array([s[:-1], s[1:], (s[1:] + s[:-1]) / 2]).T * 3.0 + 10.0 * leg[:, None]
    residual = np.zeros(points.shape[1])
    np.add.at(residual, nodes.T, np.einsum("mij,mj->mi", mass, density))
    found = recover(Outline(nodes, points, leg), residual, zero_on_axis=False)
    assert_allclose(found, density, rtol=1e-9, atol=1e-9)
    assert_allclose(np.einsum("mij,mj->", mass, found), residual.sum(), rtol=1e-12)
