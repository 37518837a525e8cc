"""Active learning on a run: designs are added where they tell most, and never counted as drawn."""

import json

import fake_evaluator as fake
import numpy as np
import pandas as pd
import pytest
from bent_evaluator import METRIC, SPEC, density

from studies.cli import commands, options
from studies.learning.loop import learn
from studies.plan import shapes
from studies.reliability.study.limits import limit_probabilities
from studies.results.results import Results
from studies.runs.runner import run_study

STUDY = f"""
[[part]]
name = "line"
[part.sampling]
n = 16
seed = 3
[part.sampling.ranges]
pad_etch.depth_ratio = {{ distribution = "normal", mean = 0.5, sd = 0.1 }}
opening_ratio = {{ distribution = "normal", mean = 0.7, sd = 0.02 }}
[[limit]]
name = "density"
survives = "{METRIC} < 28000"
"""


def exact():
    rng = np.random.default_rng(1)
    depth = np.minimum(rng.normal(0.5, 0.1, 10**6), 1.0)
    return float((density(depth, rng.normal(0.7, 0.02, 10**6)) >= 28000).mean())


@pytest.mark.slow
def test_learned_designs_narrow_the_interval_and_are_not_counted(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("FAKE_LOG", str(tmp_path / "log"))
    monkeypatch.setattr(options, "EVALUATOR", SPEC)
    monkeypatch.setattr(shapes, "MOST_BUILT", 0)
    monkeypatch.setattr(shapes, "SAMPLE", 0)
    out = tmp_path / "out"
    run_study(fake.write_study(tmp_path, STUDY), out, jobs=1, evaluator=SPEC)
    (before,), _ = limit_probabilities(Results.read(out))
    with pytest.raises(SystemExit) as end:
        commands.main(
            ["reliability", str(out), "--json", "--learn", "8", "--half-width", "0.001",
             "--jobs", "1"]
        )  # fmt: skip
    assert end.value.code == 0
    said = json.loads(capsys.readouterr().out)
    (after,) = said["probabilities"]
    assert said["learned"][0]["added"] == {"solved": 8}
    low, high = after["interval"]
    assert low <= exact() <= high
    assert high - low < 0.8 * (before.interval[1] - before.interval[0])
    assert (after["designs"], tuple(after["counted"])) == (16, before.counted)
    table = pd.read_parquet(out / "table.parquet")
    learned = table[table.part == "learned-line"]
    assert len(learned) == 9 and len(table) == 25  # with the design point
    # near the limit, the draws are not
    off = (table[METRIC] - 28000).abs()
    assert off[table.part == "learned-line"].median() < 0.3 * off[table.part == "line"].median()
    # what fails most probably is on the limit, by the surrogate and solved
    (point,) = said["design_points"]
    assert abs(point["g"][0]) < 2 and abs(point["solved"][0]) < 2 * point["g"][1] + 20
    assert point["importance"]["opening_ratio"] < 0.2
    assert sum(point["importance"].values()) == pytest.approx(1.0)
    (done,) = learn(out, 8, 0.4, jobs=1, evaluator=SPEC)
    assert done.added == {} and "as narrow as asked for" in done.ended
