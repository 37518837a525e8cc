"""A front of a run whose metrics are known: each point is a solved case, none else is shown.

Metrics are those of fake_evaluator: density at the bump 1e4 (2 - depth), in the pad 1e5 (2 - depth)
times the opening ratio. Where the first is to be small and the second large the widest opening is
best at every depth.
"""

import json
import re
import sys
from dataclasses import replace

import fake_evaluator as fake
import pandas as pd
import pytest

from studies.cli import commands, options
from studies.figures.layout import layout
from studies.figures.registry import FIGURES
from studies.optimum import stored
from studies.optimum.space import Space
from studies.plan import shapes
from studies.records.strict_json import to_json
from studies.report.first_page import in_short
from studies.report.section import SECTIONS, Report
from studies.results.results import Results
from studies.runs.runner import run_study

pytestmark = pytest.mark.slow
BUMP, PAD = "current_density_max_bump_ubm_L1_a_per_cm2", "pad_lateral_density_L1_a_per_cm2"
BOTH = f"{BUMP}:min,{PAD}:max"
AT = ["--objectives", BOTH, "--part", "wide", "--percentile", "95", "--scatter"]
STUDY = f"""
[[part]]
name = "line"
[part.sampling]
n = 16
[part.sampling.ranges]
pad_etch.depth_ratio = [0.1, 0.9]
opening_ratio = [0.6, 0.8]

[[part]]
name = "wide"
[part.sampling]
n = 16
[part.sampling.ranges]
pad_etch.depth_ratio = [0.1, 0.9]
opening_ratio = {{ distribution = "uniform", lowest = 0.6, highest = 0.8 }}

[[part]]
name = "grid"
[part.factors]
pad_etch.depth_ratio = [0.0, 0.5]

[[limit]]
name = "density"
survives = "{BUMP} < 1.6e4"

[[limit]]
name = "strength"
survives = "{BUMP} < strength"
strengths.strength = [1.0e4, 2.0e4]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("front")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("FAKE_LOG", str(made / "log"))
        patched.setattr(shapes, "MOST_BUILT", 0)
        patched.setattr(shapes, "SAMPLE", 0)
        run_study(fake.write_study(made, STUDY), made / "out", jobs=1, evaluator=fake.SPEC)
    return made / "out"


def command(folder, *arguments):
    with pytest.raises(SystemExit) as end:
        commands.main(["front", str(folder), *arguments])
    return end.value.code


def test_every_point_of_a_front_is_a_solved_case(folder, monkeypatch, capsys):
    monkeypatch.setenv("FAKE_LOG", str(folder.parent / "log"))
    monkeypatch.setattr(shapes, "MOST_BUILT", 0)
    monkeypatch.setattr(shapes, "SAMPLE", 0)
    monkeypatch.setattr(options, "EVALUATOR", fake.SPEC)
    solved = len(fake.solved_keys(folder.parent / "log"))
    asked = ["--objectives", BOTH, "--part", "line", "--constraint", "density"]
    assert command(folder, *asked, "--jobs", "1", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said == json.loads((folder / "front.json").read_text(encoding="utf-8"))
    found = stored.read(folder)
    assert json.loads(to_json(found.to_json())) == said  # what is read is what was written
    (front,) = found.fronts
    assert front.agreed and front.spent == len(fake.solved_keys(folder.parent / "log")) - solved
    assert front.spent > 0

    table = pd.read_parquet(folder / "table.parquet").set_index(["part", "case"])
    fresh = [point for point in front.shown if point.part == "front-line"]
    assert len(fresh) >= 6
    for point in front.points:
        row = table.loc[point.part, point.number]
        assert (row["status"], row["key"]) == ("solved", point.key)
        assert [value.value for value in point.values] == [row[BUMP], row[PAD]]
        assert point.values[0].high - point.values[0].value == pytest.approx(0.1)
    # the widest opening there is, from the deepest etch to what the constraint still allows
    opening = table.loc["line"]["opening_ratio"].max()
    assert all(p.factors["opening_ratio"] == pytest.approx(opening, abs=2e-3) for p in fresh)
    ends = [point.values[0].value for point in (front.shown[0], front.shown[-1])]
    deepest = table.loc["line"]["pad_etch.depth_ratio"].max()
    assert ends == pytest.approx([1e4 * (2 - deepest), 1.6e4], rel=5e-3)
    broken = table.loc["line"][BUMP] - 0.1 >= 1.6e4
    assert front.broken == broken.sum() and all(point.is_sure_of_bounds for point in front.shown)
    # it never leaves what the part's designs span
    for path in ("opening_ratio", "pad_etch.depth_ratio"):
        asked_for = table.loc["front-line"][path]
        assert asked_for.between(table.loc["line"][path].min(), table.loc["line"][path].max()).all()

    # the report has the same, each point with the case that opens
    results = Results.read(folder)
    (drawing,) = FIGURES["front"].draw(results)
    assert "Every mark is a solved design" in drawing.caption
    section, report = SECTIONS["front"], Report(results)
    assert section.when(report)
    values = section.build(report)
    rows = values["tables"][0]["rows"]
    (ended,) = (text for text in values["sentences"] if text.endswith("may be better still."))
    assert ended.startswith("line: opening ratio is at the highest that the part's designs have")
    assert len(rows[0][2][0]) <= 7  # a factor in four digits
    (short,) = (text for text in in_short(report) if text.startswith("Front of current density"))
    ends = [f"{front.shown[k].values[0].value / 1000:.2f}" for k in (0, -1)]
    assert re.search(rf"Line: {len(rows)} designs, from {ends[0]}.* to {ends[1]}", short), short
    # where the search went is no level of a factor: figures over factors leave it out
    assert "Front of line" not in [panel.title for panel in layout(results).panels]
    assert {"line", "wide"} <= {row["part"] for p in layout(results).panels for row in p.rows}
    opened = [results.rows[link - 1] for link, *_ in rows]
    assert [(r["part"], r["case"]) for r in opened] == [(p.part, p.number) for p in front.shown]
    # of records that are gone nothing is shown
    gone = replace(results, plan=results.plan.with_keys({p.key: "" for p in front.points}))
    assert not section.when(Report(gone)) and not list(FIGURES["front"].draw(gone))


def test_a_surrogate_that_is_off_is_found_out(folder, monkeypatch, capsys):
    monkeypatch.setenv("FAKE_LOG", str(folder.parent / "log"))
    monkeypatch.setattr(shapes, "MOST_BUILT", 0)
    monkeypatch.setattr(shapes, "SAMPLE", 0)
    monkeypatch.setattr(options, "EVALUATOR", fake.SPEC)
    right = Space.predict
    monkeypatch.setattr(
        Space, "predict", lambda self, x: (right(self, x)[0] - 500, right(self, x)[1])
    )
    asked = ["--objectives", BOTH, "--part", "line", "--budget", "3", "--jobs", "1", "--seed", "5"]
    assert command(folder, *asked) == 0
    assert "the budget of 3 cases ended it" in capsys.readouterr().out
    (front,) = stored.read(folder).fronts
    (only,) = front.rounds
    assert not front.agreed and (only.asked, only.agreed) == (3, 0)
    # 500 off, of a density that varies by about 7900 over the part, and 0.1 is the bar
    assert 2.0 < only.furthest < 4.0


def test_a_percentile_is_taken_over_what_scatters_and_solved_there(folder, monkeypatch, capsys):
    monkeypatch.setenv("FAKE_LOG", str(folder.parent / "log"))
    monkeypatch.setattr(shapes, "MOST_BUILT", 0)
    monkeypatch.setattr(shapes, "SAMPLE", 0)
    monkeypatch.setattr(options, "EVALUATOR", fake.SPEC)
    asked = ["--objectives", BOTH, "--part", "wide", "--budget", "28", "--jobs", "1"]
    assert command(folder, *asked, "--percentile", "90", "--scatter", "opening_ratio") == 0
    assert "on the front at the 90th percentile over opening ratio" in capsys.readouterr().out
    (front,) = stored.read(folder).fronts
    table = pd.read_parquet(folder / "table.parquet").set_index(["part", "case"])
    assert 3 <= len(front.shown) <= 4 and front.spent == 28
    for point in front.shown:
        (depth,) = point.factors.values()
        assert list(point.factors) == ["pad_etch.depth_ratio"] and point.confirmed
        exact = 1e4 * (2 - depth), 1e5 * (2 - depth) * 0.62  # the 10th percentile of 0.6 to 0.8
        for value, wanted in zip(point.values, exact, strict=True):
            assert value.value == pytest.approx(wanted, rel=5e-3)
        nominal, *around = point.checks
        assert nominal.case == (point.part, point.number)
        assert table.loc[nominal.case]["opening_ratio"] == pytest.approx(0.7, abs=2e-3)
        assert [check.rank for check in around] == [90.0, 87.5, 92.5] * 2
        for check in point.checks:
            assert [v.value for v in check.values] == list(table.loc[check.case][[BUMP, PAD]])
        at = next(check for check in around if (check.goal, check.rank) == (PAD, 90.0))
        assert table.loc[at.case]["opening_ratio"] == pytest.approx(0.62, abs=1e-3)


def test_without_the_extra_it_says_how_to_get_it(folder, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "pymoo", None)
    assert command(folder, "--objectives", BOTH, "--part", "line") == 2
    said = capsys.readouterr().err
    assert "a front needs the package pymoo" in said and '".[optimum]"' in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--objectives", f"{BUMP}:min"], "is one objective; a front is between two or more"),
        (["--objectives", f"{BUMP}:min,{PAD}"], "must be a metric with ':min' or ':max'"),
        (["--objectives", f"{BUMP}:min,pad_lateral_densty_L1_a_per_cm2:max"], f"nearest: {PAD}"),
        (["--objectives", f"{BUMP}:min,{BUMP}:max"], "twice"),
        (
            ["--objectives", BOTH, "--part", "grids"],
            "no part of study 'small'; it has line, wide, grid",
        ),
        (["--objectives", BOTH, "--part", "grid"], "has no front: it does not sample its factors"),
        (["--objectives", BOTH, "--constraint", "strength"], "has strengths that scatter"),
        (["--objectives", BOTH, "--constraint", "opening_ratio < 1"], "names no metric"),
        (["--objectives", BOTH, "--percentile", "95"], "--percentile and --scatter go together"),
        ([*AT, "opening"], "no factor of it; nearest: opening_ratio"),
        ([*AT, "pad_etch.depth_ratio"], "has no distribution in it, only a range"),
        ([*AT, "opening_ratio", "--budget", "6"], "below the 7 solves that confirm one design"),
        (["--objectives", f"{BUMP}:min,threads:max", "--constraint", "peel < 3"], "no design of"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(folder, capsys, arguments, sentence):
    assert command(folder, *arguments) == 2
    text = capsys.readouterr().err
    assert sentence in text and text.count("\n") == 1
