"""Results of a study as tables with units, pictures and grids, from a run that is made up."""

import sys

import numpy as np
import pytest
from fabricated_run import run_folder

from fem_bump import InputError
from groundwork.extras import MissingExtra
from studies import StudyResults

PEEL = "peel_max_ubm_pad_L1_mpa"
DEPTH, OPENING = "pad_etch.depth_ratio", "opening_ratio"


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    skip = {("fixed", 9): "failed"}
    folder, _ = run_folder(
        tmp_path_factory.mktemp("made") / "out",
        skip=lambda case: skip.get((case.part, case.number)),
    )
    return StudyResults.load(folder)


def test_the_table_says_its_units(results):
    assert len(results.table) == 18 and results.counts == {"solved": 17, "failed": 1}
    units = results.table.attrs["units"]
    assert units == results.units
    assert units[PEEL] == units[f"error_{PEEL}"] == "MPa" and units["wall_s"] == "s"
    assert units["resistance_mohm"] == "mohm" and "status" not in units and OPENING not in units


def test_a_metric_is_indexed_by_what_varies(results):
    found = results.metric(PEEL)
    assert found.index.names == ["part", DEPTH, OPENING]
    assert list(found.columns) == [PEEL, f"error_{PEEL}"] and len(found) == 17
    assert found.attrs["units"] == {PEEL: "MPa", f"error_{PEEL}": "MPa"}
    assert found.attrs["title"] == "Peel stress at UBM/pad"
    assert found.loc[("growing", 1.0, 0.75), PEEL] == 295.0
    # without length and unit, at the headline length
    assert results.metric("peel_max_ubm_pad").equals(found)
    one = results.metric("resistance", part="fixed")
    assert one.index.names == [DEPTH, OPENING] and len(one) == 8


def test_metrics_are_listed_with_title_and_unit(results):
    listed = results.metrics
    assert listed.loc[PEEL, "unit"] == "MPa" and listed.loc[PEEL, "length_um"] == 1.0
    assert listed.loc[PEEL, "headline"] and not listed.loc["peel_max_ubm_pad_L2_mpa", "headline"]


def test_designs_are_compared_as_in_the_report(results):
    found = results.compare()
    assert found.columns[-1] == ("lowest", "")
    assert found.loc[PEEL, ("no recess", "value")] == -5.0
    assert found.loc[PEEL, ("lowest", "")] == "no recess"
    assert found.attrs["units"][PEEL] == "MPa"
    shear = results.compare("shear_max_ubm_pad", length_um=2.0)
    assert shear.index.tolist() == ["shear_max_ubm_pad_L2_mpa"]
    assert shear.iloc[0]["lowest", ""] == "by length"


def test_a_design_of_the_table_comes_back(results):
    assert results.design(4, "fixed").depth_ratio == 0.5
    with pytest.raises(InputError, match="has no solved case 9 in a part 'fixed'"):
        results.design(9, "fixed")


def test_pictures_are_those_of_the_report(results):
    assert "map" in results.figures and "designs" in results.figures
    drawn = list(results.drawings("map", "resistance"))
    assert len(drawn) == 1 and "Resistance" in drawn[0].alt
    assert results.plot(metric=PEEL).axes
    with pytest.raises(InputError, match="figure = 'mapp' must be one of "):
        next(results.drawings("mapp"))


def test_a_notebook_shows_the_comparison(results):
    html = results._repr_html_()
    assert "17 solved, 1 failed" in html and "<table" in html and PEEL in html


def test_names_are_those_that_the_study_gives(tmp_path):
    part = """
[base.materials."铜"]
based_on = "Cu"
[[part]]
name = "metals"
factors = { "pad.material" = ["Cu", "铜"] }
"""
    found = StudyResults.load(run_folder(tmp_path / "out", part)[0])
    assert found.metric("resistance").index.tolist() == ["Cu", "铜"]
    assert found.design(2).pad.material == "铜" and "铜" in found.table["pad.material"].tolist()
    # figures have a stand-in
    assert "material 1" in next(found.drawings("designs")).alt


@pytest.mark.parametrize(
    "ask, sentence",
    [
        (lambda r: r.metric("peel_max_ubm_pads"), "the nearest are peel_max_ubm_pad"),
        (lambda r: r.metric(PEEL, "flat"), "part = 'flat' .* must be one of growing, fixed"),
    ],
    ids=["metric", "part"],
)
def test_what_there_is_not_is_refused_in_a_sentence(results, ask, sentence):
    with pytest.raises(InputError, match=sentence):
        ask(results)


def test_a_grid_is_a_dataset_with_units(results):
    pytest.importorskip("xarray", reason="the extra [xarray] is not installed")
    grid = results.to_xarray("fixed")
    assert dict(grid.sizes) == {DEPTH: 3, OPENING: 3}
    assert grid[PEEL].attrs == {
        "units": "MPa", "long_name": "Peel stress at UBM/pad", "averaging_length_um": 1.0,
    }  # fmt: skip
    assert float(grid[PEEL].sel({DEPTH: 0.5, OPENING: 0.6})) == 145.0
    # the case that failed
    assert np.isnan(grid[PEEL].sel({DEPTH: 1.0, OPENING: 0.8}))
    assert float(grid[f"error_{PEEL}"].min()) == 0.5
    with pytest.raises(InputError, match="several parts; name one of growing, fixed"):
        results.to_xarray()


def test_cases_that_are_no_grid_are_refused(tmp_path):
    pytest.importorskip("xarray", reason="the extra [xarray] is not installed")
    listed = '[[part]]\nname = "two"\ncase = [{"pad.thickness_um" = 2.0}, {"opening_ratio" = 0.6}]'
    folder, _ = run_folder(tmp_path / "out", listed)
    with pytest.raises(InputError, match=r"make no grid of pad\.thickness_um, opening_ratio"):
        StudyResults.load(folder).to_xarray()


def test_a_missing_extra_is_named(results, monkeypatch):
    monkeypatch.setitem(sys.modules, "xarray", None)
    with pytest.raises(MissingExtra, match=r'to_xarray needs .* -e "\.\[xarray\]" in the clone$'):
        results.to_xarray("fixed")
