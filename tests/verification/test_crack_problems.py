"""Cracks with known answers: every row, and that broken physics is noticed.

The table's rows are asserted by test_table; here single pieces of the theory are broken, one at a
time, and some row must leave its tolerance.
"""

import numpy as np
import pytest

from fem_bump.body import cracks
from fem_bump.fracture import (
    domain_integral,
    energy_release,
    interaction_integral,
    interface_tip,
    tip_domain,
)
from fem_bump.verification.fracture import film_delamination, penny_crack

COARSE = {penny_crack: 30, film_delamination: 12}


def failed(problem):
    return [row.quantity for row in problem.rows(COARSE[problem]) if not row.passed]


@pytest.fixture(scope="module")
def rough():
    """Rows that the coarse mesh alone puts out of tolerance: none of them may be counted."""
    return {problem: set(failed(problem)) for problem in COARSE}


def growth_without_hoop(self, points_um):
    xi, slope = GROWTH(self, points_um)
    slope[1, 1] = 0.0
    return xi, slope


def around_without_r(harmonic, over_r):
    out = AROUND(harmonic, over_r)
    out[1] -= over_r[0]
    return out


def wrong_index(self):
    return -INDEX(self)


def no_work(gradient, young, poisson, eps):
    return 0 * DENSITY(gradient, young, poisson, eps)


def without_thermal_strain(gradient, young, poisson, eps):
    return DENSITY(gradient, young, poisson, 0 * eps)


GROWTH, AROUND = tip_domain.TipDomain.growth, tip_domain.around
INDEX, DENSITY = interface_tip.TipMaterials.oscillation.fget, domain_integral.strain_energy_density
TIP, INTERACTION, DOMAIN = interface_tip.TipMaterials, interaction_integral, domain_integral

BROKEN = [
    ("growth of the circle dropped", tip_domain.TipDomain, "growth",
     growth_without_hoop, penny_crack),
    ("hoop strain of the plane field dropped", INTERACTION, "around",
     around_without_r, penny_crack),
    ("its missing equilibrium dropped", INTERACTION, "_divergence",
     lambda n, s, r: 0 * s[0], penny_crack),
    ("sign of its missing equilibrium", INTERACTION, "_divergence",
     lambda n, s, r: -DIVERGENCE(n, s, r), penny_crack),
    ("sign of the oscillatory index", TIP, "oscillation", property(wrong_index), penny_crack),
    ("energy density dropped", DOMAIN, "strain_energy_density", no_work, penny_crack),
    ("thermal strain left in the energy", DOMAIN, "strain_energy_density",
     without_thermal_strain, film_delamination),
    ("terms of a crossed interface dropped", DOMAIN, "_crossings",
     lambda *given: [], film_delamination),
    ("thermal gradient dropped", DOMAIN, "shifted_properties",
     lambda *given: None, film_delamination),
]  # fmt: skip
DIVERGENCE = interaction_integral._divergence


@pytest.mark.slow
@pytest.mark.parametrize(("name", "owner", "attribute", "broken", "problem"), BROKEN,
                         ids=[case[0] for case in BROKEN])  # fmt: skip
def test_broken_physics_is_noticed(name, owner, attribute, broken, problem, rough, monkeypatch):
    monkeypatch.setattr(owner, attribute, broken)
    assert set(failed(problem)) - rough[problem], name


def test_steady_state_is_first_order_in_rim_over_radius():
    exact = film_delamination.exact()
    radii = np.array([200.0, 2000.0, 20000.0])
    excess = [
        energy_release.energy_release(film_delamination.solve(12, radius=r)).g_j_per_m2.mean
        / exact - 1
        for r in radii
    ]  # fmt: skip
    slopes = np.diff(np.log(np.abs(excess))) / np.diff(np.log(radii))
    np.testing.assert_allclose(slopes, -1.0, rtol=0.1)


def test_a_crack_opens_the_whole_mesh_it_is_given():
    body = penny_crack.model((penny_crack.STEEL,) * 2, 15)
    tip = cracks.crack_tip(body)
    np.testing.assert_allclose(tip.length_um, penny_crack.RADIUS, rtol=1e-12)
