"""A placed ball: where it lies, what it becomes, which combinations are refused.

Reflowed it is a metal volume like any other: the shape that as much plated metal takes.
"""

import math

import pytest
import shapely
from numpy.testing import assert_allclose

from geometry import Design, DesignError, build_cross_section

BALL = {"method": "ball-drop", "shape": "reflowed", "ball_diameter_um": 80.0}
PLATED = {"ubm": {"enhanced": [{"name": "post", "material": "Cu", "thickness_um": 4.0}]}}


def section_of(bump, **more):
    return build_cross_section(Design(bump=bump, **more))


def stacks(section):
    return dict(section.steps)


@pytest.mark.parametrize("more", [{}, PLATED], ids=["sputtered", "plated"])
def test_it_touches_the_ubm_and_keeps_its_volume(more):
    section = section_of(BALL, **more)
    placed = stacks(section)["solder ball placed"]
    ball = placed.film("bump")
    below = placed.without("bump").solid
    assert_allclose(ball.revolved_volume_um3, math.pi / 6 * 80.0**3, rtol=1e-12)
    assert shapely.intersection(ball.shape, below).area < 1e-6
    assert ball.shape.distance(below) < 1e-6, "it lies on the UBM"
    # flat inside the opening, and too shallow for its rim to carry the ball
    assert_allclose(
        ball.shape.bounds[1], below.intersection(shapely.box(0, -200, 1, 200)).bounds[3]
    )
    assert section.derived()["bump_volume_um3"] == ball.revolved_volume_um3


def test_a_small_ball_hangs_on_the_wall_of_a_deep_dip():
    deep = {"polyimide": {"thickness_um": 30.0, "opening_diameter_um": 40.0},
            "pad_etch": {"mask": "polyimide"}}  # fmt: skip
    placed = stacks(section_of(BALL | {"ball_diameter_um": 60.0}, **deep))["solder ball placed"]
    ball, below = placed.film("bump").shape, placed.without("bump").solid
    floor = below.intersection(shapely.box(0, -200, 1, 200)).bounds[3]
    assert ball.bounds[1] > floor + 1.0
    # a chord of the ball's outline is 0.004 um off it
    assert 0.0 < ball.distance(below) < 0.005


def test_reflowed_it_is_what_as_much_plated_metal_becomes():
    ball = section_of(BALL)
    radius = ball.design.ubm_radius_um
    dip = math.pi * 29.1**2 * 1.5  # inside the UBM's wall, at half depth of the pad and the mask
    height = (math.pi / 6 * 80.0**3 - dip) / (math.pi * radius**2)
    plated = section_of({"shape": "reflowed", "height_um": height})
    assert_allclose(
        ball.derived()["bump_volume_um3"], plated.derived()["bump_volume_um3"], rtol=1e-9
    )
    for name in ("bump_height_um", "bump_max_radius_um"):
        assert_allclose(ball.derived()[name], plated.derived()[name], rtol=1e-8)
    assert ball.boundaries.keys() == plated.boundaries.keys()


def test_the_ubm_is_etched_before_the_ball_comes():
    for more, mask in (({}, "photoresist"), (PLATED, "plated metal")):
        labels = [label for label, _ in section_of(BALL, **more).steps]
        assert labels[-3:] == [f"UBM etched, {mask} as mask", "solder ball placed", "bump reflowed"]
        assert ("enhanced UBM electroplated" in labels) == bool(more)


@pytest.mark.parametrize(
    "data, sentence",
    [
        ({"shape": "cylinder"}, "bump.shape = 'cylinder': a ball is soldered by the reflow"),
        (
            {"ball_diameter_um": 170.0},
            "bump.ball_diameter_um = 170 must be less than .* 169.257 um",
        ),
        ({"ball_diameter_um": 15.0}, "do not fill the opening"),
    ],
)
def test_what_cannot_be_is_refused(data, sentence):
    with pytest.raises(DesignError, match=sentence):
        section_of(BALL | data)


def test_an_overhang_is_kept_and_the_joint_is_as_high_as_the_ball():
    design = Design(bump=BALL)
    assert design.ubm_radius_um == 35.0 and design.joint_height_um == 80.0
    assert Design(bump=BALL | {"diameter_um": 90.0}).ubm_radius_um == 45.0
