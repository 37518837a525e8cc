"""Levels as text: as few digits as tell them apart, wherever a level is shown or told apart."""

import math

import fake_evaluator as fake
import pytest
from fabricated_run import run_folder
from few_figures import written
from hypothesis import given
from hypothesis import strategies as st

from studies.figures.heat_maps import heat_map
from studies.figures.layout import layout
from studies.figures.line_plots import level_lines, stacked
from studies.metrics.families import Family, families
from studies.metrics.names import window_tag
from studies.plan.cases import make_plan, value_of
from studies.plan.study import load_study
from studies.results.methods import choices
from studies.results.results import Results
from studies.wording.labels import factor_text
from studies.wording.levels import Level, level, level_texts, texts

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([0.5, 0.5000001], ["0.5", "0.5000001"]),
        ([1e-12, 1.00001e-12], ["1e-12", "1.00001e-12"]),
        ([1.0001, 1.0002], ["1.0001", "1.0002"]),
        ([0.5000001], ["0.5000001"]),  # also alone: it is what was typed
        ([1234567.0, 1234568.0], ["1234567", "1234568"]),
        ([75.0, 70, 75], ["75", "70", "75"]),
        ([0.1, 0.1 + 0.2], ["0.1", "0.3"]),  # nobody types 0.30000000000000004
        ([0.3, 0.1 + 0.2], ["0.3", "0.30000000000000004"]),
        ([1 / 3, 1 / 3 + 1e-9], ["0.333333333", "0.333333334"]),
        ([50 / 90, 0.5], ["0.555556", "0.5"]),
        (["Cu", 0.5, None, True], ["Cu", "0.5", "None", "on"]),
        ([math.nan, 1.0], ["not available", "1"]),
    ],
)
def test_levels_are_told_apart_in_few_digits(values, shown):
    assert texts(values) == shown


@given(st.lists(FINITE, unique=True, max_size=20))
def test_different_levels_have_different_texts(values):
    found = level_texts(values)
    assert len(set(found.values())) == len(set(values))
    for value, text in found.items():
        assert math.isclose(float(text), value, rel_tol=1e-5)


@given(st.floats(-1e300, 1e300), st.integers(1, 12))
def test_what_was_typed_is_shown_as_it_is(value, digits):
    typed = float(f"{value:.{digits}g}")
    assert float(level(typed)) == typed


@given(st.floats(1e-7, 1e7), st.floats(1e-7, 1e7))
def test_averaging_lengths_that_differ_have_metrics_that_differ(one, other):
    assert (window_tag(one) == window_tag(other)) == (one == other)
    columns = [f"peel_max_ubm_pad_{window_tag(x)}_mpa" for x in (one, other)]
    (family,) = families(columns).values()
    assert set(family.lengths) == {one, other}
    assert [family.column(x) for x in (one, other)] == columns


def test_usual_averaging_lengths_keep_their_names():
    assert [window_tag(x) for x in (0.5, 1.0, 2.0, 10, 1e-5, 1e6)] == [
        "L0.5", "L1", "L2", "L10", "L0.00001", "L1000000",
    ]  # fmt: skip


def test_a_level_is_the_number_that_it_is():
    close = Level(0.5000001, "0.5000001")
    assert close == 0.5000001 and hash(close) == hash(0.5000001) and close * 2 == 1.0000002
    assert factor_text("pad.thickness_um", close) == "pad thickness 0.5000001 µm"


CLOSE = """
[[part]]
name = "p"
[part.factors]
pad.thickness_um = [1.0, 1.0000001, 1.0000002]
bump.height_um = [70.0, 70.0000001]
pad_etch.depth_ratio = [0.25, 0.25000001]
"""


@pytest.fixture
def results(tmp_path, monkeypatch):
    """A solved study of levels that six digits do not tell apart."""
    from studies.records import store
    from studies.records.record import CaseRecord, Result

    monkeypatch.setenv("FAKE_LOG", str(tmp_path / "log"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    plan = make_plan(load_study(fake.write_study(tmp_path, CLOSE)), fake.case_key)
    folder = tmp_path / "out"
    folder.mkdir()
    store.claim(folder, plan.stored(), CLOSE)
    for case in plan.valid:
        result = Result.from_json(fake.evaluate(case.design))
        store.write_record(folder, case.key, CaseRecord("solved", None, 0.1, result))
    return plan, Results.read(folder)


def test_cases_that_differ_have_labels_that_differ(results):
    plan, read = results
    assert len({case.label for case in plan.cases}) == 12
    assert len({read.label(row) for row in read.rows}) == 12
    assert "pad thickness 1.0000001 µm" in read.label(read.rows[4])


def test_ticks_and_legends_are_told_apart(results):
    _, read = results
    family = Family("pad_lateral_density", "a_per_cm2", (1.0,))
    lines = level_lines(family, layout(read), 1.0)
    ticks = {t.get_text() for ax in lines.axes for t in ax.get_xticklabels()}
    named = {t.get_text() for legend in lines.legends for t in legend.get_texts()}
    titles = {ax.get_title(loc="left") for ax in lines.axes if ax.get_visible()}
    every = ticks | named | titles
    for text in ("1.0000001", "1.0000002", "70.0000001", "0.25000001"):
        assert any(text in shown for shown in every), (text, every)
    grid = heat_map(family, layout(read, numeric_series=True), 1.0)
    for ax in grid.axes:
        for labels in (ax.get_xticklabels(), ax.get_yticklabels()):
            shown = [t.get_text() for t in labels if t.get_text()]
            assert len(set(shown)) == len(shown)


def test_the_case_table_of_a_dry_run_tells_levels_apart(tmp_path, capsys, monkeypatch):
    from studies.cli.commands import main

    study = fake.write_study(tmp_path, CLOSE)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        main(["run", str(study), "--dry-run"])
    rows = [line.split()[:5] for line in capsys.readouterr().out.splitlines() if "to solve" in line]
    levels = {tuple(row[2:]) for row in rows if len(row) == 5 and row[0] == "p"}
    assert len(levels) == 12


def test_a_listed_case_that_does_not_say_a_key_has_the_level_of_its_design(tmp_path):
    listed = """
[[part]]
name = "p"
[[part.case]]
"pad.material" = "Cu"
[[part.case]]
"pad.thickness_um" = 2.0
"""
    folder, _ = run_folder(tmp_path / "run", listed)
    rows = Results.read(folder).rows
    assert [row["pad.material"] for row in rows] == ["Cu", "Al-0.5Cu"]
    assert [row["pad.thickness_um"] for row in rows] == [1.0, 2.0]


TWO_PARTS = """
[[part]]
name = "p1"
[part.factors]
pad.material = ["Al", "Cu"]
pad_etch.depth_ratio = [0.0, 1.0]
[[part]]
name = "p2"
[part.factors]
bump.material = ["SAC305", "Sn63Pb37"]
pad_etch.depth_ratio = [0.0, 1.0]
"""


@pytest.mark.slow
def test_a_part_that_does_not_vary_a_factor_is_no_level_of_it(tmp_path):
    folder, _ = run_folder(tmp_path / "run", TWO_PARTS)
    results = Results.read(folder)
    found = {choice.path: choice for choice in choices(results)}
    assert found["pad.material"].levels == ("Al", "Cu")
    assert found["bump.material"].levels == ("SAC305", "Sn63Pb37")
    assert all(len(choice.sets) == 2 for choice in found.values())
    assert all(choice.others == ("pad_etch.depth_ratio",) for choice in found.values())
    page = written(folder)
    assert page.count("not available against") == page.count("or not available") == 0


@pytest.mark.parametrize(
    ("path", "levels", "shown"),
    [
        ("cell.radius_um", "[84.0, 90.0]", "84.6"),
        ("bump.diameter_um", "[70.0, 78.0]", "58"),
        ("load.shear.dnp_um", "[100.0, 200.0]", None),
    ],
)
def test_a_key_that_is_left_to_follow_is_never_none(tmp_path, path, levels, shown):
    parts = f"""
[[part]]
name = "p"
[part.factors]
pad_etch.depth_ratio = [0.0, 0.5, 1.0]
opening_ratio = [0.6, 0.75]
[[part]]
name = "q"
[part.factors]
{path} = {levels}
pad_etch.depth_ratio = [0.0, 0.5, 1.0]
"""
    folder, plan = run_folder(tmp_path / "run", parts)
    results = Results.read(folder)
    titles = [panel.title for panel in layout(results).panels]
    assert titles and not any("None" in title for title in titles)
    value = value_of(plan.valid[0].design, path)
    assert value is None if shown is None else f"{value:.4g}".startswith(shown)


def test_texts_of_ticks_that_would_overlap_stand_one_under_the_other():
    places = [84.6, 84.600001, 84.60001]
    assert stacked(places, texts(places), 40) == ["84.6\n84.600001", "", "84.60001"]
    assert stacked([0.0, 1.0, 1.001], ["0", "1", "1.001"], 40) == ["0", "1\n1.001", ""]
    assert stacked([0.0, 0.5, 1.0], ["0", "0.5", "1"], 40) == ["0", "0.5", "1"]
    assert stacked([2.0], ["2"], 40) == ["2"]
