"""Which factor runs where: the layout of figures over all cases of a study."""

import pytest
from fabricated_run import GRID, run_folder

from studies.figures.layout import MOST_PANELS, layout
from studies.figures.level_figures import heat_maps, lines
from studies.results.results import Results
from studies.wording.labels import DEPTH

TRACE = """
[base]
pad.feed = "trace"
[[part]]
name = "width"
title = "Trace width"
[part.factors]
"pad_etch.depth_ratio" = [0.0, 0.5, 1.0]
opening_ratio = [0.6, 0.75]
"trace.width_um" = [10.0, 20.0, 40.0]
[[part]]
name = "ubm"
title = "Copper"
[part.factors]
"pad_etch.depth_ratio" = [0.0, 0.5, 1.0]
"ubm.layers.cu.thickness_um" = [0.5, 2.0, 5.0]
opening_ratio = [0.6, 0.75]
"""
SHEAR = """
[base]
bump.shape = "reflowed"
assembly.underfill = false
load.shear.dnp_um = 100.0
[[part]]
name = "only"
[part.factors]
opening_ratio = [0.5, 0.6, 0.7, 0.75]
"pad_etch.depth_ratio" = [0.0, 0.5]
"load.shear.dnp_um" = [0.0, 100.0, 200.0]
"""
NAMES = """
[[part]]
name = "only"
[part.factors]
"pad.material" = ["Al-0.5Cu", "Cu"]
"bump.material" = ["SAC305", "Sn63Pb37"]
"pad_etch.depth_ratio" = [0.0, 0.5, 1.0]
"""
PAIRS = "".join(
    f'[[part.case]]\nopening_ratio = {o}\n"pad.thickness_um" = {t}\n'
    for o, t in ((0.6, 1.0), (0.7, 1.5), (0.75, 1.2), (0.8, 2.0))
)
WIDE = """
[[part]]
name = "only"
[part.factors]
"pad_etch.depth_ratio" = [0.0, 0.5]
opening_ratio = [0.6, 0.7, 0.75, 0.8]
"pad.thickness_um" = [0.8, 1.0, 1.2]
"passivation.thickness_um" = [0.8, 1.0, 1.2]
"""


def results_of(tmp_path, text, skip=lambda case: "pending"):
    folder, _ = run_folder(tmp_path / "run", 'metrics = ["peel_max_ubm_pad"]\n' + text, skip)
    return Results.read(folder)


def test_each_part_has_its_own_x_and_a_panel_per_level_of_the_rest(tmp_path):
    plan = layout(results_of(tmp_path, TRACE))
    assert [p.x for p in plan.panels] == ["trace.width_um"] * 2 + ["ubm.layers.cu.thickness_um"] * 2
    assert [p.title for p in plan.panels] == [
        "opening ratio 0.6, UBM copper thickness 0.5 µm",
        "opening ratio 0.75, UBM copper thickness 0.5 µm",
        "opening ratio 0.6, trace width 20 µm",
        "opening ratio 0.75, trace width 20 µm",
    ]
    assert (plan.series, plan.columns, plan.is_grid) == (DEPTH, 2, True)
    assert all(len(p.rows) == 9 and not p.unshown for p in plan.panels)


def test_what_scales_the_load_comes_before_more_levels_of_another_factor(tmp_path):
    plan = layout(results_of(tmp_path, SHEAR))
    assert {p.x for p in plan.panels} == {"load.shear.dnp_um"}
    assert [p.title for p in plan.panels] == [f"opening ratio {o}" for o in (0.5, 0.6, 0.7, 0.75)]


def test_parts_that_differ_in_what_is_no_factor_are_told_apart_by_their_titles(tmp_path):
    plan = layout(results_of(tmp_path, GRID), numeric_series=True)
    assert [p.title for p in plan.panels] == [
        "The bump grows (overhang 5 µm)", "The bump keeps its diameter",
    ]  # fmt: skip
    assert {p.x for p in plan.panels} == {"opening_ratio"} and plan.columns == 2
    assert plan.is_grid


def test_names_tell_lines_apart_where_the_recess_runs_along_x(tmp_path):
    results = results_of(tmp_path, NAMES)
    plan = layout(results)
    assert [p.x for p in plan.panels] == [DEPTH] and plan.series == "pad metal, bump material"
    assert plan.panels[0].rows[0][plan.series] == "Al-0.5Cu, SAC305"
    assert not layout(results, numeric_series=True).is_grid


def test_cases_that_make_no_grid_are_points_and_no_map(tmp_path):
    results = results_of(tmp_path, f'[[part]]\nname = "p"\n{PAIRS}', lambda case: None)
    assert not layout(results).is_grid
    assert not list(heat_maps(results)) and len(list(lines(results))) == 1


@pytest.mark.slow
def test_too_many_panels_are_cut_at_the_base_and_the_captions_say_so(tmp_path):
    results = results_of(tmp_path, WIDE, lambda case: None)
    plan = layout(results)
    assert len(plan.panels) <= MOST_PANELS and plan.cut == "pad thickness 1 µm"
    assert all(row["pad.thickness_um"] == 1.0 for p in plan.panels for row in p.rows)
    assert "at pad thickness 1 µm only" in next(lines(results)).caption


def test_no_number_no_figure(tmp_path):
    text = '[[part]]\nname = "p"\n[part.factors]\n"pad.material" = ["Al-0.5Cu", "Cu"]\n'
    results = results_of(tmp_path, text)
    assert layout(results) is None
    assert not list(heat_maps(results)) and not list(lines(results))


@pytest.mark.slow
@pytest.mark.parametrize("text", [TRACE, SHEAR], ids=["trace", "shear"])
def test_load_studies_have_maps_and_lines(tmp_path, text):
    results = results_of(tmp_path, text, lambda case: None)
    maps, drawn = list(heat_maps(results)), list(lines(results))
    assert len(maps) == len(drawn) == 1
    assert "Largest error: " in maps[0].caption and "separate bands" in maps[0].caption
    assert "a colour and marker per recess ratio" in drawn[0].caption
