"""What a report says of heat and migration, and where Black's law and nucleation disagree.

The made-up numbers: the pad's density is largest at half depth, so that Black's law prefers no
recess there; its potential falls with depth, so that full depth is immortal at the larger opening.
The solder's void comes the sooner the deeper the etch, as Black's law has it.
"""

from dataclasses import replace
from types import SimpleNamespace

import fabricated_run
import pytest
from fabricated_run import run_folder

from studies.figures.heated.course_figures import along, courses
from studies.records.record import Course, Curve
from studies.report import first_page as pages
from studies.report.first_page import first_page
from studies.report.rules.compared import added_by_loads, findings, shared
from studies.report.rules.migration import (
    Migrating,
    Order,
    Part,
    Reversal,
    Why,
    migrating,
    outlives,
)
from studies.report.section import Report
from studies.report.words import migration as say
from studies.results.lives.fates import Fate
from studies.results.results import Results
from studies.wording.labels import Measured
from studies.wording.times import lasting

MOVING = """
[base.load]
heat = {}
migration = {}
"""
plain_values = fabricated_run.values


def values(design):
    out = plain_values(design)
    if design.load.migration is None:
        return out
    d, immortal = design.depth_ratio, design.depth_ratio == 1.0 and design.opening_ratio > 0.7
    load = 0.5 if immortal else 3.0 - d
    out |= {
        "temperature_rise_max_k": 3.0 + d, "temperature_max_in_pad_degc": 103.0 + d,
        "temperature_max_in_bump_degc": 102.0, "temperature_gradient_bump_k_per_cm": 20.0,
        "migration_load_pad": load, "migration_margin_pad": 1 / load,
        "time_to_nucleation_pad_s": None if immortal else 1e7 * (1 + d),
        "migration_load_bump": 5.0 + d, "time_to_nucleation_bump_s": 1e4 * (1 - 0.5 * d),
        "blech_product_pad_a_per_cm": 1000.0 * load, "thermomigration_stress_pad_mpa": 0.0,
    }  # fmt: skip
    return out


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fabricated_run, "values", values)
        folder = run_folder(tmp_path_factory.mktemp("moves") / "run", MOVING + fabricated_run.GRID)
        return Results.read(folder[0])


def part(label, load, time_s=None, **more):
    bars = {name: Measured(value, 0.01 * abs(value)) for name, value in more.items()}
    time = None if time_s is None else Measured(time_s, 0.01 * time_s)
    return Part(label, "SAC305", Measured(load, 0.01 * load), time, **bars)


def test_the_immortal_lasts_longest_and_by_its_margin():
    safe, safer = part("a", 0.5), part("b", 0.4)
    soon, later, much_later = part("c", 2.0, 1e4), part("d", 3.0, 1e5), part("e", 1.5)
    assert [one.fate for one in (safe, soon, much_later)] == [Fate.IMMORTAL, Fate.VOID, Fate.LATER]
    order = [safer, safe, much_later, later, soon]
    for k, one in enumerate(order):
        assert all(outlives(one, rest) == 1 for rest in order[k + 1 :])
        assert all(outlives(rest, one) == -1 for rest in order[k + 1 :])
    at_the_limit = part("f", 1.005)
    assert at_the_limit.fate is Fate.UNDECIDED and outlives(at_the_limit, soon) == 0
    assert outlives(part("g", 2.0, 1.01e4), soon) == 0  # within the errors
    pressed = Part("h", "SAC305", Measured(-0.1, 0.01), None)
    assert pressed.margin is None and say.cell(pressed) == "immortal, no tension"


def test_why_the_two_rank_differently():
    by_potential = Reversal("pad", part("a", 0.5), part("b", 2.0, 1e4))
    assert by_potential.why == (Why.BLECH,)
    by_pace = Reversal("pad", part("a", 2.0, 2e4), part("b", 1.5, 1e4))
    assert by_pace.why == (Why.PACE,)
    cool = part("a", 2.0, 2e4, temperature_degc=100.0)
    hot = part("b", 3.0, 1e4, temperature_degc=110.0, stress_mpa=100.0, thermal_mpa=20.0)
    warmed = Reversal("solder", cool, hot)
    assert warmed.why == (Why.BLECH, Why.TEMPERATURE, Why.GRADIENT)
    assert warmed.diffusion == pytest.approx(2.076, rel=1e-3)  # 0.9 eV from 100 to 110 degC
    own = replace(warmed, longer=replace(warmed.longer, own_energy_ev=0.45))
    assert own.diffusion == pytest.approx(2.076**0.5, rel=1e-3)  # that of a calibration


def test_what_is_nearer_than_5_percent_is_none_to_choose_by():
    def pair(black, *loads):
        ours = [
            part(k, load, black=b) for k, load, b in zip("ab", loads, (1.0, black), strict=True)
        ]
        return Order("pad", ({"part": "p"},), tuple(ours))

    apart, near_black, near_loads = pair(1.2, 0.4, 0.5), pair(1.04, 0.4, 0.5), pair(1.2, 0.4, 0.415)
    (found,) = apart.reversals
    assert (found.longer.label, found.other.label, apart.is_near) == ("a", "b", False)
    assert near_black.is_near and near_loads.is_near and not near_loads.reversals
    assert not pair(0.8, 0.4, 0.5).is_near
    every = SimpleNamespace(factors=[], other_factors=[])
    compared = {"pad": apart.members}
    (_, said) = say.sentences(every, Migrating(compared, (apart,)))
    assert "a has the larger margin: a is immortal, margin 2.5" in said and "later" not in said
    (_, said) = say.sentences(every, Migrating(compared, (near_black,)))
    assert "alike in the pad" in said and "but for variants less than 5 % apart by one" in said


def test_the_first_page_is_about_what_the_loads_add(results, monkeypatch):
    found = shared(findings(results))
    own = added_by_loads(results)
    rows, alike = pages.first_rows(results, found)
    stems = [f.family.stem for f in rows]
    loads = ["temperature_rise_max", "migration_load_pad", "migration_load_bump"]
    assert (stems[:3], alike) == (loads, 0) and len(rows) == len(found) <= pages.MOST_ROWS
    assert own.isdisjoint(stems[3:]) and "peel_max_ubm_pad" in stems[3:]
    # a metric is not cut off between its places; what tells no design from another makes room
    equal = {f.family.stem for f in found if f.is_shared} - own
    for most, last in ((2, 3), (4, 4)):
        monkeypatch.setattr(pages, "MOST_ROWS", most)
        rows, alike = pages.first_rows(results, found)
        told = [stem for stem in stems if stem not in equal]
        assert ([f.family.stem for f in rows], alike) == (told[:last], len(equal))
    assert "peel_max_ubm_passivation" in equal
    left = f"; {len(found) - 4} more under Comparison, {len(equal)} of them equal within 5 % in all"
    assert first_page(Report(results))["left"].startswith(left)


def test_a_study_says_where_and_why(results):
    found = migrating(results)
    assert set(found.compared) == {"solder", "pad"}
    assert not found.reversed_in("solder") and len(found.of("solder")) == 6
    assert len(found.reversed_in("pad")) == 6
    sentences = " ".join(say.sentences(results, found))
    assert "rank the variants alike in the solder in all 6 comparisons" in sentences
    assert "differently in the pad in 6 of 6 comparisons" in sentences
    assert "the largest density" in sentences and "Blech products" in sentences
    (short,) = [text for text in first_page(Report(results))["in_short"] if "Black" in text]
    assert "the pad in 6 of 6 comparisons" in short
    (solder, pad) = say.table(found)
    assert pad[0] == "Pad" and pad[1] == ["no recess", "partial depth 0.5", "full depth"]
    rows = dict(pad[2])
    assert rows["Void"][0].startswith("116 days") and rows["Void"][2] == "immortal, margin 2.00"
    assert "Stress of the temperature’s gradient alone (MPa)" not in dict(solder[2])


def test_a_study_without_migration_says_nothing(tmp_path):
    still = Results.read(run_folder(tmp_path / "run", fabricated_run.GRID)[0])
    assert migrating(still) is None and Report(still).migrating is None
    assert say.in_short(still, None) == ""


def test_courses_and_curves_are_drawn(results):
    entries = results.compared
    for entry in entries:
        entry.result.courses["pad"] = Course([1.0, 1e4, 1e8], [0.0, 10.0, 300.0], 200.0)
        entry.result.curves["ubm/pad"] = Curve(
            [0.0, 1.0], [0.0, 1.0], [0.0, 0.0], ["floor"] * 2, {"temperature_degc": [101.0, 102.0]}
        )
    (panel,) = courses(entries, ["pad"]).axes
    assert panel.get_xscale() == "log" and len(panel.lines) >= 4  # three courses, the critical one
    (panel,) = along(entries, "temperature_degc").axes
    assert len(panel.lines) == 3


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.5, "0.5 s"),
        (150.0, "2.5 min"),
        (8e3, "2.22 h"),
        (2e6, "23.1 days"),
        (3.2e8, "10.1 years"),
    ],
)
def test_times_are_said_in_a_unit_of_which_there_are_two(seconds, said):
    assert lasting(seconds) == said
