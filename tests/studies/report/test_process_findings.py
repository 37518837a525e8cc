"""What a report says of one stress-free temperature beside the process; made-up numbers.

After the process peel at UBM/pad is 200 MPa lower, and least at full depth; shear is the same.
"""

import fabricated_run
import pytest
from fabricated_run import run_folder

from studies.report.rules import model_statement as modelled
from studies.report.rules.nonlinear.process import pairs, processed
from studies.report.words import model_statement as say_modelled
from studies.report.words.nonlinear.process import section
from studies.results.results import Results

STUDY = """
[[part]]
name = "once"
[part.factors]
"pad_etch.depth_ratio" = [0.0, 0.5, 1.0]
[[part]]
name = "process"
[part.set]
"load.history.kind" = "process"
[part.factors]
"pad_etch.depth_ratio" = [0.0, 0.5, 1.0]
[[part]]
name = "nitride"
[part.set]
"load.history.kind" = "process"
[part.factors]
"load.process.intrinsic_mpa_by_region.passivation" = [-600.0, 200.0]
"pad_etch.depth_ratio" = [0.0, 0.5, 1.0]
"""
plain_values = fabricated_run.values


def values(design):
    out = plain_values(design)
    if design.load.history is None:
        return out
    more = design.load.process.intrinsic_mpa_by_region.get("passivation", -150.0)
    for length in fabricated_run.LENGTHS:
        name = f"peel_max_ubm_pad_L{length:g}_mpa"
        out[name] = -200.0 - 0.1 * more - 100.0 * design.depth_ratio
    return out


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fabricated_run, "values", values)
        folder = run_folder(tmp_path_factory.mktemp("process") / "run", STUDY)[0]
        yield Results.read(folder)


def test_each_process_stands_beside_the_one_temperature_of_its_design(results):
    found = pairs(results)
    assert [pair.label for pair in found if pair.usual] == [
        "no recess", "partial depth 0.5", "full depth",
    ]  # fmt: skip
    assert len(found) == 9
    assert all(pair.at_once["part"] == "once" for pair in found)


def test_only_designs_without_it_leave_the_process_out(results):
    left = dict(say_modelled.left_out(modelled.state(results)))
    assert left["Stress from processing"].startswith("In 3 of 12 designs films are stress-free")


def test_how_far_off_and_who_is_lowest(results):
    (found,) = processed(results)
    assert not found.flows and found.pairs == 9
    off = {each.family.stem: each for each in found.metrics}
    peel, shear = off["peel_max_ubm_pad"], off["shear_max_ubm_pad"]
    assert peel.apart == peel.known == 9 and shear.apart == 0
    assert peel.before.winner == "no recess" and peel.after.winner == "full depth"
    assert peel.spread["no recess"] == pytest.approx((-220.0, -140.0))
    said = section(results)
    assert any("who is lowest changes for peel" in text for text in said.sentences)
    row = next(row for row in said.table.rows if row[0].startswith("Peel stress at UBM/pad"))
    assert row[1][0][0].startswith("−5.0 ± ") and " → −185.0 ± " in row[1][0][0]
    # what is not told apart is said with its numbers; what is the same both ways is said once
    (alike,) = (text for text in said.sentences if text.startswith("Elastic, shear at UBM/pad"))
    assert "no recess 150.0 ± 0.5, not told from 150.0 ± 0.5; " in alike
    assert not any(cell.count("not available") > 1 for _, cells, _ in said.table.rows
                   for cell, _ in cells)  # fmt: skip
    lowest = [row[2].split(" → ") for row in said.table.rows]
    assert all(len(set(both)) == len(both) for both in lowest)


def test_without_a_process_nothing_is_said(tmp_path):
    folder = run_folder(tmp_path / "run", fabricated_run.GRID)[0]
    assert section(Results.read(folder)) is None
