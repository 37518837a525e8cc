"""Lives in thermal cycles in words and as lines: who lives longest, what is open, and on what."""

from dataclasses import replace

import fabricated_run
import numpy as np
import pytest
from matplotlib.collections import PolyCollection
from numpy.testing import assert_allclose

from fem_bump.laws import Anand
from fem_bump.life.joint_life import Joint, joint_life
from studies.figures.cycled.weibull_figures import weibull, weibull_lines
from studies.report.section import Report
from studies.report.sections.nonlinear.fatigue import build
from studies.report.words.nonlinear import fatigue as say
from studies.results.lives.cycled import Cycled, Fatigue, Group, fatigue
from studies.results.results import Results
from studies.wording.labels import Measured

JOINT = Joint("SAC305", Anand.of_set("SAC305, Motalab 2012"), 12.7, 70.0, 42.5, 24.0)
LAW = joint_life("Darveaux", JOINT, "SAC305, Motalab")


def case(variant, cycles, error, flat, **more):
    given = {"to_base": None, "initiation": Measured(0.5 * cycles, 1.0),
             "growth_um": Measured(0.01, 1e-4), "acceleration": None, **more}  # fmt: skip
    ratio = None if flat is None else Measured(*flat)
    return Cycled({}, variant, LAW, 2.6, Measured(cycles, error), cycles / 2, 2 * cycles,
                  ratio, **given)  # fmt: skip


FLAT = case("no recess", 2000.0, 20.0, (1.0, 0.0))


def group(*others, title="opening ratio 0.7", is_base=True):
    return Group(title, [FLAT, *others], is_base)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ((2600.0, 30.0, (1.3, 0.03)), "Full depth lives longest in the cycles, 1.30 ± 0.03 times "
         "no recess."),
        ((1000.0, 30.0, (0.5, 0.02)), "No recess lives longest in the cycles; the others "
         "0.50 ± 0.02 times as long."),
        ((2300.0, 400.0, (1.15, 0.2)), "Which lives longest in the cycles is open within the "
         "errors between full depth (1.1 ± 0.2) and no recess (1.00)."),
        ((2010.0, 10.0, (1.005, 0.02)), "All lives in the cycles are equal within 5 %."),
    ],
    ids=["longer", "shorter", "open", "equal"],
)  # fmt: skip
def test_who_lives_longest(other, said):
    found = Fatigue([group(case("full depth", *other))], (LAW.name,), (LAW.outside,))
    first, law, outside = say.sentences(found)
    assert first == said == say.in_short(found)
    assert "Darveaux, SAC305, Motalab" in law and "ratios rank designs" in law
    assert outside.startswith("The constants 'SAC305, Motalab' are of joints")


def test_conditions_stand_apart_and_cycles_have_two_digits():
    other = case("full depth", 2612.0, 30.0, (1.306, 0.03), acceleration=12.3)
    alone = Group("opening ratio 0.8", [FLAT], False)
    found = Fatigue([alone, group(other)], (LAW.name,), ())
    first, second, *_ = say.sentences(found)
    assert first == "Opening ratio 0.8: no recess stands alone: nothing is compared."
    assert second.startswith("Opening ratio 0.7: full depth lives longest")
    assert say.in_short(found).startswith("Full depth") and say.in_short(None) == ""
    heads, rows = say.table(found)
    assert heads[-1] == say.IN_USE and len(heads) == len(rows[0][1])
    assert rows[0][0] == "Opening ratio 0.8, no recess" and rows[0][1][0] == "1"
    assert rows[2][1][2] == "1300 to 5200" and rows[2][1][-1] == "12.3"


def test_what_errors_leave_open_is_said_by_values_as_well():
    near = case("full depth", 1900.0, 400.0, (0.95, 0.2))
    found = Fatigue([group(near), group(near, title="opening ratio 0.8")], (LAW.name,), ())
    *_, values, _ = say.sentences(found)
    assert values == "Errors apart, the most cycles are those of no recess under all 2 conditions."


def test_lines_stand_at_their_lives_with_one_band():
    other = case("full depth", 1000.0, None, (0.5, None))
    drawn = weibull_lines([group(other)], (2.6,), LAW.name)
    (ax,) = drawn.axes
    lines = [line for line in ax.lines if line.get_label() in ("no recess", "full depth")]
    for line, life in zip(lines, (2000.0, 1000.0), strict=True):
        cycles, height = line.get_data()
        assert_allclose(np.interp(0.0, height, cycles), life, rtol=1e-3)
        assert_allclose(np.gradient(height, np.log(cycles)), 2.6, rtol=1e-3)
    (band,) = [each for each in ax.collections if isinstance(each, PolyCollection)]
    low, high = (f(band.get_paths()[0].vertices[:, 0]) for f in (min, max))
    assert_allclose([low, high], [lines[0].get_xdata()[0] / 2, 2 * lines[0].get_xdata()[-1]])


@pytest.mark.parametrize(("far", "between"), [(700.0, True), (2.0, False)])
def test_numbers_below_lines_have_room(far, between):
    groups = [group(case("full depth", cycles, None, (0.5, None))) for cycles in (1000.0, far)]
    drawn = weibull_lines(groups, (2.6,), LAW.name)
    low, high = drawn.axes[0].get_xlim()
    ticks = [x for x in drawn.axes[0].get_xticks() if low < x < high]
    powers = [x for x in ticks if np.isclose(np.log10(x) % 1.0, 0.0)]
    assert (len(ticks) > len(powers)) == between and len(powers) >= 2


STUDY = """
[base.load]
inelastic = true
[base.load.history]
kind = "cycles"
[base.load.cycling]
standard = "JESD22-A104"
condition = "G"
[base.metrics.fatigue]
law = "Darveaux"
set = "SAC305, Motalab"
[[part]]
name = "growing"
[part.factors]
"pad_etch.depth_ratio" = [0.0, 0.5, 1.0]
"""
plain_result = fabricated_run.result


def result(design, errors=0.5):
    """Deeper recesses live shorter, and are known to 1 %."""
    found = plain_result(design, errors)
    cycles = 2000.0 - 800.0 * design.depth_ratio
    name = "fatigue_cycles_bump"
    found["metrics"] |= {name: cycles, f"{name}_low": cycles / 2, f"{name}_high": 2 * cycles,
                         "crack_initiation_cycles_bump": 100.0,
                         "crack_growth_per_cycle_bump_um": 0.03}  # fmt: skip
    found["errors"] |= {key: 0.01 * found["metrics"][key] for key in list(found["metrics"])
                        if key.startswith(("fatigue", "crack"))}  # fmt: skip
    return found


def test_a_study_is_ranked_by_ratio(tmp_path, monkeypatch):
    monkeypatch.setattr(fabricated_run, "result", result)
    results = Results.read(fabricated_run.run_folder(tmp_path / "run", STUDY)[0])
    report = Report(results)
    (one,) = report.fatigue.groups
    assert one.is_base and [case.variant for case in one.cases] == [
        "no recess", "partial depth 0.5", "full depth"
    ]  # fmt: skip
    assert_allclose([case.to_flat.value for case in one.cases], [1.0, 0.8, 0.6], rtol=1e-12)
    assert_allclose([case.to_flat.error for case in one.cases], [0.0, 0.016, 0.012], rtol=1e-9)
    said = build(report)
    assert said["sentences"][0].startswith("No recess lives longest in the cycles; the others 0.60")
    assert said["rows"][2][1][0] == "0.600 ± 0.012"
    (drawing,) = weibull(results)
    assert "Weibull" in drawing.caption and len(drawing.figure.axes) == 1


AWAY = """
[[part]]
name = "sheared"
[part.set]
load.shear.counter_face = "rigid"
[part.factors]
load.shear.dnp_um = [0.0, 1000.0]
"pad_etch.depth_ratio" = [0.0, 1.0]
"""


def away_result(design, errors=0.5):
    """Joints that are sheared live a quarter as long."""
    found = result(design, errors)
    share = 0.25 if design.load.shear is not None and design.load.shear.dnp_um else 1.0
    for numbers in (found["metrics"], found["errors"]):
        numbers |= {name: share * value for name, value in numbers.items()
                    if name.startswith("fatigue_cycles")}  # fmt: skip
    return found


def test_distance_to_the_neutral_point_is_compared_as_well(tmp_path, monkeypatch):
    monkeypatch.setattr(fabricated_run, "result", away_result)
    study = STUDY + AWAY
    found = fatigue(Results.read(fabricated_run.run_folder(tmp_path / "run", study)[0]))
    titles = [group.title for group in found.groups]
    distance = "distance to the neutral point"
    assert [distance in title for title in titles] == [False, True, True]
    (away,) = found.away
    assert (away.near_um, away.far_um, away.apart) == (0.0, 1000.0, 2)
    assert_allclose([share.value for share in away.ratios], 0.25, rtol=1e-12)
    said = [each for each in say.sentences(found) if each.startswith("1000 µm")]
    assert said == [
        "1000 µm from the chip’s neutral point cycles are 0.250 ± 0.005 times those at 0 µm, "
        "beyond the errors in all 2 otherwise equal pairs."
    ]
    assert say.in_short(found).endswith(said[0]) and say.in_short(found) != said[0]
    alone = replace(found, groups=tuple(replace(g, cases=g.cases[:1]) for g in found.groups))
    assert say.in_short(alone) == said[0]
    assert away.part == ""
    other = replace(away, part="bare")
    assert "Part bare: 1000 µm from the" in " ".join(say.sentences(replace(found, away=(other,))))
    one = replace(away, ratios=away.ratios[:1])
    assert "the errors in the one pair that is otherwise equal." in " ".join(
        say.sentences(replace(found, away=(one,)))
    )


def test_distances_of_parts_stand_apart(tmp_path, monkeypatch):
    monkeypatch.setattr(fabricated_run, "result", away_result)
    other = AWAY.replace("sheared", "bare").replace(
        'counter_face = "rigid"', 'counter_face = "rigid"\nload.cycling.cycles = 5'
    )
    study = STUDY + AWAY + other
    found = fatigue(Results.read(fabricated_run.run_folder(tmp_path / "run", study)[0]))
    assert [(away.part, len(away.ratios)) for away in found.away] == [("sheared", 2), ("bare", 2)]
    titles = [group.title for group in found.groups]
    assert len(set(titles)) == len(titles) and titles[-1].endswith(" 1000 µm, part bare")
