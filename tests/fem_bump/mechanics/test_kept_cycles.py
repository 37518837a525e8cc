"""What a kept run is told apart by: whatever decides what it finds."""

from dataclasses import replace

import numpy as np
import pytest
from bonded_film import HELD, bonded

from fem_bump import Cycle, Material, Model
from fem_bump.laws import Anand
from fem_bump.mechanics.cycling.kept import Conditions, Place
from fem_bump.mechanics.inelastic.checkpoint import Checkpoint
from fem_bump.mechanics.inelastic.problem import Displacement, Instant

CYCLE = Cycle(-40.0, 125.0, 60.0, 60.0, 60.0, 60.0)
FLOWING = {"activation_k": 9320.0, "a_per_s": 3501.0, "xi": 4.0, "m": 0.25, "h0_mpa": 1.8e5,
           "s_hat_mpa": 30.2, "n": 0.01, "a": 1.78}  # fmt: skip
GIVEN = {**HELD, "stress_free_degc": {"plate": 217.0, "metal": 217.0}, "prescribed_um": None,
         "lateral_shift_um": None, "tolerance": 0.1}  # fmt: skip


def solder(s0_mpa=21.0, hotter=0.0):
    """Its expansion grows between the hot end and the stress-free temperature."""

    def cte(degc):
        return 2e-5 + hotter * np.maximum(np.asarray(degc) - 200.0, 0.0)

    body = bonded()
    metal = Material("metal", 43e3, 0.36, cte, law=Anand(s0_mpa=s0_mpa, **FLOWING))
    return Model(body.mesh, {**body.materials, "metal": metal})


def late(time_s):
    """Nothing moves before the second cycle."""
    return 1e-3 * max(time_s - CYCLE.period_s, 0.0)


def begins(born):
    rest = Displacement(np.zeros(4), ())
    births = {"metal": np.full((2, 2), born)}
    return Checkpoint(Instant(0.0, 25.0, rest, (), rest, (), births=births), "body", {})


BASE = Conditions(solder(), CYCLE, 3, 25.0, begins(0.0), GIVEN, (None,))


@pytest.mark.parametrize(
    "other",
    [
        replace(BASE, model=solder(s0_mpa=5.0)),
        replace(BASE, model=solder(hotter=1e-5)),
        replace(BASE, initial=begins(0.1)),
        replace(BASE, start_degc=30.0),
        replace(BASE, given={**GIVEN, "prescribed_um": {"top": {"z": late}}}),
        replace(BASE, more=(0.05,)),
    ],
    ids=["first-state", "above-the-hot-end", "births", "start", "second-cycle", "more"],
)
def test_another_run_is_kept_elsewhere(other, tmp_path):
    still = {**GIVEN, "prescribed_um": {"top": {"z": lambda t: 0.0}}}
    base = replace(BASE, given=still) if other.given["prescribed_um"] else BASE
    again = Place(tmp_path, replace(base, more=tuple(base.more))).path
    assert Place(tmp_path, base).path == again
    assert Place(tmp_path, other).path != again
