"""Bodies that flow while their top moves sideways: what must not couple, and what must add up.

A body whose law never yields is shifted as an elastic one. An incompressible linear viscous body,
held sideways, relaxes at one rate: its reaction is F(t) = F(0) exp(-3 mu a t), a s the creep rate
of the equivalent stress s, and no harmonic but the first is there. A body that is carried along as
a whole yields as it does in place. At one temperature the work of the force that moves the top is
what is stored and what has flowed, of all harmonics together; in creep, as the force of a body that
yields has a bend within a step.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fem_bump.body.model import Model
from fem_bump.laws.shipped.j2 import J2
from fem_bump.laws.shipped.norton import Norton
from fem_bump.materials import Material
from fem_bump.mechanics.history import History, stress_history
from fem_bump.mechanics.thermal_stress import thermal_stress
from fem_bump.verification.grids import grid
from fem_bump.verification.row import Row, compared, vanishing

NAME = "sheared layers"
END_S, SHIFT_UM = 60.0, 0.01
HOT, COLD = 125.0, 25.0
HARD = Material("hard", 120e3, 0.3, 3e-6)
MU, RATE, HELD_S = 1e3, 1e-5, 40.0  # of the viscous body, MPa and 1/(s MPa)
POINT = np.array([[1.1], [0.9]])


def layers(law: Any, fine: int = 1) -> Model:
    """A soft layer with a law between two hard ones."""
    soft = Material("soft", 40e3, 0.35, 22e-6, law=law)
    regions = {"chip": (0, 3, 0, 0.75), "soft": (0, 3, 0.75, 2.25), "board": (0, 3, 2.25, 3)}
    mesh = grid(np.linspace(0, 3, 3 * fine + 1), np.linspace(0, 3, 4 * fine + 1), regions)
    return Model(mesh, {"chip": HARD, "soft": soft, "board": HARD})


def moved(
    model: Model, bottom_um: float, top_um: float, end_degc: float = COLD, **more: Any
) -> History:
    """Both ends moved sideways at a constant rate while the temperature changes."""
    shift = {
        "bottom": lambda t: bottom_um * t / END_S,
        "top": lambda t: top_um * t / END_S,
    }
    given = {"harmonics": 2, "tolerance": 1e-2, "lateral_shift_um": shift, **more}
    return stress_history(model, [0.0, END_S], [HOT, end_degc], HOT, fixed={"bottom": "z"}, **given)


def _as_elastic() -> list[Row]:
    found = moved(layers(J2(1e9), 2), 0.0, SHIFT_UM).at(END_S)
    elastic = thermal_stress(
        layers(None, 2), COLD - HOT, HOT, fixed={"bottom": "z"},
        lateral_shift_um={"bottom": 0.0, "top": SHIFT_UM},
    )  # fmt: skip
    source = "superposition"
    own, other = (each.stress(POINT, theta_deg=50.0) for each in (found, elastic))
    return [
        compared(NAME, "lateral force, never yielding", "uN", found.reaction_un("top"),
                 elastic.reaction_un("top"), 5e-3, source),
        vanishing(NAME, "stress, never yielding", "MPa", np.abs(own - other).max(),
                  np.abs(other).max(), 2e-2, source),
    ]  # fmt: skip


def _viscous() -> list[Row]:
    body = Material("body", 2 * MU * 1.4999, 0.4999, 0.0, law=Norton(RATE, 1.0))
    found = stress_history(
        Model(grid(np.arange(4.0), np.arange(3.0)), {"body": body}), [0.0, HELD_S], [25.0, 25.0],
        tolerance=1e-3, lateral_shift_um={"bottom": 0.0, "top": SHIFT_UM}, harmonics=2,
    )  # fmt: skip
    start, end = found.at(0.0), found.at(HELD_S)
    source = "incompressible Maxwell body"
    decay = end.reaction_un("top") / start.reaction_un("top")
    other = max(float(np.abs(end.part(n).u_um).max()) for n in (0, 2))
    return [
        compared(NAME, "decay of the lateral force, viscous", "1", decay,
                 math.exp(-3 * MU * RATE * HELD_S), 2e-3, source),
        vanishing(NAME, "other harmonics, viscous", "um", other, SHIFT_UM, 1e-8, source),
    ]  # fmt: skip


def _carried() -> Row:
    model = layers(J2(20.0, kinematic_mpa=500.0))
    plane = stress_history(
        model, [0.0, END_S], [HOT, COLD], HOT, fixed={"bottom": "z"}, tolerance=1e-2
    ).at(END_S)
    found = moved(model, 50 * SHIFT_UM, 50 * SHIFT_UM).at(END_S)
    apart = found.stress(POINT, theta_deg=70.0)
    apart[:4] -= plane.stress(POINT)
    size = float(np.abs(plane.stress(POINT)).max())
    source = "a rigid motion"
    return vanishing(NAME, "stress, carried along", "MPa", np.abs(apart).max(), size, 1e-5, source)


def _work() -> Row:
    found = moved(layers(Norton(1e-7, 3.0)), 0.0, SHIFT_UM, HOT)
    times = found.times_s
    force = [found.at(float(t)).reaction_un("top") for t in times]
    done = float(np.trapezoid(force, SHIFT_UM * times / END_S))
    end = found.at(END_S)
    kept = end.strain_energy + found.inelastic_work_pj("soft", 0.0, END_S)
    return compared(NAME, "work, stored and flowed", "pJ", kept, done, 1e-3, "balance of work")


def rows() -> list[Row]:
    """Never yielding, viscous, carried along, and the balance of work."""
    return [*_as_elastic(), *_viscous(), _carried(), _work()]
