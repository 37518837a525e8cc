"""What every point of a model is made of at its temperature: E, nu and thermal strain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from fem_bump.body.model import Model
from fem_bump.errors import InputError, is_number

Scalar = float | Callable[[np.ndarray, np.ndarray], np.ndarray]
DeltaT = Scalar | Mapping[str, float] | np.ndarray
Anywhere = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


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
    """E, nu and thermal strain at the points of a quadrature rule, and anywhere else.

    ``delta_t`` is the temperature less the stress-free one, K.
    """
    free = stress_free(model, stress_free_degc)
    rise = temperature_anywhere(model, delta_t, "delta_t")
    varying = not (is_number(delta_t) or isinstance(delta_t, Mapping))
    return state_at(
        model, lambda region, *place: free[region] + rise(*place), free, rule, varying, "delta_t"
    )


def stress_free(model: Model, given: float | Mapping[str, float]) -> dict[str, float]:
    """Stress-free temperature of every region, degC, checked."""
    if not isinstance(given, Mapping):
        _check_number("stress_free_degc", given)
        given = {region: given for region in model.regions}
    _check_by_region(model, "stress_free_degc", given)
    return {region: float(given[region]) for region in model.regions}


def state_at(
    model: Model,
    degc: Callable[..., np.ndarray],
    stress_free_degc: Mapping[str, float],
    rule: np.ndarray,
    varying: bool,
    called: str,
) -> MaterialState:
    """E, nu and thermal strain at temperatures ``degc(region, elements, x, y)``.

    Parameters
    ----------
    varying
        Whether they differ within a region.
    called
        What is to blame where they are not finite.
    """

    def at(
        element: np.ndarray, x: np.ndarray, y: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        out = np.empty((3, len(element)))
        owner = model.region_index[element]
        for k in np.unique(owner):
            region = model.region_names[k]
            here = owner == k
            material = model.materials[region]
            t = degc(region, element[here], x[here], y[here])
            out[0, here] = material.at("young_mpa", t)
            out[1, here] = material.at("poisson", t)
            out[2, here] = material.thermal_strain(t, stress_free_degc[region])
        if not np.isfinite(out).all():
            raise InputError(f"{called} must be finite everywhere")
        return out[0], out[1], out[2]

    n, q = model.mesh.nelements, rule.shape[1]
    if varying:
        element, x, y, _ = model.quadrature_of(np.arange(n))
        young, poisson, eps = (values.reshape(n, q) for values in at(element, x, y))
        return MaterialState(young, poisson, eps, at)
    one = np.full(n, 1 / 3)
    of_elements = at(np.arange(n), one, one)
    young, poisson, eps = (
        np.ascontiguousarray(np.broadcast_to(values[:, None], (n, q))) for values in of_elements
    )

    def constant(
        element: np.ndarray, x: np.ndarray, y: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        young, poisson, eps = of_elements
        return young[element], poisson[element], eps[element]

    return MaterialState(young, poisson, eps, constant)


def temperature_anywhere(model: Model, given: DeltaT, called: str) -> Anywhere:
    """A temperature as given, or a difference of two, as f(elements, x, y) at reference points.

    Raises
    ------
    InputError
        For unknown regions, arrays of another shape, what is no number.
    """
    _check_by_region(model, called, given)
    if isinstance(given, Mapping):
        by_region = np.array([float(given[name]) for name in model.region_names])
        return partial(_of_regions, by_region, model.region_index)
    if isinstance(given, list | tuple):
        given = _array_of(given, called)
    if isinstance(given, np.ndarray):
        return partial(_on_vertices, model.at_vertices(given, called), model.triangles)
    if callable(given):
        return partial(_of_function, model, given)
    _check_number(called, given)
    return partial(_everywhere, float(given))


Array = np.ndarray


def _everywhere(value: float, element: Array, x: Array, y: Array) -> Array:
    return np.full(len(element), value)


def _of_regions(values: Array, region: Array, element: Array, x: Array, y: Array) -> Array:
    return np.asarray(values[region[element]])


def _on_vertices(values: Array, triangles: Array, element: Array, x: Array, y: Array) -> Array:
    shape = np.array([1 - x - y, x, y])
    return np.asarray((values[triangles[:, element]] * shape).sum(axis=0))


def _of_function(
    model: Model, function: Callable[..., Any], element: Array, x: Array, y: Array
) -> Array:
    points = model.position_um(element, x, y) / model.unit_um
    return np.broadcast_to(np.asarray(function(*points), dtype=float), x.shape)


def _check_by_region(model: Model, called: str, given: Any) -> None:
    if not isinstance(given, Mapping):
        return
    for name in given:
        if name not in model.regions:
            raise InputError(f"{called} names the unknown region '{name}'")
    missing = [name for name in model.regions if name not in given]
    if missing:
        raise InputError(f"{called} has no value for region '{missing[0]}'")
    for name, value in given.items():
        _check_number(f"{called}['{name}']", value)


def _check_number(called: str, value: Any) -> None:
    if not is_number(value):
        raise InputError(f"{called} = {value!r} must be a number")
    if not np.isfinite(value):
        raise InputError(f"{called.partition('[')[0]} must be finite, but {called} = {value:g}")


def _array_of(values: Any, called: str) -> np.ndarray:
    """A list of one value per vertex as an array."""
    try:
        return np.array(values, dtype=float)
    except (TypeError, ValueError):
        raise InputError(f"{called} is a list of other things than numbers") from None
