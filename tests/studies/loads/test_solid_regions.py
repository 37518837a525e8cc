"""What must be solid at the temperatures of process, cycles and service, and what may be molten."""

import re

import pytest

from fem_bump.errors import InputError
from geometry import Design
from studies.case.checks import check_design

PROCESS = {"load.history.kind": "process"}
JOINT = {"bump.shape": "reflowed", "assembly": {}}
BIRTHS = "load.process.deposition_degc_by_region"
FREE = {"low_degc": -40.0, "high_degc": 300.0, "ramp_s": 600.0, "dwell_low_s": 60.0,
        "dwell_high_s": 60.0}  # fmt: skip
HOT = {"standard": "MIL-STD-883 1010", "condition": "E", "dwell_low_s": 600.0,
       "dwell_high_s": 600.0}  # fmt: skip
GLASS = {"glass": {"based_on": "SiN", "solidus_degc": 400.0}}


def cycled(**cycling):
    return {"load.inelastic": True, "load.history.kind": "cycles", "load.cycling": cycling}


REFUSED = {
    "free cycles": (
        cycled(**FREE),
        "load.cycling.high_degc = 300 must be at most 217, where SAC305 of region 'bump' melts "
        "(step: thermal cycles)",
    ),
    "a condition's cycles": (
        cycled(**HOT),
        "load.cycling.condition = 'E' of MIL-STD-883 1010, whose hot end = 300 must be at most "
        "217, where SAC305 of region 'bump' melts (step: thermal cycles)",
    ),
    "cycles of a softer solder": (
        {
            **cycled(**{**HOT, "condition": "D"}),
            "bump.material": "Sn63Pb37",
            "load.thermal.stress_free_degc": 183.0,
        },
        "= 200 must be at most 183, where Sn63Pb37 of region 'bump' melts",
    ),
    "cycles behind a process": (
        {**PROCESS, **cycled(**FREE), "load.history.kind": "process"},
        "load.cycling.high_degc = 300 must be at most 217",
    ),
    "start of a cool-down": (
        {"load.inelastic": True, "bump.material": "Sn63Pb37"},
        "load.thermal.stress_free_degc = 217 must be at most 183, where Sn63Pb37 of region 'bump' "
        "melts (step: cool-down with yield and creep)",
    ),
    "start of a region": (
        {"load.inelastic": True, "load.thermal.stress_free_by_region_degc": {"bump": 250.0}},
        "stress_free_by_region_degc.bump = 250 must be at most 217",
    ),
    "peak too hot": (
        {**PROCESS, "load.process.reflow_peak_degc": 800.0},
        "load.process.reflow_peak_degc = 800 must be at least 217, where SAC305 freezes, and at "
        "most 650, where Al-0.5Cu of region 'pad' melts (step: reflow)",
    ),
    "peak too cold": (
        {**PROCESS, "load.process.reflow_peak_degc": 150.0},
        "load.process.reflow_peak_degc = 150 must be at least 217, where SAC305 freezes, and at "
        "most 650,",
    ),
    "deposited molten": (
        {**PROCESS, BIRTHS: {"pad": 700.0}},
        f"{BIRTHS}.pad = 700 must be at most 650, where Al-0.5Cu of region 'pad' melts (step: pad "
        "deposited)",
    ),
    "deposited on what melts": (
        {**PROCESS, BIRTHS: {"passivation": 700.0}},
        f"{BIRTHS}.passivation = 700 must be at most 650, where Al-0.5Cu of region 'pad' melts "
        "(step: passivation deposited)",
    ),
    "by its material": (
        {**PROCESS, "passivation.material": "hot",
         "materials": {"hot": {"based_on": "SiN", "deposition_degc": 700.0}}},
        "deposition_degc of hot = 700 must be at most 650",
    ),
    "etched": (
        {**PROCESS, "load.process.ambient_degc": 450.0, "materials": GLASS,
         "dielectric.material": "glass"},
        "load.process.ambient_degc = 450 must be at most 400, where glass of region 'dielectric' "
        "melts (step: etches)",
    ),
    "solder born molten": (
        {**PROCESS, BIRTHS: {"bump": 230.0}},
        f"{BIRTHS}.bump = 230 must be at most 217, where SAC305 of region 'bump' melts (step: "
        "solder freezes)",
    ),
    "board's pad": (
        {**PROCESS, **JOINT, "assembly.pad.material": "Sn63Pb37"},
        "solidus_degc of SAC305 = 217 must be at most 183, where Sn63Pb37 of region "
        "'substrate_pad' melts (step: solder freezes)",
    ),
    "cured": (
        {**PROCESS, **JOINT, BIRTHS: {"underfill": 230.0}},
        f"{BIRTHS}.underfill = 230 must be at most 217, where SAC305 of region 'bump' melts (step: "
        "underfill cured)",
    ),
    "analysed": (
        {"load.thermal.temperature_degc": 300.0},
        "load.thermal.temperature_degc = 300 must be at most 217",
    ),
    "analysed by its name": (
        {"load.condition": "MIL-STD-883 1010 E", "load.condition_end": "hot"},
        "load.condition = 'MIL-STD-883 1010 E': load.thermal.temperature_degc = 300 must be at "
        "most 217",
    ),
    "service": (
        {"load.current.temperature_degc": 300.0},
        "load.current.temperature_degc = 300 must be at most 217, where SAC305 of region 'bump' "
        "melts (step: service)",
    ),
    "use": (
        {
            **cycled(standard="JESD22-A104", condition="G"),
            **JOINT,
            "metrics.fatigue": {
                "set": "SAC305, Motalab", "use": {"low_degc": 20.0, "high_degc": 230.0},
            },
        },
        "metrics.fatigue.use.high_degc = 230 must be at most 217",
    ),
    "storage": (
        {"metrics.intermetallic": {"hours": 1.0, "temperature_degc": 250.0}},
        "metrics.intermetallic.temperature_degc = 250 must be at most 217",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("given", "said"), REFUSED.values(), ids=REFUSED)
def test_a_temperature_that_melts_what_must_be_solid_is_refused(given, said):
    with pytest.raises(InputError, match=re.escape(said)) as caught:
        check_design(Design().replace(**given))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "given",
    [
        cycled(**{**HOT, "condition": "D"}),  # 200 degC
        cycled(**{**FREE, "high_degc": 217.0}),
        {"bump.material": "Sn63Pb37"},  # one elastic state free of stress at 217 degC
        {"bump.material": "Cu", **PROCESS, "load.process.reflow_peak_degc": 800.0},  # no reflow
        {**PROCESS, **JOINT, BIRTHS: {"bump": 200.0}},
        {**PROCESS, "load.process.reflow_peak_degc": 650.0},
        {"metrics.intermetallic": {"hours": 1.0, "temperature_degc": 250.0, "rate_um2_per_s": 1e-3,
                                   "rate_degc": 250.0, "activation_ev": 0.3}},
    ],
    ids=["below", "at", "elastic", "copper", "supercooled", "peak", "own reflow"],
)  # fmt: skip
def test_what_melts_nothing_that_must_be_solid_is_taken(given):
    check_design(Design().replace(**given))
