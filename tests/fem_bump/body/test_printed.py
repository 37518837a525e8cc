"""Results, models and materials print themselves in a few telling lines."""

import pytest

from fem_bump import Material, Model, current_flow, materials, thermal_stress
from fem_bump.verification.grids import grid
from groundwork.printed import some

SHIFT = {"bottom": 0.0, "top": 0.1}


@pytest.fixture(scope="module")
def model():
    mesh = grid(
        [0.0, 1.0, 2.0],
        [0.0, 1.0, 2.0],
        {"film": (0, 2, 1, 2), "base": (0, 2, 0, 1)},
        interiors={"rim": (2, 2, 0, 1)},
    )
    film = Material("copper", 120e3, [(0.0, 0.3), (100.0, 0.4)], 17e-6, lambda t: 5e7 + 0 * t)
    return Model(mesh, {"film": film, "base": materials["Al"]}, {"all": ["film", "base"]})


@pytest.fixture(scope="module")
def stress(model):
    return thermal_stress(model, -100.0, 125.0)


@pytest.fixture(scope="module")
def sheared(model):
    return thermal_stress(model, -100.0, 125.0, fixed={"bottom": "z"}, lateral_shift_um=SHIFT)


@pytest.fixture(scope="module")
def current(model):
    return current_flow(model, 0.1, "rim", "top", source_kind="flux")


@pytest.fixture(scope="module")
def from_arcs(model):
    return current_flow(
        model, 0.1, "rim", "top", source_kind="flux", source_half_angle_deg=30.0, source_count=2
    )


def of(thing):
    text = repr(thing)
    assert text.count("\n") < 12 and max(map(len, text.splitlines())) < 160, text
    assert "array(" not in text and "object at" not in text
    return text


def test_a_model_tells_its_size_and_names(model):
    text = of(model)
    assert text.startswith("Model: 8 elements in 2 regions\n  extent: r 0 to 2 um, z 0 to 2 um")
    assert "film (copper), base (Al)" in text and "groups: all" in text
    assert "boundaries: left, right, bottom, top, rim" in text


def test_a_material_tells_its_properties(model):
    assert of(model.materials["film"]).splitlines() == [
        "Material copper",
        "  young_mpa: 120000",
        "  poisson: 0.3 at 0 degC to 0.4 at 100 degC",
        "  cte_per_k: 1.7e-05",
        "  conductivity_s_per_m: 5e+07 at 25 degC",
    ]


def test_states_tell_what_was_solved(stress, sheared, current, from_arcs):
    text = of(stress)
    assert text.startswith("ThermalStress: 8 elements in 2 regions")
    low, high = stress.u_um[:, 1].min(), stress.u_um[:, 1].max()
    assert f"displacement z: {low:.4g} to {high:.4g} um" in text
    assert "pinned: along the axis at (r, z) = (0, 0)" in text
    text = of(sheared)
    assert "pinned" not in text and "HarmonicStress, harmonic 1" in text
    assert "displacement theta" in text
    text = of(current)
    assert text.startswith("CurrentFlow: 0.1 A from rim to top")
    assert f"resistance: {current.resistance_ohm:.6g} ohm" in text


def test_a_flow_from_arcs_solves_nothing_to_print_itself(from_arcs):
    solved = from_arcs.solved
    assert "2 arcs of 60 deg" in of(from_arcs)
    assert from_arcs.solved == solved


def test_interfaces_and_windows_tell_extremes(stress, sheared, current, from_arcs):
    found = stress.interface("film", "base")
    text = of(found)
    assert text.startswith("TractionInterface film/base, side a: 2 facets\n  legs: leg_0")
    low, high = found.peel_mpa.min(), found.peel_mpa.max()
    assert f"peel: {low:.4g} to {high:.4g} MPa" in text
    assert of(found.line).startswith("InterfaceLine(film/base: leg_0; 2 facets, 2 um)")
    window = found.window(0.5)
    assert of(window).startswith("TractionWindow of 0.5 um\n")
    assert f"{window.peel_max_mpa:.4g} MPa from s = {window.peel_max_start_um:.4g} um" in of(window)
    assert ", clipped" in of(found.window(50.0))

    flux = current.interface("film", "base")
    assert f"net current: {flux.net_current_a:.4g} A" in of(flux)
    assert of(flux.window(0.5)).startswith("FluxWindow of 0.5 um")

    around = sheared.interface("film", "base")
    assert "harmonic 1: peel " in of(around)
    assert of(around.window(0.5, theta_deg=(0.0, 20.0))).startswith(
        "TractionWindow of 0.5 um x 20 deg"
    )

    fed = from_arcs.interface("film", "base")
    assert "source: 2 arcs of 60 deg" in of(fed)
    turned = of(fed.window(0.5, theta_deg=(0.0, 20.0)))
    assert turned.startswith("FluxWindow of 0.5 um x 20 deg")


def test_tractions_at_an_angle_print_as_those_of_an_axisymmetric_state(sheared):
    assert of(sheared.interface("film", "base").at(30.0)).startswith("TractionInterface film/base")


def test_long_lists_are_cut():
    assert some([str(k) for k in range(10)], 3) == "0, 1, 2 and 7 more"
