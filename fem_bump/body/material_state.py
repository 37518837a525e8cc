"""What every point of a model is made of at its temperature: E, nu and thermal strain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from fem_bump.body.model import Model
from fem_bump.errors import InputError, is_number

Scalar = float | Callable[[np.ndarray, np.ndarray], np.ndarray]
DeltaT = Scalar | Mapping[str, float] | np.ndarray


@dataclass(frozen=True)
class MaterialState:
    """Per element and quadrature point: E (MPa), nu, thermal strain; and how to get them anywhere.

    ``at(elements, x, y)`` evaluates the three at reference points.
    """

    young: np.ndarray
    poisson: np.ndarray
    eps: np.ndarray
    at: Callable[[np.ndarray, np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray, np.ndarray]]


def material_state(
    model: Model,
    delta_t: DeltaT,
    stress_free_degc: float | Mapping[str, float],
    rule: np.ndarray,
) -> MaterialState:
    for argument, given in (("delta_t", delta_t), ("stress_free_degc", stress_free_degc)):
        if isinstance(given, Mapping):
            for name in given:
                if name not in model.regions:
                    raise InputError(f"{argument} names the unknown region '{name}'")
            missing = [name for name in model.regions if name not in given]
            if missing:
                raise InputError(f"{argument} has no value for region '{missing[0]}'")
            for name, value in given.items():
                _check_number(f"{argument}['{name}']", value)
    if isinstance(delta_t, list | tuple):
        delta_t = _array_of(delta_t)
    varying = callable(delta_t) or isinstance(delta_t, np.ndarray)
    if not varying and not isinstance(delta_t, Mapping):
        _check_number("delta_t", delta_t)
    if not isinstance(stress_free_degc, Mapping):
        _check_number("stress_free_degc", stress_free_degc)
    if isinstance(delta_t, np.ndarray):
        delta_t = model.at_vertices(delta_t, "delta_t")

    def region_value(given: Any, region: str) -> float:
        return float(given[region]) if isinstance(given, Mapping) else float(given)

    def temperature_rise(element: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        corner = model.triangles[:, element]
        shape = np.array([1 - x - y, x, y])
        if isinstance(delta_t, np.ndarray):
            return (delta_t[corner] * shape).sum(axis=0)
        assert callable(delta_t)
        points = model.position_um(element, x, y) / model.unit_um
        return np.broadcast_to(np.asarray(delta_t(*points), dtype=float), x.shape)

    def at(element: np.ndarray, x: np.ndarray, y: np.ndarray):
        out = np.empty((3, len(element)))
        owner = model.region_index[element]
        for k in np.unique(owner):
            region = model.region_names[k]
            here = owner == k
            material = model.materials[region]
            free = region_value(stress_free_degc, region)
            if varying:
                rise = temperature_rise(element[here], x[here], y[here])
            else:
                rise = np.array(region_value(delta_t, region))
            out[0, here] = material.at("young_mpa", free + rise)
            out[1, here] = material.at("poisson", free + rise)
            out[2, here] = material.thermal_strain(free + rise, free)
        if not np.isfinite(out).all():
            raise InputError("delta_t must be finite everywhere")
        return out[0], out[1], out[2]

    n, q = model.mesh.nelements, rule.shape[1]
    if varying:
        element, x, y, _ = model.quadrature_of(np.arange(n))
        young, poisson, eps = (values.reshape(n, q) for values in at(element, x, y))
    else:
        element = np.arange(n)
        one = np.full(n, 1 / 3)
        young, poisson, eps = (
            np.ascontiguousarray(np.broadcast_to(values[:, None], (n, q)))
            for values in at(element, one, one)
        )
    return MaterialState(young, poisson, eps, at)


def _check_number(called: str, value: Any) -> None:
    if not is_number(value):
        raise InputError(f"{called} = {value!r} must be a number")
    if not np.isfinite(value):
        raise InputError(f"{called.partition('[')[0]} must be finite, but {called} = {value:g}")


def _array_of(values: Any) -> np.ndarray:
    """A list of one value per vertex as an array."""
    try:
        return np.array(values, dtype=float)
    except (TypeError, ValueError):
        raise InputError("delta_t is a list of other things than numbers") from None
