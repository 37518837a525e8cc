"""What is known of a case once it has been tried, as typed data; on disk it is JSON.

A :class:`CaseRecord` says what became of one design: solved, failed or impossible, and if solved
its :class:`Result`. The layout of the JSON is a contract with whoever reads the files: ``to_json``
and ``from_json`` alone know it. What a result has beyond these names is left out on reading, what
it lacks, as records of older versions do, is empty. Metrics, flags and what is said of mesh and
solvers are open tables: a name that appears in one becomes a column of the results table.

Units stand in the names; curves and circles are sampled at start, middle and end of each facet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import inf
from typing import Any, Literal, Self

SCHEMA = 2  # of a stored record; to be raised with every change of its layout

Json = Mapping[str, Any]  # a table as JSON has it
Values = Mapping[str, float | None]
Status = Literal["solved", "failed", "invalid"]


@dataclass(frozen=True)
class Curve:
    """Densities along an interface; r and z are empty where they are not known.

    Attributes
    ----------
    leg
        Name of the leg that each point belongs to.
    densities
        ``peel_mpa``, ``shear_mpa``, ``jn_a_per_cm2``: those that the interface has.
    """

    arc_length_um: Sequence[float] = ()
    r_um: Sequence[float] = ()
    z_um: Sequence[float] = ()
    leg: Sequence[str] = ()
    densities: Mapping[str, Sequence[float]] = field(default_factory=dict)

    def __repr__(self) -> str:
        legs = ", ".join(dict.fromkeys(self.leg))
        return f"Curve({legs}; {len(self.leg)} points of {', '.join(self.densities)})"

    def at(self, points: Sequence[int]) -> Self:
        """Some of its points."""

        def some(column: Sequence[Any]) -> list[Any]:
            return [column[k] for k in points] if len(column) else []

        return type(self)(
            some(self.arc_length_um),
            some(self.r_um),
            some(self.z_um),
            some(self.leg),
            {name: some(column) for name, column in self.densities.items()},
        )

    @classmethod
    def from_json(cls, data: Json) -> Self:
        """From columns by name."""
        left = dict(data)
        placed = {name: left.pop(name, ()) for name in ("arc_length_um", "r_um", "z_um", "leg")}
        return cls(**placed, densities=left)

    def to_json(self) -> dict[str, Any]:
        """Columns by name."""
        placed = {
            "arc_length_um": self.arc_length_um,
            "r_um": self.r_um,
            "z_um": self.z_um,
            "leg": self.leg,
        }
        return {name: column for name, column in placed.items() if len(column)} | {**self.densities}


@dataclass(frozen=True)
class CircleWindow:
    """The worst window on the circle: along s, between two angles, and the mean over it."""

    start_um: float
    length_um: float
    theta_deg: tuple[float, float]
    mean: float

    @classmethod
    def from_json(cls, data: Json) -> Self:
        """From the object in the JSON."""
        low, high = data["theta_deg"]
        return cls(data["start_um"], data["length_um"], (low, high), data["mean"])


@dataclass(frozen=True)
class Circle:
    """Densities of an interface that vary around the axis, as amplitudes.

    Attributes
    ----------
    amplitudes
        By column, one row of points per harmonic: of cos(n theta), of sin(n theta) for
        ``shear_theta_mpa``.
    windows
        ``peel``, ``shear``, ``current``: those that vary.
    traction_harmonics, flux_harmonics
        The n of the rows of stresses and of ``jn_a_per_cm2``.
    flux_phases_deg
        Of the rows of ``jn_a_per_cm2``, which go with cos(n theta - phase); empty where all are 0.
    """

    amplitudes: Mapping[str, Sequence[Sequence[float]]] = field(default_factory=dict)
    windows: Mapping[str, CircleWindow] = field(default_factory=dict)
    traction_harmonics: Sequence[int] = ()
    flux_harmonics: Sequence[int] = ()
    flux_phases_deg: Sequence[float] = ()

    def __repr__(self) -> str:
        windows = ", ".join(f"{name}: {window}" for name, window in self.windows.items())
        return f"Circle({', '.join(self.amplitudes)}; {windows})"

    @classmethod
    def from_json(cls, data: Json) -> Self:
        """From the object in the JSON, in which the columns stand beside the rest."""
        left = dict(data)
        windows = left.pop("windows", {})
        traction, flux = left.pop("traction_harmonics", ()), left.pop("flux_harmonics", ())
        phases = left.pop("flux_phases_deg", ())
        found = {name: CircleWindow.from_json(window) for name, window in windows.items()}
        return cls(left, found, traction, flux, phases)

    def to_json(self) -> dict[str, Any]:
        """The object in the JSON."""
        harmonics = {
            "traction_harmonics": self.traction_harmonics,
            "flux_harmonics": self.flux_harmonics,
            "flux_phases_deg": self.flux_phases_deg,
        }
        return {
            "windows": {name: asdict(window) for name, window in self.windows.items()},
            **{name: n for name, n in harmonics.items() if len(n)},
            **self.amplitudes,
        }


@dataclass(frozen=True)
class Course:
    """A stress over time, at the place where it is largest in the end, and what it is held to."""

    times_s: Sequence[float]
    stress_mpa: Sequence[float]
    critical_mpa: float


@dataclass(frozen=True)
class Cycled:
    """What a region, or a part of it, goes through in thermal cycles.

    Attributes
    ----------
    times_s, degc
        Over the last cycle, from its start.
    stress_mpa, strain
        Means over the volume then, by component: ``rr``, ``zz``, ``tt``, ``rz``.
    cycles
        Numbers of those that were solved.
    work_mj_per_m3, strain_per_cycle
        Inelastic, of each of them.
    """

    times_s: Sequence[float]
    degc: Sequence[float]
    stress_mpa: Mapping[str, Sequence[float]]
    strain: Mapping[str, Sequence[float]]
    cycles: Sequence[int]
    work_mj_per_m3: Sequence[float]
    strain_per_cycle: Sequence[float]


@dataclass(frozen=True)
class MeshStep:
    """One mesh of an adapted sequence: its size, and the worst headline bar over its scale.

    Where a bar is not known, that is the worst: None.
    """

    unknowns: int
    triangles: int
    worst: float | None
    metric: str

    @property
    def share(self) -> float:
        """`worst`, infinite where it is not known."""
        return inf if self.worst is None else self.worst


@dataclass(frozen=True)
class Result:
    """A solved design.

    Attributes
    ----------
    design
        As its TOML has it, every default filled in.
    derived
        Numbers that follow from the design alone.
    metrics, errors, tails
        By the metric's name; a tail is what harmonics that were left out may add, part of the
        error.
    headline
        Names of the metrics that a comparison rests on.
    flags
        What has to be known of the solution; ``notes`` are a list of sentences.
    curves, circle
        By interface: ``ubm/pad``.
    mesh, solver
        What mesh and solvers report of themselves.
    meshes
        Of an adapted sequence.
    wall_s
        Wall time by phase.
    courses
        Of migration, by region.
    cycled
        By region or part: ``bump_layer``.
    """

    design: Json
    metrics: Values
    errors: Values
    derived: Json = field(default_factory=dict)
    tails: Values = field(default_factory=dict)
    headline: Sequence[str] = ()
    flags: Json = field(default_factory=dict)
    curves: Mapping[str, Curve] = field(default_factory=dict)
    circle: Mapping[str, Circle] = field(default_factory=dict)
    mesh: Json = field(default_factory=dict)
    meshes: Sequence[MeshStep] = ()
    solver: Json = field(default_factory=dict)
    wall_s: Mapping[str, float] = field(default_factory=dict)
    courses: Mapping[str, Course] = field(default_factory=dict)
    cycled: Mapping[str, Cycled] = field(default_factory=dict)

    def __repr__(self) -> str:
        chosen = {name: self.metrics.get(name) for name in self.headline}
        design = f"{self.design.get('name')}, {self.design.get('variant')}"
        return f"Result({design}; {len(self.metrics)} metrics, headline {chosen})"

    @classmethod
    def from_json(cls, data: Json) -> Self:
        """From plain data, as an evaluator gives it and as records hold it.

        Raises
        ------
        KeyError, TypeError, ValueError
            When it is no result.
        """
        steps = [
            MeshStep(step["unknowns"], step["triangles"], step["worst"], step["metric"])
            for step in data.get("meshes", ())
        ]
        circles, flags = data.get("circle", {}), data.get("flags", {})
        if isinstance(flags.get("notes"), str):
            raise TypeError("flags.notes of a result is a list of sentences")
        return cls(
            design=data["design"],
            derived=data.get("derived", {}),
            metrics=data["metrics"],
            errors=data["errors"],
            tails=data.get("tails") or {},
            headline=data.get("headline", ()),
            flags=flags,
            curves={at: Curve.from_json(one) for at, one in data.get("curves", {}).items()},
            circle={at: Circle.from_json(one) for at, one in circles.items()},
            courses={at: Course(**one) for at, one in data.get("courses", {}).items()},
            cycled={at: Cycled(**one) for at, one in data.get("cycled", {}).items()},
            mesh=data.get("mesh", {}),
            meshes=tuple(steps),
            solver=data.get("solver", {}),
            wall_s=data.get("wall_s", {}),
        )

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "design": self.design,
            "derived": self.derived,
            "metrics": self.metrics,
            "errors": self.errors,
            "tails": self.tails,
            "headline": list(self.headline),
            "flags": self.flags,
            "curves": {at: curve.to_json() for at, curve in self.curves.items()},
            "circle": {at: circle.to_json() for at, circle in self.circle.items()},
            **({"courses": courses} if (courses := _plain(self.courses)) else {}),
            **({"cycled": cycled} if (cycled := _plain(self.cycled)) else {}),
            "mesh": self.mesh,
            "meshes": [asdict(step) for step in self.meshes],
            "solver": self.solver,
            "wall_s": self.wall_s,
        }


def _plain(by_place: Mapping[str, Course] | Mapping[str, Cycled]) -> dict[str, Any]:
    return {at: asdict(one) for at, one in by_place.items()}


@dataclass(frozen=True)
class CaseRecord:
    """What became of one design: why it is not solved, the seconds it took, or its result."""

    status: Status
    reason: str | None = None
    seconds: float | None = None
    result: Result | None = None

    @classmethod
    def from_json(cls, data: Json) -> Self:
        """From a stored record of this schema.

        Raises
        ------
        KeyError, TypeError, ValueError
            When it is no record.
        """
        status, result = data["status"], data["result"]
        if status not in ("solved", "failed", "invalid") or (status == "solved") != bool(result):
            raise ValueError(f"a record is not '{status}' with such a result")
        return cls(
            status,
            data["reason"],
            data["seconds"],
            None if result is None else Result.from_json(result),
        )

    def to_json(self, key: str) -> dict[str, Any]:
        """Plain data for the record under a key."""
        return {
            "status": self.status,
            "reason": self.reason,
            "seconds": self.seconds,
            "result": None if self.result is None else self.result.to_json(),
            "schema": SCHEMA,
            "key": key,
        }
