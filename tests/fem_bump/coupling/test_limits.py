"""Largest currents: closed forms of rods, and what a current beyond them is told."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump import InputError, Material, Model, TraceHeater, current_limits, electrothermal
from fem_bump.materials import materials
from fem_bump.verification.grids import grid

LENGTH, RADIUS = 50.0, 10.0
ENDS = {"held_degc": {"top": 100.0, "bottom": 100.0}}
THERMAL = 50e-6  # W/(um K)


def rod(material, cells=16):
    return Model(
        grid([0, RADIUS / 2, RADIUS], np.linspace(0, LENGTH, cells + 1)), {"body": material}
    )


def metal(resistivity_ohm_um, solidus_degc=None):
    """rho as a function of degC, ohm um."""
    return Material(
        "metal", 5e4, 0.3, 2e-5, lambda degc: 1e6 / resistivity_ohm_um(degc), THERMAL * 1e6,
        solidus_degc=solidus_degc, idealized=True,
    )  # fmt: skip


def test_rod_between_cold_ends():
    """rho linear: cos(m L / 2) = 1 / (1 + a u_max), m = (I / A) sqrt(rho0 a / k); m L < pi."""
    rho0, growth, solidus = 0.1, 4e-3, 220.0
    model = rod(metal(lambda degc: rho0 * (1 + growth * (degc - 100.0)), solidus))
    found = current_limits(model, "top", "bottom", **ENDS)
    per_m = np.pi * RADIUS**2 * np.sqrt(THERMAL / (rho0 * growth))
    first = 2 / LENGTH * np.arccos(1 / (1 + growth * (solidus - 100.0)))
    assert (found.region, found.material, found.solidus_degc) == ("body", "metal", solidus)
    assert_allclose(found.solidus_a, per_m * first, rtol=1e-4)
    assert_allclose(found.runaway_a, per_m * np.pi / LENGTH, rtol=1e-4)
    below = electrothermal(model, 0.999 * found.solidus_a, "top", "bottom", **ENDS)
    assert 215.0 < below.temperature_max_degc < solidus
    with pytest.raises(InputError, match="is more than this body bears: region 'body'") as told:
        electrothermal(model, 1.001 * found.solidus_a, "top", "bottom", **ENDS)
    assert f"{found.solidus_a:.4g} A" in str(told.value)
    assert f"above {found.runaway_a:.4g} A" in str(told.value)
    with pytest.raises(InputError, match="no steady temperature exists above"):
        electrothermal(model, 1.01 * found.runaway_a, "top", "bottom", **ENDS)


def test_fold_of_a_wire_with_a_film():
    """rho = rho0 exp(b u), no conduction along: I^2 = h p A / rho0 u exp(-b u), most at 1 / b."""
    rho0, growth, h = 0.1, 0.02, 1e5
    model = rod(metal(lambda degc: rho0 * np.exp(growth * (degc - 25.0))), cells=4)
    asked = dict(film_w_per_m2k={"right": (h, 25.0)})
    found = current_limits(model, "top", "bottom", **asked)
    area, around = np.pi * RADIUS**2, 2 * np.pi * RADIUS
    # across the wire it is warmer by h r / (2 k), 1 %, which the closed form leaves out
    most = np.sqrt(h * 1e-12 * around * area / rho0 / growth / np.e)
    assert_allclose(found.runaway_a, most, rtol=0.02)
    assert found.region == ""
    near = electrothermal(model, 0.999 * found.runaway_a, "top", "bottom", **asked)
    assert 1 / growth * 0.9 < near.temperature_max_degc - 25.0 < 1 / growth * 1.05
    with pytest.raises(InputError, match="no steady temperature exists above"):
        electrothermal(model, 1.001 * found.runaway_a, "top", "bottom", **asked)


def test_any_current_is_borne_by_a_constant_resistivity():
    found = current_limits(rod(metal(lambda degc: 0.1 + 0 * degc)), "top", "bottom", **ENDS)
    assert np.isinf(found.runaway_a)
    assert "no current is found at which the temperature runs away" in str(found)


def test_sinks_hotter_than_a_solidus():
    with pytest.raises(
        InputError, match=r"sinks alone bring region 'body' \(SAC305\) to its solid"
    ):
        electrothermal(rod(materials["SAC305"]), 0.1, "top", "bottom", held_degc={"top": 230.0})


def trace(**changed):
    given = dict(
        length_um=200.0, width_um=20.0, thickness_um=1.0, material=materials["Al-0.5Cu"],
        substrate_degc=100.0, oxide_um=1.0,
    )  # fmt: skip
    return TraceHeater(**{**given, **changed})


def test_trace_against_its_equation():
    """Residual of the fin's equation, its balance, and the heat into the rim."""
    fin = trace()
    state = fin.state(0.5, 90.0)
    far = state.power_w - state.heat_to_substrate_w - state.heat_into_pad_w
    longer = trace(length_um=2000.0).state(0.5, 90.0)
    assert_allclose(longer.heat_into_pad_w, state.heat_into_pad_w, rtol=1e-4)
    # far from both ends: what is set free goes down
    rho, a = 3.05e-2 * (1 + 0.0039 * 80.0), 0.0039 / (1 + 0.0039 * 80.0)
    per_um, down = 0.25 * rho / 20.0, 1.4e-6 * 20.0
    rise = per_um / (down - per_um * a)
    assert_allclose(longer.temperature_max_degc - 100.0, rise, rtol=1e-6)
    # both ends: the one 10 K colder takes more, by its conductance
    _, per_k = fin.entry(0.5)
    assert_allclose(state.heat_into_pad_w - far, 10.0 * per_k, rtol=1e-4)
    assert_allclose(state.resistance_ohm, state.power_w / 0.25, rtol=1e-12)


@pytest.mark.parametrize("current_a", [0.01, 1.1, 1.6])
def test_trace_on_either_side_of_its_balance(current_a):
    """y above 0, below it, and near -pi^2: finite differences of u'' = -P / (k A) - (P a - g) u."""
    fin = trace(length_um=60.0, oxide_um=5.0)
    n = 1000
    state = fin.state(current_a, 100.0)
    rho, a = 3.05e-2 * (1 + 0.0039 * 80.0), 0.0039 / (1 + 0.0039 * 80.0)
    along = float(materials["Al-0.5Cu"].at("thermal_conductivity_w_per_mk", 100.0)) * 1e-6 * 20.0
    per_um = current_a**2 * rho / 20.0
    step = 60.0 / n
    matrix = np.diag(np.full(n - 1, 2 * along / step**2 - (per_um * a - 1.4e-6 / 5 * 20.0)))
    matrix -= along / step**2 * (np.eye(n - 1, k=1) + np.eye(n - 1, k=-1))
    u = np.linalg.solve(matrix, np.full(n - 1, per_um))
    assert_allclose(state.temperature_max_degc - 100.0, u.max(), rtol=1e-4)
    slope = along * (4 * u[0] - u[1]) / (2 * step)
    assert_allclose(state.heat_into_pad_w, slope, rtol=1e-3)


def test_trace_heats_a_pad():
    """Heat in is heat out; what enters fits the rim; the trace melts first, or runs away."""
    model, hot = rod(materials["SAC305"]), trace(oxide_um=3.0)
    found = electrothermal(model, 0.8, "top", "bottom", held_degc={"bottom": 100.0}, trace=hot)
    entering = found.trace
    heat, per_k = hot.entry(0.8)
    assert_allclose(entering.heat_into_pad_w, heat - per_k * (entering.rim_degc - 100), rtol=1e-9)
    out = found.heat_out_w("bottom")
    assert_allclose(out, found.power_w + entering.heat_into_pad_w, rtol=2e-9)
    cold = electrothermal(model, 0.8, "top", "bottom", held_degc={"bottom": 100.0})
    assert entering.rim_degc > 100.0 + 3 * (cold.temperature_max_degc - 100.0)
    with pytest.raises(InputError, match="more than the trace bears"):
        electrothermal(model, 9.0, "top", "bottom", held_degc={"bottom": 100.0}, trace=hot)


@pytest.mark.parametrize("substrate_degc", [99.0, -40.0])
def test_a_substrate_colder_than_the_sinks(substrate_degc):
    """It takes heat from them: all is between both, and balances."""
    model, cold = rod(materials["SAC305"], 4), trace(substrate_degc=substrate_degc)
    found = electrothermal(model, 0.01, "top", "bottom", held_degc={"bottom": 100.0}, trace=cold)
    entering = found.trace.heat_into_pad_w
    assert entering < 0
    assert substrate_degc < found.trace.rim_degc < 100.0
    assert_allclose(found.heat_out_w("bottom"), found.power_w + entering, rtol=1e-7)
    limits = current_limits(model, "top", "bottom", held_degc={"bottom": 100.0}, trace=cold)
    assert 0.1 < limits.solidus_a < limits.runaway_a


def test_a_trace_that_melts_without_a_current():
    with pytest.raises(InputError, match=r"bring the trace \(Al-0.5Cu\) to its solidus, 650 degC"):
        current_limits(
            rod(materials["Cu"], 4), "top", "bottom", held_degc={"bottom": 100.0},
            trace=trace(substrate_degc=660.0),
        )  # fmt: skip


@pytest.mark.parametrize("h", [1e-6, 0.01, 10.0])
def test_films_however_weak(h):
    """All but isothermal: I^2 R(T) = h A (T - T_ambient), in as few solves as beside cold ends."""
    rho0, growth, rise = 0.1, 4e-3, 50.0
    model = rod(metal(lambda degc: rho0 * (1 + growth * (degc - 25.0)), 217.0), 8)
    square = h * 1e-12 * (np.pi * RADIUS**2) ** 2 / (rho0 * LENGTH)
    current = np.sqrt(square * rise / (1 + growth * rise))
    cooled = {"film_w_per_m2k": {"bottom": (h, 25.0)}}
    found = electrothermal(model, current, "top", "bottom", **cooled)
    assert_allclose(found.temperature_max_degc, 25.0 + rise, rtol=1e-5)
    assert_allclose(found.heat_out_w("bottom"), found.power_w, rtol=1e-7)
    assert found.conduction_solves <= 8
    limits = current_limits(model, "top", "bottom", **cooled)
    assert_allclose(limits.solidus_a, np.sqrt(square * 192.0 / (1 + growth * 192.0)), rtol=1e-4)
    assert_allclose(limits.runaway_a, np.sqrt(square / growth), rtol=1e-3)


@pytest.mark.parametrize(
    "current_a, said", [(50.0, "current_a = 50"), (-50.0, r"\|current_a\| = 50")]
)
def test_a_refused_current_is_named(current_a, said):
    model = rod(materials["SAC305"], 4)
    with pytest.raises(InputError, match=f"^{said} A is more than this body bears"):
        electrothermal(model, current_a, "top", "bottom", **ENDS)
    with pytest.raises(InputError, match=f"^{said} A is more than the trace bears"):
        trace().entry(current_a)


@pytest.mark.slow
def test_what_melts_first_beside_a_trace():
    model, asked = rod(materials["SAC305"]), dict(held_degc={"bottom": 100.0})
    found = current_limits(model, "top", "bottom", trace=trace(oxide_um=3.0), **asked)
    assert found.region == "body"
    assert found.solidus_a < found.runaway_a <= trace(oxide_um=3.0).runaway_a
    soft = trace(material=materials["Sn63Pb37"])
    found = current_limits(model, "top", "bottom", trace=soft, **asked)
    assert (found.region, found.solidus_degc) == ("trace", 183.0)
    near = electrothermal(model, 0.999 * found.solidus_a, "top", "bottom", trace=soft, **asked)
    assert_allclose(near.trace.temperature_max_degc, 183.0, atol=0.5)
    with pytest.raises(InputError, match="region 'trace'"):
        electrothermal(model, 1.01 * found.solidus_a, "top", "bottom", trace=soft, **asked)


@pytest.mark.parametrize(
    "changed, message",
    [
        (dict(width_um=0.0), "width_um = 0.0 of a trace must be finite and above 0"),
        (dict(oxide_um=None), "either substrate_w_per_m2k"),
        (dict(substrate_w_per_m2k=-1.0, oxide_um=None), "must be finite and >= 0"),
        (dict(material=materials["SiO2"]), "has no conductivity_s_per_m"),
        (dict(substrate_degc=np.nan), "must be a finite number, degC"),
    ],
)
def test_traces_refused(changed, message):
    with pytest.raises(InputError, match=message):
        trace(**changed)


@pytest.mark.parametrize(
    "sinks",
    [
        {"film_w_per_m2k": {"right": (10.0, 25.0)}},  # the body is all but isothermal
        {"held_degc": {"top": 20.0, "bottom": 100.0}},
    ],
    ids=["weak film", "unequal sinks"],
)
def test_sinks_of_all_kinds(sinks):
    found = current_limits(rod(materials["SAC305"]), "top", "bottom", **sinks)
    assert 0 < found.solidus_a < found.runaway_a < np.inf
    model = rod(materials["SAC305"])
    near = electrothermal(model, 0.99 * found.solidus_a, "top", "bottom", **sinks)
    assert 210.0 < near.temperature_max_degc < 217.0
    assert_allclose(near.heat.heat_out_sum_w, near.power_w, rtol=1e-7)
