"""The UBM over a mark: one rule of coverage for every wall, breaks, and a seam."""

import itertools
import math

import numpy as np
import pytest
import shapely
from numpy.testing import assert_allclose

from geometry import Design, DesignError, build_cross_section, build_mesh
from geometry.meshing.report import mesh_report
from geometry.process import operations as process
from geometry.process.coverage import sputter
from geometry.process.mark import Mark

THIN = {"step_coverage": 0.1, "least_continuous_um": 0.06}
SHARP = {"wall_width_um": 0.0, "depth_ratio": 1.0}


def marked(wall_um):
    stack = process.substrate(50.0, [("dielectric", "SiO2", 1.0)])
    stack = process.deposit(stack, "pad", "Al", 1.0)
    mark = Mark(1.0, 0.5, 0.0, 8.0, wall_um, 0.0, 4.0)
    return process.resurface(stack, "pad", mark.surface_um), mark


@pytest.mark.parametrize("coverage", [1.0, 0.5, 0.2])
def test_a_film_has_its_thickness_by_the_walls_angle_on_a_curve(coverage):
    stack, mark = marked(2.0)
    film = process.deposit(stack, "ti", "Ti", 0.02, coverage).film("ti").shape
    points = mark.surface_um
    for k, (p, q) in enumerate(itertools.pairwise(points)):
        along = (q - p) / np.hypot(*(q - p))
        normal = np.array([-along[1], along[0]])
        ray = shapely.LineString([(p + q) / 2 - 0.1 * normal, (p + q) / 2 + 0.1 * normal])
        expected = 0.02 * math.hypot(coverage * normal[0], normal[1])
        found = shapely.intersection(film, ray).length
        assert_allclose(found, expected, rtol=1e-6, err_msg=str(k))


def test_a_film_too_thin_for_a_wall_is_not_there():
    stack, _ = marked(0.0)
    whole, left = (
        sputter(stack, [("ti", "Ti", 0.1)], 0.1, least).film("ti").shape for least in (0.005, 0.02)
    )
    # the wall's 0.01 um from the floor's film up, and the lip over it
    assert_allclose(whole.area - left.area, 0.01 * 0.5, rtol=1e-6)
    floor, top = sorted(shapely.get_parts(left), key=lambda part: part.bounds[0])
    assert_allclose(floor.bounds, (0.0, 0.5, 8.0, 0.6), atol=1e-8)
    assert_allclose(top.bounds, (8.0, 1.0, 50.0, 1.1), atol=1e-8)


def test_films_of_steps_that_hold_them_are_what_they_were():
    stack, _ = marked(0.4)
    layers = [("ti", "Ti", 0.1), ("cu", "Cu", 0.3)]
    plain, ruled = (sputter(stack, layers, 0.5, least) for least in (0.0, 0.005))
    assert all(ruled.film(name).shape.equals_exact(plain.film(name).shape, 0.0)
               for name in ("ti", "cu"))  # fmt: skip


def test_a_broken_ubm_lets_solder_on_the_pad():
    section = build_cross_section(Design(variant="no-recess", ubm=THIN, probe=SHARP))
    found = section.derived()
    assert (found["ubm_broken"], found["ubm_thickness_min_um"]) == (1.0, 0.0)
    assert (found["pad_exposed"], found["dielectric_exposed"]) == (1.0, 0.0)
    assert_allclose(found["ubm_thickness_min_radius_um"], 8.0, atol=1e-6)
    # the UBM's 0.9 um on the floor cover the lowest part of a wall of 1 um
    assert_allclose(section.legs_of("bump", "pad")["scar"], 2 * math.pi * 8.0 * 0.1, rtol=1e-6)
    assert any("solder touches the pad from r = 8 to 8 um" in note for note in section.notes())
    mesh = build_mesh(section)
    assert len(mesh.boundaries["bump/pad:scar"]) > 2
    assert mesh_report(mesh)["quality_min"] > 0.1


@pytest.mark.parametrize(
    ("coverage", "least", "probe"),
    [
        (0.1, 0.09, {"wall_width_um": 2.0, "depth_ratio": 0.8}),
        (0.15, 0.09, {"depth_ratio": 0.8}),
        (0.1, 0.06, {"depth_ratio": 1.0}),
    ],
)
def test_layers_that_end_on_a_smooth_wall_leave_no_cracks(coverage, least, probe):
    section = build_cross_section(
        Design(
            variant="no-recess",
            ubm={"step_coverage": coverage, "least_continuous_um": least},
            probe=probe,
        )
    )
    assert section.derived()["ubm_broken"] == 1.0
    assert mesh_report(build_mesh(section))["quality_min"] > 0.1


@pytest.mark.parametrize("wall_um", [0.0, 0.2, 0.4])
@pytest.mark.parametrize("ring_um", [0.0, 30.0])
def test_solder_never_reaches_the_dielectric(wall_um, ring_um):
    """It lies flat at the bottom of a mark, where every layer is whole."""
    probe = {"wall_width_um": wall_um, "ring_diameter_um": ring_um, "depth_ratio": 1.0}
    section = build_cross_section(
        Design(
            variant="no-recess",
            ubm={"step_coverage": 0.1, "least_continuous_um": 0.1},
            probe={**probe, "diameter_um": 6.0},
        )
    )
    assert section.legs_of("bump", "pad") and section.legs_of("ubm", "dielectric")
    assert not section.legs_of("bump", "dielectric")


def test_the_mask_wall_breaks_by_the_same_rule():
    section = build_cross_section(Design(variant="no-recess", ubm=THIN))
    assert section.legs_of("bump", "passivation")
    assert not section.legs_of("bump", "pad")
    assert section.derived()["ubm_broken"] == 1.0


def test_a_step_lower_than_the_ubm_is_bridged_from_its_foot():
    section = build_cross_section(
        Design(variant="no-recess", ubm=THIN, probe={**SHARP, "depth_ratio": 0.4})
    )
    assert not section.legs_of("bump", "pad")


@pytest.mark.parametrize("coverage", [1.0, 0.5])
def test_least_thickness_is_that_of_the_steepest_face(coverage):
    section = build_cross_section(
        Design(variant="no-recess", ubm={"step_coverage": coverage}, probe={"depth_ratio": 0.8})
    )
    steepest = math.atan(0.8 * math.pi / 2 / 0.4)
    least = 0.9 * math.hypot(coverage * math.sin(steepest), math.cos(steepest))
    found = section.derived()
    assert found["ubm_broken"] == 0.0
    assert (
        0.98 * least < found["ubm_thickness_min_um"] < 1.1 * least
    )  # chords, and a wall of 0.8 only
    assert_allclose(found["ubm_thickness_min_ratio"], found["ubm_thickness_min_um"] / 0.9)


@pytest.mark.parametrize("shape", ["cylinder", "reflowed"])
def test_a_seam_is_a_void_that_no_solder_fills(shape):
    plain, seamed = (
        build_cross_section(Design(probe={"seam_um": seam}, bump={"shape": shape}))
        for seam in (0.0, 0.3)
    )
    lost = sum(plain.regions[name].area - seamed.regions[name].area for name in plain.groups["ubm"])
    assert_allclose(lost, 0.3**2 / 2, rtol=1e-6)
    assert_allclose(seamed.derived()["ubm_thickness_min_um"], 0.6, rtol=0.01)
    assert not seamed.legs_of("bump", "pad")
    assert mesh_report(build_mesh(seamed))["quality_min"] > 0.1


def test_a_seam_goes_with_the_rim():
    seamed, plain = (
        build_cross_section(Design(variant="full-depth", **more))
        for more in ({"probe": {"seam_um": 0.3}}, {})
    )
    assert_allclose(seamed.regions["ubm_ti"].area, plain.regions["ubm_ti"].area, rtol=1e-12)


def test_a_film_that_is_nowhere_one_is_refused():
    with pytest.raises(DesignError, match=r"least_continuous_um = 0.2 must be at most the 0.1 um"):
        Design(ubm={"least_continuous_um": 0.2})
