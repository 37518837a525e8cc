"""Design: the TOML contract, defaults, shorthand and one-sentence refusals."""

import math

import pytest

from geometry import Design, DesignError
from geometry.design.parameters import override, parameter_exists, parameter_names
from studies.loads.shipped.shear import board_material

SHEAR = {"dnp_um": 100.0, "counter_face": "rigid"}


def refused(match, **data):
    with pytest.raises(DesignError, match=match) as caught:
        Design(**data)
    assert "\n" not in str(caught.value)


def test_defaults_are_the_contract():
    design = Design()
    said = design.to_dict()
    assert said["schema"] == 1
    assert design.variant == "partial-depth" and design.depth_ratio == 0.5
    assert design.cell_radius_um == pytest.approx(150.0 / math.sqrt(math.pi), rel=1e-15)
    assert design.ubm_radius_um == 35.0 and design.opening_ratio == 0.75
    assert [layer["thickness_um"] for layer in said["ubm"]["layers"]] == [0.1, 0.3, 0.5]
    assert said["load"]["thermal"] == {
        "stress_free_degc": 217.0,
        "temperature_degc": 25.0,
        "lateral": "periodic",
        "underside": "held-flat",
        "stress_free_by_region_degc": {},
    }
    assert said["trace"] is None and said["load"]["shear"] is None
    assert design.source_half_angle_deg is None and design.source_count == 1
    assert board_material(design) is None and design.trace_thickness_um is None
    assert Design(**said) == design, "what a result records is a design again"


@pytest.mark.parametrize(
    ("variant", "ratio"), [("no-recess", 0.0), ("partial-depth", 0.5), ("full-depth", 1.0)]
)
def test_variant_is_shorthand_for_the_depth_ratio(variant, ratio):
    assert Design(variant=variant).depth_ratio == ratio
    assert Design(pad_etch={"depth_ratio": ratio}).variant == variant
    assert Design(variant=variant, pad_etch={"depth_ratio": ratio}).variant == variant


def test_bump_diameter_fixes_the_ubm():
    assert Design(bump={"diameter_um": 72.0}).ubm_radius_um == 36.0
    assert Design(ubm={"overhang_um": 0.0}).ubm_radius_um == 30.0


@pytest.mark.parametrize(
    ("match", "data"),
    [
        (
            r"pad.thickness_um = -1 must be a number from 0.005 to 10000.*step: pad",
            {"pad": {"thickness_um": -1}},
        ),
        (r"pad.thickness_um = nan must be a number", {"pad": {"thickness_um": math.nan}}),
        (r"leaves 0.001 um of pad; allowed is 1", {"pad_etch": {"depth_ratio": 0.999}}),
        (r"pad.thickness_um = 1e\+300", {"pad": {"thickness_um": 1e300}}),
        (r"pad.thickness_um = '1'.*number", {"pad": {"thickness_um": "1"}}),
        (r"pad.thickness_um = true must be a number", {"pad": {"thickness_um": True}}),
        (r"name = '../x'", {"name": "../x"}),
        (r"passivation.thickness_um = inf", {"passivation": {"thickness_um": math.inf}}),
        (r"depth_ratio = 1.3 must be a number from 0 to 1", {"pad_etch": {"depth_ratio": 1.3}}),
        (r"depth_ratio = -0.1", {"pad_etch": {"depth_ratio": -0.1}}),
        (
            r"variant = 'full-depth' contradicts pad_etch.depth_ratio = 0.3",
            {"variant": "full-depth", "pad_etch": {"depth_ratio": 0.3}},
        ),
        (
            r"opening_diameter_um = 80 must be smaller than pad.diameter_um = 80",
            {"passivation": {"opening_diameter_um": 80.0}},
        ),
        (r"ubm.overhang_um = -1", {"ubm": {"overhang_um": -1}}),
        (r"unknown key 'pad.thicknes_um'; did you mean thickness_um", {"pad": {"thicknes_um": 1}}),
        (r"unknown key 'pads'", {"pads": {}}),
        (
            r"unknown region 'ubm_au'",
            {"load": {"thermal": {"stress_free_by_region_degc": {"ubm_au": 25.0}}}},
        ),
        (r"bump.diameter_um = 50 must be at least", {"bump": {"diameter_um": 50.0}}),
        (r"cell radius 40 um", {"cell": {"radius_um": 40.0}}),
        (
            r"undercut_um = 0.2 needs an etched pad",
            {"variant": "no-recess", "pad_etch": {"undercut_um": 0.2}},
        ),
        (r"pinch off", {"ubm": {"layers": [{"name": "cu", "material": "Cu", "thickness_um": 28}]}}),
        (
            r"appears twice",
            {
                "ubm": {
                    "layers": [
                        {"name": "a", "material": "Ti", "thickness_um": 0.1},
                        {"name": "a", "material": "Cu", "thickness_um": 0.1},
                    ]
                }
            },
        ),
        (r"must be increasing", {"metrics": {"averaging_lengths_um": [1.0, 0.5]}}),
        (r"headline_length_um = 1 must be one of", {"metrics": {"averaging_lengths_um": [2.0]}}),
        (r"variant = 'half'.*no-recess", {"variant": "half"}),
        (
            r"load.shear.dnp_um = -1 must be a number from 0 to 1e\+07",
            {"load": {"shear": {"dnp_um": -1}}},
        ),
        (r"dnp_um = nan must be a number", {"load": {"shear": {"dnp_um": math.nan}}}),
        (
            r"mismatch_share = 1.1 must be a number from 0 to 1",
            {"load": {"shear": {"mismatch_share": 1.1}}},
        ),
        (
            r"counter_face = 'compliant' needs load.shear.counter_stiffness_mpa_per_um",
            {"load": {"shear": {"dnp_um": 1.0, "counter_face": "compliant"}}},
        ),
        (
            r"counter_stiffness_mpa_per_um = 50 contradicts load.shear.counter_face = 'rigid'",
            {"load": {"shear": SHEAR | {"counter_stiffness_mpa_per_um": 50.0}}},
        ),
        (
            r"board_material = 'FR4' contradicts \[assembly\].*substrate of 'BT'",
            {
                "bump": {"shape": "reflowed"},
                "assembly": {},
                "load": {"shear": {"dnp_um": 1.0, "board_material": "FR4"}},
            },
        ),
        (
            r"unknown key 'load.shear.dnp'; did you mean dnp_um",
            {"load": {"shear": {"dnp": 1.0}}},
        ),
        (r"electron_flow = 'up'.*into-bump", {"load": {"current": {"electron_flow": "up"}}}),
        (
            r"arc_length_um = 190 must be less than the circumference of the mask opening, 188.496",
            {"load": {"shear": SHEAR}, "metrics": {"arc_length_um": 190.0}},
        ),
        (
            r"arc_length_um = 190 must be less than the circumference",
            {"pad": {"feed": "trace"}, "metrics": {"arc_length_um": 190.0}},
        ),
    ],
)
def test_bad_input_is_one_sentence(match, data):
    refused(match, **data)


def test_toml_round_trip_and_refusals(tmp_path):
    path = tmp_path / "d.toml"
    path.write_text('name = "mine"\n[pad]\nthickness_um = 2.0\n')
    assert Design.from_toml(path).pad.thickness_um == 2.0
    path.write_text("[pad\n")
    with pytest.raises(DesignError, match=r"not valid TOML.*line 1"):
        Design.from_toml(path)
    with pytest.raises(DesignError, match="cannot read"):
        Design.from_toml(tmp_path / "none.toml")


def test_override_keeps_the_shorthand_consistent():
    base = Design().to_dict()
    assert Design(**override(base, {"pad_etch.depth_ratio": 1.0})).variant == "full-depth"
    assert Design(**override(base, {"variant": "no-recess"})).depth_ratio == 0.0
    wide = Design(**override(base, {"opening_ratio": 0.5, "pad.diameter_um": 100.0}))
    assert wide.passivation.opening_diameter_um == 50.0
    assert base == Design().to_dict(), "the base is not changed in place"
    with pytest.raises(DesignError, match=r"opening_ratio = 1\.2"):
        override(base, {"opening_ratio": 1.2})


def test_a_feed_through_arcs_implies_trace_source_and_kind():
    design = Design(pad={"feed": "trace"})
    assert design.trace is not None and design.trace.width_um == 20.0
    assert (design.load.current.source, design.load.current.source_kind) == ("pad_rim", "flux")
    assert design.source_half_angle_deg == pytest.approx(14.477512, rel=1e-7)
    assert design.trace_thickness_um == 1.0 and design.trace_material == "Al-0.5Cu"
    thin = Design(pad={"feed": "trace"}, trace={"thickness_um": 0.4, "material": "Cu"})
    assert thin.load.current.source == "trace_end"
    assert thin.trace_thickness_um == 0.4 and thin.trace_material == "Cu"
    as_thick = Design(pad={"feed": "trace", "thickness_um": 2.0}, trace={"thickness_um": 2.0})
    assert as_thick.load.current.source == "pad_rim"
    vias = Design(pad={"feed": "via"}, via={"kind": "discrete"})
    assert vias.load.current.source == "via_footprint" and vias.source_count == 16
    assert vias.load.current.source_kind == "flux"
    assert Design(pad={"feed": "via"}).load.current.source_kind == "equipotential"
    for made in (design, thin, as_thick, vias):
        assert Design(**made.to_dict()) == made


def test_changing_the_feed_takes_its_terminals_along():
    rim = Design()
    trace = rim.replace(**{"pad.feed": "trace"})
    assert trace == Design(pad={"feed": "trace"})
    thin = trace.replace(**{"trace.thickness_um": 0.5})
    assert thin.load.current.source == "trace_end"
    assert thin.replace(**{"pad.thickness_um": 0.5}).load.current.source == "pad_rim"
    vias = thin.replace(**{"pad.feed": "via", "via.kind": "discrete"})
    assert vias.trace is None and vias.load.current.source == "via_footprint"
    ring = vias.replace(**{"via.kind": "ring"})
    assert (ring.load.current.source, ring.load.current.source_kind) == ("via_bottom", "flux")
    back = trace.replace(**{"pad.feed": "rim"})
    assert back.trace is None and back.load.current.source_kind == "flux", "a flux stays one"
    assert back.replace(**{"load.current.source_kind": "equipotential"}) == rim
    assert (
        Design(load={"shear": SHEAR}).replace(**{"load.shear.dnp_um": 9.0}).load.shear.dnp_um == 9.0
    )


def test_board_is_the_substrate_or_named_or_bt():
    shear = {"load": {"shear": SHEAR}}
    far = {"load": {"shear": {"dnp_um": 100.0}}}
    joint = {"bump": {"shape": "reflowed"}, "assembly": {"substrate": {"material": "FR4"}}}
    assert board_material(Design(**shear)) == "BT"
    assert board_material(Design(load={"shear": SHEAR | {"board_material": "FR4"}})) == "FR4"
    assert board_material(Design(**far, **joint)) == "FR4"
    agreed = Design(load={"shear": {"dnp_um": 1.0, "board_material": "FR4"}}, **joint)
    assert Design(**agreed.to_dict()) == agreed


def test_arc_is_checked_only_where_something_depends_on_theta():
    small = {
        "passivation": {"opening_diameter_um": 3.0},
        "ubm": {"layers": [{"name": "cu", "material": "Cu", "thickness_um": 0.2}]},
    }
    assert Design(**small).metrics.arc_length_um == 10.0
    refused(r"arc_length_um = 10 must be less", **small, load={"shear": SHEAR})


def test_every_listed_parameter_exists():
    names = parameter_names()
    assert "pad_etch.depth_ratio" in names and "opening_ratio" in names
    assert {"trace.width_um", "load.shear.dnp_um", "load.current.electron_flow"} <= set(names)
    assert all(parameter_exists(name) for name in names)
    assert not parameter_exists("pad.colour") and not parameter_exists("pad")
