"""Films that are deposited on both sides of a plate, one after the other, and etched away again.

Away from the edge all layers are equibiaxial, with E' = E / (1 - nu) and one strain e0 - k z.
Held flat with a vertical side k is 0, free to bow it is the curvature. A film that is born when the
plate's strain is e1(z), at the temperature T1 and with the intrinsic stress s, has later

    sigma = E' (e - e1 - alpha (T - T1)) + s,

and every state follows from force and moment balance of the layers that are there: Timoshenko
(J. Opt. Soc. Am. 11 (1925) 233) with the strain of birth. Of a thin film alone that is Stoney's
curvature, 6 s h_f / (E'_s h_s^2) (Proc. R. Soc. A 82 (1909) 172), to first order in h_f / h_s.

Films a (on top) and b (below) of intrinsic stress at one temperature: with S, A, B = E' h of plate
and films, held flat, a has after a, b and after b, a

    s_a - E'_a (s_a h_a / (S + A) + s_b h_b / (S + A + B)),    s_a - E'_a s_a h_a / (S + A + B),

since it takes part only in the strain that comes after it is there. Without intrinsic stress, at
one temperature, the order makes no difference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from fem_bump.laws.shipped.j2 import J2
from fem_bump.materials import Material
from fem_bump.mechanics.history import stress_history
from fem_bump.mechanics.process.history import ProcessHistory, process_history
from fem_bump.mechanics.process.stages import ProcessStage
from fem_bump.mechanics.thermal_stress import thermal_stress
from fem_bump.verification.grids import graded, grid
from fem_bump.verification.row import Row, compared, vanishing

NAME = "films that come and go"
SOURCE = "balance of layers, each with the strain of its birth"
NU = 0.3
PLATE = Material("plate", 130e3, NU, 2.6e-6)
OVER = Material("over", [(25.0, 70e3), (400.0, 50e3)], NU, 23e-6)  # softer where it is deposited
UNDER = Material("under", 150e3, NU, 2.5e-6)
MATERIALS = {"b": UNDER, "plate": PLATE, "a": OVER}
EDGES_UM = {"b": (-8.0, 0.0), "plate": (0.0, 100.0), "a": (100.0, 110.0)}
RADIUS_UM = 3000.0
YIELD = 150.0
STAGES = (
    ProcessStage("plate", 25.0, adds=["plate"]),
    ProcessStage("b grown", 350.0, adds=["b"], intrinsic_mpa={"b": -200.0}),
    ProcessStage("a grown", 200.0, adds=["a"], intrinsic_mpa={"a": 80.0}),
    ProcessStage("cooled", 25.0),
    ProcessStage("b etched", 25.0, removes=["b"]),
)


@dataclass
class Layers:
    """The exact states of a plate with films, in the middle between axis and side.

    Attributes
    ----------
    strain
        e0 and k after each stage.
    born
        Per layer that is there: e0 and k, temperature and strain e0 without stress at its birth.
    """

    materials: Mapping[str, Material]
    bows: bool
    strain: dict[str, np.ndarray] = field(default_factory=dict)
    born: dict[str, tuple[np.ndarray, float, float]] = field(default_factory=dict)

    def stiffness(self, name: str, degc: float) -> float:
        """E' of a layer, MPa."""
        material = self.materials[name]
        return float(material.at("young_mpa", degc)) / (1 - float(material.at("poisson", degc)))

    def free(self, name: str, degc: float) -> tuple[float, float]:
        """e0 and k at which a layer has no stress."""
        (e0, k), at, own = self.born[name]
        return e0 + own + float(self.materials[name].thermal_strain(degc, at)), k

    def balance(self, degc: float) -> np.ndarray:
        """e0 and k without net force, and moment where it bows."""
        matrix, right = np.zeros((2, 2)), np.zeros(2)
        for name in self.born:
            low, high = EDGES_UM[name]
            a, b, d = (self.stiffness(name, degc) * (high**n - low**n) / n for n in (1, 2, 3))
            own = np.array([[a, -b], [b, -d]])
            matrix += own
            right += own @ self.free(name, degc)
        if self.bows:
            return np.asarray(np.linalg.solve(matrix, right))
        return np.array([right[0] / matrix[0, 0], 0.0])

    def run(self, stages: Sequence[ProcessStage]) -> Layers:
        """All stages, in turn."""
        for stage in stages:
            before = self.balance(stage.degc) if self.born else np.zeros(2)
            for name in stage.removes:
                del self.born[name]
            for name in stage.adds:
                own = -stage.intrinsic_mpa.get(name, 0.0) / self.stiffness(name, stage.degc)
                self.born[name] = before, stage.degc, own
            self.strain[stage.name] = self.balance(stage.degc)
        return self

    def stress(self, name: str, stage: str, degc: float) -> float:
        """In the middle of a layer, MPa, while the layers of the last stage are there."""
        e0, k = self.strain[stage] - np.array(self.free(name, degc))
        return float(self.stiffness(name, degc) * (e0 - k * np.mean(EDGES_UM[name])))


def solve(
    stages: Sequence[ProcessStage],
    bows: bool,
    materials: Mapping[str, Material] = MATERIALS,
    radius_um: float = RADIUS_UM,
) -> ProcessHistory:
    """The plate with two cells through each film, finer towards its edge."""
    r = graded(0.0, radius_um, 20.0, 1.4, "stop") if bows else np.linspace(0, 100.0, 3)
    z = np.unique(np.concatenate([np.linspace(*ends, 3) for ends in EDGES_UM.values()]))
    there = {name for stage in stages for name in stage.adds}
    boxes = {name: (0.0, r[-1], *ends) for name, ends in EDGES_UM.items() if name in there}
    mesh = grid(r, z, boxes)
    side = {} if bows else {"right": "r"}
    return process_history(mesh, materials, stages, tied=side)


def curvature(made: ProcessHistory, stage: str) -> float:
    """Second derivative of the plate's u_z in its middle plane, 1/um."""
    inner = RADIUS_UM / 4
    sag = made.after(stage).displacement(np.array([[0.0, inner], [50.0, 50.0]]))[1]
    return float(2 * (sag[1] - sag[0]) / inner**2)


def middle_stress(made: ProcessHistory, name: str, stage: str) -> float:
    """Radial stress in the middle of a layer, MPa."""
    radius = float(made.model.points_um[0].max()) / 4
    place = np.array([[radius], [np.mean(EDGES_UM[name])]])
    return float(made.after(stage).stress(place, name)[0, 0])


def rows() -> list[Row]:
    """Flat and bowed states, an etch, orders of deposition, one temperature, and yield."""
    return [*_flat(), *_bowed(), *_orders(), *_one_temperature(), *_yielding()]


def _flat() -> list[Row]:
    made, exact = solve(STAGES, False), Layers(MATERIALS, False).run(STAGES[:-1])
    return [
        compared(NAME, f"held flat: stress in {name}, cooled", "MPa",
                 middle_stress(made, name, "cooled"), exact.stress(name, "cooled", 25.0),
                 1e-9, SOURCE)
        for name in ("plate", "a", "b")
    ]  # fmt: skip


def _bowed() -> list[Row]:
    made, exact = solve(STAGES, True), Layers(MATERIALS, True).run(STAGES)
    out = [
        compared(NAME, f"free to bow: curvature, {stage}", "1/m", 1e6 * curvature(made, stage),
                 1e6 * exact.strain[stage][1], 1e-5, SOURCE)
        for stage in ("b grown", "a grown", "cooled", "b etched")
    ]  # fmt: skip
    thin = replace(UNDER, young_mpa=UNDER.young_mpa / 1e3)
    soft = solve(STAGES[:2], True, {**MATERIALS, "b": thin})
    plate = Layers(MATERIALS, True).stiffness("plate", 350.0)
    stoney = 6 * 200.0 * 8.0 / (plate * 100.0**2)
    out.append(
        compared(NAME, "film of E / 1000: Stoney's curvature times 1 + h_f / h_s", "1/m",
                 1e6 * curvature(soft, "b grown"), 1e6 * stoney * 1.08, 1e-3, "Stoney 1909")
    )  # fmt: skip
    back = (*STAGES[:2], ProcessStage("back", 350.0, removes=["b"]))
    gone = solve(back, True)
    left, was = curvature(gone, "back"), curvature(gone, "b grown")
    out.append(vanishing(NAME, "curvature that an etched film leaves", "1/m", 1e6 * left,
                         1e6 * was, 1e-7, SOURCE))  # fmt: skip
    return out


def _in_order(first: str, second: str, intrinsic: Mapping[str, float]) -> ProcessHistory:
    stages = [ProcessStage("plate", 25.0, adds=["plate"])]
    for name in (first, second):
        own = {name: intrinsic[name]} if name in intrinsic else {}
        stages.append(ProcessStage(name, 300.0, adds=[name], intrinsic_mpa=own))
    return solve([*stages, ProcessStage("cooled", 25.0)], False)


def _orders() -> list[Row]:
    grown = [_in_order(first, second, {}) for first, second in ("ab", "ba")]
    one, other = (middle_stress(made, "a", "cooled") for made in grown)
    own = {"a": 300.0, "b": -500.0}
    stressed = [_in_order(first, second, own) for first, second in ("ab", "ba")]
    later, sooner = (middle_stress(made, "a", made.stages[2].name) for made in stressed)
    exact = Layers(MATERIALS, False)
    s, a, b = (
        exact.stiffness(name, 300.0) * (EDGES_UM[name][1] - EDGES_UM[name][0])
        for name in ("plate", "a", "b")
    )
    of_a, of_b = own["a"] * 10.0, own["b"] * 8.0
    known = -a / 10.0 * (of_a / (s + a) + (of_b - of_a) / (s + a + b))
    return [
        vanishing(NAME, "two orders that agree: stress in a", "MPa", one - other, one, 1e-12,
                  "no stress at one temperature"),
        compared(NAME, "two orders that do not: difference in a", "MPa", later - sooner, known,
                 1e-9, SOURCE),
    ]  # fmt: skip


def _one_temperature() -> list[Row]:
    grown = [ProcessStage(name, 300.0, adds=[name]) for name in ("plate", "b", "a")]
    warm = solve([*grown, ProcessStage("cooled", 25.0)], False)
    at_once = thermal_stress(warm.model, -275.0, 300.0, tied={"right": "r"})
    points = np.array([[20.0, 30.0, 60.0], [-3.0, 40.0, 108.0]])
    scale = float(np.abs(at_once.stress(points)).max())
    apart = float(np.abs(warm.final.stress(points) - at_once.stress(points)).max())
    on = stress_history(
        warm.model, np.array([0.0, 1e3, 2e3]), [25.0, 25.0, 125.0], warm.stress_free_degc,
        tied={"right": "r"}, initial=warm.checkpoint(),
    )  # fmt: skip
    later = thermal_stress(warm.model, -175.0, 300.0, tied={"right": "r"})
    service = float(np.abs(on.at(2e3).stress(points) - later.stress(points)).max())
    return [
        vanishing(NAME, "all born at one temperature, less thermal_stress", "MPa", apart, scale,
                  1e-12, "the one-temperature idealization"),
        vanishing(NAME, "the same, heated in service", "MPa", service, scale, 1e-12,
                  "the one-temperature idealization"),
    ]  # fmt: skip


def _yielding() -> list[Row]:
    """Film a yields as it cools, by its strain since its own birth; b is etched, and it unloads."""
    metal = replace(OVER, law=J2(YIELD))
    made = solve(STAGES, False, {**MATERIALS, "a": metal})
    exact = Layers(MATERIALS, False).run(STAGES[:-2])
    hot = exact.free("a", 25.0)[0]
    moduli = {name: exact.stiffness(name, 25.0) for name in MATERIALS}
    stiff = {name: value * float(np.ptp(EDGES_UM[name])) for name, value in moduli.items()}
    # whatever its strain is, the film pulls with its yield stress
    others = ("plate", "b")
    force = sum(stiff[name] * exact.free(name, 25.0)[0] for name in others)
    pull = YIELD * float(np.ptp(EDGES_UM["a"]))
    strain = (force - pull) / sum(stiff[name] for name in others)
    flowed = 2 * (strain - hot - YIELD / moduli["a"])
    after = (stiff["a"] * strain - pull) / (stiff["a"] + stiff["plate"])
    return [
        compared(NAME, "film that yields: its stress", "MPa",
                 middle_stress(made, "a", "cooled"), YIELD, 1e-9, SOURCE),
        compared(NAME, "film that yields: its plastic strain", "1",
                 made.final.mean_inelastic_strain("a"), flowed, 1e-9, SOURCE),
        compared(NAME, "film that has yielded: its stress, b etched", "MPa",
                 middle_stress(made, "a", "b etched"), YIELD + moduli["a"] * (after - strain),
                 1e-9, SOURCE),
    ]  # fmt: skip
