"""What a report says of designs that went through thermal cycles, with made-up numbers.

The deeper the recess, the more work the solder does and the less the pad's ring ratchets; one
design is not settled.
"""

import fabricated_run
import numpy as np
import pytest
from fabricated_run import run_folder

from studies.figures.cycled.loops import hysteresis, work_of_cycles
from studies.loads.statements.cycling import STATEMENT
from studies.loads.statements.thermal import STATEMENT as THERMAL
from studies.report.rules import model_statement as modelled
from studies.report.rules.nonlinear.cycling import cycling
from studies.report.section import Report
from studies.report.sections.nonlinear.cycles import build
from studies.report.words import model_statement as say_modelled
from studies.results.results import Results

CYCLED = """
[base.load]
inelastic = true
[base.load.history]
kind = "cycles"
[base.load.cycling]
standard = "JESD22-A104"
condition = "G"
ramp_k_per_min = 33.0
[[part]]
name = "growing"
[part.factors]
"pad_etch.depth_ratio" = [0.0, 0.5, 1.0]
[[part]]
name = "sheared"
[part.set]
load.shear.counter_face = "rigid"
load.cycling.cycles = 2
[part.factors]
load.shear.dnp_um = [0.0, 1000.0]
"pad_etch.depth_ratio" = [0.0, 1.0]
"""
plain_values, plain_result = fabricated_run.values, fabricated_run.result


def values(design):
    work = 0.1 + 0.02 * design.depth_ratio
    return plain_values(design) | {
        "inelastic_work_per_cycle_bump_layer_mj_per_m3": work,
        "inelastic_work_per_cycle_pad_ring_mj_per_m3": 0.3,
        "ratchet_shear_per_cycle_pad_ring": 4e-4 * (1.0 - design.depth_ratio),
        "peel_range_ubm_pad_L1_mpa": 70.0,
    }


def result(design, errors=0.5):
    found = plain_result(design, errors)
    components = ("rr", "zz", "tt", "rz")
    course = {c: (k * np.sin(np.arange(5))).tolist() for k, c in enumerate(components, 1)}
    one = {"times_s": list(range(5)), "degc": [25, 125, 125, -40, -40], "stress_mpa": course,
           "strain": course, "cycles": [1, 2, 8], "work_mj_per_m3": [0.2, 0.11, 0.1],
           "strain_per_cycle": [0.01, 0.01, 0.01]}  # fmt: skip
    found["cycled"] = {"bump_layer": one, "pad_ring": one}
    found["flags"]["cycles_settled"] = design.depth_ratio < 1.0
    return found


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fabricated_run, "values", values)
        patch.setattr(fabricated_run, "result", result)
        folder = run_folder(tmp_path_factory.mktemp("cycles") / "run", CYCLED)[0]
        yield Results.read(folder)


def test_the_section(results):
    said = build(Report(results))
    (labels, rows), (away, far) = said["tables"]
    assert labels == ("no recess", "partial depth 0.5", "full depth")
    assert away == ("no recess, 1000 µm away", "full depth, 1000 µm away")
    text = " ".join(said["sentences"])
    assert "JESD22-A104 G is -40 to 125 °C (read in a test house" in text
    assert "A ramp of 33 K/min is faster than JESD22-A104's 15" in text
    assert "Of 8 cycles 3 were solved, the others extrapolated over." in text
    assert "Away is from the chip" in text
    assert "In 3 of 7 designs more cycles may change the work per cycle by more than 2 %" in text
    ((title, course),) = said["courses"]
    assert title == "JESD22-A104 G: t (s), first cycle"
    assert course == [("0", "25.00"), ("181.82", "125.0"), ("481.82", "125.0"),
                    ("781.82", "−40.00"), ("1081.8", "−40.00")]  # fmt: skip
    for table, numbers in (
        (rows, ("0.10000", "0.11000", "0.12000")),
        (far, ("0.10000", "0.12000")),
    ):
        work = dict(table)["Inelastic work per cycle of solder beside the UBM (MJ/m³)"]
        assert tuple(cell.split(" ")[0] for cell in work) == numbers
        assert "Range of peel at UBM/pad over a cycle (MPa)" in dict(table)


def test_a_design_that_is_compared_is_not_away_as_well(tmp_path, monkeypatch):
    monkeypatch.setattr(fabricated_run, "values", values)
    monkeypatch.setattr(fabricated_run, "result", result)
    sheared = (
        CYCLED[: CYCLED.index('[[part]]\nname = "growing"')]
        + CYCLED[CYCLED.index('[[part]]\nname = "sheared"') :]
    )
    one = sheared.replace('"pad_etch.depth_ratio" = [0.0, 1.0]', '"pad_etch.depth_ratio" = [0.0]')
    results = Results.read(run_folder(tmp_path / "one", one)[0])
    assert len(cycling(results).labels) == 2
    # of two parts each says which it is
    other = sheared + sheared[sheared.index("[[part]]") :].replace("sheared", "bare").replace(
        "load.cycling.cycles = 2", "load.cycling.cycles = 4"
    )
    labels = cycling(Results.read(run_folder(tmp_path / "two", other)[0])).labels
    away = [label for label in labels if "away" in label]
    assert away and len(set(labels)) == len(labels)
    assert all(label.endswith((", part sheared", ", part bare")) for label in away)


def test_the_state_is_that_after_the_cycles_where_all_designs_go_through_them(results):
    every = [d.load.thermal for d in results.designs]
    assert THERMAL.state(THERMAL.find(results.designs, every)) == "after reflow and thermal cycles"
    cooled = results.designs[0].replace(**{"load.history.kind": "cooldown"})
    some = THERMAL.find([*results.designs, cooled], [*every, cooled.load.thermal])
    assert THERMAL.state(some) == "after reflow"


def test_only_a_history_without_cycles_leaves_them_out(results):
    assert "Thermal cycles" not in dict(say_modelled.left_out(modelled.state(results)))
    cooled = results.designs[0].replace(**{"load.history.kind": "cooldown"})
    found = STATEMENT.find([*results.designs, cooled], [d.load.cycling for d in results.designs])
    assert dict(STATEMENT.left_out(found)) == {
        "Thermal cycles": "There is only the first cool-down in 1 of 8 designs."
    }


def test_loops_and_works(results):
    for draw, lines in ((hysteresis, 12), (work_of_cycles, 6)):
        (drawing,) = draw(results)
        assert sum(len(ax.lines) for ax in drawing.figure.axes) == lines
