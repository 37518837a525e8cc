"""Recipes: invariants over random valid designs of every mask, feed, UBM, bump metal and joint.

No overlap and no gap between regions; areas and revolved volumes equal to closed forms where these
exist; metal conserved by reflow, printing and soldering; every named boundary present; contact area
of UBM and pad equal to floor plus sidewall; films as thin as 50 nm follow all of it.
"""

import math

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from fem_bump import Model
from geometry import Design, DesignError, build_cross_section, build_mesh
from geometry.meshing.report import mesh_report
from geometry.process import recipes
from geometry.process.operations import revolved_volume
from studies.solution.solved import region_materials

SETTINGS = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@st.composite
def designs(draw):
    """Any recipe with its numbers drawn; those that a rule refuses are dropped."""
    pick = lambda *options: draw(st.sampled_from(options))  # noqa: E731
    between = lambda low, high: draw(st.floats(low, high))  # noqa: E731
    layer = between(0.05, 0.3)
    depth = pick(0.0, 0.3, 0.5, 0.8, 1.0)
    data = {
        "pad": {
            "thickness_um": between(0.4, 2.5),
            "material": pick("Al-0.5Cu", "Cu"),
            "feed": pick("rim", "trace", "via"),
        },
        "passivation": {
            "thickness_um": between(0.3, 2.0),
            "opening_diameter_um": between(35.0, 68.0),
            "cd_bias_um": pick(0.0, 0.4, -0.6),
        },
        "pad_etch": {
            "mask": pick("passivation", "polyimide"),
            "depth_ratio": depth,
            "undercut_um": pick(0.0, 0.2) if depth else 0.0,
            "sidewall_angle_deg": pick(90.0, 80.0, 55.0),
        },
        "ubm": {
            "overhang_um": pick(0.0, 3.0, 6.0),
            "step_coverage": pick(1.0, 0.5, 0.2),
            "layers": [
                {"name": "a", "material": "Ti", "thickness_um": layer},
                {"name": "b", "material": "Cu", "thickness_um": 2 * layer},
            ],
        },
        "bump": {
            "method": pick("electroplate", "electroplate", "evaporate", "screen-print"),
            "shape": pick("as-deposited", "reflowed"),
            "height_um": between(40.0, 90.0),
        },
    }
    if data["pad"]["feed"] == "trace" and draw(st.booleans()):
        data["trace"] = {"thickness_um": 0.6 * data["pad"]["thickness_um"]}
    if data["pad"]["feed"] == "via":
        data["via"] = {"kind": pick("central", "ring", "discrete")}
    if data["pad_etch"]["mask"] == "polyimide":
        data["polyimide"] = {
            "thickness_um": between(2.0, 8.0),
            "opening_diameter_um": between(25.0, 50.0),
            "sidewall_angle_deg": pick(90.0, 75.0, 50.0),
        }
    if data["bump"]["method"] == "electroplate" and draw(st.booleans()):
        data["ubm"]["enhanced"] = [{"name": "thick", "material": "Ni", "thickness_um": 3.0}]
    try:
        return Design(**data)
    except DesignError:
        assume(False)


def built(design):
    """The section, or nothing where a step says that it is impossible."""
    try:
        return build_cross_section(design)
    except DesignError as refusal:
        assert "step:" in str(refusal) or "touch" in str(refusal)
        assume(False)


@SETTINGS
@given(designs())
def test_every_step_leaves_a_whole_of_parts(design):
    try:
        strip = recipes.run(design)
    except DesignError as refusal:
        assert "(step:" in str(refusal), "an impossible recipe says which step is impossible"
        assume(False)
    for label, stack in strip:
        total = sum(film.shape.area for film in stack.films)
        assert_allclose(stack.solid.area, total, rtol=1e-9, err_msg=label)
        assert all(film.shape.is_valid and not film.shape.is_empty for film in stack.films), label


@pytest.mark.slow
@SETTINGS
@given(designs())
def test_sections_are_gapless_named_and_have_their_closed_forms(design):
    section = built(design)
    wanted = {
        "axis",
        "chip_bottom",
        "cell_side",
        "pad_rim",
        "bump_top",
        design.load.current.source,
        design.load.current.sink,
    }
    assert wanted <= set(section.boundaries)
    assert set(section.regions) <= set(design.region_names)
    area = sum(face.area for _, face in section.faces)
    assert_allclose(area, sum(shape.area for shape in section.regions.values()), rtol=1e-9)

    if design.discrete_vias is not None:
        inner, outer = design.via.footprint_radii_um
        assert_allclose(
            section.area_um2("via_footprint"), math.pi * (outer**2 - inner**2), rtol=1e-9
        )
    if design.trace is not None:
        rim = 2 * math.pi * design.pad_radius_um
        for name, height in (
            ("pad_rim", design.pad.thickness_um),
            ("trace_end", design.trace_thickness_um),
        ):
            assert_allclose(section.area_um2(name), rim * height, rtol=1e-9, err_msg=name)

    legs = section.legs_of("ubm", "pad")
    r_floor, r_top, depth = (
        design.recess_floor_radius_um,
        design.recess_top_radius_um,
        design.depth_um,
    )
    expected = {}
    if depth < design.pad.thickness_um:
        expected["floor"] = math.pi * r_floor**2
    if depth > 0:
        expected["sidewall"] = math.pi * (r_floor + r_top) * math.hypot(depth, r_top - r_floor)
    if design.ubm_radius_um >= r_top:  # evaporated metal may end inside the recess
        for leg, value in expected.items():
            assert_allclose(legs[leg], value, rtol=1e-9, err_msg=leg)
    pad = revolved_volume(section.regions["pad"])
    whole = math.pi * design.pad_radius_um**2 * design.pad.thickness_um
    frustum = math.pi * depth * (r_floor**2 + r_floor * r_top + r_top**2) / 3
    assert_allclose(pad, whole - frustum, rtol=1e-8)


@pytest.mark.slow
@SETTINGS
@given(designs())
def test_metal_is_conserved(design):
    assume(design.bump.shape == "reflowed")
    section = built(design)
    before = next(
        stack.film("bump")
        for _, stack in section.steps
        if any(film.region == "bump" for film in stack.films)
    )
    metal = revolved_volume(before.shape)
    if design.bump.method == "screen-print":
        assert before.material == "paste"
        metal *= design.bump.metal_volume_fraction
    after = section.films["bump"]
    assert_allclose(after.revolved_volume_um3, metal, rtol=1e-12)
    # the exact volume is that of the exact curve: cavity below the edge, curve above, mask's well
    start, end = after.meridian.at(np.array([0.0, 1.0])).T
    body = shapely.Polygon(
        [(0.0, start[1]), *after.meridian.at(np.linspace(0, 1, 97)).T, (0.0, max(end[1], start[1]))]
    )
    rest = revolved_volume(shapely.difference(after.shape, body.buffer(1e-7)))
    assert_allclose(after.meridian.volume_um3 + rest, metal, rtol=1e-6)
    assert abs(revolved_volume(after.shape) / metal - 1) < 2e-3, "chords stand for the curve"


@pytest.mark.slow
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(designs())
def test_meshes_are_complete_and_decent(design):
    section = built(design)
    mesh = build_mesh(section, 2.0)
    assert set(mesh.subdomains) == set(section.regions)
    assert set(mesh.boundaries) == set(section.boundaries)
    assert mesh_report(mesh)["quality_min"] > 0.005


JOINTS = st.builds(
    lambda standoff, pad, opening, filled, depth, diameter: Design(
        variant=depth,
        bump={"shape": "reflowed", "diameter_um": diameter},
        assembly={
            "standoff_um": standoff,
            "pad": {"diameter_um": pad},
            "solder_mask": {"opening_diameter_um": opening},
            "underfill": {} if filled else None,
        },
    ),
    st.floats(58.0, 75.0),
    st.floats(62.0, 78.0),
    st.sampled_from([58.0, 90.0]),
    st.booleans(),
    st.sampled_from(["no-recess", "partial-depth", "full-depth"]),
    st.floats(66.0, 76.0),
)


@pytest.mark.slow
@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(JOINTS)
def test_joints_are_gapless_and_keep_their_metal(design):
    section = build_cross_section(design)
    solid = section.steps[-1][1].solid
    assert_allclose(sum(s.area for s in section.regions.values()), solid.area, rtol=1e-9)
    assert {"bump_top", "substrate_pad_rim", "substrate_back"} <= set(section.boundaries)
    plated = next(s for label, s in section.steps if label == "bump electroplated")
    metal = revolved_volume(plated.film("bump").shape)
    assert_allclose(section.films["bump"].revolved_volume_um3, metal, rtol=1e-12)
    if not design.assembly.mask_defined:
        mesh = build_mesh(section, 2.0)
        meshed = Model(mesh, region_materials(section), section.groups)
        volume = meshed.quadrature[1][meshed.regions["bump"]].sum()
        assert_allclose(volume, metal, rtol=2e-4)


def test_thin_layers_follow_an_undercut_without_self_intersection():
    layers = [{"name": n, "material": "Ti", "thickness_um": 0.05} for n in ("a", "b", "c")]
    design = Design(
        pad_etch={"depth_ratio": 0.8, "undercut_um": 0.6},
        ubm={"layers": layers},
    )
    section = build_cross_section(design)
    for name in ("a", "b", "c"):
        shape = section.regions[f"ubm_{name}"]
        assert shape.geom_type == "Polygon" and shape.is_valid
    assert "underside" in section.legs_of("ubm", "passivation")
