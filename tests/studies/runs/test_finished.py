"""A run with nothing left to do is known by the files it left, and by nothing that has changed."""

import os

import fake_evaluator as fake
import pytest

from studies.plan.cases import make_plan
from studies.plan.study import load_study
from studies.records import rows, store
from studies.records.record import CaseRecord, Result
from studies.runs import finished


@pytest.fixture
def run(tmp_path):
    """A study's file and the folder of a run that has solved it, made up."""
    file, folder = fake.write_study(tmp_path, fake.heights(70.0, 75.0)), tmp_path / "out"
    plan = make_plan(load_study(file), fake.case_key)
    folder.mkdir()
    store.claim(folder, plan.stored(), file.read_text(encoding="utf-8"))
    for case in plan.valid:
        result = Result(case.design.to_dict(), {"resistance_mohm": 1.0}, {"resistance_mohm": 0.1})
        store.write_record(folder, case.key, CaseRecord("solved", None, 0.1, result))
    (folder / "table.csv").write_text("part\n", encoding="utf-8")
    finished.note_finished(folder, "this", ["a note"], with_report=False)
    return file, folder


def test_what_is_found(run, caplog):
    found = finished.finished(*run, "this")
    assert (found.summary.rows, found.summary.solved, found.summary.found_stored) == (2, 2, 2)
    assert found.summary.is_whole and not found.has_report and "note: a note" in caplog.text
    (run[1] / "report.html").write_text("<html/>", encoding="utf-8")
    assert not finished.finished(*run, "this").has_report
    finished.note_finished(run[1], "this", [], with_report=True)
    assert finished.finished(*run, "this").has_report


def flip(folder):
    file = folder / rows.FOLDER / "all-0001.rows"
    about, data = file.stat(), file.read_bytes()
    file.write_bytes(data.replace(b'"resistance_mohm": 1.0', b'"resistance_mohm": 2.0', 1))
    # neither size nor time tell
    os.utime(file, ns=(about.st_atime_ns, about.st_mtime_ns))


CHANGES = {
    "row": flip,
    "table": lambda folder: (folder / "table.csv").write_text("part \n", encoding="utf-8"),
    "plan": lambda folder: store.write_plan(folder, store.read_plan(folder)),
    "note": lambda folder: (folder / finished.NAME).write_text("{", encoding="utf-8"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_any_change_is_looked_into(run, change):
    change(run[1])
    assert finished.finished(*run, "this") is None


def test_what_a_plan_is_made_from(tmp_path):
    file = fake.write_study(tmp_path, fake.heights(70.0))
    before = finished.made_from(file, fake.SPEC)
    assert finished.made_from(file, fake.SPEC) == before != finished.made_from(file, "other:it")
    fake.write_study(tmp_path, fake.heights(71.0))
    assert finished.made_from(file, fake.SPEC) != before
