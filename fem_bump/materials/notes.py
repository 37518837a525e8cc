"""What is noted of a material: values that no stack credibly has, tables that end too soon.

Nothing here refuses: a value without a physical meaning is refused where it is given
(:func:`fem_bump.materials.property.check`). Values are judged one by one by the table of
:mod:`fem_bump.materials.quantities`, and together where only that tells: a solid that expands
little is stiff, and a metal is stiff and conducts heat, so that 70 MPa is a modulus of a rubber,
not of a glass.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fem_bump.errors import InputError
from fem_bump.materials.property import (
    PROPERTIES,
    REFERENCE_DEGC,
    ConductivityFromResistivity,
    evaluate,
    is_table,
)
from fem_bump.materials.quantities import ABSOLUTE_ZERO_DEGC, QUANTITIES, START_DEGC, Quantity

Used = Mapping[str, tuple[float, float]]

# 20, 25 and 27 degC (300 K) are all called room temperature: one that ends there reaches there
ROOM_DEGC = (20.0, 27.0)
# least credible modulus, MPa, of what expands by less than the first number, 1/K
STIFF_WHERE_CTE_BELOW = ((15e-6, 1000.0), (60e-6, 100.0))
LEAST_METAL_MPA = 1000.0
# electrons carry heat as they carry current (Wiedemann and Franz): V2/K2, and a fifth of it
LORENZ, LEAST_LORENZ_SHARE = 2.44e-8, 0.2


class Noted(Protocol):
    """A material, as far as it is looked at here; its properties stand under their names."""

    @property
    def name(self) -> str: ...
    @property
    def idealized(self) -> bool: ...
    @property
    def is_conductor(self) -> bool: ...
    @property
    def cte_per_k(self) -> Any: ...
    def at(self, property_name: str, temperature_degc: ArrayLike) -> NDArray[np.float64]: ...


def notes(material: Noted, used: Used) -> list[str]:
    """Sentences of :meth:`fem_bump.Material.notes`."""
    if material.idealized:
        return []
    out = []
    for prop in PROPERTIES:
        if getattr(material, prop) is None:
            continue
        for name, value in _given(material, prop):
            out += _value_notes(material, prop, name, value, used)
            if is_table(value):
                out += _table_notes(material, name, value, used.get(prop))
    return out


def what_matters(material: Noted) -> Callable[[Used], tuple[Any, ...]]:
    """Of temperatures of use, what notes depend on: where it is equal, notes are.

    Those that a table does not reach, and all at which a function is taken.
    """
    varying = [
        (prop, value)
        for prop in PROPERTIES
        if getattr(material, prop) is not None
        for _, value in _given(material, prop)
        if is_table(value) or callable(value)
    ]

    def of(used: Used) -> tuple[Any, ...]:
        there = ((prop, value, used[prop]) for prop, value in varying if prop in used)
        return tuple((p, _beyond(v, at) if is_table(v) else at) for p, v, at in there)

    return of


def _given(material: Noted, prop: str) -> list[tuple[str, Any]]:
    """The property, or what was given for it: a resistivity and its coefficient."""
    value = getattr(material, prop)
    if not isinstance(value, ConductivityFromResistivity):
        return [(prop, value)]
    return [
        ("resistivity_ohm_m", value.resistivity_ohm_m),
        ("resistivity_tcr_per_k", value.tcr_per_k),
        ("reference_degc", value.reference_degc),
    ]


def _value_notes(material: Noted, prop: str, name: str, value: Any, used: Used) -> list[str]:
    if name == "reference_degc":
        quantity, why = START_DEGC, ""
    else:
        quantity, why = _expected(material, name)
    # a coefficient that passes 0 in its table is small there
    values = _values(material, prop, value, used)
    passes_zero = values.size > 1 and np.abs(values).max() >= quantity.least
    judged = quantity._replace(least=0.0) if passes_zero else quantity
    odd = [float(v) for v in values if not judged.is_credible(float(v))]
    return [_note(material, name, odd[0], quantity, why)] if odd else []


def _values(material: Noted, prop: str, value: Any, used: Used) -> NDArray[np.float64]:
    """Every value of a number or a table, those of a function where it is used."""
    if is_table(value):
        return np.array(value)[:, 1]
    if not callable(value):
        return np.array([value])
    low, high = used.get(prop, (REFERENCE_DEGC, REFERENCE_DEGC))
    found = []
    for t in (REFERENCE_DEGC, *np.linspace(low, high, 9)):
        try:
            found.append(float(evaluate(material.name, prop, value, np.array([t]))[0]))
        except InputError:
            continue  # refused where it is used, with a reason
    return np.array(found)


def _expected(material: Noted, name: str) -> tuple[Quantity, str]:
    """What is credible for this material, and what makes it so where other properties do."""
    quantity = QUANTITIES[name]
    if name == "young_mpa":
        if material.is_conductor:
            return _at_least(quantity, LEAST_METAL_MPA), " for a conductor"
        cte = float(np.abs(_values(material, "cte_per_k", material.cte_per_k, {})).max(initial=0.0))
        for below, least in STIFF_WHERE_CTE_BELOW:
            if 0.0 < cte < below:
                return _at_least(quantity, least), f" where cte_per_k = {cte:g}"
    if name == "thermal_conductivity_w_per_mk" and material.is_conductor:
        sigma = float(material.at("conductivity_s_per_m", REFERENCE_DEGC))
        by_electrons = LORENZ * sigma * (REFERENCE_DEGC - ABSOLUTE_ZERO_DEGC)
        return _at_least(
            quantity, LEAST_LORENZ_SHARE * by_electrons
        ), f" where it has {sigma:g} S/m"
    return quantity, ""


def _at_least(quantity: Quantity, least: float) -> Quantity:
    low, high = quantity.credible
    return quantity._replace(credible=(max(low, least), high))


def _note(material: Noted, name: str, value: float, quantity: Quantity, why: str) -> str:
    likely = quantity.likely(value)
    return (
        f"check the unit of {name} = {value:g} of material '{material.name}': "
        f"{quantity.credible_text(value)}{why}" + (likely and f" ({likely})")
    )


def _table_notes(
    material: Noted, name: str, table: Any, used: tuple[float, float] | None
) -> list[str]:
    """Temperatures in kelvin, and temperatures of the load that the table does not reach."""
    first, last = table[0][0], table[-1][0]
    span = f"{first:g} to {last:g} degC" if last > first else f"{first:g} degC alone"
    out = []
    if not START_DEGC.is_credible(first):
        likely = START_DEGC.likely(first)
        out.append(
            f"check the unit of the temperatures of {name} of material '{material.name}', which "
            f"are {span}" + (likely and f" ({likely})")
        )
    if used is None:
        return out
    beyond = _beyond(table, used)
    if beyond:
        at = " and ".join(f"{t:g}" for t in dict.fromkeys(beyond))
        out.append(
            f"the table of {name} of material '{material.name}' does not cover the load: it is of "
            f"{span}, and is taken at {at} degC, where its end value holds"
        )
    return out


def _beyond(table: Any, used: tuple[float, float]) -> tuple[float, ...]:
    """Temperatures of use that a table does not reach."""
    first, last = table[0][0], table[-1][0]
    return tuple(t for t in used if not _reaches(first, last, t))


def _reaches(first: float, last: float, t: float) -> bool:
    low, high = ROOM_DEGC
    if low <= t <= high and (low <= first <= high or low <= last <= high):
        return True
    return first <= t <= last
