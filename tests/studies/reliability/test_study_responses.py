"""Slices along a factor, and the designs of a plan's second half as its first half says them.

Metrics are those of fabricated_run: peel at 1 um is -5 + 300 MPa times the depth ratio, +- 0.5.
"""

from dataclasses import replace

import numpy as np
import pytest
from fabricated_run import run_folder
from numpy.testing import assert_allclose, assert_array_equal

from studies.figures.registry import FIGURES
from studies.plan import shapes
from studies.reliability.study.responses import QUANTILES, held_back, responses
from studies.results.results import Results

PEEL = "peel_max_ubm_pad_L1_mpa"
STUDY = f"""
[[part]]
name = "line"
[part.sampling]
n = 32
seed = 2
[part.sampling.ranges]
pad_etch.depth_ratio = {{ distribution = "normal", mean = 0.5, sd = 0.1 }}
pad.thickness_um = {{ distribution = "uniform", lowest = 0.9, highest = 1.1 }}
[[part]]
name = "few"
[part.sampling]
n = 16
[part.sampling.ranges]
pad_etch.depth_ratio = {{ distribution = "normal", mean = 0.5, sd = 0.1 }}
[[part]]
name = "explored-line"
more_of = "line"
[[part.case]]
pad_etch.depth_ratio = 0.9
pad.thickness_um = 1.0
[[limit]]
name = "peel"
survives = "{PEEL} < 190"
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(shapes, "MOST_BUILT", 0)
        patched.setattr(shapes, "SAMPLE", 0)
        return Results.read(run_folder(tmp_path_factory.mktemp("held") / "run", STUDY)[0])


def with_later(results, change):
    """With the metric of the second half of the designs changed."""
    table = results.table.copy()
    later = (table.part == "line") & (table.case > 16)
    table.loc[later, PEEL] = change(table.loc[later, PEEL])
    return replace(results, table=table)


def test_the_second_half_is_judged_by_a_surrogate_of_the_first(results):
    (found,) = held_back(results)  # eight designs are too few
    table = results.table[results.table.part == "line"]
    assert (found.part, found.metric, found.fitted) == ("line", PEEL, 16)
    assert_array_equal(found.solved, table[PEEL].to_numpy()[16:])
    assert_array_equal(found.bars, 0.5)
    assert_allclose(found.predicted, found.solved, atol=0.5)
    assert found.explained > 0.99 and found.within == 1.0


def test_it_knows_nothing_of_what_it_is_judged_by(results):
    (alone,) = held_back(results)
    (moved,) = held_back(with_later(results, lambda values: values + 50.0))
    assert_array_equal(moved.predicted, alone.predicted)
    assert_array_equal(moved.error, alone.error)
    assert moved.within == 0.0
    off, spread = 50.0, np.std(alone.solved)
    assert moved.explained == pytest.approx(1 - (off / spread) ** 2, abs=0.2)
    (lost,) = held_back(with_later(results, lambda values: values.where(values.index % 2 == 0)))
    assert len(lost.solved) == 8 and lost.fitted == 16


def test_its_figure_says_how_much_is_explained(results):
    (drawing,) = FIGURES["heldback"].draw(with_later(results, lambda values: values + 50.0))
    assert "the first half explains 0 % of the variance in line (0 % within two errors)" in (
        drawing.caption
    )


def test_a_slice_follows_its_factor_and_leaves_the_others(results):
    line = next(one for one in responses(results) if one.part == "line")
    depth, pad = line.slices["pad_etch.depth_ratio"], line.slices["pad.thickness_um"]
    assert len(depth.x) == len(QUANTILES) and np.all(np.diff(depth.x) > 0)
    assert np.all(np.abs(depth.mean - (300 * depth.x - 5)) <= depth.band + 1e-6)
    assert depth.band.max() < 3.0
    assert_allclose(pad.mean, 145.0, atol=1.0)
