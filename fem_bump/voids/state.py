"""A void over time: its size, the resistance, and the life that follows from it.

Units: s, um^2, um^3, ohm.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from fem_bump.errors import InputError, is_number
from fem_bump.migration.nucleation import Nucleation
from fem_bump.voids.faces import VoidFace
from fem_bump.voids.mouths import MouthFace
from fem_bump.voids.supply import Supply
from groundwork import printed
from groundwork.pictures import Pictured
from groundwork.roots import root_between

if TYPE_CHECKING:
    from scipy.interpolate import PchipInterpolator

PARTS = 8  # instants in a stage that curves are drawn through
Face = VoidFace | MouthFace


@dataclass(frozen=True)
class Stage:
    """Growth while the face stays as it is.

    Attributes
    ----------
    began_s, volume_um3
        Time and volume of the void at its start.
    ends_s
        When the next begins; infinite where none does.
    """

    began_s: float
    volume_um3: float
    ends_s: float
    supply: Supply

    def time_s(self, volume_um3: float) -> float | None:
        """When the void has a volume; None where the stage never leads to it."""
        found = self.supply.time_s(volume_um3 - self.volume_um3)
        return None if found is None else self.began_s + found

    @property
    def settled_um3(self) -> float:
        """The volume that it would settle at, were it to stay at this size."""
        return self.volume_um3 + self.supply.settled_um3


@dataclass(frozen=True)
class Size:
    """A void of one size: the area that it covers, and the resistance with it."""

    area_um2: float
    volume_um3: float
    resistance_ohm: float


@dataclass(frozen=True, repr=False, eq=False)
class VoidHistory(Pictured):
    """Growth of a void of one idealization.

    Attributes
    ----------
    began
        When, where and in which region it nucleated.
    face
        What it covers, in which order.
    sizes
        Solved for, from none on.
    stages
        Growth from one of them to the next.
    runaway
        Why there is no state from the last stage's end on; empty where there is one.

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
    >>> given = {"critical_mpa": 5.0, "over_um": 1.0, "thickness_um": 0.2}
    >>> ring = void_growth(moved, flow, **given).histories["ring"]
    >>> ring.life(rise=0.2) is None  # nothing leaves the solder: the void stops growing
    True
    >>> ring.margin(rise=0.2) > 1.0, ring.settled_um3 < ring.volume_of(0.2)
    (True, True)

    ``ring.plot()`` draws it.
    """

    began: Nucleation
    face: Face
    sizes: tuple[Size, ...]
    stages: tuple[Stage, ...]
    runaway: str = ""
    drawn_as: ClassVar[str] = "void"

    def __repr__(self) -> str:
        settled = self.settled_um3
        return printed.lines(
            f"VoidHistory: {self.face.idealization} on {self.face.interface}, "
            f"{self.face.thickness_um:g} um thick",
            began=f"{self.began.time_s:.4g} s in {self.began.region}",
            settles="" if settled is None else f"at {settled:.4g} um3",
            ends=self.runaway,
        )

    @cached_property
    def _resistance(self) -> PchipInterpolator:
        """Ohm over volume; monotone between the sizes that were solved for."""
        from scipy.interpolate import PchipInterpolator  # takes 0.2 s to load

        volume = [size.volume_um3 for size in self.sizes]
        return PchipInterpolator(volume, [size.resistance_ohm for size in self.sizes])

    @property
    def initial_ohm(self) -> float:
        """Resistance between the terminals without a void."""
        return self.sizes[0].resistance_ohm

    @property
    def settled_um3(self) -> float | None:
        """Volume at which it stops growing; None where it does not within the sizes there are."""
        last = self.stages[-1]
        return None if np.isfinite(last.ends_s) else last.settled_um3

    @cached_property
    def times_s(self) -> np.ndarray:
        """Instants of curves, from nucleation on."""
        out = [self.began.time_s]
        for stage in self.stages:
            end = stage.ends_s
            if not np.isfinite(end):
                end = stage.began_s + 5.0 / float(stage.supply.solution.decays[0].rates_per_s.min())
            out.extend(np.linspace(stage.began_s, end, PARTS + 1)[1:].tolist())
        return np.unique(out)

    @cached_property
    def volume_um3(self) -> np.ndarray:
        """Of the void at :attr:`times_s`."""
        return np.array([self.volume_at(float(t)) for t in self.times_s])

    @cached_property
    def resistance_ohm(self) -> np.ndarray:
        """Between the terminals at :attr:`times_s`."""
        return np.asarray(self._resistance(np.minimum(self.volume_um3, self.sizes[-1].volume_um3)))

    def volume_at(self, time_s: float) -> float:
        """Of the void at a time; 0 before it has begun."""
        if time_s <= self.began.time_s:
            return 0.0
        passed = [stage for stage in self.stages if stage.began_s <= time_s]
        stage = passed[-1]
        grown = stage.supply.volume_um3(min(time_s, stage.ends_s) - stage.began_s)
        return stage.volume_um3 + grown

    def volume_of(self, rise: float) -> float | None:
        """Volume at which the resistance has risen by a share; None where no size leads to it.

        Where the largest size that was solved for has less, the whole of what it covers, if that
        cuts off the current: the rise is reached on the way there.
        """
        if not (is_number(rise) and 0 < rise < np.inf):
            raise InputError(f"rise = {rise!r} must be a positive number")
        target = (1 + rise) * self.initial_ohm
        largest = self.sizes[-1].volume_um3
        if self.sizes[-1].resistance_ohm < target:
            return self.face.severed_um3
        return root_between(lambda v: float(self._resistance(v)) - target, 0.0, largest)

    def life(self, rise: float = 0.2) -> float | None:
        """Time in s from the start of the current until the resistance has risen by a share.

        Of its own initial value. None where the void stops before that: the design is immortal; or
        where all of the interface leads to no such rise, as the current has another way. Where the
        rise comes beyond the largest size solved for, between that and the whole, the time until
        the whole is covered: an upper bound. Where no state exists from some size on, the time at
        which it has the last that has one.
        """
        needed = self.volume_of(rise)
        for stage in self.stages:
            if needed is None:
                break
            found = stage.time_s(needed)
            if found is not None and found <= stage.ends_s:
                return found
        return self.stages[-1].ends_s if self.runaway else None

    def margin(self, rise: float = 0.2) -> float | None:
        """The volume that a rise takes over that at which the void would settle.

        Above 1 the resistance never rises so much; 0 where atoms flow on for ever. None where no
        size of the void raises the resistance so much.
        """
        needed = self.volume_of(rise)
        if needed is None:
            return None
        reached = [stage for stage in self.stages if stage.volume_um3 <= needed]
        return needed / reached[-1].settled_um3

    def covered(self, rise: float = 0.2) -> float | None:
        """Share of the interface that the void covers when the resistance has risen by a share."""
        needed = self.volume_of(rise)
        if needed is None:
            return None
        return needed / self.face.thickness_um / self.face.whole_um2


@dataclass(frozen=True, repr=False, eq=False)
class VoidGrowth(Pictured):
    """A void that grows, by each of several idealizations of its shape.

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
    >>> given = {"critical_mpa": 5.0, "over_um": 1.0, "thickness_um": 0.2}
    >>> grown = void_growth(moved, flow, reservoirs={"top": 0.0}, **given)
    >>> print(*grown.histories)
    ring disc
    >>> low, high = grown.life(rise=0.2)
    >>> low < high
    True

    ``grown.plot()`` draws the resistance over time.
    """

    histories: dict[str, VoidHistory]
    drawn_as: ClassVar[str] = "void growth"

    def __repr__(self) -> str:
        return "\n".join(["VoidGrowth:", *(repr(each) for each in self.histories.values())])

    def life(self, rise: float = 0.2) -> tuple[float | None, float | None]:
        """The shortest and the longest life, s, over the idealizations; None for no end."""
        found = [each.life(rise) for each in self.histories.values()]
        some = [each for each in found if each is not None]
        return min(some, default=None), max(some) if some and None not in found else None
