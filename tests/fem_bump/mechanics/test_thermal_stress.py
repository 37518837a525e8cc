"""Thermo-elasticity: loads and constraints by hand, invariances, evaluation, refusals."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump import AnalysisError, InputError, Material, Model, thermal_stress
from fem_bump.verification import balances
from fem_bump.verification.grids import grid

METAL = Material("metal", 100e3, 0.3, 20e-6)
STIFF = Material("stiff", 300e3, 0.2, 4e-6)


def bar(scale=1.0, length_unit="um", **named):
    mesh = grid(
        scale * np.linspace(0, 1, 5),
        scale * np.linspace(0, 2, 9),
        {"low": (0, scale, 0, scale), "high": (0, scale, scale, 2 * scale)},
    )
    return Model(mesh, {"low": METAL, "high": METAL} | named, length_unit=length_unit)


def at(points_of):
    return np.array(points_of, dtype=float).T


INSIDE = at([(0.0, 0.3), (0.4, 0.85), (0.9, 1.7), (0.6, 1.2)])


# ------------------------------------------------------------------ by hand


def test_bar_between_rigid_walls():
    found = thermal_stress(bar(), delta_t=-100.0, fixed={"bottom": "z", "top": "z"})
    rr, zz, tt, rz = found.stress(INSIDE)
    assert_allclose(zz, 100e3 * 20e-6 * 100, rtol=1e-10)
    assert_allclose(np.abs([rr, tt, rz]).max(), 0, rtol=0, atol=1e-9)
    assert_allclose(found.strain_energy, 200.0**2 / (2 * 100e3) * np.pi * 2, rtol=1e-10)
    assert_allclose(sum(found.strain_energy_by_region.values()), found.strain_energy, rtol=1e-14)
    radial = 20e-6 * -100 * 1.3
    assert_allclose(found.displacement(at([(1.0, 1.0)]))[0], radial, rtol=1e-10)


def test_full_confinement_is_hydrostatic():
    found = thermal_stress(bar(), delta_t=50.0, fixed={"bottom": "z", "top": "z", "right": "r"})
    assert_allclose(found.stress(INSIDE)[:3], -100e3 / (1 - 2 * 0.3) * 20e-6 * 50, rtol=1e-10)


def test_stress_free_temperature_decides_properties_and_strain():
    young = ((0.0, 100e3), (100.0, 50e3))
    cte = ((0.0, 10e-6), (100.0, 30e-6))
    material = Material("table", young, 0.3, cte)
    found = thermal_stress(
        bar(low=material, high=material),
        delta_t=-75.0,
        stress_free_degc=100.0,
        fixed={"bottom": "z", "top": "z"},
    )
    strain = -(30e-6 + 15e-6) / 2 * 75.0  # trapezoid from 100 to 25 degC
    assert_allclose(found.stress(INSIDE)[1], -87.5e3 * strain, rtol=1e-10)


def test_delta_t_in_every_form():
    model = bar()
    slope = {"fixed": {"bottom": "z"}}
    as_function = thermal_stress(model, delta_t=lambda r, z: 10 + 20 * z, **slope)
    as_array = thermal_stress(model, delta_t=10 + 20 * model.mesh.p[1], **slope)
    assert_allclose(as_array.u_um, as_function.u_um, rtol=0, atol=1e-12)
    # a field linear in z bends a free body but needs no stress
    free = thermal_stress(model, delta_t=lambda r, z: 10 + 20 * z)
    assert_allclose(np.abs(free.stress(INSIDE)).max(), 0, rtol=0, atol=1e-8)
    number = thermal_stress(model, delta_t=30.0, **slope)
    by_region = thermal_stress(model, delta_t={"low": 30.0, "high": 30.0}, **slope)
    constant = thermal_stress(model, delta_t=lambda r, z: 30.0, **slope)
    assert_allclose(by_region.u_um, number.u_um, rtol=1e-14, atol=1e-18)
    assert_allclose(constant.u_um, number.u_um, rtol=1e-10, atol=1e-16)


def test_stress_free_temperature_per_region_with_equal_final_temperature():
    model = bar(high=STIFF)
    free = {"low": 350.0, "high": 217.0}
    found = thermal_stress(model, {"low": -325.0, "high": -192.0}, free, fixed={"bottom": "z"})
    assert_allclose(found.state.eps[model.elements("low")], -325 * 20e-6, rtol=1e-12)
    assert_allclose(found.state.eps[model.elements("high")], -192 * 4e-6, rtol=1e-12)


def test_tied_side_stays_straight_without_net_force():
    found = thermal_stress(
        bar(high=STIFF), delta_t=-100.0, fixed={"bottom": "z"}, tied={"right": "r"}
    )
    side = found.model.boundary_nodes("right")
    assert_allclose(found.u_um[side, 0], found.u_um[side[0], 0], rtol=1e-13)
    force = found.part(0).nodal_forces(np.arange(found.model.mesh.nelements))[side, 0]
    assert_allclose(force.sum() / np.abs(force).sum(), 0, rtol=0, atol=1e-11)
    assert np.abs(force).max() > 1.0


def test_ties_that_share_a_corner_hand_a_prescribed_value_on():
    # "right" comes first and learns its value through the corner that it shares with "top"
    mesh = bar().mesh
    corner = mesh.with_boundaries(
        {
            "inner_top": np.intersect1d(
                mesh.boundaries["top"], np.nonzero(mesh.p[0, mesh.facets].max(axis=0) < 0.3)[0]
            )
        }
    )
    model = Model(corner, {"low": METAL, "high": METAL})
    found = thermal_stress(
        model, tied={"right": "z", "top": "z"}, prescribed_um={"inner_top": {"z": 0.02}}
    )
    for boundary in ("right", "top"):
        assert_allclose(found.u_um[model.boundary_nodes(boundary), 1], 0.02, rtol=1e-12)


def test_missing_axial_restraint_is_pinned_and_reported():
    free = thermal_stress(bar(), delta_t=10.0)
    assert free.auto_pinned == (0.0, 0.0)
    assert thermal_stress(bar(), delta_t=10.0, fixed={"bottom": "z"}).auto_pinned is None
    metres = thermal_stress(bar(1e-6, "m"), delta_t=10.0)
    assert metres.auto_pinned == (0.0, 0.0)


def test_a_radial_force_needs_no_axial_restraint():
    def outward(r, z):
        return np.array([2.0 * r, 0 * z])

    free = thermal_stress(bar(), body_force=outward)
    assert free.auto_pinned == (0.0, 0.0)
    # held where the free body happens to lie, it does not move
    z = {"z": lambda r, z: free.displacement(np.array([r, z]))[1]}
    held = thermal_stress(bar(), body_force=outward, prescribed_um={"bottom": z})
    assert held.auto_pinned is None
    scale = np.abs(free.u_um).max()
    assert scale > 0
    assert_allclose(held.u_um / scale, free.u_um / scale, rtol=0, atol=1e-10)


# ------------------------------------------------------------------ invariances


def layered(scale, unit):
    mesh = grid(
        scale * np.linspace(0, 3, 7),
        scale * np.linspace(0, 2, 7),
        {"low": (0, 3 * scale, 0, scale), "high": (0, 1.5 * scale, scale, 2 * scale)},
    )
    return Model(mesh, {"low": METAL, "high": STIFF}, length_unit=unit)


def test_metres_and_micrometres_give_the_same_numbers():
    points = at([(0.0, 0.5), (1.2, 0.7), (1.4, 1.8)])
    states = [
        thermal_stress(
            layered(scale, unit), delta_t=lambda r, z, s=scale: 10 + z / s, fixed={"bottom": "z"}
        )
        for scale, unit in ((1.0, "um"), (1e-6, "m"), (1e-3, "mm"))
    ]
    for other, scale in zip(states[1:], (1e-6, 1e-3), strict=True):
        assert_allclose(
            other.displacement(points * scale),
            states[0].displacement(points),
            rtol=1e-9,
            atol=1e-15,
        )
        assert_allclose(
            other.stress(points * scale), states[0].stress(points), rtol=1e-8, atol=1e-8
        )
        assert_allclose(other.strain_energy, states[0].strain_energy, rtol=1e-9)
        peel = [one.interface("high", "low").peel_mpa for one in (other, states[0])]
        assert_allclose(peel[0], peel[1], rtol=1e-7, atol=1e-7)


def test_a_body_twice_as_large_has_the_same_stress():
    points = at([(0.0, 0.5), (1.2, 0.7), (1.4, 1.8)])
    one, two = (
        thermal_stress(layered(s, "um"), delta_t=-50.0, fixed={"bottom": "z"}) for s in (1.0, 2.0)
    )
    assert_allclose(two.stress(2 * points), one.stress(points), rtol=1e-9, atol=1e-9)
    assert_allclose(
        two.displacement(2 * points), 2 * one.displacement(points), rtol=1e-9, atol=1e-14
    )
    assert_allclose(two.strain_energy, 8 * one.strain_energy, rtol=1e-10)


def test_superposition_of_temperature_force_and_displacement():
    model = layered(1.0, "um")

    def force(r, z):
        return np.array([3 * r, 5 + z])

    def state(a, b, c):
        return thermal_stress(
            model,
            delta_t=lambda r, z: a * (20 + r * z),
            prescribed_um={"bottom": {"z": lambda r, z: c * 1e-3 * r}},
            body_force=lambda r, z: b * force(r, z),
        )

    parts = [state(1, 0, 0), state(0, 1, 0), state(0, 0, 1)]
    together = state(2.0, -3.0, 0.5)
    sums = 2.0 * parts[0].u_um - 3.0 * parts[1].u_um + 0.5 * parts[2].u_um
    scale = np.abs(sums).max()
    assert_allclose(together.u_um / scale, sums / scale, rtol=0, atol=1e-12)


def test_stiffness_scales_out_of_thermal_displacement():
    soft, hard = (
        Model(
            layered(1.0, "um").mesh,
            {"low": Material("a", k * 1e5, 0.3, 20e-6), "high": Material("b", k * 3e5, 0.2, 4e-6)},
        )
        for k in (1.0, 7.0)
    )
    one, two = (thermal_stress(m, delta_t=-50.0, fixed={"bottom": "z"}) for m in (soft, hard))
    assert_allclose(two.u_um, one.u_um, rtol=1e-9, atol=1e-15)
    assert_allclose(two.strain_energy, 7 * one.strain_energy, rtol=1e-10)


def test_swapping_equal_halves_with_their_materials_mirrors_the_state():
    # z -> 2 - z with the materials swapped: the same body upside down
    lines = np.linspace(0, 1, 5), np.linspace(0, 2, 9)
    boxes = {"low": (0, 1, 0, 1), "high": (0, 1, 1, 2)}
    mesh = grid(*lines, boxes)
    mirrored = mesh.mirrored((0.0, 1.0), (0.0, 1.0))
    one = thermal_stress(Model(mesh, {"low": METAL, "high": STIFF}), delta_t=-50.0)
    two = thermal_stress(
        Model(mirrored.with_subdomains(mesh.subdomains), {"low": METAL, "high": STIFF}),
        delta_t=-50.0,
    )
    below = INSIDE * [[1], [-1]] + [[0], [2]]
    upright, upside = one.stress(INSIDE), two.stress(below)
    assert_allclose(
        upside * [[1], [1], [1], [-1]], upright, rtol=0, atol=1e-9 * np.abs(upright).max()
    )
    swapped = thermal_stress(Model(mesh, {"low": STIFF, "high": METAL}), delta_t=-50.0)
    # not the same mesh as the mirrored one (its diagonals lean the other way): equal energies only
    assert_allclose(swapped.strain_energy, one.strain_energy, rtol=2e-2)


def test_strain_energy_is_the_work_of_the_thermal_load():
    # for delta T alone: energy = 1/2 (integral of 9 K eps^2 dV - f . u)
    model = layered(1.0, "um")
    found = thermal_stress(model, delta_t=-50.0, fixed={"bottom": "z"})
    volume = model.quadrature[1]
    bulk3 = found.state.young / (1 - 2 * found.state.poisson)
    stored = (3 * bulk3 * found.state.eps**2 * volume).sum()
    cold = replace(found.part(0), u_um=0 * found.u_um)
    load = -cold.nodal_forces(np.arange(model.mesh.nelements))
    energy = (stored - (load * found.u_um).sum()) / 2
    assert_allclose(found.strain_energy, energy, rtol=1e-10)


# ------------------------------------------------------------------ evaluation


def test_region_decides_which_stress_at_an_interface():
    found = thermal_stress(layered(1.0, "um"), delta_t=-50.0, fixed={"bottom": "z"})
    point = at([(0.7, 1.0)])
    low, high = (found.stress(point, name) for name in ("low", "high"))
    assert abs(low[2, 0] - high[2, 0]) > 10.0
    assert_allclose(found.displacement(point).shape, (2, 1), rtol=0)


def test_axis_is_smooth():
    found = balances.cool(balances.build(3))
    rr, _, tt, _ = found.stress(at([(0.0, 0.7), (0.0, 8.2)]))
    assert_allclose(rr, tt, rtol=1e-12)
    near = found.stress(at([(1e-4, 0.7), (1e-4, 8.2)]))
    assert_allclose(near, found.stress(at([(0.0, 0.7), (0.0, 8.2)])), rtol=1e-2, atol=0.1)


# ------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    "given, message",
    [
        ({"fixed": {"botom": "z"}}, "unknown boundary 'botom'"),
        ({"fixed": {"bottom": "y"}}, r"fixed\['bottom'\] = 'y' must name"),
        ({"fixed": {"bottom": ""}}, "must name components"),
        ({"tied": {"right": "t"}}, r"tied\['right'\] = 't'"),
        ({"prescribed_um": {"bottom": {"z": np.nan}}}, "prescribed_um must be finite"),
        (
            {"prescribed_um": {"bottom": {"z": lambda r, z: r}}, "tied": {"bottom": "z"}},
            "different prescribed displacements",
        ),
        ({"delta_t": {"low": 1.0}}, "delta_t has no value for region 'high'"),
        ({"delta_t": {"low": 1.0, "high": 1.0, "mid": 1.0}}, "unknown region 'mid'"),
        ({"delta_t": np.zeros(3)}, "one value per mesh vertex"),
        ({"delta_t": {"low": np.inf, "high": 0.0}}, "delta_t must be finite"),
        ({"stress_free_degc": {"low": 25.0}}, "stress_free_degc has no value for region 'high'"),
        ({"body_force": lambda r, z: np.array([0 * r, 1 + 0 * r])}, "no boundary is fixed in 'z'"),
    ],
)
def test_bad_input(given, message):
    with pytest.raises(InputError, match=message):
        thermal_stress(bar(), **given)


def test_points_outside():
    found = thermal_stress(bar(), delta_t=1.0)
    with pytest.raises(ValueError, match="lies outside the mesh"):
        found.displacement(at([(5.0, 0.0)]))
    with pytest.raises(ValueError, match="lies outside region 'low'"):
        found.stress(at([(0.5, 1.5)]), "low")


def test_unphysical_stiffness_is_an_analysis_error():
    # at T = 1e4 degC a linear modulus has turned negative
    odd = Material("odd", lambda t: 1e5 * (1 - t / 100.0), 0.3, 1e-5)
    with pytest.raises((AnalysisError, InputError)):
        thermal_stress(bar(low=odd, high=odd), delta_t=1e4 - 25.0)
