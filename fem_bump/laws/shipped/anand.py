"""Anand: creep against a resistance S that hardens and recovers; no yield limit.

    d eps / dt = A exp(-Q / T) sinh(xi s / S)^(1/m),
    dS / d eps = h0 |1 - S/S*|^a sign(1 - S/S*),   S* = s_hat (d eps / dt exp(Q / T) / A)^n,

s the equivalent stress and S in MPa, T in K; S starts as s0. L. Anand, Int. J. Plasticity 1, 213
(1985); S. B. Brown et al., Int. J. Plasticity 5, 95 (1989). ``activation_k`` is Q over the gas
constant. Published sets are in ``fem_bump/laws/data/anand.toml``, misprinted ones among them by
name, so that they are refused with the reason.

Backward Euler: with the creep increment dc of the step all else is known, S from its own equation,
which lies between its old value and S*, and the stress as that which drives the rate,

    s(dc) = S / xi asinh((dc / (dt A exp(-Q / T)))^m) = |s_trial| - 3 mu dc,

one equation in log dc, monotone, solved by safeguarded Newton iterations.

For example:

>>> from fem_bump.laws import Anand
>>> from fem_bump.laws.shipped.anand import anand_sets
>>> law = Anand.of_set(anand_sets()[0])
>>> law.name, law.creeps
('Anand', True)
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from fem_bump.errors import InputError
from fem_bump.laws.kind import OWN, law
from fem_bump.laws.parameter import Parameter
from fem_bump.laws.point import (
    asinh_of,
    elastic_tangent,
    product,
    radial_update,
    trial_deviator,
)
from groundwork.compiled import kernel
from groundwork.user_text import toml_of

CLOSE = 1e-8  # relative, of log dc and of S: the square of that is left
ITERATIONS = 200
LEAST = -200.0  # log of the least creep increment in units of the yield strain: none

PARAMETERS = (
    Parameter("s0_mpa", "MPa", above=0.0),
    Parameter("activation_k", "K", least=0.0),
    Parameter("a_per_s", "1/s", above=0.0),
    Parameter("xi", "1", above=0.0),
    Parameter("m", "1", above=0.0, most=1.0),
    Parameter("h0_mpa", "MPa", least=0.0),
    Parameter("s_hat_mpa", "MPa", above=0.0),
    Parameter("n", "1", least=0.0),
    Parameter("a", "1", least=1.0),
)


@cache
def _sets() -> dict[str, Any]:
    file = resources.files("fem_bump.laws").joinpath("data").joinpath("anand.toml")
    return toml_of(file.read_bytes())


def anand_sets() -> tuple[str, ...]:
    """Names of the published sets that can be used."""
    return tuple(name for name, data in _sets().items() if "refused" not in data)


def anand_set(name: str) -> Mapping[str, float]:
    """Parameters of a published set.

    Raises
    ------
    InputError
        For an unknown name, and for a set that is known to be misprinted or incomplete.
    """
    known = _sets()
    if not isinstance(name, str) or name not in known:
        raise InputError(f"Anand set {name!r} is unknown; known are {'; '.join(anand_sets())}")
    if "refused" in known[name]:
        raise InputError(f"Anand set '{name}' is refused: {known[name]['refused']}")
    return {p.name: known[name][p.name] for p in PARAMETERS}


@kernel
def _resistance(start, saturated, h0, a, creep, value):
    """S at the end of the step, and its derivatives in the creep increment and in S*.

    Iterations start from ``value``.
    """
    low, high = min(start, saturated), max(start, saturated)
    value = min(high, max(low, value))
    for _ in range(ITERATIONS):
        gap = 1 - value / saturated
        power = h0 * abs(gap) ** (a - 1)
        slope = 1 + power * a / saturated * creep
        miss = value - start - power * gap * creep
        if miss > 0.0:
            high = min(high, value)
        else:
            low = max(low, value)
        following = value - miss / slope
        if not low <= following <= high:
            following = 0.5 * (low + high)
        moved = abs(following - value)
        value = following
        if moved <= CLOSE * value:
            break
    gap = 1 - value / saturated
    power = h0 * abs(gap) ** (a - 1)
    slope = 1 + power * a / saturated * creep
    in_creep = power * gap / slope
    in_saturated = power * a * value / (saturated * saturated) * creep / slope
    return value, in_creep, in_saturated


@kernel
def _flow_stress(constants, dt, start, creep, value):
    """The stress that drives a creep increment, its derivative in it, and S.

    S is sought from ``value`` on.
    """
    factor, xi, m, h0, s_hat, n, a = constants[2:9]
    scaled = math.log(creep / (dt * factor))
    saturated = s_hat * math.exp(n * scaled)
    s, in_creep, in_saturated = _resistance(start, saturated, h0, a, creep, value)
    s_slope = in_creep + in_saturated * n * saturated / creep
    power = math.exp(m * scaled)
    curve = asinh_of(power)
    curve_slope = m * power / creep / math.sqrt(power * power + 1)
    return s / xi * curve, (s_slope * curve + s * curve_slope) / xi, s


@law(
    "Anand",
    parameters=PARAMETERS,
    own_state=1,
    constants=lambda at, kelvin: [
        at["a_per_s"] * math.exp(-at["activation_k"] / kelvin),
        *(at[p.name] for p in PARAMETERS[3:]),
    ],
    initial=lambda at, own: np.array([at["s0_mpa"]]),
    creeps=True,
    sets=anand_set,
    tried=anand_set("SAC305, Motalab 2012"),
)
def Anand(constants, before, strain, dt, old, stress, tangent, new):
    n = len(strain)
    stiff = 3 * constants[1]
    trial = np.empty(n)
    mean = trial_deviator(constants, strain, old, trial)
    size = math.sqrt(product(trial, trial))
    new[:] = old
    elastic_tangent(constants, 1.0, tangent)
    for i in range(n):
        stress[i] = trial[i] + (mean if i < 3 else 0.0)
    if dt == 0.0 or size == 0.0:
        return 0
    # the increment at the stress and the resistance of the start: next to none, or a start
    s = old[n + OWN]
    driven = min(constants[3] * size / s, 500.0)
    at = math.log(dt * constants[2]) + math.log(math.sinh(driven)) / constants[4]
    high = math.log(size / stiff)
    low = high + LEAST
    if at <= low:
        return 0
    if at > high:  # flow takes most of the strain: what it leaves is the stress at that rate
        q, slope, s = _flow_stress(constants, dt, old[n + OWN], math.exp(high), s)
        at = math.log(max(size - q, 0.01 * size) / stiff)
    for _ in range(ITERATIONS):
        creep = math.exp(at)
        q, slope, s = _flow_stress(constants, dt, old[n + OWN], creep, s)
        miss = q + stiff * creep - size
        if miss > 0.0:
            high = at
        else:
            low = at
        following = at - miss / ((slope + stiff) * creep)
        if not low <= following <= high:
            following = 0.5 * (low + high)
        moved = abs(following - at)
        at = following
        if moved <= CLOSE * max(1.0, abs(at)):
            creep = math.exp(at)
            q, slope, s = _flow_stress(constants, dt, old[n + OWN], creep, s)
            radial_update(
                constants, mean, trial, size, size - stiff * creep, slope / (slope + stiff),
                old, stress, tangent, new,
            )  # fmt: skip
            new[n + OWN] = s
            return 0
    return 1
