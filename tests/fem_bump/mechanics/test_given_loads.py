"""Loads as users give them: what has no meaning is refused in a sentence, never by Python."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump import InputError, Material, Model, current_flow, thermal_stress
from fem_bump.verification.grids import grid

METAL = Material("metal", 70e3, 0.33, 23e-6, conductivity_s_per_m=3.5e7)
UP = Material("up", 120e3, 0.34, 17e-6, conductivity_s_per_m=5e7)


def discs(**interiors):
    return Model(
        grid(
            np.linspace(0, 10, 7),
            np.linspace(0, 20, 9),
            {"low": (0, 10, 0, 10), "up": (0, 10, 10, 20)},
            interiors=interiors,
        ),
        {"low": METAL, "up": UP},
    )


def test_no_current_has_no_resistance():
    with pytest.raises(InputError, match="current_a = 0: without a current"):
        current_flow(discs(), 0.0, "bottom", "top")


@pytest.mark.parametrize(("source", "sink"), [("left", "right"), ("right", "left")])
@pytest.mark.parametrize("kind", ["equipotential", "flux"])
def test_a_terminal_on_the_axis_has_no_area(source, sink, kind):
    with pytest.raises(InputError, match="terminal 'left' lies on the axis, r = 0, and has no are"):
        current_flow(discs(), 0.1, source, sink, kind, kind)


@pytest.mark.parametrize("given", [0.1, -1e-6, lambda r, z: 0.1 + r])
def test_the_axis_stays_where_it_is(given):
    for name in ("left", "bottom"):
        with pytest.raises(InputError, match=rf"prescribed_um\['{name}'\] moves the axis by u_r"):
            thermal_stress(discs(), prescribed_um={"left": {"z": 0.0}, name: {"r": given}})


@pytest.mark.parametrize("given", [0, 0.0, lambda r, z: 0.1 * r])
def test_the_axis_may_be_held(given):
    held = thermal_stress(discs(), -100.0, 125.0, prescribed_um={"left": {"r": given}})
    free = thermal_stress(discs(), -100.0, 125.0)
    assert_allclose(held.strain_energy, free.strain_energy, rtol=1e-9)
    for loads in ({"fixed": {"left": "r"}}, {"tied": {"left": "r"}}):
        found = thermal_stress(discs(), -100.0, 125.0, **loads)
        assert_allclose(found.strain_energy, free.strain_energy, rtol=1e-9)


def test_a_list_of_temperatures_is_an_array():
    model = discs()
    rise = -100.0 - model.points_um[1]
    one, two = (thermal_stress(model, given, 125.0) for given in (rise, rise.tolist()))
    assert_allclose(two.u_um, one.u_um, rtol=1e-12)


@pytest.mark.parametrize("given", ["-100", None, [1, "x"], [1.0], {"low": "1", "up": 2.0}, True])
def test_delta_t_that_is_none_is_refused(given):
    with pytest.raises(InputError, match="delta_t"):
        thermal_stress(discs(), given)


@pytest.mark.parametrize("given", ["25", None, [25.0], {"low": None, "up": 2.0}])
def test_stress_free_temperatures_that_are_none_are_refused(given):
    with pytest.raises(InputError, match="stress_free_degc"):
        thermal_stress(discs(), -100.0, given)


@pytest.mark.parametrize("length", [[1.0], (1.0,), np.array([1.0]), "1", None, {1.0}, -1.0])
def test_windows_have_one_length(length):
    model = discs()
    stress = thermal_stress(model, -100.0, 125.0).interface("up", "low")
    flow = current_flow(model, 0.1, "bottom", "top").interface("up", "low")
    for line in (stress, flow):
        with pytest.raises(InputError, match="length_um"):
            line.window(length)
        with pytest.raises(InputError, match="unknown leg"):
            line.window(1.0, [length])


@pytest.mark.parametrize("name", [None, 3, ["top"]])
def test_a_boundary_is_named_by_a_text(name):
    with pytest.raises(InputError, match="is no boundary"):
        discs().facets(name)


INNER, OUTER = (0, 5, 10, 10), (5, 10, 10, 10)


@pytest.mark.parametrize("sides", ["up/low", "low/up"])
def test_legs_are_known_from_either_side(sides):
    model = discs(**{f"{sides}:inner": INNER, f"{sides}:outer": OUTER})
    stress = thermal_stress(model, -100.0, 125.0)
    for a, b in (("up", "low"), ("low", "up")):
        line = stress.interface(a, b)
        assert line.legs == ("inner", "outer")
        known = thermal_stress(discs(**{f"{a}/{b}:inner": INNER, f"{a}/{b}:outer": OUTER}),
                               -100.0, 125.0).interface(a, b)  # fmt: skip
        assert_allclose(line.peel_mpa, known.peel_mpa, rtol=1e-12)
        rc = {f"{a}/{b}:outer": 1e-12}
        flow = current_flow(model, 0.1, "bottom", "top", contact_resistivity_ohm_m2=rc)
        assert flow.contact_power_w > 0


def test_one_leg_from_both_sides_is_one():
    model = discs(**{"up/low:floor": INNER, "low/up:floor": OUTER})
    assert thermal_stress(model, -100.0, 125.0).interface("up", "low").legs == ("floor",)


@pytest.mark.parametrize("name", ["up/low:floor", "low/up:floor"])
def test_a_leg_lies_on_its_interface(name):
    model = discs(**{name: (0, 10, 20, 20)})
    stress = thermal_stress(model, -100.0, 125.0)
    with pytest.raises(InputError, match=rf"'{name}' .* 6 of its 6 facets are not on it, .*, 20\)"):
        stress.interface("up", "low")
    unasked = discs(**{"up/lid:floor": (0, 10, 20, 20)})
    assert thermal_stress(unasked, -100.0, 125.0).interface("up", "low").legs == ("leg_0",)


@pytest.mark.parametrize(
    ("unit", "extent", "meant"),
    [("um", 20e-6, "m"), ("um", 5e-3, "mm"), ("m", 20.0, "um"), ("mm", 1.5e4, "um")],
)
def test_a_body_of_no_bump_s_size_names_the_unit(unit, extent, meant):
    mesh = grid(np.linspace(0, extent / 2, 4), np.linspace(0, extent, 5))
    with pytest.raises(InputError, match=f"the mesh is .* {unit} large.*length_unit = '{meant}'"):
        Model(mesh, {"body": METAL}, length_unit=unit)
    Model(mesh, {"body": METAL}, length_unit=meant)
