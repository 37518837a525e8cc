"""How far a run of cycles has come, in a file: of which body, and under which conditions."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from fem_bump.body.model import Model
from fem_bump.mechanics.cycling.cycle import Cycle
from fem_bump.mechanics.inelastic.checkpoint import Checkpoint, fingerprint
from fem_bump.mechanics.inelastic.path import prescribed_at
from fem_bump.mechanics.inelastic.problem import COMPONENTS, Instant
from groundwork.files import whole_file

FORMAT = 3  # of what is kept; what is kept in another is not read
SAMPLES = 33  # temperatures, and times per cycle, at which materials and displacements are compared
MOST_SAMPLED = 64  # cycles; of more times are as many, further apart

T = TypeVar("T")


@dataclass(frozen=True)
class Conditions:
    """A body and what it goes through.

    Attributes
    ----------
    given
        What each of its histories is given.
    more
        What else decides what a run finds, by its ``repr``.
    """

    model: Model
    cycle: Cycle
    cycles: int
    start_degc: float
    initial: Checkpoint | None
    given: Mapping[str, Any]
    more: tuple[Any, ...]


class Place:
    """The file of one run in a folder.

    What it holds is read only where it is of the same mesh, materials, cycle and conditions: their
    hash is its name. Whoever may write to the folder may also run programs as its reader: what is
    kept is pickled.
    """

    def __init__(self, folder: str | Path, run: Conditions) -> None:
        self.path = Path(folder) / f"cycles-{_hash(run)[:24]}.pickle"

    def read(self, kind: type[T]) -> T | None:
        """What was kept; None where there is nothing, or nothing that can be read."""
        with suppress(OSError, EOFError, pickle.UnpicklingError, AttributeError, ImportError):
            found = pickle.loads(self.path.read_bytes())
            if isinstance(found, kind):
                return found
        return None

    def write(self, progress: Any) -> None:
        """Keep it, in place of what was kept before.

        Raises
        ------
        OSError
            What the system refuses.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(self.path) as place:
            place.write_bytes(pickle.dumps(progress, protocol=pickle.HIGHEST_PROTOCOL))


def _hash(run: Conditions) -> str:
    """Of all that decides what a run finds, and of the form in which it is kept."""
    found = hashlib.sha256(f"{FORMAT} {fingerprint(run.model)}".encode())
    of = (*fields(Checkpoint), *fields(Instant))  # another release's may be others
    found.update(repr([each.name for each in of]).encode())
    for region in run.model.regions:
        for each in _of_material(run, region):
            found.update(each)
    for each in (*_of_displacements(run), *_of_instant(run.initial)):
        found.update(each)
    sampled = ("prescribed_um", "lateral_shift_um")
    plain = {name: value for name, value in run.given.items() if name not in sampled}
    found.update(repr((run.cycle, run.start_degc, plain, run.more)).encode())
    return found.hexdigest()


def _of_material(run: Conditions, region: str) -> Iterator[bytes]:
    """Its properties and law as they were given; functions over all temperatures of the run."""
    material = run.model.materials[region]
    yield repr((region, material.record())).encode()
    free = run.given["stress_free_degc"][region]
    ends = (run.cycle.low_degc, run.cycle.high_degc, run.start_degc, free)
    degc = np.linspace(min(ends), max(ends), SAMPLES)
    properties = [material.at(name, degc) for name in ("young_mpa", "poisson")]
    for values in (*properties, material.thermal_strain(degc, free)):
        yield np.ascontiguousarray(np.broadcast_to(values, degc.shape)).tobytes()
    law = material.law
    if law is None:
        return
    young, poisson = (np.broadcast_to(values, degc.shape).tolist() for values in properties)
    for e, nu, t in zip(young, poisson, degc.tolist(), strict=True):
        yield law.constants("", e, nu, t).tobytes()
        yield np.asarray(law.initial_state("", COMPONENTS, t)).tobytes()


def _of_displacements(run: Conditions) -> Iterator[bytes]:
    """Over all of the run's time, and over its temperatures."""
    prescribed = run.given["prescribed_um"] or {}
    if any(callable(each) for by in prescribed.values() for each in by.values()):
        start = 0.0 if run.initial is None else run.initial.instant.time_s
        end = start + (run.cycles + 1) * run.cycle.period_s  # and the way back
        number = SAMPLES * min(run.cycles + 1, MOST_SAMPLED)
        for time_s in np.linspace(start, end, number):
            yield repr(prescribed_at(prescribed, float(time_s))).encode()
    else:
        yield repr(prescribed_at(prescribed, 0.0)).encode()
    ends = (run.cycle.low_degc, run.cycle.high_degc, run.start_degc)
    for boundary, shift in (run.given["lateral_shift_um"] or {}).items():
        degc = np.linspace(min(ends), max(ends), SAMPLES).tolist()
        at = [float(shift(t)) if callable(shift) else float(shift) for t in degc]
        yield repr((boundary, at)).encode()


def _of_instant(initial: Checkpoint | None) -> Iterator[bytes]:
    """What the first step goes on from."""
    if initial is None:
        return
    now = initial.instant
    yield repr((now.time_s, now.degc, now.scale, now.next_dt_s, sorted(now.births))).encode()
    births = [now.births[name] for name in sorted(now.births)]
    moved = [each for of in (now.at, now.change) for each in (of.u, *of.bubbles)]
    for values in (*moved, *now.points, *births):
        yield np.ascontiguousarray(values).tobytes()
