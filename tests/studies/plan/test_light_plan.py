"""A plan is made, and its cases known, without what solves them."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
PLANS = """
import sys
from studies.plan.cases import make_plan
from studies.plan.study import load_study
from studies.runs import rounds
from studies.runs.processes import EVALUATOR, case_key_of
plan = make_plan(load_study(sys.argv[1]), case_key_of(EVALUATOR))
heavy = {"numba", "skfem", "scipy", "matplotlib", "pandas"}
print(len(plan.valid[0].key), sorted(heavy & sys.modules.keys()))
"""


def test_solvers_are_not_loaded_for_a_plan(tmp_path):
    study = tmp_path / "s.toml"
    study.write_text('schema = 1\nname = "s"\n[[part]]\nname = "only"\n', encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", PLANS, str(study)], cwd=ROOT, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert done.stdout == "64 []\n"
