"""A run folder stands by itself: moved elsewhere, its originals gone, it runs, resumes, reports."""

import codecs
import json
import os
import shutil

import fake_evaluator as fake
import pytest
from earlier_records import as_before

from fem_bump.errors import InputError
from studies.plan.cases import make_plan
from studies.plan.study import load_study
from studies.plan.study_files import study_files
from studies.records import store
from studies.report.base_table import base_table
from studies.report.page import write_report
from studies.results.results import Results
from studies.runs.runner import run_study

BASE = """# the stack of lot 7
name = "lot 7"
[pad]
thickness_um = 1.5
[mesh]
size_factor = 4.0
[materials.paste]
based_on = "SAC305"
young_mpa = 30000.0
[bump]
material = "paste"
"""
STUDY = """# who asked, and why: don't lose "this"
schema = 1
name = "moved"
question = "cases.csv or base.toml?"
accuracy = false
base_file = 'base.toml'   # the lot's
[[part]]
name = "cases.csv"
cases_csv = "cases.csv"
[[part]]
name = "again"
"cases_csv" = \"\"\"deep/cases.csv\"\"\" # another table
[[part]]
name = "alone"
title = "cases.csv"
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with a study, the case tables and the base that it refers to."""
    monkeypatch.setenv("FAKE_LOG", str(tmp_path / "log"))
    here = tmp_path / "here"
    (here / "deep").mkdir(parents=True)
    (here / "base.toml").write_bytes(codecs.BOM_UTF8 + BASE.encode())
    (here / "cases.csv").write_text("bump.height_um;opening_ratio\n70,0;0,5\n75,0;0,6\n")
    (here / "deep" / "cases.csv").write_text("bump.height_um\n60\n")
    (here / "s.toml").write_text(STUDY)
    return here


def run(study, out):
    return run_study(study, out, jobs=1, evaluator=fake.SPEC)


def keep(study, out):
    """What a run does before it solves anything."""
    out.mkdir(exist_ok=True)
    files = study_files(study)
    plan = make_plan(load_study(study), fake.case_key)
    store.claim(out, plan.stored(), files.text, files.inputs)
    return out


def identity(folder):
    plan = json.loads((folder / "plan.json").read_text())
    return [(c["part"], c["case"], c["factors"], c["key"]) for c in plan["cases"]]


def test_a_run_folder_is_run_again_elsewhere(place, tmp_path, monkeypatch):
    assert run(place / "s.toml", place / "out").solved == 4
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(place / "out", elsewhere)
    before = identity(elsewhere)
    shutil.rmtree(place)
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    # in place: everything is found stored
    again = run(elsewhere / "study.toml", elsewhere)
    assert (again.solved_now, again.found_stored) == (0, 4) and identity(elsewhere) == before
    # and anew, from where the copy is and by a relative path
    anew = run(os.path.relpath(elsewhere / "study.toml"), tmp_path / "anew")
    assert anew.solved_now == 4 and identity(tmp_path / "anew") == before
    tables = [
        (folder / "table.csv").read_text().splitlines() for folder in (elsewhere, tmp_path / "anew")
    ]
    heads = [table[0].split(",") for table in tables]
    assert heads[0] == heads[1] and len(tables[0]) == len(tables[1]) == 5
    assert load_study(elsewhere / "study.toml") == load_study(tmp_path / "anew" / "study.toml")
    shutil.rmtree(tmp_path / "anew" / "rows")
    assert "base design" in write_report(tmp_path / "anew").read_text()


def test_the_copy_is_the_file_but_for_its_references(place):
    keep(place / "s.toml", place / "out")
    text = (place / "out" / "study.toml").read_text()
    expected = STUDY.replace("'base.toml' ", '"inputs/base.toml" ')
    expected = expected.replace('cases_csv = "cases.csv"', 'cases_csv = "inputs/cases.csv"')
    expected = expected.replace('"""deep/cases.csv"""', '"inputs/cases-2.csv"')
    assert text == expected
    inputs = place / "out" / "inputs"
    assert sorted(p.name for p in inputs.iterdir()) == ["base.toml", "cases-2.csv", "cases.csv"]
    assert (inputs / "base.toml").read_bytes() == codecs.BOM_UTF8 + BASE.encode()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_study_is_kept_as_utf_8(place, encoding):
    (place / "s.toml").write_bytes(STUDY.replace("lot's", "lot's µ").encode(encoding))
    keep(place / "s.toml", place / "out")
    assert "lot's µ" in (place / "out" / "study.toml").read_bytes().decode("utf-8")
    assert len(load_study(place / "out" / "study.toml").part) == 3


REFERENCES = {
    "absolute": 'part = [{{ name = "p", cases_csv = "{here}/cases.csv" }}]',
    "upwards": "[[part]]\nname = 'p'\ncases_csv = \"deep/../cases.csv\"",
    "escaped": '[[part]]\nname = "p"\ncases_csv = "cases\\u002ecsv"',
    "twice the same": (
        "[[part]]\nname = 'p'\ncases_csv = 'cases.csv'\n"
        "[[part]]\nname = 'q'\ncases_csv = './cases.csv'"
    ),
    "beside a level that is no number": (
        "[[part]]\nname = 'p'\ncases_csv = 'cases.csv'\n"
        "[[part]]\nname = 'q'\nfactors.bump.height_um = [nan, 75.0]"
    ),
    "named like what a run writes": "[[part]]\nname = 'p'\ncases_csv = 'table.csv'",
    "named like a key": "[[part]]\nname = 'p'\ncases_csv = 'name'",
}


@pytest.mark.parametrize("how", REFERENCES)
def test_however_a_file_is_referred_to(place, how):
    for name in ("table.csv", "name"):
        shutil.copy(place / "cases.csv", place / name)
    head = "schema = 1\nname = 'r'\naccuracy = false\n# it's \"cases.csv\"\n"
    study = place / "r.toml"
    study.write_text(head + REFERENCES[how].format(here=place.as_posix()))
    wanted = load_study(study)
    keep(study, place / "out")
    shutil.move(place / "out", place.parent / "kept")
    shutil.rmtree(place)
    assert repr(load_study(place.parent / "kept" / "study.toml")) == repr(wanted)
    tables = list((place.parent / "kept" / "inputs").iterdir())
    assert len(tables) == 1


def test_a_study_without_references_has_no_inputs(tmp_path):
    study = fake.write_study(tmp_path, fake.heights(75.0))
    keep(study, tmp_path / "out")
    assert not (tmp_path / "out" / "inputs").exists()
    assert (tmp_path / "out" / "study.toml").read_text() == study.read_text()


def test_a_folder_of_an_earlier_version_is_resumed_and_reported(place):
    run(place / "s.toml", place / "out")
    out = place / "out"
    shutil.rmtree(out / "inputs")
    (out / "study.toml").write_text(STUDY)
    plan = json.loads((out / "plan.json").read_text())
    for key in ("base_as_written", "base_reason", "stand_in"):
        plan.pop(key, None)
    (out / "plan.json").write_text(json.dumps(plan))
    table = base_table(Results.read(out))
    assert [row.key for row in table.given][:3] == ["name", "pad.thickness_um", "bump.material"]
    assert run(place / "s.toml", out).found_stored == 4
    assert (out / "inputs" / "base.toml").exists()


def test_what_an_editor_saved_in_a_run_folder_is_read(place):
    run(place / "s.toml", place / "out")
    out = place / "out"
    as_before(out)
    for file in [out / "plan.json", out / "study.toml", *out.glob("records/*.json")]:
        file.write_bytes(codecs.BOM_UTF8 + file.read_bytes())
    assert len(Results.read(out).solved) == 4
    shutil.rmtree(out / "records")
    assert "\ufeff" not in write_report(out).read_text()
    (out / "study.toml").write_bytes(b"# \xff")
    with pytest.raises(InputError, match=r"study\.toml' is not UTF-8 text: byte 0xff at line 1"):
        write_report(out)


def test_the_session_says_how_the_run_was_made(place):
    run_study(place / "s.toml", place / "out", jobs=1, evaluator=fake.SPEC, case_timeout_s=99.0)
    session = json.loads((place / "out" / "provenance.json").read_text())["sessions"][0]
    assert session["case_timeout_s"] == 99.0 and session["on_failure"] == "continue"


def test_a_reference_that_cannot_be_read_is_one_sentence(place):
    (place / "cases.csv").unlink()
    with pytest.raises(InputError, match=r"cannot read '.*cases\.csv'"):
        study_files(place / "s.toml")


def test_the_report_shows_the_base_design(place):
    out = keep(place / "s.toml", place / "out")
    table = base_table(Results.read(out))
    assert [(row.key, row.value) for row in table.given] == [
        ("name", "lot 7"), ("pad.thickness_um", "1.5"), ("bump.material", "paste"),
        ("mesh.size_factor", "4"), ("materials.paste.based_on", "SAC305"),
        ("materials.paste.young_mpa", "30000"),
    ]  # fmt: skip
    rows = {row.key: row for _, rows in table.groups for row in rows}
    assert rows["chip.thickness_um"].value == "100" and not rows["chip.thickness_um"].is_given
    assert rows["ubm.layers.cu.thickness_um"].value == "0.5"
    assert rows["bump.height_um"].is_varied and not rows["bump.material"].is_varied
    assert rows["passivation.opening_diameter_um"].is_varied  # by its ratio
    assert [table for table, _ in table.groups][:3] == ["design", "cell", "chip"]
    page = write_report(out).read_text().replace("<wbr>", "")
    assert "What the study says of it.</p>" in page  # what varies is at its default
    assert "defaults included; “varied”: cases have other values<" in page
    assert "materials.paste.young_mpa" in page and "ubm.layers.cu.thickness_um" in page


def test_a_base_that_is_no_design_by_itself_is_shown_with_its_reason(tmp_path):
    text = "[base.pad]\ndiameter_um = 50\n[[part]]\nname = 'p'\nfactors.opening_ratio = [0.5]\n"
    study = fake.write_study(tmp_path, text, "schema = 1\nname = 's'\naccuracy = false\n")
    out = keep(study, tmp_path / "out")
    table = base_table(Results.read(out))
    assert "must be smaller than pad.diameter_um = 50" in table.reason
    assert [(row.key, row.value) for row in table.given] == [("pad.diameter_um", "50")]
    rows = {row.key: row.value for _, rows in table.groups for row in rows}
    assert rows["passivation.opening_diameter_um"] == "60"  # not that of a case
    assert "must be smaller than pad.diameter_um = 50" in write_report(out).read_text()
