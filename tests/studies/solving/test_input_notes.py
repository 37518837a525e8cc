"""Units that slip, from the command line: refused with status 2, or noted in every output."""

import csv
import json
from pathlib import Path

import pytest

import studies.case.input_notes
from geometry import Design
from geometry.claims.catalogue import all_recipes
from studies.case.input_notes import input_notes, notes_of_designs, temperatures_used
from studies.cli import commands as cli
from studies.corner_tables.table import notes as corner_notes
from studies.plan.cases import make_plan
from studies.plan.study import find_file, load_study
from studies.results.notes import notes as sentences
from studies.solving import evaluate
from studies.solving.estimators import held_designs

PASTE = {"young_mpa": 44e3, "poisson": 0.35, "cte_per_k": 21e-6, "resistivity_ohm_m": 1.3e-7}
SOFT = "44 GPa would be 44000 MPa"
SHORT = "the table of cte_per_k of material 'paste' does not cover the load"


def toml(name="d", prefix="", **changes):
    lines = [f"{key} = {value}" for key, value in (PASTE | changes).items()]
    return "\n".join([
        f"[{prefix}materials.paste]", *lines, f"[{prefix}mesh]", "size_factor = 5.0",
        f"[{prefix}bump]", "material = 'paste'",
    ])  # fmt: skip


@pytest.fixture
def call(tmp_path, monkeypatch, capsys):
    """Run the command line in an empty folder: status, standard output, standard error."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        with pytest.raises(SystemExit) as stop:
            cli.main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return stop.value.code, said.out, said.err

    return call


@pytest.fixture
def noted():
    """A file whose modulus is in GPa and whose expansion ends at 125 degC."""
    text = toml(young_mpa=44.0, cte_per_k=[[25.0, 21e-6], [125.0, 22e-6]])
    Path("d.toml").write_text('schema = 1\nname = "d"\n' + text, encoding="utf-8")
    return "d.toml"


@pytest.mark.parametrize("command", ["solve", "draw", "crack", "corners"])
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"cte_per_k": 21.0}, "cte_per_k = 21 must lie between -0.001 and 0.001 1/K: 21 ppm/K"),
        ({"resistivity_ohm_m": 13.0}, "resistivity_ohm_m = 13 must lie between 1e-11 and 0.01"),
        ({"cte_per_k": [[25.0, 21.0]]}, "21 ppm/K would be 2.1e-05 1/K"),
        ({"young_mpa": 44e9}, "4.4e+10 Pa would be 44000 MPa"),
        ({"poisson": 35.0}, "35 % would be 0.35"),
    ],
    ids=["ppm", "uohm cm", "table", "Pa", "percent"],
)
def test_a_value_without_a_physical_meaning_is_one_sentence(call, tmp_path, command, changes, said):
    Path("d.toml").write_text(toml(**changes), encoding="utf-8")
    status, out, err = call(command, "d.toml")
    assert (status, out) == (2, "") and err.count("\n") == 1
    assert "material 'paste'" in err and said in err
    assert [path.name for path in tmp_path.iterdir()] == ["d.toml"]


def lines(text):
    return [line for line in text.splitlines() if line.startswith("note: ")]


def test_solve_notes_it(call, noted):
    status, out, _ = call("solve", noted)
    assert status == 0 and sum(SOFT in line for line in lines(out)) == 1
    assert sum(SHORT.capitalize()[:20] in line for line in lines(out)) == 1
    status, out, _ = call("solve", noted, "--json")
    soft, short = json.loads(out)["flags"]["notes"]
    assert status == 0 and SOFT in soft and SHORT in short


@pytest.mark.slow
def test_draw_notes_it(call, noted):
    for options in ((), ("--film", "film.png")):
        status, out, _ = call("draw", noted, *options)
        assert status == 0 and len(lines(out)) == 2 and SOFT in out and SHORT in out


def test_corners_note_it(call, noted):
    status, out, _ = call("corners", noted, "--exponents-only")
    assert status == 0 and SOFT in out and SHORT in out
    status, out, _ = call("corners", noted, "--exponents-only", "--json")
    assert len(json.loads(out)["notes"]) == 2
    assert corner_notes(Design()) == []


def test_crack_notes_it(call, noted):
    options = ("--lengths", "0.5", "--jobs", 1, "--variant", "no-recess")
    status, out, _ = call("crack", noted, *options)
    assert status == 0 and SOFT in out and SHORT in out
    status, out, _ = call("crack", noted, *options, "--json")
    assert status == 0 and len(json.loads(out)["notes"]) == 2


@pytest.mark.slow
def test_run_and_report_note_it(call, tmp_path, monkeypatch):
    # drawing takes most of the time
    monkeypatch.setattr("studies.report.page.FIGURES", {})
    text = toml(prefix="base.", young_mpa=44.0)
    part = '[[part]]\nname = "p"\n[part.factors]\n"bump.material" = ["SAC305", "paste"]\n'
    study = 'schema = 1\nname = "s"\ntitle = "t"\n' + text + "\n" + part
    Path("s.toml").write_text(study, encoding="utf-8")
    status, out, _ = call("run", "s.toml", "--dry-run")
    assert status == 0 and "note: 1 of 2 cases: check the unit of young_mpa = 44 of" in out
    status, out, err = call("run", "s.toml", "--jobs", 1)
    assert status == 0 and "1 of 2 cases: check the unit of young_mpa = 44" in err
    with open("results/s/table.csv", encoding="utf-8") as file:
        by_metal = {row["bump.material"]: row["flag_notes"] for row in csv.DictReader(file)}
    assert by_metal["SAC305"] == "" and SOFT in by_metal["paste"]
    for path in tmp_path.glob("results/s/report.html"):
        path.unlink()
    assert call("report", "results/s")[0] == 0
    assert SOFT in Path("results/s/report.html").read_text(encoding="utf-8")


def test_notes_change_neither_key_nor_numbers(monkeypatch):
    design = Design(mesh={"size_factor": 5.0})
    key, record = evaluate.case_key(design), evaluate.evaluate(design)
    monkeypatch.setattr(evaluate, "input_notes", lambda design: ["something else"])
    again = evaluate.evaluate(design)
    assert evaluate.case_key(design) == key and again["metrics"] == record["metrics"]
    assert record["flags"]["notes"] == [] and again["flags"]["notes"] == ["something else"]


@pytest.mark.parametrize("study", ["recess", "mask", "recess-shear", "recess-trace"])
def test_no_shipped_study_is_noted(study):
    plan = make_plan(load_study(find_file("study", study)), lambda design: "key")
    assert notes_of_designs(plan.designs) == []


def test_neither_the_default_nor_a_recipe_is_noted():
    every = [Design.from_toml(find_file("design", "default")), Design()]
    assert [input_notes(design) for design in every] == [[], []]
    assert not any(input_notes(recipe.design) for recipe in all_recipes())


@pytest.mark.slow
def test_designs_of_the_estimators_are_noted_for_temperatures_alone():
    every = [note for design, _ in held_designs() for note in input_notes(design)]
    assert every and all("does not cover the load" in note for note in every)


def test_temperatures_are_those_of_regions_current_trace_and_board():
    design = Design(
        load={
            "thermal": {
                "stress_free_degc": 217.0, "temperature_degc": -40.0,
                "stress_free_by_region_degc": {"passivation": 350.0, "ubm_cu": 20.0},
            },
            "current": {"temperature_degc": 100.0},
            "shear": {"dnp_um": 100.0, "counter_face": "rigid", "board_material": "FR4"},
        },
        pad={"feed": "trace"},
        trace={"material": "Au"},
    )  # fmt: skip
    used = temperatures_used(design)
    assert used["SiN"]["cte_per_k"] == (-40.0, 350.0) and used["Cu"]["cte_per_k"] == (-40.0, 20.0)
    assert used["SAC305"] == {
        "cte_per_k": (-40.0, 217.0), "young_mpa": (-40.0, -40.0), "poisson": (-40.0, -40.0),
        "yield_mpa": (-40.0, -40.0), "conductivity_s_per_m": (100.0, 100.0),
    }  # fmt: skip
    assert used["Au"] == {"conductivity_s_per_m": (100.0, 100.0)}
    assert used["FR4"] == {"cte_per_k": (-40.0, 217.0)}
    said = input_notes(design)
    assert any("young_mpa of material 'Si'" in n and "taken at -40 degC" in n for n in said)


def test_an_assembled_joint_names_every_region():
    joint = Design(
        bump={"shape": "reflowed"},
        assembly={},
        ubm={"enhanced": [{"name": "ni", "material": "Ni", "thickness_um": 2.0}]},
        load={"thermal": {"stress_free_by_region_degc": {
            "substrate_pad": 111.0, "underfill": 150.0, "enhanced_ubm_ni": 60.0,
        }}},
    )  # fmt: skip
    used = temperatures_used(joint)
    assert used["underfill"]["cte_per_k"] == (25.0, 150.0)
    assert used["Ni"]["cte_per_k"] == (25.0, 60.0)
    assert {"solder-mask", "BT"} <= used.keys()
    assert used["Cu"]["cte_per_k"] == (25.0, 217.0), "UBM and substrate pad are of one metal"


def test_a_note_of_several_designs_says_of_how_many():
    soft = Design(materials={"paste": PASTE | {"young_mpa": 44.0}}, bump={"material": "paste"})
    (said,) = notes_of_designs([soft, Design(), soft])
    assert said.startswith("2 of 3 cases: check the unit of young_mpa = 44")
    assert notes_of_designs([soft, soft])[0].startswith("all of 2 cases: ")
    assert notes_of_designs([soft])[0].startswith("check the unit")


def test_a_name_with_a_semicolon_is_one_note():
    soft = Design(
        materials={"a; b": PASTE | {"young_mpa": 44.0}}, bump={"material": "a; b"}
    )  # fmt: skip
    (said,) = input_notes(soft)
    assert "material 'a; b'" in said and len(sentences({"notes": [said]})) == 1


def test_a_law_that_no_analysis_of_designs_uses_is_said():
    law = {"kind": "J2", "yield_mpa": 30.0, "isotropic_mpa": 0.0, "kinematic_mpa": 100.0}
    plain = Design(bump={"material": "paste"}, materials={"paste": PASTE})
    lawful = Design(bump={"material": "paste"}, materials={"paste": {**PASTE, "law": law}})
    (said,) = set(input_notes(lawful)) - set(input_notes(plain))
    assert "the law of material 'paste' is not used" in said
    assert not any("the law of" in note for note in input_notes(Design()))  # the library's own


def test_of_very_many_designs_some_are_looked_at(monkeypatch):
    monkeypatch.setattr(studies.case.input_notes, "MOST_NOTED", 4)
    designs = [Design(pad={"thickness_um": 1000.0})] * 6
    assert notes_of_designs(designs)[0].startswith("all of 4 cases, drawn from 6: check the unit")
    assert notes_of_designs(designs[:4])[0].startswith("all of 4 cases: check the unit")
