"""What `check` shows of a design: every key once, from where, its ranges; materials; the notes."""

import json

import pytest

from fem_bump import materials
from geometry import Design
from geometry.design.parameters import override
from studies.case.input_notes import input_notes
from studies.design_files.inspection import inspected
from studies.design_files.presets import preset

# what is credible is possible, 0 that means none included
CREDIBLE = {
    "ubm.overhang_um": "0 or 0.02 to 150",
    "passivation.cd_bias_um": "0 or 0.001 to 20 um in size",
    "ubm.step_coverage": "0.1 to 1",
    "bump.contact_diameter_ratio": "above 0 to 0.9",
    "pad_etch.depth_ratio": "0 to 1",
}
PASTE = {"based_on": "SAC305", "young_mpa": 45.0}


@pytest.fixture(scope="module")
def found():
    said = override(
        preset("cu-pillar").data,
        {"pad.thickness_um": 100.0, "bump.material": "paste", "materials.paste": PASTE},
    )
    design = Design(**said)
    return design, inspected(design, said)


def test_every_key_is_there_once_with_where_it_is_from(found):
    design, shown = found
    rows = {row.key: row for row in shown.keys}
    assert len(rows) == len(shown.keys)
    given = {
        "cell.pitch_um": "file", "ubm.enhanced.pillar.thickness_um": "file", "variant": "file",
        "pad_etch.depth_ratio": "implied", "polyimide.material": "default",
        "ubm.deposition": "default", "load.current.source": "default",
    }  # fmt: skip
    assert {key: rows[key].given for key in given} == given
    assert "via.kind" not in rows and "cell.radius_um" not in rows
    assert rows["load.current.current_a"].value == design.load.current.current_a


def test_ranges_and_units_are_those_of_the_checks(found):
    rows = {row.key: row for row in found[1].keys}
    pad = rows["pad.thickness_um"]
    assert (pad.unit, pad.possible, pad.credible) == ("um", "0.005 to 10000", "0.05 to 50")
    assert pad.note.startswith("check the unit of pad.thickness_um = 100")
    for key, text in CREDIBLE.items():
        assert rows[key].credible == text, key
    assert rows["ubm.enhanced.pillar.thickness_um"].credible == "0.02 to 150"
    assert rows["pad.feed"].possible == "rim, trace or via"
    assert rows["metrics.averaging_lengths_um"].possible == "each above 0 and at most 1e+07"
    assert [row.key for row in found[1].keys if row.note] == ["pad.thickness_um"]


def test_materials_have_the_librarys_range_and_source(found):
    shown = found[1]
    assert set(shown.used_by["Cu"]) == {"ubm.layers.seed.material", "ubm.enhanced.pillar.material"}
    (copper,) = (
        row for row in shown.properties if (row.material, row.property) == ("Cu", "young_mpa")
    )
    (known,) = (row for row in materials.provenance("Cu") if row.property == "young_mpa")
    assert (copper.range, copper.source, copper.verified) == (known.range, known.source, True)
    assert copper.value == pytest.approx(float(materials["Cu"].at("young_mpa", 25.0)))
    assert copper.used_degc == (25.0, 25.0)
    own = next(row for row in shown.properties if row.material == "paste")
    assert (own.value, own.source) == (45.0, "user")


def test_notes_are_those_of_every_result(found):
    design, shown = found
    assert list(shown.notes) == input_notes(design)
    assert any("young_mpa = 45 of material 'paste'" in note for note in shown.notes)


def test_a_record_is_plain(found):
    assert json.loads(json.dumps(found[1].record()))["name"] == "cu-pillar"
