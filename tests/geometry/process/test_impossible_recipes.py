"""What cannot be made is refused with the reason and the step."""

import pytest

from geometry import Design, DesignError, build_cross_section


@pytest.mark.parametrize(
    ("match", "data"),
    [
        (
            r"polyimide.opening_diameter_um = 70.*smaller.*step: polyimide opening",
            {"pad_etch": {"mask": "polyimide"}, "polyimide": {"opening_diameter_um": 70.0}},
        ),
        (r"must be 'polyimide'", {"polyimide": {}}),
        (r"table \[via\] contradicts pad.feed = 'rim'", {"via": {}}),
        (
            r"vias of via.diameter_um = 20 overlap.*from 2 to 9",
            {
                "pad": {"feed": "via"},
                "via": {"kind": "discrete", "diameter_um": 20.0, "circle_diameter_um": 60.0},
            },
        ),
        (
            r"via.outer_diameter_um = 90 must be above 0 and at most 80.*under the pad.*step: via",
            {"pad": {"feed": "via"}, "via": {"kind": "ring", "outer_diameter_um": 90.0}},
        ),
        (
            r"via.circle_diameter_um = 76.2 must be from 6 to 74.*under the pad.*step: via",
            {"pad": {"feed": "via"}, "via": {"kind": "discrete", "circle_diameter_um": 76.2}},
        ),
        (
            r"table \[via\] contradicts pad.feed = 'trace'",
            {"pad": {"feed": "trace"}, "via": {}},
        ),
        (
            r"table \[trace\] contradicts pad.feed = 'rim'.*\(step: trace\)",
            {"trace": {}},
        ),
        (
            r"trace.width_um = 80 must be above 0 and smaller than pad.diameter_um = 80 \(step",
            {"pad": {"feed": "trace"}, "trace": {"width_um": 80.0}},
        ),
        (
            r"trace.thickness_um = 1.2 must be pad.thickness_um = 1, or at least 0.005 um less",
            {"pad": {"feed": "trace"}, "trace": {"thickness_um": 1.2}},
        ),
        (
            r"trace.thickness_um = 0.998 must be pad.thickness_um = 1, or at least 0.005 um less",
            {"pad": {"feed": "trace"}, "trace": {"thickness_um": 0.998}},
        ),
        (
            r"trace.thickness_um = 0.001 must be a number from 0.005 to 10000.*step: trace",
            {"pad": {"feed": "trace"}, "trace": {"thickness_um": 0.001}},
        ),
        (r"trace.length_um = -1 must be a number from 0", {"trace": {"length_um": -1.0}}),
        (
            r"source_kind = 'equipotential' must be 'flux' with pad.feed = 'trace'",
            {"pad": {"feed": "trace"}, "load": {"current": {"source_kind": "equipotential"}}},
        ),
        (
            r"source_kind = 'equipotential' must be 'flux' with pad.feed = 'via' with via.kind",
            {
                "pad": {"feed": "via"},
                "via": {"kind": "discrete"},
                "load": {"current": {"source_kind": "equipotential"}},
            },
        ),
        (
            r"source = 'via_bottom' must be 'via_footprint'.*via.kind = 'discrete'",
            {
                "pad": {"feed": "via"},
                "via": {"kind": "discrete"},
                "load": {"current": {"source": "via_bottom"}},
            },
        ),
        (
            r"source = 'pad_rim' must be 'trace_end'",
            {
                "pad": {"feed": "trace"},
                "trace": {"thickness_um": 0.5},
                "load": {"current": {"source": "pad_rim"}},
            },
        ),
        (r"printed paste becomes metal only in the reflow", {"bump": {"method": "screen-print"}}),
        (r"evaporated metal is 'as-deposited'", {"bump": {"method": "evaporate"}}),
        (
            r"closes the stencil's hole",
            {"bump": {"method": "evaporate", "shape": "as-deposited", "cone_angle_deg": 60.0}},
        ),
        (r"a joint is soldered", {"assembly": {}}),
        (
            r"leaves no room above the solder mask",
            {"bump": {"shape": "reflowed"}, "assembly": {"standoff_um": 3.0}},
        ),
        (
            r"source = 'via_bottom' must be 'pad_rim'",
            {"load": {"current": {"source": "via_bottom"}}},
        ),
        (
            r"ubm.enhanced is electroplated",
            {
                "bump": {"method": "evaporate", "shape": "reflowed"},
                "ubm": {"enhanced": [{"name": "ni", "material": "Ni", "thickness_um": 2.0}]},
            },
        ),
    ],
)
def test_impossible_combinations_say_why(match, data):
    with pytest.raises(DesignError, match=match) as caught:
        Design(**data)
    assert "\n" not in str(caught.value)


def test_a_bridge_beyond_its_stability_limit_names_the_step():
    tall = Design(bump={"shape": "reflowed", "height_um": 40.0}, assembly={"standoff_um": 400.0})
    with pytest.raises(DesignError, match=r"would break.*\(step: assembly\)$"):
        build_cross_section(tall)
    wide = Design(cell={"pitch_um": 155.0}, bump={"shape": "reflowed", "height_um": 900.0})
    with pytest.raises(DesignError, match=r"bridges to its neighbour.*step: reflow"):
        build_cross_section(wide)
