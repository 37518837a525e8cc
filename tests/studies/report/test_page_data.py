"""What the page's programs are given: small, whole, and named by the registries."""

import base64
import importlib
import json
import re
import sys
import zlib

import fabricated_run
import numpy as np
import pytest
from fabricated_run import GRID, run_folder
from shapely import Polygon

from geometry import build_cross_section
from geometry.process import recipes
from studies.metrics.registry import REGISTRY
from studies.report.interactive import curves, drawings, embed, field_grids
from studies.report.interactive.cases import metrics
from studies.report.interactive.numbers import short, short_error, steps
from studies.report.interactive.payload import packed, payload
from studies.results.results import Results

TWO = """
metrics = ["peel_max_ubm_pad", "resistance_mohm"]
[[part]]
name = "growing"
[part.factors]
pad_etch.depth_ratio = [0.0, 0.5, 1.0]
"""
LOADED = """
[[part]]
name = "current"
[part.factors]
pad_etch.depth_ratio = [0.0, 1.0]
load.current.current_a = [0.1, 0.2, 0.3]
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return Results.read(run_folder(tmp_path_factory.mktemp("data") / "run", TWO, fields=True)[0])


@pytest.mark.parametrize(
    "value, text",
    [(1 / 3, "0.3333333"), (159154.9431, "159154.9"), (2.0, "2"), (float("nan"), "null")],
)
def test_numbers_are_short(value, text):
    assert json.dumps(short(value)) == text


def test_errors_are_rounded_up():
    assert [short_error(e) for e in (0.0300001, 0.03, 0.0, None)] == [0.03001, 0.03, 0, None]
    assert steps([1.23456, 2.0], 1e-3) == [1.235, 2]


def test_no_letter_of_the_data_means_anything_to_html():
    data = {"name": "</script><!-- & \"'", "sign": "\ud800µ"}
    word = packed(data)
    assert re.fullmatch(r"[A-Za-z0-9+/=]+", word)
    assert json.loads(zlib.decompress(base64.b64decode(word)))["name"] == data["name"]


def test_the_data_are_json_without_nan(results):
    text = json.dumps(payload(results), allow_nan=False)
    assert "NaN" not in text and str(results.folder) not in text


def test_a_metric_from_outside_is_there_with_its_words(tmp_path, monkeypatch):
    plain = fabricated_run.values
    more = {f"von_mises_pad_L{x:g}_mpa": 50.0 * x for x in fabricated_run.LENGTHS}
    monkeypatch.setattr(fabricated_run, "values", lambda design: plain(design) | more)
    importlib.import_module("outside_metric")
    try:
        found = metrics(Results.read(run_folder(tmp_path / "run", TWO)[0]))
    finally:
        del sys.modules["outside_metric"]
        REGISTRY.remove("von_mises_pad")
    mine = next(metric for metric in found if metric["name"] == "von_mises_pad")
    assert mine["title"] == "Von Mises stress in the pad at the mask edge"
    assert (mine["unit"], mine["better"], mine["about"]) == ("MPa", "lower", False)
    assert [(c["length"], c["values"][0]) for c in mine["columns"]] == [
        (0.5, 25),
        (1.0, 50),
        (2.0, 100),
    ]
    assert [metric["about"] for metric in found].count(True) == 2 and found[0]["about"]


def test_long_runs_have_only_what_the_report_is_about(results, monkeypatch):
    monkeypatch.setattr("studies.report.interactive.cases.MOST_NUMBERS", 10)
    assert [m["name"] for m in metrics(results)] == ["peel_max_ubm_pad", "resistance"]


def test_drawings_have_the_areas_of_the_regions(results):
    found = drawings.drawings(results)
    section = build_cross_section(results.entry(results.solved[1]).design)
    assert len(found["designs"][1]["shapes"]) == len(section.regions)
    for number, ring in found["designs"][1]["shapes"]:
        name = found["regions"][number]["name"].replace(" ", "_")
        points = np.cumsum(np.reshape(ring, (-1, 2)), axis=0) / 1e3
        assert Polygon(points).area == pytest.approx(section.regions[name].area, rel=1e-3)
    assert {r["material"] for r in found["regions"]} >= {"Si", "Al-0.5Cu"}


def test_a_shape_is_made_once_whatever_its_load(tmp_path, monkeypatch):
    loaded = Results.read(run_folder(tmp_path / "run", LOADED)[0])
    made, run = [], recipes.run
    monkeypatch.setattr(drawings.recipes, "run", lambda design: made.append(design) or run(design))
    assert len(drawings.drawings(loaded)["designs"]) == 6 and len(made) == 2
    monkeypatch.setattr(drawings, "MOST_DRAWN", 1)
    assert sorted(drawings.drawings(loaded)["designs"]) == [0, 1, 2]


def test_fields_are_their_values_in_levels(results):
    found = field_grids.field_grids(results)
    assert [kind["name"] for kind in found["kinds"]] == [
        "von_mises_mpa", "current_density_a_per_cm2",
    ]  # fmt: skip
    high = found["kinds"][0]["high"]
    one = found["designs"][1]

    def levels(name):
        return np.cumsum(np.reshape(one["levels"][name], (-1, one["columns"])), axis=1)

    stress, flow = levels("von_mises_mpa"), levels("current_density_a_per_cm2")
    assert (flow == 0).any() and (flow > 0).any()  # two of the four triangles carry current
    r0, r1, z0, z1 = one["window"]
    design = results.entry(results.solved[1]).design
    a, t = design.opening_radius_um, design.pad.thickness_um
    rows, columns = stress.shape
    r = r0 + (r1 - r0) * (np.arange(columns) + 0.5) / columns
    z = z1 - (z1 - z0) * (np.arange(rows) + 0.5) / rows
    # linear from the mask's edge along the line that is an edge of two triangles
    k = int(np.argmin(np.abs(r - a - 0.8)))
    j = int(np.argmin(np.abs(z - t - 1.0)))
    distance = np.hypot(r[k] - a, z[j] - t)
    assert (stress[j, k] - 1) / 254 * high == pytest.approx(100 * distance, rel=0.02)


@pytest.mark.parametrize(
    "name, values, ends",
    [
        ("von_mises_mpa", [50.0, 100.0], (0.0, 100.0)),
        ("inelastic_strain", [0.0, 10.0], (10.0 * 10**-2.5, 10.0)),
        ("temperature_degc", [100.0, 101.0], (100.0, 101.0)),
        ("migration_stress_mpa", [-80.0, 20.0], (-80.0, 80.0)),
    ],
)
def test_scales_of_fields(name, values, ends):
    kind = next(kind for kind in field_grids.KINDS if kind.name == name)
    found = field_grids._range(kind, [{name: np.array([[np.nan, *values]])}])
    assert found == pytest.approx(ends, rel=0.01, abs=1e-9)


def test_curves_hold_the_means_of_every_length(results):
    found = curves.curves(results, [0.5, 1.0])
    assert found["factor"] == "Recess"
    assert [group["levels"] for group in found["groups"]] == [
        ["No recess", "Partial depth 0.5", "Full depth"]
    ]
    partial = found["designs"][1]["densities"]["peel_mpa"]
    # a window as long as the wall lies on it; a longer one takes half of the floor in
    assert partial["means"]["0.5"]["extreme"][1] == pytest.approx(300.0)
    assert 100 < partial["means"]["1"]["extreme"][1] < 150
    # -30 on the floor and 300 on the wall need no more than their ends
    assert sum(len(s) for s, _ in partial["line"]) < 10


def test_only_so_many_curves(results, monkeypatch):
    monkeypatch.setattr(curves, "MOST_CURVES", 2)
    assert curves.curves(results, [1.0]) is None


@pytest.mark.slow
def test_the_page_of_recess_stays_small(tmp_path):
    """Its figures take 4.5 MB, which leaves 1.5."""
    text = GRID.replace("[0.0, 0.5, 1.0]", "[0.0, 0.25, 0.5, 0.75, 1.0]")
    text = text.replace("[0.6, 0.75, 0.8]", "[0.5, 0.6, 0.7, 0.75, 0.8, 0.85]")
    recess = Results.read(run_folder(tmp_path / "run", text, fields=True)[0])
    program = embed.program(recess)
    assert len(recess.solved) == 60
    assert len(program.data) + len(program.modules) + len(embed.styles()) < 1.0e6


def test_programs_are_short_modules_that_go_one_way():
    files = {file.stem: file.read_text(encoding="utf-8") for file in embed.SCRIPTS.iterdir()}
    assert max(len(text.splitlines()) for text in files.values()) < 400
    left = {name: set(re.findall(r'from "report/(\w+)"', text)) for name, text in files.items()}
    assert set().union(*left.values()) == set(files) - {"main"}  # none is missing or of no use
    while left:
        free = {name for name, needed in left.items() if not needed & set(left)}
        assert free, f"a circle among {sorted(left)}"
        left = {name: needed for name, needed in left.items() if name not in free}
