"""Conduction: resistances by hand, contacts, terminals, who takes part, invariances, refusals."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump import InputError, Material, Model, current_flow
from fem_bump.verification import balances
from fem_bump.verification.grids import grid

LOW = Material("low", 1e5, 0.3, 1e-5, 2e7)
HIGH = Material("high", 1e5, 0.3, 1e-5, 5e6)
INSULATOR = Material("insulator", 1e5, 0.3, 1e-5)
AREA = np.pi * 1.5**2
INSIDE = np.array([[0.0, 0.3, 1.2, 0.7], [0.3, 0.85, 1.65, 1.15]])


def stack(scale=1.0, length_unit="um", materials=None):
    """Two discs of radius 1.5 and thickness 1 on each other."""
    mesh = grid(
        scale * np.linspace(0, 1.5, 7),
        scale * np.linspace(0, 2, 9),
        {"low": (0, 1.5 * scale, 0, scale), "high": (0, 1.5 * scale, scale, 2 * scale)},
    )
    return Model(mesh, materials or {"low": LOW, "high": HIGH}, length_unit=length_unit)


# ------------------------------------------------------------------ by hand


@pytest.mark.parametrize("kind", ["equipotential", "flux"])
@pytest.mark.parametrize("sink_kind", ["equipotential", "flux"])
def test_discs_in_series(kind, sink_kind):
    found = current_flow(stack(), 0.3, "bottom", "top", kind, sink_kind)
    exact = (1 / 20.0 + 1 / 5.0) / AREA
    assert_allclose(found.resistance_ohm, exact, rtol=1e-10)
    assert_allclose(found.power_w, 0.09 * exact, rtol=1e-10)
    assert_allclose(found.power_by_region_w["high"], 0.09 / 5.0 / AREA, rtol=1e-9)
    assert_allclose(found.current_density(INSIDE)[1], 0.3 / AREA, rtol=1e-9)
    assert_allclose(found.current_density(INSIDE)[0], 0, rtol=0, atol=1e-9)
    drop = (
        0.3 * exact
        - 0.3 / AREA * np.minimum(INSIDE[1], 1) / 20
        - 0.3 / AREA / 5 * np.maximum(INSIDE[1] - 1, 0)
    )
    assert_allclose(found.potential(INSIDE), drop, rtol=1e-9)


def test_radial_feed_through_a_ring():
    # ln(b/a) / (2 pi s h) between the inner and the outer face
    errors = []
    for n in (4, 8):
        mesh = grid(0.5 * 4.0 ** np.linspace(0, 1, n + 1), np.linspace(0, 0.7, 4))
        found = current_flow(Model(mesh, {"body": LOW}), 1.0, source="right", sink="left")
        errors.append(found.resistance_ohm / (np.log(4.0) / (2 * np.pi * 20 * 0.7)) - 1)
    assert 0 > errors[1] > -2e-5
    assert errors[0] / errors[1] > 12  # order 4 for an energy


@pytest.mark.parametrize("where", ["low/high", "high/low", "low/high:leg_0"])
def test_contact_in_series(where):
    rc = 3e-12
    found = current_flow(stack(), 0.3, "bottom", "top", contact_resistivity_ohm_m2={where: rc})
    bulk = (1 / 20.0 + 1 / 5.0) / AREA
    assert_allclose(found.resistance_ohm, bulk + rc * 1e12 / AREA, rtol=1e-10)
    assert_allclose(found.contact_power_w, 0.09 * rc * 1e12 / AREA, rtol=1e-9)
    at = np.array([[0.4], [1.0]])
    jump = found.potential(at, "low") - found.potential(at, "high")
    assert_allclose(jump, 0.3 / AREA * rc * 1e12, rtol=1e-9)
    for side in "ab":
        flux = found.interface("high", "low", side)
        assert_allclose(flux.jn_a_per_um2, 0.3 / AREA, rtol=1e-9)


def test_zero_contact_resistivity_is_perfect_contact():
    plain = current_flow(stack(), 0.3, "bottom", "top")
    zero = current_flow(stack(), 0.3, "bottom", "top", contact_resistivity_ohm_m2={"low/high": 0})
    assert_allclose(zero.local_potential_v(), plain.local_potential_v(), rtol=0, atol=0)
    tiny = current_flow(
        stack(), 0.3, "bottom", "top", contact_resistivity_ohm_m2={"low/high": 1e-20}
    )
    assert_allclose(tiny.resistance_ohm, plain.resistance_ohm, rtol=1e-6)


def test_contact_on_a_bent_interface_splits_its_corner():
    model = balances.build(2)
    resistance = [
        current_flow(
            model, 0.1, "pad_rim", "top", contact_resistivity_ohm_m2={"ubm/pad": rc} if rc else None
        ).resistance_ohm
        for rc in (0.0, 1e-14, 1e-13, 1e-12)
    ]
    assert (np.diff(resistance) > 0).all()
    floor_only, wall_only = (
        current_flow(
            model, 0.1, "pad_rim", "top", contact_resistivity_ohm_m2={f"ubm/pad:{leg}": 1e-12}
        ).resistance_ohm
        for leg in ("leg_0", "leg_1")
    )
    assert resistance[0] < min(floor_only, wall_only)
    assert max(floor_only, wall_only) < resistance[3]


@pytest.mark.parametrize("side", ["a", "b"])
def test_a_volume_source_is_no_part_of_what_an_interface_carries(side):
    # 0.1 A/um^3 in the lower disc, which is insulated but for the terminals
    found = current_flow(
        stack(),
        0.3,
        "bottom",
        "top",
        "flux",
        current_source=lambda r, z: np.where(z < 1, 0.1, 0.0),
    )
    upwards = found.interface("high", "low", side=side)
    assert_allclose(upwards.jn_a_per_um2, 0.3 / AREA + 0.1, rtol=1e-9)


# ------------------------------------------------------------------ who takes part


def test_insulators_and_islands_are_left_out():
    boxes = {"path": (0, 1, 0, 3), "oxide": (1, 2, 0, 3), "island": (2, 3, 0, 3)}
    model = Model(
        grid(
            np.arange(4.0),
            np.arange(4.0),
            boxes,
            interiors={"foot": (0, 1, 0, 0), "head": (0, 1, 3, 3)},
        ),
        {"path": LOW, "oxide": INSULATOR, "island": HIGH},
    )
    found = current_flow(model, 1.0, "foot", "head")
    assert found.dropped_regions == ("island",)
    assert_allclose(found.resistance_ohm, 3 / 20 / np.pi, rtol=1e-11)
    with pytest.raises(ValueError, match="lies outside the mesh"):
        found.potential(np.array([[2.5], [1.0]]))
    assert set(found.power_by_region_w) == {"path"}


def test_conductivity_is_taken_at_the_temperature():
    warm = Material("warm", 1e5, 0.3, 1e-5, ((0.0, 2e7), (100.0, 1e7)))
    model = stack(materials={"low": warm, "high": warm})
    found = current_flow(model, 0.3, "bottom", "top", temperature_degc=50.0)
    assert_allclose(found.resistance_ohm, 2 / 15.0 / AREA, rtol=1e-10)


# ------------------------------------------------------------------ invariances


def test_metres_and_micrometres_give_the_same_numbers():
    one = current_flow(
        stack(), 0.3, "right", "top", "flux", contact_resistivity_ohm_m2={"low/high": 1e-13}
    )
    for scale, unit in ((1e-6, "m"), (1e-3, "mm")):
        other = current_flow(
            stack(scale, unit),
            0.3,
            "right",
            "top",
            "flux",
            contact_resistivity_ohm_m2={"low/high": 1e-13},
        )
        assert_allclose(other.resistance_ohm, one.resistance_ohm, rtol=1e-10)
        assert_allclose(
            other.current_density(INSIDE * scale),
            one.current_density(INSIDE),
            rtol=1e-8,
            atol=1e-12,
        )
        assert_allclose(other.potential(INSIDE * scale), one.potential(INSIDE), rtol=1e-9)


def test_linear_in_current_and_inverse_in_conductivity():
    base = current_flow(balances.build(2), 0.1, "pad_rim", "top")
    double = current_flow(balances.build(2), -0.2, "pad_rim", "top")
    assert_allclose(double.resistance_ohm, base.resistance_ohm, rtol=1e-12)
    scale = np.abs(base.local_potential_v()).max()
    assert_allclose(
        double.local_potential_v() / scale,
        -2 * base.local_potential_v() / scale,
        rtol=0,
        atol=1e-12,
    )
    better = Model(
        stack().mesh,
        {"low": Material("a", 1e5, 0.3, 0.0, 6e7), "high": Material("b", 1e5, 0.3, 0.0, 1.5e7)},
    )
    one = current_flow(stack(), 0.1, "right", "bottom", "flux")
    assert_allclose(
        current_flow(better, 0.1, "right", "bottom", "flux").resistance_ohm,
        one.resistance_ohm / 3,
        rtol=1e-11,
    )


def test_exchanging_source_and_sink_reverses_the_current():
    forth = current_flow(balances.build(2), 0.1, "pad_rim", "top")
    back = current_flow(balances.build(2), 0.1, "top", "pad_rim")
    assert_allclose(back.resistance_ohm, forth.resistance_ohm, rtol=1e-11)
    at = np.array([[1.0, 5.0], [7.0, 3.4]])
    assert_allclose(back.current_density(at), -forth.current_density(at), rtol=1e-8, atol=1e-13)


def test_uniform_flux_never_meets_less_resistance_than_equipotential():
    # Thomson: the equipotential terminal dissipates least
    model = balances.build(3)
    base = current_flow(model, 0.1, "pad_rim", "top").resistance_ohm
    source = current_flow(model, 0.1, "pad_rim", "top", "flux").resistance_ohm
    both = current_flow(model, 0.1, "pad_rim", "top", "flux", "flux").resistance_ohm
    assert base <= source * (1 + 1e-12) <= both * (1 + 2e-12)


def test_the_sinks_mean_potential_is_zero():
    found = current_flow(balances.build(2), 0.1, "pad_rim", "top", "flux", "flux")
    r = (np.arange(200) + 0.5) / 200 * 4.5
    potential = found.potential(np.array([r, 9.0 + 0 * r]))
    mean = (potential * r).sum() / r.sum()
    assert abs(mean) < 1e-5 * found.source_potential_v


# ------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    "given, message",
    [
        ({"source": "botom"}, "unknown boundary 'botom'"),
        ({"source_kind": "voltage"}, "source_kind = 'voltage' must be"),
        ({"sink_kind": "x"}, "sink_kind = 'x'"),
        ({"current_a": np.nan}, "current_a = nan must be a finite number"),
        ({"sink": "bottom"}, "source 'bottom' and sink 'bottom' touch"),
        ({"sink": "right"}, "source 'bottom' and sink 'right' touch"),
        ({"contact_resistivity_ohm_m2": {"low/high": -1.0}}, "must be finite and >= 0"),
        ({"contact_resistivity_ohm_m2": {"low": 1.0}}, "'low' is no interface"),
        ({"contact_resistivity_ohm_m2": {"low/hihg": 1.0}}, "unknown region or group 'hihg'"),
        ({"contact_resistivity_ohm_m2": {"low/high:roof": 1.0}}, "unknown leg 'roof'"),
    ],
)
def test_bad_input(given, message):
    with pytest.raises(InputError, match=message):
        current_flow(stack(), **({"current_a": 0.3, "source": "bottom", "sink": "top"} | given))


def test_terminal_on_an_insulator():
    model = stack(materials={"low": LOW, "high": INSULATOR})
    with pytest.raises(InputError, match=r"'top' lies on a material without.*regions there: high"):
        current_flow(model, 0.3, "bottom", "top")


def test_source_that_is_not_connected():
    boxes = {"low": (0, 1, 0, 1), "oxide": (0, 1, 1, 2), "high": (0, 1, 2, 3)}
    model = Model(grid([0, 1], [0, 1, 2, 3], boxes), {"low": LOW, "oxide": INSULATOR, "high": HIGH})
    with pytest.raises(InputError, match="source 'bottom' is not connected to sink 'top'"):
        current_flow(model, 0.3, "bottom", "top")
