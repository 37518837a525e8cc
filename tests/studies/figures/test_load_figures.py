"""Figures of loads that are not axisymmetric: from designs and records to the page."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from fabricated_run import HEAD, run_folder
from few_figures import written

from geometry import Design
from studies.fields.cutaway import Scene
from studies.figures import load_figures
from studies.figures.album import Album
from studies.figures.curve_plots import curves_of_compared
from studies.figures.interface_maps import recorded_map
from studies.loads.load import mark_of
from studies.loads.marks import Disc
from studies.plan.cases import make_plan
from studies.plan.study import load_study
from studies.records import provenance, rows, store
from studies.records.record import CaseRecord, Result
from studies.results.circles import around
from studies.results.results import Results
from studies.solving.evaluate import case_key, evaluate

BASE = """
keep_fields = [{ "pad_etch.depth_ratio" = 0.5 }]
[base]
schema = 1
name = "base"
[base.mesh]
size_factor = 3.0
[base.pad]
feed = "trace"
[base.load.shear]
displacement_um = 0.2
counter_face = "rigid"
[[part]]
name = "depths"
[part.factors]
"pad_etch.depth_ratio" = [0.5, 1.0]
"""
MAPS = ["circle-peel", "circle-shear", "circle-current", "top-view-current"]
CUTS = [f"cutaway-{f}-{v}" for f in ("current", "von-mises") for v in ("whole", "opened", "edge")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A small run with a trace and a shear, solved; one of its two designs keeps its fields."""
    there = tmp_path_factory.mktemp("loads") / "run"
    there.mkdir()
    file = there.parent / "study.toml"
    file.write_text(HEAD + BASE, encoding="utf-8")
    plan = make_plan(load_study(file), case_key)
    store.claim(there, plan.stored(), HEAD + BASE)
    for case in plan.valid:
        path = None
        if case.keep_fields:
            path = there / "fields" / store.fields_name(case.part, case.label, case.key)
        result = Result.from_json(evaluate(case.design, path))
        store.write_record(there, case.key, CaseRecord("solved", None, 1.0, result))
    started, about = "2026-01-01T00:00:00+00:00", provenance.environment()
    session = provenance.Session(
        started=started, environment=about, jobs=1, wall_s=2.0, solved_now=2
    )
    provenance.record_session(there, session)
    return there


@pytest.fixture(scope="module")
def results(folder):
    return Results.read(folder)


@pytest.fixture(scope="module")
def page(folder):
    return written(folder, "circle", "top-view", "cutaway", "curve")


def test_marks_say_where_a_load_comes_in():
    trace = Design(pad={"feed": "trace"}, trace={"width_um": 20.0})
    mark = mark_of(trace, "current_flow")
    strip = mark.strip()
    assert (strip.word, mark.count, strip.width_um) == ("trace", 1, pytest.approx(20.0))
    sine = 20.0 / trace.pad.diameter_um
    assert math.sin(math.radians(mark.half_angle_deg)) == pytest.approx(sine)
    assert mark_of(trace, "thermal_stress") is None and mark_of(Design(), "current_flow") is None
    ring = Design(pad={"feed": "via"}, via={"kind": "discrete", "count": 6})
    mark = mark_of(ring, "current_flow")
    assert mark.count == 6 and mark.strip() is None
    discs = [glyph for glyph in mark.glyphs if isinstance(glyph, Disc)]
    assert [disc.theta_deg for disc in discs] == [0.0, 60.0, 120.0, 180.0, 240.0, 300.0]
    assert {disc.radius_um for disc in discs} == {ring.via.circle_diameter_um / 2}
    assert mark.half_angle_deg == ring.via.footprint_half_angle_deg
    sheared = Design(load={"shear": {"dnp_um": 100.0, "counter_face": "rigid"}})
    sheared = mark_of(sheared, "thermal_stress")
    assert sheared.arrow() is not None and sheared.arcs() == []


@pytest.mark.parametrize("quantity", ["peel", "shear", "current"])
def test_maps_of_records_hold_the_metric_in_their_window(results, quantity):
    names = {
        "peel": ("peel_max_ubm_pad_L1_mpa", 1.0),
        "shear": ("shear_max_ubm_pad_L1_mpa", 1.0),
        "current": ("current_density_max_ubm_pad_L1_a_per_cm2", 1e-3),
    }
    name, scale = names[quantity]
    for entry in results.compared:
        map_ = recorded_map(entry, quantity)
        window = map_.window
        assert window.mean == pytest.approx(scale * entry.result.metrics[name], rel=1e-6)
        assert window.error == pytest.approx(scale * entry.result.errors[name])
        arc = 2 * math.degrees(5.0 / entry.design.opening_radius_um)
        low, high = window.theta_deg
        assert high - low == pytest.approx(arc, rel=1e-5)
        if quantity == "shear":
            continue  # the size of a mean vector is not the mean of sizes
        # the mean of what is drawn, weight r ds dtheta, is the metric
        angles = np.linspace(low, high, 41)
        column = {"peel": "peel_mpa", "current": "jn_a_per_cm2"}[quantity]
        values = scale * around(entry.result.circle["ubm/pad"], column, angles)
        total = weight = 0.0
        for k in range(0, len(map_.leg), 3):
            s = map_.arc_length_um[k : k + 3]
            start, end = np.clip([window.start_um, window.start_um + window.length_um], s[0], s[2])
            if end <= start:
                continue
            at = np.linspace(start, end, 21)
            x = (at - s[0]) / (s[2] - s[0])
            shape = np.array([(1 - x) * (1 - 2 * x), 4 * x * (1 - x), x * (2 * x - 1)])
            r = np.interp(at, s, map_.r_um[k : k + 3])
            along = np.trapezoid(values[k : k + 3].T @ shape * r, at, axis=1)
            total += np.trapezoid(along, angles)
            weight += np.trapezoid(r, at) * (high - low)
        assert total / weight == pytest.approx(window.mean, rel=2e-3)


def test_records_stay_small_and_strict(folder):
    for key in rows.keys(folder):
        row, data = rows.find(folder, key)
        assert row.length < 250_000
        said = json.loads(data)["result"]["circle"]["ubm/pad"]
        assert set(said["windows"]) == {"peel", "shear", "current"}


def test_only_kept_cases_have_3d_fields_and_bodies(folder, results):
    files = sorted(path.name for path in (folder / "fields").iterdir())
    keys = {entry.row["key"][:12] for entry in results.compared}
    kept = [key for key in keys if any(key in name for name in files)]
    assert len(keys) == 2 and len(kept) == 1
    endings = sorted(name.split(kept[0])[1] for name in files)
    bodies = [f"-{f}-{v}.npz" for f in ("current", "von-mises") for v in ("opened", "whole")]
    assert endings == sorted([".vtu", ".regions.txt", "-3d.vtu", "-3d.regions.txt", *bodies])
    fields = store.fields_file(folder, next(e.row["key"] for e in results.compared
                                            if e.row["key"].startswith(kept[0])))  # fmt: skip
    assert fields.name.endswith(f"{kept[0]}.vtu")
    whole, opened = (
        Scene.load(store.beside(fields, f"von-mises-{v}.npz")) for v in ("whole", "opened")
    )
    assert whole.skin_shift_um is not None and opened.skin_shift_um is None


@pytest.mark.slow  # the fast ones beside it draw what the page puts together
def test_the_page_shows_all_of_it_with_its_units(folder, page, results):
    figures = {path.stem for path in (folder / "figures").iterdir()}
    assert {*MAPS, *CUTS} <= figures
    assert "Around the circle" in page
    for words in ("Peel stress (MPa)", "|J·n| (kA/cm²", "|J| (kA/cm²", "Von Mises stress (MPa)"):
        assert words in page
    assert "10 µm around" in page and "Current enters the pad" in page
    assert "at θ = 0 in front of where the current enters" in page
    assert max(p.stat().st_size for p in (folder / "figures").iterdir()) < 1_000_000


@pytest.mark.slow
def test_numbers_of_figures_rise_down_the_page(page):
    found = [int(part.split('"')[0]) for part in page.split('id="figure-')[1:]]
    assert found == list(range(1, len(found) + 1))


def test_figures_that_are_gone_are_deleted(tmp_path):
    for name in (*MAPS, *CUTS):
        (tmp_path / f"{name}.png").write_bytes(b"old")
    (tmp_path / "circles.png").write_bytes(b"somebody's own")
    Album(tmp_path).discard_stale()
    assert [path.name for path in tmp_path.iterdir()] == ["circles.png"]


def test_a_run_without_fields_or_windows_has_maps_only(results, monkeypatch):
    monkeypatch.setattr(load_figures, "fields_file", lambda folder, key: None)
    assert list(load_figures.cutaways(results)) == []
    for entry in results.compared:
        circles = entry.result.circle
        monkeypatch.setitem(circles, "ubm/pad", replace(circles["ubm/pad"], windows={}))
    shown = list(load_figures.circle_maps(results))
    assert [f"circle-{picture.part}" for picture in shown] == MAPS[:3]
    assert not any("stands above" in picture.caption for picture in shown)


def test_axisymmetric_runs_have_none_of_it(tmp_path):
    there, _ = run_folder(tmp_path / "run")
    results = Results.read(there)
    for made in (load_figures.circle_maps, load_figures.views_from_above, load_figures.cutaways):
        assert list(made(results)) == []
    for picture in curves_of_compared(results):
        assert "each marker is the headline value of the tables." in picture.caption
        assert "θ" not in picture.caption


def test_displacements_are_enlarged_to_be_seen_and_no_more():
    def scene(shift):
        points = np.array([[0.0, 50.0], [0.0, 1.0]])
        skin = None if shift is None else np.full((2, 3, 2, 1), shift / math.sqrt(3.0))
        return Scene("", "", points, np.zeros((0, 3)), np.zeros(0), (), (0.0, 270.0), np.zeros(
            (2, 2)), np.zeros((2, 1)), np.zeros(2), np.zeros((2, 2, 1)), None, skin)  # fmt: skip

    assert load_figures.exaggeration([scene(0.49), scene(0.1)]) == 20.0
    assert load_figures.exaggeration([scene(20.0)]) == pytest.approx(0.5)
    assert load_figures.exaggeration([scene(None)]) == load_figures.exaggeration([scene(0.0)]) == 0
