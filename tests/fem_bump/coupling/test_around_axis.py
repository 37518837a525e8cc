"""Harmonics of potential and temperature that couple, against sums of another origin."""

import numpy as np
import pytest
from heated_stack import CHIP, stack
from numpy.testing import assert_allclose

from fem_bump import InputError, Material, TraceHeater, electrothermal, materials
from fem_bump.algebra.shape_functions import shape_functions
from fem_bump.conduction.system import nodal_fluxes

FED = dict(source_kind="flux", source_half_angle_deg=20.0, **CHIP)
FILM = {"contact_resistivity_ohm_m2": {"column/pad": 1e-12}}


def constant(of):
    """A material whose properties do not depend on the temperature."""
    given = materials[of]
    k = float(given.at("thermal_conductivity_w_per_mk", 100.0))
    s = float(given.at("conductivity_s_per_m", 100.0)) if given.is_conductor else None
    return Material(of, 5e4, 0.3, 2e-5, s, k)


@pytest.mark.slow
def test_constant_properties_do_not_couple():
    """The mean is the default's, and harmonic 1 conducts the flow's heat of harmonic 1."""
    named = {"pad": "Al-0.5Cu", "column": "SAC305", "chip": "Si", "oxide": "SiO2"}
    model = stack(**{name: constant(of) for name, of in named.items()})
    found = electrothermal(model, 1.0, "rim", "lid", angular="coupled", **FED)
    around = found.around
    assert_allclose(around.rise_k[0], found.heat.rise_k, atol=1e-7 * found.heat.rise_k.max())
    assert_allclose(around.resistance_ohm, found.resistance_ohm, rtol=1e-8)
    element, x, y, volume = model.quadrature_of(found.conducting_elements)
    s = found.conductivity_s_per_m[found.conducting_elements].ravel() * 1e-6
    theta, heat = (np.arange(100) + 0.5) * 1.8, np.zeros(len(element))
    for deg in theta:
        square = (found.current_density_at(element, x, y, deg) ** 2).sum(axis=0)
        heat += 2 / len(theta) * np.cos(np.radians(deg)) * square / s
    shape, _, _ = shape_functions(np.array([x, y]))
    local = (heat * volume)[:, None] * shape
    load = np.bincount(model.nodes[:, element].T.ravel(), local.ravel(), model.node_count)
    own = np.ascontiguousarray(around.rise_k[1][model.nodes].T)[None]
    k = found.heat.system.conductivity(found.node_temperature_degc)
    everywhere = np.arange(model.mesh.nelements)
    conducted = nodal_fluxes(model, everywhere, own, np.ones(1), k)[:, 0]
    free = model.node_points_um[0] > 0
    free[model.boundary_nodes("bottom")] = False
    assert np.abs(load).sum() > 0.01 * found.power_w
    assert np.abs(conducted - load)[free].sum() < 1e-6 * np.abs(load).sum()


@pytest.mark.slow
def test_hotter_beside_the_arc():
    """Temperature-dependent, with a film and a trace: balances, and what is left of the mean."""
    trace = TraceHeater(100.0, 10.0, 1.0, materials["Al-0.5Cu"], 100.0, oxide_um=1.0)
    found = electrothermal(
        stack(), 0.5, "rim", "lid", angular="coupled", trace=trace, **FED, **FILM
    )
    around = found.around
    assert around.residual < 1e-8
    entering = around.heat_out_w("bottom") - around.power_w
    assert 0 < entering < found.trace.heat_into_pad_w  # where the trace meets it, the rim is hotter
    assert around.hot_spot_deg == 0.0
    assert around.temperature_max_degc > found.temperature_max_degc + 1.0
    rim = np.array([[14.0], [0.5]])
    beside, opposite = (around.temperature(rim, deg)[0] for deg in (0.0, 180.0))
    assert beside > found.temperature(rim)[0] > opposite
    assert around.resistance_ohm > found.resistance_ohm  # the arc's end is hotter than the mean
    # the current through the column, from the densities at points and angles
    r = (np.arange(200) + 0.5) / 20
    total = sum(
        (around.current_density(np.array([r, np.full(200, 8.1)]), None, deg)[2] * r).sum()
        for deg in (np.arange(40) + 0.5) * 4.5
    )
    assert_allclose(total * 2 * np.pi / 20 / 40, 0.5, rtol=5e-3)


def test_refused():
    with pytest.raises(InputError, match="angular = 'around' must be"):
        electrothermal(stack(), 0.1, "rim", "lid", angular="around", **CHIP)
    with pytest.raises(InputError, match="needs a source of arcs"):
        electrothermal(stack(), 0.1, "rim", "lid", angular="coupled", **CHIP)
