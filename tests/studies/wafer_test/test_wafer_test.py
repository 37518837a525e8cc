"""Marks of a wafer test: the table, the cases that stand for them, verdicts, and the command."""

import csv
import tomllib

import fabricated_run
import fake_evaluator as fake
import pytest

from fem_bump.errors import InputError
from geometry import Design
from studies.cli import commands, options
from studies.wafer_test.mark_table import GivenMark, read_marks
from studies.wafer_test.marked_designs import placed, study_text
from studies.wafer_test.verdicts import Grade, of_pads, verdicts
from studies.wafer_test.wafer_test import bins, run_wafer_test

FLAT = Design(variant="no-recess")
TRACED = Design(variant="no-recess", pad={"feed": "trace"}, trace={"width_um": 20.0})
EVALUATOR = "wafer_test_evaluator:evaluate"
TABLE = """pad,x_um,y_um,depth_um
A1,0,0,0.4
A1,22,0,0.4
A2,5,3,0.35
A3,30,0,0.3
A4,-10,2,1.3
A5,1,1,0.97
"""


def mark(x=0.0, y=0.0, depth=0.4, pad="1"):
    return GivenMark(1, pad, x, y, depth)


def write(tmp_path, text):
    file = tmp_path / "marks.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_table_is_read(tmp_path):
    found = read_marks(write(tmp_path, "X_um;y_um;depth_um\n1,5;-2,0;0,4\n3;4;0\n"))
    assert [(m.row, m.pad, m.x_um, m.y_um, m.depth_um) for m in found] == [
        (1, "1", 1.5, -2.0, 0.4), (2, "2", 3.0, 4.0, 0.0),
    ]  # fmt: skip
    assert found[1].offset_um == 5.0
    assert mark(-1.0, -1.0).azimuth_deg == pytest.approx(135.0)


BAD_TABLES = {
    "x_um,y_um\n1,2\n": "lacks the column 'depth_um'; it needs x_um, y_um, depth_um",
    "x_um,y_um,depth_um\n1,nan,0.4\n": r"mark 1 \(pad 1\): y_um = 'nan'; it must be a finite",
    "x_um,y_um,depth_um\n1,2,0.4\n1,,0.4\n": "mark 2 .*: y_um is empty",
    "x_um,y_um,depth_um\n1,2,-0.4\n": "depth_um = -0.4 must be at least 0",
    "x_um,y_um,depth_um,die\n1,2,0.4,7\n": "a column 'die' that is none of",
    "x_um,y_um,depth_um\n": "needs a header and at least one row",
    "x_um,y_um,depth_um\n1,deep,0.4\n": "y_um = 'deep'",
}


@pytest.mark.parametrize("text", BAD_TABLES)
def test_what_is_no_table_of_marks_is_refused_in_a_sentence(tmp_path, text):
    with pytest.raises(InputError, match=BAD_TABLES[text]) as stop:
        read_marks(write(tmp_path, text))
    assert "\n" not in str(stop.value)


@pytest.mark.parametrize(
    ("x", "offset"),
    [
        (0.0, 0.0), (0.05, 0.0), (22.0, 22.0), (21.9, 22.0), (18.2, 19.0), (18.0, 18.0),
        (10.0, 10.0), (9.9, 10.0), (3.0, 6.0), (1.0, 2.0),
    ],
)  # fmt: skip
def test_gaps_are_rounded_to_the_worse(x, offset):
    [found] = placed(FLAT, [mark(x)])
    assert found.film == {"offset_um": offset, "azimuth_deg": 0.0}
    assert found.film["offset_um"] >= x - 0.1


@pytest.mark.parametrize(
    ("depth", "solved"), [(0.0, 0.0), (0.4, 0.4), (0.41, 0.5), (0.97, 1.0), (1.0, 1.0)]
)
def test_depths_are_rounded_to_the_worse(depth, solved):
    [found] = placed(FLAT, [mark(depth=depth)])
    assert found.relief == {"depth_um": solved}


def test_azimuths_matter_with_a_trace_only():
    assert placed(TRACED, [mark(-10.0, -10.0)])[0].film["azimuth_deg"] in (120.0, 150.0)
    assert placed(FLAT, [mark(-10.0, -10.0)])[0].film["azimuth_deg"] == 0.0
    assert "azimuths" in bins(TRACED) and "azimuths" not in bins(FLAT)


def test_a_mark_off_the_opening_or_through_the_pad_is_a_verdict():
    found = placed(FLAT, [mark(30.0), mark(depth=1.3)])
    assert [one.grade for one in verdicts(None, found)] == [Grade.OFF, Grade.THROUGH]


def test_equal_marks_are_one_case_and_a_film_that_is_gone_has_no_place():
    marks = [mark(x, depth=d) for x in (5.0, 5.5, 20.0) for d in (0.4, 0.36)]
    study = tomllib.loads(study_text(FLAT, placed(FLAT, marks)))
    film, relief = study["part"]
    assert [case["probe.offset_um"] for case in film["case"]] == [6.0, 20.0]
    assert [case["probe.depth_um"] for case in relief["case"]] == [0.4]
    etched = tomllib.loads(study_text(Design(), placed(Design(), marks)))["part"][0]["case"]
    assert [case["probe.offset_um"] for case in etched] == [0.0]


def test_meshes_are_as_the_design_says():
    for keys, said in (({}, 0.02), ({"accuracy": 0.1}, 0.1), ({"size_factor": 2.0}, False)):
        design = Design(variant="no-recess", mesh=keys)
        assert tomllib.loads(study_text(design, placed(design, [mark()])))["accuracy"] == said


@pytest.fixture
def done(tmp_path, monkeypatch):
    """A wafer test on made-up numbers; the evaluator's module must be importable in workers."""
    (tmp_path / "wafer_test_evaluator.py").write_text(
        "from fabricated_run import result\n"
        "from fake_evaluator import case_key as case_key\n"
        "def evaluate(design, fields_path=None):\n    return result(design)\n"
    )
    here = f"{tmp_path}:{fabricated_run.__file__.rsplit('/', 1)[0]}"
    import os

    monkeypatch.setenv("PYTHONPATH", f"{here}:{os.environ.get('PYTHONPATH', '')}")
    monkeypatch.syspath_prepend(str(tmp_path))
    marks = read_marks(write(tmp_path, TABLE))
    (tmp_path / "out").mkdir()
    return lambda: run_wafer_test(FLAT, marks, tmp_path / "out", jobs=1, evaluator=EVALUATOR)


@pytest.mark.slow
def test_verdicts_from_a_run_that_is_resumed(done):
    first = done()
    grades = [one.grade for one in first.verdicts]
    assert grades == [
        Grade.GO, Grade.COUNTS, Grade.GO, Grade.OFF, Grade.THROUGH, Grade.BARE,
    ]  # fmt: skip
    assert of_pads(first.verdicts)["A1"] is Grade.COUNTS
    with first.table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["verdict"] for row in rows] == [grade.value for grade in grades]
    assert rows[0]["pad_verdict"] == "film counts" and rows[0]["verdict"] == "go"
    assert float(rows[1]["largest_change"]) > 0.05 and rows[1]["of"].startswith("current_density")
    assert rows[2]["solved_offset_um"] == "6.0" and rows[2]["solved_depth_um"] == "0.4"
    assert first.picture.stat().st_size > 10_000
    again = done()
    assert first.summary.solved_now > 0 and again.summary.solved_now == 0
    assert [one.grade for one in again.verdicts] == grades


@pytest.fixture
def call(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(options, "EVALUATOR", fake.SPEC)

    def call(*arguments):
        with pytest.raises(SystemExit) as stop:
            commands.main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return stop.value.code or 0, captured.out, captured.err

    return call


def test_the_command_refuses_in_one_sentence(call, tmp_path):
    write(tmp_path, "x_um,y_um\n1,2\n")
    for arguments in (("default", "marks.csv"), ("default", "nowhere.csv")):
        status, out, err = call("marks", *arguments)
        assert status == 2 and out == ""
        assert err.startswith("fem-bump: ") and err.count("\n") == 1
    assert not (tmp_path / "results").exists()


def test_the_command_judges_marks_that_need_no_case(call, tmp_path):
    write(tmp_path, "x_um,y_um,depth_um\n30,0,0.4\n0,0,2\n")
    status, out, _ = call("marks", "default", "marks.csv", "--out", "out")
    assert status == 0
    assert "no-go: off the pad's opening" in out and "rounded down" in out
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"marks.csv", "marks.png"}
