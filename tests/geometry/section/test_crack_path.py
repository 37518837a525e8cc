"""A design's crack: where it lies, how its tip is meshed, and which cracks are refused."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from geometry import Design, DesignError, build_cross_section, build_mesh
from geometry.meshing.report import mesh_report
from geometry.section.crack_path import interface_ends
from geometry.section.cross_section import with_crack_length, without_crack


def section_of(interface="ubm/pad", start="outer", length_um=1.0, **design):
    crack = {"interface": interface, "start": start, "length_um": length_um}
    return build_cross_section(Design(crack=crack, **design))


@pytest.mark.parametrize("variant", ["no-recess", "partial-depth", "full-depth"])
@pytest.mark.parametrize(
    ("interface", "start"),
    [
        (interface, start)
        for interface in ("ubm/pad", "ubm/passivation", "pad/dielectric")
        for start in ("inner", "outer")
    ],
)
def test_every_named_end_of_every_variant(variant, interface, start):
    section = section_of(interface, start, 0.3, variant=variant)
    path = section.crack
    assert_allclose(section.leg("crack").length, 0.3, rtol=1e-9)
    steps = np.hypot(*np.diff(path.points_um, axis=0).T)
    assert_allclose(steps.sum(), 0.3, rtol=1e-12)
    # every piece of it parts the two sides
    upper, lower = section.design.crack.sides
    above, below = section.members(upper), section.members(lower)
    for k in section.boundaries["crack"]:
        sides = {section.edges[k].left, section.edges[k].right}
        assert sides & set(above) and sides & set(below)
    # it starts where the interface ends
    ends = [piece[0 if start == "inner" else -1] for piece in interface_ends(section, upper, lower)]
    assert_allclose(path.points_um[0], ends[0 if start == "inner" else -1], atol=1e-12)


def test_around_a_corner():
    # 0.5 um of sidewall, then the floor inwards
    path = section_of(length_um=2.5).crack
    assert_allclose(path.points_um, [[30.0, 1.0], [30.0, 0.5], [28.0, 0.5]], atol=1e-9)
    assert_allclose(path.interface_length_um, 30.5, rtol=1e-9)


def test_mesh_is_whole_and_graded_into_the_tip():
    section = section_of("ubm/passivation", "outer", 2.0)
    mesh = build_mesh(section)
    facets = mesh.boundaries["crack"]
    assert (mesh.f2t[1, facets] >= 0).all()
    lengths = np.hypot(*np.diff(mesh.p[:, mesh.facets[:, facets]], axis=1)[:, 0])
    assert_allclose(lengths.sum(), 2.0, rtol=1e-9)
    tip = np.array(section.crack.tip_um)
    near = np.hypot(*(mesh.p[:, mesh.facets].mean(axis=1) - tip[:, None]))
    p = mesh.p[:, mesh.facets]
    flat = np.abs(p[1] - tip[1]).max(axis=0) < 1e-9
    size = section.crack.tip_size_um
    at_tip = np.nonzero(flat & (near < 4 * size))[0]
    # four equal facets behind the tip and four ahead
    assert len(at_tip) == 8
    assert_allclose(np.abs(p[0, 0] - p[0, 1])[at_tip], size, rtol=1e-6)
    assert mesh_report(mesh)["quality_min"] > 0.2


def test_without_a_crack_nothing_changes():
    plain, cracked = build_cross_section(Design()), section_of(length_um=1.0)
    assert plain.crack is None and "crack" not in plain.boundaries
    assert len(cracked.vertices_um) == len(plain.vertices_um) + 9
    for name, found in plain.boundaries.items():
        assert_allclose(cracked.leg(name).length, plain.leg(name).length, rtol=1e-9)
        assert found


def test_reaches_through_toml_and_overrides(tmp_path):
    file = tmp_path / "cracked.toml"
    file.write_text('[crack]\ninterface = "pad/dielectric"\nstart = "inner"\n', encoding="utf-8")
    design = Design.from_toml(file)
    assert design.crack.length_um is None and design.crack.toughness_j_per_m2 is None
    assert Design(**design.to_dict()) == design
    other = Design().replace(**{"crack.toughness_j_per_m2": 5.0})
    assert other.crack.interface == "ubm/pad" and other.crack.toughness_j_per_m2 == 5.0


def test_a_crack_without_a_length_cuts_nothing():
    section = build_cross_section(Design(crack={"interface": "ubm/passivation"}))
    assert section.crack is None and "crack" not in section.boundaries
    assert section.notes() == ["the bump is whole: 'fem-bump crack' opens the crack of the design"]
    cut = with_crack_length(section, 0.4)
    assert_allclose(cut.leg("crack").length, 0.4, rtol=1e-9)
    assert not cut.notes() and without_crack(cut).crack is None
    assert without_crack(cut).vertices_um.shape == section.vertices_um.shape
    with pytest.raises(DesignError, match=r"no \[crack\]"):
        with_crack_length(build_cross_section(Design()), 0.4)
    with pytest.raises(DesignError, match="less than the 6 um"):
        with_crack_length(section, 6.0)


@pytest.mark.parametrize(
    ("crack", "sentence"),
    [
        (
            {"length_um": 30.5},
            r"length_um = 30.5 must be less than the 30.5 um .*outer end in",
        ),
        ({"length_um": 0.495}, r"puts the tip 0.005 um from the corner .*\(30, 0.5\); at least"),
        ({"length_um": 0.002}, r"puts the tip 0.002 um from the corner"),
        ({"length_um": -1.0}, r"crack.length_um = -1 must be a number above 0"),
        ({"length_um": float("nan")}, r"crack.length_um"),
        ({"interface": "ubm/bump"}, r"crack.interface = 'ubm/bump'.*'pad/dielectric'"),
        ({"start": "corner"}, r"crack.start = 'corner'.*'inner', 'outer' or 'scar'"),
        ({"start": "scar"}, r"'scar' goes down from the mark of a probe, and this design has no"),
        ({"toughness_j_per_m2": 0.0}, r"crack.toughness_j_per_m2 = 0 must"),
        ({"lenght_um": 1.0}, r"unknown key 'crack.lenght_um'; did you mean length_um"),
    ],
)
def test_bad_cracks_are_one_sentence_with_their_step(crack, sentence):
    with pytest.raises(DesignError, match=sentence) as refused:
        build_cross_section(Design(crack=crack))
    assert str(refused.value).endswith("(step: crack)") and "\n" not in str(refused.value)


MARK = {"depth_ratio": 0.4, "diameter_um": 16.0}


def under_mark(length_um=0.4, probe=MARK, **design):
    crack = {"start": "scar", "length_um": length_um}
    return build_cross_section(Design(crack=crack, probe=probe, **design))


@pytest.mark.parametrize("variant", ["no-recess", "partial-depth", "full-depth"])
def test_under_a_mark_it_goes_straight_down_into_the_dielectric(variant):
    section = under_mark(variant=variant)
    assert_allclose(section.crack.points_um, [[8.0, 0.0], [8.0, -0.4]], atol=1e-9)
    assert_allclose(section.crack.interface_length_um, 1.0, rtol=1e-9)
    assert_allclose(section.leg("crack").length, 0.4, rtol=1e-9)
    for k in section.boundaries["crack"]:
        assert section.edges[k].left == section.edges[k].right == "dielectric"
    whole = without_crack(section)
    assert whole.crack is None and "crack" not in whole.boundaries
    assert len(whole.faces) == len(section.faces) - 1  # parted along the line of growth
    assert set(whole.boundaries) == set(section.boundaries) - {"crack"}
    for name in whole.boundaries:
        assert_allclose(section.area_um2(name), whole.area_um2(name), rtol=1e-9)


def test_the_mesh_under_a_mark_is_whole_and_graded_into_the_tip():
    section = under_mark()
    mesh = build_mesh(section)
    facets = mesh.boundaries["crack"]
    assert (mesh.f2t[1, facets] >= 0).all()
    p = mesh.p[:, mesh.facets]
    upright = (np.abs(p[0] - 8.0).max(axis=0) < 1e-9) & (p[1].max(axis=0) < 1e-9)
    lengths = np.hypot(*(p[:, 0] - p[:, 1]))
    assert_allclose(lengths[upright].sum(), 1.0, rtol=1e-9)  # there are facets ahead of the tip
    assert_allclose(lengths[facets].sum(), 0.4, rtol=1e-9)
    at_tip = upright & (np.abs(p.mean(axis=1)[1] + 0.4) < 4 * section.crack.tip_size_um)
    assert_allclose(lengths[at_tip], section.crack.tip_size_um, rtol=1e-6)
    assert at_tip.sum() == 8 and mesh_report(mesh)["quality_min"] > 0.2


def test_under_a_groove_it_starts_at_the_outer_edge():
    path = under_mark(probe={**MARK, "diameter_um": 6.0, "ring_diameter_um": 30.0}).crack
    assert_allclose(path.points_um[:, 0], 18.0, atol=1e-9)


def test_without_a_length_a_mark_cuts_nothing():
    section = under_mark(None)
    plain = build_cross_section(Design(probe=MARK))
    assert section.crack is None and section.vertices_um.shape == plain.vertices_um.shape


@pytest.mark.parametrize(
    ("length", "probe", "design", "sentence"),
    [
        (0.4, {"depth_ratio": 0.0}, {}, r"has no \[probe\] that leaves one of some depth"),
        (1.0, MARK, {}, r"= 1 must be less than the 1 um of the dielectric under the mark's edge"),
        (0.995, MARK, {}, r"puts the tip 0.005 um from the corner or interface"),
        (
            0.4, MARK, {"pad": {"feed": "via"}, "via": {"kind": "central", "diameter_um": 20.0}},
            r"there is no dielectric under the mark's edge at r = 8 um",
        ),
    ],
    ids=["no mark", "too long", "at the chip", "over a via"],
)  # fmt: skip
def test_impossible_cracks_under_a_mark(length, probe, design, sentence):
    with pytest.raises(DesignError, match=sentence) as refused:
        under_mark(length, probe, **design)
    assert str(refused.value).endswith("(step: crack)")


def test_an_interface_that_the_design_lacks():
    with pytest.raises(DesignError, match=r"'ubm/passivation' does not exist.*\(step: crack\)"):
        section_of("ubm/passivation", pad_etch={"mask": "polyimide"})


def test_a_mark_whose_edge_lies_over_a_via_has_no_crack_in_the_dielectric():
    pad = {"pad": {"feed": "via"}, "via": {"kind": "central", "diameter_um": 16.0}}
    crack = {"start": "scar", "length_um": 0.5}
    with pytest.raises(DesignError, match="over a wall of the dielectric"):
        build_cross_section(Design(crack=crack, probe={"depth_ratio": 0.4}, **pad))
