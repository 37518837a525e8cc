"""Impossible marks: one sentence each, with key, value, what is allowed and the step."""

import pytest

from geometry import Design, DesignError

GROOVE = {"ring_diameter_um": 30.0, "diameter_um": 6.0}
REFUSED = {
    "both depths": (
        {"depth_ratio": 0.4, "depth_um": 0.4},
        r"depth_ratio = 0.4 and probe.depth_um = 0.4 both say",
    ),
    "deeper than the pad": ({"depth_um": 1.2}, r"depth_um = 1.2 is deeper than the pad; at most"),
    "a scratch": ({"depth_ratio": 0.004}, r"allowed is 0, the pad's whole thickness, or at least"),
    "a film left": ({"depth_ratio": 0.999}, r"depth_ratio = 0.999 is 0.999 um of pad.thickness_um"),
    "wider than the opening": (
        {"diameter_um": 62.0, "when": "before-passivation"},
        r"diameter_um = 62 is wider than the passivation's opening; at most .* = 60",
    ),
    "groove wider than the opening": (
        {"ring_diameter_um": 56.0, "diameter_um": 6.0},
        r"ring_diameter_um \+ probe.diameter_um = 62 is wider",
    ),
    "groove over the axis": (
        {"ring_diameter_um": 4.0, "diameter_um": 6.0},
        r"ring_diameter_um = 4 must be 0, or at least probe.diameter_um = 6",
    ),
    "wall": ({"wall_width_um": 9.0}, r"wall_width_um = 9 is wider than the mark; at most 8"),
    "rim over the mask's edge": (
        {"diameter_um": 54.0},
        r"pile_up_width_um = 4 makes the rim overlap the mask's edge; at most 3",
    ),
    "rim over the pad's edge": (
        {"diameter_um": 58.0, "pile_up_width_um": 12.0, "when": "before-passivation"},
        r"pile_up_width_um = 12 carries the rim over the pad's edge; at most 11",
    ),
    "rim over the axis": (
        {"ring_diameter_um": 10.0, "diameter_um": 4.0},
        r"pile_up_width_um = 4 lets the groove's inner rim pass the axis; at most 3",
    ),
    "seam": ({"seam_um": 0.9}, r"seam_um = 0.9 must be 0, or at least 0.005 and less than the 0.9"),
    "seam without rim": (
        {"seam_um": 0.2, "pile_up_share": 0.0},
        r"seam_um = 0.2 lies at the foot of a rim, and this mark has none",
    ),
    "offset leaves the opening": (
        {"depth_ratio": 0.0, "offset_um": 23.0},
        r"offset_um = 23 moves the mark out of the passivation's opening; at most 22",
    ),
    "offset with relief": (
        {"offset_um": 10.0},
        r"offset_um = 10 needs probe.depth_ratio = 0: only the film .* modelled off-centre",
    ),
    "offset of a groove": (
        {"depth_ratio": 0.0, "offset_um": 2.0, **GROOVE},
        r"offset_um = 2 contradicts probe.ring_diameter_um = 30",
    ),
    "azimuth of a centred mark": (
        {"azimuth_deg": 90.0},
        r"azimuth_deg = 90 is where .*probe.offset_um above 0",
    ),
    "crack through the dielectric": (
        {"dielectric_crack_um": 1.0},
        r"dielectric_crack_um = 1 must be less than dielectric.thickness_um = 1",
    ),
    "crack without a mark": (
        {"depth_ratio": 0.0, "dielectric_crack_um": 0.5},
        r"dielectric_crack_um = 0.5 lies under the edge of a mark",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_impossible_is_refused_in_one_sentence(name):
    probe, said = REFUSED[name]
    with pytest.raises(DesignError, match=said) as caught:
        Design(probe=probe)
    assert str(caught.value).endswith("(step: probe)")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"depth_ratio": 1.4}, r"probe.depth_ratio = 1.4 must be a number from 0 to 1"),
        ({"depth": 0.4}, r"probe.depth"),
        ({"when": "later"}, r"probe.when = 'later' must be 'in-opening' or 'before-passivation'"),
    ],
)
def test_single_values_are_refused_like_any(table, said):
    with pytest.raises(DesignError, match=said):
        Design(probe=table)


def test_relief_is_a_share_of_the_etch():
    with pytest.raises(DesignError, match=r"pad_etch.relief = 1.2 must be a number from 0 to 1"):
        Design(pad_etch={"relief": 1.2})


def test_a_polyimide_may_cover_a_part_of_the_mark():
    design = Design(
        pad_etch={"mask": "polyimide"}, probe={"diameter_um": 52.0, "pile_up_width_um": 3.0}
    )
    assert design.opening_radius_um < 26.0


def test_a_study_varies_depth_either_way():
    deep = Design(probe={"depth_um": 0.3}).replace(**{"probe.depth_ratio": 0.6})
    assert (deep.probe.depth_ratio, deep.probe.depth_um) == (0.6, None)
    assert deep.replace(**{"probe.depth_um": 0.2}).probe.depth_um == 0.2
    assert Design().replace(**{"probe.diameter_um": 10.0}).probe.depth_ratio == 0.4
    assert "probe" not in Design().to_dict()
    assert Design(**deep.to_dict()) == deep


def test_a_wall_is_sharp_or_thick_enough_for_chords():
    with pytest.raises(DesignError, match=r"= 0.0001 must be 0, a sharp edge, or at least 0.005"):
        Design(probe={"wall_width_um": 1e-4})
