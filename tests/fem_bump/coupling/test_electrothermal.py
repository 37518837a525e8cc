"""A current and the temperature that it causes: balance, counts, what is refused."""

import numpy as np
import pytest
from heated_stack import CHIP, stack
from numpy.testing import assert_allclose

from fem_bump import InputError, Material, OffCentreFilm, current_flow, electrothermal


@pytest.mark.parametrize(
    "current_a, rise_k, solves", [(0.1, (0.1, 1.0), 3), (1.6, (40.0, 60.0), 8)]
)
def test_few_solves(current_a, rise_k, solves):
    found = electrothermal(stack(), current_a, "rim", "lid", **CHIP)
    assert rise_k[0] < found.temperature_max_degc - 100.0 < rise_k[1]
    assert found.conduction_solves <= solves
    assert found.heat_solves <= solves
    assert found.residual < 1e-8
    assert_allclose(found.heat_out_w("bottom"), found.power_w, rtol=2e-9)
    assert_allclose(found.power_w, current_a**2 * found.resistance_ohm, rtol=1e-9)


def test_all_that_a_flow_has():
    found = electrothermal(stack(), 1.5, "rim", "lid", **CHIP)
    model, degc = found.model, found.node_temperature_degc
    again = current_flow(model, 1.5, "rim", "lid", temperature_degc=degc)
    assert_allclose(found.resistance_ohm, again.resistance_ohm, rtol=1e-8)
    points = np.array([[3.0, 12.0], [5.0, 0.6]])
    assert_allclose(found.current_density(points), again.current_density(points), rtol=1e-7)
    assert_allclose(found.potential(points), again.potential(points), rtol=1e-7)
    assert_allclose(found.interface("column", "pad").net_current_a, 1.5, rtol=1e-9)
    cold = current_flow(model, 1.5, "rim", "lid", temperature_degc=100.0)
    assert found.resistance_ohm > 1.02 * cold.resistance_ohm
    assert "ElectroThermal: 1.5 A" in repr(found)


def test_heat_around_the_axis():
    """A source of arcs and a film off the centre: the heat is the power, and more than even."""
    asked = dict(source_kind="flux", contact_resistivity_ohm_m2={"column/pad": 1e-12}, **CHIP)
    even = electrothermal(stack(), 0.2, "rim", "lid", **asked)
    fed = electrothermal(stack(), 0.2, "rim", "lid", source_half_angle_deg=15.0, **asked)
    odd = electrothermal(
        stack(), 0.2, "rim", "lid", source_half_angle_deg=15.0,
        off_centre_films=[OffCentreFilm("column/pad", 2.0, 4.0, 1e-10)], **asked,
    )  # fmt: skip
    for found in (even, fed, odd):
        assert_allclose(found.heat_out_w("bottom"), found.power_w, rtol=2e-9)
    assert even.temperature_max_degc < fed.temperature_max_degc
    assert fed.power_w < odd.power_w
    assert fed.conduction_solves <= 4


def test_conductor_without_thermal_conductivity():
    bare = Material("bare", 5e4, 0.3, 2e-5, 7e6)
    with pytest.raises(InputError, match="region 'column' is heated, but its material 'bare'"):
        electrothermal(stack(column=bare), 0.1, "rim", "lid", **CHIP)
    with pytest.raises(InputError, match="a heated body needs a heat sink"):
        electrothermal(stack(), 0.1, "rim", "lid")
