"""Potential and temperature of one body on a bump's own mesh."""

import pytest
from numpy.testing import assert_allclose

from fem_bump import Material, Model, electrothermal
from geometry import Design, build_cross_section, build_mesh
from studies.solution.solved import region_materials

PRODUCT, GROWTH, COLD_DEGC = 2.5e-6, 3e-3, 30.0  # V^2/K, 1/K


def metal(name, conductivity):
    """One product k rho, growing with the temperature, for all metals."""
    return Material(
        name, 5e4, 0.3, 2e-5, lambda degc: conductivity / (1 + GROWTH * (degc - COLD_DEGC)),
        PRODUCT * conductivity, idealized=True,
    )  # fmt: skip


@pytest.mark.slow
def test_quarter_of_the_voltage_on_a_bump():
    """The integral of k rho from T0 to Tmax is V^2 / 8, 176 K up; dielectrics conduct no heat.

    1e-5 off on the shipped mesh, 2e-6 at half its sizes, less than 1e-6 at a third.
    """
    errors = []
    for size in (1.0, 0.5):
        section = build_cross_section(Design(mesh={"size_factor": size}))
        given = {}
        for name, of in region_materials(section).items():
            given[name] = Material(name, 5e3, 0.3, 2e-5)
            if of.is_conductor:
                given[name] = metal(name, float(of.at("conductivity_s_per_m", 25.0)))
        held = {"pad_rim": COLD_DEGC, "bump_top": COLD_DEGC}
        model = Model(build_mesh(section), given, section.groups)
        found = electrothermal(model, 10.0, "pad_rim", "bump_top", held_degc=held)
        u = found.temperature_max_degc - COLD_DEGC
        assert 170.0 < u < 180.0
        errors.append(PRODUCT * (u + GROWTH * u**2 / 2) / (found.source_potential_v**2 / 8) - 1)
        out = found.heat_out_w("pad_rim") + found.heat_out_w("bump_top")
        assert_allclose(out, found.power_w, rtol=1e-8)
    assert abs(errors[1]) < 3e-6
    assert abs(errors[1]) < abs(errors[0]) / 4
