"""What is done to a body, step by step: regions that come and go, and the temperature then."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fem_bump.errors import InputError, is_number
from fem_bump.materials import Material
from fem_bump.mechanics.process.worked import Worked

RAMP_S = 60.0  # of a stage that says nothing of it


@dataclass(frozen=True)
class ProcessStage:
    """One step of a process.

    The body of the stage before is brought to ``degc`` in ``ramp_s``; there regions are taken away
    and others added, and what is left is in balance at once; then it stays for ``hold_s``. The
    temperature is the same everywhere.

    Attributes
    ----------
    name
        Of the stage, by which its state is asked for.
    degc
        Temperature, at which what is added has no thermal strain.
    adds, removes
        Regions.
    intrinsic_mpa
        Region to the stress, MPa, that a flat film of it has in its plane on a substrate that does
        not give: with which it is born, tension positive. Others are born without stress.
    works
        Region with a law to f(r, z) in the mesh's unit: equivalent plastic strain by which its
        metal has been worked, in the shape that it has; see
        :mod:`fem_bump.mechanics.process.worked`. One without a law is as it was.
    ramp_s, hold_s
        Times, s, that matter to what creeps.

    Examples
    --------
    >>> from fem_bump import ProcessStage
    >>> ProcessStage("nitride", 350.0, adds=["film"], intrinsic_mpa={"film": -200.0}).adds
    ('film',)
    """

    name: str
    degc: float
    adds: Sequence[str] = ()
    removes: Sequence[str] = ()
    intrinsic_mpa: Mapping[str, float] = field(default_factory=dict)
    works: Mapping[str, Worked] = field(default_factory=dict)
    ramp_s: float = RAMP_S
    hold_s: float = 0.0

    def __post_init__(self) -> None:
        called = f"stage '{self.name}'"
        if not isinstance(self.name, str) or not self.name:
            raise InputError(f"stage name = {self.name!r} must be a non-empty string")
        for key in ("adds", "removes"):
            given = getattr(self, key)
            if isinstance(given, str) or not all(isinstance(each, str) for each in given):
                raise InputError(f"{called}: {key} = {given!r} must be a list of region names")
            object.__setattr__(self, key, tuple(given))
        if not _finite(self.degc) or self.degc <= -273.15:
            raise InputError(
                f"{called}: degc = {self.degc!r} must be a number above -273.15, absolute zero"
            )
        if not (_finite(self.ramp_s) and self.ramp_s > 0):
            raise InputError(f"{called}: ramp_s = {self.ramp_s!r} must be a number above 0")
        if not (_finite(self.hold_s) and self.hold_s >= 0):
            raise InputError(f"{called}: hold_s = {self.hold_s!r} must be a number, at least 0")
        for region, value in self.intrinsic_mpa.items():
            if region not in self.adds:
                raise InputError(
                    f"{called}: intrinsic_mpa names region '{region}', which the stage does not add"
                )
            if not _finite(value):
                raise InputError(
                    f"{called}: intrinsic_mpa['{region}'] = {value!r} must be a finite number"
                )


def _finite(value: object) -> bool:
    return is_number(value) and math.isfinite(value)  # type: ignore[arg-type]


def check_stages(
    stages: Sequence[ProcessStage], regions: Iterable[str], materials: Mapping[str, Material]
) -> None:
    """Refuse stages that no process can have.

    Raises
    ------
    InputError
        No stages, two of one name, a region that comes twice or goes before it came, that has no
        material or is never added, or that is added, or still there, where it melts.
    """
    known, living, gone = list(regions), set[str](), set[str]()
    if not stages:
        raise InputError("a process needs at least one stage")
    names = [stage.name for stage in stages]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError(f"two stages have the name '{twice}'")
    for stage in stages:
        called = f"stage '{stage.name}'"
        for region in (*stage.removes, *stage.adds):
            if region not in known:
                raise InputError(
                    f"{called} names the unknown region '{region}'; allowed are {', '.join(known)}"
                )
        for region in known:
            if region in living and materials[region].is_molten(stage.degc):
                raise InputError(
                    f"{called}: region '{region}' ({materials[region].name}) is there at "
                    f"{stage.degc:g} degC and melts at {materials[region].solidus_degc:g} degC"
                )
        for region in stage.removes:
            if region not in living:
                raise InputError(f"{called} removes region '{region}', which is not there then")
            living.remove(region)
            gone.add(region)
        for region in stage.adds:
            if region in living or region in gone:
                raise InputError(
                    f"{called} adds region '{region}' again; give what comes anew another name"
                )
            if region not in materials:
                raise InputError(f"region '{region}' has no material")
            _check_solid(f"{called}, region '{region}'", stage.degc, materials[region])
            living.add(region)
        for region in stage.works:
            if region not in living:
                raise InputError(f"{called} works region '{region}', which is not there then")
        if not living:
            raise InputError(f"{called} leaves nothing")
    missing = next((name for name in known if name not in living | gone), None)
    if missing is not None:
        raise InputError(f"no stage adds region '{missing}'")


def _check_solid(called: str, degc: float, material: Material) -> None:
    if material.is_molten(degc):
        raise InputError(
            f"{called}: {material.name} cannot be deposited at {degc:g} degC, it melts at "
            f"{material.solidus_degc:g} degC"
        )


def path_of(stages: Sequence[ProcessStage]) -> tuple[list[float], list[float], list[float]]:
    """Instants, s, and temperatures between which it is linear, and when each stage begins."""
    times, degc, begins = [0.0], [stages[0].degc], []
    for stage in stages:
        if stage.degc != degc[-1]:
            times.append(times[-1] + stage.ramp_s)
            degc.append(stage.degc)
        begins.append(times[-1])
        if stage.hold_s > 0:
            times.append(times[-1] + stage.hold_s)
            degc.append(stage.degc)
    if len(times) == 1:  # all at one temperature: a path needs two ends
        times.append(times[0] + RAMP_S)
        degc.append(degc[0])
    return times, degc, begins
