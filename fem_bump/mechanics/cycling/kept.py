"""How far a run of cycles has come, in a file: of which body, and under which conditions."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from fem_bump.body.model import Model
from fem_bump.mechanics.cycling.cycle import Cycle
from fem_bump.mechanics.inelastic.checkpoint import Checkpoint, fingerprint
from fem_bump.mechanics.inelastic.path import prescribed_at
from fem_bump.mechanics.inelastic.problem import Instant
from groundwork.files import whole_file

SAMPLES = 33  # temperatures and times at which materials and displacements are compared

T = TypeVar("T")


class Place:
    """The file of one run in a folder.

    What it holds is read only where it is of the same mesh, materials, cycle and conditions: their
    hash is its name. Whoever may write to the folder may also run programs as its reader: what is
    kept is pickled.
    """

    def __init__(
        self,
        folder: str | Path,
        model: Model,
        cycle: Cycle,
        given: Mapping[str, Any],
        more: tuple[Any, ...],
    ) -> None:
        self.path = Path(folder) / f"cycles-{_hash(model, cycle, given, more)[:24]}.pickle"

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


def _hash(model: Model, cycle: Cycle, given: Mapping[str, Any], more: tuple[Any, ...]) -> str:
    """Of all that decides what a run finds."""
    found = hashlib.sha256(fingerprint(model).encode())
    of = (*fields(Checkpoint), *fields(Instant))  # another release's may be others
    found.update(repr([each.name for each in of]).encode())
    degc = np.linspace(cycle.low_degc, cycle.high_degc, SAMPLES)
    for region in model.regions:
        material = model.materials[region]
        young, poisson = material.at("young_mpa", degc), material.at("poisson", degc)
        for values in (young, poisson, material.thermal_strain(degc, cycle.low_degc)):
            found.update(np.ascontiguousarray(np.broadcast_to(values, degc.shape)).tobytes())
        if material.law is not None:
            at_each = zip(np.broadcast_to(young, degc.shape), np.broadcast_to(poisson, degc.shape),
                          degc, strict=True)  # fmt: skip
            for e, nu, t in at_each:
                found.update(material.law.constants("", float(e), float(nu), float(t)).tobytes())
    prescribed = given["prescribed_um"] or {}
    for time_s in np.linspace(0.0, cycle.period_s, SAMPLES):
        found.update(repr(prescribed_at(prescribed, float(time_s))).encode())
    for boundary, shift in (given["lateral_shift_um"] or {}).items():
        at = [float(shift(float(t))) if callable(shift) else float(shift) for t in degc]
        found.update(repr((boundary, at)).encode())
    for each in more:
        if isinstance(each, Checkpoint):
            instant = each.instant
            found.update(repr((instant.time_s, instant.degc)).encode() + instant.at.u.tobytes())
            for points in (*instant.points, *instant.births.values()):
                found.update(np.ascontiguousarray(points).tobytes())
        else:
            found.update(repr(each).encode())
    sampled = ("prescribed_um", "lateral_shift_um")
    plain = {name: value for name, value in given.items() if name not in sampled}
    found.update(repr((cycle, plain)).encode())
    return found.hexdigest()
