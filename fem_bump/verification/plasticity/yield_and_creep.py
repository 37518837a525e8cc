"""A bar that yields with isotropic hardening and creeps linearly, pulled at a constant rate e.

Before it yields s = e / a (1 - exp(-a E t)). From then on, t_y, its plastic strain is (s - Y) / H
and

    s = e / a + (Y - e / a) exp(-a E H (t - t_y) / (E + H)).

Elastic, plastic and creep strain add up to e t: ordinary differential equation, solved by hand. The
two must be solved together: in turn, with the stress of one for the other, they give another path.
"""

from __future__ import annotations

import math

from fem_bump.laws.shipped.j2 import J2
from fem_bump.laws.shipped.norton import Norton
from fem_bump.verification.plasticity.bars import MIDDLE, axial_stress, strained_bar
from fem_bump.verification.row import Row, compared

NAME = "yield and creep, bar"
SOURCE = "linear ordinary differential equation"
YOUNG, YIELD, HARDENING = 50e3, 20.0, 5e3
RATE, CREEP = 1e-4, 2e-6  # 1/s, 1/(MPa s): steady creep at 50 MPa
YIELDING_S = -math.log(1 - YIELD * CREEP / RATE) / (CREEP * YOUNG)
TIMES_S = (YIELDING_S / 2, 20.0, 60.0)


def exact(time_s: float) -> float:
    """Axial stress, MPa."""
    steady = RATE / CREEP
    if time_s <= YIELDING_S:
        return steady * (1 - math.exp(-CREEP * YOUNG * time_s))
    speed = CREEP * YOUNG * HARDENING / (YOUNG + HARDENING)
    return steady + (YIELD - steady) * math.exp(-speed * (time_s - YIELDING_S))


def rows(tolerance: float = 1e-3) -> list[Row]:
    """Axial stress before and after it yields, and the whole inelastic strain."""
    times = [0.0, *TIMES_S]
    law = J2(YIELD, HARDENING) + Norton(CREEP, 1.0)
    found = strained_bar(
        law, YOUNG, 0.3, times, [25.0] * len(times), [RATE * t for t in times], tolerance
    )
    out = []
    for time_s in TIMES_S:
        what = f"axial stress at {time_s:.3g} s"
        stress = axial_stress(found, time_s)
        out.append(compared(NAME, what, "MPa", stress, exact(time_s), 1e-3, SOURCE))
    end = TIMES_S[-1]
    strain = found.at(end).inelastic_strain(MIDDLE)[0]
    inelastic = RATE * end - exact(end) / YOUNG
    out.append(compared(NAME, "inelastic strain", "1", strain, inelastic, 1e-3, SOURCE))
    return out
