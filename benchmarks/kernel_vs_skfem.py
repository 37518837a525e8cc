"""Plain scikit-fem assembly with SuperLU against the fused kernels with CHOLMOD.

One thermo-elastic problem (default partial-depth design), assembly of stiffness and load plus
solution. The plain side is what one writes first: the reference forms of the package, assembled by
scikit-fem, and SciPy's SuperLU at its best settings for such a matrix (symmetric mode, minimum
degree). Both eliminate the same unknowns; the periodic side is tied on both.
"""

from __future__ import annotations

import argparse
import statistics
import time

import numpy as np
import scipy.sparse as sp
from common import DELTA_T, STRESS_FREE_DEGC, Problem, cores
from scipy.sparse.linalg import splu
from skfem import Basis, ElementTriP2, ElementVector, asm

from fem_bump import Model, thermal_stress
from fem_bump.algebra.constraints import reduce_unknowns
from fem_bump.algebra.shape_functions import QUADRATURE_ORDER
from fem_bump.mechanics.state import ThermalStress
from fem_bump.mechanics.thermal_stress import reference_forms


def plain(model: Model, state) -> tuple[dict[str, float], np.ndarray]:
    start = time.perf_counter()
    basis = Basis(model.mesh, ElementVector(ElementTriP2()), intorder=QUADRATURE_ORDER)
    fields = {"young": state.young, "poisson": state.poisson, "eps": state.eps}
    stiffness, thermal_load = reference_forms()
    matrix = asm(stiffness, basis, **fields)
    load = asm(thermal_load, basis, **fields)
    assembled = time.perf_counter()
    known = np.zeros(basis.N, dtype=bool)
    known[
        basis.get_dofs(np.nonzero((model.points_um[0][model.mesh.facets] == 0).all(axis=0))[0]).all(
            ["u^1"]
        )
    ] = True
    known[basis.get_dofs("chip_bottom").all(["u^2"])] = True
    side = basis.get_dofs("cell_side").all(["u^1"])
    number, free = reduce_unknowns(basis.N, known, [side])
    here = np.nonzero(number >= 0)[0]
    reduce = sp.csr_matrix((np.ones(len(here)), (here, number[here])), shape=(basis.N, free))
    reduced = (reduce.T @ matrix @ reduce).tocsc()
    factor = splu(
        reduced, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True}
    )
    u = reduce @ factor.solve(reduce.T @ load)
    done = time.perf_counter()
    seconds = {"assembly": assembled - start, "solve": done - assembled, "total": done - start}
    nodes = np.empty((model.node_count, 2))
    nodes[: model.mesh.nvertices] = u[basis.nodal_dofs].T
    nodes[model.mesh.nvertices :] = u[basis.facet_dofs].T
    return seconds, nodes


def fused(model: Model) -> tuple[float, ThermalStress]:
    start = time.perf_counter()
    stress = thermal_stress(
        model,
        delta_t=DELTA_T,
        stress_free_degc=STRESS_FREE_DEGC,
        fixed={"chip_bottom": "z"},
        tied={"cell_side": "r"},
    )
    return time.perf_counter() - start, stress


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size-factors", type=float, nargs="+", default=[1.07, 0.268])
    parser.add_argument("--repeats", type=int, default=3)
    chosen = parser.parse_args()
    print(f"{cores()} cores; one thread on both sides; medians of {chosen.repeats} paired runs")
    for size_factor in chosen.size_factors:
        problem = Problem(size_factor)
        model = problem.model(problem.fresh_mesh())
        _, stress = fused(model)  # compile, or load what was compiled
        ratios, rows = [], []
        for _ in range(chosen.repeats):
            ours, stress = fused(model)
            theirs, u = plain(model, stress.state)
            ratios.append(theirs["total"] / ours)
            rows.append((ours, theirs["assembly"], theirs["solve"], theirs["total"]))
        ours, assembly, solve, total = (statistics.median(row) for row in zip(*rows, strict=True))
        difference = np.abs(u - stress.u_um).max() / np.abs(stress.u_um).max()
        print(
            f"{problem.unknowns} unknowns: plain {total:.2f} s (assembly {assembly:.2f}, solve "
            f"{solve:.2f}), ours {ours:.3f} s, RATIO {statistics.median(ratios):.1f}, "
            f"largest relative difference {difference:.1e}"
        )


if __name__ == "__main__":
    main()
