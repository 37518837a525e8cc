"""Bars of marked designs hold what the chords of their curves change."""

import math

import pytest

from geometry import Design, build_cross_section
from geometry.process import mark
from studies.metrics.measure import estimates, headline_metrics, tails
from studies.solution.solved import Solved
from studies.solving import adaptive
from studies.solving.evaluate import evaluate

COARSE = {"size_factor": 4.0}
FINER = 4  # times the chords
MARKS = {
    "crater": {},
    "wide wall": {"wall_width_um": 2.0},
    "shallow": {"depth_ratio": 0.2},
    "groove": {"ring_diameter_um": 30.0, "diameter_um": 6.0},
}


def tails_of(**probe):
    section = build_cross_section(Design(variant="no-recess", mesh=COARSE, probe=probe))
    found = tails(Solved(section, 4.0).seen_from("a"))
    of_windows = ("peel", "shear", "current_density_max")
    return {name: tail for name, tail in found.items() if name.startswith(of_windows)}


def test_windows_on_curves_carry_what_chords_leave_open():
    smooth, sharp = tails_of(), tails_of(wall_width_um=0.0, pile_up_share=0.0)
    assert sharp == {}
    assert set(smooth) >= {f"{what}_ubm_pad_L1_mpa" for what in ("peel_max", "peel_min")}
    assert not any("passivation" in name and value for name, value in smooth.items())
    assert smooth["peel_max_ubm_pad_L1_mpa"] > 0.0
    assert smooth["current_density_max_bump_ubm_scar_L1_a_per_cm2"] > 0.0
    # worst at the mask's edge, where no curve is
    assert smooth["shear_max_ubm_pad_L1_mpa"] == 0.0
    assert smooth["current_density_max_ubm_pad_L1_a_per_cm2"] == 0.0


def test_the_tail_is_a_part_of_the_bar():
    record = evaluate(Design(variant="no-recess", mesh=COARSE, probe={}))
    tail = record["tails"]["peel_max_ubm_pad_L1_mpa"]
    assert record["errors"]["peel_max_ubm_pad_L1_mpa"] > tail > 0.0


@pytest.fixture
def finer_chords(monkeypatch):
    """A function that makes sections of four times the chords."""

    def section(design):
        with monkeypatch.context() as patch:
            patch.setattr(mark, "TURN", mark.TURN / FINER)
            patch.setattr(mark, "FEWEST", FINER * mark.FEWEST + 1)
            mark.chorded.cache_clear()
            found = build_cross_section(design)
        mark.chorded.cache_clear()
        return found

    return section


@pytest.mark.slow
def test_bars_contain_what_four_times_the_chords_give(finer_chords):
    inside, bare, count = 0, 0, 0
    for probe in MARKS.values():
        design = Design(variant="no-recess", probe=probe)
        solved = adaptive.adapt(build_cross_section(design), 0.02, 20_000).solved
        more = finer_chords(design)
        assert len(more.edges) > len(solved.section.edges) + 50
        exact = Solved(more, 0.7).seen_from("a")
        estimated, tail = estimates(solved, headline_only=True).of, tails(solved.seen_from("a"))
        lengths = design.metrics.averaging_lengths_um
        known = dict.fromkeys(one for at in lengths for one in headline_metrics(solved, at))
        for metric, place in known:
            name = metric.name(place)
            if name not in estimated:
                continue
            apart = abs(metric.value(exact, place) - estimated[name].value)
            bar = adaptive.bar(estimated[name])
            assert math.isfinite(apart)
            count += 1
            bare += apart <= bar
            inside += apart <= bar + (tail.get(name) or 0.0)
    assert count > 150
    assert inside >= 0.95 * count
    assert bare < inside  # the bars of the mesh alone do not hold it
