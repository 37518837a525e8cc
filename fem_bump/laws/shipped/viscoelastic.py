"""Viscoelastic: a solid that relaxes, springs and dashpots in branches beside a spring that stays.

    E(t) = E0 [1 - sum of share_k (1 - exp(-z / time_k))],   z = integral of dt / a(T):

a generalized Maxwell body whose shares are of the modulus at once, E0, the material's
``young_mpa``. Temperature shifts time by one factor for all branches (thermorheologically simple),
1 at ``reference_degc``, after one of

    log10_shift    log10 a itself, a number, a table over degC or a function of it,
    wlf_c1, wlf_c2_k    log10 a = -c1 (T - T_ref) / (c2 + T - T_ref): Williams, Landel and Ferry,
        J. Am. Chem. Soc. 77, 3701 (1955),
    activation_k    ln a = Q (1 / T - 1 / T_ref), Q over the gas constant, K.

The bulk modulus stays with ``bulk`` = 0, relaxes as the shear modulus does with 1 (then Poisson's
ratio stays), and by that part of each share in between.

Each branch has a strain q_k of its own, dq/dz = (strain - q) / time, and the inelastic strain is
the sum of share_k q_k: what the seam of laws calls elastic is the modulus at once. For a strain
that is linear in z the update is exact, with x = z / time,

    q1 = q0 + (1 - e^-x) (strain0 - q0) + (1 - (1 - e^-x) / x) (strain1 - strain0),

and z over a step is exact where log a is linear in time: R. L. Taylor, K. S. Pister,
G. L. Goudreau, Int. J. Numer. Meth. Eng. 2, 45 (1970). The work is what the dashpots turn into
heat. What is inelastic goes back when the stress does: nothing has flowed.

For example:

>>> from fem_bump.laws import Viscoelastic
>>> law = Viscoelastic(share1=0.5, time1_s=10.0, activation_k=15e3, reference_degc=80.0)
>>> law.creeps, law.recovers
(True, True)
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from fem_bump.errors import InputError
from fem_bump.laws.kind import OWN, law
from fem_bump.laws.parameter import Parameter
from fem_bump.laws.point import elastic_tangent, product
from fem_bump.materials.property import is_number
from fem_bump.materials.quantities import ABSOLUTE_ZERO_DEGC
from groundwork.compiled import kernel

BRANCHES = range(1, 11)
LARGEST = 600.0  # of log a: what is slower or faster does not move, or has
NONE_YET = 1e9  # in place of log a at the end of the last step, of a body that has had none
FEW = 1e-2  # below this x a difference of exponentials is taken by its series
FIRST = 4  # place of the first branch among the constants

PARAMETERS = (
    *(
        Parameter(name, unit, least=0.0, default=0.0, **limits)
        for k in BRANCHES
        for name, unit, limits in (
            (f"share{k}", "1", {"most": 1.0}),
            (f"time{k}_s", "s", {}),
        )
    ),
    Parameter("bulk", "1", least=0.0, most=1.0, default=0.0),
    Parameter("reference_degc", "degC", above=ABSOLUTE_ZERO_DEGC, default=25.0),
    Parameter("activation_k", "K", least=0.0, default=0.0),
    Parameter("wlf_c1", "1", least=0.0, default=0.0),
    Parameter("wlf_c2_k", "K", least=0.0, default=0.0),
    Parameter("log10_shift", "1", default=0.0),
)


def _branches(given: Mapping[str, Any]) -> tuple[int, ...]:
    """Branches that are given."""
    return tuple(k for k in BRANCHES if given[f"share{k}"] != 0.0 or given[f"time{k}_s"] != 0.0)


def check_series(given: Mapping[str, Any]) -> None:
    """Refuse parameters that are no series together; InputError."""
    branches = _branches(given)
    if not branches:
        raise InputError("law Viscoelastic relaxes by nothing; give share1 and time1_s")
    total = 0.0
    for k in branches:
        share, time = given[f"share{k}"], given[f"time{k}_s"]
        for name, value in ((f"share{k}", share), (f"time{k}_s", time)):
            if not is_number(value):
                raise InputError(
                    f"law Viscoelastic: {name} must be a number: temperature shifts all times alike"
                )
            if value == 0.0:
                raise InputError(f"law Viscoelastic: {name} = 0 must be above 0 in a branch")
        total += share
    if not total < 1.0:
        raise InputError(
            f"law Viscoelastic: its shares add up to {total:g} and must stay below 1: a solid "
            "keeps part of its modulus"
        )
    shifts = [
        name
        for name, keys in (
            ("activation_k", ("activation_k",)),
            ("wlf_c1 with wlf_c2_k", ("wlf_c1", "wlf_c2_k")),
            ("log10_shift", ("log10_shift",)),
        )
        if any(given[key] != 0.0 for key in keys)
    ]
    if len(shifts) > 1:
        raise InputError(f"law Viscoelastic: {shifts[0]} and {shifts[1]} both shift; give one")
    if (given["wlf_c1"] == 0.0) != (given["wlf_c2_k"] == 0.0):
        raise InputError("law Viscoelastic: wlf_c1 and wlf_c2_k belong together; give both")


def log_shift(at: Mapping[str, float], kelvin: float) -> float:
    """ln of the factor by which times are longer than at the reference temperature.

    Raises
    ------
    InputError
        Where the law of Williams, Landel and Ferry ends.
    """
    reference = at["reference_degc"] - ABSOLUTE_ZERO_DEGC
    warmer = kelvin - reference
    found = math.log(10.0) * at["log10_shift"] + at["activation_k"] * (1 / kelvin - 1 / reference)
    if at["wlf_c1"] > 0.0:
        if not at["wlf_c2_k"] + warmer > 0.0:
            raise InputError(
                f"law Viscoelastic: wlf_c2_k = {at['wlf_c2_k']:g} K ends the law at "
                f"{at['reference_degc'] - at['wlf_c2_k']:g} degC, and it is asked at "
                f"{kelvin + ABSOLUTE_ZERO_DEGC:g} degC; give log10_shift as a table"
            )
        found -= math.log(10.0) * at["wlf_c1"] * warmer / (at["wlf_c2_k"] + warmer)
    return min(LARGEST, max(-LARGEST, found))


def _constants(at: Mapping[str, float], kelvin: float) -> list[float]:
    series = [at[name] for k in _branches(at) for name in (f"share{k}", f"time{k}_s")]
    return [at["bulk"], log_shift(at, kelvin), *series]


@kernel
def _rate(before, after):
    """Mean of 1 / a over a step in which log a is linear."""
    apart = after - before
    if abs(apart) < 1e-8:
        return math.exp(-0.5 * (before + after))
    return math.exp(-before) * -math.expm1(-apart) / apart


@kernel
def _squared(x):
    """Integral of (1 - e^-s)^2 from 0 to x."""
    if x < FEW:
        return x * x * x * (1 / 3 - x * (1 / 4 - x * (7 / 60 - x / 24)))
    return x + 2 * math.expm1(-x) - 0.5 * math.expm1(-2 * x)


@kernel
def _energy(constants, a, b):
    """a : C b with the shear modulus, and the bulk modulus by the part that relaxes."""
    trace_a = trace_b = total = 0.0
    for i in range(3):
        trace_a += a[i]
        trace_b += b[i]
    for i in range(len(a)):
        if i < 3:
            total += 2 * constants[1] * (a[i] - trace_a / 3) * (b[i] - trace_b / 3)
        else:
            total += constants[1] * a[i] * b[i]
    return total + constants[2] * constants[0] * trace_a * trace_b


@law(
    "Viscoelastic",
    parameters=PARAMETERS,
    # a strain of each branch, and log a at the end of the last step
    own_state=lambda given, n: n * len(_branches(given)) + 1,
    initial=lambda at, own: np.append(np.zeros(own - 1), NONE_YET),
    constants=_constants,
    creeps=True,
    recovers=True,
    check=check_series,
    # S. Feustel et al., ECTC 2000: an underfill at 80 degC
    tried={
        "share1": 0.203041, "time1_s": 0.198, "share2": 0.153819, "time2_s": 451.0,
        "share3": 0.412234, "time3_s": 30435.0, "bulk": 0.5, "reference_degc": 80.0,
        "activation_k": 15636.0,
    },
)  # fmt: skip
def Viscoelastic(constants, before, strain, dt, old, stress, tangent, new):
    n = len(strain)
    last = len(old) - 1
    bulk_share, shift = constants[2], constants[3]
    was = old[last] if old[last] <= LARGEST else shift
    passed = dt * _rate(was, shift) if dt > 0.0 else 0.0
    new[last] = shift
    for i in range(n):
        new[i] = 0.0
    relaxed = heat = 0.0
    behind, moved = np.empty(n), np.empty(n)
    for i in range(n):
        moved[i] = strain[i] - before[i]
    for k in range((last - n - OWN) // n):
        share, x = constants[FIRST + 2 * k], passed / constants[FIRST + 1 + 2 * k]
        gone = -math.expm1(-x)
        mean = gone / x if x > 0.0 else 1.0
        at = n + OWN + n * k
        trace = 0.0
        for i in range(n):
            behind[i] = before[i] - old[at + i]
            new[at + i] = old[at + i] + gone * behind[i] + (1 - mean) * moved[i]
            if i < 3:
                trace += new[at + i]
        for i in range(n):
            q = new[at + i]
            new[i] += share * (q - (1 - bulk_share) * trace / 3 if i < 3 else q)
        relaxed += share * (1 - mean)
        if x > 0.0:
            # the dashpots' heat: integral of y : C y, y = behind e^-s + moved (1 - e^-s) / x
            bb, bm, mm = -0.5 * math.expm1(-2 * x), 0.5 * gone * mean, _squared(x) / (x * x)
            heat += share * (
                bb * _energy(constants, behind, behind)
                + 2 * bm * _energy(constants, behind, moved)
                + mm * _energy(constants, moved, moved)
            )
    elastic_tangent(constants, 1 - relaxed, tangent)
    for i in range(3):
        for j in range(3):
            tangent[i, j] -= constants[0] * bulk_share * relaxed
    trace = gained = 0.0
    for i in range(3):
        trace += strain[i] - new[i]
        gained += new[i] - old[i]
    for i in range(n):
        elastic = strain[i] - new[i]
        stress[i] = constants[1] * elastic
        if i < 3:
            stress[i] = constants[0] * trace + 2 * constants[1] * (elastic - trace / 3)
        moved[i] = new[i] - old[i] - gained / 3 if i < 3 else 0.5 * (new[i] - old[i])
    new[n] = old[n] + math.sqrt(product(moved, moved)) * 2 / 3
    new[n + 1] = old[n + 1] + heat
    return 0
