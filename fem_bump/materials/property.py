"""One property of a material: what it may be, its value at a temperature, its integral.

A property is a number, a table of (degC, value) pairs or a function of the temperature in degC.
A table is interpolated linearly and keeps its end values outside its range. All temperatures are
degrees Celsius. :func:`canonical` turns what was given into a float, a tuple of pairs or a
callable, checked; the other functions take it in that form. ``owner`` and ``prop`` name the
material and the property in messages.

The integral of a property (of the expansion coefficient: a strain) is exact for numbers and tables;
for a function it comes from an adaptive Gauss rule.

Electrical data are mostly published as resistivities, rho = rho_ref (1 + TCR (T - T_ref)), or as a
table of rho. `ConductivityFromResistivity` keeps that form, and inverts it where it is evaluated.

Units: MPa, 1/K, S/m, W/(m K), ohm m.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fem_bump.errors import AnalysisError, InputError
from fem_bump.materials.quantities import ABSOLUTE_ZERO_DEGC, QUANTITIES, START_DEGC

Property = float | Sequence[Sequence[float]] | Callable[[Any], Any]

REFERENCE_DEGC = 25.0  # where ranges hold, and where functions are tried out

UNITS = {prop: quantity.unit for prop, quantity in QUANTITIES.items()}
PROPERTIES = tuple(UNITS)[:6]
REQUIRED = PROPERTIES[:3]
OF_A_FILM = ("solidus_degc", "deposition_degc", "intrinsic_mpa")  # numbers, not of temperature
SIGNED = ("cte_per_k", "resistivity_tcr_per_k", *OF_A_FILM)


def check(
    owner: str, prop: str, values: ArrayLike, idealized: bool = False, called: str = ""
) -> None:
    """Raise `InputError` for the first of `values` that `prop` cannot take.

    An idealized material may be stiffer than diamond; its values have the right sign, no more.
    """
    v = np.asarray(values, dtype=float)
    if prop == "poisson":
        ok, rule = (v > -1.0) & (v < 0.5), "lie between -1 and 0.5 (both excluded)"
    elif prop in SIGNED:
        ok, rule = np.isfinite(v), "be finite"
    else:
        ok, rule = np.isfinite(v) & (v > 0.0), "be positive and finite"
    quantity = QUANTITIES[prop]
    if np.all(ok) and not idealized:
        low, high = quantity.physical
        ok = (v >= low) & (v <= high)
        rule = f"lie between {low:g} and {high:g}{quantity.after}"
    if not np.all(ok):
        wrong = float(v[~ok].flat[0])
        why = quantity.likely(wrong) or quantity.otherwise if np.isfinite(wrong) else ""
        raise InputError(
            f"{owner}: {called or prop} = {wrong:g} must {rule}" + (why and f": {why}")
        )


HOTTEST_DEGC = 1000.0  # up to where what is above its transition stays as it is
TRANSITION = ("below", "above", "tg_degc", "width_k")


def transition(owner: str, prop: str, given: Mapping[str, Any]) -> list[list[float]]:
    """The table of a property that goes from one value to another across a glass transition.

    Linear over ``width_k`` around ``tg_degc``, constant on both sides, up to `HOTTEST_DEGC`.

    Raises
    ------
    InputError
        For a key that is missing, or no number; for a width that is not above 0; for a transition
        that leaves no temperature on one of its sides.

    Examples
    --------
    >>> from fem_bump.materials.property import transition
    >>> given = {"below": 5600.0, "above": 1300.0, "tg_degc": 100.0, "width_k": 80.0}
    >>> transition("resin", "young_mpa", given)
    [[-273.15, 5600.0], [60.0, 5600.0], [140.0, 1300.0], [1000.0, 1300.0]]
    """
    for key in TRANSITION:
        if not is_number(given.get(key)):
            raise InputError(
                f"{owner}: {prop} changes at a glass transition and needs {', '.join(TRANSITION)}, "
                f"each a number; {key} = {given.get(key)!r}"
            )
    below, above, tg, width = (float(given[key]) for key in TRANSITION)
    if not (np.isfinite(width) and width > 0.0):
        raise InputError(f"{owner}: {prop}, width_k = {width:g} must be above 0 and finite, in K")
    start, end = tg - width / 2, tg + width / 2
    if not ABSOLUTE_ZERO_DEGC < start < end < HOTTEST_DEGC:
        raise InputError(
            f"{owner}: {prop}, tg_degc = {tg:g} with width_k = {width:g} must lie within "
            f"{ABSOLUTE_ZERO_DEGC} to {HOTTEST_DEGC:g} degC"
        )
    return [[ABSOLUTE_ZERO_DEGC, below], [start, below], [end, above], [HOTTEST_DEGC, above]]


def is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool | np.bool_)


def is_table(value: object) -> bool:
    return isinstance(value, tuple)


def canonical(owner: str, prop: str, value: Any, idealized: bool = False) -> Any:
    """The value as a float, a tuple of (degC, value) pairs or a callable, checked."""
    value = parsed(owner, prop, value)
    if not callable(value):
        check(owner, prop, [v for _, v in value] if is_table(value) else value, idealized)
    return value


def parsed(owner: str, prop: str, value: Any) -> Any:
    """The value as a float, a tuple of (degC, value) pairs or a callable, its sizes unchecked."""
    if callable(value):
        return value
    if is_number(value):
        return float(value)
    kinds = "a number, a table of (degC, value) pairs or a function of degC"
    if isinstance(value, str | bytes | bool | Mapping) or not isinstance(
        value, Sequence | np.ndarray
    ):
        raise InputError(f"{owner}: {prop} = {value!r} must be {kinds}")
    try:
        table = np.array(value, dtype=float)
    except (TypeError, ValueError):
        table = np.empty(0)
    if table.ndim != 2 or table.shape[0] < 1 or table.shape[1] != 2:
        raise InputError(f"{owner}: {prop} = {value!r} must be {kinds}")
    degc = table[:, 0]
    if not np.all(np.isfinite(degc)) or np.any(degc < ABSOLUTE_ZERO_DEGC):
        raise InputError(
            f"{owner}: {prop} has a temperature that is not finite or lies below "
            f"{ABSOLUTE_ZERO_DEGC} degC"
        )
    if np.any(np.diff(degc) <= 0.0):
        raise InputError(
            f"{owner}: {prop} has table temperatures {degc.tolist()} degC, which must strictly "
            "increase"
        )
    return tuple((float(t), float(v)) for t, v in table)


def temperatures(owner: str, temperature_degc: ArrayLike) -> NDArray[np.float64]:
    t = np.asarray(temperature_degc, dtype=float)
    bad = ~(np.isfinite(t) & (t >= ABSOLUTE_ZERO_DEGC))
    if np.any(bad):
        raise InputError(
            f"{owner}: temperature_degc = {t[bad].flat[0]:g} must be finite and at least "
            f"{ABSOLUTE_ZERO_DEGC}"
        )
    return t


def evaluate(
    owner: str, prop: str, value: Any, t: NDArray[np.float64], idealized: bool = False
) -> NDArray[np.float64]:
    """Value of a canonical property at the temperatures `t`, in the shape of `t`."""
    v = unchecked(owner, prop, value, t)
    if callable(value):
        check(owner, prop, v, idealized)
    return v


def unchecked(owner: str, prop: str, value: Any, t: NDArray[np.float64]) -> NDArray[np.float64]:
    """Value of a parsed property at the temperatures `t`, in the shape of `t`."""
    if is_table(value):
        degc, v = np.transpose(value)
        return np.interp(t, degc, v)
    if not callable(value):
        return np.full(t.shape, value)
    try:
        return np.broadcast_to(np.asarray(value(t), dtype=float), t.shape)
    except InputError as error:
        raise InputError(f"{owner}: {error}") from error
    except (TypeError, ValueError) as error:
        raise InputError(
            f"{owner}: {prop} is a function that must map a numpy array of degC to as many "
            f"values, and failed with: {error}"
        ) from error


def checked_range(owner: str, prop: str, span: Any, value: float | None) -> tuple[float, float]:
    """A (low, high) pair, checked to hold `value` (the one at 25 degC)."""
    try:
        low, high = (float(x) for x in span)
    except (TypeError, ValueError):
        raise InputError(f"{owner}: {prop} range = {span!r} must be two numbers") from None
    slack = 1e-9 * max(abs(low), abs(high))
    if not (np.isfinite(low) and np.isfinite(high) and low <= high) or (
        value is not None and not low - slack <= value <= high + slack
    ):
        at = "" if value is None else f" around the value {value:g} at {REFERENCE_DEGC:g} degC"
        raise InputError(f"{owner}: {prop} range = {span!r} must be finite and ordered{at}")
    return low, high


def checked_reference(value: Any, owner: str = "") -> float:
    """The temperature at which a resistivity holds, degC."""
    if not is_number(value) or not ABSOLUTE_ZERO_DEGC <= value < np.inf:
        raise InputError(
            f"{owner}reference_degc = {value!r} must be a finite number of at least "
            f"{ABSOLUTE_ZERO_DEGC}, degC"
        )
    return float(value)


def plain(value: Any) -> Any:
    return [list(pair) for pair in value] if is_table(value) else value


# --------------------------------------------------------------------------------------
# integral over the temperature
# --------------------------------------------------------------------------------------


def integral(
    owner: str, prop: str, value: Any, t: NDArray[np.float64], t0: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Integral of a canonical property from the temperatures `t0` to `t`, of the same shape."""
    if is_table(value):
        return np.asarray(_table_primitive(value, t) - _table_primitive(value, t0))
    if not callable(value):
        return np.asarray(value * (t - t0))
    if t.size == 0 or np.array_equal(t, t0):
        return np.zeros(t.shape)
    return np.asarray(_function_integral(owner, prop, value, t, t0))


def _table_primitive(
    table: tuple[tuple[float, float], ...], t: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Integral of a piecewise linear table from its first temperature to `t`, exactly."""
    knots, v = np.transpose(table)
    slope = np.append(np.diff(v) / np.diff(knots), 0.0)
    area = np.append(0.0, np.cumsum(0.5 * (v[1:] + v[:-1]) * np.diff(knots)))
    k = np.clip(np.searchsorted(knots, t, side="right") - 1, 0, None)
    x = t - knots[k]
    return area[k] + x * (v[k] + 0.5 * np.where(x < 0.0, 0.0, slope[k]) * x)


_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(8)


def _gauss(
    f: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    a: NDArray[np.float64],
    b: NDArray[np.float64],
) -> NDArray[np.float64]:
    half = 0.5 * (b - a)
    return half * sum(w * f(a + half * (1.0 + x)) for x, w in zip(_NODES, _WEIGHTS, strict=True))


def _function_integral(
    owner: str, prop: str, value: Any, t: NDArray[np.float64], t0: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Integral of a function from `t0` to `t`.

    The span of all temperatures is bisected, kinks and jumps included, until an 8-point rule and
    its two halves agree; each temperature then adds the part of the panel it lies in.
    """

    def f(x: NDArray[np.float64]) -> NDArray[np.float64]:
        # a fit may leave the physical range on its way: noted (material_notes), not refused
        return evaluate(owner, prop, value, x, idealized=True)

    lo = min(t.min(), t0.min())
    hi = max(t.max(), t0.max())
    edges = np.linspace(lo, hi, 5)
    a, b = edges[:-1], edges[1:]
    tolerance = 1e-12 * (hi - lo) * float(np.abs(f(np.linspace(lo, hi, 33))).max())
    done: list[NDArray[np.float64]] = []  # rows: start, integral
    for _ in range(60):
        middle = 0.5 * (a + b)
        left, right = _gauss(f, a, middle), _gauss(f, middle, b)
        ok = np.abs(left + right - _gauss(f, a, b)) <= tolerance
        done.append(np.array([a[ok], (left + right)[ok]]))
        a, b = (
            np.concatenate([a[~ok], middle[~ok]]),
            np.concatenate([middle[~ok], b[~ok]]),
        )
        if a.size == 0 or a.size > 10_000:
            break
    if a.size:
        raise AnalysisError(
            f"{owner}: the integral of {prop} between {lo:g} and {hi:g} degC does not converge"
        )
    start, part = np.concatenate(done, axis=1)
    order = np.argsort(start)
    start, part = start[order], part[order]
    area = np.append(0.0, np.cumsum(part)[:-1])

    def primitive(x: NDArray[np.float64]) -> NDArray[np.float64]:
        k = np.clip(np.searchsorted(start, x, side="right") - 1, 0, None)
        return area[k] + _gauss(f, start[k], x)

    return primitive(t) - primitive(t0)


# --------------------------------------------------------------------------------------
# conductivity
# --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ConductivityFromResistivity:
    """Electrical conductivity in S/m as a function of degC, from a resistivity.

    Parameters
    ----------
    resistivity_ohm_m : float or table of (degC, ohm m)
        Resistivity at `reference_degc`, or as a table.
    tcr_per_k : float
        Temperature coefficient of the resistivity in 1/K: rho = rho_ref (1 + TCR (T - T_ref)).
        A table excludes it.
    reference_degc : float
        Temperature T_ref in degC.

    Examples
    --------
    >>> sigma = ConductivityFromResistivity(20e-8, tcr_per_k=0.005)
    >>> round(float(sigma(70.0)))
    4000000
    """

    resistivity_ohm_m: Any
    tcr_per_k: float = 0.0
    reference_degc: float = 20.0

    def __post_init__(self) -> None:
        rho = canonical("resistivity", "resistivity_ohm_m", self.resistivity_ohm_m)
        tcr = canonical("resistivity", "resistivity_tcr_per_k", self.tcr_per_k)
        if callable(rho) or not isinstance(tcr, float):
            raise InputError(
                "resistivity_ohm_m must be a number or a table and resistivity_tcr_per_k a number"
            )
        if is_table(rho) and tcr != 0.0:
            raise InputError(
                "resistivity_ohm_m is a table, which leaves no room for a resistivity_tcr_per_k"
            )
        object.__setattr__(self, "resistivity_ohm_m", rho)
        object.__setattr__(self, "tcr_per_k", tcr)
        object.__setattr__(self, "reference_degc", checked_reference(self.reference_degc))

    def __call__(self, temperature_degc: ArrayLike) -> NDArray[np.float64]:
        t = np.asarray(temperature_degc, dtype=float)
        rho = evaluate("resistivity", "resistivity_ohm_m", self.resistivity_ohm_m, t)
        rho = rho * (1.0 + self.tcr_per_k * (t - self.reference_degc))
        if np.any(rho <= 0.0):
            raise InputError(
                f"resistivity_tcr_per_k = {self.tcr_per_k:g} makes the resistivity vanish or "
                f"negative at {t[rho <= 0.0].flat[0]:g} degC" + self._kelvin()
            )
        return 1.0 / rho

    def _kelvin(self) -> str:
        likely = START_DEGC.likely(self.reference_degc)
        return likely and f": check reference_degc = {self.reference_degc:g} ({likely})"
