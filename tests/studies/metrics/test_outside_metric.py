"""One module outside the packages adds a metric, and it is everywhere that a metric is.

Plan: import it; look at ``solve`` as text and as JSON, its error against a finer mesh, the key of a
case, what a study may list, the table, the titles, the maps and the report of a study.
"""

import importlib
import json
import sys

import fabricated_run
import pandas as pd
import pytest
from few_figures import written

from fem_bump import InputError
from geometry import Design
from studies.cli.commands import main
from studies.metrics.registry import REGISTRY, metric
from studies.plan.study import load_study
from studies.results.results import Results
from studies.results.table_files import write_table
from studies.solving.evaluate import case_key, evaluate

STEM, NAME = "von_mises_pad", "von_mises_pad_L1_mpa"
TITLE = "Von Mises stress in the pad at the mask edge"
COARSE = ("--set", "mesh.size_factor=4")
STUDY = """
metrics = []
[base.mesh]
size_factor = 6.0
[[part]]
name = "grid"
[part.factors]
pad_etch.depth_ratio = [0.0, 0.5, 1.0]
opening_ratio = [0.6, 0.75]
"""


@pytest.fixture(scope="module")
def key_before():
    return case_key(Design())


@pytest.fixture(scope="module", autouse=True)
def outside(key_before):
    importlib.import_module("outside_metric")
    yield
    REGISTRY.remove(STEM)
    del sys.modules["outside_metric"]


def solved(capsys, *options):
    with pytest.raises(SystemExit) as stop:
        main(["solve", "default", *COARSE, *options])
    assert stop.value.code == 0
    return capsys.readouterr().out


def test_solve_shows_it_among_the_headlines(capsys):
    lines = solved(capsys).splitlines()
    row = next(line.split() for line in lines if line.startswith("von_mises_pad_L1 "))
    assert row[2] == "MPa" and float(row[1]) > float(row[3]) > 0
    first_leg = next(k for k, line in enumerate(lines) if "_floor_" in line)
    assert lines.index(next(x for x in lines if x.startswith("von_mises_pad_L1 "))) < first_leg


def test_solve_prints_it_with_its_error_as_json(capsys):
    said = json.loads(solved(capsys, "--json"))
    assert said["metrics"][NAME] > 0 and said["errors"][NAME] > 0


def test_a_bug_in_it_keeps_its_traceback_and_is_named(monkeypatch):
    monkeypatch.delattr(sys.modules["outside_metric"], "disc")
    with pytest.raises(NameError, match="disc") as raised:
        evaluate(Design(mesh={"size_factor": 6.0}))
    note = f"raised in the metric '{STEM}' of module 'outside_metric'"
    assert raised.value.__notes__ == [note]


def test_its_error_holds_the_finer_meshs_value():
    coarse, fine = (evaluate(Design(mesh={"size_factor": f})) for f in (3.0, 1.0))
    apart = abs(coarse["metrics"][NAME] - fine["metrics"][NAME])
    assert apart <= coarse["errors"][NAME] + fine["errors"][NAME]
    assert coarse["errors"][NAME] < 0.2 * coarse["metrics"][NAME]
    assert coarse["headline"][-1] == NAME, "meshes are adapted to it too"


def test_cases_solved_without_it_do_not_count_as_solved(key_before):
    assert case_key(Design()) != key_before


def test_a_study_may_list_it_and_nothing_like_it(tmp_path):
    file = tmp_path / "study.toml"
    part = '[[part]]\nname = "one"\n'
    file.write_text(f'schema = 1\nname = "s"\nmetrics = ["{NAME}", "{STEM}"]\n{part}')
    assert load_study(file).metrics
    file.write_text(f'schema = 1\nname = "s"\nmetrics = ["von_mises_pda"]\n{part}')
    with pytest.raises(InputError, match=f"is no metric; nearest: {STEM}"):
        load_study(file)


@pytest.mark.slow
def test_table_titles_maps_and_report_of_a_study_have_it(tmp_path, monkeypatch):
    monkeypatch.setattr(fabricated_run, "result", evaluate)
    folder = fabricated_run.run_folder(tmp_path / "run", STUDY)[0]
    write_table(folder)
    table = pd.read_parquet(folder / "table.parquet")
    assert (table[NAME] > 0).all() and (table[f"error_{NAME}"] > 0).all()
    results = Results.read(folder)
    family = results.families[STEM]
    assert family in results.shown and family.lengths == (0.5, 1.0, 2.0)
    assert (family.title, family.unit) == (TITLE, "MPa")
    page = written(folder, "map")
    assert f'<p class="verdict">{TITLE}: ' in page, "a finding"
    assert f"<tr><td>{TITLE}</td>" in page, "the comparison"
    assert f"{TITLE} over" in page, "a map of it"
    assert any((folder / "figures").glob(f"map-{STEM}*.svg"))


def test_a_name_is_taken_once_and_a_unit_has_to_be_known():
    def again(view, place):
        return 0.0

    with pytest.raises(ValueError, match=r"one of .* already"):
        metric("peel_max", title="x", places=lambda section: [])(again)
    with pytest.raises(ValueError, match="'furlong' is no known unit"):
        metric("x", unit="furlong", title="x", places=lambda section: [])(again)
