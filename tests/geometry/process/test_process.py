"""Process steps: pure functions on a stack, against areas that can be written down."""

import math

import pytest
from numpy.testing import assert_allclose

from geometry import Design, DesignError
from geometry.process import operations as process
from geometry.process import plating, recipes
from geometry.process.operations import GRID_UM


def wafer():
    return process.substrate(50.0, [("dielectric", "SiO2", 1.0), ("chip", "Si", 10.0)])


def stepped():
    return process.trim(process.deposit(wafer(), "pad", "Cu", 1.0), "pad", 20.0)


def test_steps_do_not_change_their_input():
    before = wafer()
    after = process.deposit(before, "pad", "Cu", 1.0)
    assert [f.region for f in before.films] == ["dielectric", "chip"]
    assert [f.region for f in after.films] == ["dielectric", "chip", "pad"]


@pytest.mark.parametrize("coverage", [1.0, 0.5, 0.25])
def test_deposit_covers_a_step(coverage):
    # flat 50 um, plus the wall: coverage * t wide, as high as the step
    film = process.deposit(stepped(), "film", "SiN", 0.4, coverage).film("film").shape
    assert_allclose(film.area, 50.0 * 0.4 + coverage * 0.4 * 1.0, rtol=1e-8)


def test_deposit_on_a_slope_has_its_thickness_along_the_normal():
    sloped = process.etch(stepped(), "pad", 10.0, 0.5, sidewall_angle_deg=45.0)
    film = process.deposit(sloped, "film", "SiN", 0.01).film("film").shape
    # the wall is sqrt(2) * 0.5 long; corners change the area by O(t^2) only
    length = 50.0 + 1.0 + (math.sqrt(2) * 0.5 - 0.5)
    assert_allclose(film.area, 0.01 * length, rtol=1e-3)


def test_etch_profiles():
    full = process.etch(stepped(), "pad", 10.0, 1.0).film("pad").shape
    assert_allclose(full.area, 10.0, rtol=1e-12)
    part = process.etch(stepped(), "pad", 10.0, 0.25, undercut_um=0.5).film("pad").shape
    assert_allclose(part.area, 20.0 - 0.25 * 10.5, rtol=1e-9)
    slope = process.etch(stepped(), "pad", 10.0, 0.5, sidewall_angle_deg=60.0).film("pad").shape
    narrower = 0.5 / math.tan(math.radians(60))
    assert_allclose(slope.area, 20.0 - 0.5 * (10.0 - narrower / 2), rtol=1e-8)
    assert process.etch(stepped(), "pad", 10.0, 0.0) == stepped()
    with pytest.raises(DesignError, match=r"deeper than the pad.*step: etch pad"):
        process.etch(stepped(), "pad", 10.0, 1.5)


def test_electroplating_fills_the_resist_opening_to_a_flat_top():
    stack = plating.photoresist(stepped(), 15.0, 6.0)
    plated = plating.electroplate(stack, "bump", "Cu", 15.0, 5.0)
    assert_allclose(plated.film("bump").shape.area, 15.0 * 4.0, rtol=1e-12)
    bare = process.strip(plated)
    assert [f.region for f in bare.films] == ["dielectric", "chip", "pad", "bump"]
    with pytest.raises(DesignError, match="step: electroplate bump"):
        plating.electroplate(stack, "bump", "Cu", 15.0, 0.5)


@pytest.mark.parametrize("variant", ["no-recess", "partial-depth", "full-depth"])
def test_films_never_overlap_or_leave_gaps(variant):
    for label, stack in recipes.run(Design(variant=variant)):
        total = sum(film.shape.area for film in stack.films)
        assert_allclose(stack.solid.area, total, rtol=1e-12, err_msg=label)
        assert stack.solid.geom_type == "Polygon", label
        assert not stack.solid.interiors, label


def test_variants_differ_in_the_pad_etch_only():
    strips = {v: recipes.run(Design(variant=v)) for v in ("no-recess", "partial-depth")}
    names = [[label for label, _ in strip] for strip in strips.values()]
    assert [n for n in names[1] if n not in names[0]] == ["pad etched, passivation as mask"]
    assert GRID_UM < 1e-6
