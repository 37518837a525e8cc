"""Histories of metals that yield and creep: ratios to elastic solutions, and to CalculiX.

Ours: the default designs with a pad and a UBM copper that yield (J2, kinematic) and solder that
creeps (SAC305, Anand), cooled from 217 to 25 degC, at the tolerance of studies. Printed are what a
cool-down costs in elastic solutions (``thermal_stress`` on a kept ``Model``), what one of its
iterations costs in elastic solutions whose analysis is kept, and the error of integration: the
largest relative difference of a window (peel and shear at UBM/pad, 0.5, 1 and 2 um, both sides)
from a history at a tenth of the tolerance. CPU time of one thread, the fastest of several.

CalculiX: the default partial-depth design with constant moduli; once pad and copper yield (J2,
isotropic, linear), once the solder creeps (Norton). Equal accuracy in time: CalculiX takes equal
increments (it halves those that do not converge), 5 of them and twice as many again, until its
time error is at most ours, or there are as many as are tried. The error is that of the mean stress
(peel and shear) in the pad's elements within 1 um of the end of the UBM's floor, each code against
itself: ours at a tenth of the tolerance, CalculiX extrapolated from its two finest runs. Timed are
whole CalculiX processes, and of ours ``Model``, history and interface
windows; pairs alternate, and the fastest of each counts, CPU and wall.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import peer_calculix as calculix
from common import DELTA_T, STRESS_FREE_DEGC, WINDOWS_UM, Problem
from peer_calculix_interfaces import MIDDLE, PER_ELEMENT, cpu_s

import fem_bump.mechanics.inelastic.step as steps
from fem_bump import History, Material, Model, ThermalStress, stress_history, thermal_stress
from fem_bump.algebra.linear_solver import Factorization, solve_factorized
from fem_bump.laws import J2, Anand, Norton
from fem_bump.mechanics.conditions import conditions
from fem_bump.mechanics.problem import ElasticProblem
from geometry import Design, build_cross_section

HELD = {"fixed": {"chip_bottom": "z"}, "tied": {"cell_side": "r"}}
COLD_DEGC = STRESS_FREE_DEGC + DELTA_T
VARIANTS = ("no-recess", "partial-depth", "full-depth")
RATES = (1 / 3, 2.0)  # K/s
TOLERANCE = 0.05  # what studies use
FINER = 0.1
METALS = {
    "pad": J2([(25.0, 150.0), (150.0, 80.0), (300.0, 40.0)], kinematic_mpa=2000.0),
    "ubm_cu": J2(185.0, kinematic_mpa=3000.0),
    "bump": Anand.of_set("SAC305, Motalab 2012"),
}
FIRST_INCREMENTS = 5
NEAR_UM = 1.0
# one that yields and one that creeps, and CalculiX's words for them
J2_MPA = {"pad": (100.0, 2000.0), "ubm_cu": (185.0, 3000.0)}
NORTON = (2e-11, 5.0)
COOLING_S = -DELTA_T / RATES[0]


def with_laws(problem: Problem) -> Model:
    for region, law in METALS.items():
        problem.materials[region] = replace(problem.materials[region], law=law)
    return problem.model(problem.mesh)


def cooled(model: Model, seconds: float, tolerance: float = TOLERANCE) -> History:
    degc = [STRESS_FREE_DEGC, COLD_DEGC]
    return stress_history(
        model, [0.0, seconds], degc, STRESS_FREE_DEGC, **HELD, tolerance=tolerance
    )


def windows(state: ThermalStress) -> np.ndarray:
    found = []
    for side in ("a", "b"):
        line = state.interface("ubm", "pad", side)
        for each in (line.window(length) for length in WINDOWS_UM):
            found += [each.peel_max_mpa, each.peel_min_mpa, each.shear_max_mpa]
    return np.array(found)


def fastest(what: Callable[[], object], repeats: int) -> float:
    """CPU seconds."""
    spent = []
    for _ in range(repeats):
        start = time.process_time()
        what()
        spent.append(time.process_time() - start)
    return min(spent)


def elastic_kept(model: Model, repeats: int) -> float:
    """CPU seconds of an elastic solution whose numbering, pattern and analysis are there."""
    state = thermal_stress(model, DELTA_T, STRESS_FREE_DEGC, **HELD).parts[0].state
    held = conditions(model, HELD["fixed"], HELD["tied"], None)
    problem = ElasticProblem(held, state, state.eps, {})
    known = np.zeros(len(held.known))
    factor = Factorization(problem._assembled(known)[0])

    def solve() -> None:
        lower, load = problem._assembled(known)
        factor.update(lower.data)
        solve_factorized(lower, factor, load)

    return fastest(solve, repeats)


def iteration(model: Model, seconds: float) -> float:
    """CPU seconds of one of Newton's iterations: assembly with laws, factorization, solution."""
    spent: dict[str, list[float]] = {"evaluate": [], "solve": []}

    def timed(name: str) -> Callable:
        method = getattr(steps._Step, name)

        def call(*arguments):
            start = time.process_time()
            found = method(*arguments)
            spent[name].append(time.process_time() - start)
            return found

        return call

    kept = {name: getattr(steps._Step, name) for name in spent}
    try:
        for name in spent:
            setattr(steps._Step, name, timed(name))
        cooled(model, seconds)
    finally:
        for name, method in kept.items():
            setattr(steps._Step, name, method)
    return sum(statistics.median(each) for each in spent.values())


def against_elastic(size_factor: float, repeats: int) -> None:
    for variant in VARIANTS:
        problem = Problem(size_factor, build_cross_section(Design(variant=variant)))
        model = with_laws(problem)
        cooled(model, 1.0, 0.5)  # compile, or load what was compiled

        def elastic(model: Model = model) -> None:
            thermal_stress(model, DELTA_T, STRESS_FREE_DEGC, **HELD)

        for rate in RATES:
            seconds = -DELTA_T / rate
            pairs = [
                (fastest(elastic, 5), fastest(lambda: cooled(model, seconds), 1))  # noqa: B023
                for _ in range(repeats)
            ]
            base, spent = (min(each) for each in zip(*pairs, strict=True))
            history = cooled(model, seconds)
            found = windows(history.at(seconds))
            fine = windows(cooled(model, seconds, FINER * TOLERANCE).at(seconds))
            print(
                f"{variant}, {problem.unknowns} unknowns, {rate:.2g} K/s: {len(history.steps)} "
                f"steps, {sum(step.iterations for step in history.steps)} iterations; "
                f"{spent / base:.0f} elastic solutions ({spent:.2f} s / {base:.3f} s); "
                f"integration error of windows {np.abs(found / fine - 1).max():.1e}",
                flush=True,
            )
        kept, once = elastic_kept(model, 9), iteration(model, -DELTA_T / RATES[0])
        print(
            f"  one iteration: {once / kept:.2f} elastic solutions with their analysis kept "
            f"({once * 1e3:.0f} ms / {kept * 1e3:.0f} ms)"
        )


# ---------------------------------------------------------------------------------- CalculiX


def plain(problem: Problem, laws: dict) -> dict[str, Material]:
    """Materials with the moduli of the cold body and one coefficient of expansion."""
    out = {}
    for region, material in problem.materials.items():
        young, poisson = (material.at(name, COLD_DEGC) for name in ("young_mpa", "poisson"))
        cte = material.thermal_strain(COLD_DEGC, STRESS_FREE_DEGC) / DELTA_T
        law = laws.get(region)
        out[region] = Material(region, float(young), float(poisson), float(cte), law=law)
    return out


def near_the_edge(model: Model) -> np.ndarray:
    """Elements of the pad within 1 um of the outer end of the UBM's floor."""
    floor = model.node_points_um[:, model.boundary_nodes("ubm/pad:floor")]
    end = floor[:, floor[0].argmax()]
    pad = model.regions["pad"]
    centre = model.points_um[:, model.triangles[:, pad]].mean(axis=1)
    return pad[np.hypot(*(centre - end[:, None])) < NEAR_UM]


def deck(model: Model, laws: dict[str, list[str]], step: list[str], printed: np.ndarray) -> str:
    nodes = model.nodes.copy()
    (r0, r1, r2), (z0, z1, z2) = model.node_points_um[:, nodes[:3]]
    clockwise = (r1 - r0) * (z2 - z0) < (r2 - r0) * (z1 - z0)
    nodes[:, clockwise] = nodes[[0, 2, 1, 5, 4, 3]][:, clockwise]
    data = {
        "nodes": nodes,
        "points": model.node_points_um,
        "region_names": np.array(model.region_names),
        "region": model.region_index,
    }
    out = calculix.mesh_deck(data, np.arange(nodes.shape[1]), "CAX6")
    out += [calculix.ids("*NSET, NSET=AXIS", model.axis_nodes)]
    out += [calculix.ids("*NSET, NSET=BOTTOM", model.boundary_nodes("chip_bottom"))]
    out += [calculix.ids("*ELSET, ELSET=PRINTED", printed)]
    for name in model.region_names:
        material = model.materials[name]
        out += [
            f"*MATERIAL, NAME=M{name}",
            f"*ELASTIC\n{material.young_mpa:.12g}, {material.poisson:.12g}",
        ]
        out += laws.get(name, [])
        out += [f"*EXPANSION, ZERO={STRESS_FREE_DEGC}\n{material.cte_per_k:.12g}"]
        out += [f"*SOLID SECTION, ELSET={name}, MATERIAL=M{name}"]
    out += calculix.tie(model.boundary_nodes("cell_side"), 1)
    out += ["*INITIAL CONDITIONS, TYPE=TEMPERATURE", f"NALL, {STRESS_FREE_DEGC}"]
    hot = STRESS_FREE_DEGC / COLD_DEGC
    out += [f"*AMPLITUDE, NAME=COOLING\n0., {hot}, {COOLING_S}, 1."]
    out += ["*STEP, INC=100000", *step, "*BOUNDARY", "AXIS, 1, 1", "BOTTOM, 2, 2"]
    out += ["*TEMPERATURE, AMPLITUDE=COOLING", f"NALL, {COLD_DEGC}"]
    out += ["*EL PRINT, ELSET=PRINTED, FREQUENCY=100000", "S", "*END STEP", ""]
    return "\n".join(out)


def their_stress(ccx: str, text: str) -> tuple[np.ndarray, float, float]:
    """(2,) mean peel and shear, CPU seconds, wall seconds."""
    with tempfile.TemporaryDirectory() as folder:
        before = cpu_s()
        wall, found, _ = calculix.run(ccx, text, 1, folder)
        cpu = cpu_s() - before
    last = found[found.rindex("stresses") :].splitlines()[1:]
    rows = np.array([line.split() for line in last if len(line.split()) == 8], dtype=float)
    points = rows.reshape(-1, PER_ELEMENT, 8)[:, MIDDLE]
    return np.array([points[..., 3].mean(), points[..., 5].mean()]), cpu, wall


def our_stress(model: Model, state: ThermalStress, elements: np.ndarray) -> np.ndarray:
    """The same of ours, at the places of CalculiX' integration points."""
    corner = model.points_um[:, model.triangles[:, elements]]
    shares = np.array([[4, 1, 1], [1, 4, 1], [1, 1, 4]]) / 6
    points = np.einsum("ik,ckm->cim", shares, corner).reshape(2, -1)
    stress = state.stress(points, region="pad")
    return stress[[1, 3]].mean(axis=1)


def error(found: np.ndarray, exact: np.ndarray) -> float:
    return float(np.abs(found - exact).max() / np.abs(exact).max())


def against_calculix(ccx: str, size_factor: float, pairs: int, most: int) -> None:
    problem = Problem(size_factor)
    a, n = NORTON
    cases = {
        "J2": (
            {region: J2(*values) for region, values in J2_MPA.items()},
            {
                region: [f"*PLASTIC\n{limit}, 0.\n{limit + slope}, 1."]
                for region, (limit, slope) in J2_MPA.items()
            },
            "*STATIC",
        ),
        "Norton": (
            {"bump": Norton(a, n)},
            {"bump": [f"*CREEP, LAW=NORTON\n{a}, {n}, 0."]},
            "*VISCO, CETOL=1e9",
        ),
    }
    for name, (laws, words, procedure) in cases.items():
        materials = plain(problem, laws)

        def ours(
            tolerance: float = TOLERANCE, materials: dict = materials
        ) -> tuple[np.ndarray, float, float, int]:
            start, wall = time.process_time(), time.perf_counter()
            model = Model(problem.fresh_mesh(), materials, groups=problem.section.groups)
            history = cooled(model, COOLING_S, tolerance)
            state = history.at(COOLING_S)
            windows(state)
            spent = time.process_time() - start, time.perf_counter() - wall
            stress = our_stress(model, state, near_the_edge(model))
            return stress, *spent, len(history.steps)

        ours(0.5)
        mine, _, _, count = ours()
        exact = ours(FINER * TOLERANCE)[0]
        allowed = error(mine, exact)
        model = Model(problem.fresh_mesh(), materials, groups=problem.section.groups)
        printed = near_the_edge(model)

        def text(increments: int, procedure=procedure, model=model, words=words) -> str:
            longest = COOLING_S / increments
            step = [procedure, f"{longest:.12g}, {COOLING_S:.12g}, 1e-6, {longest:.12g}"]
            return deck(model, words, step, near_the_edge(model))

        found: dict[int, np.ndarray] = {}
        increments = FIRST_INCREMENTS
        while increments <= most:
            found[increments] = their_stress(ccx, text(increments))[0]
            if len(found) > 2:
                *_, coarse, fine = found
                limit = 2 * found[fine] - found[coarse]
                errors = {count: error(each, limit) for count, each in found.items()}
                enough = [count for count in errors if errors[count] <= allowed]
                if enough and enough[0] < fine:
                    break
            increments *= 2
        chosen = enough[0] if enough else fine
        print(
            f"{name}, {problem.unknowns} unknowns: ours {count} steps, time error {allowed:.1e}; "
            f"CalculiX {chosen} increments, {errors[chosen]:.1e}"
            + ("" if enough else " (not as accurate with the most that were tried)")
            + f"; mean stress in {len(printed)} elements, ours {mine.round(1)} MPa, "
            f"CalculiX {limit.round(1)} MPa",
            flush=True,
        )
        spent = [(ours()[1:3], their_stress(ccx, text(chosen))[1:]) for _ in range(pairs)]
        best_ours, best_theirs = (np.min(each, axis=0) for each in zip(*spent, strict=True))
        ratio = best_theirs / best_ours
        print(
            f"  CalculiX over ours: {ratio[0]:.1f} CPU ({best_theirs[0]:.2f} s / "
            f"{best_ours[0]:.2f} s), {ratio[1]:.1f} wall",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size-factor", type=float, default=1.0)
    parser.add_argument("--repeats", type=int, default=2, help="pairs with elastic solutions")
    parser.add_argument("--calculix-pairs", type=int, default=2, help="0 leaves CalculiX out")
    parser.add_argument("--calculix-size-factor", type=float, default=1.0)
    parser.add_argument("--most-increments", type=int, default=80)
    parser.add_argument("--ccx", default="ccx", help="the CalculiX binary")
    chosen = parser.parse_args()
    if chosen.repeats:
        against_elastic(chosen.size_factor, chosen.repeats)
    if not chosen.calculix_pairs:
        return
    if shutil.which(chosen.ccx) is None:
        print("  skipped: CalculiX (ccx) is not installed")
        return
    against_calculix(
        chosen.ccx, chosen.calculix_size_factor, chosen.calculix_pairs, chosen.most_increments
    )


if __name__ == "__main__":
    main()
