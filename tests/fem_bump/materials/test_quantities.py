"""Units that slip in a material: every property, in every unit and form it may be given in."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fem_bump import InputError, Material, materials
from fem_bump.materials.quantities import ABSOLUTE_ZERO_DEGC, QUANTITIES

COPPER = {
    "young_mpa": 129e3, "poisson": 0.34, "cte_per_k": 17e-6, "thermal_conductivity_w_per_mk": 399.0,
    "yield_mpa": 185.0, "conductivity_s_per_m": 5.8e7,
}  # fmt: skip
SOLDER = {
    "young_mpa": 44e3, "poisson": 0.36, "cte_per_k": 21e-6, "thermal_conductivity_w_per_mk": 58.0,
    "yield_mpa": 32.0, "conductivity_s_per_m": 7.6e6,
}  # fmt: skip
GLASS = {"young_mpa": 70e3, "poisson": 0.17, "cte_per_k": 0.5e-6,
         "thermal_conductivity_w_per_mk": 1.4}  # fmt: skip
POLYIMIDE = {"young_mpa": 3400.0, "poisson": 0.35, "cte_per_k": 35e-6}
MATTER = {"copper": COPPER, "solder": SOLDER, "glass": GLASS, "polyimide": POLYIMIDE}

# a unit in which the number is an ordinary one as well: nothing can tell
UNTOLD = {
    ("thermal_conductivity_w_per_mk", "mW/(m K)", "glass"),  # 1400, as diamond
    ("conductivity_s_per_m", "S/cm", "copper"),  # 5.8e5, as a nitride
}


def convert(quantity, unit, value):
    """The number that is written if a value stands in another unit."""
    slip = dict(quantity.slips)[unit]
    return 1.0 / value if slip(2.0) == 0.5 else value / slip(1.0)


SLIPS = [
    (kind, prop, slip.unit)
    for kind, of in MATTER.items()
    for prop in of
    for slip in QUANTITIES[prop].slips
]
FORMS = {
    "number": lambda v: v,
    "table": lambda v: [(-55.0, v), (25.0, v), (217.0, v)],
    "function": lambda v: lambda t: np.full(np.shape(t), v),
}


def said_of(**properties):
    """The refusal of a material, or its notes."""
    try:
        return Material("x", **properties).notes()
    except InputError as refusal:
        assert "\n" not in str(refusal)
        return [str(refusal)]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("kind", "prop", "unit"), SLIPS, ids=["-".join(s) for s in SLIPS])
def test_a_slipped_unit_is_refused_or_noted_with_the_unit(kind, prop, unit, form):
    value = convert(QUANTITIES[prop], unit, MATTER[kind][prop])
    said = said_of(**MATTER[kind] | {prop: FORMS[form](value)})
    if (prop, unit, kind) in UNTOLD:
        assert said == []
    else:
        assert any(f"{value:g} {unit} would be" in s and prop in s for s in said), said
        assert all("material 'x'" in s for s in said)


@pytest.mark.parametrize(
    ("prop", "value", "said"),
    [
        ("resistivity_ohm_m", 13.0, "13 uohm cm would be 1.3e-07 ohm m"),
        ("resistivity_ohm_m", 0.13, "0.13 uohm m would be 1.3e-07 ohm m"),
        ("resistivity_ohm_m", 130.0, "130 nohm m would be 1.3e-07 ohm m"),
        ("resistivity_ohm_m", 1.3e-5, "1.3e-05 ohm cm would be 1.3e-07 ohm m"),
        ("resistivity_ohm_m", 7.7e6, "7.7e+06 S/m would be 1.2987e-07 ohm m"),
        ("resistivity_ohm_m", 1e14, "lie between 1e-11 and 0.01 ohm m: leave it out"),
        ("resistivity_ohm_m", [[0.0, 1.7], [200.0, 3.0]], "1.7 uohm cm would be 1.7e-08 ohm m"),
        ("resistivity_tcr_per_k", 3900.0, "3900 ppm/K would be 0.0039 1/K"),
        ("resistivity_tcr_per_k", 0.39, "0.39 %/K would be 0.0039 1/K"),
        ("resistivity_tcr_per_k", 3.9, "3.9 x 1e-3/K would be 0.0039 1/K"),
    ],
)
def test_resistivities(prop, value, said):
    given = {"resistivity_ohm_m": 1.3e-7} if prop.endswith("tcr_per_k") else {}
    data = {k: v for k, v in SOLDER.items() if k != "conductivity_s_per_m"} | given
    try:
        found = materials.extended({"x": data | {prop: value}})["x"].notes()
    except InputError as refusal:
        found = [str(refusal)]
    assert len(found) == 1 and said in found[0] and f"{prop} = " in found[0], found


def test_the_range_of_a_value_is_judged_too():
    wrong = {"x": GLASS | {"cte_per_k": {"value": 0.5e-6, "range": [0.4e-6, 0.6]}}}
    with pytest.raises(InputError, match=r"cte_per_k range = 0\.6 must lie between"):
        materials.extended(wrong)


@pytest.mark.parametrize(
    "rejected",
    [{"cte_per_k": 1.1e-3}, {"cte_per_k": -1.1e-3}, {"conductivity_s_per_m": 99.0},
     {"young_mpa": 1.1e7}, {"thermal_conductivity_w_per_mk": 3e4}, {"yield_mpa": 2e5}],
)  # fmt: skip
def test_what_no_matter_has_is_refused(rejected):
    ((prop, value),) = rejected.items()
    with pytest.raises(InputError, match=rf"material 'x': {prop} = .* must lie between .* and "):
        Material("x", **COPPER | rejected)
    idealized = Material("rigid", **COPPER | rejected, idealized=True)
    assert idealized.at(prop, 25.0) == value and idealized.notes() == []
    with pytest.raises(InputError, match="must be positive"):
        Material("rigid", **COPPER | {"young_mpa": -1.0}, idealized=True)


def test_a_function_is_judged_where_it_is_used():
    odd = Material("x", **COPPER | {"young_mpa": lambda t: np.where(t < 100.0, 129e3, 129.0)})
    assert odd.notes() == [] and odd.notes({"young_mpa": (-55.0, 25.0)}) == []
    assert "129 GPa would be 129000 MPa" in odd.notes({"young_mpa": (25.0, 125.0)})[0]
    wild = Material("x", **COPPER | {"cte_per_k": lambda t: np.where(t < 100.0, 17e-6, 17.0)})
    with pytest.raises(InputError, match=r"17 ppm/K would be 1\.7e-05"):
        wild.at("cte_per_k", 125.0)


REAL = [
    ("silicone", 1.0, 0.49, 300e-6, None),
    ("underfill above its glass transition", 100.0, 0.45, 95e-6, None),
    ("rigid-rod polyimide", 8500.0, 0.34, -0.3e-6, None),
    ("low-k", 4000.0, 0.3, 12e-6, None),
    ("diamond", 1.2e6, 0.07, 1e-6, None),
    ("TiN, 250 uohm cm", 400e3, 0.25, 9e-6, 4e5),
    ("ITO", 120e3, 0.3, 8e-6, 2e5),
    ("NiCr", 200e3, 0.3, 13e-6, 9e5),
    ("indium", 11e3, 0.45, 32e-6, 1.2e7),
    ("silver", 80e3, 0.37, 19e-6, 6.3e7),
]


@pytest.mark.parametrize(("name", "young", "poisson", "cte", "sigma"), REAL)
def test_real_matter_is_ordinary(name, young, poisson, cte, sigma):
    assert Material(name, young, poisson, cte, conductivity_s_per_m=sigma).notes() == []


def test_no_shipped_material_is_noted():
    used = dict.fromkeys(("young_mpa", "poisson", "yield_mpa", "conductivity_s_per_m"), (25, 25))
    used["cte_per_k"] = (25.0, 217.0)
    assert {name: m.notes(used) for name, m in materials.items() if m.notes(used)} == {}


# ------------------------------------------------------------------ temperatures of tables


def with_table(first, last):
    return Material("x", **COPPER | {"young_mpa": [(first, 130e3), (last, 120e3)]})


@pytest.mark.parametrize(
    ("span", "used", "beyond"),
    [
        ((25.0, 125.0), (25.0, 25.0), None),
        ((-55.0, 125.0), (-55.0, 125.0), None),
        ((27.0, 127.0), (20.0, 20.0), None),  # room temperature is 20, 25 or 27 degC
        ((27.0, 127.0), (19.0, 19.0), "19"),
        ((25.0, 125.0), (25.0, 217.0), "217"),
        ((25.0, 125.0), (-40.0, 150.0), "-40 and 150"),
        ((125.0, 217.0), (25.0, 25.0), "25"),
    ],
)
def test_a_table_that_does_not_cover_the_load(span, used, beyond):
    found = with_table(*span).notes({"young_mpa": used})
    assert len(found) == (beyond is not None)
    if beyond is not None:
        said = f"young_mpa of material 'x' does not cover the load: it is of {span[0]:g} to "
        assert said in found[0] and f"is taken at {beyond} degC" in found[0]
        assert with_table(*span).notes() == [], "nothing is said of a load that is not known"


def test_one_pair_is_a_table_of_one_temperature():
    alone = Material("x", **COPPER | {"cte_per_k": [(25.0, 17e-6)]})
    assert "it is of 25 degC alone" in alone.notes({"cte_per_k": (25.0, 217.0)})[0]


@given(
    st.tuples(st.floats(-200, 400), st.floats(-200, 400)).map(sorted),
    st.tuples(st.floats(-200, 400), st.floats(-200, 400)).map(sorted),
)
def test_noted_where_the_value_is_the_end_of_the_table(span, used):
    first, last = span[0], span[1] + 1.0
    notes = [n for n in with_table(first, last).notes({"young_mpa": used}) if "cover" in n]
    room = [t for t in used if 20.0 <= t <= 27.0 and (20 <= first <= 27 or 20 <= last <= 27)]
    outside = [t for t in used if not first <= t <= last and t not in room]
    assert len(notes) == bool(outside)


def test_tables_and_references_in_kelvin():
    (said,) = with_table(218.15, 490.15).notes()
    assert "temperatures of young_mpa of material 'x'" in said
    assert "218.15 K would be -55 degC" in said
    assert any(
        "cover" in note for note in with_table(298.15, 398.15).notes({"young_mpa": (25, 25)})
    )
    data = {k: v for k, v in COPPER.items() if k != "conductivity_s_per_m"}
    rho = {"value": 1.7e-8, "reference_degc": 293.15}
    (said,) = materials.extended({"x": data | {"resistivity_ohm_m": rho}})["x"].notes()
    assert "reference_degc = 293.15" in said and "293.15 K would be 20 degC" in said
    for degc in (ABSOLUTE_ZERO_DEGC - 1.0, np.nan):
        with pytest.raises(InputError, match=r"reference_degc = .* must be a finite number of at"):
            materials.extended({"x": data | {"resistivity_ohm_m": rho | {"reference_degc": degc}}})


def test_notes_change_no_record():
    assert "idealized" not in Material("x", **COPPER).record()
    assert set(Material("x", **COPPER, idealized=True).record()) == set(
        materials["Ti"].record()
    ) - {"migration", "solidus_degc", "deposition_degc", "intrinsic_mpa"}


@given(st.sampled_from(sorted(QUANTITIES)), st.floats(-1e12, 1e12))
def test_likely_units_make_a_value_ordinary(prop, value):
    quantity = QUANTITIES[prop]
    likely = quantity.likely(value)
    assert not (likely and quantity.is_credible(value))
    for number in re.findall(r"would be (\S+)", likely):
        low, high = quantity.credible
        assert low * (1 - 1e-5 * np.sign(low)) <= float(number) <= high * (1 + 1e-5)


def test_physical_ranges_hold_the_credible_ones():
    for quantity in QUANTITIES.values():
        assert quantity.physical[0] <= quantity.credible[0] < quantity.credible[1]
        assert quantity.credible[1] <= quantity.physical[1]
