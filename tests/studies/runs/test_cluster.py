"""On a cluster: who cannot take part is refused, deaths cost nothing, numbers are the same."""

import sys
from collections import Counter
from pathlib import Path

import fake_evaluator as fake
import pandas as pd
import pytest

from fem_bump.errors import InputError
from groundwork.extras import MissingExtra
from studies.records import rows
from studies.records.run_log import read_log
from studies.runs import cluster as driver
from studies.runs.runner import run_study

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))
killed_workers = pytest.importorskip("killed_workers")
REAL = """
accuracy = false
[base.mesh]
size_factor = 4.0
[[part]]
name = "depths"
[part.factors]
"pad_etch.depth_ratio" = [0.0, 0.5]
[[part]]
name = "adapted"
[part.set]
"pad_etch.depth_ratio" = 1.0
"mesh.accuracy" = 0.1
"""


@pytest.fixture
def study(tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_LOG", str(tmp_path / "log"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    return fake.write_study(tmp_path, fake.heights(70.0, 71.0))


def on(address, study, folder, evaluator=fake.SPEC, **options):
    return run_study(study, folder, scheduler=address, evaluator=evaluator, **options)


@pytest.mark.parametrize(
    ("address", "options", "words"),
    [
        ("localhost", {}, "must be the address that a Dask scheduler prints"),
        ("tcp://:8786", {}, "must be the address"),
        ("tcp://127.0.0.1:99999", {}, "tcp://host:port with a port of 1 to 65535"),
        ("tcp://127.0.0.1:0", {}, "with a port of 1 to 65535"),
        ("tcp://127.0.0.1:1", {"jobs": 2}, "leave it out with a scheduler"),
        ("tcp://127.0.0.1:1", {}, "does not answer within 0.5 s; start one with 'dask scheduler'"),
    ],
    ids=["no port", "no host", "no such port", "port 0", "jobs", "nobody"],
)
def test_a_scheduler_that_cannot_be_is_refused(
    study, tmp_path, monkeypatch, address, options, words
):
    monkeypatch.setattr(driver, "CONNECT_S", 0.5)
    with pytest.raises(InputError, match=words):
        on(address, study, tmp_path / "out", **options)
    assert not (tmp_path / "log").exists()


def test_without_the_extra_it_says_how_to_get_it(study, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtra, match=r'--scheduler needs .* distributed: .*".\[cluster\]"'):
        on("tcp://127.0.0.1:1", study, tmp_path / "out")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_who_cannot_take_part_is_refused_and_who_can_gives_the_same_table(
    study, tmp_path, monkeypatch
):
    monkeypatch.setattr(driver, "WORKERS_S", 0.5)
    with killed_workers.cluster(0) as there:
        with pytest.raises(InputError, match=r"no worker joined .* within 0.5 s; start some with"):
            on(there.address, study, tmp_path / "out")
        monkeypatch.setattr(driver, "WORKERS_S", 60.0)
        there.environment["FAKE_VERSION"] = "other"
        there.start("worker 0")
        with pytest.raises(InputError, match=r"the worker tcp://.* runs another version of the"):
            on(there.address, study, tmp_path / "out")
        there.kill("worker 0")
        assert not (tmp_path / "log").exists(), "before any case"
        del there.environment["FAKE_VERSION"]
        for name in ("worker 0", "worker 1"):
            there.start(name)
        bad = [fake.DIES, fake.NO_ANSWER, fake.BAD_INPUT]
        several = fake.write_study(tmp_path, fake.heights(70.0, 71.0, *bad))
        done = on(there.address, several, tmp_path / "out")
        assert (done.solved, done.failed, done.invalid) == (2, 2, 1)
        assert [file.name for file in (tmp_path / "out" / rows.FOLDER).iterdir()] == [
            "all-0001.rows"
        ]
        began = [line for line in read_log(tmp_path / "out") if line["event"] == "started"]
        assert [line["label"] for line in began][-1].startswith("height_um")
        assert len({line["key"] for line in began}) == 5
        assert all(line["worker"].startswith("tcp://127.0.0.1:") for line in began)
        real = fake.write_study(tmp_path, REAL, 'schema = 1\nname = "real"\n')
        run_study(real, tmp_path / "here", jobs=2)
        on(there.address, real, tmp_path / "there", "studies.solving.evaluate:evaluate")
    here, other = (pd.read_parquet(tmp_path / name / "table.parquet") for name in ("here", "there"))
    clocks = [name for name in here.columns if "wall" in name]
    assert (here["status"] == "solved").all()
    pd.testing.assert_frame_equal(
        here.drop(columns=clocks), other.drop(columns=clocks), rtol=1e-12, atol=0.0
    )


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_case_that_kills_its_workers_is_told_from_those_beside_it(study, tmp_path, caplog):
    settings = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    with killed_workers.cluster(0, **settings) as there:
        there.each = ("--nthreads", "2")  # its nanny starts another in its place
        there.start("worker 0")
        several = fake.write_study(tmp_path, fake.heights(fake.KILLS, fake.BESIDE, 70.0))
        done = on(there.address, several, tmp_path / "out")
    assert (done.solved, done.failed) == (2, 1)
    table = pd.read_parquet(tmp_path / "out" / "table.parquet").set_index("bump.height_um")
    assert table.loc[fake.KILLS, "reason"] == (
        "its worker died while it was the only case that this run solved"
    )
    assert caplog.text.count("was given up with others") == 2
    assert sorted(Counter(fake.solved_keys(tmp_path / "log")).values()) == [1, 2, 2]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_workers_killed_at_random_and_a_scheduler_restarted(tmp_path, monkeypatch):
    for name in ("FAKE_LOG", "FAKE_SLEEP", "OMP_NUM_THREADS"):
        monkeypatch.setenv(name, "")
    monkeypatch.setattr(driver, "LOOK_S", driver.LOOK_S)
    found = killed_workers.run(60, 2.0, tmp_path)
    assert found.rows == found.solved == 60 and found.again == 0
    assert found.kills >= 1 and found.restarts == 1
    assert found.attempts <= 60 + 2 * (found.kills + found.restarts)
    assert found.files == 1
