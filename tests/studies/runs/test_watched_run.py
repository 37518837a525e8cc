"""A run that is looked at from elsewhere: its log, its status, and a limit on memory."""

import json
import os
import time

import fake_evaluator as fake
import pytest

from fem_bump.errors import InputError
from studies.cli import commands as cli
from studies.records.run_log import SILENT_S, RunLog, read_log
from studies.results.status import read_status
from studies.runs.memory import check_limit, memory_watch
from studies.runs.runner import run_study

HEIGHTS = fake.heights(70.0, fake.NO_ANSWER, fake.BAD_INPUT, fake.GREEDY, -1.0, 71.0)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A folder after a run in which cases failed in several ways."""
    folder = tmp_path_factory.mktemp("watched")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FAKE_LOG", str(folder / "log"))
        study = fake.write_study(folder, HEIGHTS)
        # a greedy case holds 1000 MB more than others, which hold 60 to 300 by what is loaded
        run_study(study, folder / "out", jobs=1, evaluator=fake.SPEC, case_memory_mb=700.0)
    return folder / "out"


@pytest.mark.slow
def test_every_end_is_told_with_its_reason(run):
    found = read_status(run)
    assert (found.state, found.cases, found.invalid) == ("finished", 6, 1)
    assert (found.to_solve, found.found, found.left) == (5, 0, 0)
    assert found.ended == {"solved": 2, "failed": 2, "invalid": 1}
    assert found.reasons == {
        "the stiffness matrix is singular": 1,
        "needed more than 700 MB of memory": 1,
    }
    assert found.per_minute > 0 and found.left_s is None
    assert found.latest[0]["label"] == "height_um 71"
    began = [line for line in read_log(run) if line["event"] == "started"]
    assert [line["label"] for line in began][-1] == "height_um 71" and len(began) == 5
    assert all(isinstance(line["worker"], int) for line in began) and not found.working


@pytest.mark.slow
def test_status_is_printed_as_lines_json_and_table(run, capsys):
    before = {path: path.stat().st_mtime_ns for path in run.rglob("*")}

    def said(*options):
        with pytest.raises(SystemExit) as stop:
            cli.main(["status", str(run), *options])
        assert stop.value.code == 0
        return capsys.readouterr().out

    lines = said()
    assert lines.startswith("small: finished\n5 of 5 designs: 2 solved, 2 failed, 1 invalid")
    assert "failed, 1: needed more than 700 MB of memory" in lines
    assert json.loads(said("--json", "--watch", "9"))["left"] == 0  # ended: not watched
    assert said("--table").splitlines()[0].startswith("part,case,status,reason")
    assert {path: path.stat().st_mtime_ns for path in run.rglob("*")} == before


def session(folder, *, began=0.0, ends=(), starts=(), **ended):
    """A log of one session by hand: a plan of a run, and lines at given times."""
    log = RunLog(folder)
    log.close()
    lines = [{"at": began, "event": "began", "cases": 9, "to_solve": 9, "found": 0, "workers": 2}]
    lines += [{"at": at, "event": "case", "key": str(at), "status": "solved"} for at in ends]
    lines += [{"at": at, "event": "started", "key": key} for at, key in starts]
    lines += [{"at": 1e4, "event": "ended", **ended}] if ended else []
    text = "".join(f"{json.dumps(line)}\n" for line in lines)
    log.path.write_text(text + '{"at": 3, "event": "ca', encoding="utf-8")
    os.utime(log.path, (1000.0, 1000.0))
    return log


@pytest.fixture
def folder(tmp_path):
    plan = {"schema": 1, "study": {"name": "s", "base": {}, "part": []}, "cases": []}
    (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    return tmp_path


def test_rate_and_time_left_are_those_of_the_latest_cases(folder):
    assert read_status(folder).state == "not started"
    session(folder, began=0.0, ends=(10.0, 20.0, 30.0))
    found = read_status(folder, now_s=1001.0)
    assert (found.state, found.left, found.workers) == ("running", 6, 2)
    assert found.per_minute == pytest.approx(6.0) and found.left_s == pytest.approx(60.0)
    late = read_status(folder, now_s=1000.0 + 2 * SILENT_S)
    assert (late.state, late.left_s) == ("silent", None)


def test_what_has_begun_and_not_ended_is_being_solved(folder):
    starts = ((900.0, "20.0"), (930.0, "b"), (940.0, "c"), (990.0, "b"))  # "b" for the second time
    session(folder, ends=(20.0,), starts=starts)
    found = read_status(folder, now_s=1001.0).working
    assert [(line["key"], line["for_s"]) for line in found] == [("c", 61.0), ("b", 11.0)]
    late = read_status(folder, now_s=1000.0 + 2 * SILENT_S)
    assert (late.state, late.working[0]["for_s"]) == ("silent", 60.0)


def test_a_torn_line_spoils_no_other(folder):
    log = session(folder, ends=(10.0,), interrupted=True)
    assert read_status(folder).state == "interrupted"
    log.tell("began", cases=9, to_solve=8, found=1, workers=1)
    assert [line["event"] for line in read_log(folder)] == ["began", "case", "ended", "began"]
    assert read_status(folder, now_s=time.time()).state == "running"


def test_no_log_can_stop_a_run(tmp_path):
    log = RunLog(tmp_path / "gone")
    log.tell("began")
    log.close()
    assert not log.path.exists()


@pytest.mark.parametrize("limit", [0.0, -1.0, float("nan")])
def test_a_limit_on_memory_is_a_number_of_mb(limit):
    with pytest.raises(InputError, match=r"--case-memory-mb = .* must be a number of MB above 0"):
        check_limit(limit)
    with memory_watch(None) as killed:
        assert killed == set()
