"""What is replaced is not judged: overrides come before types, ranges and rules; the rest stays."""

import pytest

from geometry import Design, DesignError
from geometry.claims.catalogue import design_for_claim
from geometry.design.parameters import override


@pytest.fixture
def read(tmp_path):
    def read(text, **by_path):
        path = tmp_path / "d.toml"
        path.write_text(text, encoding="utf-8")
        return Design.from_toml(path, **by_path)

    return read


# a file that is no possible design, what replaces its mistake, and what comes of it
REPLACED = {
    "opening wider than the pad": (
        "pad.diameter_um = 50.0", {"passivation.opening_diameter_um": 40.0},
    ),
    "the same, by its ratio": (
        "pad.diameter_um = 50.0", {"opening_ratio": 0.5},
    ),
    "out of range": ("pad.thickness_um = -1", {"pad.thickness_um": 1.0}),
    "not a number": ("pad.thickness_um = 'thick'", {"pad.thickness_um": 1.0}),
    "no feed": ("pad.feed = 'side'", {"pad.feed": "trace"}),
    "variant against ratio": (
        "variant = 'full-depth'\npad_etch.depth_ratio = 0.3", {"variant": "no-recess"},
    ),
    "ratio against variant": (
        "variant = 'full-depth'\npad_etch.depth_ratio = 0.3", {"pad_etch.depth_ratio": 0.4},
    ),
    "no variant": ("variant = 'half'", {"pad_etch.depth_ratio": 0.4}),
    "undercut of no recess": (
        "variant = 'no-recess'\npad_etch.undercut_um = 1.0", {"variant": "full-depth"},
    ),
    "no layers": ("ubm.layers = 3", {
        "ubm.layers": [{"name": "cu", "material": "Cu", "thickness_um": 1.0}]}),
    "a layer without thickness": (
        "ubm.layers = [{ name = 'cu', material = 'Cu' }]", {"ubm.layers.cu.thickness_um": 2.0},
    ),
    "a table that goes with its feed": (
        "[trace]\nwidth_um = 999", {"pad.feed": "rim"},
    ),
    "a polyimide that goes with its mask": (
        "[polyimide]\nopening_diameter_um = 70", {"pad_etch.mask": "passivation"},
    ),
    "a size of another via": (
        "pad.feed = 'via'\nvia = { kind = 'central', count = 3 }", {"via.kind": "discrete",
        "via.circle_diameter_um": 50.0},
    ),
    "shift said twice": (
        "load.shear = { dnp_um = -1, displacement_um = 3, counter_face = 'rigid' }",
        {"load.shear.displacement_um": 0.1},
    ),
    "rigid and soft": (
        "load.shear = { displacement_um = 0.1, counter_face = 'soft' }",
        {"load.shear.counter_stiffness_mpa_per_um": 50.0},
    ),
    "a radius too small": ("cell.radius_um = 5", {"cell.pitch_um": 200.0}),
    "a bump smaller than its opening": ("bump.diameter_um = 50", {"ubm.overhang_um": 3.0}),
    "no underfill": (
        "bump.shape = 'reflowed'\nassembly.underfill = false",
        {"assembly.underfill.material": "underfill"},
    ),
    "no length": (
        "metrics.averaging_lengths_um = [0.5]", {"metrics.headline_length_um": 0.5},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REPLACED)
def test_what_is_replaced_is_not_judged(read, case):
    text, values = REPLACED[case]
    with pytest.raises(DesignError):
        read(text) if case != "no underfill" else read("assembly.underfill = 3")
    read(text, **values)


def test_what_is_replaced_takes_its_new_value(read):
    design = read("pad.diameter_um = 50.0", **{"passivation.opening_diameter_um": 40.0})
    assert (design.pad.diameter_um, design.passivation.opening_diameter_um) == (50.0, 40.0)
    assert read("cell.radius_um = 90", **{"cell.pitch_um": 200.0}).cell.radius_um is None
    wide = read("bump.diameter_um = 66", **{"ubm.overhang_um": 4.0})
    assert wide.bump.diameter_um is None and wide.ubm_radius_um == 34.0
    both = {"ubm.overhang_um": 4.0, "bump.diameter_um": 64.0}
    assert read("", **both).ubm_radius_um == 32.0


@pytest.mark.parametrize(
    ("text", "values", "sentence"),
    [
        ("pad.thickness_um = -1", {"pad.diameter_um": 90.0}, r"pad\.thickness_um = -1 must be"),
        ("pad.glue = 1", {"pad.thickness_um": 1.0}, r"unknown key 'pad\.glue'"),
        ("pad = 3", {"pad.thickness_um": 1.0}, "pad = 3 must be a table"),
        ("pad.diameter_um = 'x'", {"opening_ratio": 0.5}, r"pad\.diameter_um = 'x' must be"),
        ("passivation = 3", {"opening_ratio": 0.5}, "passivation = 3 must be a table"),
        ("passivation.cd_bias_um = 'x'", {"opening_ratio": 0.5}, r"cd_bias_um = 'x' must be"),
        ("pad_etch.mask = 'resist'", {"opening_ratio": 0.5}, r"pad_etch\.mask = 'resist'"),
        ("pad_etch = 3", {"variant": "full-depth"}, "pad_etch = 3 must be a table"),
        ("load = 3", {"pad.feed": "trace"}, "load = 3 must be a table"),
        ("ubm = 3", {"ubm.layers.cu.thickness_um": 1.0}, "ubm = 3 must be a table"),
        ("ubm.layers = 3", {"ubm.layers.cu.thickness_um": 1.0}, "must be a list of tables"),
        ("via = 3", {"via.kind": "ring"}, "via = 3 must be a table"),
        ("name = 'x'", {"name.first": 1}, "'name.first' names no parameter"),
        ("", {"self": 1, "path": 2}, "unknown key 'self'"),
    ],
)
def test_what_is_left_is_judged(read, text, values, sentence):
    with pytest.raises(DesignError, match=sentence):
        read(text, **values)


def test_a_whole_table_comes_before_what_stands_in_it():
    values = {"load.shear.dnp_um": 50.0, "load.shear": {"counter_face": "rigid"}}
    shear = override({}, values)["load"]["shear"]
    assert shear == {"counter_face": "rigid", "dnp_um": 50.0}
    assert values["load.shear"] == {"counter_face": "rigid"}, "levels are used again"
    cu = {"name": "cu", "material": "Cu", "thickness_um": 1.0}
    layers = override({}, {"ubm.layers.cu.thickness_um": 2.0, "ubm.layers": [cu]})["ubm"]["layers"]
    assert layers == [{**cu, "thickness_um": 2.0}]


@pytest.mark.parametrize(
    ("data", "claim", "values"),
    [
        ({"pad": {"diameter_um": 50.0}}, 1, {"passivation.opening_diameter_um": 40.0}),
        ({"bump": {"method": "evaporate"}}, 1, {}),  # plated by the claim
        ({"variant": "no-recess", "pad_etch": {"depth_ratio": 0.5}}, 3, {}),
        ({"polyimide": {"opening_diameter_um": 55.0}}, 8, {}),
        ({"polyimide": {"opening_diameter_um": 99.0}}, 8, {"polyimide.opening_diameter_um": 45.0}),
        ({"pad": {"feed": "via"}, "trace": {"width_um": 5.0}}, 7, {}),
    ],
)
def test_a_claim_judges_what_it_leaves(data, claim, values):
    with pytest.raises(DesignError):
        Design(**data)
    design_for_claim(claim, data, **values)


def test_a_claim_on_a_file_is_the_claim_on_its_design():
    data = {"name": "mine", "pad": {"thickness_um": 2.0}, "pad_etch": {"depth_ratio": 0.3}}
    for claim in (1, 4, 5, 7, 9, 10, 24, 40):
        assert design_for_claim(claim, data) == design_for_claim(claim, Design(**data))
