"""Steady conduction of current from one boundary to another, evenly or from arcs of the angle.

With the potential phi = sum over n of phi_n cos(n theta), find phi_n such that for all admissible
v, over the full revolution (weight 2 pi r for every n),

    integral of s (grad phi_n . grad v + n^2 phi_n v / r^2)
      + integral over resistive interfaces of [phi_n] [v] / rc
        = current into the source * c_n * (mean of v over it),

J = -s grad phi. A source all around has c_0 = 1 alone; for one of arcs see
:mod:`fem_bump.conduction.arc_source`. For n = 0 the source is equipotential (all its unknowns are
one) or takes a uniform normal flux; the sink is an equipotential at 0 V, or takes a uniform flux
out. For n >= 1 phi_n vanishes on the axis and on an equipotential sink. Across an interface with
contact resistivity rc (ohm m^2) the potential jumps: nodes there have one unknown per side
(:mod:`fem_bump.conduction.contacts`).
R = (mean potential of source - of sink) / I. Units: um, S/m, A, V, W, ohm.

``reference_form`` is the bulk form in scikit-fem; the solver assembles with
:mod:`fem_bump.algebra.conduction_kernels`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from skfem import BilinearForm

from fem_bump.algebra.constraints import FreeUnknowns
from fem_bump.algebra.linear_solver import Factorization, solve_factorized
from fem_bump.body.model import Model
from fem_bump.body.property_field import Temperatures, node_temperatures
from fem_bump.conduction.arc_source import Arcs, check_accuracy, check_arcs
from fem_bump.conduction.film_change import FilmChange
from fem_bump.conduction.film_harmonics import FilmHarmonics
from fem_bump.conduction.flow import CurrentFlow
from fem_bump.conduction.harmonic import Field, Harmonic, PlaneSolution
from fem_bump.conduction.off_centre_films import FilmContacts, OffCentreFilm, check_films
from fem_bump.conduction.system import (
    PER_UM,
    ConductionSystem,
    ReducedConduction,
    conduction_system,
)
from fem_bump.errors import InputError, is_number


def reference_form() -> BilinearForm:
    """The bulk form of a harmonic in scikit-fem.

    Expects ``conductivity`` (S/m) as a coefficient field, and the number ``harmonic``: the
    potential goes with cos(harmonic * theta), and 0 is the axisymmetric state.
    """

    @BilinearForm
    def conductance(u, v, w):
        flux = u.grad[0] * v.grad[0] + u.grad[1] * v.grad[1]
        flux = flux + w.harmonic**2 * u * v / w.x[0] ** 2
        return w.conductivity * PER_UM * flux * 2 * np.pi * w.x[0]

    return conductance


def current_flow(
    model: Model,
    current_a: float,
    source: str,
    sink: str,
    source_kind: str = "equipotential",
    sink_kind: str = "equipotential",
    contact_resistivity_ohm_m2: Mapping[str, float] | None = None,
    temperature_degc: Temperatures = 25.0,
    current_source: Field | None = None,
    potential_v: Mapping[str, Field] | None = None,
    solver: str = "auto",
    *,
    insulated_regions: Iterable[str] = (),
    insulated_facets: Iterable[int] = (),
    source_half_angle_deg: float | None = None,
    source_count: int = 1,
    accuracy: float = 1e-3,
    off_centre_films: Sequence[OffCentreFilm] = (),
    keep_factors: bool = False,
) -> CurrentFlow:
    """Solve for the potential when a current flows from one boundary to another.

    Parameters
    ----------
    current_a
        Total current, positive from source to sink.
    source, sink
        Boundary names; interior ones (the pad's rim under passivation) are fine.
    source_kind, sink_kind
        ``"equipotential"``, or ``"flux"`` for a uniform normal current density.
    contact_resistivity_ohm_m2
        Interface ``"a/b"`` or leg ``"a/b:leg"`` to its resistivity; 0 is perfect contact.
    temperature_degc
        At which conductivities are taken: a number, or one per second-order node.
    current_source, potential_v
        For manufactured solutions: A/um^3 as f(r, z), and given potentials on further boundaries,
        {boundary: f(r, z)}; coordinates in the model's length unit.
    insulated_regions
        Conducting regions that are left out.
    insulated_facets
        Numbers of facets within the body, or of a terminal, that no current crosses, as a void's
        face.
    source_half_angle_deg, source_count
        The flux enters through ``source_count`` equal arcs, evenly spaced around the axis, the
        first of them within the half angle of theta = 0; by default all around.
    accuracy
        Of an arc source: the share of a potential, power or window mean that the harmonics left out
        may add to it. Fields at points resolve the arcs, but are exact only away from their ends.
    off_centre_films
        Discs of resistive interfaces on which the contact resistivity is another than beside them.
        All of them at azimuth 0 or 180 cost half of what others do.
    keep_factors
        Keep the factorized conductance, as error estimates need it.

    Returns
    -------
    CurrentFlow
        It varies around the axis where the arcs leave gaps, and with films off the centre.

    Raises
    ------
    InputError
        Unknown names, a terminal on an insulator, source and sink not connected; arcs that
        overlap, or with an equipotential source; films off the centre that overlap, reach no
        resistive interface, or come with given potentials or a distributed source.
    AnalysisError
        When the system cannot be solved.

    Examples
    --------
    >>> from fem_bump import Model, current_flow, materials
    >>> from fem_bump.verification.grids import grid
    >>> regions = {"pad": (0, 10, 0, 1), "ubm": (0, 10, 1, 2)}
    >>> mesh = grid([0, 2, 4, 6, 8, 10], [0, 0.5, 1, 1.5, 2], regions)
    >>> model = Model(mesh, {"pad": materials["Al"], "ubm": materials["Cu"]})
    >>> flow = current_flow(model, 0.1, source="right", sink="top", source_kind="flux")
    >>> round(1e3 * flow.resistance_ohm, 4)  # mohm
    0.1929
    """
    for argument, kind in (("source_kind", source_kind), ("sink_kind", sink_kind)):
        if kind not in ("equipotential", "flux"):
            raise InputError(f"{argument} = '{kind}' must be 'equipotential' or 'flux'")
    if not (is_number(current_a) and np.isfinite(current_a)):
        raise InputError(f"current_a = {current_a!r} must be a finite number, A")
    if source_half_angle_deg is not None:
        check_arcs(source_half_angle_deg, source_count, accuracy, source_kind)
        if current_a == 0:
            raise InputError("current_a = 0: a source of arcs needs a current")
        if potential_v is not None:
            raise InputError("potential_v is for axisymmetric flow, without source_half_angle_deg")
    if off_centre_films:
        check_accuracy(accuracy)
        if current_a == 0 or potential_v is not None or current_source is not None:
            raise InputError(
                "off_centre_films need a current, and neither potential_v nor current_source"
            )
    if current_a == 0 and potential_v is None and current_source is None:
        raise InputError("current_a = 0: without a current there is no resistance to find")
    system = conduction_system(
        model,
        source,
        sink,
        contact_resistivity_ohm_m2 or {},
        node_temperatures(model, temperature_degc, "temperature_degc"),
        insulated_regions,
        insulated_facets,
    )
    plane = _plane(
        system,
        current_a,
        (source, source_kind),
        (sink, sink_kind),
        current_source,
        potential_v or {},
        solver,
        keep_factors,
    )
    arcs = Arcs(accuracy=accuracy)
    if source_half_angle_deg is not None:
        arcs = Arcs(source_half_angle_deg, source_count, accuracy)
    flow = CurrentFlow(system, current_a, source, sink, sink_kind, plane, arcs, solver)
    return _with_films(flow, off_centre_films) if off_centre_films else flow


def _with_films(flow: CurrentFlow, films: Sequence[OffCentreFilm]) -> CurrentFlow:
    """What a flow becomes with films off the centre."""
    check_films(films)
    system, responses, plane = flow.system, flow.responses, flow.plane
    arcs = responses.arcs

    def without(number: int) -> np.ndarray:
        order, rest = divmod(number, arcs.count)
        if number == 0:
            return system.gathered(plane.harmonic.local_phi_v)
        if rest or order > arcs.most:
            return np.zeros(system.count)
        return system.gathered(responses.term(order).local_phi_v)

    change = FilmChange(
        system,
        [FilmContacts(system, film) for film in films],
        (plane.reduced, responses.reduced),
        without,
        system.mean_weights(flow.sink),
        not all(film.is_mirrored for film in films),
        flow.solver_name,
    )
    found = FilmHarmonics(plane, responses, change)
    return replace(flow, plane=found.plane, films_off_centre=found)


def _plane(
    system: ConductionSystem,
    current_a: float,
    source: tuple[str, str],
    sink: tuple[str, str],
    current_source: Field | None,
    potential_v: Mapping[str, Field],
    solver: str,
    keep_factors: bool,
) -> PlaneSolution:
    """Solution of harmonic 0; ``source`` and ``sink`` are boundary name and kind."""
    model = system.model
    if source[1] == sink[1] == "equipotential":
        first, second = (system.terminal_unknowns(name) for name, _ in (source, sink))
        if len(np.intersect1d(first, second)):
            raise InputError(
                f"source '{source[0]}' and sink '{sink[0]}' touch; equipotential terminals need a "
                "gap"
            )
    known, values = np.zeros(system.count, dtype=bool), np.zeros(system.count)
    if sink[1] == "equipotential":
        known[system.terminal_unknowns(sink[0]).ravel()] = True
    ties = [np.unique(system.terminal_unknowns(source[0]))] if source[1] == "equipotential" else []
    for name, field in potential_v.items():
        facets = model.facets(name)
        local = system.facet_unknowns(facets).ravel()
        nodes = model.facet_nodes(facets).ravel()
        known[local] = True
        values[local] = field(*(model.node_points_um[:, nodes] / model.unit_um))
    if not known.any():
        # two flux terminals: the potential's level is free, the sink's mean is set below
        known[int(system.terminal_unknowns(sink[0]).ravel()[0])] = True
    reduced = system.reduced(known, values, ties)
    names = source[0], sink[0]
    return _solved(
        reduced, current_a, names, current_source, bool(potential_v), solver, keep_factors
    )


def _solved(
    reduced: ReducedConduction,
    current_a: float,
    terminals: tuple[str, str],
    current_source: Field | None,
    given: bool,
    solver: str,
    keep_factors: bool,
) -> PlaneSolution:
    """Harmonic 0 on its free unknowns, between source and sink; ``given``: of a known potential."""
    system = reduced.system
    of_source, of_sink = (system.mean_weights(name) for name in terminals)
    fed = None
    if current_source is not None:
        fed = system.model.nodal_load(current_source, system.elements)
    data, right = reduced.assemble(source=fed)
    # the unknowns of an equipotential source are one, that of a sink is known
    right += reduced.gather(current_a * (of_source - of_sink))
    lower = reduced.matrix(data)
    factor = Factorization(lower, solver)
    solution, info = solve_factorized(lower, factor, right)
    phi = reduced.spread(solution)
    if not given:
        phi -= phi @ of_sink
    return PlaneSolution(
        Harmonic(0, system.local(phi)),
        float(phi @ of_source),
        info,
        current_source,
        FreeUnknowns(reduced.number, factor) if keep_factors else None,
        reduced,
    )


def flow_at(flow: CurrentFlow, degc: Temperatures) -> CurrentFlow:
    """The same flow, between the same terminals, with conductivities at another temperature."""
    plane, system = flow.plane, flow.system.at_temperature(degc)
    found = _solved(
        replace(plane.reduced, system=system),
        flow.current_a,
        (flow.source, flow.sink),
        None,
        False,
        flow.solver_name,
        plane.unknowns is not None,
    )
    changed = replace(flow, system=system, plane=found, films_off_centre=None)
    films = [] if flow.films_off_centre is None else flow.films_off_centre.change.films
    return _with_films(changed, [each.film for each in films]) if films else changed
