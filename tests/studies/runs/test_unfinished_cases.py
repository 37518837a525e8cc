"""A case that takes long keeps how far it is, goes on inside, and leaves nothing behind."""

from types import SimpleNamespace

import pytest

from fem_bump.errors import AnalysisError
from fem_bump.mechanics.cycling.kept import Place
from geometry import Design
from studies.records import rows, unfinished
from studies.records.record import CaseRecord, Result
from studies.runs import processes

EVALUATOR = "studies.solving.evaluate:evaluate"
LAWLESS = {"young_mpa": 40e3, "poisson": 0.35, "cte_per_k": 22e-6, "conductivity_s_per_m": 8e6}
YIELDS = {"kind": "J2", "yield_mpa": 100.0, "kinematic_mpa": 2000.0}
CYCLES = {"low_degc": -40.0, "high_degc": 125.0, "ramp_s": 600.0, "dwell_low_s": 60.0,
          "dwell_high_s": 60.0, "cycles": 2}  # fmt: skip
LEGS = 3 * 4 * CYCLES["cycles"]  # of the solution that is reported and the two beside it


def design(kind):
    return Design(
        pad={"material": "al"},
        bump={"material": "idle"},
        load={
            "inelastic": True,
            "history": {"kind": kind, "rest_s": 0.0, "tolerance": 0.2},
            "cycling": CYCLES,
        },
        materials={"al": {"based_on": "Al-0.5Cu", "law": YIELDS}, "idle": LAWLESS},
        mesh={"size_factor": 10.0},
    )


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["cycles", "process"])
def test_a_case_that_was_stopped_in_a_cycle_ends_as_if_it_had_not_been(kind, tmp_path, monkeypatch):
    whole = processes._solve(EVALUATOR, design(kind), None, None, None).result
    written, seen = Place.write, []
    stopped_at = (3, 14)  # inside a cycle of the first solution and of the second

    def counted(place, progress):
        written(place, progress)
        seen.append(place.path)
        if len(seen) in stopped_at:
            raise AnalysisError("stopped")

    monkeypatch.setattr(Place, "write", counted)
    kept = unfinished.place_of(tmp_path, "key")
    tried = [processes._solve(EVALUATOR, design(kind), None, kept, None) for _ in range(3)]
    assert [record.status for record in tried] == ["failed", "failed", "solved"]
    assert len(seen) == LEGS, "no leg is solved twice"
    again = tried[-1].result
    assert again.metrics == whole.metrics and again.errors == whole.errors
    assert again.curves == whole.curves
    assert unfinished.place() is None


def test_what_was_kept_goes_with_the_row(tmp_path, monkeypatch):
    (tmp_path / rows.FOLDER).mkdir()
    ended = {"a": "solved", "b": "failed", "c": "invalid"}
    for key in (*ended, "d"):
        unfinished.place_of(tmp_path, key).mkdir(parents=True)

    def records(*_):
        for key, status in ended.items():
            result = {"result": Result({}, {}, {})} if status == "solved" else {"reason": "stopped"}
            yield SimpleNamespace(key=key), CaseRecord(status, **result)

    monkeypatch.setattr(processes, "_records", records)
    list(processes.solved_here([], tmp_path, 1, processes.Limits(1.0, None), EVALUATOR))
    left = sorted(place.name for place in (tmp_path / unfinished.FOLDER).iterdir())
    assert left == ["b", "d"]  # one that failed may be tried again, one is under way
    unfinished.remove_others(tmp_path, {"b"})
    assert not unfinished.place_of(tmp_path, "d").exists()
