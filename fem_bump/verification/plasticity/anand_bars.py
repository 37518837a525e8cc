"""Anand's law in a bar: saturation of every published set, and jumps of rate and temperature.

Saturated, S = S* = s_hat e^n and s = S* / xi asinh(e^m) with e = rate / A exp(Q / T). Some sets
come near it only algebraically; at a constant rate, g = |1 - S/S*| after the strain d is

    g = (g_0^(1-a) + (a - 1) h0 d / S*)^(-1/(a-1)).

The closed form is evaluated here; a test holds it to the sets' ``saturated_mpa``, computed by hand
from the papers' numbers. Jumps: values of an independent integration of the law, E as given there.
"""

from __future__ import annotations

import math

from fem_bump.laws.shipped.anand import Anand, anand_set, anand_sets
from fem_bump.verification.plasticity.bars import axial_stress, strained_bar
from fem_bump.verification.row import Row, compared

NAME = "Anand, bar"
SOURCE = "Anand, Int. J. Plasticity 1 (1985): steady state"
JUMPS_SOURCE = "independent integration of Anand's law"
CONDITIONS = ((1e-3, 25.0), (1e-5, 125.0))  # 1/s, degC
SATURATING = 40.0  # strain
INSTANT_S = 1e-6  # for a jump of temperature

# added strain at (rate 1/s, degC)
SEGMENTS = ((1e-3, 25, 0.002), (1e-3, 25, 0.008), (1e-4, 25, 0.01), (1e-3, 25, 0.01),
            (1e-3, 125, 0.01))  # fmt: skip
JUMPS = {
    "SAC305, Motalab 2012": (43e3, (37.9996, 41.6783, 36.2941, 41.8688, 22.9796)),
    "62Sn36Pb2Ag, Darveaux 2000": (30.5e3, (30.6171, 39.258, 35.3478, 49.2369, 15.1071)),
}


def saturated(name: str, rate: float, degc: float) -> float:
    """Steady stress, MPa, of a published set."""
    p = anand_set(name)
    scaled = rate / p["a_per_s"] * math.exp(p["activation_k"] / (degc + 273.15))
    return p["s_hat_mpa"] * scaled ** p["n"] / p["xi"] * math.asinh(scaled ** p["m"])


def approached(name: str, rate: float, degc: float, strain: float) -> float:
    """Stress, MPa, after a strain at a constant rate."""
    p = anand_set(name)
    scaled = rate / p["a_per_s"] * math.exp(p["activation_k"] / (degc + 273.15))
    final = p["s_hat_mpa"] * scaled ** p["n"]
    gap, a = 1 - p["s0_mpa"] / final, p["a"]
    left = (abs(gap) ** (1 - a) + (a - 1) * p["h0_mpa"] * strain / final) ** (-1 / (a - 1))
    return saturated(name, rate, degc) * (1 - math.copysign(left, gap))


def steady(name: str, rate: float, degc: float) -> float:
    """The same in a bar that is pulled until nothing changes."""
    end = SATURATING / rate
    found = strained_bar(
        Anand.of_set(name), 30e3, 0.35, [0.0, end], [degc, degc], [0.0, SATURATING],
        tolerance=0.02, largest_increment=SATURATING,
    )  # fmt: skip
    return axial_stress(found, end)


def jumps(name: str, tolerance: float) -> list[float]:
    """Stress at the end of every segment."""
    times, degc, strains = [0.0], [float(SEGMENTS[0][1])], [0.0]
    ends = []
    for rate, at, added in SEGMENTS:
        if at != degc[-1]:
            times.append(times[-1] + INSTANT_S)
            degc.append(float(at))
            strains.append(strains[-1])
        times.append(times[-1] + added / rate)
        degc.append(float(at))
        strains.append(strains[-1] + added)
        ends.append(times[-1])
    law = Anand.of_set(name)
    found = strained_bar(law, JUMPS[name][0], 0.35, times, degc, strains, tolerance)
    return [axial_stress(found, end) for end in ends]


def rows(tolerance: float = 1e-3) -> list[Row]:
    """Saturation of every set at two conditions, and two sets through jumps."""
    out = []
    for name in anand_sets():
        for rate, degc in CONDITIONS:
            what = f"saturated stress at {rate:g} 1/s, {degc:g} degC: {name}"
            found = steady(name, rate, degc)
            exact = approached(name, rate, degc, SATURATING)
            out.append(compared(NAME, what, "MPa", found, exact, 2e-3, SOURCE))
    for name, (_, exacts) in JUMPS.items():
        for segment, stress, exact in zip(SEGMENTS, jumps(name, tolerance), exacts, strict=True):
            what = f"after {segment[2]:g} at {segment[0]:g} 1/s, {segment[1]} degC: {name}"
            out.append(compared(NAME, what, "MPa", stress, exact, 1e-3, JUMPS_SOURCE))
    return out
