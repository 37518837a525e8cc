"""Migration data: constants by hand, the library's, what files state, slips refused."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump import InputError, Material, MaterialLibrary, materials
from fem_bump.materials.migration import Migration

CU = {
    "d0_m2_per_s": 7.8e-5,
    "activation_ev": 0.9,
    "effective_charge": -5.0,
    "atomic_volume_m3": 1.18e-29,
    "modulus_mpa": 1e5,
}


def test_constants_by_hand():
    # a published set for copper wires, which has the atomic volume of aluminium
    wire = Migration(7.56e-5, 0.86, 10.0, 1.66e-29, 1e5)
    kappa = float(wire.mobility_um2_per_s_mpa(373.0 - 273.15)) * wire.modulus_mpa * 1e-12
    # published as 5.99111e-14 m2/s, with e = 1.6e-19 C and k = 1.38e-23 J/K
    assert_allclose(kappa, 5.847549e-14, rtol=1e-6)
    assert_allclose(wire.stress_per_volt_mpa, 10 * 1.602176634e-19 / 1.66e-29 * 1e-6, rtol=1e-15)
    lead = Migration(**CU, heat_of_transport_ev=0.25)
    assert_allclose(lead.stress_per_log_kelvin_mpa, 0.25 * 1.602176634e-19 / 1.18e-29 / 1e6)
    rising = lead.diffusivity_m2_per_s([25.0, 100.0, 150.0])
    assert np.all(np.diff(rising) > 0)
    assert_allclose(rising[1], 7.8e-5 * np.exp(-0.9 / (8.617333262e-5 * 373.15)), rtol=1e-9)


def test_library_moves_pads_and_solders_and_holds_barriers():
    immobile = {name for name in materials if materials[name].migration == "immobile"}
    assert immobile == set("Ti TiW Cr NiV Ni Ni-P Cu6Sn5 Cu3Sn Ni3Sn4".split())
    for name in materials:
        moves = materials[name].migration
        assert (moves is None) == (not materials[name].is_conductor)
        if isinstance(moves, Migration):
            assert moves.notes() == [] and moves.effective_charge < 0
    assert materials["Sn63Pb37"].migration.heat_of_transport_ev > 0  # Pb to the cold
    assert materials["SAC305"].migration.heat_of_transport_ev < 0  # Sn to the hot
    for name, omega in (("Cu", 1.18e-29), ("Al", 1.66e-29), ("Al-0.5Cu", 1.66e-29)):
        assert materials[name].migration.atomic_volume_m3 == omega


def test_what_files_state():
    said = {"value": -4.0, "range": [-6.0, -3.0], "source": "own lines", "validity": "150 degC"}
    library = MaterialLibrary().extended(
        {
            "film": {"based_on": "Cu", "migration": {**CU, "effective_charge": said}},
            "heir": {"based_on": "film", "young_mpa": 1e5},
            "held": {"based_on": "film", "migration": "immobile"},
            "bare": {"based_on": "film", "migration": "none"},
        }
    )
    assert library["film"].migration == Migration(**{**CU, "effective_charge": -4.0})
    assert library["heir"].migration == library["film"].migration
    assert library["held"].migration == "immobile" and library["bare"].migration is None
    row = next(r for r in library.provenance("film") if r.property.endswith("effective_charge"))
    assert row.source == "own lines" and row.range == (-6.0, -3.0) and row.value == "-4"
    assert library.record("film")["properties"]["migration"]["effective_charge"] == -4.0
    assert "migration" not in library.record("bare")["properties"]
    left = library.provenance("film", migration=False)
    assert left and not any(r.property.startswith("migration") for r in left)
    assert "Z* -4" in repr(library["film"])


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ("slow", "'immobile' or 'none'"),
        ({**CU, "z": 1.0}, "key 'z' is unknown"),
        ({"activation_ev": 1.0}, "d0_m2_per_s is missing"),
        ({**CU, "atomic_volume_m3": 7.1e-6}, "7.1e-06 m3/mol would be 1.17898e-29 m3"),
        ({**CU, "activation_ev": 105.0}, "105 kJ/mol would be 1.088"),
        ({**CU, "modulus_mpa": -1.0}, "must lie between"),
        ({**CU, "effective_charge": float("nan")}, "must be a finite number"),
        ({**CU, "d0_m2_per_s": {"value": 1e-5, "unit": "cm2/s"}}, "must be 'm2/s'"),
        ({**CU, "d0_m2_per_s": {"unit": "m2/s"}}, "'value' is missing"),
    ],
    ids=["word", "key", "missing", "mole", "kJ", "negative", "nan", "unit", "no value"],
)
def test_bad_data_is_refused_in_a_sentence(stated, said):
    with pytest.raises(InputError, match="material 'x'") as caught:
        MaterialLibrary().extended({"x": {"based_on": "Cu", "migration": stated}})
    assert said in str(caught.value)


def test_what_a_material_takes_and_notes():
    with pytest.raises(InputError, match="must be a Migration"):
        Material("x", 1e5, 0.3, 1e-5, migration="fixed")
    odd = Material("x", 1e5, 0.3, 1e-5, 1e7, migration=Migration(**{**CU, "modulus_mpa": 75.0}))
    assert any("75 GPa would be 75000 MPa" in note for note in odd.notes())
