"""A bar that yields with isotropic hardening and creeps with the square of its stress.

Pulled at the constant rate e, and with the steady stress s_8 = sqrt(e / a), before it yields
s = s_8 tanh(sqrt(e a) E t). From then on, t_y, its plastic strain is (s - Y) / H and

    s = s_8 tanh(artanh(Y / s_8) + sqrt(e a) E H / (E + H) (t - t_y)).

Elastic, plastic and creep strain add up to e t: a Riccati equation. Yield and creep must be solved
together: in turn, with the stress of the one for the other, they give another path. (Linear creep
would not tell: its share of a step does not depend on the stress.)
"""

from __future__ import annotations

import math

from fem_bump.laws.shipped.j2 import J2
from fem_bump.laws.shipped.norton import Norton
from fem_bump.verification.plasticity.bars import MIDDLE, axial_stress, strained_bar
from fem_bump.verification.row import Row, compared, observed_order

NAME = "yield and creep, bar"
SOURCE = "Riccati equation"
YOUNG, YIELD, HARDENING = 50e3, 20.0, 5e3
RATE, CREEP = 1e-4, 4e-8  # 1/s, 1/(MPa2 s)
STEADY = math.sqrt(RATE / CREEP)  # 50 MPa
SPEED = math.sqrt(RATE * CREEP)
YIELDING_S = math.atanh(YIELD / STEADY) / (SPEED * YOUNG)
TIMES_S = (YIELDING_S / 2, 20.0, 60.0)
CREPT_S = 8.0


def exact(time_s: float) -> float:
    """Axial stress, MPa."""
    if time_s <= YIELDING_S:
        return exact_creep(time_s)
    slope = YOUNG * HARDENING / (YOUNG + HARDENING)
    return STEADY * math.tanh(math.atanh(YIELD / STEADY) + SPEED * slope * (time_s - YIELDING_S))


def rows(tolerance: float = 1e-3) -> list[Row]:
    """Axial stress before and after it yields, and the whole inelastic strain."""
    times = [0.0, *TIMES_S]
    law = J2(YIELD, HARDENING) + Norton(CREEP, 2.0)
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
    counts = (8, 16)
    errors = [abs(crept(count) / exact_creep(CREPT_S) - 1) for count in counts]
    out.append(
        observed_order(NAME, "order in time, creep alone", errors, [1 / n for n in counts], 2.0,
                       0.1, "two halves less the whole: of order 2")
    )  # fmt: skip
    return out


def exact_creep(time_s: float) -> float:
    """Axial stress, MPa, of a bar that does not yield."""
    return STEADY * math.tanh(SPEED * YOUNG * time_s)


def crept(count: int) -> float:
    """The same after equal steps."""
    given = [0.0, CREPT_S]
    found = strained_bar(Norton(CREEP, 2.0), YOUNG, 0.3, given, [25.0] * 2, [0.0, RATE * CREPT_S])
    state = found.instants[0]
    for k in range(count):
        state = found.kind.advance(found.problem, state, CREPT_S * (k + 1) / count).state
    return float(found.problem.stress(0, state)[..., 1].mean())
