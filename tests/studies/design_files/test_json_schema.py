"""JSON schemas: sound, true of every shipped file, and false of what is refused."""

import tomllib

import jsonschema
import pytest

from geometry import Design, DesignError
from studies.design_files.json_schema import json_schema
from studies.plan.study import find_file, shipped

FILES = [(kind, name) for kind in ("design", "study") for name in shipped(kind)]


@pytest.fixture(scope="module")
def validators():
    schemas = {kind: json_schema(kind) for kind in ("design", "study")}
    for schema in schemas.values():
        jsonschema.Draft7Validator.check_schema(schema)
    return {kind: jsonschema.Draft7Validator(schema) for kind, schema in schemas.items()}


def mistakes(validators, kind, text):
    return [error.message for error in validators[kind].iter_errors(tomllib.loads(text))]


@pytest.mark.parametrize("kind, name", FILES, ids=[name for _, name in FILES])
def test_it_is_true_of_what_is_shipped(validators, kind, name):
    text = find_file(kind, name).read_text(encoding="utf-8")
    assert mistakes(validators, kind, text) == []


GOOD = """
variant = "full-depth"
[pad]
feed = "trace"
[trace]
width_um = 12
[assembly]
underfill = false
[load]
inelastic = true
[load.thermal.stress_free_by_region_degc]
passivation = 350.0
[metrics.strength]
"ubm/pad" = { peel_mpa = 200.0 }
[materials.paste]
based_on = "SAC305"
young_mpa = [[25.0, 5e4], [125.0, 4e4]]
cte_per_k = { value = 2e-5, unit = "1/K", source = "ours", verified = true }
"""
BAD = {
    "[pad]\nthickness_um = -1.0": "-1.0 is less than the minimum of 0.005",
    "[pad]\nthicknes_um = 1.0": "'thicknes_um' was unexpected",
    "[pad]\nthickness_um = '1'": "'1' is not of type 'number'",
    "[pad_etch]\nmask = 'resist'": "'resist' is not one of ['passivation', 'polyimide']",
    "[crack]\ninterface = 'ubm/glue'": "'ubm/glue' is not one of",
    "[load.curent]\ncurrent_a = 1.0": "'curent' was unexpected",
    "[load.shear]\nmismatch_share = 2.0": "2.0 is greater than the maximum of 1.0",
    "[ubm]\nlayers = []": "non-empty",
    "[ubm]\nlayers = [{ name = 'a', material = 'Cu' }]": "'thickness_um' is a required property",
    "[materials.x]\nyung_mpa = 1.0": "'yung_mpa' was unexpected",
}


def test_a_design_of_many_tables(validators):
    assert mistakes(validators, "design", GOOD) == []
    with pytest.raises(DesignError, match="reflowed"):  # what a schema cannot say
        Design(**tomllib.loads(GOOD))


@pytest.mark.parametrize("text", BAD)
def test_mistakes_of_single_keys_are_seen(validators, text):
    found = mistakes(validators, "design", text)
    assert len(found) == 1 and BAD[text] in found[0]
    study = 'schema = 1\nname = "s"\n[[part]]\nname = "p"\n[base'
    in_base = text.replace("[", f"{study}.", 1)
    assert any(BAD[text] in message for message in mistakes(validators, "study", in_base))


PART = 'schema = 1\nname = "s"\n[[part]]\nname = "p"\n'
DRAWN = "[part.sampling]\nn = 8\n[part.sampling.ranges]\npad.thickness_um = "
STUDIES = {
    "[part.factors]\npad_etch.depth_ratio = [0, 0.5]\n\"pad.thickness_um\" = [1.0]": True,
    "[part.factors]\nopening_ratio = [0.5]\nubm.layers.cu.thickness_um = [0.5, 1.0]": True,
    "[part.factors]\nassembly = [{ standoff_um = 50.0 }, { standoff_um = 60.0 }]": True,
    '[part.factors]\n"load.current.contact_resistivity_ohm_m2.\\"ubm/pad\\"" = [1e-12]': True,
    "[part.factors]\npad.thickness_um = 1.0": False,
    "[part.factors]\npad.thicknes_um = [1.0]": False,
    '[part.factors]\n"pad.thickness_um" = [-1.0]': False,
    "[part.set]\npad.feed = 'via'\nvia.count = 8": True,
    "[part.set]\npad.feed = 'wire'": False,
    "[[part.case]]\nopening_ratio = 0.5": True,
    "[[part.case]]\nopening_ratio = 1.5": False,
    "[part.sampling]\nn = 8\n[part.sampling.ranges]\npad.thickness_um = [0.5, 2.0]": True,
    "[part.sampling]\nn = 8\n[part.sampling.ranges]\npad.thickness_um = 0.5": False,
    DRAWN + "{ distribution = 'normal', mean = 1.0, sd = 0.1 }": True,
    DRAWN + "{ distribution = 'normal', mean = 1.0, shape = 0.1 }": False,
}  # fmt: skip


@pytest.mark.parametrize("text", STUDIES)
def test_what_a_part_varies(validators, text):
    assert (mistakes(validators, "study", PART + text) == []) == STUDIES[text]


def test_keys_are_explained():
    schema = json_schema("design")["properties"]
    said = schema["pad"]["properties"]["thickness_um"]
    assert said["description"] == "pad thickness (µm); credible 0.05 to 50 um"
    assert (said["minimum"], said["maximum"], said["default"]) == (0.005, 1e4, 1.0)
    plated = schema["ubm"]["properties"]["enhanced"]["items"]["properties"]["thickness_um"]
    assert plated["description"].endswith("credible 0.02 to 150 um"), "a pillar"
    young = schema["materials"]["additionalProperties"]["properties"]["young_mpa"]
    assert young["description"].startswith("Credible 0.1 to 1.3e+06 MPa")
