"""The sweep survives whatever a case, a worker or the user does to it, and solves nothing twice."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter

import fake_evaluator as fake
import pandas as pd
import pytest

from fem_bump.errors import InputError
from studies.records import rows
from studies.records.provenance import read_provenance
from studies.runs import processes
from studies.runs.runner import Progress, run_study
from studies.runs.threads import THREAD_VARIABLES


@pytest.fixture
def log(tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_LOG", str(tmp_path / "log"))
    return tmp_path / "log"


def run(tmp_path, text, head=fake.HEAD, **options):
    options = {"jobs": 2, "evaluator": fake.SPEC, **options}
    return run_study(fake.write_study(tmp_path, text, head), tmp_path / "out", **options)


class Count(Progress):
    """Remembers what it was told."""

    def __init__(self):
        self.seen = []

    def start(self, cases, to_solve):
        self.seen.append((cases, to_solve))

    def case_done(self, done, case, record):
        self.seen.append((done, case.number, record.status))


@pytest.mark.slow
def test_one_bad_case_costs_one_row(tmp_path, log, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    before = {name: os.environ.get(name) for name in THREAD_VARIABLES}
    bad = [fake.DIES, fake.HANGS, fake.NO_ANSWER, fake.BAD_INPUT, fake.NO_MEMORY, -1.0]
    summary = run(tmp_path, fake.heights(70.0, *bad, 71.0, 72.0), case_timeout_s=8)
    assert (summary.rows, summary.solved, summary.failed, summary.invalid) == (9, 3, 4, 2)
    table = pd.read_parquet(tmp_path / "out" / "table.parquet").set_index("bump.height_um")
    assert (table.loc[[70.0, 71.0, 72.0], "status"] == "solved").all()
    assert (table.loc[[70.0, 71.0, 72.0], "threads"] == 1.0).all()
    reasons = {
        fake.DIES: ("failed", "the worker process ended with exit status 3"),
        fake.HANGS: ("failed", "not finished within the limit of 8 s"),
        fake.NO_ANSWER: ("failed", "the stiffness matrix is singular"),
        fake.NO_MEMORY: ("failed", "out of memory"),
        fake.BAD_INPUT: ("invalid", "material 'Sn' has no conductivity_s_per_m"),
    }
    for height, expected in reasons.items():
        assert tuple(table.loc[height, ["status", "reason"]]) == expected
    assert "bump.height_um = -1 must be" in table.loc[-1.0, "reason"]
    assert {name: os.environ.get(name) for name in THREAD_VARIABLES} == before

    # a second run tries the failed ones again, and nothing else
    count = Count()
    run(tmp_path, fake.heights(70.0, *bad, 71.0, 72.0), case_timeout_s=8, progress=count)
    assert count.seen[0] == (9, 4)
    tries = Counter(Counter(fake.solved_keys(log)).values())
    assert tries == {1: 4, 2: 4}


def test_a_bug_propagates_and_nothing_finished_is_lost(tmp_path, log):
    with pytest.raises(TypeError, match="a typo in the evaluator"):
        run(tmp_path, fake.heights(70.0, 71.0, fake.BUG, 72.0, 73.0, 74.0, 76.0, 77.0), jobs=1)
    table = pd.read_parquet(tmp_path / "out" / "table.parquet")
    assert list(table["status"][:4]) == ["solved", "solved", "pending", "pending"]
    assert not (tmp_path / "out" / ".lock").exists()


def test_no_design_is_solved_twice(tmp_path, log, caplog):
    text = fake.heights(70.0, 75.0) + '[[part]]\nname = "b"\n[part.set]\nbump.height_um = 70\n'
    summary = run(tmp_path, text)
    assert (summary.rows, summary.solved, summary.solved_now) == (3, 3, 2)
    again = run(tmp_path, text)
    assert (again.solved, again.solved_now, again.found_stored) == (3, 0, 2)
    # more levels: only the new one is solved
    grown = run(tmp_path, text.replace("[70.0, 75.0]", "[70.0, 72.0, 75.0]"))
    assert (grown.rows, grown.solved_now) == (4, 1)
    assert len(fake.solved_keys(log)) == len(set(fake.solved_keys(log))) == 3
    assert caplog.text == ""
    run(tmp_path, text)
    assert "1 of the stored records fit no case" in caplog.text
    sessions = read_provenance(tmp_path / "out").sessions
    assert all(session.finished for session in sessions)


def test_on_failure_stop(tmp_path, log):
    text = fake.heights(fake.NO_ANSWER, *range(60, 72))
    summary = run(tmp_path, text, jobs=1, on_failure="stop")
    assert summary.failed == 1 and summary.pending > 0
    assert len(fake.solved_keys(log)) < 12


def test_all_invalid_in_the_worker_is_bad_input(tmp_path, log):
    with pytest.raises(InputError, match=r"its only case .* is not possible.*has no conductivity"):
        run(tmp_path, fake.heights(fake.BAD_INPUT))


@pytest.mark.parametrize("options", [{"jobs": 0}, {"case_timeout_s": 0}, {"case_timeout_s": -1}])
def test_bad_options(tmp_path, log, options):
    with pytest.raises(InputError, match="must be"):
        run(tmp_path, fake.heights(70.0), **options)
    assert not (tmp_path / "out").exists()


def test_fields_are_kept_and_solved_again_only_while_missing(tmp_path, log):
    keep = 'schema = 1\nname = "s"\nkeep_fields = [{ bump.height_um = 70 }]\n'
    run(tmp_path, fake.heights(70.0, 71.0), 'schema = 1\nname = "s"\n')
    assert len(fake.solved_keys(log)) == 2 and not list((tmp_path / "out/fields").iterdir())
    for _ in range(2):
        run(tmp_path, fake.heights(70.0, 71.0), keep)
        assert len(fake.solved_keys(log)) == 3
    legend, file = sorted((tmp_path / "out/fields").iterdir())
    assert file.name.startswith("only-height_um-70-")
    assert legend == file.with_suffix(".legend.txt")
    table = pd.read_parquet(tmp_path / "out" / "table.parquet")
    assert table["fields"][0] == f"fields/{file.name}" and table["fields"].isna()[1]


CHILD = """
import os
import signal
import sys
if __name__ == "__mp_main__" and "FAKE_STILLBORN" in os.environ:
    os._exit(5)
import fake_evaluator as fake
from studies.runs.runner import run_study
if __name__ == "__main__":
    # what a shell starts in the background ignores it, and so does all that comes of it
    signal.signal(signal.SIGINT, signal.default_int_handler)
    summary = run_study(sys.argv[1], sys.argv[2], jobs=2, evaluator=fake.SPEC)
    print("interrupted" if summary.interrupted else "done", flush=True)
"""


def start_child(tmp_path, study):
    script = tmp_path / "child.py"
    script.write_text(CHILD, encoding="utf-8")
    paths = os.pathsep.join(path for path in sys.path if path)
    return subprocess.Popen(
        [sys.executable, str(script), str(study), str(tmp_path / "out")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, "PYTHONPATH": paths, "FAKE_SLEEP": "0.5"},
    )  # fmt: skip


def wait_for_records(folder, number):
    deadline = time.monotonic() + 60
    while len(rows.keys(folder)) < number:
        assert time.monotonic() < deadline, "the run makes no progress"
        time.sleep(0.02)


@pytest.mark.slow
def test_killed_run_resumes_and_a_torn_record_is_solved_again(tmp_path, log, caplog):
    levels = fake.heights(*range(60, 70))
    with start_child(tmp_path, fake.write_study(tmp_path, levels)) as child:
        wait_for_records(tmp_path / "out", 4)
        child.kill()
    time.sleep(0.7)  # orphaned workers would go on writing to the log
    finished = rows.keys(tmp_path / "out")
    tried = fake.solved_keys(log)
    assert 4 <= len(finished) < 10
    assert len(tried) - len(finished) <= 3, "more than the cases in flight were lost"
    (file,) = tmp_path.glob("out/rows/*")
    *_, last = file.read_bytes().splitlines()
    torn = last.split()[0].decode()
    file.write_bytes(file.read_bytes()[:-100])

    summary = run(tmp_path, levels)
    assert summary.solved == summary.rows == 10
    again = fake.solved_keys(log)[len(tried) :]
    assert len(again) == len(set(again))
    assert set(again) & finished == {torn}
    assert set(again) | finished == set(pd.read_parquet(tmp_path / "out" / "table.parquet")["key"])
    assert "the last record in all-0001.rows is discarded: it is torn" in caplog.text
    sessions = read_provenance(tmp_path / "out").sessions
    assert [session.finished is None for session in sessions] == [True, False]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="no process groups")
def test_interrupt_stores_what_is_done(tmp_path, log):
    study = fake.write_study(tmp_path, fake.heights(*range(60, 80)))
    with start_child(tmp_path, study) as child:
        wait_for_records(tmp_path / "out", 4)  # a worker's last, not synced yet, is taken back
        os.killpg(child.pid, signal.SIGINT)  # as a terminal does: the workers get it too
        assert child.communicate(timeout=60) == ("interrupted\n", "")
    assert child.returncode == 0
    table = pd.read_parquet(tmp_path / "out" / "table.parquet")
    stored = len(rows.keys(tmp_path / "out"))
    assert (table["status"] == "solved").sum() == stored >= 2
    assert (table["status"] == "pending").any()
    assert not (tmp_path / "out" / ".lock").exists()


def test_workers_that_cannot_start_end_the_run(tmp_path, log, monkeypatch):
    monkeypatch.setenv("FAKE_STILLBORN", "1")
    with start_child(tmp_path, fake.write_study(tmp_path, fake.heights(70.0))) as child:
        _, err = child.communicate(timeout=60)
    assert child.returncode == 1
    assert "AnalysisError: worker processes die before they take a case" in err
    assert list(pd.read_parquet(tmp_path / "out" / "table.parquet")["status"]) == ["pending"]


def test_workers_are_replaced_after_a_few_cases(tmp_path, log, monkeypatch):
    monkeypatch.setattr(processes, "TASKS_PER_WORKER", 2)
    assert run(tmp_path, fake.heights(*range(60, 67))).solved == 7
    workers = [line.split()[1] for line in log.read_text().splitlines()]
    assert len(set(workers)) >= 4 and max(Counter(workers).values()) <= 2
