"""The output folder: whole files, damaged records, ownership, the lock and the table."""

import json
import logging
import math
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from earlier_records import as_before
from fake_evaluator import case_key, evaluate, heights, write_study

from fem_bump.errors import InputError
from groundwork.files import write_atomic
from studies.plan.cases import make_plan
from studies.plan.study import load_study
from studies.records import store
from studies.records.record import (
    CaseRecord,
    Circle,
    CircleWindow,
    Course,
    Curve,
    MeshStep,
    Result,
)
from studies.records.strict_json import plain, to_json
from studies.results.table import build_table
from studies.results.table_files import write_table

GRID = """
[[part]]
name = "p"
[part.factors]
pad_etch.depth_ratio = [0.0, 0.5, 1.0]
opening_ratio = [0.6, 0.75]
"""


def plan_of(folder, text):
    return make_plan(load_study(write_study(folder, text)), case_key)


def solve_all(plan, folder):
    for case in plan.valid:
        result = Result.from_json(evaluate(case.design))
        store.write_record(folder, case.key, CaseRecord("solved", None, 0.1, result))


@pytest.fixture
def results(tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_LOG", str(tmp_path / "log"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    folder = tmp_path / "out"
    folder.mkdir()
    plan = plan_of(tmp_path, GRID)
    store.claim(folder, plan.stored(), "as run")
    solve_all(plan, folder)
    return plan, folder


def test_atomic_write_leaves_no_traces(tmp_path, monkeypatch):
    write_atomic(tmp_path / "a", "first")

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_atomic(tmp_path / "a", "second")
    assert (tmp_path / "a").read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_json_is_strict():
    given = {"a": np.float64("nan"), "b": (np.int64(1), math.inf), "c": np.array([1.5]), "d": True}
    assert json.loads(to_json(given)) == {"a": None, "b": [1, None], "c": [1.5], "d": True}
    with pytest.raises(TypeError, match="has no place"):
        plain({"a": object()})


@pytest.fixture
def earlier(results):
    """The same as an earlier version left it."""
    as_before(results[1])
    return results


@pytest.mark.parametrize("damage", ["torn", "edited", "empty", "not ours", "binary"])
def test_a_damaged_record_is_dropped_with_a_warning(earlier, damage, caplog):
    plan, folder = earlier
    key = plan.cases[0].key
    path = folder / "records" / f"{key}.json"
    text = path.read_text()
    content = {
        "torn": text[: len(text) // 2],
        "edited": text.replace("20000.0", "10000.0"),
        "empty": "",
        "not ours": "[1, 2]",
        "binary": "\x00",
    }[damage]
    assert content != text
    path.write_text(content)
    with caplog.at_level(logging.WARNING, "studies"):
        assert store.read_record(folder, key) is None
        assert path.exists()
        assert store.read_record(folder, key, discard=True) is None
    assert not path.exists()
    assert "is discarded" in caplog.text and "solved again" in caplog.text


def test_a_record_under_another_key_is_damaged(earlier):
    plan, folder = earlier
    first, second = (folder / "records" / f"{case.key}.json" for case in plan.cases[:2])
    second.write_text(first.read_text())
    assert store.read_record(folder, plan.cases[1].key) is None


@pytest.mark.parametrize("schema", [None, 0, 1])
def test_a_record_of_another_schema_is_kept_but_not_used(earlier, schema, caplog):
    plan, folder = earlier
    key = plan.cases[0].key
    path = folder / "records" / f"{key}.json"
    content = json.loads(path.read_text())["record"]
    content["schema"] = schema
    del content["result"]["design"]
    if schema is None:
        del content["schema"]
    path.write_text(to_json({"checksum": store._checksum(content), "record": content}))
    with caplog.at_level(logging.WARNING, "studies"):
        assert store.read_record(folder, key, discard=True) is None
    assert path.exists()
    assert f"is older: of schema {schema}, not 2" in caplog.text and "solved again" in caplog.text
    assert len(store.read_records(folder, store.read_plan(folder))) == len(plan.cases) - 1


def test_a_record_from_before_some_of_its_names_is_read(earlier):
    plan, folder = earlier
    key = plan.cases[0].key
    path = folder / "records" / f"{key}.json"
    content = json.loads(path.read_text())["record"]
    for name in ("derived", "tails", "headline", "curves", "circle", "meshes", "solver", "wall_s"):
        del content["result"][name]
    content["result"]["once"] = {"known": 1}
    path.write_text(to_json({"checksum": store._checksum(content), "record": content}))
    result = store.read_record(folder, key).result
    assert result.metrics["threads"] == 1.0 and result.tails == {} and result.curves == {}
    assert len(write_table(folder)) == len(plan.cases)


def test_a_record_is_the_same_after_it_was_written_and_read(results):
    _, folder = results
    curve = Curve(
        [0.0, 0.5, 1.0], [1.0, 1.5, 2.0], [0.0] * 3, ["floor"] * 3, {"peel_mpa": [1.0] * 3}
    )
    window = CircleWindow(0.0, 1.0, (-9.5, 9.5), 100.0)
    circle = Circle({"peel_mpa": [[1.0] * 3, [0.5] * 3]}, {"peel": window}, [0, 1])
    result = Result(
        {"variant": "full-depth"}, {"peel_max": 1.0}, {"peel_max": None}, {"depth_um": 1.0},
        {"peel_max": 1e-4}, ["peel_max"], {"notes": ["a; b", "c"]},
        {"ubm/pad": curve}, {"ubm/pad": circle},
        {"triangles": 3}, [MeshStep(10, 3, 0.1, "peel_max"), MeshStep(20, 6, None, "peel_max")],
        {"residual": 1e-12}, {"total": 1.0},
        {"pad": Course([1.0, 2.0], [0.0, 50.0], 200.0)},
    )  # fmt: skip
    record = CaseRecord("solved", None, 0.25, result)
    store.write_record(folder, "k", record)
    assert plain(store.read_record(folder, "k").to_json("k")) == plain(record.to_json("k"))
    assert store.read_record(folder, "k").result.circle["ubm/pad"].windows["peel"] == window
    failed = CaseRecord("failed", "no convergence")
    store.write_record(folder, "other", failed)
    assert store.read_record(folder, "other") == failed


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('name = "small"', 'name = "other"', "'small', not 'other'"),
        ("[[part]]", "[base.pad]\nthickness_um = 2\n[[part]]", "pad.thickness_um = 1.0, not 2.0"),
        ("opening_ratio", "pad.thickness_um", "varies opening_ratio, pad_etch.depth_ratio"),
        ("[part.factors]", "[part.set]\nbump.height_um=70\n[part.factors]", "part 'p' sets"),
    ],
)
def test_another_study_may_not_take_the_folder(results, tmp_path, old, new, sentence):
    _, folder = results
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    file = write_study(tmp_path, GRID)
    file.write_text(file.read_text().replace(old, new, 1))
    other = make_plan(load_study(file), case_key).stored()
    with pytest.raises(InputError, match=sentence):
        store.claim(folder, other, "")
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_the_same_study_may_grow(results, tmp_path):
    plan, folder = results
    grown = plan_of(tmp_path, GRID.replace("0.75]", "0.75, 0.8]") + '[[part]]\nname = "q"\n')
    store.claim(folder, grown.stored(), "")
    records = store.read_records(folder, store.read_plan(folder))
    assert set(records) == {case.key for case in plan.cases}


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    plan = plan_of(tmp_path, GRID).stored()
    with pytest.raises(InputError, match="not empty and holds no study"):
        store.check_same_study(tmp_path, plan)
    with pytest.raises(InputError, match="is a file"):
        store.check_same_study(tmp_path / "small.toml", plan)
    (tmp_path / "plan.json").write_text("{")
    with pytest.raises(InputError, match=r"plan\.json in .* cannot be read"):
        store.check_same_study(tmp_path, plan)


def test_a_plan_is_stored_whole(results):
    plan, folder = results
    stored = json.loads((folder / "plan.json").read_text())
    assert list(stored) == [
        "schema", "study", "base_key", "base_as_written", "base_reason", "stand_in", "cases",
    ]  # fmt: skip
    assert list(stored["cases"][0]) == ["part", "case", "factors", "reason", "key", "keep_fields"]
    whole = {**plan.study.to_dict(), "base": plan.base.to_dict()}
    assert whole.pop("limit") == []
    assert all(part.pop("more_of") is None for part in whole["part"])
    assert stored["study"] == whole
    read = store.read_plan(folder)
    assert read.to_json() == stored
    assert [(c.part, c.number, c.factors, c.key) for c in read.cases] == [
        (c.part, c.number, c.factors, c.key) for c in plan.cases
    ]


@pytest.mark.parametrize(
    "damage, says",
    [
        (lambda plan: plan.update(schema=2), "it is not of schema 1"),
        (lambda plan: plan.pop("schema"), "it is not of schema 1"),
        (lambda plan: plan.pop("cases"), "it has no 'cases'"),
        (lambda plan: plan["cases"][1].pop("factors"), "it has no 'factors'"),
        (lambda plan: plan.update(study=[]), "it is no plan"),
        (lambda plan: plan["study"].update(part=3), "it is no plan"),
    ],
)
def test_what_is_no_plan_is_refused(results, damage, says):
    _, folder = results
    plan = json.loads((folder / "plan.json").read_text())
    damage(plan)
    (folder / "plan.json").write_text(json.dumps(plan))
    with pytest.raises(InputError, match=f"plan.json in .* cannot be read: {says}"):
        store.read_plan(folder)


HOLD = """
import sys
from pathlib import Path
from studies.records.store import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_run_is_refused_and_a_dead_one_is_not_waited_for(tmp_path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    with holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(InputError, match=f"in use by another run .process {holder.pid}"):
            with store.locked(tmp_path):
                pass
        holder.kill()
    assert (tmp_path / ".lock").exists()
    with store.locked(tmp_path):
        pass
    assert not (tmp_path / ".lock").exists()


def test_an_unwritable_place_is_bad_input(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot write the output folder"):
        with store.locked(tmp_path / "file" / "out"):
            pass


def test_table_has_a_row_per_case_and_survives_both_files(results):
    plan, folder = results
    table = write_table(folder)
    assert list(table.columns[:6]) == [
        "part", "case", "status", "reason", "pad_etch.depth_ratio", "opening_ratio",
    ]  # fmt: skip
    assert list(table.columns[-3:]) == ["wall_s", "key", "fields"]
    assert list(table.columns).count("opening_ratio") == 1
    assert (table["mesh_unknowns"] == 1234).all() and (table["flag_auto_pinned"] == "axis").all()
    assert (table["mesh_quality_minimum"] == 0.4).all() and (table["solver_name"] == "none").all()
    names = list(table.columns)
    where = names.index("pad_lateral_density_L1_a_per_cm2")
    assert names[where + 1] == "error_pad_lateral_density_L1_a_per_cm2"
    assert table["peel_max_ubm_pad_L1_mpa"].isna().all()
    for name in names:
        if name.startswith("mttf_ratio"):
            assert table[name].dtype == float
    pd.testing.assert_frame_equal(pd.read_parquet(folder / "table.parquet"), table)
    assert pq.read_schema(folder / "table.parquet").metadata[b"fem_bump_schema"] == b"1"
    csv = pd.read_csv(folder / "table.csv")
    assert list(csv.columns) == names and len(csv) == len(plan.cases)
    density = "current_density_max_bump_ubm_L1_a_per_cm2"
    assert (csv[density] == table[density]).all()


def test_table_of_a_study_of_which_nothing_is_solved(tmp_path):
    plan = plan_of(tmp_path, heights(75.0, -1.0)).stored()
    table = build_table(plan, {})
    assert list(table["status"]) == ["pending", "invalid"]
    assert "bump.height_um = -1 must be" in table["reason"][1]
    table.to_parquet(tmp_path / "t.parquet")


def test_a_metal_without_a_known_exponent_is_a_gap(tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_LOG", str(tmp_path / "log"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    plan = plan_of(tmp_path, '[[part]]\nname="p"\n[part.factors]\npad.material = ["Cu", "Au"]\n'
                   'variant = ["no-recess", "full-depth"]')  # fmt: skip
    records = {
        case.key: CaseRecord("solved", None, 1.0, Result.from_json(plain(evaluate(case.design))))
        for case in plan.cases
    }
    table = build_table(plan.stored(), records)
    assert list(table["mttf_ratio_pad"].notna()) == [True, True, False, False]
    assert table["mttf_ratio_solder"].notna().all()
    # j_pad halves through the etch and the copper exponent is 1.1 to 1.5
    np.testing.assert_allclose(table["mttf_ratio_pad_low"][1], 2**1.1, rtol=1e-12)
    np.testing.assert_allclose(table["mttf_ratio_pad_high"][1], 2**1.5, rtol=1e-12)
    bypassed = records[plan.cases[1].key]
    flags = {**bypassed.result.flags, "pad_is_bypassed": True}
    records[plan.cases[1].key] = replace(bypassed, result=replace(bypassed.result, flags=flags))
    table = build_table(plan.stored(), records)
    assert list(table["mttf_ratio_pad"].notna()) == [True, False, False, False]


def test_levels_of_mixed_kind_are_one_column(tmp_path):
    text = '[[part]]\nname = "p"\n[[part.case]]\nbump.height_um = 70\n[[part.case]]\n'
    text += "load.thermal.stress_free_by_region_degc = { passivation = 350 }\n"
    table = build_table(plan_of(tmp_path, text).stored(), {})
    assert table["load.thermal.stress_free_by_region_degc"][1] == '{"passivation": 350}'
    table.to_parquet(tmp_path / "t.parquet")


def test_fields_file_name_is_readable_and_found_by_key(tmp_path):
    (tmp_path / "fields").mkdir()
    key = "ab" * 32
    name = store.fields_name("growing", "depth_ratio 0.5, opening_ratio 0.75", key)
    assert name == "growing-depth_ratio-0.5-opening_ratio-0.75-abababababab.vtu"
    assert store.fields_file(tmp_path, key) is None
    (tmp_path / "fields" / name).write_text("")
    assert store.fields_file(tmp_path, key).name == name
