"""Conditions by name with their tags, and cycles as ramps and dwells."""

import pytest
from numpy.testing import assert_allclose

from fem_bump.errors import InputError
from fem_bump.life.cycles import departures, standard_cycle
from fem_bump.life.standards import condition, standard, standards
from fem_bump.mechanics.cycling.cycle import Cycle, ramp_and_dwell

READ = {
    "JESD22-A104 A": (-55, 85), "JESD22-A104 B": (-55, 125), "JESD22-A104 C": (-65, 150),
    "JESD22-A104 G": (-40, 125), "JESD22-A104 H": (-55, 150), "JESD22-A104 K": (0, 125),
    "MIL-STD-883 1010 D": (-65, 200), "MIL-STD-883 1010 E": (-65, 300),
    "AEC-Q100 grade 3": (-55, 125), "IPC-9701 TC1": (0, 100), "IPC-9701 TC3": (-40, 125),
}  # fmt: skip


@pytest.mark.parametrize(("name", "ends"), READ.items(), ids=list(READ))
def test_ends_that_were_read(name, ends):
    found = condition(name)
    assert (found.low_degc, found.high_degc) == ends and found.tag.verified
    assert str(found.tag).startswith("read in ")


def test_what_is_recalled_says_so():
    for name in ("JESD22-A104 J", "IPC-9701 TC2"):
        assert str(condition(name).tag).startswith("not verified: from memory")
    assert not standard("JESD22-A104").soak.tag.verified
    assert not standard("electromigration").tag.verified
    assert [c.resistance_rise for c in standard("electromigration").criteria] == [0.1, 0.2]


def test_every_condition_is_a_cycle_and_its_name_finds_it():
    every = [one for each in standards().values() for one in each.conditions]
    assert len(every) >= 28 and len({one.whole_name for one in every}) == len(every)
    for one in every:
        assert one.low_degc < one.high_degc and condition(one.whole_name) is one
    assert condition("  jesd22-a104   g ").whole_name == "JESD22-A104 G"
    assert condition("AEC-Q100 grade 0").cycles == 2000


def test_what_does_not_exist_is_refused_with_the_nearest():
    with pytest.raises(InputError, match=r"'JESD22-A104 Z' is no known condition; the nearest are"):
        condition("JESD22-A104 Z")
    with pytest.raises(InputError, match=r"nearest are 'JESD22-A104'"):
        standard("JESD22-A014")
    with pytest.raises(InputError, match="fem-bump standards lists them"):
        condition("hot and cold")


def test_a_standard_cycle_as_ramps_and_dwells():
    """-40/125 degC at 11 K/min, soak mode 3: ramps of 15 min, dwells of 10, from 25 degC."""
    cycle = standard_cycle(condition("JESD22-A104 G"), 3, 11.0)
    assert cycle.period_s == 3000.0 and departures(cycle, "JESD22-A104") == []
    times, degc = ramp_and_dwell(cycle, 2, 26.0)
    assert_allclose(times[:5] / 60, [0, 9, 19, 34, 44], rtol=1e-12)
    assert degc.tolist() == [26, 125, 125, -40, -40, 125, 125, -40, -40]
    assert_allclose(times[-1], 60 * 44 + cycle.period_s, rtol=1e-12)
    times, degc = ramp_and_dwell(cycle, 1, -40.0, first="low")
    assert degc.tolist() == [-40, -40, 125, 125]
    assert_allclose(times / 60, [0, 10, 25, 35], rtol=1e-12)


def test_departures_from_a_standard_are_said():
    fast = standard_cycle(condition("JESD22-A104 G"), 1, 33.0)
    said = departures(fast, "JESD22-A104")
    assert len(said) == 2
    assert said[0].startswith("a ramp of 33 K/min is faster than JESD22-A104's 15")
    assert said[1].startswith("5 cycles an hour are not") and "not verified" in said[1]
    assert departures(fast, "IPC-9701") == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"low_degc": 125.0}, "must be below high_degc"),
        ({"dwell_high_s": 0.0}, "dwell_high_s = 0 must be above 0"),
        ({"ramp_up_s": float("nan")}, "ramp_up_s = nan must be finite"),
        ({"low_degc": -300.0}, "at least -273.15"),
    ],
)
def test_cycles_that_cannot_be(changes, said):
    good = {"low_degc": -40.0, "high_degc": 125.0, "ramp_up_s": 900.0, "ramp_down_s": 900.0,
            "dwell_low_s": 600.0, "dwell_high_s": 600.0}  # fmt: skip
    with pytest.raises(InputError, match=said):
        Cycle(**{**good, **changes})


def test_what_a_table_cannot_be_made_of():
    g = condition("JESD22-A104 G")
    with pytest.raises(InputError, match="soak_mode = 5 of JESD22-A104 must be 1 to 4"):
        standard_cycle(g, 5, 11.0)
    with pytest.raises(InputError, match="has no soak modes"):
        standard_cycle(condition("IPC-9701 TC3"), 1, 11.0)
    with pytest.raises(InputError, match="ramp_k_per_min = 0 must"):
        standard_cycle(g, 1, 0.0)
    with pytest.raises(InputError, match="cycles = 0 must be 1 to"):
        ramp_and_dwell(standard_cycle(g, 1, 11.0), 0, 25.0)
