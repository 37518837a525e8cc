"""How an interface crack grows: energy release rate against its length, a curve per variant.

A crack grows where the energy release rate at the worst place of its front reaches the toughness
that the user gives, and arrests where that falls below it. The toughness depends on the mode mix,
which stands beside each value; one number is a lower or an upper estimate, as it was measured.

The solvers are loaded where a length is solved, in worker processes if there are enough lengths.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from pebble import ProcessExpired

from geometry import MeshingError
from studies.cracks.curves import CrackGrowth, CrackPoint
from studies.cracks.lengths import CrackPlan, section_at
from studies.runs.workers import PER_WORKER, worker_pool

Outcome = CrackPoint | str


def solve_plans(plans: Sequence[CrackPlan], jobs: int = 1) -> list[CrackGrowth]:
    """Solve every length of every plan, some at a time; what fails is a reason in its curve."""
    tasks = [(plan, length) for plan in plans for length in plan.lengths_um]
    outcomes = _outcomes(tasks, jobs)
    curves = []
    for plan in plans:
        found = {length: next(outcomes) for length in plan.lengths_um}
        points = tuple(one for one in found.values() if isinstance(one, CrackPoint))
        failed = {length: one for length, one in found.items() if isinstance(one, str)}
        curves.append(
            CrackGrowth(
                plan.design,
                plan.interface_length_um,
                plan.start_um,
                points,
                plan.skipped,
                failed,
            )
        )
    return curves


def _outcomes(tasks: Sequence[tuple[CrackPlan, float]], jobs: int) -> Iterator[Outcome]:
    """The point at each length, or why there is none, in the order of the tasks."""
    workers = min(jobs, math.ceil(len(tasks) / PER_WORKER))
    if workers < 2:
        yield from map(measure_or_say_why, tasks)
        return
    try:
        with worker_pool(workers, "studies.cracks.growth") as pool:
            begun = [pool.schedule(measure_or_say_why, args=(task,)) for task in tasks]
            yield from (future.result() for future in begun)
    except ProcessExpired:
        from fem_bump.errors import AnalysisError

        raise AnalysisError("a worker process died, perhaps for want of memory") from None


def measure_or_say_why(task: tuple[CrackPlan, float]) -> Outcome:
    """In a worker: the crack of a plan at one length."""
    from fem_bump.errors import AnalysisError
    from studies.cracks.growth import measure_crack

    try:
        return measure_crack(section_at(*task))
    except (AnalysisError, MeshingError) as error:
        return str(error)
