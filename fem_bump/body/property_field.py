"""A property of the materials where it depends on a temperature that varies in space.

The temperature is given at second-order nodes and interpolated with the elements' own functions.
Units: degC, and the property's.
"""

from __future__ import annotations

import numpy as np

from fem_bump.algebra.shape_functions import shape_functions, triangle_rule
from fem_bump.body.model import Model
from fem_bump.errors import InputError, is_number

Temperatures = float | np.ndarray


def node_temperatures(model: Model, given: Temperatures, called: str) -> Temperatures:
    """A number, or one per second-order node, checked.

    Raises
    ------
    InputError
        For anything else.
    """
    if is_number(given):
        return float(given)
    values = np.asarray(given)
    if values.shape == (model.node_count,) and values.dtype.kind == "f":
        return values
    raise InputError(
        f"{called} must be a number or an array of one per second-order node, "
        f"({model.node_count},), degC"
    )


def temperature_at(
    model: Model, degc: Temperatures, element: np.ndarray, x: np.ndarray, y: np.ndarray
) -> np.ndarray:
    """(N,) temperature at reference points of elements."""
    if not isinstance(degc, np.ndarray):
        return np.full(len(element), degc)
    shape, _, _ = shape_functions(np.array([x, y]))
    return np.asarray((shape * degc[model.nodes[:, element]].T).sum(axis=1))


def property_at(model: Model, prop: str, element: np.ndarray, degc: np.ndarray) -> np.ndarray:
    """Values of a property in elements (N,) at temperatures (N, ...); zero where there is none."""
    out, owner = np.zeros(degc.shape), model.region_index[element]
    for k in np.unique(owner):
        material = model.materials[model.region_names[k]]
        if getattr(material, prop) is not None:
            here = owner == k
            out[here] = material.at(prop, degc[here])
    return out


def property_field(model: Model, prop: str, degc: Temperatures) -> np.ndarray:
    """(elements, q) a property at the quadrature points; zero where a material has none."""
    element = np.arange(model.mesh.nelements)
    q = triangle_rule()[0].shape[1]
    if isinstance(degc, np.ndarray):
        return property_at(model, prop, element, at_quadrature(model, degc))
    by_region = [
        0.0 if getattr(material, prop) is None else float(material.at(prop, degc))
        for material in (model.materials[name] for name in model.region_names)
    ]
    values = np.array(by_region)[model.region_index]
    return np.ascontiguousarray(np.broadcast_to(values[:, None], (len(element), q)))


def at_quadrature(model: Model, values: np.ndarray) -> np.ndarray:
    """(elements, q) nodal values at the quadrature points."""
    shape, _, _ = shape_functions(triangle_rule()[0])
    return np.ascontiguousarray(values[model.nodes].T @ shape.T)
