"""Accuracy against time: ours, NGSolve and CalculiX, each on the meshes a user would give it.

Compared are the headline metrics that live on interfaces (largest and smallest mean of the peel,
largest of the shear, largest of J.n, over 1 um with weight r ds) and the resistance, of the default
design's three variants, against an overkill mesh of ours. Errors are relative to the metric or, for
a smaller traction, to 5 % of the mean absolute one. The largest over the variants counts, so that
no setting is praised for luck in one of them.

Meshes, all second-order triangles made by Gmsh from the same geometry: uniform; a band of small
elements along everything the UBM lies on; and ours graded into the corners, which tells what is the
mesh's merit and what the evaluation's. How peers evaluate tractions and J.n stands in
``peer_ngsolve_interfaces.py`` and ``peer_calculix_interfaces.py``; the window is found by our code
for all, and not timed for peers. Time: CPU seconds of one thread, the fastest of the runs (CalculiX
runs once), the mesh included for everybody.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from common import Problem, cores, export
from meshes import bands, uniform
from versus_peers import peer

from fem_bump.interfaces.flux import FluxInterface
from fem_bump.interfaces.line import InterfaceLine, trace_interface
from fem_bump.interfaces.traction import TractionInterface
from geometry import CrossSection, Design, build_cross_section, build_mesh
from geometry.meshing.triangles import SizeField
from studies.metrics import measure
from studies.metrics.names import Place, format_name
from studies.metrics.registry import Known, Values
from studies.solution.interfaces import A_PER_CM2, current_pairs, interface_names
from studies.solution.solved import Solved
from studies.solving import adaptive
from studies.solving.estimators import overkill_values

HERE = Path(__file__).resolve().parent
VARIANTS = ("no-recess", "partial-depth", "full-depth")
UNIFORM_UM = (2.0, 1.0, 0.7)
BAND_UM = (0.4, 0.2, 0.1, 0.05, 0.025)
GRADED = (4.0, 3.0, 2.0, 1.5, 1.0, 0.7)
ACCURACIES = (0.05, 0.02, 0.01, 0.005)
TOLERANCES = (0.05, 0.02, 0.01)
AT_PAD = ("peel_max_ubm_pad", "shear_max_ubm_pad", "current_density_max_ubm_pad", "resistance")
WAYS = {"one_sided": "one-sided", "nodal": "nodal", "consistent": "consistent"}
EVERYTHING, PAD_ONLY = "all interfaces", "UBM/pad, R"

Mesh = float | SizeField
Sizes = dict[str, dict[str, Mesh]]


@dataclass(frozen=True)
class Run:
    """One variant by one way: its cost and the relative error of each metric."""

    unknowns: int
    cpu_s: float
    errors: dict[str, float]


@dataclass(frozen=True)
class Row:
    """One way with one setting, over the variants."""

    way: str
    setting: str
    runs: tuple[Run, ...]

    @property
    def unknowns(self) -> float:
        return float(np.median([run.unknowns for run in self.runs]))

    @property
    def cpu_s(self) -> float:
        return float(np.median([run.cpu_s for run in self.runs]))

    def error(self, prefix: str = "") -> tuple[float, str]:
        """Largest over variants and the metrics whose name starts so, and whose it is."""
        found = [(e, n) for run in self.runs for n, e in run.errors.items() if n.startswith(prefix)]
        return max(found)

    def worst(self, scope: str) -> float:
        return max(self.error(prefix)[0] for prefix in (AT_PAD if scope == PAD_ONLY else ("",)))


class Case:
    """One variant: what is compared, the converged values, and what errors are relative to."""

    def __init__(self, variant: str, settings: argparse.Namespace) -> None:
        self.section = build_cross_section(Design(variant=variant))
        self.exact = overkill_values(self.section.design, 2e5)[0]
        scales = adaptive.scales(Solved(self.section, 1.0), self.exact)
        inside = ("principal_max", "pad_lateral")  # averages over volumes
        self.scale = {n: s for n, s in scales.items() if not n.startswith(inside)}
        self.meshes: Sizes = {
            "uniform": {f"{h:g} um": uniform(self.section, h) for h in settings.uniform},
            "band": dict(
                zip(
                    [f"{h:g} um" for h in sorted(settings.band, reverse=True)],
                    bands(self.section, settings.band),
                    strict=True,
                )
            ),
            "graded": {f"{factor:g}": factor for factor in settings.graded},
        }

    def errors(self, found: Values) -> dict[str, float]:
        return {
            name: abs((found[name] or 0.0) - (self.exact[name] or 0.0)) / scale
            for name, scale in self.scale.items()
        }


def of_interfaces(known: Known) -> bool:
    """What is read off interfaces and terminals, as peers do it too; no mean over a volume."""
    return known.place.pair is not None or known.metric.stem == "resistance"


def ours(case: Case, solve: Callable[[CrossSection], Solved], repeats: int) -> Run:
    spent = []
    for _ in range(repeats):
        began = time.process_time()
        solved = solve(case.section)
        values = measure.values(solved.seen_from("a"), of_interfaces)
        spent.append(time.process_time() - began)
    return Run(solved.unknowns, min(spent), case.errors(values))


def meshed(section: CrossSection, mesh: Mesh, repeats: int) -> tuple[Problem, float]:
    """The mesh, and CPU seconds it takes."""
    spent = []
    for _ in range(repeats):
        began = time.process_time()
        sizes = mesh if isinstance(mesh, SizeField) else None
        found = build_mesh(section, None if sizes else mesh, sizes=sizes)
        spent.append(time.process_time() - began)
    return Problem(found, section), min(spent)


def lines_of(problem: Problem) -> dict[str, dict[str, InterfaceLine]]:
    """Interfaces by kind and name."""
    model = problem.model(problem.mesh)
    pairs = {
        "traction": interface_names(problem.section),
        "flux": current_pairs(problem.section),
    }
    return {
        kind: {f"{a}_{b}": trace_interface(model, a, b) for a, b in found}
        for kind, found in pairs.items()
    }


def write(problem: Problem, path: Path) -> None:
    """The problem with its interfaces; the side is the upper one, as ours."""
    more: dict[str, np.ndarray] = {}
    for kind, lines in lines_of(problem).items():
        more[f"{kind}_lines"] = np.array(list(lines))
        for name, line in lines.items():
            upper = line.model.mask(line.model.elements(line.a))
            first, second = line.model.mesh.f2t[:, line.facets]
            more[f"{name}_elements"] = np.where(upper[first], first, second)
            more[f"{name}_nodes"], more[f"{name}_normal"] = line.nodes, line.normal
            more[f"{name}_side"] = np.array(line.model.members(line.a))
    export(problem, path, **more)


def _traction(line: InterfaceLine, plane: np.ndarray) -> TractionInterface:
    """From (2, m, 3) tractions r, z."""
    return TractionInterface(line, "a", {0: np.array([plane[0], 0 * plane[0], plane[1]])})


def peer_values(problem: Problem, found: dict[str, np.ndarray], way: str) -> Values:
    """Our windows over a peer's tractions and fluxes."""
    lines = lines_of(problem)
    tractions = {
        (line.a, line.b): _traction(line, found[f"{way}_traction_{name}"])
        for name, line in lines["traction"].items()
    }
    out: Values = {}
    for pair, traction in tractions.items():
        for length in problem.section.design.metrics.averaging_lengths_um:
            worst = traction.window(length)
            for stem in ("peel_max", "peel_min", "shear_max"):
                name = format_name(stem, Place(pair, length_um=length), "mpa")
                out[name] = getattr(worst, f"{stem}_mpa")
    length = problem.section.design.metrics.headline_length_um
    for name, line in lines["flux"].items():
        window = FluxInterface(line, "a", found[f"{way}_flux_{name}"]).window(length)
        density = window.current_density_max_a_per_um2 * A_PER_CM2
        place = Place((line.a, line.b), length_um=length)
        out[format_name("current_density_max", place, "a_per_cm2")] = density
    return {**out, "resistance_mohm": float(found["resistance_ohm"]) * 1e3}


def by_peer(
    case: Case, mesh: Mesh, command: tuple[str, ...], most: float, repeats: int
) -> dict[str, Run]:
    """Runs by way of evaluation; empty where the mesh is too large, or the peer fails."""
    problem, mesh_s = meshed(case.section, mesh, repeats)
    if problem.unknowns > most:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        given, values = Path(folder) / "problem.npz", Path(folder) / "values.npz"
        write(problem, given)
        said = peer(*command[:2], str(given), str(values), *command[2:])
        if said is None:
            return {}
        found = dict(np.load(values))
    seconds = said["seconds"]
    return {
        way: Run(
            problem.unknowns,
            mesh_s + seconds["both"] + spent,
            case.errors(peer_values(problem, found, way)),
        )
        for way, spent in seconds.items()
        if way != "both"
    }


def our_rows(cases: list[Case], repeats: int) -> Iterator[Row]:
    for family, settings in cases[0].meshes.items():
        for setting in settings:
            runs = [
                ours(c, lambda s, m=c.meshes[family][setting]: Solved(s, m), repeats) for c in cases
            ]
            yield Row(f"ours, {family}", setting, tuple(runs))
    for share in ACCURACIES:
        runs = [
            ours(c, lambda s, share=share: adaptive.adapt(s, share, 10**6).solved, repeats)
            for c in cases
        ]
        yield Row("ours, adapted", f"{share:g}", tuple(runs))


def peer_rows(
    name: str, cases: list[Case], command: tuple[str, ...], most: float, repeats: int
) -> Iterator[Row]:
    """A peer on every family, from coarse to fine while its meshes are not too large for it."""
    for family, settings in cases[0].meshes.items():
        for setting in settings:
            found: list[dict[str, Run]] = []
            for case in cases:
                found.append(by_peer(case, case.meshes[family][setting], command, most, repeats))
                if not found[-1]:
                    break
            if not found[-1]:
                break
            for way in found[0]:
                runs = tuple(of_case[way] for of_case in found)
                yield Row(f"{name} {WAYS[way]}, {family}", setting, runs)


def print_row(row: Row) -> None:
    error, name = row.error()
    pad = " | ".join(f"{row.error(prefix)[0]:.2%}" for prefix in AT_PAD)
    print(
        f"| {row.way} | {row.setting} | {row.unknowns:.0f} | {row.cpu_s:.2f} | {pad} | "
        f"{error:.2%} | {name} |",
        flush=True,
    )


def cheapest(rows: list[Row], tolerance: float, scope: str) -> Row | None:
    """The coarsest setting from which on every finer one is within the tolerance too."""
    best = None
    for row in sorted(rows, key=lambda row: -row.unknowns):
        if row.worst(scope) > tolerance:
            break
        best = row
    return best


def print_equal(rows: list[Row], tolerance: float, scope: str) -> None:
    """Each way's cheapest setting, and its cost over that of ours adapted and ours graded."""
    names = dict.fromkeys(row.way for row in rows)
    ways = {way: [row for row in rows if row.way == way] for way in names}
    found = {way: cheapest(mine, tolerance, scope) for way, mine in ways.items()}
    bases = [found.get(f"ours, {family}") for family in ("adapted", "graded")]
    print(f"\n### Within {tolerance:.0%}: {scope}\n")
    print("| way | setting | unknowns | CPU s | over adapted: unknowns, time | over graded |")
    print("|---|---|---|---|---|---|")
    for way, row in found.items():
        if row is None:
            finest = max(ways[way], key=lambda row: row.unknowns)
            missed = f"{finest.worst(scope):.1%} at {finest.setting}"
            cost = f"{finest.unknowns:.0f} | {finest.cpu_s:.1f}"
            print(f"| {way} | not reached: {missed} | {cost} | | |")
            continue
        ratios = [
            f"{row.unknowns / base.unknowns:.1f}, {row.cpu_s / base.cpu_s:.1f}" if base else ""
            for base in bases
        ]
        cells = way, row.setting, f"{row.unknowns:.0f}", f"{row.cpu_s:.2f}", *ratios
        print("| " + " | ".join(cells) + " |")


def peers(chosen: argparse.Namespace, cases: list[Case]) -> Iterator[Row]:
    """Rows of the peers that are installed."""
    ngsolve = chosen.ngsolve_python, str(HERE / "peer_ngsolve_interfaces.py")
    calculix = sys.executable, str(HERE / "peer_calculix_interfaces.py"), "--ccx", chosen.ccx
    unlimited, runs = float("inf"), ("--repeats", str(chosen.repeats))
    for name, program, command, most in (
        ("NGSolve", chosen.ngsolve_python, (*ngsolve, *runs), unlimited),
        ("CalculiX", chosen.ccx, calculix, chosen.most_unknowns),
    ):
        if shutil.which(program) is None:
            print(f"skipped {name}: '{program}' is not installed")
        else:
            yield from peer_rows(name, cases, command, most, chosen.repeats)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variants", nargs="+", default=VARIANTS, choices=VARIANTS)
    parser.add_argument("--uniform", nargs="+", type=float, default=UNIFORM_UM, metavar="UM")
    parser.add_argument("--band", nargs="+", type=float, default=BAND_UM, metavar="UM")
    parser.add_argument("--graded", nargs="+", type=float, default=GRADED, metavar="FACTOR")
    parser.add_argument("--repeats", type=int, default=3, help="runs of ours and of NGSolve")
    parser.add_argument("--most-unknowns", type=float, default=2.5e5, help="left to CalculiX")
    parser.add_argument("--ngsolve-python", default="python3", help="a Python with NGSolve")
    parser.add_argument("--ccx", default="ccx", help="the CalculiX binary")
    chosen = parser.parse_args()
    cases = [Case(variant, chosen) for variant in chosen.variants]
    adaptive.adapt(cases[0].section, 0.05, 10**6)  # compile, or load what was
    print(f"{cores()} cores, one thread each; load {os.getloadavg()[0]:.1f} at the start\n")
    print("| way | setting | unknowns | CPU s | peel | shear | J.n | R | largest of all | of |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    rows = []
    for row in itertools.chain(our_rows(cases, chosen.repeats), peers(chosen, cases)):
        rows.append(row)
        print_row(row)
    for scope in (PAD_ONLY, EVERYTHING):
        for tolerance in TOLERANCES:
            print_equal(rows, tolerance, scope)


if __name__ == "__main__":
    main()
