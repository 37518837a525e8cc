"""Presets: they are what they say, have nothing odd, mesh and solve; and files begun from them.

Plan: sizes of reflowed shapes against the design rules that the presets cite; every preset meshed
and solved; a file begun from one says what was asked and keeps the comments that still hold.
"""

import math
import tomllib

import pytest
from numpy.testing import assert_allclose

from fem_bump.errors import InputError
from geometry import Design, DesignError, build_cross_section
from geometry.design.notes import quantities
from geometry.design.parameters import override
from studies.case.checks import check_design
from studies.case.input_notes import input_notes
from studies.design_files.presets import preset, presets
from studies.design_files.questions import answers, chosen_preset
from studies.design_files.writing import design_text
from studies.plan.study import find_file

NAMES = ("cu-pillar", "default", "micro-bump", "wafer-bump", "wlcsp-ball")


def section_of(name):
    return build_cross_section(Design(**preset(name).data))


def test_the_presets_are_the_shipped_designs():
    assert tuple(each.name for each in presets()) == NAMES
    assert all(10 < len(each.about) <= 99 and each.head for each in presets())


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_has_nothing_odd(name):
    design = Design(**preset(name).data)
    check_design(design)
    assert design.name == name and input_notes(design) == []
    pad_edge = design.pad_radius_um - design.ubm_radius_um
    assert pad_edge >= 1.0, "the metal under a bump is wider than its UBM"
    assert design.variant == ("partial-depth" if name == "default" else "no-recess")


def test_the_wafer_bump_has_the_size_of_its_design_rules():
    found = section_of("wafer-bump").derived()
    assert_allclose(found["bump_height_um"], 80.0, atol=0.5)
    assert_allclose(2 * found["bump_max_radius_um"], 100.0, atol=0.5)


def test_the_ball_has_the_volume_of_one_of_250_um_and_the_width_of_its_design_rules():
    found = section_of("wlcsp-ball").derived()
    assert_allclose(found["bump_volume_um3"], math.pi / 6 * 250.0**3, rtol=1e-9)
    assert_allclose(2 * found["bump_max_radius_um"], 261.0, atol=1.5)


@pytest.mark.parametrize("name, low, high", [("cu-pillar", 50.0, 70.0), ("micro-bump", 15.0, 30.0)])
def test_a_pillar_has_a_flat_top_under_its_cap(name, low, high):
    section = section_of(name)
    assert set(section.legs_of("bump", "ubm")) == {"floor"}
    foot = section.films["ubm_seed"].shape.bounds[3]
    assert low < section.films["bump"].shape.bounds[3] - foot < high, "pillar with its tip"


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_preset_meshes_and_solves(name):
    from studies.solving.evaluate import evaluate

    found = evaluate(Design(**override(preset(name).data, {"mesh.size_factor": 4.0})))
    metrics = found["metrics"]
    assert 1.0 < metrics["resistance_mohm"] < 30.0, "one bump's"
    assert 1e3 < metrics["current_density_max_bump_ubm_L1_a_per_cm2"] < 3e4
    assert abs(metrics["shear_max_ubm_pad_L1_mpa"]) < 1500.0


# ------------------------------------------------------------------------------- files


def begun(name="cu-pillar", **values):
    text = design_text(preset(name), "mine", values, "design.schema.json")
    return text, tomllib.loads(text)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_says_what_its_preset_says(name):
    text, data = begun(name)
    assert data == {**preset(name).data, "name": "mine"}
    assert text.startswith(f"#:schema ./design.schema.json\n# Begun from the preset {name}: ")
    for line in preset(name).head:
        assert f"# {line}" in text
    lines = {line.split(" = ")[0]: line for line in text.splitlines() if " = " in line}
    assert lines["pitch_um"].endswith("# 4 to 3000 um") and lines["pitch_um"].index("#") == 37


def test_a_file_has_other_values_where_they_stood():
    values = {
        "cell.pitch_um": 90.0,
        "bump.height_um": 15.0,
        "ubm.enhanced.pillar.thickness_um": 20.0,
        "variant": "full-depth",
        "load.inelastic": True,
        "materials.mine": {"based_on": "Cu"},
    }
    text, data = begun(**values)
    assert data == override(preset("cu-pillar").data, {**values, "name": "mine"})
    assert Design(**data).variant == "full-depth" and data["pad_etch"] == {"mask": "polyimide"}
    assert '{ name = "pillar", material = "Cu", thickness_um = 20.0 },' in text
    assert "dome of 28" not in text, "was said of another height"
    assert "# 1 to 2000 um\n" in text and "# where SnAg solidifies" not in text
    assert "# -273.15 to 450 degC; where SnAg solidifies" in text
    assert text.index("inelastic = true") < text.index("[load.thermal]")


def test_ranges_are_those_of_the_keys():
    text, data = begun("wlcsp-ball")
    ranges = {key: usual.text for key, _, usual in quantities(Design(**data))}
    for key in ("polyimide.sidewall_angle_deg", "ubm.overhang_um", "load.current.current_a"):
        line = next(line for line in text.splitlines() if line.startswith(key.split(".")[-1]))
        assert f"# {ranges[key]}" in line


def test_an_own_file_is_a_preset(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text("# Ours\n[pad]\ndiameter_um = 90\n", encoding="utf-8")
    own = preset(str(file))
    assert own.about == "Ours" and own.asked == ("pad.diameter_um", "variant")
    text = design_text(own, "next", {}, "s.json")
    assert "diameter_um = 90                     # 0.5 to 2000 um" in text
    with pytest.raises(InputError, match="'recess' is a study"):
        preset("recess")
    with pytest.raises(InputError, match=r"mask\.toml' is a study"):
        preset(str(find_file("study", "mask")))
    with pytest.raises(DesignError, match=r"pad\.diameter_um = 50"):
        design_text(own, "next", {"pad.diameter_um": 50.0}, "s.json")


# ------------------------------------------------------------------------------- questions


def dialogue(*given):
    """Answers in turn, and what was shown."""
    shown, left = [], list(given)

    def ask(question):
        shown.append(question)
        return left.pop(0)

    return ask, shown


def read(text):
    try:
        return tomllib.loads(f"x = {text}")["x"]
    except tomllib.TOMLDecodeError:
        return text


def test_a_preset_is_chosen_by_number_name_or_file():
    for given in ("1", "cu-pillar"):
        ask, shown = dialogue(given)
        assert chosen_preset(ask, shown.append).name == "cu-pillar"
    ask, shown = dialogue("9", "")
    assert chosen_preset(ask, shown.append).name == "wafer-bump"
    assert any("there is no file '9'" in line for line in shown)


def test_answers_are_checked_at_once_and_lengths_follow():
    ask, shown = dialogue("75", "Alu", "Cu", "-1", "x", "", "200", "done")
    values = answers(preset("wafer-bump"), ask, shown.append, read)
    assert values == {
        "cell.pitch_um": 75.0,
        "pad.material": "Cu",
        "pad.diameter_um": 42.5,
        "passivation.opening_diameter_um": 30.0,
        "ubm.overhang_um": 5.0,
        "bump.height_um": 46.5,
        "pad.thickness_um": 200.0,
    }
    text = "\n".join(shown)
    assert "pad.material = 'Alu' is no known material; the nearest names are" in text
    assert text.count("pad.diameter_um = -1 must be a number from 0.1 to 100000 (step: pad)") == 1
    assert "pad.diameter_um = 'x' must be a number" in text
    assert "[3/13] pad diameter (µm), credible 0.5 to 2000 um [42.5]: " in text
    assert "note: check the unit of pad.thickness_um = 200: credible is 0.05 to 50 um" in text


def test_rules_between_values_are_kept_and_every_question_has_its_default():
    begun = preset("cu-pillar")
    ask, shown = dialogue("", "", "40", *[""] * 99)
    values = answers(begun, ask, shown.append, read)
    assert values["pad.diameter_um"] == 40.0 and values["bump.height_um"] == 12.3
    questions = [line for line in shown if line.startswith("[")]
    assert len(questions) == len(begun.asked) == 16
    assert any("'no-recess', 'partial-depth' or 'full-depth' [no-recess]" in q for q in questions)
    ask, shown = dialogue("", "", "300", "done")
    assert answers(begun, ask, shown.append, read) == {}
    assert any("the cell radius 56.419 um" in line for line in shown)
