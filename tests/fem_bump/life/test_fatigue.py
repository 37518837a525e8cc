"""Life laws of solder: constants in SI, worked examples, and refusals of a wrong creep law."""

import math

import pytest
from numpy.testing import assert_allclose

from fem_bump.errors import InputError
from fem_bump.laws import J2, Anand, DoublePower, Garofalo, Norton
from fem_bump.life.fatigue import (
    MPA_PER_PSI,
    Condition,
    acceleration,
    coffin_manson,
    darveaux,
    engelmaier,
    shear_range,
    syed,
)

PASTE = Anand.of_set("62Sn36Pb2Ag, Darveaux 2000")
SCHUBERT = Garofalo(a_per_s=277984.0, alpha_per_mpa=0.02447, exponent=6.41, activation_k=6500.0)
MOTALAB = Anand.of_set("SAC305, Motalab 2012")
WIESE = DoublePower(a1=4e-7, n1=3.0, q1_k=3223.0, a2=1e-12, n2=12.0, q2_k=7348.0)


@pytest.mark.parametrize(
    ("name", "layer_um", "k1", "k3"),
    [
        ("slice, 1.0 mil", 25.4, 11.609, 1.9543e-6),
        ("quarter, 0.5 mil", 12.7, 22.370, 1.3041e-6),
        ("quarter, 1.0 mil", 25.4, 17.738, 1.5015e-6),
        ("quarter, 1.5 mil", 38.1, 13.776, 1.7083e-6),
    ],
)
def test_darveauxs_constants_in_si(name, layer_um, k1, k3):
    found = darveaux(name, PASTE, layer_um)
    assert_allclose([found.k1, found.k3], [k1, k3], rtol=1e-4)


def test_darveauxs_worked_example():
    """His table 7: 33 psi over 0.5 mil, a path of 0.016 inch."""
    found = darveaux("quarter, 0.5 mil", PASTE, 12.7)
    work = 33.0 * MPA_PER_PSI
    assert_allclose(found.initiation(work), 246, atol=0.5)
    assert_allclose(found.growth_m(work) / 0.0254, 1.08e-5, rtol=5e-3)
    life = found.life(work, 0.016 * 0.0254)
    assert_allclose(life.value, 1721, rtol=3e-3)
    assert life.low == life.value / 2 and life.high == 2 * life.value


def test_a_published_board_is_within_the_band():
    """19 mm PBGA, -40 to 125 degC, 0.20 MPa, 0.46 mm: 6564 by the formula, 4719 measured."""
    life = darveaux("SAC305, Motalab", MOTALAB, 25.0).life(0.20, 0.46e-3)
    assert_allclose(life.value, 6564, rtol=2e-3)
    assert life.low < 4719 < life.high
    assert_allclose(life.value / 4719, 1.39, rtol=5e-3)


def test_darveauxs_constants_are_tied_to_layer_and_law():
    name = "quarter, 0.5 mil"
    with pytest.raises(InputError, match=r"a mean over 12.7 um of solder, not over 10 um"):
        darveaux(name, PASTE, 10.0)
    with pytest.raises(InputError, match="holds with the creep law Anand only, not with Garofalo"):
        darveaux(name, SCHUBERT, 12.7)
    with pytest.raises(InputError, match="holds with Anand of s0_mpa"):
        darveaux(name, MOTALAB, 12.7)


def test_syeds_constants_are_those_of_the_corrected_edition_each_with_its_law():
    sine = syed("SAC387, hyperbolic sine", J2(yield_mpa=20.0) + SCHUBERT, 25.0)
    power = syed("SAC387, double power", WIESE, 25.0)
    assert_allclose(sine.life_of_strain(0.01).value, 1949.3, rtol=1e-4)
    assert_allclose(sine.life_of_work(0.5).value, 1052.6, rtol=1e-4)
    assert_allclose(power.life_of_strain(0.01).value, 2136.8, rtol=1e-4)
    assert_allclose(power.life_of_work(0.5).value, 1333.3, rtol=1e-4)
    more = SCHUBERT + Norton(1e-3, 1.0)  # creeps faster than what the constants are of
    for name, wrong in (
        (sine.name, WIESE), (power.name, SCHUBERT), (sine.name, PASTE), (sine.name, more),
    ):  # fmt: skip
        with pytest.raises(InputError, match="only, not with"):
            syed(name, wrong, 25.0)
    other = Garofalo(a_per_s=441000.0, alpha_per_mpa=5e-3, exponent=4.2, activation_k=5412.0)
    with pytest.raises(InputError, match="holds with Garofalo of a_per_s = 277984, not"):
        syed(sine.name, other, 25.0)
    with pytest.raises(InputError, match="over 25 um of solder, not over 10"):
        syed(sine.name, SCHUBERT, 10.0)


def test_engelmaier_is_coffin_and_manson_with_an_exponent_of_temperature_and_time():
    """Range 0.01 at 40 degC and 24 a day: c = -0.442 - 0.024 + 0.0174 ln 25 = -0.40999."""
    c = -0.466 + 0.0174 * math.log(25)
    expected = 0.5 * (0.01 / 0.65) ** (1 / c)
    assert_allclose(engelmaier(0.01, 40.0, 24.0).value, expected, rtol=1e-12)
    assert_allclose(coffin_manson(0.65, 0.65, -0.5).value, 0.5, rtol=1e-12)
    assert engelmaier(0.01, 40.0, 24.0).value > engelmaier(0.01, 80.0, 24.0).value
    assert engelmaier(0.01, 40.0, 100.0).value > engelmaier(0.01, 40.0, 24.0).value
    assert_allclose(shear_range(5000.0, 14e-6, 100.0, 70.0), 0.1, rtol=1e-12)


def test_acceleration_between_conditions():
    """-40/125 at 24 a day against 0/60 at one a day, SAC305: each factor by itself."""
    test, use = Condition(165.0, 125.0, 24.0), Condition(60.0, 60.0, 1.0)
    factors = [(165 / 60) ** 2.65, 24**-0.136, math.exp(2185 * (1 / 333.15 - 1 / 398.15))]
    assert_allclose(acceleration("SAC305", test, use), math.prod(factors), rtol=1e-12)
    factors = [(165 / 60) ** 2.3, 24**-0.3,
               math.exp(0.4 / 8.617333e-5 * (1 / 333.15 - 1 / 398.15))]  # fmt: skip
    assert_allclose(acceleration("SAC305, second fit", test, use), math.prod(factors), rtol=1e-3)
    assert_allclose(acceleration("SnPb", use, use), 1.0, rtol=1e-15)
    back = acceleration("SnPb", test, use) * acceleration("SnPb", use, test)
    assert_allclose(back, 1.0, rtol=1e-12)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            lambda: darveaux("quarter, 2 mil", PASTE, 50.8),
            "no set of Darveaux's constants; there are 'slice",
        ),
        (lambda: syed("SnPb", PASTE, 25.0), "no set of Syed's constants; there are 'SAC387"),
        (
            lambda: syed("SAC387, double power", WIESE, 25.0).life_of_work(0.0),
            "work_mpa = 0 must be above 0",
        ),
        (lambda: coffin_manson(0.01, 0.65, 0.4), "exponent = 0.4 must be between"),
        (lambda: acceleration("Au", Condition(1, 1, 1), Condition(1, 1, 1)), "'Au' is no solder"),
        (lambda: shear_range(0.0, 1e-6, 1.0, 1.0), "distance_um = 0 must be"),
    ],
    ids=["Darveaux", "Syed", "work", "exponent", "solder", "distance"],
)
def test_what_cannot_be_is_refused(make, said):
    with pytest.raises(InputError, match=said):
        make()
