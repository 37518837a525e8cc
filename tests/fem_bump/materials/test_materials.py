"""Materials: properties and their integral against independent arithmetic, the library's
completeness and a few of its figures, what users may add, and how bad values are refused."""

import json
import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import quad

from fem_bump.errors import AnalysisError, InputError
from fem_bump.materials import Material, MaterialLibrary, copper_film_yield_mpa, materials
from fem_bump.materials.property import UNITS, ConductivityFromResistivity

NAMES = (
    "Si SiO2 SiN low-k polyimide BCB Al Al-0.5Cu Cu Ti TiW Cr NiV Ni Ni-P Au Sn63Pb37 Pb95Sn5 "
    "Sn96.5Ag3.5 SAC305 Cu6Sn5 Cu3Sn Ni3Sn4 FR4 BT solder-mask underfill underfill-tg "
    "underfill-viscoelastic"
).split()
FILLERS = {"underfill", "underfill-tg", "underfill-viscoelastic"}
INSULATORS = set("Si SiO2 SiN low-k polyimide BCB FR4 BT solder-mask".split()) | FILLERS
BRITTLE_METALS = set("TiW Cr Cu6Sn5 Cu3Sn Ni3Sn4".split())
KELVIN = 273.15


def steel(**changes):
    return Material(**{"name": "x", "young_mpa": 2e5, "poisson": 0.3, "cte_per_k": 12e-6} | changes)


# ------------------------------------------------------------------ one property


def test_number_table_and_function_in_the_shape_of_the_temperature():
    t = np.array([[-100.0, 0.0], [50.0, 400.0]])
    table = steel(young_mpa=[(0, 100.0), (100, 50.0)])
    assert_allclose(table.at("young_mpa", t), [[100, 100], [75, 50]], rtol=1e-14)
    assert_allclose(steel().at("young_mpa", t), np.full((2, 2), 2e5), rtol=0)
    function = steel(young_mpa=lambda x: 1e5 - 10.0 * x)
    assert_allclose(function.at("young_mpa", t), 1e5 - 10.0 * t, rtol=1e-14)
    constant_function = steel(young_mpa=lambda x: 7.0)
    assert constant_function.at("young_mpa", t).shape == t.shape
    assert table.at("young_mpa", 50.0).shape == ()


def test_a_numpy_table_becomes_plain_and_the_material_hashable():
    a = steel(cte_per_k=np.array([[0.0, 1e-6], [10.0, 2e-6]]))
    assert a.cte_per_k == ((0.0, 1e-6), (10.0, 2e-6))
    assert hash(a) == hash(steel(cte_per_k=[(0, 1e-6), (10, 2e-6)]))


# ------------------------------------------------------------------ thermal strain


@pytest.mark.parametrize("span", [(217.0, 25.0), (25.0, 217.0), (-200.0, 500.0), (40.0, 41.0)])
def test_thermal_strain_of_a_table_is_exact(span):
    table = [(0.0, 2e-6), (30.0, 5e-6), (90.0, -1e-6), (200.0, 9e-6)]
    start, end = span
    knots = [t for t, _ in table if min(span) < t < max(span)]
    expected, _ = quad(
        lambda t: np.interp(t, *np.transpose(table)), start, end, points=knots or None, epsabs=1e-16
    )
    assert_allclose(steel(cte_per_k=table).thermal_strain(end, start), expected, rtol=1e-12)


def test_thermal_strain_by_hand():
    assert_allclose(steel().thermal_strain(25.0, 217.0), -192.0 * 12e-6, rtol=1e-14)
    # SAC305: mean of the linear coefficient, 16.66 + 0.017 T(K), at the middle of 25..217 degC
    middle = 16.66 + 0.017 * (121.0 + KELVIN)
    got = materials["SAC305"].thermal_strain(25.0, 217.0)
    assert_allclose(got, -192.0 * middle * 1e-6, rtol=1e-9)


@pytest.mark.parametrize(
    "alpha",
    [
        lambda t: 1e-5 + 3e-8 * t - 2e-10 * t**2,
        lambda t: 1e-5 * np.exp(t / 40.0),
        lambda t: np.interp(t, [20.0, 33.3, 150.0], [1e-6, 9e-6, 2e-6]),  # kinks
        lambda t: np.where(t < 77.7, 30e-6, 90e-6),  # a glass transition
    ],
    ids=["polynomial", "exponential", "kinked", "jump"],
)
def test_thermal_strain_of_a_function(alpha):
    t = np.linspace(-55.0, 217.0, 41)
    got = steel(cte_per_k=alpha).thermal_strain(t, 150.0)
    breaks = [20.0, 33.3, 77.7, 150.0]
    for ti, strain in zip(t, got, strict=True):
        inside = [b for b in breaks if min(ti, 150.0) < b < max(ti, 150.0)]
        expected, _ = quad(alpha, 150.0, ti, points=inside or None, epsabs=1e-15, epsrel=1e-12)
        assert_allclose(strain, expected, rtol=1e-8, atol=1e-13)


def test_thermal_strain_is_additive_broadcasts_and_vanishes_at_the_stress_free_state():
    t = np.array([[-55.0], [25.0], [300.0]])
    t0 = np.array([150.0, 217.0])
    for material in (materials["Si"], steel(cte_per_k=lambda x: 1e-6 + 1e-8 * x)):
        strain = material.thermal_strain(t, t0)
        assert strain.shape == (3, 2)
        step = material.thermal_strain(217.0, 150.0)
        assert_allclose(strain[:, 0] - strain[:, 1], np.full(3, step), rtol=1e-9)
        assert_allclose(material.thermal_strain(t0, t0), 0.0, atol=0)


def test_thermal_strain_that_cannot_be_integrated_says_so():
    noise = np.random.default_rng(0)
    with pytest.raises(AnalysisError, match="does not converge"):
        steel(cte_per_k=lambda t: 1e-6 * noise.random(t.shape)).thermal_strain(100.0, 0.0)


# ------------------------------------------------------------------ conduction, yield


def test_conductivity_from_a_resistivity():
    t = np.array([20.0, 120.0])
    got = ConductivityFromResistivity(10e-8, tcr_per_k=0.004)(t)
    assert_allclose(got, [1e7, 1e7 / 1.4], rtol=1e-14)
    table = ConductivityFromResistivity([(0, 1e-8), (100, 3e-8)])
    assert_allclose(table([50.0, 200.0]), [5e7, 1e8 / 3], rtol=1e-14)
    wild = steel(conductivity_s_per_m=ConductivityFromResistivity(1e-8, tcr_per_k=0.01))
    with pytest.raises(InputError, match="material 'x': resistivity_tcr_per_k"):
        wild.at("conductivity_s_per_m", -90.0)


@pytest.mark.parametrize(
    ("name", "degc", "resistivity_ohm_m"),
    [
        ("SAC305", 20.0, 13.2e-8),
        ("SAC305", 120.0, 13.2e-8 * 1.45),
        ("Sn63Pb37", 20.0, 14.5e-8),
        ("Pb95Sn5", 20.0, 19.5e-8),
        ("Sn96.5Ag3.5", 20.0, 12.3e-8),
        ("NiV", 150.0, 63.2e-8),
        ("Cu", 20.0, 1.69e-8),
        ("Cu", 35.0, 1.80e-8),
        ("Cu", 100.0, 2.27e-8),
    ],
)
def test_resistivity_spot_values(name, degc, resistivity_ohm_m):
    conductivity = materials[name].at("conductivity_s_per_m", degc)
    assert_allclose(conductivity, 1.0 / resistivity_ohm_m, rtol=1e-12)


def test_yield_band_scales_with_the_nominal_strength():
    low, nominal, high = materials["Sn63Pb37"].yield_band_mpa([25.0, 150.0])
    assert_allclose(nominal, [24.0, 7.5], rtol=1e-12)
    assert_allclose(low, [19.0, 19.0 * 7.5 / 24.0], rtol=1e-12)
    assert_allclose(high / low, 37.7 / 19.0, rtol=1e-12)
    assert_allclose(steel(yield_mpa=5.0).yield_band_mpa(25.0), [5.0, 5.0, 5.0], rtol=0)


def test_copper_film_law():
    assert_allclose(copper_film_yield_mpa([1.0, 0.5]), [471.0, 608.7], rtol=1e-4)
    for thickness in (0.05, 5.0, np.nan):
        with pytest.raises(InputError, match=r"between 0\.1 and 3"):
            copper_film_yield_mpa(thickness)


# ------------------------------------------------------------------ the library


def test_every_promised_name_is_there_and_no_other():
    assert sorted(materials) == sorted(NAMES)
    assert len(materials) == len(NAMES)
    assert "SAC305" in materials
    assert "unobtainium" not in materials
    assert materials.get("unobtainium") is None


@pytest.mark.parametrize("name", NAMES)
def test_every_value_has_unit_source_validity_and_a_verdict(name):
    rows = materials.provenance(name)
    listed = {row.property for row in rows}
    assert {"young_mpa", "poisson", "cte_per_k", "thermal_conductivity_w_per_mk"} <= listed
    for row in rows:
        of_table = row.property.startswith(("law ", "migration"))
        assert of_table or row.unit == UNITS[row.property]
        assert row.source != "user" and len(row.source) > 8
        assert row.validity != "not stated"
        assert (row.confidence is None) == row.verified
        assert row.confidence in (None, "high", "medium", "low")
    assert materials.description(name)


@pytest.mark.parametrize("name", NAMES)
def test_every_material_is_usable_over_the_load_range(name):
    material = materials[name]
    t = np.linspace(-55.0, 260.0, 64)
    assert np.all(material.at("young_mpa", t) > 0)
    assert np.all(material.at("thermal_conductivity_w_per_mk", t) > 0)
    assert -0.03 < material.thermal_strain(25.0, 217.0) < 0
    assert material.is_conductor == (name not in INSULATORS)
    if material.is_conductor:
        assert np.all(material.at("conductivity_s_per_m", t) > 5e5)
    has_yield = name not in INSULATORS | BRITTLE_METALS
    assert (material.yield_mpa is not None) == has_yield
    if has_yield:
        low, nominal, high = material.yield_band_mpa(t)
        assert np.all((0 < low) & (low < nominal) & (nominal < high))


@pytest.mark.parametrize(
    ("name", "degc", "young_mpa"),
    [
        ("SAC305", 25.0, 74840 - 80 * 298.15),
        ("SAC305", 217.0, 74840 - 80 * 490.15),
        ("Sn63Pb37", 25.0, 29800.0),
        ("Sn63Pb37", 137.5, 32000 - 88 * 137.5),
        ("Sn63Pb37", 217.0, 32000 - 88 * 183.0),
        ("Sn96.5Ag3.5", 100.0, 46000.0),
        ("FR4", 25.0, 27924 - 37 * 298.15),
        ("underfill", 80.0, 4500.0),
        ("Si", 77.0, 129350.0),
        ("Cu3Sn", 25.0, 108300.0),
    ],
)
def test_young_spot_values(name, degc, young_mpa):
    assert_allclose(materials[name].at("young_mpa", degc), young_mpa, rtol=1e-9)


@pytest.mark.parametrize(
    ("name", "degc", "cte_ppm"),
    [
        ("SAC305", 25.0, 16.66 + 0.017 * 298.15),
        ("Cu", 25.0, 13.8 + 0.00944 * 298.15),
        ("Cu", 217.0, 13.8 + 0.00944 * 490.15),
        ("Si", 27.0, 2.62),
        ("Si", 217.0, 3.25 + 0.9 * 0.36),
        ("Al-0.5Cu", 25.0, 23.1),
    ],
)
def test_expansion_spot_values(name, degc, cte_ppm):
    assert_allclose(materials[name].at("cte_per_k", degc), cte_ppm * 1e-6, rtol=1e-6)


def test_a_default_pad_under_150_mpa_does_not_yield_by_the_lower_bound():
    low, nominal, high = materials["Al-0.5Cu"].yield_band_mpa(25.0)
    assert_allclose([low, nominal, high], [150.0, 175.0, 600.0], rtol=1e-12)


@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [
        ("sac-305", "SAC305"),
        ("Sn63 Pb37", "Sn63Pb37"),
        ("AL0.5CU", "Al-0.5Cu"),
        ("Solder Mask", "solder-mask"),
        ("silicon", "Si"),
        ("copper", "SAC305"),  # nothing near: all are listed
        (None, "SAC305"),
    ],
)
def test_an_unknown_name_lists_the_nearest(wrong, nearest):
    with pytest.raises(InputError, match="is unknown; ") as caught:
        materials[wrong]
    assert nearest in str(caught.value).split("; ")[1]
    with pytest.raises(InputError, match="is unknown"):
        materials.provenance(wrong)


@pytest.mark.parametrize("name", NAMES)
def test_records_are_plain_and_complete(name):
    record = materials.record(name)
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert record["properties"] == materials[name].record()
    assert len(record["provenance"]) == len(materials.provenance(name))


def test_records_tell_materials_apart():
    one, two = (steel(young_mpa=lambda t, k=k: 1e5 + k * t).record() for k in (1.0, 2.0))
    assert one["young_mpa"]["function"] == two["young_mpa"]["function"]
    assert one["young_mpa"]["function"].startswith(f"{__name__}.")
    assert one != two
    assert steel(yield_mpa=3.0).record() != steel(yield_mpa=4.0).record()
    warmer = ConductivityFromResistivity(1e-7, 0.001)
    assert steel(conductivity_s_per_m=warmer).record() != steel(conductivity_s_per_m=1e7).record()


def test_library_and_materials_survive_pickling():
    copy = pickle.loads(pickle.dumps(materials))
    assert copy["SAC305"] == materials["SAC305"] and copy["Cu"].law == materials["Cu"].law
    assert pickle.loads(pickle.dumps(materials["SAC305"])) == materials["SAC305"]
    assert hash(copy["Cu"]) == hash(materials["Cu"])


# ------------------------------------------------------------------ a user's own materials

USER = """
[paste]
description = "sintered silver"
young_mpa = 20000.0
poisson = 0.3
cte_per_k = [[0.0, 19e-6], [200.0, 21e-6]]
[paste.resistivity_ohm_m]
value = 5e-8
reference_degc = 25.0
source = "own measurement"

[soft-SAC]
based_on = "SAC305"
young_mpa = 40000.0
"""


def test_user_toml_adds_materials(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(USER)
    mine = materials.extended(path)
    assert len(mine) == len(materials) + 2
    assert "paste" not in materials
    assert_allclose(mine["paste"].at("cte_per_k", 100.0), 20e-6, rtol=1e-12)
    assert_allclose(mine["paste"].at("conductivity_s_per_m", 25.0), 2e7, rtol=1e-12)
    sources = {row.property: row.source for row in mine.provenance("paste")}
    assert sources["young_mpa"] == "user"
    assert sources["resistivity_ohm_m"] == "own measurement"
    soft = mine["soft-SAC"]
    assert soft.at("young_mpa", 217.0) == 40000.0
    assert soft.cte_per_k == materials["SAC305"].cte_per_k
    assert str(tmp_path) not in json.dumps(mine.record("paste"))


def test_a_file_alone_is_a_library_too(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(USER.split("[soft-SAC]")[0])
    alone = MaterialLibrary.from_toml(path)
    assert list(alone) == ["paste"]
    with pytest.raises(InputError, match="known are paste"):
        alone["SAC305"]


def test_a_dict_extends_too_and_may_hold_functions_or_replace_a_name():
    mine = materials.extended(
        {
            "SAC305": {"based_on": "SAC305", "young_mpa": {"value": lambda t: 4e4 - t}},
            "bad-copper": {"based_on": "Cu", "conductivity_s_per_m": 1e7},
        }
    )
    assert len(mine) == len(materials) + 1
    assert_allclose(mine["SAC305"].at("young_mpa", 100.0), 39900.0, rtol=1e-14)
    assert mine["bad-copper"].at("conductivity_s_per_m", 200.0) == 1e7
    assert materials["SAC305"].at("young_mpa", 25.0) > 5e4
    json.dumps(mine.record("SAC305"))


OK = "young_mpa = 1.0\npoisson = 0.3\ncte_per_k = 1e-6\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[a]\nyoung_mpa = = 3", r"mine\.toml: not valid TOML: .*line 2"),
        ("[a]\nyoung_mpa = ", r"mine\.toml: not valid TOML: .*line 2"),
        (f"[a]\n{OK}young = 3", r"mine\.toml: material 'a': key 'young' is unknown; .*young_mpa"),
        (f"[a]\n{OK}[a.yield_mpa]\nvalue = 3.0\nvaluee = 3", "'valuee' is unknown; .*validity"),
        (f"[a]\n{OK}[a.yield_mpa]\nvalue = 3.0\nreference_degc = 3", "'reference_degc' is unk"),
        ("[a]\nyoung_mpa = 1.0", "material 'a': poisson is missing"),
        (f"[a]\n{OK}[a.yield_mpa]\nunit = 'MPa'", "yield_mpa: key 'value' is missing"),
        (f"[a]\n{OK}[a.yield_mpa]\nvalue = 3.0\nunit = 'GPa'", "unit = 'GPa' must be 'MPa'"),
        (f"[a]\n{OK}[a.yield_mpa]\nvalue = 3.0\nrange = [4, 5]", "range = .* around the value 3"),
        (f"[a]\n{OK}[a.yield_mpa]\nvalue = 3.0\nrange = 4", "must be two numbers"),
        (f"[a]\n{OK}[a.yield_mpa]\nvalue = 3.0\nsource = ''", "source = '' must be a non-empty"),
        (f"[a]\n{OK}[a.yield_mpa]\nvalue = 3.0\nconfidence = 'so'", "high, medium, low"),
        (f"[a]\n{OK}[a.yield_mpa]\nvalue = 3.0\nverified = 1", "must be true or false"),
        (f"[a]\n{OK}conductivity_s_per_m = 1.0\nresistivity_ohm_m = 1.0", "not both"),
        (f"[a]\n{OK}resistivity_tcr_per_k = 1e-3", "needs a resistivity_ohm_m"),
        (f"[a]\n{OK}resistivity_ohm_m = [[0, 1e-8]]\nresistivity_tcr_per_k = 1e-3", "no room"),
        (f"[a]\n{OK}note = 3", "note = 3 must be a string"),
        ("[a]\nbased_on = 'sac305'", "material 'sac305' is unknown; the nearest are SAC305"),
        ("a = 3", "material 'a': 3 must be a table"),
        ("[a]\nyoung_mpa = nan\npoisson = 0.3\ncte_per_k = 1e-6", "young_mpa = nan must be"),
    ],
)
def test_bad_user_toml_is_one_clear_sentence(tmp_path, text, message):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=message) as caught:
        materials.extended(path)
    assert "\n" not in str(caught.value)


def test_an_unreadable_file_is_the_users_mistake(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        MaterialLibrary.from_toml(tmp_path / "nowhere.toml")
    path = tmp_path / "latin.toml"
    path.write_bytes(b"[a]\nnote = '\xe9'")
    with pytest.raises(InputError, match="line 2"):
        MaterialLibrary.from_toml(path)


# ------------------------------------------------------------------ bad values


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"young_mpa": -3}, "material 'x': young_mpa = -3 must be positive and finite"),
        ({"young_mpa": np.inf}, "young_mpa = inf must be positive"),
        ({"young_mpa": None}, "young_mpa = None must be a number"),
        ({"young_mpa": "70e3"}, "must be a number, a table"),
        ({"young_mpa": True}, "must be a number, a table"),
        ({"young_mpa": [1.0, 2.0]}, "must be a number, a table"),
        ({"young_mpa": [(1.0, 2.0), (3.0,)]}, "must be a number, a table"),
        ({"young_mpa": []}, "must be a number, a table"),
        ({"young_mpa": [(0, 1.0), (10, -1.0)]}, "young_mpa = -1 must be positive"),
        ({"young_mpa": [(10, 1.0), (0, 1.0)]}, r"10.0, 0.0\] degC, which must strictly"),
        ({"young_mpa": [(10, 1.0), (10, 2.0)]}, "strictly increase"),
        ({"young_mpa": [(-300.0, 1.0)]}, "below -273.15 degC"),
        ({"young_mpa": lambda t: -t}, "young_mpa = -25 must be positive"),
        ({"young_mpa": lambda t: float(t[0]) if t > 0 else 1.0}, "function that must map"),
        ({"poisson": 0.5}, "poisson = 0.5 must lie between -1 and 0.5"),
        ({"poisson": -1.0}, "poisson = -1 must lie"),
        ({"cte_per_k": np.nan}, "cte_per_k = nan must be finite"),
        ({"conductivity_s_per_m": 0.0}, "conductivity_s_per_m = 0 must be positive"),
        ({"thermal_conductivity_w_per_mk": -1.0}, "must be positive"),
        ({"yield_mpa": 0.0}, "yield_mpa = 0 must be positive"),
        ({"yield_range_mpa": (1.0, 2.0)}, "needs a yield_mpa"),
        ({"yield_mpa": 5.0, "yield_range_mpa": (6.0, 7.0)}, "around the value 5 at 25 degC"),
        ({"yield_mpa": 5.0, "yield_range_mpa": (0.0, 7.0)}, "yield_range_mpa = 0 must be"),
        ({"yield_mpa": 5.0, "yield_range_mpa": (1.0, np.inf)}, "finite and ordered"),
        ({"name": ""}, "non-empty string"),
    ],
)
def test_bad_values_are_refused(changes, message):
    with pytest.raises(InputError, match=message):
        steel(**changes)


def test_negative_expansion_and_auxetics_are_allowed():
    assert steel(cte_per_k=-1e-6, poisson=-0.5).thermal_strain(1.0, 0.0) < 0


def test_missing_and_unknown_properties():
    with pytest.raises(InputError, match="material 'SiN' has no conductivity_s_per_m, which cond"):
        materials["SiN"].require("conductivity_s_per_m")
    with pytest.raises(InputError, match="'stiffness' is unknown; known are young_mpa"):
        materials["SiN"].at("stiffness", 25.0)
    for degc in (np.nan, np.inf, -300.0):
        with pytest.raises(InputError, match="temperature_degc"):
            materials["SiN"].at("young_mpa", [25.0, degc])


def test_a_function_that_turns_bad_where_it_is_used():
    material = steel(young_mpa=lambda t: 100.0 - t)
    with pytest.raises(InputError, match="material 'x': young_mpa = -50 must be positive"):
        material.at("young_mpa", [0.0, 150.0])


# ------------------------------------------------------------------ a glass transition


def test_a_glass_transition_has_two_values_and_an_exact_strain():
    given = {"below": 2.5e-5, "above": 9e-5, "tg_degc": 120.0, "width_k": 30.0}
    resin = {"young_mpa": 4000.0, "poisson": 0.35, "cte_per_k": given}
    found = MaterialLibrary({}).extended({"resin": resin})["resin"]
    assert_allclose(found.at("cte_per_k", [25, 120, 150]), [2.5e-5, 5.75e-5, 9e-5], rtol=1e-12)
    across = 2.5e-5 * 80 + 5.75e-5 * 30 + 9e-5 * 15
    assert_allclose(found.thermal_strain(150.0, 25.0), across, rtol=1e-12)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"width_k": 0.0}, "cte_per_k, width_k = 0 must be above 0"),
        ({"tg_degc": 995.0}, "tg_degc = 995 with width_k = 30 must lie within -273.15 to 1000"),
        ({"above": None}, "needs below, above, tg_degc, width_k, each a number; above = None"),
        ({"above": 90.0}, "cte_per_k = 90 must lie between"),
        ({"value": 1e-5}, "key 'below' is unknown"),
    ],
    ids=["width", "hot", "missing", "unit", "both"],
)
def test_a_transition_that_cannot_be_is_refused(changed, said):
    given = {"below": 2.5e-5, "above": 9e-5, "tg_degc": 120.0, "width_k": 30.0, **changed}
    resin = {"young_mpa": 4000.0, "poisson": 0.35, "cte_per_k": given}
    with pytest.raises(InputError, match=said):
        MaterialLibrary({}).extended({"resin": resin})
