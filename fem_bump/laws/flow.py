"""Yield and creep of one point, solved together: what the von Mises laws are made of.

With the deviator s of the stress, its equivalent q = |s|, and |a|^2 = 3/2 a : a,

    d eps_in = 3/2 (m dp + (s / q) dc),    m = xi / |xi|,  xi = s - sum of alpha_i,
    |xi| <= Y + H p + Q (1 - exp(-b p)),   dp >= 0 only where equal,
    alpha_i = 2/3 C_i x_i,                 dx_i = 3/2 m dp - g_i x_i dp,
    dc / dt = sum of A_j f(q)^n_j,         f(q) = q, or sinh(a_j q).

Back strains x_i and not back stresses are the state, so that moduli may change with temperature
(Chaboche, Int. J. Plasticity 5, 247 (1989), with its term in dC/dT). Creep is driven by the stress
itself.

Backward Euler. With b = q / (q + 3 mu dc), the share of s that creep leaves, the end of the step is

    s = b (s_trial - 3 mu dp m),    xi parallel to B = b s_trial - sum of theta_i alpha_i_old,
    |xi| = |B| - (sum of theta_i C_i + 3 mu b) dp,     theta_i = 1 / (1 + g_i dp),

two equations in (dp, b), the second (1 - b) q = 3 mu dt b rate(q). dp follows from b and b from its
bracket by safeguarded Newton iterations; either is left out where nothing yields or nothing creeps.
The tangent differentiates both. The work of plastic flow is that of the mean of the limits, and of
the back stresses, at its start and its end: exact where hardening is linear, wherever in a step it
starts. Simo and Hughes, Computational Inelasticity (1998), chapter 3.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from fem_bump.errors import InputError
from fem_bump.laws.kind import OWN, UPDATE, LawKind, Numbers
from fem_bump.laws.parameter import Parameter
from fem_bump.laws.point import (
    asinh_of,
    elastic_tangent,
    product,
    radial_update,
    trial_deviator,
)
from fem_bump.materials.law_registry import LAWS
from groundwork.compiled import callback, kernel

# places in the constants of a point
YIELD, HARDENING, SATURATION, RATE, BACK, TERMS = 2, 3, 4, 5, 6, 12
MOST_BACK, MOST_TERMS = 3, 4
CLOSE = 1e-14  # relative, of both unknowns
ITERATIONS = 200  # bisection alone needs 50


@dataclass(frozen=True)
class Flow:
    """Constants of one temperature.

    Attributes
    ----------
    yield_mpa
        None: it does not yield.
    hardening_mpa, saturation_mpa, rate
        H, Q and b of the isotropic part.
    back
        (C_i, g_i) pairs.
    terms
        (A_j, a_j, n_j); a_j = 0 for a power of q itself. A_j holds the temperature.
    """

    yield_mpa: float | None = None
    hardening_mpa: float = 0.0
    saturation_mpa: float = 0.0
    rate: float = 0.0
    back: tuple[tuple[float, float], ...] = ()
    terms: tuple[tuple[float, float, float], ...] = ()


def combined(flows: list[Flow]) -> np.ndarray:
    """Constants of a point after its moduli; InputError for two yield limits."""
    yielding = [flow for flow in flows if flow.yield_mpa is not None]
    if len(yielding) > 1:
        raise InputError("a law is the sum of two that yield; one point has one yield limit")
    terms = [term for flow in flows for term in flow.terms]
    if len(terms) > MOST_TERMS:
        raise InputError(f"a law has {len(terms)} creep terms; at most {MOST_TERMS} are added")
    out = np.zeros(TERMS - 2 + 3 * MOST_TERMS)
    out[YIELD - 2] = np.inf
    for flow in yielding:
        out[: BACK - 2] = flow.yield_mpa, flow.hardening_mpa, flow.saturation_mpa, flow.rate
        out[BACK - 2 : BACK - 2 + 2 * len(flow.back)] = np.ravel(flow.back)
    out[TERMS - 2 : TERMS - 2 + 3 * len(terms)] = np.ravel(terms)
    return out


@kernel
def _creep_rate(constants, q):
    """Rate, 1/s, of an equivalent stress and its derivative."""
    rate = slope = 0.0
    for j in range(TERMS, len(constants), 3):
        factor, alpha, n = constants[j], constants[j + 1], constants[j + 2]
        if factor > 0.0 and q > 0.0:
            if alpha > 0.0:
                part = factor * math.sinh(alpha * q) ** n
                slope += part * n * alpha / math.tanh(alpha * q)
            else:
                part = factor * q**n
                slope += part * n / q
            rate += part
    return rate, slope


@kernel
def _creeping_stress(constants, dt, length):
    """q with q + 3 mu dt rate(q) = length, and the derivative dq / d length.

    The left side is convex for n >= 1: Newton's iterations from the right of the root, where one
    term alone would relax all of the stress, decrease to it.
    """
    stiff = 3 * constants[1] * dt
    high = length
    for j in range(TERMS, len(constants), 3):
        factor, alpha, n = constants[j], constants[j + 1], constants[j + 2]
        if factor > 0.0:
            alone = (length / (stiff * factor)) ** (1 / n)
            high = min(high, asinh_of(alone) / alpha if alpha > 0.0 else alone)
    low, q = 0.0, high
    slope = 0.0
    for _ in range(ITERATIONS):
        rate, slope = _creep_rate(constants, q)
        miss = q + stiff * rate - length
        if miss > 0.0:
            high = q
        else:
            low = q
        step = miss / (1 + stiff * slope)
        following = q - step
        if not low <= following <= high:
            following = 0.5 * (low + high)
        if abs(following - q) <= CLOSE * length or miss == 0.0:
            q = following
            break
        q = following
    rate, slope = _creep_rate(constants, q)
    return q, 1 / (1 + stiff * slope)


@kernel
def _limit(constants, p):
    """Yield limit, MPa, after the equivalent plastic strain p."""
    saturated = constants[SATURATION] * math.exp(-constants[RATE] * p)
    return constants[YIELD] + constants[HARDENING] * p + constants[SATURATION] - saturated


@kernel
def _surface(constants, shrink, trial, old, base, x, toward):
    """Excess of |xi| over the yield limit after the plastic increment x, and its derivatives.

    In x, and in the share b = ``shrink`` that creep leaves. ``toward`` becomes B. Derivatives of B
    in x along m come with it.
    """
    n = len(trial)
    mu = constants[1]
    backs = (len(old) - base) // n
    for i in range(n):
        toward[i] = shrink * trial[i]
    kinematic = kinematic_slope = 0.0
    for k in range(backs):
        modulus, recall = constants[BACK + 2 * k], constants[BACK + 2 * k + 1]
        theta = 1 / (1 + recall * x)
        kinematic += theta * modulus
        kinematic_slope -= recall * theta * theta * modulus
        for i in range(n):
            toward[i] -= theta * modulus * 2 / 3 * old[base + k * n + i]
    length = math.sqrt(product(toward, toward))
    drift = 0.0  # <m, dB / dx>
    if length > 0.0:
        for k in range(backs):
            modulus, recall = constants[BACK + 2 * k], constants[BACK + 2 * k + 1]
            theta = 1 / (1 + recall * x)
            for i in range(n):
                weight = 1.5 if i < 3 else 3.0
                gain = recall * theta * theta * modulus * 2 / 3 * old[base + k * n + i]
                drift += weight * toward[i] * gain / length
    p = old[base - 1] + x
    saturated = constants[SATURATION] * math.exp(-constants[RATE] * p)
    limit_slope = constants[HARDENING] + constants[RATE] * saturated
    miss = length - (kinematic + 3 * mu * shrink) * x - _limit(constants, p)
    in_x = drift - kinematic_slope * x - kinematic - 3 * mu * shrink - limit_slope
    in_b = -3 * mu * x
    if length > 0.0:
        in_b += product(toward, trial) / length
    return miss, in_x, in_b, length


@kernel
def _plastic_increment(constants, shrink, trial, old, base, toward):
    """The plastic increment at a given share that creep leaves; 0 where nothing yields."""
    miss, slope, in_b, length = _surface(constants, shrink, trial, old, base, 0.0, toward)
    if miss <= 0.0:
        return 0.0, slope, in_b, length, True
    low, high = 0.0, (length + miss) / (3 * constants[1] * shrink)
    size, x = length, 0.0
    for _ in range(ITERATIONS):
        if miss > 0.0:
            low = x
        else:
            high = x
        following = x - miss / slope
        if not low <= following <= high:
            following = 0.5 * (low + high)
        moved = abs(following - x) * 3 * constants[1]
        x = following
        miss, slope, in_b, length = _surface(constants, shrink, trial, old, base, x, toward)
        if min(moved, abs(miss)) <= CLOSE * size:
            return x, slope, in_b, length, True
    return x, slope, in_b, length, False


@kernel
def _stress(constants, shrink, trial, x, toward, length, s):
    """Deviator of the stress, and its equivalent."""
    for i in range(len(trial)):
        s[i] = shrink * (trial[i] - 3 * constants[1] * x * toward[i] / length)
    return math.sqrt(product(s, s))


def _update(constants, before, strain, dt, old, stress, tangent, new):
    n = len(strain)
    base = n + OWN + 1
    mu = constants[1]
    room = np.empty((5, n))  # once: what is asked of the system takes as long as all else
    trial, toward, s, by_x, by_b = room[0], room[1], room[2], room[3], room[4]
    mean = trial_deviator(constants, strain, old, trial)
    size = math.sqrt(product(trial, trial))
    creeps = dt > 0.0 and constants[TERMS] > 0.0 and size > 0.0
    new[:] = old
    shrink = 1.0
    if creeps:
        q, relaxed = _creeping_stress(constants, dt, size)
        shrink = q / size
    miss, _, _, length = _surface(constants, shrink, trial, old, base, 0.0, toward)
    if miss <= 0.0 or length == 0.0:
        if creeps:
            radial_update(constants, mean, trial, size, q, relaxed, old, stress, tangent, new)
        else:
            elastic_tangent(constants, 1.0, tangent)
            for i in range(n):
                stress[i] = trial[i] + (mean if i < 3 else 0.0)
        return 0

    if not creeps:
        x, in_x, in_b, length, found = _plastic_increment(constants, 1.0, trial, old, base, toward)
        q = _stress(constants, 1.0, trial, x, toward, length, s)
        # of a trial stress beyond all bounds nothing may be left in the digits
        if not (found and q > 0.0):
            return 1
    else:
        # plastic flow lowers q and with it the creep: the share lies above that of creep alone
        low, high, found = shrink, 1.0, False
        for _ in range(ITERATIONS):
            x, in_x, in_b, length, inner = _plastic_increment(
                constants, shrink, trial, old, base, toward
            )
            if not inner:
                return 1
            q = _stress(constants, shrink, trial, x, toward, length, s)
            if not q > 0.0:
                return 1
            rate, slope = _creep_rate(constants, q)
            miss = (1 - shrink) * q - 3 * mu * dt * shrink * rate
            if found:
                break
            if miss > 0.0:
                low = shrink
            else:
                high = shrink
            in_q = (1 - shrink) - 3 * mu * dt * shrink * slope
            q_x, q_b = _slopes(
                constants, shrink, trial, old, base, x, toward, length, s, q, by_x, by_b
            )
            along = q_b - q_x * in_b / in_x if x > 0.0 else q_b
            step = miss / (in_q * along - q - 3 * mu * dt * rate)
            following = shrink - step
            if not low <= following <= high:
                following = 0.5 * (low + high)
            found = abs(following - shrink) <= CLOSE or high - low <= CLOSE
            shrink = following
        if not found:
            return 1
    _finish(constants, shrink, trial, mean, dt, old, base, x, in_x, in_b, toward, length, s, q,
            creeps, by_x, by_b, stress, tangent, new)  # fmt: skip
    return 0


@kernel
def _directions(constants, shrink, trial, old, base, x, toward, length, in_x_of_s, in_b_of_s):
    """Derivatives of the deviator of the stress in the plastic increment, and in the share b."""
    n = len(trial)
    mu = constants[1]
    along_trial = product(toward, trial) / length
    drift = 0.0
    for i in range(n):
        in_x_of_s[i] = 0.0
        for k in range((len(old) - base) // n):
            modulus, recall = constants[BACK + 2 * k], constants[BACK + 2 * k + 1]
            theta = 1 / (1 + recall * x)
            in_x_of_s[i] += recall * theta * theta * modulus * 2 / 3 * old[base + k * n + i]
    drift = product(toward, in_x_of_s) / length
    for i in range(n):
        m = toward[i] / length
        turn_x = (in_x_of_s[i] - m * drift) / length
        turn_b = (trial[i] - m * along_trial) / length
        in_x_of_s[i] = -3 * mu * shrink * (m + x * turn_x)
        in_b_of_s[i] = trial[i] - 3 * mu * x * m - 3 * mu * shrink * x * turn_b


@kernel
def _slopes(constants, shrink, trial, old, base, x, toward, length, s, q, in_x, in_b):
    """Derivatives of q in the plastic increment, and in the share b; those of s on the way."""
    _directions(constants, shrink, trial, old, base, x, toward, length, in_x, in_b)
    return product(s, in_x) / q, product(s, in_b) / q


@kernel
def _finish(constants, shrink, trial, mean, dt, old, base, x, in_x, in_b, toward, length, s, q,
            creeps, by_x, by_b, stress, tangent, new):  # fmt: skip
    """Stress, tangent and state from the solved unknowns."""
    n = len(trial)
    mu = constants[1]
    creep = (1 - shrink) / shrink * q / (3 * mu)
    _directions(constants, shrink, trial, old, base, x, toward, length, by_x, by_b)
    # d trial at fixed unknowns: d s = still d trial + turn m <m, d trial>
    turn = 3 * mu * shrink * shrink * x / length
    still = shrink - turn
    if creeps:
        rate, slope = _creep_rate(constants, q)
        in_q = (1 - shrink) - 3 * mu * dt * shrink * slope
        a00, a01 = in_x, in_b
        a10 = in_q * product(s, by_x) / q
        a11 = in_q * product(s, by_b) / q - q - 3 * mu * dt * rate
        det = a00 * a11 - a01 * a10
        # right sides: -b <m, d trial>, -in_q <s, d s at fixed unknowns> / q
        r0m = -shrink
        r1m = -in_q * turn * product(s, toward) / (length * q)
        r1s = -in_q * still / q
        x_m, x_s = (a11 * r0m - a01 * r1m) / det, -a01 * r1s / det
        b_m, b_s = (a00 * r1m - a10 * r0m) / det, a00 * r1s / det
    else:
        x_m, x_s, b_m, b_s = -shrink / in_x, 0.0, 0.0, 0.0
    elastic_tangent(constants, still, tangent)
    for i in range(n):
        m = toward[i] / length
        by_m = turn * m + by_x[i] * x_m + by_b[i] * b_m
        by_s = by_x[i] * x_s + by_b[i] * b_s
        for j in range(n):
            tangent[i, j] += 3 * mu * (by_m * toward[j] / length + by_s * s[j])
    work = 0.5 * x * (_limit(constants, old[base - 1]) + _limit(constants, old[base - 1] + x))
    for i in range(n):
        m = toward[i] / length
        flow = x * m + creep * s[i] / q
        new[i] = old[i] + (1.5 if i < 3 else 3.0) * flow
        stress[i] = s[i] + (mean if i < 3 else 0.0)
        for k in range((len(old) - base) // n):
            theta = 1 / (1 + constants[BACK + 2 * k + 1] * x)
            new[base + k * n + i] = theta * (old[base + k * n + i] + 1.5 * x * m)
            both = old[base + k * n + i] + new[base + k * n + i]
            work += 0.5 * x * (1.5 if i < 3 else 3.0) * m * constants[BACK + 2 * k] * 2 / 3 * both
    new[n] = old[n] + x + creep
    new[n + 1] = old[n + 1] + work + creep * q
    new[base - 1] = old[base - 1] + x


update = callback(_update, UPDATE)


def flow_law(
    name: str,
    parameters: tuple[Parameter, ...],
    flow: Callable[[Numbers, float], Flow],
    back: Callable[[Mapping[str, Any]], int] = lambda values: 0,
    **more: Any,
) -> LawKind:
    """A kind of law that is yield or creep after von Mises.

    Parameters
    ----------
    flow
        f(parameters, kelvin): its constants.
    back
        f(parameters as given): how many back strains it has.
    more
        As of :class:`~fem_bump.laws.kind.LawKind`.
    """
    kind = LawKind(
        name, parameters, update, flow, lambda values, n: 1 + n * back(values),
        lambda values, own: np.zeros(own), combine=combined, **more,
    )  # fmt: skip
    return LAWS.add(name, kind)
