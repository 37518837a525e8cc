"""Potential, current density, resistance and fluxes of a solved flow: a sum of harmonics.

    phi = sum over harmonics of phi_n(r, z) cos(n theta - phase),   J = -s grad phi,

so that J_r and J_z go with the cosine, and J_theta = (s n phi_n / r) sin(n theta - phase). A flow
from a source all around has harmonic 0 alone. Where the source covers arcs, those above it are
solved on demand (:mod:`fem_bump.conduction.unit_responses`): how many are needed depends on what is
asked for. Mean potential of the arcs V = sum of V_n sin(n p) / (n p) and power I V converge like
1/N^2 only, but the response to a unit source, V_n / c_n, tends to a constant over n, which gives
the tail. A window mean of the current density converges geometrically where the window lies at a
distance from the source; its tail is bounded by continuing the decay of the unit responses.

E. L. Wilson, AIAA J. 3(12), 2269 (1965), for the expansion. The problem and its terminals:
:mod:`fem_bump.conduction.current_flow`. Units: um, S/m, A, V, W, ohm, degrees; current density
A/um^2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar

import numpy as np

from fem_bump.algebra.linear_solver import SolverInfo
from fem_bump.algebra.shape_functions import shape_functions
from fem_bump.body.model import Model
from fem_bump.body.points_at import region_and_angle
from fem_bump.conduction.arc_source import Arcs, CurrentHarmonics
from fem_bump.conduction.dissipation import Dissipation
from fem_bump.conduction.film_densities import FilmDensities
from fem_bump.conduction.film_harmonics import FilmCurrent, FilmHarmonics
from fem_bump.conduction.flux_densities import ArcDensities, flux_outline
from fem_bump.conduction.harmonic import Harmonic, PlaneSolution, density_amplitude
from fem_bump.conduction.system import ConductionState, ConductionSystem, nodal_fluxes
from fem_bump.conduction.unit_responses import UnitResponses
from fem_bump.errors import InputError
from fem_bump.interfaces.flux import FluxInterface
from fem_bump.interfaces.line import trace_interface
from fem_bump.interfaces.recovery import recover
from groundwork import printed
from groundwork.pictures import Viewed


@dataclass(frozen=True, repr=False, eq=False)
class CurrentFlow(Viewed):
    """Potential, current density and resistance of one state.

    Attributes
    ----------
    system
        Elements that take part, unknowns, terminals.
    source, sink, sink_kind
        Names of the terminals, and what the sink is.
    plane
        Harmonic 0.
    arcs
        What of the angle the source covers.
    solver_name
        Of the linear solver for further harmonics.
    films_off_centre
        What films off the centre change.

    Examples
    --------
    >>> from fem_bump import Model, current_flow, materials
    >>> from fem_bump.verification.grids import grid
    >>> regions = {"pad": (0, 10, 0, 1), "ubm": (0, 10, 1, 2)}
    >>> mesh = grid([0, 2, 4, 6, 8, 10], [0, 0.5, 1, 1.5, 2], regions)
    >>> model = Model(mesh, {"pad": materials["Al"], "ubm": materials["Cu"]})
    >>> flow = current_flow(model, 0.1, source="bottom", sink="top")
    >>> flow.current_density([[5.0], [0.5]]).shape
    (2, 1)
    >>> across = flow.interface("ubm", "pad")
    >>> round(across.net_current_a, 6)
    0.1

    ``flow.plot()`` draws the current density.
    """

    system: ConductionSystem
    current_a: float
    source: str
    sink: str
    sink_kind: str
    plane: PlaneSolution
    arcs: Arcs
    solver_name: str
    films_off_centre: FilmHarmonics | None = None
    drawn_as: ClassVar[str] = "current"

    def __repr__(self) -> str:
        even = f"{self.axisymmetric.resistance_ohm:.6g} ohm" if self.current_a else ""
        varies = self.varies_around
        contacts = 0.0 if varies else self.contact_power_w
        films = [f"{f.current_a:.3g} A through {f.film.interface}" for f in self.films]
        return printed.lines(
            f"CurrentFlow: {self.current_a:g} A from {self.source} to {self.sink}, "
            f"{self.model.summary}",
            source=self.arcs.said,
            films_off_centre=printed.some(films),
            harmonics=f"{self.solved} solved above 0" if varies else "",
            resistance="" if varies else even,
            resistance_from_all_around=even if varies else "",
            contacts=f"{contacts:.4g} W" if contacts else "",
            left_out=printed.some(self.dropped_regions),
        )

    @property
    def model(self) -> Model:
        return self.system.model

    @property
    def conducting_elements(self) -> np.ndarray:
        """Elements that take part."""
        return self.system.elements

    @property
    def dropped_regions(self) -> tuple[str, ...]:
        """Conductors, or parts of them, that are not connected to both terminals."""
        return self.system.dropped

    @property
    def conductivity_s_per_m(self) -> np.ndarray:
        """(all elements, q); zero in insulators."""
        return self.system.conductivity

    @property
    def solver(self) -> SolverInfo:
        """Of harmonic 0."""
        return self.plane.solver

    @property
    def half_angle_deg(self) -> float:
        """Of the source's arcs, the first of which lies at theta = 0."""
        return self.arcs.half_angle_deg

    @property
    def count(self) -> int:
        """Number of the source's arcs."""
        return self.arcs.count

    @property
    def accuracy(self) -> float:
        """The share of a reported value that the harmonics left out may add to it."""
        return self.arcs.accuracy

    # ------------------------------------------------------------------ harmonics

    @property
    def varies_around(self) -> bool:
        """Whether anything depends on the angle."""
        return self.films_off_centre is not None or not self.arcs.all_around

    @cached_property
    def axisymmetric(self) -> CurrentFlow:
        """The part that is the same all around: harmonic 0 alone."""
        return replace(self, arcs=Arcs(), films_off_centre=None) if self.varies_around else self

    @cached_property
    def responses(self) -> UnitResponses:
        """Harmonics above 0 that the source drives."""
        terminals, entry = (self.source, self.sink, self.sink_kind), self.plane.source_potential_v
        arcs, solver = self.arcs, self.solver_name
        return UnitResponses(self.system, terminals, self.current_a, arcs, entry, solver)

    @property
    def _above(self) -> UnitResponses | FilmHarmonics:
        """Harmonics above 0."""
        return self.films_off_centre or self.responses

    def extend(self, harmonics: int) -> None:
        """Solve until there are this many harmonics above 0, as far as there are any."""
        self._above.extend(harmonics)

    @property
    def solved(self) -> int:
        """Number of harmonics above 0 that are there."""
        return self._above.solved

    @property
    def harmonics_solver(self) -> SolverInfo:
        """Solver and worst residual of the harmonics above 0."""
        return self._above.info

    @property
    def harmonics(self) -> CurrentHarmonics:
        """Shares of potential and power, with enough harmonics for the accuracy of both."""
        return self._above.harmonics

    @cached_property
    def numbers(self) -> np.ndarray:
        """(k,) harmonics that fields are summed over, 0 among them.

        Enough for the potential's accuracy, and to resolve arcs and films; the current density next
        to an arc's end is singular, and no sum of harmonics is exact there.
        """
        count = self._above.resolved
        self.extend(count)
        return self._above.numbers(count)

    @property
    def phases_deg(self) -> np.ndarray:
        """(k,) their phases: they go with cos(n theta - phase)."""
        return self._above.phases_deg(len(self.numbers) - 1)

    def harmonics_up_to(self, count: int) -> tuple[np.ndarray, np.ndarray]:
        """(count + 1,) numbers and phases, degrees, of harmonic 0 and of so many above it."""
        return self._above.numbers(count), self._above.phases_deg(count)

    def state_factors(self, count: int) -> np.ndarray:
        """(count + 1,) amplitudes of harmonics over those of their :meth:`state`."""
        films, n = self.films_off_centre, self._above.numbers(count)
        return np.ones(len(n)) if films is not None else self.arcs.source_factor(n)

    def terms(self) -> Iterator[Harmonic]:
        """The harmonics that fields are summed over, one after the other: each is large."""
        for k in range(len(self.numbers)):
            yield self.term(k)

    def term(self, k: int) -> Harmonic:
        """The k-th harmonic, whether or not fields are summed as far."""
        if k == 0:
            return self.plane.harmonic
        self.extend(k)
        return self._above.term(k)

    def state(self, k: int) -> ConductionState:
        """The k-th harmonic, its matrix factorized: per unit amplitude of its source.

        With films off the centre, of which there is no such unit, as it is.

        Raises
        ------
        InputError
            Of harmonic 0, when its factors were not kept.
        """
        if self.films_off_centre is not None:
            return self.films_off_centre.state(k)
        if k > 0:
            return self.responses.state(k)
        if self.plane.unknowns is None:
            raise InputError("the factorized conductance is there only with keep_factors=True")
        local, current = self.plane.harmonic.local_phi_v, self.current_a
        return ConductionState(0, current, current, local, self.plane.unknowns)

    # ------------------------------------------------------------------ integral results

    @property
    def source_potential_v(self) -> float:
        """Mean potential over the source, above the sink's."""
        found = self.harmonics
        return float(found.entry_potential_v.sum()) + found.tail["entry_potential_v"]

    @property
    def entry_factors(self) -> np.ndarray:
        """(k,) factors of the unit responses' mean potentials in the source's, tail included.

        Harmonics as in :attr:`harmonics`; the tail goes with the last of them.
        """
        if self.films_off_centre is not None:
            return self.films_off_centre.entry_factors
        n = self.harmonics.numbers
        out = self.arcs.source_factor(n) * self.arcs.mean(n)
        if self.varies_around:
            out[-1] += n[-1] * self.arcs.tail_sum(len(n) - 1)
        return out

    @property
    def resistance_ohm(self) -> float:
        """Difference of the terminals' mean potentials over the current."""
        return self.source_potential_v / self.current_a

    @cached_property
    def power_w(self) -> float:
        """Dissipated power, bulk and contacts: harmonic 0's, and what enters with the others."""
        if self.films_off_centre is not None:
            return self.source_potential_v * self.current_a
        even = self.axisymmetric
        dissipated = sum(even.power_by_region_w.values()) + even.contact_power_w
        raised = self.source_potential_v - even.source_potential_v
        return dissipated + raised * self.current_a

    @cached_property
    def dissipation(self) -> Dissipation:
        """Where it turns into heat, of the harmonics that fields are summed over."""
        return Dissipation.of(self.system, self.terms(), self.films_off_centre)

    @property
    def contact_power_w(self) -> float:
        """Dissipated power in contacts, of the harmonics that fields are summed over."""
        return float(self.dissipation.contact_w.sum())

    @property
    def films(self) -> tuple[FilmCurrent, ...]:
        """What passes each film off the centre."""
        return self.films_off_centre.currents if self.films_off_centre else ()

    @cached_property
    def power_by_region_w(self) -> dict[str, float]:
        """Dissipated power per conducting region, without contacts; harmonics as in fields."""
        return self.dissipation.region_w(self.system)

    # ------------------------------------------------------------------ fields

    @cached_property
    def _domain(self) -> np.ndarray:
        return self.model.mask(self.conducting_elements)

    def potential(
        self,
        points: np.ndarray,
        region: str | None = None,
        theta_deg: float | np.ndarray = 0.0,
    ) -> np.ndarray:
        """(N,) potential in V at (2, N) points and angles.

        ValueError for points outside the conductors that take part.
        """
        region, theta_deg = region_and_angle(region, theta_deg)
        return self.potential_at(*self.model.locate(points, region, self._domain), theta_deg)

    def potential_at(
        self, element: np.ndarray, x: np.ndarray, y: np.ndarray, theta_deg: float | np.ndarray = 0.0
    ) -> np.ndarray:
        """(N,) potential at reference points of elements; zero in those that take no part."""
        shape, _, _ = shape_functions(np.array([x, y]))
        theta, out = np.radians(theta_deg), np.zeros(len(element))
        for term in self.terms():
            out += (shape * term.local_phi_v[element]).sum(axis=1) * np.cos(term.turned(theta))
        return out

    def local_potential_v(self, theta_deg: float = 0.0) -> np.ndarray:
        """(all elements, 6) potential per element node at one angle; zero where no current is."""
        theta, out = np.radians(theta_deg), np.zeros((self.model.mesh.nelements, 6))
        for term in self.terms():
            out += term.local_phi_v * np.cos(term.turned(theta))
        return out

    def current_density(
        self,
        points: np.ndarray,
        region: str | None = None,
        theta_deg: float | np.ndarray = 0.0,
    ) -> np.ndarray:
        """Current density in A/um^2 at (2, N) points; ``region`` decides the side at an interface.

        (2, N) r, z of a flow that does not vary around the axis, (3, N) r, theta, z of one that
        does.
        """
        region, theta_deg = region_and_angle(region, theta_deg)
        return self.current_density_at(*self.model.locate(points, region, self._domain), theta_deg)

    def current_density_at(
        self, element: np.ndarray, x: np.ndarray, y: np.ndarray, theta_deg: float | np.ndarray = 0.0
    ) -> np.ndarray:
        """(2, N) or (3, N) current density at reference points of elements."""
        if not self.varies_around:
            return density_amplitude(self.system, self.plane.harmonic, element, x, y)
        theta, out = np.radians(theta_deg), np.zeros((3, len(element)))
        for term in self.terms():
            turned = term.turned(theta)
            part = density_amplitude(self.system, term, element, x, y)
            out[::2] += part[:2] * np.cos(turned)
            if term.number:
                out[1] += part[2] * np.sin(turned)
        return out

    def amplitude_at(self, element: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """(k, 3, N) amplitudes of the current density r, theta, z, one set per harmonic.

        r and z go with the cosine, theta with the sine.
        """
        out = np.zeros((len(self.numbers), 3, len(element)))
        for k, term in enumerate(self.terms()):
            part = density_amplitude(self.system, term, element, x, y)
            out[k, ::2] = part[:2]
            if term.number:
                out[k, 1] = part[2]
        return out

    # ------------------------------------------------------------------ interfaces

    def nodal_fluxes(self, elements: np.ndarray) -> np.ndarray:
        """(nodes,) current, A, that enters these elements at each node, of harmonic 0.

        What ``current_source`` feeds into them is not part of it.
        """
        local, source = self.plane.harmonic.local_phi_v, self.plane.current_source
        s = self.conductivity_s_per_m
        flux = nodal_fluxes(self.model, elements, local[None], np.zeros(1), s)[:, 0]
        if source is not None:
            fed = elements[self._domain[elements]]
            load = self.model.nodal_load(source, fed)
            np.subtract.at(flux, self.model.nodes[:, fed], load.T)
        return flux

    def interface(self, a: str, b: str, side: str = "a") -> FluxInterface:
        """J.n on the interface between regions or groups a and b, positive from b into a."""
        line = trace_interface(self.model, a, b)
        outline, mine, elements, sign = found = flux_outline(self.system, line, side)
        flux = sign * self.nodal_fluxes(elements)
        mean = mine.taken(recover(outline, flux, zero_on_axis=False))
        if self.films_off_centre is not None:
            return FluxInterface(
                line, side, mean, FilmDensities(self.films_off_centre, found, line)
            )
        return FluxInterface(line, side, mean, ArcDensities(self.responses, found))
