"""The seam of constitutive laws: what a law declares, and what it is asked at a point.

A law is one module that declares its parameters and one compiled function of a point::

    @law("Mine", parameters=(Parameter("yield_mpa", "MPa", above=0.0),), own_state=1)
    def Mine(constants, before, strain, dt, old, stress, tangent, new):
        ...
        return 0

which makes ``Mine(yield_mpa=100.0)`` a law that a :class:`~fem_bump.materials.material.Material`
takes, ``kind = "Mine"`` one that a design file names, and ``fem-bump verify --tangent Mine`` its
check. The function is given

constants
    (k,) bulk and shear modulus, MPa, and the law's own, all at the end of the step: what
    ``constants`` makes of the parameters, by default their values in the order declared.
before, strain
    (n,) mechanical strain, total less thermal, at the start and at the end of the step. The first
    three components are normal (rr, zz, tt), the others engineering shears (rz): nothing else may
    be assumed about n, so that a law holds for stress states with more shears.
dt
    Length of the step, s.
old
    (m,) state at the start: n inelastic strains in the order of ``strain``, their accumulated
    equivalent, the work that the stress has done on them, MPa, and ``own_state`` numbers of the
    law, from ``OWN`` + n on.

and writes ``stress`` (n,), MPa, the consistent ``tangent`` (n, n), d stress / d strain of this very
update, and the state ``new`` (m,). It returns 0, or another number where it found no solution: then
the step is cut, first at that point alone. Elasticity is linear in strain less inelastic strain, so
that the stress follows from ``strain`` and ``new`` at every temperature.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numba import types
from numpy.typing import ArrayLike

from fem_bump.errors import InputError
from fem_bump.laws.parameter import ON_A_PATH, Parameter, parameter_values, record
from fem_bump.materials.film_yield import FilmYield
from fem_bump.materials.law_registry import LAWS, law_kind
from fem_bump.materials.property import is_table
from fem_bump.materials.quantities import ABSOLUTE_ZERO_DEGC
from groundwork.compiled import callback

VECTOR, SQUARE = types.Array(types.float64, 1, "C"), types.Array(types.float64, 2, "C")
UPDATE = types.int64(VECTOR, VECTOR, VECTOR, types.float64, VECTOR, VECTOR, SQUARE, VECTOR)

OWN = 2  # after the inelastic strains stand their equivalent and their work

Numbers = Mapping[str, float]


@dataclass(frozen=True, eq=False)
class LawKind:
    """A kind of law; calling it with its parameters makes a law.

    Attributes
    ----------
    update
        The compiled function of a point, see the module docstring.
    constants
        f(parameters, kelvin): the law's own constants at one temperature.
    own_state
        f(parameters as given, n): how many numbers of state it has of its own.
    initial
        f(parameters, how many): those at the start, all 0 by default.
    creeps
        Whether time matters.
    recovers
        Whether its inelastic strain goes back with the stress, as that of a viscoelastic solid:
        then nothing has flowed, and the work is what turned into heat.
    check
        f(parameters as given): refuses by InputError what they cannot be together.
    symmetric
        f(parameters as given): whether its tangent is. Of one that says so, averages of mirror
        images are used; Newton's iterations are slow if they are not nearly the same.
    combine
        f(list of what ``constants`` gave): constants of a sum of laws with the same update; None
        for a law that cannot be added to another.
    sets
        f(name): parameters of a published set, where there are such.
    tried
        Parameters and state with which ``fem-bump verify --tangent`` tries it.
    """

    name: str
    parameters: tuple[Parameter, ...]
    update: Any
    constants: Callable[[Numbers, float], Any]
    own_state: Callable[[Mapping[str, Any], int], int]
    initial: Callable[[Numbers, int], ArrayLike]
    creeps: bool = False
    recovers: bool = False
    check: Callable[[Mapping[str, Any]], None] = lambda values: None
    symmetric: Callable[[Mapping[str, Any]], bool] = lambda values: True
    combine: Callable[[list[Any]], np.ndarray] | None = None
    sets: Callable[[str], Mapping[str, Any]] | None = None
    tried: Mapping[str, Any] = field(default_factory=dict)

    def __reduce__(self) -> tuple[Any, ...]:
        return law_kind, (self.name,)  # as the process that unpickles it knows it

    def __call__(self, *args: Any, **given: Any) -> Law:
        values = parameter_values(f"law {self.name}", self.parameters, args, given)
        self.check(values)
        return Law((Part(self, values),))

    def of_set(self, name: str) -> Law:
        """The law with the parameters of a published set; InputError where there is none."""
        if self.sets is None:
            raise InputError(f"law {self.name} has no published sets; give its parameters")
        return self(**self.sets(name))

    def of_table(self, given: Mapping[str, Any]) -> Law:
        """The law that a design file's table states: its parameters, or ``set`` and its name."""
        if "set" in given:
            if len(given) > 1:
                raise InputError(f"law {self.name}: give a set or parameters, not both")
            return self.of_set(given["set"])
        return self(**given)


@dataclass(frozen=True)
class Part:
    """One kind with its parameters."""

    kind: LawKind
    values: dict[str, Any] = field(hash=False)


@dataclass(frozen=True)
class Law:
    """A law with its parameters, or the sum of several: strains of all parts add up.

    ``J2(yield_mpa=30.0) + Norton(1e-7, 5.0)`` yields and creeps; the two are solved together.

    Examples
    --------
    >>> from fem_bump.laws import J2, Norton
    >>> both = J2(yield_mpa=20.0) + Norton(a_per_s=1e-14, exponent=5.0)
    >>> both.name, both.creeps
    ('J2 + Norton', True)
    """

    parts: tuple[Part, ...]

    def __add__(self, other: Law) -> Law:
        parts = (*self.parts, *other.parts)
        whole = Law(parts)
        for part in parts:
            if part.kind.combine is None or part.kind.update is not self.parts[0].kind.update:
                raise InputError(
                    f"law {whole.name}: {part.kind.name} cannot be added to another law"
                )
        whole.constants("", 1.0, 0.3, 25.0)  # refuses what one point cannot be
        return whole

    def __repr__(self) -> str:
        return f"Law {self.name}"

    @property
    def name(self) -> str:
        return " + ".join(part.kind.name for part in self.parts)

    @property
    def creeps(self) -> bool:
        """Whether time matters."""
        return any(part.kind.creeps for part in self.parts)

    @property
    def recovers(self) -> bool:
        """Whether all inelastic strain goes back with the stress: nothing flows."""
        return all(part.kind.recovers for part in self.parts)

    @property
    def symmetric(self) -> bool:
        """Whether the tangent is."""
        return all(part.kind.symmetric(part.values) for part in self.parts)

    @property
    def update(self) -> Any:
        """The compiled function of a point."""
        return self.parts[0].kind.update

    def for_thickness(self, thickness_um: float) -> Law:
        """The law of a film: parameters that depend on thickness become those of this one."""
        return Law(
            tuple(
                Part(
                    part.kind,
                    {
                        name: value.for_thickness(thickness_um)
                        if isinstance(value, FilmYield)
                        else value
                        for name, value in part.values.items()
                    },
                )
                for part in self.parts
            )
        )

    def notes(self) -> list[str]:
        """Parameters of a film that are not known for its thickness, a clause each."""
        found = [
            (name, value.note())
            for part in self.parts
            for name, value in part.values.items()
            if isinstance(value, FilmYield)
        ]
        return [f"{name} {note}" for name, note in found if note is not None]

    def state_size(self, components: int) -> int:
        """Numbers of state at a point: inelastic strains, equivalent, work, the law's own."""
        own = max(part.kind.own_state(part.values, components) for part in self.parts)
        return components + OWN + own

    def initial_state(self, owner: str, components: int, degc: float) -> np.ndarray:
        """State of a point that nothing has happened to."""
        out = np.zeros(self.state_size(components))
        for part in self.parts:
            own = part.kind.own_state(part.values, components)
            start = components + OWN
            out[start : start + own] = part.kind.initial(_at(owner, part, degc), own)
        return out

    def constants(self, owner: str, young: float, poisson: float, degc: float) -> np.ndarray:
        """Bulk and shear modulus, MPa, and the law's own constants at one temperature.

        Raises
        ------
        InputError
            For a parameter that is out of its limits there.
        """
        kelvin = degc - ABSOLUTE_ZERO_DEGC
        found = [part.kind.constants(_at(owner, part, degc), kelvin) for part in self.parts]
        combine = self.parts[0].kind.combine
        own = np.asarray(found[0] if combine is None else combine(found), dtype=float)
        elastic = [young / (3 * (1 - 2 * poisson)), young / (2 * (1 + poisson))]
        return np.concatenate([elastic, own])

    def check_path(self, owner: str, degc: np.ndarray) -> None:
        """Refuse parameters that leave their limits somewhere on a path through temperatures."""
        low, high = float(degc.min()), float(degc.max())
        for part in self.parts:
            for parameter in part.kind.parameters:
                value = part.values[parameter.name]
                tried = np.linspace(low, high, ON_A_PATH if callable(value) else 2)
                if is_table(value):
                    knots = np.array([t for t, _ in value])
                    tried = np.concatenate([tried, knots[(knots > low) & (knots < high)]])
                parameter.at(f"{owner}, law {part.kind.name}", value, tried)
            for end in (low, high):
                try:
                    part.kind.constants(_at(owner, part, end), end - ABSOLUTE_ZERO_DEGC)
                except InputError as error:
                    said = str(error)
                    raise InputError(said if owner in said else f"{owner}: {said}") from error

    def record(self) -> list[dict[str, Any]]:
        """Everything that determines results, as plain data."""
        return [
            {"kind": part.kind.name, **{name: record(v) for name, v in part.values.items()}}
            for part in self.parts
        ]


def _at(owner: str, part: Part, degc: float) -> dict[str, float]:
    owner = f"{owner}, law {part.kind.name}" if owner else f"law {part.kind.name}"
    at = np.array([degc])
    return {
        parameter.name: float(parameter.at(owner, part.values[parameter.name], at)[0])
        for parameter in part.kind.parameters
    }


def law(
    name: str,
    *,
    parameters: tuple[Parameter, ...],
    own_state: int | Callable[[Mapping[str, Any], int], int] = 0,
    constants: Callable[[Numbers, float], Any] = lambda values, kelvin: list(values.values()),
    initial: Callable[[Numbers, int], ArrayLike] = lambda values, own: np.zeros(own),
    **more: Any,
) -> Callable[[Callable[..., int]], LawKind]:
    """Decorator of the function of a point: compiles it and adds the kind of law under its name.

    Parameters as of :class:`LawKind`; ``own_state`` may be a number.

    Examples
    --------
    >>> from fem_bump.laws import Parameter, law
    >>> from fem_bump.materials.law_registry import LAWS
    >>> @law("Rigid", parameters=(Parameter("scale", "1", above=0.0, default=1.0),))
    ... def Rigid(constants, before, strain, dt, old, stress, tangent, new):
    ...     new[:] = old
    ...     for i in range(len(strain)):
    ...         stress[i] = 2 * constants[1] * strain[i]
    ...     return 0
    >>> Rigid(scale=2.0).name
    'Rigid'
    >>> LAWS.remove("Rigid")
    """

    def add(update: Callable[..., int]) -> LawKind:
        compiled = callback(update, UPDATE)
        kept = own_state if callable(own_state) else lambda values, n: own_state
        kind = LawKind(name, parameters, compiled, constants, kept, initial, **more)
        return LAWS.add(name, kind)

    return add
