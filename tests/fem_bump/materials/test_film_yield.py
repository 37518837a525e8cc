"""Yield limits over thickness: the formula, its ends, its notes, a file that states one."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump import InputError, Material, MaterialLibrary, materials
from fem_bump.laws import J2, FilmYield, Norton

TABLE = [(25.0, 200.0), (125.0, 100.0)]
FILM = FilmYield(TABLE, 50.0, 100.0, -1.0, (0.5, 2.0))


def test_the_formula_within_its_range_and_the_ends_beyond():
    limits = [FILM.for_thickness(t)(25.0) for t in (0.1, 0.5, 1.0, 2.0, 9.0)]
    assert_allclose(limits, [250.0, 250.0, 150.0, 100.0, 100.0], rtol=1e-12)
    assert_allclose(FILM.of_film_mpa([0.1, 1.0, 9.0]), [250.0, 150.0, 100.0], rtol=1e-12)


def test_over_temperature_a_film_follows_the_plain_value():
    assert_allclose(FILM([25.0, 75.0, 125.0]), [200.0, 150.0, 100.0], rtol=1e-12)
    assert_allclose(FILM.for_thickness(0.5)([25.0, 75.0, 125.0]), [250.0, 187.5, 125.0], rtol=1e-12)


def test_thick_metal_has_the_plain_value():
    plated = FilmYield(TABLE, 50.0, 100.0, -1.0, (0.5, 2.0), thick_um=6.0)
    limits = [plated.for_thickness(t)(25.0) for t in (2.0, 3.0, 6.0, 20.0)]
    assert_allclose(limits, [100.0, 125.0, 200.0, 200.0], rtol=1e-12)
    assert plated.for_thickness(20.0).note() is None
    assert "interpolated at 3 um" in plated.for_thickness(3.0).note()


@pytest.mark.parametrize(
    "thickness_um, said",
    [
        (0.5, None),
        (2.0, None),
        (0.25, "is known from 0.5 to 2 um only, and a film of 0.25 um has that of 0.5 um"),
        (3.0, "is known from 0.5 to 2 um only, and a film of 3 um has that of 2 um"),
    ],
)
def test_a_thickness_out_of_range_is_noted_of_the_material(thickness_um, said):
    metal = Material("film", 70e3, 0.33, 23e-6, law=J2(FILM) + Norton(1e-9, 3.0))
    assert metal.notes() == []
    found = metal.for_thickness(thickness_um).notes()
    assert found == ([] if said is None else [f"the law of material 'film': yield_mpa {said}"])


def test_a_law_of_a_film_is_one_of_its_thickness():
    law = (J2(FILM, kinematic_mpa=1000.0) + Norton(1e-9, 3.0)).for_thickness(1.0)
    assert law.name == "J2 + Norton"
    assert law.constants("", 70e3, 0.33, 75.0)[2] == pytest.approx(112.5)
    assert law.record() != (J2(FILM, kinematic_mpa=1000.0) + Norton(1e-9, 3.0)).record()
    plain = Material("plain", 70e3, 0.33, 23e-6)
    assert plain.for_thickness(1.0) is plain


def test_films_of_the_library():
    for name, micrometres, limit in (
        ("Al-0.5Cu", 1.0, 175.0),
        ("Al", 1.0, 150.0),
        ("Cu", 0.5, 608.7),
        ("Cu", 8.0, 185.0),
    ):
        of_film = materials[name].for_thickness(micrometres)
        found = of_film.law.constants("", 100e3, 0.3, 25.0)[2]
        assert_allclose(found, limit, rtol=1e-4)
        assert of_film.notes() == []
    row = next(each for each in materials.provenance("Cu") if each.property.endswith("films"))
    assert row.verified and row.value == "116 + 355 t^-0.473, t in um"


def stated(film):
    law = {"kind": "J2", "yield_mpa": {"value": 200.0, "film": film}}
    return MaterialLibrary().extended({"x": {"based_on": "FR4", "law": law}})


def test_a_file_states_a_film():
    table = {
        "base_mpa": 50.0, "factor_mpa": 100.0, "exponent": -1.0, "range_um": [0.5, 2.0],
        "source": "own wafers", "verified": True,
    }  # fmt: skip
    library = stated(table)
    assert library["x"].for_thickness(1.0).law.constants("", 1e3, 0.3, 25.0)[2] == 150.0
    plain, film = (each for each in library.provenance("x") if each.property.startswith("law"))
    assert plain.source == "user" and film.source == "own wafers" and film.verified
    assert film.unit == "MPa"


FORMULA = {"base_mpa": 50.0, "factor_mpa": 100.0, "exponent": -1.0, "range_um": [0.5, 2.0]}


@pytest.mark.parametrize(
    "film, said",
    [
        (5.0, "film = 5.0 must be a table of base_mpa"),
        ({"base_mpa": 5.0}, "film's factor_mpa is missing"),
        ({**FORMULA, "power": 2.0}, "film's key 'power' is unknown"),
        ({**FORMULA, "range_um": [2.0, 0.5]}, "must be two thicknesses, the smaller first"),
        ({**FORMULA, "range_um": 2.0}, "must be two thicknesses"),
        ({**FORMULA, "exponent": "x"}, "exponent = 'x' must be a finite number"),
        ({**FORMULA, "base_mpa": -60.0}, "its formula gives -10 MPa within 0.5 to 2 um"),
        ({**FORMULA, "thick_um": 1.0}, "thick_um = 1.0 must be a number above 2"),
        ({**FORMULA, "verified": 3}, "verified = 3 must be true or false"),
    ],
)
def test_bad_films_are_one_sentence(film, said):
    with pytest.raises(InputError, match=said) as found:
        stated(film)
    assert "\n" not in str(found.value) and "material 'x'" in str(found.value)


@pytest.mark.parametrize("thickness_um", [0.0, -1.0, np.nan, "thin"])
def test_a_thickness_that_is_none_is_refused(thickness_um):
    with pytest.raises(InputError, match=r"thickness_um = .* must be a number above 0"):
        materials["Cu"].for_thickness(thickness_um)
