"""Accuracy against unknowns and time: uniform, graded and adapted meshes, three default variants.

Error: the largest over all headline metrics, each relative to itself or, for a traction smaller
than that, to 5 % of the mean absolute traction, against an overkill mesh. Time: CPU seconds of one
thread for what it takes to get the numbers: mesh, both physics and their interfaces; for adapted
meshes all meshes of the sequence and their estimates. Uniform meshes have the same element size
everywhere but across films, which no element may be thicker than.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from meshes import uniform

from geometry import Design, build_cross_section
from studies.metrics import measure
from studies.metrics.registry import Known
from studies.solution.solved import Solved
from studies.solving import adaptive
from studies.solving.estimators import overkill_values

VARIANTS = ("no-recess", "partial-depth", "full-depth")
UNIFORM_UM = (2.0, 1.0, 0.7)
GRADED = (4.0, 3.0, 2.0, 1.5, 1.0, 0.7)
ACCURACIES = (0.05, 0.02, 0.01, 0.005, 0.003)


def of_interfaces(known: Known) -> bool:
    """What is read off interfaces and terminals, as peers do it too; no mean over a volume."""
    return known.place.pair is not None or known.metric.stem == "resistance"


def worst(solved: Solved, exact: dict) -> tuple[float, str]:
    """Largest relative error of a headline metric, and whose it is."""
    found = measure.values(solved.seen_from("a"))
    scale = adaptive.scales(solved, exact)
    relative = {
        name: abs(found[name] - exact[name]) / scale[name]
        for name in measure.headline_names(solved.section)
    }
    name = max(relative, key=lambda name: relative[name])
    return relative[name], name


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variants", nargs="+", default=VARIANTS, choices=VARIANTS)
    chosen = parser.parse_args()
    sections = {v: build_cross_section(Design(variant=v)) for v in chosen.variants}
    exact = {v: overkill_values(section.design, 2e5)[0] for v, section in sections.items()}
    ways = [
        *(
            (f"uniform {size:g} um", lambda s, size=size: Solved(s, uniform(s, size)))
            for size in UNIFORM_UM
        ),
        *((f"graded {factor:g}", lambda s, factor=factor: Solved(s, factor)) for factor in GRADED),
        *(
            (f"adapted {share:g}", lambda s, share=share: adaptive.adapt(s, share, 10**6).solved)
            for share in ACCURACIES
        ),
    ]
    adaptive.adapt(next(iter(sections.values())), 0.05, 10**6)  # compile, or load what was
    print("| mesh | unknowns | CPU s | largest error | of |")
    print("|---|---|---|---|---|")
    for name, way in ways:
        rows = []
        for variant, section in sections.items():
            began = time.process_time()
            solved = way(section)
            measure.values(solved.seen_from("a"), of_interfaces)
            spent = time.process_time() - began
            rows.append((solved.unknowns, spent, *worst(solved, exact[variant])))
        unknowns, seconds, error = (np.median([row[k] for row in rows]) for k in range(3))
        metric = max(rows, key=lambda row: row[2])[3]
        print(f"| {name} | {unknowns:.0f} | {seconds:.2f} | {error:.2%} | {metric} |", flush=True)


if __name__ == "__main__":
    main()
