"""Thermal stress and conduction with their metrics on one mesh: ratios to NGSolve and CalculiX.

All three get the same mesh (default partial-depth design), the same element order and the same
constants. Ours: Model from the mesh, both solutions, tractions from both sides, flux, windows of
0.5, 1 and 2 um, strain energy, resistance; in-process, compiled kernels warm, one thread. NGSolve
on two threads, in its process and warm: spaces, assembly, factorization, energies and the stress
and current density fields, no interface metrics. CalculiX on two threads: two whole processes.
Rounds are paired: a ratio of medians is taken within each round, and the median of the rounds is
printed. Beside it stands the ratio of the fastest runs, which a busy machine disturbs least.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from common import Problem, cores, export, our_job

HERE = Path(__file__).resolve().parent
COMPARED = (
    ("strain_energy_pj", "elasticity"),
    ("bump_top_um", "elasticity"),
    ("resistance_ohm", "conduction"),
)


def peer(*command: str) -> dict | None:
    """What a peer printed, or None with a sentence when it cannot run."""
    done = subprocess.run(command, text=True, capture_output=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        print(f"  skipped: {Path(command[1]).name} failed ({last})")
        return None
    return json.loads(done.stdout.splitlines()[-1])


def ours(problem: Problem, repeats: int) -> tuple[list[float], dict[str, float], dict[str, float]]:
    """Totals, the median of each phase, and the results to compare."""
    runs = [our_job(problem, problem.fresh_mesh()) for _ in range(repeats)]
    by_phase = {
        name: statistics.median(phases.seconds[name] for phases, _ in runs)
        for name in runs[0][0].seconds
    }
    return [phases.total for phases, _ in runs], by_phase, runs[0][1]


def agreement(name: str, mine: dict, theirs: dict) -> None:
    differences = []
    for key, physics in COMPARED:
        value = theirs.get(physics, theirs)[key]
        differences.append(f"{key} {abs(value / mine[key] - 1):.1e}")
    print(f"  relative difference to {name}: " + ", ".join(differences))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size-factor", type=float, default=0.268)
    parser.add_argument("--repeats", type=int, default=3, help="runs per code and round")
    parser.add_argument("--rounds", type=int, default=3, help="paired rounds with NGSolve")
    parser.add_argument("--calculix-rounds", type=int, default=1, help="0 leaves CalculiX out")
    parser.add_argument("--threads", type=int, default=2, help="threads of the peers")
    parser.add_argument("--ngsolve-python", default="python3", help="a Python with NGSolve")
    parser.add_argument("--ccx", default="ccx", help="the CalculiX binary")
    chosen = parser.parse_args()

    problem = Problem(chosen.size_factor)
    print(
        f"{problem.unknowns} displacement unknowns, {cores()} cores, peers on "
        f"{chosen.threads} threads"
    )
    ours(problem, 1)  # compile, or load what was compiled
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "problem.npz")
        export(problem, Path(file))
        threads = ("--threads", str(chosen.threads))
        ngsolve = (
            chosen.ngsolve_python,
            str(HERE / "peer_ngsolve.py"),
            file,
            *threads,
            "--repeats",
            str(chosen.repeats),
        )
        calculix = (
            sys.executable,
            str(HERE / "peer_calculix.py"),
            file,
            *threads,
            "--ccx",
            chosen.ccx,
        )
        compare("NGSolve", chosen.ngsolve_python, ngsolve, chosen.rounds, problem, chosen.repeats)
        compare("CalculiX", chosen.ccx, calculix, chosen.calculix_rounds, problem, chosen.repeats)


def compare(
    name: str, program: str, command: tuple[str, ...], rounds: int, problem: Problem, repeats: int
) -> None:
    if rounds == 0:
        return
    print(name)
    if shutil.which(program) is None:
        print(f"  skipped: '{program}' is not installed")
        return
    ratios, best_theirs, best_ours = [], float("inf"), float("inf")
    for number in range(rounds):
        totals, by_phase, mine = ours(problem, repeats)
        theirs = peer(*command)
        if theirs is None:
            return
        total = statistics.median(totals)
        best_theirs, best_ours = min(best_theirs, theirs["best_s"]), min(best_ours, *totals)
        ratios.append(theirs["total_s"] / total)
        print(
            f"  round {number + 1}: {theirs['total_s']:.2f} s against ours {total:.2f} s, "
            f"ratio {ratios[-1]:.2f}"
        )
    spent = ", ".join(f"{phase} {seconds:.3f}" for phase, seconds in by_phase.items())
    print(f"  ours, s: {spent}")
    if name == "NGSolve":
        parts = [
            f"{physics} {part} {theirs[physics][part + '_s']:.3f}"
            for physics in ("elasticity", "conduction")
            for part in ("assembly", "solve", "post")
        ]
        print("  theirs, s: " + ", ".join(parts))
    else:
        print(
            f"  theirs, s: elasticity {theirs['elasticity_s']:.1f}, conduction "
            f"{theirs['conduction_s']:.1f} ({theirs['solver']})"
        )
    agreement(name, mine, theirs)
    print(
        f"  RATIO {name} {theirs['version']} / ours: {statistics.median(ratios):.2f} "
        f"(fastest run of each: {best_theirs / best_ours:.2f})"
    )


if __name__ == "__main__":
    main()
