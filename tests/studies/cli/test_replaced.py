"""A study's base is judged case by case, after set, factors and cases have replaced of it."""

import json

import fake_evaluator as fake
import pytest

from fem_bump.errors import InputError
from geometry import DesignError
from studies.cli import commands as cli
from studies.cli import options
from studies.plan.cases import make_plan
from studies.plan.study import load_study
from studies.records import store
from studies.results.results import Results
from studies.runs.runner import run_study

HEAD = 'schema = 1\nname = "s"\naccuracy = false\n'
PART = '[[part]]\nname = "p"\n'
SMALL = "[base.pad]\ndiameter_um = 50.0\n"


def plan_of(tmp_path, text, head=HEAD):
    return make_plan(load_study(fake.write_study(tmp_path, text, head)), fake.case_key)


OPENINGS = {
    "factors": "[part.factors]\npassivation.opening_diameter_um = [30.0, 40.0]",
    "zip": (
        "zip = true\n[part.factors]\npassivation.opening_diameter_um = [30.0, 40.0]\n"
        "pad.thickness_um = [1, 2]"
    ),
    "set": "set.passivation.opening_diameter_um = 40.0\nfactors.pad.thickness_um = [1.0, 2.0]",
    "case": (
        "[[part.case]]\npassivation.opening_diameter_um = 30.0\n"
        "[[part.case]]\nopening_ratio = 0.7\n"
    ),
    "cases_csv": "cases_csv = 'cases.csv'",
    "sampling": (
        "[part.sampling]\nn = 2\nranges = { passivation.opening_diameter_um = [30.0, 40.0] }"
    ),
}


@pytest.mark.parametrize("way", OPENINGS)
def test_a_base_is_judged_with_what_replaces_of_it(tmp_path, way):
    (tmp_path / "cases.csv").write_text("passivation.opening_diameter_um\n30\n40\n")
    plan = plan_of(tmp_path, SMALL + PART + OPENINGS[way])
    assert len(plan.valid) == len(plan.cases) == 2
    assert plan.base_key is None
    assert "passivation.opening_diameter_um = 60 must be smaller" in plan.base_reason
    assert plan.base == plan.cases[0].design


def test_a_base_file_is_judged_as_a_base_is(tmp_path):
    (tmp_path / "b.toml").write_text("pad.diameter_um = 50.0\npad.thickness_um = -1\n")
    head = HEAD + 'base_file = "b.toml"\n'
    text = PART + "factors.pad.thickness_um = [1.0]\nset.passivation.opening_diameter_um = 40"
    assert len(plan_of(tmp_path, text, head).valid) == 1


@pytest.mark.parametrize(
    ("base", "part"),
    [
        ("pad.thickness_um = 'x'", "factors.pad.thickness_um = [1.0, 2.0]"),
        ("pad.material = 'unobtainium'", "factors.pad.material = ['Cu']"),
        ("variant = 'full-depth'\npad_etch.depth_ratio = 0.5", "factors.variant = ['no-recess']"),
        ("[base.trace]\nwidth_um = 999", "factors.pad.feed = ['rim']"),
        ("mesh = { size_factor = -1 }", "factors.mesh.size_factor = [1.0]"),
        ("pad_etch.undercut_um = 1\nvariant = 'no-recess'", "factors.pad_etch.depth_ratio = [0.5]"),
        ("metrics.strength = { 'ubm/glue' = { peel_mpa = 1.0 } }", "set.metrics.strength = {}"),
    ],
)
def test_any_mistake_that_every_case_replaces(tmp_path, base, part):
    plan = plan_of(tmp_path, f"[base]\n{base}\n{PART}{part}")
    assert plan.base_reason and plan.valid == plan.cases


def test_what_some_cases_leave_is_their_own_reason(tmp_path):
    text = SMALL + PART + "[[part.case]]\nopening_ratio = 0.5\n[[part.case]]\npad.thickness_um = 2"
    good, bad = plan_of(tmp_path, text).cases
    assert good.reason is None
    assert bad.reason.startswith("passivation.opening_diameter_um = 60 must be smaller")


@pytest.mark.parametrize(
    ("base", "part", "sentence"),
    [
        ("pad.diameter_um = 50", "factors.pad.thickness_um = [1, 2]", "^passivation.opening_diam"),
        ("pad.glue = 1", "factors.pad.thickness_um = [1, 2]", r"^unknown key 'pad\.glue'"),
        ("pad = 3", "factors.pad.thickness_um = [1, 2]", "pad = 3 must be a table"),
        ("mesh = 3", "factors.pad.thickness_um = [1, 2]", "mesh = 3 must be a table"),
        (
            "pad.diameter_um = 50",
            "factors.passivation.opening_diameter_um = [70, 80]",
            r"none of its 2 cases .* \(opening_diameter_um 70\) says: .*um = 70 must be smaller",
        ),
    ],
)
def test_a_mistake_that_stays_is_one_sentence(tmp_path, base, part, sentence):
    with pytest.raises((DesignError, InputError), match=sentence):
        plan_of(tmp_path, f"[base]\n{base}\n{PART}{part}")


def test_what_a_part_sets_gives_way_to_its_levels(tmp_path):
    text = PART + "set.variant = 'full-depth'\nfactors.pad_etch.depth_ratio = [0.0, 0.5]"
    assert [case.design.depth_ratio for case in plan_of(tmp_path, text).cases] == [0.0, 0.5]
    shear = "set.load.shear = { dnp_um = 9, counter_face = 'rigid' }\n"
    text = PART + shear + "factors.load.shear.displacement_um = [0.1]"
    assert plan_of(tmp_path, text).cases[0].design.load.shear.dnp_um is None
    # a ratio is that of the case's own pad
    text = PART + "set.opening_ratio = 0.5\nfactors.pad.diameter_um = [60.0, 90.0]"
    openings = [c.design.passivation.opening_diameter_um for c in plan_of(tmp_path, text).cases]
    assert openings == [30.0, 45.0]
    text = PART + "set.opening_ratio = 0.5\nfactors.passivation.opening_diameter_um = [60.0]"
    assert plan_of(tmp_path, text).cases[0].design.passivation.opening_diameter_um == 60.0


def test_an_accuracy_that_is_replaced_contradicts_nothing(tmp_path):
    head = 'schema = 1\nname = "s"\naccuracy = 0.01\n[base.mesh]\naccuracy = 0.02\n'
    text = PART + "factors.mesh.accuracy = [0.05, 0.1]"
    assert [c.design.mesh.accuracy for c in plan_of(tmp_path, text, head).cases] == [0.05, 0.1]


def test_a_base_that_is_no_design_runs_resumes_and_is_read(tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_LOG", str(tmp_path / "log"))
    text = SMALL + PART + "factors.passivation.opening_diameter_um = "
    study, out = fake.write_study(tmp_path, text + "[30.0, 40.0]", HEAD), tmp_path / "out"
    assert run_study(study, out, jobs=1, evaluator=fake.SPEC).solved == 2
    # a level in front changes the case that stands for the base, not the study
    fake.write_study(tmp_path, text + "[25.0, 30.0, 40.0]", HEAD)
    assert run_study(study, out, jobs=1, evaluator=fake.SPEC).solved_now == 1
    results = Results.read(out)
    assert results.base.passivation.opening_diameter_um == 25.0 and results.base_group
    assert results.study.base == {"pad": {"diameter_um": 50.0}}
    with pytest.raises(InputError, match=r"its base has pad\.diameter_um = 50\.0, not 48"):
        fake.write_study(tmp_path, text.replace("50.0", "48") + "[30.0]", HEAD)
        run_study(study, out, jobs=1, evaluator=fake.SPEC)


def test_a_plan_of_an_earlier_version_is_read(tmp_path):
    (tmp_path / "out").mkdir()
    store.claim(tmp_path / "out", plan_of(tmp_path, fake.heights(75.0)).stored(), "")
    plan = json.loads((tmp_path / "out" / "plan.json").read_text())
    del plan["base_reason"], plan["stand_in"]
    assert plan["base_key"]
    (tmp_path / "out" / "plan.json").write_text(json.dumps(plan))
    assert Results.read(tmp_path / "out").base.name == "default"


@pytest.mark.parametrize(
    "arguments",
    [
        ["draw", "d.toml", "--set", "passivation.opening_diameter_um=40", "--film", "film.png"],
        ["corners", "d.toml", "--exponents-only", "--set", "opening_ratio=0.8"],
        ["solve", "d.toml", "--json", "--set", "opening_ratio=0.8", "--accuracy", "0.05"],
        ["draw", "d.toml", "--claim", "3", "--set", "opening_ratio=0.8", "--film", "film.png"],
    ],
)
@pytest.mark.parametrize("mistake", ["", "variant = 'half'"])
def test_the_command_line_judges_after_its_options(tmp_path, monkeypatch, arguments, mistake):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FAKE_LOG", str(tmp_path / "log"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setattr(options, "EVALUATOR", fake.SPEC)
    accuracy = "[mesh]\naccuracy = 9\n" if "--accuracy" in arguments else ""
    (tmp_path / "d.toml").write_text(f"{mistake}\n[pad]\ndiameter_um = 50.0\n{accuracy}")
    if mistake and "--claim" not in arguments:
        arguments = [*arguments, "--variant", "full-depth"]
    with pytest.raises(SystemExit) as done:
        cli.main(arguments)
    assert done.value.code == 0
