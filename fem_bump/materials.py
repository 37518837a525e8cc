"""Materials: what a region is made of, and a cited library of what bumps are made of.

A property is a number, a table of (degC, value) pairs or a function of the temperature in degC.
A table is interpolated linearly and keeps its end values outside its range. All temperatures are
degrees Celsius; laws published in kelvin were converted where they entered the library.

The free thermal strain between a stress-free temperature T0 and T is the integral of the
instantaneous (not the secant) expansion coefficient,

    eps_th = integral of alpha(T') dT' from T0 to T,

positive when a body with alpha > 0 is warmer than its stress-free state. It is exact for numbers
and tables; for a function it comes from an adaptive Gauss rule.

Electrical data are mostly published as resistivities, rho = rho_ref (1 + TCR (T - T_ref)), or as a
table of rho. `ConductivityFromResistivity` keeps that form, and inverts it where it is evaluated.

The library is ``fem_bump/data/materials.toml``; ``docs/materials.md`` describes the layout, which
is also the layout of a user's own file. Units: MPa, 1/K, S/m, W/(m K), ohm m.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from numbers import Real
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import AnalysisError, InputError

__all__ = [
    "ConductivityFromResistivity",
    "Material",
    "MaterialLibrary",
    "Provenance",
    "copper_film_yield_mpa",
    "materials",
]

Property = float | Sequence[Sequence[float]] | Callable[[Any], Any]

REFERENCE_DEGC = 25.0  # where ranges hold, and where functions are tried out
ABSOLUTE_ZERO_DEGC = -273.15

UNITS = {
    "young_mpa": "MPa",
    "poisson": "1",
    "cte_per_k": "1/K",
    "conductivity_s_per_m": "S/m",
    "thermal_conductivity_w_per_mk": "W/(m K)",
    "yield_mpa": "MPa",
    "resistivity_ohm_m": "ohm m",
    "resistivity_tcr_per_k": "1/K",
}
PROPERTIES = tuple(UNITS)[:6]
_REQUIRED = PROPERTIES[:3]
_NEEDED_BY = {
    "conductivity_s_per_m": "conduction",
    "thermal_conductivity_w_per_mk": "heat conduction",
    "yield_mpa": "a yielded volume fraction",
}
_CONFIDENCES = ("high", "medium", "low")


# --------------------------------------------------------------------------------------
# one property
# --------------------------------------------------------------------------------------


def _check(owner: str, prop: str, values: ArrayLike) -> None:
    """Raise `InputError` for the first of `values` that `prop` cannot take."""
    v = np.asarray(values, dtype=float)
    if prop == "poisson":
        ok, rule = (v > -1.0) & (v < 0.5), "lie between -1 and 0.5 (both excluded)"
    elif prop in ("cte_per_k", "resistivity_tcr_per_k"):
        ok, rule = np.isfinite(v), "be finite"
    else:
        ok, rule = np.isfinite(v) & (v > 0.0), "be positive and finite"
    if not np.all(ok):
        raise InputError(f"{owner}: {prop} = {v[~ok].flat[0]:g} must {rule}")


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool | np.bool_)


def _is_table(value: object) -> bool:
    return isinstance(value, tuple)


def _canonical(owner: str, prop: str, value: Any) -> Any:
    """The value as a float, a tuple of (degC, value) pairs or a callable, checked."""
    if callable(value):
        return value
    if _is_number(value):
        _check(owner, prop, value)
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
    _check(owner, prop, table[:, 1])
    return tuple((float(t), float(v)) for t, v in table)


def _temperatures(owner: str, temperature_degc: ArrayLike) -> NDArray[np.float64]:
    t = np.asarray(temperature_degc, dtype=float)
    bad = ~(np.isfinite(t) & (t >= ABSOLUTE_ZERO_DEGC))
    if np.any(bad):
        raise InputError(
            f"{owner}: temperature_degc = {t[bad].flat[0]:g} must be finite and at least "
            f"{ABSOLUTE_ZERO_DEGC}"
        )
    return t


def _evaluate(owner: str, prop: str, value: Any, t: NDArray[np.float64]) -> NDArray[np.float64]:
    """Value of a canonical property at the temperatures `t`, in the shape of `t`."""
    if _is_table(value):
        degc, v = np.transpose(value)
        return np.interp(t, degc, v)
    if not callable(value):
        return np.full(t.shape, value)
    try:
        v = np.broadcast_to(np.asarray(value(t), dtype=float), t.shape)
    except InputError as error:
        raise InputError(f"{owner}: {error}") from error
    except (TypeError, ValueError) as error:
        raise InputError(
            f"{owner}: {prop} is a function that must map a numpy array of degC to as many "
            f"values, and failed with: {error}"
        ) from error
    _check(owner, prop, v)
    return v


# --------------------------------------------------------------------------------------
# integral of the expansion coefficient
# --------------------------------------------------------------------------------------


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


def _function_strain(
    owner: str,
    f: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    t: NDArray[np.float64],
    t0: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Integral of `f` from `t0` to `t`.

    The span of all temperatures is bisected, kinks and jumps included, until an 8-point rule and
    its two halves agree; each temperature then adds the part of the panel it lies in.
    """
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
            f"{owner}: the integral of cte_per_k between {lo:g} and {hi:g} degC does not converge"
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
# Material
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
        rho = _canonical("resistivity", "resistivity_ohm_m", self.resistivity_ohm_m)
        tcr = _canonical("resistivity", "resistivity_tcr_per_k", self.tcr_per_k)
        if callable(rho) or not isinstance(tcr, float):
            raise InputError(
                "resistivity_ohm_m must be a number or a table and resistivity_tcr_per_k a number"
            )
        if _is_table(rho) and tcr != 0.0:
            raise InputError(
                "resistivity_ohm_m is a table, which leaves no room for a resistivity_tcr_per_k"
            )
        if not _is_number(self.reference_degc) or not np.isfinite(self.reference_degc):
            raise InputError(f"reference_degc = {self.reference_degc!r} must be a finite number")
        object.__setattr__(self, "resistivity_ohm_m", rho)
        object.__setattr__(self, "tcr_per_k", tcr)
        object.__setattr__(self, "reference_degc", float(self.reference_degc))

    def __call__(self, temperature_degc: ArrayLike) -> NDArray[np.float64]:
        t = np.asarray(temperature_degc, dtype=float)
        rho = _evaluate("resistivity", "resistivity_ohm_m", self.resistivity_ohm_m, t)
        rho = rho * (1.0 + self.tcr_per_k * (t - self.reference_degc))
        if np.any(rho <= 0.0):
            raise InputError(
                f"resistivity_tcr_per_k = {self.tcr_per_k:g} makes the resistivity vanish or "
                f"negative at {t[rho <= 0.0].flat[0]:g} degC"
            )
        return 1.0 / rho


@dataclass(frozen=True)
class Material:
    """An isotropic material.

    Every property is a number, a table (sequence of (degC, value) pairs, linear in between and
    constant outside) or a function that maps a numpy array of degC to values.

    Parameters
    ----------
    name : str
        Name that appears in messages and records.
    young_mpa : Property
        Young's modulus in MPa, > 0.
    poisson : Property
        Poisson's ratio, -1 < nu < 0.5.
    cte_per_k : Property
        Instantaneous linear expansion coefficient in 1/K.
    conductivity_s_per_m : Property, optional
        Electrical conductivity in S/m, > 0. Without it the material is an insulator.
    thermal_conductivity_w_per_mk : Property, optional
        Thermal conductivity in W/(m K), > 0.
    yield_mpa : Property, optional
        Yield strength in MPa, > 0. Brittle materials and polymers have none.
    yield_range_mpa : (float, float), optional
        Lowest and highest credible yield strength at 25 degC in MPa.
    note : str, optional
        What a reader of a report has to know about the material.

    Examples
    --------
    >>> glass = Material("glass", 70e3, 0.2, [(0.0, 3e-6), (100.0, 5e-6)])
    >>> float(glass.at("young_mpa", 25.0))
    70000.0
    >>> round(float(glass.thermal_strain(100.0, 0.0)), 9)
    0.0004
    """

    name: str
    young_mpa: Any
    poisson: Any
    cte_per_k: Any
    conductivity_s_per_m: Any = None
    thermal_conductivity_w_per_mk: Any = None
    yield_mpa: Any = None
    yield_range_mpa: tuple[float, float] | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise InputError(f"material name = {self.name!r} must be a non-empty string")
        for prop in PROPERTIES:
            value = getattr(self, prop)
            if value is None and prop not in _REQUIRED:
                continue
            value = _canonical(self._owner, prop, value)
            object.__setattr__(self, prop, value)
            if callable(value):
                _evaluate(self._owner, prop, value, np.array([REFERENCE_DEGC, REFERENCE_DEGC]))
        if self.yield_range_mpa is not None:
            if self.yield_mpa is None:
                raise InputError(f"{self._owner}: yield_range_mpa needs a yield_mpa")
            value = float(self.at("yield_mpa", REFERENCE_DEGC))
            span = _range(self._owner, "yield_mpa", self.yield_range_mpa, value)
            _check(self._owner, "yield_range_mpa", span)
            object.__setattr__(self, "yield_range_mpa", span)

    @property
    def _owner(self) -> str:
        return f"material '{self.name}'"

    @property
    def is_conductor(self) -> bool:
        """Whether the material carries electric current."""
        return self.conductivity_s_per_m is not None

    def require(self, property_name: str) -> None:
        """Raise `InputError` if the material lacks `property_name`."""
        if property_name not in PROPERTIES:
            raise InputError(
                f"{self._owner}: property '{property_name}' is unknown; known are "
                f"{', '.join(PROPERTIES)}"
            )
        if getattr(self, property_name) is None:
            raise InputError(
                f"{self._owner} has no {property_name}, which {_NEEDED_BY[property_name]} needs: "
                "give it one, or leave its regions out"
            )

    def at(self, property_name: str, temperature_degc: ArrayLike) -> NDArray[np.float64]:
        """Value of a property at given temperatures.

        Parameters
        ----------
        property_name : str
            One of the properties above, e.g. ``"young_mpa"``.
        temperature_degc : array_like
            Temperatures in degC.

        Returns
        -------
        ndarray
            Values in the property's unit, in the shape of `temperature_degc`.
        """
        self.require(property_name)
        t = _temperatures(self._owner, temperature_degc)
        return _evaluate(self._owner, property_name, getattr(self, property_name), t)

    def thermal_strain(
        self, temperature_degc: ArrayLike, stress_free_degc: ArrayLike
    ) -> NDArray[np.float64]:
        """Free thermal strain at `temperature_degc` of a body stress-free at `stress_free_degc`.

        Parameters
        ----------
        temperature_degc, stress_free_degc : array_like
            Temperatures in degC, broadcast against each other.

        Returns
        -------
        ndarray
            Integral of `cte_per_k` from the stress-free to the actual temperature; negative after
            cooling if the coefficient is positive.
        """
        t, t0 = np.broadcast_arrays(
            _temperatures(self._owner, temperature_degc),
            _temperatures(self._owner, stress_free_degc),
        )
        cte = self.cte_per_k
        if _is_table(cte):
            return np.asarray(_table_primitive(cte, t) - _table_primitive(cte, t0))
        if not callable(cte):
            return np.asarray(cte * (t - t0))
        if t.size == 0 or np.array_equal(t, t0):
            return np.zeros(t.shape)
        return np.asarray(_function_strain(self._owner, lambda x: self.at("cte_per_k", x), t, t0))

    def yield_band_mpa(
        self, temperature_degc: ArrayLike
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Lowest, nominal and highest credible yield strength in MPa.

        The range is known at 25 degC; elsewhere it is scaled like the nominal strength.
        """
        nominal = self.at("yield_mpa", temperature_degc)
        if self.yield_range_mpa is None:
            return nominal, nominal, nominal
        scale = nominal / self.at("yield_mpa", REFERENCE_DEGC)
        low, high = self.yield_range_mpa
        return low * scale, nominal, high * scale

    def record(self) -> dict[str, Any]:
        """Everything that determines results, as plain JSON-able data (for hashing).

        A function is recorded by its qualified name and its values at a few temperatures, since
        the name alone does not tell one lambda from another.
        """
        record: dict[str, Any] = {"name": self.name}
        for prop in PROPERTIES:
            record[prop] = self._recorded(prop)
        record["yield_range_mpa"] = (
            None if self.yield_range_mpa is None else list(self.yield_range_mpa)
        )
        return record

    def _recorded(self, prop: str) -> Any:
        value = getattr(self, prop)
        if isinstance(value, ConductivityFromResistivity):
            return {
                "resistivity_ohm_m": _plain(value.resistivity_ohm_m),
                "tcr_per_k": value.tcr_per_k,
                "reference_degc": value.reference_degc,
            }
        if not callable(value):
            return _plain(value)
        named = value if hasattr(value, "__qualname__") else type(value)
        samples: list[list[float | None]] = []
        for t in (-55.0, 0.0, 25.0, 85.0, 125.0, 150.0, 183.0, 217.0, 260.0):
            try:
                samples.append([t, float(self.at(prop, t))])
            except InputError:  # outside of what the function was made for
                samples.append([t, None])
        return {"function": f"{named.__module__}.{named.__qualname__}", "samples": samples}


def _plain(value: Any) -> Any:
    return [list(pair) for pair in value] if _is_table(value) else value


def _range(owner: str, prop: str, span: Any, value: float | None) -> tuple[float, float]:
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


# --------------------------------------------------------------------------------------
# the library
# --------------------------------------------------------------------------------------


class Provenance(NamedTuple):
    """Where one value comes from; one row of a report's table of materials."""

    property: str
    value: str
    unit: str
    range: tuple[float, float] | None
    source: str
    validity: str
    verified: bool
    confidence: str | None


class _Entry(NamedTuple):
    material: Material
    description: str
    provenance: tuple[Provenance, ...]
    data: dict[str, Any]  # as read: what an entry `based_on` this one starts from


_TEXT_KEYS = ("description", "note", "based_on")
_VALUE_KEYS = ("value", "unit", "range", "source", "validity", "verified", "confidence")
_ELECTRICAL = ("conductivity_s_per_m", "resistivity_ohm_m", "resistivity_tcr_per_k")


def _unknown_key(owner: str, key: object, allowed: Sequence[str]) -> InputError:
    return InputError(f"{owner}: key '{key}' is unknown; allowed are {', '.join(allowed)}")


def _value_table(owner: str, prop: str, item: Any) -> tuple[dict[str, Any], Provenance]:
    """One property as given -> its checked table and its provenance."""
    table = dict(item) if isinstance(item, Mapping) else {"value": item}
    where = f"{owner}, {prop}"
    allowed = (*_VALUE_KEYS, "reference_degc") if prop == "resistivity_ohm_m" else _VALUE_KEYS
    for key in table:
        if key not in allowed:
            raise _unknown_key(where, key, allowed)
    if "value" not in table:
        raise InputError(f"{where}: key 'value' is missing")
    value = table["value"] = _canonical(owner, prop, table["value"])
    if table.setdefault("unit", UNITS[prop]) != UNITS[prop]:
        raise InputError(f"{where}: unit = {table['unit']!r} must be {UNITS[prop]!r}")
    for key, default in (("source", "user"), ("validity", "not stated")):
        if not isinstance(table.setdefault(key, default), str) or not table[key].strip():
            raise InputError(f"{where}: {key} = {table[key]!r} must be a non-empty string")
    if not isinstance(table.setdefault("verified", False), bool):
        raise InputError(f"{where}: verified = {table['verified']!r} must be true or false")
    confidence = table.setdefault("confidence", None)
    if confidence is not None and confidence not in _CONFIDENCES:
        raise InputError(
            f"{where}: confidence = {confidence!r} must be one of {', '.join(_CONFIDENCES)}"
        )
    span = table.get("range")
    if span is not None:
        at_reference = _evaluate(owner, prop, value, np.array([REFERENCE_DEGC]))
        span = table["range"] = _range(owner, prop, span, float(at_reference[0]))
    text = _value_text(value)
    if table.get("reference_degc") is not None:
        text += f" at {table['reference_degc']:g} degC"
    return table, Provenance(
        prop, text, table["unit"], span, table["source"], table["validity"],
        table["verified"], confidence,
    )  # fmt: skip


def _value_text(value: Any) -> str:
    if _is_table(value):
        return "; ".join(f"{v:.6g} at {t:g} degC" for t, v in value)
    if callable(value):
        return f"function {getattr(value, '__qualname__', type(value).__qualname__)}"
    return f"{value:.6g}"


def _entry(name: str, data: Any, known: Mapping[str, _Entry]) -> _Entry:
    """One material as given (a TOML table or a dict) -> checked."""
    owner = f"material '{name}'"
    if not isinstance(data, Mapping):
        raise InputError(f"{owner}: {data!r} must be a table of properties")
    allowed = (*_TEXT_KEYS, *UNITS)
    for key in data:
        if key not in allowed:
            raise _unknown_key(owner, key, allowed)
        if key in _TEXT_KEYS and not isinstance(data[key], str):
            raise InputError(f"{owner}: {key} = {data[key]!r} must be a string")
    data = dict(data)
    base = data.pop("based_on", None)
    if base is not None:
        inherited = dict(_find(base, known).data)
        if any(key in data for key in _ELECTRICAL[:2]):
            for key in _ELECTRICAL:
                inherited.pop(key, None)
        data = {**inherited, **data}
    for prop in _REQUIRED:
        if prop not in data:
            raise InputError(f"{owner}: {prop} is missing")
    tables, provenance = {}, []
    for prop in UNITS:
        if prop in data:
            tables[prop], row = _value_table(owner, prop, data[prop])
            provenance.append(row)
    values = {prop: tables[prop]["value"] for prop in PROPERTIES if prop in tables}
    if "resistivity_ohm_m" in tables:
        if "conductivity_s_per_m" in tables:
            raise InputError(f"{owner}: give conductivity_s_per_m or resistivity_ohm_m, not both")
        rho = tables["resistivity_ohm_m"]
        tcr = tables.get("resistivity_tcr_per_k", {"value": 0.0})["value"]
        try:
            values["conductivity_s_per_m"] = ConductivityFromResistivity(
                rho["value"], tcr, rho.get("reference_degc", 20.0)
            )
        except InputError as error:
            raise InputError(f"{owner}: {error}") from error
    elif "resistivity_tcr_per_k" in tables:
        raise InputError(f"{owner}: resistivity_tcr_per_k needs a resistivity_ohm_m")
    material = Material(
        name,
        **values,
        yield_range_mpa=tables.get("yield_mpa", {}).get("range"),
        note=data.get("note", ""),
    )
    return _Entry(material, data.get("description", ""), tuple(provenance), data)


def _normal(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum() or c == ".")


def _find(name: object, entries: Mapping[str, _Entry]) -> _Entry:
    """The entry called `name`, or an `InputError` that lists the names nearest to it."""
    if isinstance(name, str) and name in entries:
        return entries[name]
    by_normal = {_normal(known): known for known in entries}
    wanted = _normal(name) if isinstance(name, str) else ""
    near = [by_normal[key] for key in difflib.get_close_matches(wanted, by_normal, 4, 0.6)]
    near += [
        known
        for key, known in by_normal.items()
        if wanted and key and (wanted.startswith(key) or key.startswith(wanted))
    ]
    hint = (
        f"the nearest are {', '.join(dict.fromkeys(near))}"
        if near
        else f"known are {', '.join(entries) or 'none'}"
    )
    raise InputError(f"material {name!r} is unknown; {hint}")


def _read(text: bytes, where: str, known: Mapping[str, _Entry]) -> dict[str, _Entry]:
    try:
        tables = tomllib.loads(text.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = text[: error.start].count(b"\n") + 1
        raise InputError(f"{where}: not UTF-8 text (at line {line})") from error
    except tomllib.TOMLDecodeError as error:  # its message ends in the line and the column
        last = text.count(b"\n") + 1
        message = str(error).replace("at end of document", f"at line {last}, the last")
        raise InputError(f"{where}: not valid TOML: {message}") from error
    try:
        return _added(tables, known)
    except InputError as error:
        raise InputError(f"{where}: {error}") from error


def _added(tables: Mapping[str, Any], known: Mapping[str, _Entry]) -> dict[str, _Entry]:
    """Known entries, followed (or replaced) by the given ones."""
    entries = dict(known)
    for name, data in tables.items():
        entries[name] = _entry(name, data, entries)
    return entries


def _read_file(path: str | Path, known: Mapping[str, _Entry]) -> dict[str, _Entry]:
    try:
        text = Path(path).read_bytes()
    except OSError as error:
        raise InputError(
            f"material file {str(path)!r} cannot be read: {error.strerror or error}"
        ) from error
    return _read(text, str(path), known)


class MaterialLibrary(Mapping[str, Material]):
    """A read-only mapping of names to materials that knows where each value comes from.

    ``MaterialLibrary()`` is the shipped library, read when first used.

    Examples
    --------
    >>> mine = materials.extended({"paste": {"based_on": "SAC305", "young_mpa": 40000.0}})
    >>> float(mine["paste"].at("young_mpa", 25.0))
    40000.0
    """

    def __init__(self, entries: Mapping[str, _Entry] | None = None) -> None:
        if entries is not None:
            self.__dict__["_entries"] = dict(entries)  # instead of the shipped ones, below

    @cached_property
    def _entries(self) -> dict[str, _Entry]:
        file = resources.files(__package__).joinpath("data").joinpath("materials.toml")
        return _read(file.read_bytes(), "fem_bump/data/materials.toml", {})

    @classmethod
    def from_toml(cls, path: str | Path) -> MaterialLibrary:
        """A library of the materials in one TOML file, and no others."""
        return cls(_read_file(path, {}))

    def extended(self, more: str | Path | Mapping[str, Any]) -> MaterialLibrary:
        """A new library: this one and the materials of a TOML file or of a dict laid out like one.

        A name that exists already is replaced.
        """
        if isinstance(more, Mapping):
            return type(self)(_added(more, self._entries))
        return type(self)(_read_file(more, self._entries))

    def __getitem__(self, name: str) -> Material:
        return _find(name, self._entries).material

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, name: str, default: Any = None) -> Any:
        """The material called `name`, or `default` if there is none."""
        return self[name] if name in self else default

    def __repr__(self) -> str:
        return f"MaterialLibrary({', '.join(self)})"

    def description(self, name: str) -> str:
        """What the named material is, in one line."""
        return _find(name, self._entries).description

    def provenance(self, name: str) -> list[Provenance]:
        """Every value of the named material with unit, range, source and validity."""
        return list(_find(name, self._entries).provenance)

    def record(self, name: str) -> dict[str, Any]:
        """The named material as plain JSON-able data.

        Returns
        -------
        dict
            ``properties``, which is `Material.record` and determines results (hash this one), and
            ``description``, ``note`` and ``provenance``, which explain them.
        """
        entry = _find(name, self._entries)
        return {
            "properties": entry.material.record(),
            "description": entry.description,
            "note": entry.material.note,
            "provenance": [
                {**row._asdict(), "range": None if row.range is None else list(row.range)}
                for row in entry.provenance
            ],
        }


materials = MaterialLibrary()


def copper_film_yield_mpa(thickness_um: ArrayLike) -> NDArray[np.float64]:
    """Room-temperature yield strength of a copper film by its thickness, in MPa.

    Fit for vapour-deposited films on a compliant substrate (Yu and Spaepen, J. Appl. Phys. 2004):
    116 + 355 t^-0.473 with t in um. A plated film of the same thickness may differ by a factor.

    Parameters
    ----------
    thickness_um : array_like
        Film thickness in um, 0.1 to 3.

    Examples
    --------
    >>> round(float(copper_film_yield_mpa(1.0)))
    471
    """
    t = np.asarray(thickness_um, dtype=float)
    ok = (t >= 0.1) & (t <= 3.0)
    if not np.all(ok):
        raise InputError(
            f"thickness_um = {t[~ok].flat[0]:g} must lie between 0.1 and 3, where the law of the "
            "copper film's yield strength was measured"
        )
    return 116.0 + 355.0 * t**-0.473
