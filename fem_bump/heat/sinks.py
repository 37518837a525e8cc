"""Where heat leaves a body: boundaries at a given temperature, and films to an ambient.

A film is Newton's law of cooling, h (T - T_ambient) out of the body per area; a boundary that
neither holds a temperature nor has a film is adiabatic. Units: degC, W/(m^2 K), W.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fem_bump.algebra.quadrature import facet_mass, facet_points
from fem_bump.body.held_boundaries import refuse_touching
from fem_bump.body.model import Model
from fem_bump.errors import InputError, is_number
from fem_bump.materials.quantities import ABSOLUTE_ZERO_DEGC

Film = tuple[float, float]  # W/(m^2 K), degC


@dataclass(frozen=True)
class Sinks:
    """Boundaries through which heat leaves, checked.

    Attributes
    ----------
    held_degc
        Boundary name to its temperature.
    film_w_per_m2k
        Boundary name to coefficient and ambient temperature.
    others_degc
        Temperatures of what else takes heat, a trace's substrate.
    """

    held_degc: Mapping[str, float]
    film_w_per_m2k: Mapping[str, Film]
    others_degc: tuple[float, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*self.held_degc, *self.film_w_per_m2k]))

    @property
    def _given_degc(self) -> list[float]:
        ambient = [degc for h, degc in self.film_w_per_m2k.values() if h > 0]
        return [*self.held_degc.values(), *ambient, *self.others_degc]

    @property
    def mean_degc(self) -> float:
        """Of what is held, or else of films by their coefficients: where an iteration starts."""
        if self.held_degc:
            return float(np.mean(list(self.held_degc.values())))
        weights, degc = np.transpose(list(self.film_w_per_m2k.values()))
        return float(weights @ degc / weights.sum())

    @property
    def lowest_degc(self) -> float:
        """Of the temperatures given: nothing that is heated gets colder."""
        return float(min(self._given_degc))

    @property
    def highest_degc(self) -> float:
        """Of the temperatures given: nothing gets hotter without heat."""
        return float(max(self._given_degc))


def sinks_of(
    model: Model,
    held_degc: Mapping[str, float] | None,
    film_w_per_m2k: Mapping[str, Film] | None,
    others_degc: tuple[float, ...] = (),
) -> Sinks:
    """Held boundaries and films as given, checked; ``others_degc`` as they are.

    Raises
    ------
    InputError
        For unknown boundaries, values that are none, and a body without any sink.
    """
    held = _by_boundary("held_degc", held_degc, "a temperature, degC")
    films = _by_boundary(
        "film_w_per_m2k",
        film_w_per_m2k,
        "a pair: coefficient in W/(m2 K) and ambient temperature in degC",
    )
    for name, degc in held.items():
        model.facets(name)
        _check_degc(f"held_degc['{name}']", degc)
    for name, film in films.items():
        model.facets(name)
        if not isinstance(film, Sequence) or isinstance(film, str) or len(film) != 2:
            raise InputError(
                f"film_w_per_m2k['{name}'] = {film!r} must be a pair: coefficient in W/(m2 K) and "
                "ambient temperature in degC"
            )
        h = film[0]
        if not is_number(h) or not 0 <= h < np.inf:
            raise InputError(
                f"film_w_per_m2k['{name}'] has the coefficient {h!r}, which must be finite and "
                ">= 0, W/(m2 K)"
            )
        _check_degc(f"the ambient temperature of film_w_per_m2k['{name}']", film[1])
        if name in held:
            raise InputError(f"boundary '{name}' holds a temperature and has a film; give one")
    if not held and not any(h > 0 for h, _ in films.values()):
        raise InputError(
            "a heated body needs a heat sink: give held_degc, or film_w_per_m2k with a coefficient "
            "above 0, for at least one boundary"
        )
    places = {name: model.boundary_nodes(name) for name in held}
    refuse_touching("held_degc", held, places, "temperature", "degC")
    return Sinks(held, films, others_degc)


def facet_shares(model: Model, name: str) -> np.ndarray:
    """(nodes,) area of a boundary that belongs to each of its nodes, um^2."""
    out = np.zeros(model.node_count)
    nodes = model.facet_nodes(model.facets(name))
    mass = facet_mass(model.node_points_um[:, nodes])
    # the lumped mass has no negative and, off the axis, no vanishing entry
    np.add.at(out, nodes, np.einsum("mii->im", mass))
    return out


def area_um2(model: Model, name: str) -> float:
    """Area of a boundary over the full revolution."""
    nodes = model.facet_nodes(model.facets(name))
    return float(facet_points(model.node_points_um[:, nodes])[1].sum())


def _by_boundary(called: str, given: Any, what: str) -> dict[str, Any]:
    """What is given per boundary, nothing for None."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise InputError(f"{called} = {given!r} must map names of boundaries to {what}")
    return dict(given)


def _check_degc(called: str, value: Any) -> None:
    if not is_number(value) or not ABSOLUTE_ZERO_DEGC <= value < np.inf:
        raise InputError(
            f"{called} = {value!r} must be a finite number of at least {ABSOLUTE_ZERO_DEGC}, degC"
        )
