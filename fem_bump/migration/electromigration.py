"""The stress that moving atoms build up in a body: over time, in the end, and what it does.

What is solved: :mod:`fem_bump.migration.system`; how: :mod:`fem_bump.migration.solution`. Units:
um, s, MPa, V, degC, A/cm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import ClassVar

import numpy as np

from fem_bump.body.held_boundaries import refuse_touching
from fem_bump.body.model import Model
from fem_bump.errors import InputError, is_number
from fem_bump.migration.blocks import Block, blocks
from fem_bump.migration.nucleation import Nucleation, first_crossing, ladder, largest_ever
from fem_bump.migration.solution import BlockSolution, Drive, solve_block
from fem_bump.migration.state import Around, Body, DiscMean, MigrationState
from groundwork import printed
from groundwork.pictures import Pictured

TOLERANCE = 1e-4
SETTLED = 1e-3  # of the change: where the instants of a march without an end stop
INSTANTS_PER_DECADE = 8


@dataclass(frozen=True)
class BlechProduct:
    """Blech's product of a region, from the potential along its current's path.

    Attributes
    ----------
    potential_difference_v
        Between the region's highest and lowest potential, at whatever angles.
    stress_difference_mpa
        |Z*| e / Omega times it: the most that steady migration stress can differ in the region if
        nothing leaves it.
    jl_a_per_cm
        Mean conductivity times it, which is j L in a line.
    critical_jl_a_per_cm
        j L at which the stress difference is the critical stress.
    load
        stress_difference over the critical stress. Below 1 a region that is blocked, one material
        and free of stress at first, is immortal, whatever its shape.
    """

    region: str
    potential_difference_v: float
    stress_difference_mpa: float
    jl_a_per_cm: float
    critical_jl_a_per_cm: float
    load: float


@dataclass(frozen=True, repr=False)
class Electromigration(Pictured):
    """Stress of migration over time.

    Attributes
    ----------
    drive
        Potential and temperature.
    solutions
        Of each block.
    end_s
        Where it ends; None for when all has settled.
    reservoirs
        Boundaries that hold a stress, MPa.
    solve
        A block's solution with given reservoirs.

    Examples
    --------
    >>> from fem_bump import Model, current_flow, electromigration, materials
    >>> from fem_bump.verification.grids import grid
    >>> regions = {"pad": (0, 10, 0, 1), "ubm": (0, 10, 1, 2), "bump": (0, 10, 2, 6)}
    >>> rim = {"rim": (10, 10, 0, 1)}
    >>> mesh = grid([0, 2, 4, 6, 8, 10], [0, 1, 2, 4, 6], regions, interiors=rim)
    >>> metals = {"pad": "Al-0.5Cu", "ubm": "NiV", "bump": "SAC305"}
    >>> model = Model(mesh, {region: materials[name] for region, name in metals.items()})
    >>> flow = current_flow(model, -0.1, source="rim", sink="top")  # electrons enter at the rim
    >>> moved = electromigration(model, flow, temperature_degc=100.0)
    >>> moved.block_names
    ('pad', 'bump')
    >>> found = moved.nucleation(critical_mpa=5.0, over_um=1.0)
    >>> found.region, f"{found.time_s / 3600:.0f} h", f"{moved.margin(5.0, over_um=1.0):.2f}"
    ('bump', '1 h', '0.55')
    >>> [f"{each.region} {each.jl_a_per_cm:.0f} A/cm" for each in moved.blech(critical_mpa=5.0)]
    ['pad 66 A/cm', 'bump 14 A/cm']

    ``moved.plot()`` draws extremes over time, ``moved.steady.plot()`` the stress after all time.
    """

    body: Body
    drive: Drive
    solutions: tuple[BlockSolution, ...]
    end_s: float | None
    reservoirs: Mapping[str, float]
    solve: Callable[[Block, Mapping[str, float]], BlockSolution]
    drawn_as: ClassVar[str] = "electromigration"

    def __repr__(self) -> str:
        return printed.lines(
            f"Electromigration: {self.body.model.summary}",
            blocks=printed.some([block.name for block in self.body.blocks]),
            temperature=printed.span(self.drive.node_degc[self._nodes], "degC"),
            time=printed.span(self.times_s, "s"),
            harmonics=f"{len(self.drive.terms) - 1} above 0" if self.varies_around else "",
        )

    @property
    def model(self) -> Model:
        return self.body.model

    @property
    def varies_around(self) -> bool:
        """Whether anything depends on the angle."""
        return bool(self.body.around.numbers.any())

    @property
    def block_names(self) -> tuple[str, ...]:
        """Blocks, each by its regions."""
        return tuple(block.name for block in self.body.blocks)

    @property
    def _nodes(self) -> np.ndarray:
        return np.unique(np.concatenate([block.node_of for block in self.body.blocks]))

    @property
    def integration_error_mpa(self) -> float:
        """Estimated error in time of any stress."""
        return max(float(sum(each.error for each in one.decays)) for one in self.solutions)

    @property
    def steps(self) -> int:
        """Implicit steps that all blocks and harmonics took together."""
        return sum(each.steps for one in self.solutions for each in one.decays)

    @property
    def drift(self) -> float:
        """Largest share of the integral of sigma / B that a step lost by round-off, put right."""
        return max(each.drift for one in self.solutions for each in one.decays)

    @cached_property
    def times_s(self) -> np.ndarray:
        """Instants that show the way: 0, then eight a decade up to the end.

        Stress is known at all times between and after them.
        """
        ladders = [times for one in self.solutions if len(times := ladder(one))]
        if not ladders:
            return np.array([0.0] if self.end_s is None else [0.0, self.end_s])
        rates = [r.min() for one in self.solutions if len(r := _rates(one))]
        end = -np.log(SETTLED) / min(rates) if self.end_s is None else self.end_s
        first = min(min(times[0] for times in ladders), end)
        count = int(np.ceil(np.log10(end / first) * INSTANTS_PER_DECADE)) + 1
        return np.append(0.0, np.geomspace(first, end, count))

    def at(self, time_s: float) -> MigrationState:
        """The state at a time.

        Raises
        ------
        InputError
            For a time before 0 or after the end that was given.
        """
        end = np.inf if self.end_s is None else self.end_s
        if not is_number(time_s) or not 0 <= time_s <= end:
            raise InputError(f"t_s = {time_s!r} must lie between 0 and {end:g} s")
        amplitudes = tuple(one.at(float(time_s)) for one in self.solutions)
        return MigrationState(self.body, amplitudes, float(time_s))

    @cached_property
    def steady(self) -> MigrationState:
        """The state after all time."""
        return MigrationState(self.body, tuple(one.steady_mpa for one in self.solutions), np.inf)

    def stress(
        self,
        points: np.ndarray,
        t_s: float,
        region: str | None = None,
        theta_deg: float | np.ndarray = 0.0,
    ) -> np.ndarray:
        """(N,) hydrostatic stress in MPa at (2, N) points and a time, tension positive."""
        return self.at(t_s).stress(points, region, theta_deg)

    def holding(self, reservoirs: Mapping[str, float]) -> Electromigration:
        """The same with a stress held on further boundaries: blocks that reach one are solved anew.

        Raises
        ------
        InputError
            For an unknown boundary, one that no region with moving atoms reaches, and one that
            touches another which holds a different stress.
        """
        blocks = self.body.blocks
        held = _checked(blocks, reservoirs, self.reservoirs)
        solutions = tuple(
            self.solve(block, held)
            if any(len(block.on_boundary(name)) for name in reservoirs)
            else one
            for block, one in zip(blocks, self.solutions, strict=True)
        )
        return replace(self, solutions=solutions, reservoirs=held)

    def nucleation(
        self, critical_mpa: float, over_um: float, region: str | None = None
    ) -> Nucleation | None:
        """When, where and in which region a void begins, or in one; None where none ever does.

        It does where the mean over a disc of radius ``over_um``, as far as it lies in the region,
        first reaches the critical stress: whether before ``end_s`` or after.

        Raises
        ------
        InputError
            For a critical stress that the start has already reached.
        """
        critical = self._critical(critical_mpa)
        start = self.at(0.0).largest(over_um, region)
        if critical <= start.mean_mpa:
            r, z = start.point_um
            raise InputError(
                f"critical_mpa = {critical_mpa:g} must be above the initial stress, which reaches "
                f"{start.mean_mpa:.4g} MPa in '{start.region}' at (r, z) = ({r:.4g}, {z:.4g}) um"
            )
        return first_crossing(self.body, self.solutions, critical, over_um, region)

    def largest(self, over_um: float, region: str | None = None) -> DiscMean:
        """Where the mean over a disc is largest of all times, in one region or any.

        That is where the steady state has it, unless the stress overshoots it: at an open
        interface, with reservoirs, where it starts with stress, and beside metal off the current's
        path.
        """
        steady = self.steady.largest(over_um, region)
        return largest_ever(self.body, self.solutions, over_um, region, steady)

    def margin(self, critical_mpa: float, over_um: float) -> float:
        """The critical stress over the largest mean over a disc of all times.

        Infinite without tension. Above 1 the body is immortal: no void ever begins.
        """
        critical, largest = self._critical(critical_mpa), self.largest(over_um).mean_mpa
        return critical / largest if largest > 0 else np.inf

    def blech(self, critical_mpa: float) -> tuple[BlechProduct, ...]:
        """Blech's product of every region in which atoms move."""
        critical, out = self._critical(critical_mpa), []
        angles = self.body.around.angles_deg
        cosines = self.body.around.cosines(angles)
        for block in self.body.blocks:
            for region in block.regions:
                here, data = block.elements[block.of_region(region)], block.data(region)
                low, high = np.inf, -np.inf
                local = np.array([term.local_phi_v[here].ravel() for term in self.drive.terms])
                for cosine in cosines.T:
                    phi = cosine @ local
                    low, high = min(low, float(phi.min())), max(high, float(phi.max()))
                difference = high - low
                volumes = self.model.quadrature[1][here]
                s_per_cm = 0.01 * float(
                    (self.drive.conductivity_s_per_m[here] * volumes).sum() / volumes.sum()
                )
                per_volt = abs(data.stress_per_volt_mpa)
                out.append(
                    BlechProduct(
                        region,
                        difference,
                        per_volt * difference,
                        s_per_cm * difference,
                        s_per_cm * critical / per_volt if per_volt else np.inf,
                        per_volt * difference / critical,
                    )
                )
        return tuple(out)

    @staticmethod
    def _critical(critical_mpa: float) -> float:
        if not is_number(critical_mpa) or not 0 < critical_mpa < np.inf:
            raise InputError(f"critical_mpa = {critical_mpa!r} must be a positive number, MPa")
        return float(critical_mpa)


def _rates(solution: BlockSolution) -> np.ndarray:
    return np.concatenate([each.rates_per_s for each in solution.decays])


def migrate(
    model: Model,
    drive: Drive,
    initial_mpa: np.ndarray,
    end_s: float | None = None,
    open_interfaces: Iterable[str] = (),
    reservoirs: Mapping[str, float] | None = None,
    tolerance: float = TOLERANCE,
) -> Electromigration:
    """Move the atoms of a body.

    Parameters
    ----------
    initial_mpa
        (all elements, q) hydrostatic stress at the start, at quadrature points.
    end_s, open_interfaces, reservoirs, tolerance
        As of :func:`~fem_bump.coupling.electromigration.electromigration`.
    """
    if end_s is not None and not (is_number(end_s) and 0 < end_s < np.inf):
        raise InputError(f"end_s = {end_s!r} must be a positive number, s")
    if not (is_number(tolerance) and 0 < tolerance < 1):
        raise InputError(f"tolerance = {tolerance!r} must be a number between 0 and 1")
    found = blocks(model, drive.path, open_interfaces)
    _check_solid(model, drive)
    held = _checked(found, {} if reservoirs is None else reservoirs, {})
    solve = partial(_solved, drive, initial_mpa, tolerance)
    body = Body(model, found, Around(drive.numbers, drive.phases_deg))
    end = None if end_s is None else float(end_s)
    return Electromigration(body, drive, tuple(solve(b, held) for b in found), end, held, solve)


def _solved(
    drive: Drive,
    initial_mpa: np.ndarray,
    tolerance: float,
    block: Block,
    reservoirs: Mapping[str, float],
) -> BlockSolution:
    return solve_block(block, drive, reservoirs, initial_mpa[block.elements], tolerance)


def _check_solid(model: Model, drive: Drive) -> None:
    """Refuse a conductor on the path that has begun to melt."""
    owner = model.region_index[drive.path]
    for k in np.unique(owner):
        name = model.region_names[k]
        material = model.materials[name]
        degc = drive.node_degc[model.nodes[:, drive.path[owner == k]]].max()
        if material.is_molten(degc):
            raise InputError(
                f"region '{name}' ({material.name}) reaches {degc:g} degC, above its solidus of "
                f"{material.solidus_degc:g} degC; migration is followed in solids only"
            )


def _checked(
    found: Iterable[Block], reservoirs: Mapping[str, float], before: Mapping[str, float]
) -> dict[str, float]:
    """Reservoirs that hold a number where atoms move, with those before."""
    if not isinstance(reservoirs, Mapping):
        raise InputError(
            f"reservoirs = {reservoirs!r} is a {type(reservoirs).__name__}; a dictionary from "
            "boundary names to the stress that is held there, MPa, is needed"
        )
    for name, value in reservoirs.items():
        if not is_number(value) or not np.isfinite(value):
            raise InputError(f"reservoirs['{name}'] = {value!r} must be a finite number, MPa")
        if not any(len(block.on_boundary(name)) for block in found):
            raise InputError(
                f"reservoirs names '{name}', which no region with moving atoms reaches"
            )
    held = {**before, **reservoirs}
    for block in found:
        places = {name: block.on_boundary(name) for name in held}
        refuse_touching("reservoirs", held, places, "stress", "MPa")
    return held
