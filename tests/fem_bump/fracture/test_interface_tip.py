"""The plane fields of a bimaterial tip satisfy the equations that define them."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import quad

from fem_bump.fracture.interface_tip import TipMaterials, unit_field

PAIR = TipMaterials((200e3, 20e3), (0.2, 0.4))
POINTS = np.random.default_rng(1).normal(size=(2, 30))


def at(mode, x, y, materials=PAIR):
    return unit_field(mode, materials, x, y, y > 0)


def on_line(mode, x, in_a, materials=PAIR):
    x = np.atleast_1d(x)
    return unit_field(mode, materials, x, np.zeros_like(x), np.full(len(x), in_a))


def test_dundurs_and_the_index_of_published_pairs():
    # silicon nitride on aluminium: physics handbook's table of corner exponents
    alpha, beta = TipMaterials((150e3, 70e3), (0.25, 0.34)).dundurs
    assert_allclose([alpha, beta], [0.338, 0.052], atol=5e-4)
    same = TipMaterials((70e3, 70e3), (0.3, 0.3))
    assert_allclose([*same.dundurs, same.oscillation], 0.0, atol=1e-15)
    assert_allclose(same.plane_modulus_mpa, 70e3 / (1 - 0.09), rtol=1e-14)
    # the index has the sign of -beta, and swapping sides turns it
    assert PAIR.oscillation * PAIR.dundurs[1] < 0
    swapped = TipMaterials(PAIR.young_mpa[::-1], PAIR.poisson[::-1])
    assert_allclose(swapped.oscillation, -PAIR.oscillation, rtol=1e-12)


@pytest.mark.parametrize("mode", [1, 2, 3])
def test_gradient_equilibrium_and_hooke(mode):
    x, y = POINTS
    d = 1e-6
    field = at(mode, x, y)
    east, west = at(mode, x + d, y), at(mode, x - d, y)
    north, south = at(mode, x, y + d), at(mode, x, y - d)
    scale = np.abs(field.gradient).max()
    for k, (one, two) in enumerate(((east, west), (north, south))):
        numeric = (one.displacement - two.displacement) / (2 * d)
        assert_allclose(field.gradient[:, k], numeric, atol=1e-8 * scale)
    divergence = east.stress[:, 0] - west.stress[:, 0] + north.stress[:, 1] - south.stress[:, 1]
    assert_allclose(divergence / (2 * d), 0.0, atol=1e-8 * np.abs(field.stress).max())
    strain = np.zeros((3, 3, len(x)))
    strain[:, :2] = field.gradient
    strain = (strain + strain.swapaxes(0, 1)) / 2
    mu = np.where(y > 0, *PAIR.shear_modulus_mpa)
    nu = np.where(y > 0, *PAIR.poisson)
    hooke = 2 * mu * (strain + nu / (1 - 2 * nu) * np.trace(strain) * np.eye(3)[:, :, None])
    assert_allclose(field.stress, hooke, atol=1e-12 * np.abs(hooke).max())


@pytest.mark.parametrize("mode", [1, 2, 3])
def test_bonded_ahead_and_free_behind(mode):
    x = np.array([0.05, 0.7])
    a, b = on_line(mode, x, True), on_line(mode, x, False)
    assert_allclose(a.displacement, b.displacement, atol=1e-15)
    assert_allclose(a.stress[:, 1], b.stress[:, 1], atol=1e-13)
    k = {1: 1.0, 2: 1j, 3: 0.0}[mode]
    expected = k * x ** (1j * PAIR.oscillation) / np.sqrt(2 * np.pi * x)
    assert_allclose(a.stress[1, 1] + 1j * a.stress[0, 1], expected, atol=1e-14)
    if mode == 3:
        assert_allclose(a.stress[1, 2], 1 / np.sqrt(2 * np.pi * x), rtol=1e-13)
    for in_a in (True, False):
        free = on_line(mode, -x, in_a)
        assert_allclose(free.stress[:, 1], 0.0, atol=1e-14)


@pytest.mark.parametrize("mode", [1, 2, 3])
@pytest.mark.parametrize("materials", [PAIR, TipMaterials((70e3, 70e3), (0.3, 0.3))])
def test_irwin_work_of_closing_a_piece(mode, materials):
    # G = 1/(2 d) integral of s(x) . jump(d - x) dx, whatever d
    d = 0.3

    def work(angle):  # x = d sin^2 takes the root singularity out
        x = d * np.sin(angle) ** 2
        stress = on_line(mode, x, True, materials).stress[:, 1, 0]
        jump = (
            on_line(mode, x - d, True, materials).displacement
            - on_line(mode, x - d, False, materials).displacement
        )[:, 0]
        return float(stress @ jump) * 2 * d * np.sin(angle) * np.cos(angle)

    # the fields oscillate without end towards both ends, with an amplitude of the angle itself
    pieces = quad(work, 0, np.pi / 4, epsabs=0, epsrel=1e-10, limit=500)[0]
    pieces += quad(work, np.pi / 4, np.pi / 2, epsabs=0, epsrel=1e-10, limit=500)[0]
    total = pieces / (2 * d)
    k = [1.0 if mode == m else 0.0 for m in (1, 2, 3)]
    assert_allclose(total, materials.energy_release(*k), rtol=1e-6)
