"""Thermal cycles: zones that no mesh moves, runs that were killed, cycles extrapolated over.

Plan: a film on a plate, whose yield limit rises with every cycle, so that no two are the same. What
closed forms say of cycles is verified in `cycled_film` and `bree_rings`.
"""

from dataclasses import replace

import numpy as np
import pytest
from bonded_film import HELD, bonded
from numpy.testing import assert_allclose, assert_array_equal

from fem_bump import Cycle, InputError, Material, Model, stress_history, thermal_cycles
from fem_bump.laws import J2, Chaboche, Norton
from fem_bump.mechanics.cycling import jumping
from fem_bump.mechanics.cycling.kept import Place
from fem_bump.mechanics.cycling.zones import layer, ring, whole
from fem_bump.verification.grids import grid

CYCLE = Cycle(-40.0, 125.0, 60.0, 60.0, 60.0, 60.0)
HARDENING = J2(100.0, isotropic_mpa=20.0)
ROUGH = {**HELD, "tolerance": 0.1}


def disc(r, z):
    """Solder of 10 um radius, 6 um high, on a UBM whose edge is at 8 um, with lines at r and z."""
    lines = np.unique([0.0, 8.0, 10.0, *r]), np.unique([-1.0, 0.0, 6.0, *z])
    parts = {"solder": (0, 10, 0, 6), "ubm": (0, 8, -1, 0), "resin": (8, 10, -1, 0)}
    metals = dict.fromkeys(parts, Material("metal", 70e3, 0.3, 2e-5, law=J2(100.0)))
    return Model(grid(*lines, regions=parts), metals)


# 2 um above r < 8, and around its edge: a quarter of a ring's section
HALF, R0 = 2.0, 8.0
LAYER = np.pi * R0**2 * HALF + 2 * np.pi * (R0 * np.pi * HALF**2 / 4 + HALF**3 / 3)


@pytest.mark.parametrize(
    ("r", "z"), [([2, 4, 6], [1.5, 3, 4.5]), ([3, 7, 9], [0.7, 2.0, 2.9])], ids=["one", "other"]
)
def test_a_layer_is_as_thick_on_every_mesh(r, z):
    model = disc(r, z)
    beside = layer(model, "beside", "solder", "ubm", HALF)
    assert_allclose(beside.volume_um3, LAYER, rtol=2e-3)
    assert_allclose(ring(model, "edge", "solder", 6.5, 8.25).volume_um3,
                    np.pi * 6 * (8.25**2 - 6.5**2), rtol=1e-9)  # fmt: skip
    assert_allclose(whole(model, "ubm").volume_um3, np.pi * 64, rtol=1e-12)


def test_zones_that_there_are_not():
    model = disc([5], [3])
    with pytest.raises(InputError, match="a layer of 7 um beside 'ubm' must be thinner than"):
        layer(model, "beside", "solder", "ubm", 7.0)
    with pytest.raises(InputError, match="has nothing of region 'ubm'"):
        ring(model, "edge", "ubm", 8.5, 9.0)


@pytest.mark.slow
def test_a_run_that_was_killed_goes_on_to_the_last_digit(tmp_path, monkeypatch):
    """At every place where it may be killed, in the middle of cycles too."""
    model = bonded(HARDENING + Norton(1e-12, 3.0))
    given = {"stress_free_degc": 125.0, "start_degc": 25.0, **ROUGH}
    whole_run = thermal_cycles(model, CYCLE, 2, **given)
    written = Place.write

    def killed(place, progress):
        written(place, progress)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Place, "write", killed)
        kills = 0
        while True:
            try:
                found = thermal_cycles(model, CYCLE, 2, **given, folder=tmp_path)
                break
            except KeyboardInterrupt:
                kills += 1
    assert kills == 8
    assert_array_equal(found.end.u_um, whole_run.end.u_um)
    for one, other in zip(found.solved, whole_run.solved, strict=True):
        assert_array_equal(one.means, other.means)
        assert one.turns == other.turns
    (kept,) = tmp_path.iterdir()
    # of another tolerance, and torn: it starts anew
    other = thermal_cycles(model, CYCLE, 2, **{**given, "tolerance": 0.01}, folder=tmp_path)
    assert len(list(tmp_path.iterdir())) == 2
    assert other.solved[0].integration_error < found.solved[0].integration_error
    kept.write_bytes(kept.read_bytes()[:100])
    again = thermal_cycles(model, CYCLE, 2, **given, folder=tmp_path)
    assert_array_equal(again.end.u_um, whole_run.end.u_um)


def test_cycles_follow_a_history_and_can_be_seen_again():
    model = bonded(HARDENING)
    cooled = stress_history(model, [0, 60], [125.0, -40.0], 125.0, **ROUGH)
    found = thermal_cycles(model, CYCLE, 1, 125.0, **ROUGH, initial=cooled.checkpoint(60.0))
    assert found.numbers.tolist() == [1] and not found.is_settled and found.change == np.inf
    loop, history = found.loop("metal"), found.history()
    assert loop.times_s[0] == 60.0 and history.times_s[0] == 60.0
    assert len(found.states) == 5 and found.end.u_um.shape == found.states[-1].u_um.shape
    assert_array_equal(found.end.u_um, found.states[-1].u_um)  # it ends where it began: cold
    work = history.inelastic_work_pj("metal", 60.0, 60.0 + CYCLE.period_s)
    volume = whole(model, "metal").volume_um3
    assert_allclose(found.work_per_cycle("metal")[0], work / volume, rtol=1e-3)
    with pytest.raises(InputError, match="'pad' is no zone; there are metal"):
        found.work_per_cycle("pad")
    with pytest.raises(InputError, match="cycle = 4 is none that was solved: 1"):
        found.loop("metal", 4)


@pytest.mark.slow
def test_cycles_that_were_extrapolated_over_end_where_all_of_them_do():
    model = bonded(HARDENING)
    given = {"stress_free_degc": 125.0, "start_degc": 25.0, **ROUGH}
    every = thermal_cycles(model, CYCLE, 24, **given)
    error = 0.03
    some = thermal_cycles(model, CYCLE, 24, **given, jump_error=error)
    assert len(every.solved) == 24 and len(some.solved) <= 16 and some.numbers[-1] == 24
    assert sum(jump.cycles for jump in some.jumps) == 24 - len(some.solved)
    assert all(jump.error <= error for jump in some.jumps)
    off = abs(some.work_per_cycle("metal")[-1] - every.work_per_cycle("metal")[-1])
    jumped = some.jumped_over(lambda trace: trace.gained[0, 9])
    assert off <= jumped <= some.open_work_per_cycle("metal")
    assert off <= error * every.work_per_cycle("metal")[-1]
    total = [found.solved[-1].means[-1, 0, 9] for found in (some, every)]
    assert_allclose(*total, rtol=error)


@pytest.mark.slow
def test_a_mean_stress_that_relaxes_while_the_work_stands_still():
    """Recall of back stress: the mean stress moves long after the work does not."""
    law = Chaboche(100.0, c1_mpa=20e3, g1=0.0, c2_mpa=10e3, g2=20.0)
    metal = Material("metal", 70e3, 0.345, 20.5e-6, law=law)
    model = Model(grid([0, 1, 2], [0, 1]), {"body": metal})
    given = {"fixed": {"right": "r"}, "start_degc": 25.0, "tolerance": 0.1}
    every = thermal_cycles(model, CYCLE, 30, 217.0, **given)
    some = thermal_cycles(model, CYCLE, 30, 217.0, **given, jump_error=0.05)
    assert len(some.solved) < 16
    one, other = (each.loop("body").stress_mpa[0] for each in (some, every))
    ends = [[stress.min(), stress.max()] for stress in (one, other)]
    assert_allclose(*ends, atol=0.05 * np.ptp(other))
    for one, other, is_open in (
        (some.work_per_cycle, every.work_per_cycle, some.open_work_per_cycle),
        (some.ratchet_per_cycle, every.ratchet_per_cycle, some.open_ratchet_per_cycle),
    ):
        assert np.all(np.abs(one("body")[-1] - other("body")[-1]) <= is_open("body"))


def test_a_jump_that_leaves_too_much_open_is_taken_again_over_half_as_many():
    model = bonded(HARDENING)
    found = thermal_cycles(model, CYCLE, 4, 125.0, **ROUGH, start_degc=25.0)
    trace, at = found.solved[-1], found.turns[-1]
    aim = jumping.Aim(1000, CYCLE.period_s, 0.6)

    def after(jumps, there, behind=()):
        return jumping.considered(jumps, there, (*found.solved, *behind), aim)

    def three(size, times=1.0, added=0.0):
        more = np.where(np.arange(10) < 4, added, 0.0)
        return [
            replace(trace, number=4 + size + k, means=times * trace.means + k * more)
            for k in (1, 2, 3)
        ]

    start = found.turns[0]
    straight = jumping.extrapolated(at.instant, start.instant, 1, -CYCLE.period_s)
    ends = (replace(start, instant=straight), start)
    first, there, solved, number = after(jumping.Jumps(before=ends), at)
    size = first.trial.cycles
    assert size > 3 and number == 4 + size + 1 and solved == found.solved
    assert there.instant.time_s == at.instant.time_s + size * CYCLE.period_s
    # too little work behind it; as much, but a mean stress that goes elsewhere
    for wrong in (three(size, times=0.4), three(size, added=50.0)):
        second, _, solved, number = after(first, there, wrong)
        assert second.trial.cycles == size // 2 and solved == found.solved and not second.taken
    third, *_ = after(second, there, three(size // 2))
    assert [jump.cycles for jump in third.taken] == [size // 2]


@pytest.mark.slow
def test_a_board_shifts_with_the_temperature():
    """As a history does that is given the same shift over time; of 0 it shifts nothing."""
    model, ends = bonded(HARDENING), [25.0, 125.0, 125.0, -40.0, -40.0]
    times = np.cumsum([0.0, 60.0 * 100 / 165, 60.0, 60.0, 60.0])
    held = {"fixed": {"bottom": "z"}, "tolerance": 0.1, "harmonics": 2}

    def shift(degc):
        return 1e-4 * (degc - 25.0)

    moved = {"bottom": 0.0, "right": shift}
    found = thermal_cycles(model, CYCLE, 1, 125.0, **held, start_degc=25.0, lateral_shift_um=moved)
    over_time = {"bottom": 0.0, "right": lambda t: shift(np.interp(t, times, ends))}
    whole_history = stress_history(model, times, ends, 125.0, **held, lateral_shift_um=over_time)
    work = whole_history.inelastic_work_pj("metal", 0.0, float(times[-1]))
    assert found.states[1].varies_around and found.end.varies_around
    found_work = found.work_per_cycle("metal")[0] * whole(model, "metal").volume_um3
    assert_allclose(found_work, work, rtol=2e-2)
    assert_allclose(found.history().times_s[-1], times[-1], rtol=1e-12)


def test_cycles_on_which_something_melts_are_refused_at_once():
    given = {"cycle": CYCLE, "cycles": 3, "start_degc": 25.0, **ROUGH}
    said = r"region 'metal' \(metal\) reaches 125 degC, above its solidus of 100 degC"
    with pytest.raises(InputError, match=said):
        thermal_cycles(bonded(HARDENING, solidus_degc=100.0), **given)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"cycles": 0}, "cycles = 0 must be a whole number"),
        ({"jump_error": 2.0}, "jump_error = 2.0 must be a number between 0 and 1"),
        ({"stress_free_degc": {"plate": 25.0, "metal": 125.0}}, "cycles begin at one"),
    ],
)
def test_cycles_that_cannot_be(more, said):
    given = {"model": bonded(HARDENING), "cycle": CYCLE, "cycles": 1, **more}
    with pytest.raises(InputError, match=said):
        thermal_cycles(**given)
