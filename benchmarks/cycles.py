"""Thermal cycles: what they cost, what tolerance and mesh leave open, and CalculiX beside them.

Ours: the default joint, soldered to a substrate, with the laws of the library, cooled from 217 to
25 degC, at rest for an hour and through three cycles of JESD22-A104 G (-40 to 125 degC, ramps of
15 min, dwells of 5). Printed are CPU seconds of one thread from the mesh to the states and the
errors of the last cycle's work, of the whole solder, the layer beside the UBM and the pad's ring:
against a quarter of the tolerance on one mesh, against a mesh of a third of the element size at one
tolerance.

CalculiX: the same joint with constant moduli and a solder that creeps (Norton); the same instants.
It takes so many equal increments in every ramp and dwell as its time error needs to be at most
ours, or the most that are tried. The error is of the equivalent creep strain that the last cycle
adds, mean over the solder, each code against itself: ours at a tenth of the tolerance, CalculiX
extrapolated from its two finest runs. Timed are whole CalculiX processes, and of ours ``Model``,
history and cycles; pairs alternate, and the fastest of each counts, CPU and wall.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import histories
import numpy as np
import peer_calculix as calculix
from common import Problem
from peer_calculix_interfaces import MIDDLE, PER_ELEMENT, cpu_s

from fem_bump import Model, ThermalCycles, stress_history, thermal_cycles
from fem_bump.laws import Norton
from fem_bump.mechanics.cycling.cycle import Cycle, ramp_and_dwell
from fem_bump.mechanics.cycling.trace import EQUIVALENT
from geometry import Design, build_cross_section
from geometry.meshing.triangles import Graded
from studies.solution.solved import Solved

ASSEMBLED = {"bump.shape": "reflowed", "assembly": {}}
CYCLED = {
    "load.inelastic": True,
    "load.history": {"kind": "cycles"},
    "load.cycling": {"standard": "JESD22-A104", "condition": "G"},
}
PARTS = ("bump", "bump_layer", "pad_ring")
HOT, COLD = histories.STRESS_FREE_DEGC, histories.COLD_DEGC
COOLING_S, REST_S = 96.0, 3600.0
CYCLE, CYCLES = Cycle(-40.0, 125.0, 900.0, 900.0, 300.0, 300.0), 3
NORTON = (2e-13, 5.0)  # 1e-6 1/s at 20 MPa
FIRST_INCREMENTS = 2  # of a leg


def work(found: ThermalCycles) -> np.ndarray:
    return np.array([found.work_per_cycle(part)[-1] for part in PARTS])


def joint(size: float, tolerance: float, variant: str) -> tuple[Solved, ThermalCycles, float]:
    """The joint after its cycles, and CPU seconds without the mesh."""
    design = Design().replace(**ASSEMBLED, variant=variant, **CYCLED)
    design = design.replace(**{"load.history.tolerance": tolerance})
    solved = Solved(build_cross_section(design), Graded(size), when_asked=True)
    start = time.process_time()
    found = solved.cycles
    _ = found.states, found.end
    return solved, found, time.process_time() - start


def ours(size: float, tolerance: float, variants: list[str]) -> None:
    joint(8.0, 0.2, "no-recess")  # compile, or load what was compiled
    for variant in variants:
        solved, found, spent = joint(size, tolerance, variant)
        in_time = work(found) / work(joint(size, tolerance / 4, variant)[1]) - 1
        in_space = work(found) / work(joint(size / 3, tolerance, variant)[1]) - 1
        print(
            f"{variant}, {solved.unknowns} unknowns, tolerance {tolerance:g}: {spent:.1f} s CPU, "
            f"{sum(each.steps for each in found.solved)} steps, "
            f"{sum(each.iterations for each in found.solved)} iterations",
            flush=True,
        )
        for part, value, t, h in zip(PARTS, work(found), in_time, in_space, strict=True):
            print(f"  {part}: {value:.4f} MJ/m3; time {t:+.1e}, mesh {h:+.1e}", flush=True)


# ---------------------------------------------------------------------------------- CalculiX


def legs() -> list[tuple[float, float]]:
    """End and temperature of every leg: cooling, rest, cycles."""
    times, degc = ramp_and_dwell(CYCLE, CYCLES, COLD)
    start = COOLING_S + REST_S
    return [
        (COOLING_S, COLD),
        (start, COLD),
        *zip((times[1:] + start).tolist(), degc[1:].tolist(), strict=True),
    ]


def our_cycles(model: Model, tolerance: float) -> ThermalCycles:
    given = {"stress_free_degc": HOT, **histories.HELD, "tolerance": tolerance}
    ends = [0.0, COOLING_S, COOLING_S + REST_S]
    cooled = stress_history(model, ends, [HOT, COLD, COLD], **given)
    return thermal_cycles(model, CYCLE, CYCLES, **given, initial=cooled.checkpoint(ends[-1]))


def gained(found: ThermalCycles) -> float:
    """Equivalent creep strain that the last cycle adds, mean over the solder."""
    names = [zone.name for zone in found.zones]
    return float(found.solved[-1].gained[names.index("bump"), EQUIVALENT])


def deck(model: Model, increments: int) -> str:
    """Every leg a step of so many equal increments; printed at its end."""
    a, n = NORTON
    solder = model.regions["bump"]
    words = {"bump": [f"*CREEP, LAW=NORTON\n{a}, {n}, 0."]}
    head = histories.deck(model, words, [], solder).split("*AMPLITUDE")[0].splitlines()
    out, before = head, (0.0, HOT)
    amplitude = [f"{time_s:.12g}, {degc:.12g}" for time_s, degc in [before, *legs()]]
    out += ["*AMPLITUDE, NAME=CYCLES, TIME=TOTAL TIME", *amplitude]
    started = 0.0
    for end, _ in legs():
        longest = (end - started) / increments
        out += [
            "*STEP, INC=100000", "*VISCO, CETOL=1e9",
            f"{longest:.12g}, {end - started:.12g}, 1e-6, {longest:.12g}",
            "*BOUNDARY", "AXIS, 1, 1", "BOTTOM, 2, 2",
            "*TEMPERATURE, AMPLITUDE=CYCLES", "NALL, 1.",
            "*EL PRINT, ELSET=PRINTED, FREQUENCY=100000", "PEEQ", "*END STEP",
        ]  # fmt: skip
        started = end
    return "\n".join([*out, ""])


def their_gained(ccx: str, model: Model, increments: int) -> tuple[float, float, float]:
    """The same of CalculiX, weighed by volumes; CPU and wall seconds."""
    with tempfile.TemporaryDirectory() as folder:
        before = cpu_s()
        wall, text, _ = calculix.run(ccx, deck(model, increments), 1, folder)
        cpu = cpu_s() - before
    solder = model.regions["bump"]
    volume = model.quadrature[1][solder].sum(axis=1)
    means = []
    for block in text.split("equivalent plastic strain")[1:]:
        rows = [line.split() for line in block.splitlines()[1:]]
        values = np.array([row for row in rows if len(row) == 3], dtype=float)
        points = values.reshape(-1, PER_ELEMENT, 3)[:, MIDDLE, 2].mean(axis=1)
        means.append(float((points * volume).sum() / volume.sum()))
    return means[-1] - means[-5], cpu, wall


def against_calculix(ccx: str, size: float, tolerance: float, pairs: int, most: int) -> None:
    problem = Problem(size, build_cross_section(Design().replace(**ASSEMBLED)))
    materials = histories.plain(problem, {"bump": Norton(*NORTON)})

    def fresh() -> Model:
        return Model(problem.mesh, materials, groups=problem.section.groups)

    def timed() -> tuple[float, float]:
        start, wall = time.process_time(), time.perf_counter()
        our_cycles(fresh(), tolerance)
        return time.process_time() - start, time.perf_counter() - wall

    timed()
    mine = gained(our_cycles(fresh(), tolerance))
    exact = gained(our_cycles(fresh(), histories.FINER * tolerance))
    allowed = abs(mine / exact - 1)
    found: dict[int, float] = {}
    increments, enough = FIRST_INCREMENTS, []
    while increments <= most:
        found[increments] = their_gained(ccx, fresh(), increments)[0]
        if len(found) > 2:
            *_, coarse, fine = found
            limit = 2 * found[fine] - found[coarse]
            errors = {count: abs(each / limit - 1) for count, each in found.items()}
            enough = [count for count in errors if errors[count] <= allowed]
            if enough and enough[0] < fine:
                break
        increments *= 2
    chosen = enough[0] if enough else fine
    print(
        f"Norton, {problem.unknowns} unknowns: creep strain of the last cycle, ours {mine:.5f}, "
        f"time error {allowed:.1e}; CalculiX {limit:.5f} in the limit, {errors[chosen]:.1e} with "
        f"{chosen} increments a leg"
        + ("" if enough else " (not as accurate with the most that were tried)"),
        flush=True,
    )
    spent = [(timed(), their_gained(ccx, fresh(), chosen)[1:]) for _ in range(pairs)]
    best_ours, best_theirs = (np.min(each, axis=0) for each in zip(*spent, strict=True))
    ratio = best_theirs / best_ours
    print(
        f"  CalculiX over ours: {ratio[0]:.1f} CPU ({best_theirs[0]:.1f} s / {best_ours[0]:.1f} "
        f"s), {ratio[1]:.1f} wall",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size-factor", type=float, default=3.0)
    parser.add_argument("--tolerance", type=float, default=0.05, help="of ours, that of studies")
    parser.add_argument("--variants", nargs="*", default=list(histories.VARIANTS))
    parser.add_argument("--calculix-pairs", type=int, default=2, help="0 leaves CalculiX out")
    parser.add_argument("--calculix-size-factor", type=float, default=3.0)
    parser.add_argument("--most-increments", type=int, default=64, help="of a ramp or dwell")
    parser.add_argument("--ccx", default="ccx", help="the CalculiX binary")
    chosen = parser.parse_args()
    if chosen.variants:
        ours(chosen.size_factor, chosen.tolerance, chosen.variants)
    if not chosen.calculix_pairs:
        return
    if shutil.which(chosen.ccx) is None:
        print("  skipped: CalculiX (ccx) is not installed")
        return
    against_calculix(
        chosen.ccx, chosen.calculix_size_factor, chosen.tolerance, chosen.calculix_pairs,
        chosen.most_increments,
    )  # fmt: skip


if __name__ == "__main__":
    main()
