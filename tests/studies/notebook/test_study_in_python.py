"""A study in Python: made, run and resumed on the runner of the command line, shown as it goes."""

import os
import subprocess
import sys
from pathlib import Path

import fake_evaluator as fake
import numpy as np
import pytest

from fem_bump import InputError
from geometry import Design
from studies import Study, StudyResults
from studies.plan.study import load_study
from studies.records.record import CaseRecord
from studies.runs import bars, runner
from studies.runs.runner import Summary

DEPTHS = {"name": "depth", "factors": {"pad_etch.depth_ratio": [0.0, 0.5, 1.0]}}


def small(**more):
    return Study.from_dict({"name": "small", "part": [DEPTHS], **more})


def test_a_shipped_study_says_what_it_is_of():
    study = Study.load("recess")
    assert repr(study).startswith("Study recess: ") and "pad_etch.depth_ratio = 0, 0.25" in repr(
        study
    )
    assert study.base.mesh.accuracy == 0.02 and len(study.cases) > 50
    assert "<img" in study._repr_html_()
    with pytest.raises(InputError, match="did you mean 'recess'"):
        Study.load("reces")


def test_data_are_a_study_as_its_file_is(tmp_path):
    study = small(base=Design(pad={"thickness_um": 2.0}), title='of "two"')
    assert study.cases["pad_etch.depth_ratio"].tolist() == [0.0, 0.5, 1.0]
    assert study.cases["reason"].isna().all()
    assert study.design(3).depth_um == 2.0
    (tmp_path / "same.toml").write_text(study.text, encoding="utf-8")
    assert load_study(tmp_path / "same.toml") == study.file
    assert Study.load(tmp_path / "same.toml").title == 'of "two"'


def test_arrays_are_levels_and_tables_have_units():
    part = {"name": "pads", "factors": {"pad.thickness_um": np.linspace(1, 3, 3)}}
    cases = Study.from_dict({"name": "s", "part": [part]}).cases
    assert cases["pad.thickness_um"].tolist() == [1.0, 2.0, 3.0]
    assert cases.attrs["units"] == {"pad.thickness_um": "um"}


def test_references_are_relative_to_the_folder(tmp_path):
    (tmp_path / "cases.csv").write_text("pad.thickness_um\n1.0\n1.5\n", encoding="utf-8")
    data = {"name": "s", "part": [{"name": "a", "cases_csv": "cases.csv"}]}
    assert len(Study.from_dict(data, tmp_path).cases) == 2


@pytest.mark.parametrize(
    "data, sentence",
    [
        ({"name": "s"}, "study 'of Python': the key 'part' is missing"),
        ({"name": "s", "part": [{"name": "a", "factors": {"x": {1}}}]}, r"the study's part\[0\]"),
        ({"name": "s", "part": [{"name": "a", "factors": {"pad.thicknes_um": [1]}}]}, "thicknes"),
    ],
    ids=["key", "set", "path"],
)
def test_a_mistake_is_one_sentence(data, sentence):
    with pytest.raises(InputError, match=sentence) as caught:
        Study.from_dict(data)
    assert "\n" not in str(caught.value)


def test_a_case_that_there_is_not_is_refused():
    broken = {"name": "b", "factors": {"pad.diameter_um": [80.0, 1.0]}}
    study = Study.from_dict({"name": "s", "part": [broken]})
    with pytest.raises(InputError, match="case 2 of part 'b' is no design: "):
        study.design(2)
    with pytest.raises(InputError, match="has no case 7 in a part 'b'"):
        study.design(7)


@pytest.mark.slow
def test_a_run_is_resumed_and_is_that_of_the_command_line(tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_LOG", str(tmp_path / "log"))
    study = small()
    results = study.run(tmp_path / "out", jobs=1, progress=False, evaluator=fake.SPEC)
    assert isinstance(results, StudyResults) and results.counts == {"solved": 3}
    assert len(fake.solved_keys(tmp_path / "log")) == 3
    more = {**DEPTHS, "factors": {"pad_etch.depth_ratio": [0.0, 0.5, 0.75, 1.0]}}
    study = Study.from_dict({"name": "small", "part": [more]})
    results = study.run(tmp_path / "out", jobs=1, progress=False, evaluator=fake.SPEC)
    assert len(fake.solved_keys(tmp_path / "log")) == 4 and results.counts == {"solved": 4}
    assert Study.load(tmp_path / "out" / "study.toml").file == study.file
    assert StudyResults.load(tmp_path / "out").table.equals(results.table)


def test_an_interrupt_stops_the_cell_after_what_is_solved_is_stored(tmp_path, monkeypatch):
    done = Summary(tmp_path, 3, 1, 0, 0, 2, 1, 0, 1.0, interrupted=True)
    monkeypatch.setattr(runner, "run_study", lambda *args, **kwargs: done)
    with pytest.raises(KeyboardInterrupt, match="the same call resumes the run"):
        small().run(tmp_path, progress=False)


SCRIPT = """
from studies import Study
part = {{"name": "a", "factors": {{"bump.height_um": [40.0]}}}}
results = Study.from_dict({{"name": "s", "part": [part]}}).run("out", jobs=1, evaluator="{spec}")
print("rows", len(results.table))
"""


@pytest.mark.slow
def test_a_script_without_guard_runs_once(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT.format(spec=fake.SPEC), encoding="utf-8")
    path = [str(Path(__file__).parents[3]), str(Path(fake.__file__).parent)]
    environment = {**os.environ, "FAKE_LOG": str(tmp_path / "log")}
    environment["PYTHONPATH"] = os.pathsep.join(path)
    done = subprocess.run(
        [sys.executable, "script.py"], cwd=tmp_path, env=environment, capture_output=True,
        text=True, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "rows 1\n"), done.stderr


# ------------------------------------------------------------------------------- bars


class Shown:
    """What IPython's display gives back: keeps what it is given."""

    def __init__(self, bundle):
        self.bundles = [bundle]

    def update(self, bundle, raw):
        assert raw
        self.bundles.append(bundle)


@pytest.fixture
def kernel(monkeypatch):
    """A stand-in for the kernel of a notebook; yields what is shown in it."""
    import types

    shown = []
    shell = types.SimpleNamespace(kernel=object())
    front = types.ModuleType("IPython")
    front.get_ipython = lambda: shell
    page = types.ModuleType("IPython.display")

    def display(bundle, raw, display_id):
        assert raw and display_id
        shown.append(Shown(bundle))
        return shown[-1]

    page.display = display
    monkeypatch.setitem(sys.modules, "IPython", front)
    monkeypatch.setitem(sys.modules, "IPython.display", page)
    return shown


def test_a_notebook_has_a_bar_that_is_replaced(kernel):
    bar = bars.bar_where_seen()
    assert isinstance(bar, bars.NotebookProgress)
    case = type("Case", (), {"part": "<a>", "number": 1, "label": "x 1"})()
    bar.start(5, 2)
    bar.case_done(1, case, CaseRecord("failed", "no convergence"))
    bar.case_done(2, case, CaseRecord("solved"))
    bar.stop()
    html = [bundle["text/html"] for bundle in kernel[0].bundles]
    assert '<progress value="0" max="2">' in html[0] and '<progress value="2" max="2">' in html[-1]
    assert "5 cases: 1 of 2 done" in html[1] and "&lt;a&gt; 1 (x 1) failed: no conv" in html[-1]
    assert kernel[0].bundles[-1]["text/plain"].startswith("5 cases: 2 done in ")


def test_nothing_is_shown_in_a_log(monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    assert not bars.in_notebook() and type(bars.bar_where_seen()) is bars.Progress
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert isinstance(bars.bar_where_seen(), bars.BarProgress)
