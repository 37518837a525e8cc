"""What drives a history: temperatures, displacements and instants over time, as they are given.

Temperatures are linear in time between given instants, at every place. At one instant they are a
number, or a field: a number per region, an array at the mesh vertices, or f(r, z) in the model's
length unit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import numpy as np

from fem_bump.algebra.bends import bends
from fem_bump.algebra.shape_functions import triangle_rule
from fem_bump.body.material_state import Anywhere, temperature_anywhere
from fem_bump.body.model import Model
from fem_bump.errors import InputError, is_number

Displacement = float | Callable[[float], float]  # um, or over time


@dataclass(frozen=True, eq=False)
class Field:
    """Temperatures of a body at one instant that differ from place to place.

    Attributes
    ----------
    at
        f(elements, x, y): degC at reference points.
    points
        (elements, q) degC at quadrature points.
    kept
        What was found at these temperatures, by what it is.
    """

    at: Anywhere
    points: np.ndarray
    kept: dict[Any, np.ndarray] = field(default_factory=dict, repr=False)

    def __format__(self, spec: str) -> str:
        return f"{self.points.min():{spec}} to {self.points.max():{spec}}"


Degc = float | Field


@dataclass(frozen=True)
class Heat:
    """Temperatures over time: ``Heat(...)(t)`` is a number or a `Field`."""

    model: Model
    times_s: np.ndarray
    given: tuple[Any, ...]

    def __call__(self, time_s: float) -> Degc:
        if self._fields is None:
            return float(np.interp(time_s, self.times_s, self.given))
        last = len(self.times_s) - 1
        k = min(max(int(np.searchsorted(self.times_s, time_s, side="right")) - 1, 0), last - 1)
        share = (time_s - self.times_s[k]) / (self.times_s[k + 1] - self.times_s[k])
        share = min(max(float(share), 0.0), 1.0)
        one, other = self._fields[k : k + 2]
        at = partial(_between, share, one.at, other.at)
        return Field(at, (1 - share) * one.points + share * other.points)

    def of_region(self, region: str) -> np.ndarray:
        """Temperatures between which all of a region's lie, degC."""
        if self._fields is None:
            return np.array(self.given)
        elements = self.model.regions[region]
        points = [each.points[elements] for each in self._fields]
        return np.array([(each.min(), each.max()) for each in points]).ravel()

    @cached_property
    def _fields(self) -> list[Field] | None:
        """A field per given instant; None where all are numbers."""
        if all(is_number(each) for each in self.given):
            return None
        element, x, y, _ = self.model.quadrature_of(np.arange(self.model.mesh.nelements))
        shape = (-1, triangle_rule()[0].shape[1])
        out = []
        for k, each in enumerate(self.given):
            at = temperature_anywhere(self.model, each, f"temperatures_degc[{k}]")
            points = at(element, x, y).reshape(shape)
            if not np.isfinite(points).all():
                raise InputError(f"temperatures_degc[{k}] must be finite everywhere")
            out.append(Field(at, points))
        return out


def _between(
    share: float, one: Anywhere, other: Anywhere, element: np.ndarray, x: np.ndarray, y: np.ndarray
) -> np.ndarray:
    return np.asarray((1 - share) * one(element, x, y) + share * other(element, x, y))


def heat(model: Model, times_s: Any, temperatures_degc: Any) -> Heat:
    """Instants and temperatures as given, checked.

    Raises
    ------
    InputError
        Other than as many temperatures as instants, instants that do not increase, values that are
        not finite.
    """
    try:
        times = np.array(times_s, dtype=float)
    except (TypeError, ValueError):
        raise InputError("times_s must be a list of numbers") from None
    listed = isinstance(temperatures_degc, Sequence | np.ndarray)
    if isinstance(temperatures_degc, str) or not listed:
        raise InputError(f"temperatures_degc = {temperatures_degc!r} must be a list")
    count = len(temperatures_degc)
    if times.ndim != 1 or len(times) != count or count == 0:
        raise InputError(
            f"times_s and temperatures_degc must be lists of the same length, not {times.shape} "
            f"and ({count},)"
        )
    numbers = [each for each in temperatures_degc if is_number(each)]
    if not (np.isfinite(times).all() and np.isfinite(numbers).all()):
        raise InputError("times_s and temperatures_degc must be finite")
    if len(times) < 2 or (np.diff(times) <= 0).any():
        creeping = [r for r in model.regions if getattr(model.materials[r].law, "creeps", False)]
        why = ""
        if creeping:
            law = model.materials[creeping[0]].law.name
            why = f": region '{creeping[0]}' creeps ({law}), which takes time"
        raise InputError(
            f"times_s = {times.tolist()} s must hold at least two instants that increase{why}"
        )
    found = Heat(model, times, tuple(temperatures_degc))
    for region in model.regions:
        found.of_region(region)  # refuses what is no field
    return found


def instants(
    times_s: np.ndarray, functions: Sequence[Callable[[float], float]], share: float
) -> list[float]:
    """Given instants, and those at which functions bend by a share of their range."""
    given = times_s.tolist()
    return sorted({*given, *bends(functions, given, share)})


def moving(
    prescribed: Mapping[str, Mapping[str, Displacement]],
) -> list[Callable[[float], float]]:
    """Those displacements that are functions of time."""
    return [
        partial(value_at, _said(boundary, component), value)
        for boundary, by_component in prescribed.items()
        for component, value in by_component.items()
        if callable(value)
    ]


def prescribed_at(
    given: Mapping[str, Mapping[str, Displacement]], time_s: float
) -> dict[str, dict[str, float]]:
    """Displacements, um, at a time."""
    return {
        boundary: {
            component: value_at(_said(boundary, component), value, time_s)
            for component, value in by_component.items()
        }
        for boundary, by_component in given.items()
    }


def _said(boundary: str, component: str) -> str:
    return f"prescribed_um['{boundary}']['{component}']"


def value_at(said: str, value: Displacement, time_s: float) -> float:
    """A displacement, um, at a time.

    Raises
    ------
    InputError
        For a function that fails and for what is no finite number, by the name ``said``.
    """
    try:
        at = value(time_s) if callable(value) else value
    except (TypeError, ValueError, ArithmeticError) as error:
        raise InputError(
            f"{said} is a function that must map a time in s to um, and failed at "
            f"t = {time_s:g} s with: {error}"
        ) from error
    if not is_number(at) or not math.isfinite(at):
        raise InputError(f"{said} = {at!r} at t = {time_s:g} s must be a finite number, um")
    return float(at)
