"""Units that slip in a design: every key that has a unit, in every unit it is mistaken for."""

import math
from typing import get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from geometry import Design, DesignError
from geometry.claims.catalogue import all_recipes
from geometry.design.notes import quantities
from geometry.design.parameters import override

# between them these hold every key with a unit, each with an ordinary value other than 0
FULL = {
    "cell": {"radius_um": 84.0},
    "polyimide": {"cd_bias_um": 0.5},
    "passivation": {"cd_bias_um": 0.5},
    "pad_etch": {"mask": "polyimide", "undercut_um": 0.2},
    "pad": {"feed": "trace"},
    "trace": {"thickness_um": 0.5, "length_um": 50.0},
    "ubm": {"enhanced": [{"name": "post", "material": "Cu", "thickness_um": 5.0}]},
    "bump": {"shape": "reflowed", "diameter_um": 70.0, "screen_opening_diameter_um": 60.0},
    "assembly": {},
    "load": {
        "shear": {"dnp_um": 5000.0},
        "thermal": {"stress_free_by_region_degc": {"passivation": 350.0}},
        "current": {"contact_resistivity_ohm_m2": {"ubm/pad": 1e-12}},
    },
    "crack": {"length_um": 0.5, "toughness_j_per_m2": 1.0, "friction": 0.3},
    "metrics": {
        "strength": {"ubm/pad": {"peel_mpa": 200.0, "shear_mpa": 150.0}},
        "calibration": {
            "solder": {
                "location_h": 500.0,
                "scale": 0.4,
                "exponent": 1.8,
                "activation_ev": 0.9,
                "reference_a_per_cm2": 1.5e4,
                "reference_degc": 150.0,
                "degrees_of_freedom": 20,
                "covariance": [[0.0] * 4] * 4,
                "window_um": 1.0,
            }
        },
    },
    "mesh": {"accuracy": 0.02, "accuracy_of": {"resistance_mohm": 0.01}},
}
VIAS = {
    "pad": {"feed": "via"},
    "via": {"kind": "discrete"},
    "load": {"shear": {"displacement_um": 0.3, "counter_stiffness_mpa_per_um": 50.0}},
}
CRATER = {"probe": {"depth_um": 0.3, "seam_um": 0.3, "dielectric_crack_um": 0.5}}
GROOVE = {"probe": {"depth_ratio": 0.3, "ring_diameter_um": 30.0, "diameter_um": 6.0}}
OFF_CENTRE = {"probe": {"depth_ratio": 0.0, "offset_um": 20.0, "azimuth_deg": 90.0}}
YIELDS = {"load": {"inelastic": True, "history": {}}}
CYCLED = {
    "load": {
        "inelastic": True,
        "history": {"kind": "cycles"},
        "cycling": {
            "low_degc": -40.0, "high_degc": 125.0, "ramp_s": 900.0, "dwell_low_s": 300.0,
            "dwell_high_s": 300.0, "jump_error": 0.05,
        },
    },
    "metrics": {
        "fatigue": {
            "law": "Coffin-Manson", "twice_ductility": 0.65, "exponent": -0.5, "crack_um": 70.0,
            "use": {"low_degc": 10.0, "high_degc": 60.0, "cycles_per_day": 2.0},
        }
    },
}  # fmt: skip
PROCESS = {
    "load": {
        "history": {"kind": "process"},
        "process": {
            "deposition_degc_by_region": {"passivation": 300.0},
            "intrinsic_mpa_by_region": {"passivation": -100.0},
        },
    }
}
BY_RATE = {
    "load": {
        "inelastic": True,
        "history": {"kind": "cycles"},
        "cycling": {"standard": "IPC-9701", "condition": "TC3", "ramp_k_per_min": 11.0,
                    "dwell_low_s": 300.0, "dwell_high_s": 300.0},
    }
}  # fmt: skip
SHEARED = {
    "load": {
        "inelastic": True,
        "shear": {"displacement_um": 0.3, "counter_face": "rigid", "harmonics": 6, "angles": 9},
    }
}
HEATED = {
    "pad": {"feed": "trace"},
    "trace": {"length_um": 100.0},
    "load": {
        "heat": {
            "held_degc": {"chip_bottom": 100.0},
            "film": {"bump_top": {"coefficient_w_per_m2k": 1e5, "ambient_degc": 80.0}},
            "trace": {"oxide_um": 1.0, "substrate_degc": 100.0},
        },
        "migration": {
            "end_s": 3.6e6,
            "critical_by_region_mpa": {"bump": 30.0},
            "reservoirs": {"bump_side": 1.0},
            "void": {"thickness_um": 1.0},
        },
    },
}
COOLED = {
    "pad": {"feed": "trace"},
    "trace": {"length_um": 100.0},
    "load": {"heat": {"trace": {"coefficient_w_per_m2k": 1e6}}},
}
LAYERED = {  # what is asked is answered by a note
    "metrics": {
        "intermetallic": {
            "hours": 1000.0, "temperature_degc": 150.0, "start_um": 1.0,
            "rate_um2_per_s": 1e-5, "rate_degc": 150.0, "activation_ev": 0.7,
        }
    }
}  # fmt: skip
RING = {"pad": {"feed": "via"}, "via": {"kind": "ring"}}
NAMED = ("passivation", "ubm/pad", "chip_bottom", "bump", "bump_side", "resistance_mohm")
# no unit: counts, and factors of the mesh
PURE = {
    "schema_version",
    "via.count",
    "mesh.size_factor",
    "mesh.growth",
    "mesh.most_unknowns",
    "load.cycling.cycles",
    "load.cycling.soak_mode",
    "load.shear.harmonics",
    "load.shear.angles",
}
PURE |= {f"metrics.calibration.{part}.{key}" for part in ("solder", "pad")
         for key in ("covariance", "degrees_of_freedom")}  # fmt: skip


def collected():
    """Every key with its ordinary value and its kind."""
    found = {}
    for data in (
        FULL,
        VIAS,
        RING,
        CRATER,
        GROOVE,
        OFF_CENTRE,
        YIELDS,
        CYCLED,
        PROCESS,
        BY_RATE,
        SHEARED,
        HEATED,
        COOLED,
        LAYERED,
    ):
        for key, value, usual in quantities(Design(**data)):
            if value or not key.startswith("probe."):  # what a mark has none of, another one has
                found.setdefault(key, (data, value, usual))
    return found


KEYS = collected()
SLIPS = [(key, unit) for key, (_, _, usual) in KEYS.items() for unit, _ in usual.slips]


def numbers(model, prefix=""):
    """Dotted paths of all keys that hold numbers, from the types alone."""

    def holds_number(kind):
        return kind in (int, float) or any(holds_number(inner) for inner in get_args(kind))

    def models(kind):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return [kind]
        return [found for inner in get_args(kind) for found in models(inner)]

    for name, field in model.model_fields.items():
        key = prefix + name
        if inner := models(field.annotation):
            yield from numbers(inner[0], key + ".")
        elif holds_number(field.annotation) and get_origin(field.annotation) is not None:
            yield key
        elif field.annotation in (int, float):
            yield key


def general(key):
    """The path of a key in the types: without names of layers, regions and interfaces."""
    parents, _, leaf = key.rpartition(".")
    if parents.startswith("load.heat.film."):
        return f"load.heat.film.{leaf}"
    if parents.startswith("metrics.calibration."):
        return f"metrics.calibration.solder.{leaf}"
    for collection in ("ubm.layers", "ubm.enhanced", "metrics.strength"):
        if parents.startswith(collection):
            return f"{collection}.{leaf}"
    return parents if leaf in NAMED else key


def test_every_key_that_holds_a_number_has_a_kind_or_no_unit():
    every = {general(key) for key in numbers(Design)} - PURE
    assert every == {general(key) for key in KEYS}, "a new key needs a kind of quantity"
    assert len(every) >= 50


ORDINARY = [{}, FULL, VIAS, RING, CRATER, GROOVE, OFF_CENTRE, YIELDS, CYCLED, HEATED, COOLED]


@pytest.mark.parametrize(
    "data",
    ORDINARY,
    ids=[
        "default",
        "full",
        "vias",
        "ring",
        "crater",
        "groove",
        "off-centre",
        "yields",
        "cycled",
        "heated",
        "cooled",
    ],
)
def test_ordinary_designs_are_not_noted(data):
    assert Design(**data).notes() == []


def test_no_recipe_is_noted():
    assert [recipe.name for recipe in all_recipes() if recipe.design.notes()] == []


def written_in(value, usual, unit):
    """The number that stands in the file if the value is written in another unit."""
    to = dict(usual.slips)[unit]
    return value + 273.15 if callable(to) else value / to


def changed(data, key, value):
    """The design's data with one key replaced, also within lists and tables of interfaces."""
    *parents, leaf = key.split(".")
    if key.startswith("metrics.strength") or "_by_region_" in key or "_ohm_m2." in key:
        table = ".".join(parents[:2] if key.startswith("metrics") else parents)
        now = value if len(parents) != 3 or not key.startswith("metrics") else {leaf: value}
        named = {parents[2] if key.startswith("metrics") else leaf: now}
        return override(data, {table: named})
    value = [value] if key == "metrics.averaging_lengths_um" else value
    return override(data, {key: value})


@pytest.mark.parametrize(("key", "unit"), SLIPS, ids=[f"{key}-{unit}" for key, unit in SLIPS])
def test_a_slipped_unit_is_refused_or_noted_with_the_unit(key, unit):
    data, value, usual = KEYS[key]
    wrong = written_in(value, usual, unit)
    said = f"{wrong:g} {unit} would be"
    try:
        notes = Design(**changed(data, key, wrong)).notes()
    except DesignError as refusal:
        notes = [str(refusal)]
        assert "\n" not in notes[0]
    assert any(said in note and key.split(".")[-1] in note for note in notes), notes


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("pad_etch.depth_ratio", 50, "from 0 to 1: 50 % would be 0.5 (step: pad etch)"),
        ("opening_ratio", 75, "75 % would be 0.75"),
        ("cell.pitch_um", 1.5e-4, "from 0.1 to 100000: 0.00015 m would be 150 um"),
        ("load.current.current_a", 300.0, "at most 100: 300 mA would be 0.3 A"),
        ("load.thermal.temperature_degc", -300.0, "from -273.15 to 1414"),
        ("bump.cone_angle_deg", 1.309, "1.309 rad would be 75.0002 deg"),
    ],
)
def test_what_is_impossible_is_refused_with_range_and_unit(path, value, said):
    with pytest.raises(DesignError) as caught:
        Design().replace(**{path: value})
    assert f"{path} = {value:g} must" in str(caught.value) and said in str(caught.value)


def test_a_rule_that_a_slipped_unit_breaks_says_so():
    with pytest.raises(DesignError, match=r"pinch off.*ti\.thickness_um = 100.*100 nm would be"):
        Design().replace(**{"ubm.layers.ti.thickness_um": 100.0})
    with pytest.raises(DesignError, match="pinch off") as caught:
        Design().replace(**{"passivation.opening_diameter_um": 1.5})
    assert "the unit" not in str(caught.value), "all of its numbers are ordinary"


@pytest.mark.parametrize("degc", [298.15, 490.15, 623.15, 398.0, 490.0])
def test_kelvin(degc):
    notes = Design().replace(**{"load.thermal.stress_free_degc": degc}).notes()
    celsius = f"{degc:g} K would be {degc - 273.15:g} degC"
    assert any(celsius in note for note in notes) == (degc != 398.0), "a bond may be made at 398"
    (note,) = Design().replace(**{"load.thermal.temperature_degc": min(degc, 480.0)}).notes()
    assert f"{min(degc, 480.0):g} K would be" in note


def test_films_before_the_first_metal_may_be_made_hotter():
    def of(region):
        load = {"thermal": {"stress_free_by_region_degc": {region: 1000.0}}}
        return Design(load=load).notes()

    assert of("dielectric") == [] and "passivation = 1000" in of("passivation")[0]


def test_current_is_judged_over_its_opening():
    assert "5 mA would be 0.005 A" in Design().replace(**{"load.current.current_a": 5.0}).notes()[0]
    wide = {"pad.diameter_um": 500.0, "passivation.opening_diameter_um": 450.0}
    wide |= {"cell.pitch_um": 1000.0, "load.current.current_a": 5.0}
    assert Design().replace(**wide).notes() == []


STACKS = [
    # WLCSP: a ball of half a millimetre at a pitch of one, on a thick redistribution pad
    {
        "cell": {"pitch_um": 1000.0}, "chip": {"thickness_um": 775.0},
        "pad": {"diameter_um": 450.0, "thickness_um": 20.0},
        "passivation": {"opening_diameter_um": 400.0, "thickness_um": 20.0},
        "bump": {"height_um": 400.0},
    },
    # nanometres of dielectric, of passivation and of barrier
    {
        "dielectric": {"thickness_um": 0.01}, "passivation": {"thickness_um": 0.02},
        "ubm": {"layers": [{"name": "tan", "material": "Ti", "thickness_um": 0.005}]},
    },
    # a fine pitch, anneal near 400 degC, cold service
    {
        "cell": {"pitch_um": 10.0}, "pad": {"diameter_um": 5.0, "thickness_um": 0.5},
        "passivation": {"opening_diameter_um": 4.0, "thickness_um": 0.3},
        "ubm": {"overhang_um": 0.0}, "bump": {"height_um": 3.0},
        "load": {"thermal": {"stress_free_degc": 400.0, "temperature_degc": -196.0},
                 "current": {"current_a": 0.005}},
    },
]  # fmt: skip


@pytest.mark.parametrize("data", STACKS, ids=["WLCSP", "nanofilms", "fine pitch"])
def test_real_stacks_are_ordinary(data):
    assert Design(**data).notes() == []


@given(st.sampled_from(sorted(KEYS)), st.floats(-1e9, 1e9))
def test_no_number_is_explained_by_a_unit_that_makes_it_odd(key, value):
    _, _, usual = KEYS[key]
    note, likely = usual.note(key, value), usual.likely(value)
    assert (note is None) == usual.holds(value)
    assert not likely or note is not None
    for said in likely.split(" or ") if likely else []:
        number = float(said.split(" would be ")[1].split()[0])
        assert usual.holds(number) or math.isclose(number, usual.high, rel_tol=1e-3) or (
            math.isclose(abs(number), usual.low, rel_tol=1e-3)
        )  # fmt: skip
