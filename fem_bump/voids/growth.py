"""A void from its nucleation until the resistance has risen.

The void covers more and more facets of an interface (:mod:`fem_bump.voids.faces`). For each of some
sizes current and temperature are solved for again, with its face insulated; while it grows from the
middle between one size and the last to the middle between it and the next, atoms leave the face of
that size (:mod:`fem_bump.voids.supply`), driven by that current. The stress goes on from where
the last size left it. So time is of second order in the number of sizes. The resistance in between
follows from those of the sizes, monotone.

In a line of one metal this is M. A. Korhonen et al., J. Appl. Phys. 73, 3790 (1993): a void drifts
at v = D Z* e rho j / (k T), until the stress that the arriving atoms build up stops it at the
volume |Z*| e rho j L^2 / (2 Omega B) per area. Units: s, um, MPa, ohm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from numbers import Integral

import numpy as np

from fem_bump.conduction.flow import CurrentFlow
from fem_bump.coupling.state import ElectroThermal
from fem_bump.errors import InputError, TooMuchCurrentError, is_number
from fem_bump.migration.electromigration import TOLERANCE, Electromigration
from fem_bump.migration.nucleation import Nucleation
from fem_bump.migration.solution import Drive, Term
from fem_bump.voids.faces import ALL_AROUND, IDEALIZATIONS, Cover, VoidFace, cuts_off, void_face
from fem_bump.voids.local import leak_of
from fem_bump.voids.mouths import AT_MOUTHS, MouthFace, away_from_mouth
from fem_bump.voids.state import Face, Size, Stage, VoidGrowth, VoidHistory
from fem_bump.voids.supply import supply

SIZES = 24
STEP = 0.05  # of the initial resistance, between SIZES sizes
HALVINGS = 2  # between the last size that has a state and the first that has none
RISES = (0.1, 0.2)
AROUND = ("lens", "ring")  # of a flow that varies around the axis
KNOWN = (*IDEALIZATIONS, *AT_MOUTHS)
Flow = CurrentFlow | ElectroThermal
Conduct = Callable[..., Flow]


def void_growth(
    moved: Electromigration,
    conduct: Conduct,
    *,
    critical_mpa: float,
    over_um: float,
    thickness_um: float,
    region: str | None = None,
    interface: str | None = None,
    reservoirs: Mapping[str, float] | None = None,
    rises: Iterable[float] = RISES,
    idealizations: Sequence[str] | None = None,
    sizes: int = SIZES,
    tolerance: float = TOLERANCE,
) -> VoidGrowth | None:
    """Let a void grow from where and when it nucleates.

    Parameters
    ----------
    moved
        The stress before. Of one that varies around the axis the mean around it feeds the void.
    conduct
        The flow that ``moved`` was made from, current alone or with its heat, as a function of what
        a void adds to it: ``insulated_facets``; for a lens ``off_centre_films``, which takes a
        contact resistivity above 0 of the interface; for a sector ``source_kind`` and
        ``source_half_angle_deg``. ``partial(current_flow, model, ...)`` is one.
    critical_mpa, over_um, region
        As of :meth:`~fem_bump.Electromigration.nucleation`.
    thickness_um
        Of the void: its volume over its area.
    interface
        ``"a/b"`` along which it spreads; by default that of its region with the nearest conductor.
    reservoirs
        Boundary name to a stress that is held there from nucleation on, MPa, beside those of
        ``moved``, which alone hold by default. One that ``moved`` has not is a surface that was
        blocked before and is not after: where it was free all along, give
        ``Electromigration.holding`` it.
    rises
        Shares of the initial resistance that are of interest: growth ends at the largest.
    idealizations
        Shapes, which :mod:`fem_bump.voids.faces` has: by default ``"ring"`` and ``"disc"``, of a
        flow that varies around the axis ``"lens"`` and ``"ring"``; where the current comes in
        those of :mod:`fem_bump.voids.mouths`, ``"slit"`` and ``"sector"``. Of those given the ones
        that fit the place.
    sizes
        About so many on the way to the whole interface.

    Returns
    -------
    VoidGrowth
        None where no void ever begins.

    Raises
    ------
    InputError
        A void that meets no conductor; what a flow refuses, but a current beyond what is left
        bears (:class:`~fem_bump.errors.TooMuchCurrentError`): that is the void's end.
    AnalysisError
        When a system cannot be solved.

    Examples
    --------
    >>> from functools import partial
    >>> from fem_bump import Model, current_flow, electromigration, materials, void_growth
    >>> from fem_bump.verification.grids import grid
    >>> regions = {"pad": (0, 10, 0, 1), "ubm": (0, 10, 1, 2), "bump": (0, 10, 2, 6)}
    >>> rim = {"rim": (10, 10, 0, 1)}
    >>> mesh = grid([0, 2, 4, 6, 8, 10], [0, 1, 2, 4, 6], regions, interiors=rim)
    >>> metals = {"pad": "Al-0.5Cu", "ubm": "NiV", "bump": "SAC305"}
    >>> model = Model(mesh, {region: materials[name] for region, name in metals.items()})
    >>> flow = partial(current_flow, model, -0.5, source="rim", sink="top")
    >>> moved = electromigration(model, flow(), temperature_degc=100.0)
    >>> grown = void_growth(
    ...     moved, flow, critical_mpa=5.0, over_um=1.0, thickness_um=0.2, reservoirs={"top": 0.0}
    ... )
    >>> low, high = grown.life(rise=0.2)
    >>> f"{low / 3600:.0f} h to {high / 3600:.0f} h"
    '104 h to 391 h'
    """
    if not (is_number(thickness_um) and 0 < thickness_um < np.inf):
        raise InputError(f"thickness_um = {thickness_um!r} must be a positive number")
    if not (is_number(sizes) and isinstance(sizes, Integral) and sizes > 0):
        raise InputError(f"sizes = {sizes!r} must be a positive integer")
    rises = tuple(rises)
    if not rises or not all(is_number(rise) and 0 < rise < np.inf for rise in rises):
        raise InputError(f"rises = {list(rises)!r} must hold at least one number, each positive")
    wanted = max(rises)
    for each in idealizations or ():
        if each not in KNOWN:
            raise InputError(f"idealization = '{each}' must be one of {', '.join(KNOWN)}")
    began = moved.nucleation(critical_mpa, over_um, region)
    if began is None:
        return None
    if reservoirs:
        moved_on = moved.holding(reservoirs).reservoirs
    else:
        moved_on = moved.reservoirs
    without = conduct()
    faces = _faces(moved, without, began, over_um, idealizations or (), thickness_um, interface)
    given = without.resistance_ohm, moved_on, wanted, int(sizes), tolerance
    found = (_grown(moved, conduct, began, face, *given) for face in faces)
    return VoidGrowth({history.face.idealization: history for history in found})


def _faces(
    moved: Electromigration,
    flow: Flow,
    began: Nucleation,
    over_um: float,
    idealizations: Sequence[str],
    thickness_um: float,
    interface: str | None,
) -> Sequence[Face]:
    """What the void covers by shape: of the interface, or of the source where that is nearer."""
    plain, model = _current(flow), moved.model
    at_mouth = away_from_mouth(plain, began)
    shapes = [each for each in idealizations if each in IDEALIZATIONS]
    found: list[VoidFace] = []
    try:
        for each in shapes or (AROUND if moved.varies_around else ALL_AROUND):
            path = moved.drive.path
            one = void_face(model, path, began, over_um, each, thickness_um, interface)
            cuts = cuts_off(model, path, one.line.facets, plain.source, plain.sink)
            found.append(replace(one, cuts=cuts))
    except InputError:
        if at_mouth > over_um:
            raise
    if found and found[0].away_um <= at_mouth:
        return found
    shapes = [each for each in idealizations if each in AT_MOUTHS]
    return [
        MouthFace(each, model, plain.source, plain.arcs, began, float(thickness_um))
        for each in shapes or AT_MOUTHS
    ]


def _current(flow: Flow) -> CurrentFlow:
    return flow.flow if isinstance(flow, ElectroThermal) else flow


def _grown(
    moved: Electromigration,
    conduct: Conduct,
    began: Nucleation,
    face: Face,
    initial_ohm: float,
    reservoirs: Mapping[str, float],
    wanted: float,
    sizes: int,
    tolerance: float,
) -> VoidHistory:
    """Growth of one idealization."""
    k = next(i for i, block in enumerate(moved.body.blocks) if began.region in block.regions)
    block = moved.body.blocks[k]
    stress = moved.solutions[k].at(began.time_s)[0]
    solved = [Size(0.0, 0.0, initial_ohm)]
    found, runaway = _flows(conduct, face, wanted, sizes, initial_ohm)
    for cover, flow in found:
        volume = face.thickness_um * cover.area_um2
        solved.append(Size(cover.area_um2, volume, flow.resistance_ohm))
    ends = [(a.volume_um3 + b.volume_um3) / 2 for a, b in pairwise(solved[1:])]
    beyond = solved[-1].resistance_ohm < (1 + wanted) * initial_ohm
    last = face.severed_um3 if beyond and not runaway else None
    ends.append(solved[-1].volume_um3 if last is None else last)
    stages, now, volume = [], began.time_s, 0.0
    for (cover, flow), end in zip(found, ends, strict=True):
        drive = _drive(flow, moved.drive)
        leak = leak_of(block, drive, _current(flow), began.region, cover)
        feed = supply(block, drive, reservoirs, cover.facets, stress, tolerance, leak)
        passed = feed.time_s(end - volume)
        if passed is None:
            stages.append(Stage(now, volume, np.inf, feed))
            runaway = ""
            break
        stages.append(Stage(now, volume, now + passed, feed))
        stress, now, volume = feed.at(passed), now + passed, end
    return VoidHistory(began, face, tuple(solved), tuple(stages), runaway)


def _flows(
    conduct: Conduct, face: Face, wanted: float, sizes: int, initial_ohm: float
) -> tuple[list[tuple[Cover, Flow]], str]:
    """Sizes with their flows, and why there is none from some size on.

    Up to one size beyond the rise that is wanted. Where the resistance rises by more than ``STEP``
    of the initial one, by more with fewer sizes, some between are put.
    """
    found, why = [], ""

    def solved(cover: Cover) -> tuple[Cover, Flow]:
        return cover, conduct(**cover.conducting)

    def rise(one: tuple[Cover, Flow]) -> float:
        return one[1].resistance_ohm / initial_ohm - 1

    for cover in face.covers(sizes):
        try:
            found.append(solved(cover))
        except TooMuchCurrentError as refused:
            if not found:
                raise
            found, why = _towards(found, cover, face, solved), str(refused)
            break
        if len(found) > 1 and rise(found[-2]) > wanted:
            break
    k, step = 0, STEP * SIZES / sizes
    while k + 1 < len(found):
        low, high = found[k : k + 2]
        steep = rise(high) - rise(low) > step and rise(low) < wanted
        middle = face.between(low[0], high[0]) if steep else None
        if middle is None:
            k += 1
        else:
            found.insert(k + 1, solved(middle))
    return found, why


def _towards(
    found: list[tuple[Cover, Flow]],
    refused: Cover,
    face: Face,
    solved: Callable[[Cover], tuple[Cover, Flow]],
) -> list[tuple[Cover, Flow]]:
    """The sizes found, and nearer ones to that which has no state."""
    for _ in range(HALVINGS):
        middle = face.between(found[-1][0], refused)
        if middle is None:
            break
        try:
            found = [*found, solved(middle)]
        except TooMuchCurrentError:
            refused = middle
    return found


def _drive(flow: Flow, before: Drive) -> Drive:
    """What moves atoms with a void; at the temperature before where the flow has none."""
    node_degc = before.node_degc
    if isinstance(flow, ElectroThermal):
        node_degc = flow.node_temperature_degc
    flow = _current(flow)
    phi = flow.plane.harmonic.local_phi_v
    return replace(
        before,
        terms=(Term(0, 0.0, phi),),
        node_degc=node_degc,
        conductivity_s_per_m=flow.conductivity_s_per_m,
        path=flow.conducting_elements,
    )
