"""Laws by themselves: exactly linearized, refused where they make no sense, published sets."""

import math

import numpy as np
import outside_law
import pytest
from numpy.testing import assert_allclose

from fem_bump import InputError, Material, MaterialLibrary
from fem_bump.laws import (
    J2,
    Anand,
    Chaboche,
    DoublePower,
    FilmYield,
    Garofalo,
    Norton,
    Viscoelastic,
)
from fem_bump.laws.shipped.anand import _sets, anand_sets
from fem_bump.laws.tangent import check_tangent, updated
from fem_bump.materials.law_registry import LAWS, law_kind
from fem_bump.verification.plasticity.anand_bars import saturated

KINDS = (J2, Chaboche, Norton, Garofalo, DoublePower, Anand, Viscoelastic)
MILD = Norton(1e-14, 5.0)  # yields in short steps, creeps in long ones, does both in between
SUMS = {
    "isotropic": J2(80.0, isotropic_mpa=500.0) + MILD,
    "kinematic": J2(80.0, kinematic_mpa=3000.0) + MILD,
    "recall": Chaboche(60.0, 8000.0, 200.0, saturation_mpa=30.0, rate=15.0) + MILD,
    "two creeps": Norton(1e-9, 3.0) + Garofalo(1e-4, 0.05, 4.0, 1000.0),
}


@pytest.mark.parametrize("kind", [*KINDS, outside_law.Maxwell], ids=lambda kind: kind.name)
def test_tangent_is_the_derivative_of_the_stress(kind):
    for found in check_tangent(kind(**kind.tried)):
        assert found.passed and found.flowing > 60


@pytest.mark.parametrize("name", SUMS)
def test_tangent_of_sums(name):
    for found in check_tangent(SUMS[name]):
        assert found.passed and found.flowing > 60


def test_only_recall_makes_a_tangent_that_is_not_symmetric():
    for name, law in SUMS.items():
        asymmetry = check_tangent(law)[0].asymmetry
        assert asymmetry > 1e-4 if name == "recall" else asymmetry < 1e-14
        assert law.symmetric == (name != "recall")
    assert Chaboche(60.0, 8000.0, 0.0, 500.0, 0.0, saturation_mpa=30.0, rate=15.0).symmetric


def pulled(law, strain, dt=0.0, old=None, degc=25.0, poisson=0.3):
    """A point in plane strain."""
    constants = law.constants("", 100e3, poisson, degc)
    old = law.initial_state("", 4, degc) if old is None else old
    return updated(law, constants, np.zeros(4), np.array([strain, 0, 0, 0]), dt, old)


def test_yield_and_creep_are_solved_together():
    """Both equations hold at the end of the step: on the limit, and creeping at its own rate."""
    law, dt = J2(80.0, isotropic_mpa=500.0) + Norton(1e-10, 3.0), 10.0
    stress, _, new = pulled(law, 4e-3, dt)
    q = stress[0] - stress[1]
    plastic = new[6]
    creep = new[4] - plastic
    assert plastic > 1e-4 and creep > 1e-4
    assert_allclose(q, 80.0 + 500.0 * plastic, rtol=1e-12)
    assert_allclose(creep, dt * 1e-10 * q**3, rtol=1e-9)


def test_creep_slows_what_it_shields_from_yielding():
    plain = pulled(J2(80.0), 4e-3)[2][4]
    _, _, new = pulled(J2(80.0) + Norton(1e-10, 3.0), 4e-3, 10.0)
    assert 0 < new[6] < plain
    assert_allclose(pulled(J2(80.0) + Norton(1e-30, 3.0), 4e-3, 10.0)[2][6], plain, rtol=1e-12)


def test_work_is_that_of_the_stress_on_the_inelastic_strain():
    """Small steps beside one, for hardening of both kinds."""
    law = J2(80.0, isotropic_mpa=2000.0, kinematic_mpa=3000.0)
    constants, state = law.constants("", 100e3, 0.3, 25.0), law.initial_state("", 4, 25.0)
    path, work, last = np.linspace(0, 4e-3, 4001), 0.0, np.zeros(4)
    for strain in path[1:]:
        stress, _, new = updated(
            law, constants, np.zeros(4), np.array([strain, 0, 0, 0]), 0.0, state
        )
        work += 0.5 * (stress + last) @ (new[:4] - state[:4])
        state, last = new, stress
    assert_allclose(pulled(law, 4e-3)[2][5], work, rtol=1e-4)
    assert_allclose(state[5], work, rtol=1e-4)


def test_stress_states_may_have_more_shears():
    """A shear in a place of its own does what the one shear of an axisymmetric state does."""
    law = SUMS["kinematic"]
    constants = law.constants("", 100e3, 0.3, 25.0)
    strain = np.array([2e-3, -1e-3, 0.5e-3, 3e-3])
    four = updated(law, constants, np.zeros(4), strain, 5.0, law.initial_state("", 4, 25.0))[0]
    more = np.array([*strain[:3], 0.0, 0.0, strain[3]])
    six = updated(law, constants, np.zeros(6), more, 5.0, law.initial_state("", 6, 25.0))[0]
    assert_allclose(six[[0, 1, 2, 5]], four, rtol=1e-12)
    assert_allclose(six[3:5], 0.0, atol=1e-12)


def test_parameters_over_temperature():
    law = J2([(25.0, 150.0), (125.0, 100.0)], kinematic_mpa=lambda t: 2000.0 - t)
    q = [np.diff(pulled(law, 5e-3, degc=t)[0][1::-1])[0] for t in (25.0, 75.0)]
    exact = []
    for limit, modulus in ((150.0, 1975.0), (125.0, 1925.0)):
        shear = 100e3 / 2.6
        flow = (2 * shear * 5e-3 - limit) / (3 * shear + modulus)
        exact.append(limit + modulus * flow)
    assert_allclose(q, exact, rtol=1e-12)


def test_published_sets_saturate_where_their_numbers_say():
    conditions = [(1e-3, 25.0), (1e-5, 25.0), (1e-3, 125.0), (1e-5, 125.0)]
    assert len(anand_sets()) == 16
    for name in anand_sets():
        found = [saturated(name, *each) for each in conditions]
        assert_allclose(found, _sets()[name]["saturated_mpa"], rtol=0, atol=0.06, err_msg=name)


def test_motalab_s_set_gives_the_flow_stresses_published_with_it():
    """Read off a figure to 1 or 2 MPa, at 1e-3 1/s and over rates at 25 degC."""
    published = {
        (1e-3, 25.0): 40.5, (1e-4, 25.0): 35.5, (1e-5, 25.0): 29.5,
        (1e-3, 50.0): 33.5, (1e-3, 100.0): 24.0, (1e-3, 125.0): 21.5,
    }  # fmt: skip
    found = [saturated("SAC305, Motalab 2012", *each) for each in published]
    assert_allclose(found, list(published.values()), rtol=0, atol=3.0)


def test_misprinted_sets_are_refused_with_the_reason():
    refused = [name for name, data in _sets().items() if "refused" in data]
    assert len(refused) >= 7 and not set(refused) & set(anand_sets())
    with pytest.raises(InputError, match=r"63Sn37Pb, Zahn' is refused: it prints A = 4.0e-6"):
        Anand.of_set("63Sn37Pb, Zahn")
    with pytest.raises(InputError, match="Anand set 'SAC999' is unknown; known are"):
        Anand.of_set("SAC999")


@pytest.mark.parametrize(
    "make, said",
    [
        (lambda: Norton(a_per_s=1e-9), r"law Norton: parameter exponent \(1\) is missing"),
        (lambda: J2(), r"law J2: parameter yield_mpa \(MPa\) is missing; it must be above 0"),
        (lambda: J2(-5.0), "law J2: yield_mpa = -5 MPa must be above 0"),
        (
            lambda: J2([(25.0, 50.0), (200.0, -1.0)]),
            "law J2: yield_mpa = -1 MPa at 200 degC must be above 0",
        ),
        (lambda: J2(50.0, hardening=3.0), "law J2: parameter 'hardening' is unknown; it has"),
        (lambda: J2(50.0, yield_mpa=3.0), "law J2: parameter 'yield_mpa' is given twice"),
        (lambda: J2("soft"), "yield_mpa = 'soft' must be a number, a table"),
        (lambda: J2(50.0) + J2(60.0), "sum of two that yield"),
        (lambda: J2(50.0) + Anand.of_set(anand_sets()[0]), "Anand cannot be added"),
        (lambda: Norton.of_set("x"), "law Norton has no published sets"),
        (lambda: Material("m", 1e3, 0.3, 0.0, law=5), "law = 5 must be a law"),
        (lambda: Material("m", 1e3, 0.5, 0.0, law=J2(5.0)), "poisson = 0.5 must lie between"),
    ],
)
def test_bad_input_is_one_sentence(make, said):
    with pytest.raises(InputError, match=said) as found:
        make()
    assert "\n" not in str(found.value)


def test_a_design_file_states_laws():
    table = {"based_on": "SAC305", "law": {"kind": "Anand", "set": "SAC305, Motalab 2012"}}
    both = [
        {"kind": "J2", "yield_mpa": [[25.0, 30.0], [125.0, 20.0]]},
        {"kind": "Norton", "a_per_s": 1e-9, "exponent": 5.0},
    ]
    mine = MaterialLibrary().extended(
        {
            "paste": table,
            "lead": {"based_on": "SAC305", "law": both},
            "heir": {"based_on": "paste"},
            "stiff": {"based_on": "paste", "law": "elastic"},
            "hard Cu": {"based_on": "Cu", "yield_mpa": 300.0},
        }
    )
    assert mine["paste"].law.name == mine["heir"].law.name == "Anand"
    assert mine["stiff"].law is None and "law" not in mine["stiff"].record()
    (hard,) = mine["hard Cu"].law.record()
    assert hard["yield_mpa"]["value_mpa"] == 300.0 and hard["kinematic_mpa"] == 2000.0
    assert mine["lead"].law.name == "J2 + Norton" and mine["lead"].law.creeps
    assert mine["lead"].record()["law"][1]["exponent"] == 5.0
    for law, said in (
        ({"kind": "J3"}, "material 'x': law 'J3' is unknown; known are"),
        ({"yield_mpa": 3.0}, "must be a table with a 'kind'"),
        ({"kind": "Norton", "a_per_s": 1e-9}, "parameter exponent"),
        ({"kind": "Anand", "set": "63Sn37Pb, Zahn"}, "refused"),
        ({"kind": "J2", "yield_mpa": "conductivity_s_per_m"}, "which it lacks"),
        ({"kind": "J2", "yield_mpa": {"value": 3.0, "sauce": "x"}}, "key 'sauce' is unknown"),
        ({"kind": "J2", "yield_mpa": {"value": 3.0, "unit": "GPa"}}, "unit = 'GPa' must be 'MPa'"),
        ({"kind": "J2", "yield_mpa": {"value": -3.0}}, "yield_mpa = -3 MPa must be above 0"),
        ({"kind": "J2", "yield_mpa": {"unit": "MPa"}}, "parameter yield_mpa .* is missing"),
        ({"kind": "J2", "yield_mpa": 3.0, "verified": "no"}, "verified = 'no' must be true"),
    ):
        with pytest.raises(InputError, match=said):
            MaterialLibrary().extended({"x": {"based_on": "FR4", "law": law}})


METALS = ("Al", "Al-0.5Cu", "Cu", "NiV", "Ni", "Au")
SOLDERS = ("Sn63Pb37", "Pb95Sn5", "Sn96.5Ag3.5", "SAC305")
RELAXES = "underfill-viscoelastic"


def test_metals_and_solders_of_the_library_have_laws():
    library = MaterialLibrary()
    with_laws = {name for name in library if library[name].law is not None}
    assert with_laws == {*METALS, *SOLDERS, RELAXES}
    assert {name for name in with_laws if library[name].law.recovers} == {RELAXES}
    for name in METALS:
        (part,) = library[name].law.parts
        limit = part.values["yield_mpa"]
        plain = limit.value_mpa if isinstance(limit, FilmYield) else limit
        assert part.kind is J2 and plain == library[name].yield_mpa
    for name in SOLDERS:
        (part,) = library[name].law.parts
        assert part.kind is Anand and any(
            part.values == Anand.of_set(each).parts[0].values for each in anand_sets()
        )
    row = next(each for each in library.provenance("Cu") if each.property.startswith("law"))
    assert row.property == "law J2: yield_mpa" and row.unit == "MPa" and row.range == (54.0, 609.0)


def test_a_law_from_outside_is_one_module():
    assert law_kind("Maxwell") is outside_law.Maxwell in LAWS.values()
    law = law_kind("Maxwell").of_table({"viscosity_mpa_s": 1e5})
    stress, _, _ = pulled(law, 1e-3, dt=2.0)
    shear = 100e3 / 2.6
    assert_allclose(stress[0] - stress[1], 2 * shear * 1e-3 / (1 + 3 * shear * 2.0 / 1e5))


def test_anand_jumps_of_strain_and_long_rests_are_solved():
    law = Anand.of_set("SAC405, Wang 2007")
    for dt in (1e-9, 1.0, 1e9):
        for strain in (1e-9, 1e-3, 0.5):
            stress, _, new = pulled(law, strain, dt)
            assert np.isfinite(stress).all() and new[6] > 0
    assert math.isclose(pulled(law, 1e-4, 0.0)[0][0], pulled(law, 1e-4, 1e-30)[0][0])
