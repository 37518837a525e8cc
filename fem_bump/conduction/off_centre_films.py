"""Films on discs of an interface whose centres lie off the axis: what they add to its conductance.

Inside a disc the contact resistivity is another than beside it, so that the conductance per area

    g(r, theta) = 1 / rc beside  +  (1 / rc in the disc - 1 / rc beside) * indicator of the disc

varies around the axis, and the contact's term couples the harmonics of the potential: with
orthonormal functions psi of the angle (:mod:`fem_bump.algebra.angular_functions`),

    integral of (mean of g psi_i psi_j) [phi_j] [v_i],   weight 2 pi r.

The disc is seen along the axis: of an interface that is no plane, all that lies above or below it
belongs to the film. Units: um, ohm, S, degrees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from fem_bump.algebra.angular_functions import (
    AngularFunctions,
    disc_coefficients,
    graded_pieces,
)
from fem_bump.algebra.coupled_systems import CoupledNodes
from fem_bump.body.model import Model
from fem_bump.conduction.contacts import OHM_UM2, check_resistivity
from fem_bump.conduction.system import ConductionSystem
from fem_bump.errors import InputError, is_number
from fem_bump.interfaces.line import interface_facets

POINTS = 10  # Gauss points on a facet, or on each part of one that a disc's edge cuts


@dataclass(frozen=True)
class OffCentreFilm:
    """A disc of an interface on which the contact resistivity is another than beside it.

    Attributes
    ----------
    interface
        ``"a/b"`` or a leg of it, ``"a/b:leg"``, with a contact resistivity above 0 beside the disc.
    radius_um, offset_um
        Of the disc, and its centre's distance from the axis; it may cover the axis.
    resistivity_ohm_m2
        Inside it, above 0.
    azimuth_deg
        Direction of its centre; a trace, or the first of several arcs, lies at 0.

    Examples
    --------
    >>> from fem_bump import Model, OffCentreFilm, current_flow, materials
    >>> from fem_bump.verification.grids import grid
    >>> regions = {"pad": (0, 10, 0, 1), "ubm": (0, 10, 1, 2)}
    >>> mesh = grid([0, 2, 4, 6, 8, 10], [0, 0.5, 1, 1.5, 2], regions)
    >>> model = Model(mesh, {"pad": materials["Al"], "ubm": materials["Cu"]})
    >>> film = OffCentreFilm("ubm/pad", radius_um=2.0, offset_um=3.0, resistivity_ohm_m2=1e-11)
    >>> flow = current_flow(
    ...     model, 0.1, "bottom", "top", "flux",
    ...     contact_resistivity_ohm_m2={"ubm/pad": 1e-12}, off_centre_films=[film],
    ... )
    >>> flow.varies_around, flow.films[0].current_a < 0.1 * film.area_um2 / (3.1416 * 10**2)
    (True, True)
    """

    interface: str
    radius_um: float
    offset_um: float
    resistivity_ohm_m2: float
    azimuth_deg: float = 0.0

    def __post_init__(self) -> None:
        for name, low in (("radius_um", "above"), ("offset_um", "at least"), ("azimuth_deg", "")):
            value = getattr(self, name)
            fits = is_number(value) and bool(np.isfinite(value))
            fits = fits and (not low or value > 0 or (low == "at least" and value == 0))
            if not fits:
                limit = f" and {low} 0" if low else ""
                raise InputError(
                    f"{name} = {value!r} of a film off the centre must be finite{limit}"
                )
        check_resistivity(f"{self.interface}, off the centre", self.resistivity_ohm_m2)
        if self.resistivity_ohm_m2 == 0:
            raise InputError(
                f"resistivity_ohm_m2 = 0 of the film on '{self.interface}' must be above 0: where "
                "contact is perfect only in a disc, no jump is left to solve for"
            )

    @property
    def area_um2(self) -> float:
        """Of the disc."""
        return float(np.pi * self.radius_um**2)

    @property
    def centre_um(self) -> np.ndarray:
        """(2,) x, y of its centre."""
        turn = np.radians(self.azimuth_deg)
        return self.offset_um * np.array([np.cos(turn), np.sin(turn)])

    @property
    def is_mirrored(self) -> bool:
        """Whether it is its own mirror image in the plane theta = 0."""
        return self.offset_um == 0 or self.azimuth_deg % 180 == 0

    @property
    def edges_um(self) -> np.ndarray:
        """(2,) radii at which circles begin and cease to cross its edge."""
        return np.array([abs(self.offset_um - self.radius_um), self.offset_um + self.radius_um])

    @property
    def half_angle_deg(self) -> float:
        """Half the angle under which it is seen from the axis; 90 where it covers that."""
        away = self.offset_um > self.radius_um
        return float(np.degrees(np.arcsin(self.radius_um / self.offset_um))) if away else 90.0

    def covers(self, low: np.ndarray, high: np.ndarray) -> np.ndarray:
        """Whether a part of the circles between two radii lies in it."""
        near, far = self.edges_um
        return (low < far) & ((high > near) | (self.offset_um < self.radius_um))


def check_films(films: Sequence[OffCentreFilm]) -> None:
    """Refuse discs that overlap on one interface."""
    for k, one in enumerate(films):
        for other in films[:k]:
            apart = float(np.hypot(*(one.centre_um - other.centre_um)))
            same = one.interface.partition(":")[0] == other.interface.partition(":")[0]
            if same and apart < one.radius_um + other.radius_um:
                raise InputError(
                    f"two films off the centre overlap on '{one.interface}': their centres are "
                    f"{apart:.4g} um apart, and their radii are {one.radius_um:g} and "
                    f"{other.radius_um:g} um"
                )


class FilmContacts:
    """The contact facets under one film, and what it does there.

    Attributes
    ----------
    places
        Which of the system's contact facets.
    sign
        (places,) of a jump, first side of the facet less second, that drives a current from b to a.

    Parameters
    ----------
    system
        With the contact resistivity beside the film.

    Raises
    ------
    InputError
        Where the film lies on no facet, or on one without contact resistivity beside it.
    """

    def __init__(self, system: ConductionSystem, film: OffCentreFilm) -> None:
        self.film = film
        model, facets = system.model, system.contact_facets
        named = interface_facets(model, film.interface)
        named = named[film.covers(*_span(model, named))]
        if len(named) == 0:
            raise InputError(
                f"the film off the centre, {film.radius_um:g} um around r = {film.offset_um:g} um, "
                f"does not reach the interface '{film.interface}'"
            )
        if not np.isin(named, facets).all():
            raise InputError(
                f"a film off the centre on '{film.interface}' needs a contact resistivity above 0 "
                "beside it, wherever it reaches (contact_resistivity_ohm_m2)"
            )
        self.places = np.nonzero(np.isin(facets, named))[0]
        self._points = model.node_points_um[:, model.facet_nodes(facets[self.places])]
        b = film.interface.partition(":")[0].partition("/")[2]
        self.sign = sides(system, self.places, b)
        self.conductance = 1 / (film.resistivity_ohm_m2 * OHM_UM2)
        self._change = self.conductance - system.contact_conductance[self.places]

    def coupling(
        self, rows: AngularFunctions, columns: AngularFunctions, film_alone: bool = False
    ) -> np.ndarray:
        """(places, rows, columns, 3, 3) conductance that the film adds at each of its facets, S.

        With ``film_alone`` the whole conductance inside the disc, and none beside it. Nodes are a
        facet's start, end, midpoint.
        """
        every = slice(0, 3)
        of = np.full(len(self.places), self.conductance) if film_alone else self._change
        return self._assembled(rows, columns, of, every)

    def cubic_coupling(self, rows: AngularFunctions, columns: AngularFunctions) -> np.ndarray:
        """(places, rows, columns, 3) the same between a cubic function and a facet's nodes.

        The cubic one is x (1 - x) (1 - 2 x), x from 0 at the facet's start to 1 at its end.
        """
        return self._assembled(rows, columns, self._change, slice(3, 4))[..., 0, :]

    def _assembled(
        self, rows: AngularFunctions, columns: AngularFunctions, of: np.ndarray, tests: slice
    ) -> np.ndarray:
        """(places, rows, columns, tests, 3) for conductances (places,) inside the disc."""
        h, j, count = len(rows.numbers), len(columns.numbers), tests.stop - tests.start
        out = np.zeros((len(self.places), h, j, count, 3))
        for k, (r, weight, shape) in enumerate(self._quadrature):
            within = rows.products(columns, *self._coefficients(r, rows.highest + columns.highest))
            pairs = (shape[tests, None] * shape[:3] * (weight * of[k])).reshape(3 * count, -1)
            out[k] = (pairs @ within.reshape(len(r), -1)).T.reshape(h, j, count, 3)
        return out

    def mean_weights(self, functions: AngularFunctions) -> np.ndarray:
        """(places, functions, 3) weights of a mean over the disc, as far as it covers facets."""
        out = np.zeros((len(self.places), len(functions.numbers), 3))
        constant = AngularFunctions.up_to(0, False)
        for k, (r, weight, shape) in enumerate(self._quadrature):
            within = functions.products(constant, *self._coefficients(r, functions.highest))
            out[k] = np.einsum("q,qh,iq->hi", weight, within[:, :, 0], shape[:3])
        return out / out[:, 0].sum()

    @property
    def area_um2(self) -> float:
        """Area of the interface under the film."""
        return float(
            sum(weight @ self._coefficients(r, 0)[0][:, 0] for r, weight, _ in self._quadrature)
        )

    def _coefficients(self, radius: np.ndarray, highest: int) -> tuple[np.ndarray, np.ndarray]:
        film = self.film
        turn = np.radians(film.azimuth_deg)
        return disc_coefficients(radius, film.offset_um, film.radius_um, turn, highest + 1)

    @cached_property
    def _quadrature(self) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Of each facet: (q,) radii, (q,) weights 2 pi r ds, (4, q) functions, a cubic one last."""
        out = []
        for start, end in self._points[:, :2].transpose(2, 1, 0):
            rise = end[0] - start[0]
            kinks = (self.film.edges_um - start[0]) / rise if rise else np.zeros(0)
            x, weight = graded_pieces(0.0, 1.0, kinks, POINTS)
            r = start[0] + rise * x
            a, b = 1 - x, 1 - 2 * x
            shape = np.array([a * b, -x * b, 4 * x * a, x * a * b])
            out.append((r, weight * 2 * np.pi * r * np.hypot(*(end - start)), shape))
        return out


def _span(model: Model, facets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest r of facets, um."""
    r = model.points_um[0][model.mesh.facets[:, facets]]
    return r.min(axis=0), r.max(axis=0)


def sides(system: ConductionSystem, places: np.ndarray, region: str) -> np.ndarray:
    """(places,) 1 where the first side of a contact facet lies in a region or group, -1 elsewhere.

    The jump there is that of the first side less that of the second.
    """
    first = system.owner[0, system.contact_facets[places]]
    return np.where(system.model.mask(system.model.elements(region))[first], 1.0, -1.0)


def jump_nodes(system: ConductionSystem, places: np.ndarray) -> tuple[CoupledNodes, np.ndarray]:
    """The nodes of contact facets, each once, and (2, nodes) unknowns on either side of them."""
    pairs = system.contact_unknowns[places].reshape(-1, 2, 3).transpose(0, 2, 1).reshape(-1, 2)
    unknowns, node = np.unique(np.sort(pairs, axis=1), axis=0, return_inverse=True)
    sign = np.where(pairs[:, 0] < pairs[:, 1], 1.0, -1.0)
    shape = len(places), 3
    return CoupledNodes(node.reshape(shape), sign.reshape(shape), len(unknowns)), unknowns.T


def jumps(number: np.ndarray, unknowns: np.ndarray) -> sp.csr_matrix:
    """(nodes, free unknowns) from these to jumps at nodes with the given unknowns.

    ``number`` is the free number of every unknown, -1 where it is known.
    """
    own = number[unknowns]
    side, node = np.nonzero(own >= 0)
    shape = unknowns.shape[1], int(number.max()) + 1
    return sp.csr_matrix((1.0 - 2.0 * side, (node, own[side, node])), shape)
