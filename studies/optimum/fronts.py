"""Fronts of the parts of a study that has been run, as they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fem_bump.errors import InputError
from studies.optimum import stored
from studies.optimum.question import asked
from studies.optimum.robust import robust_front
from studies.optimum.rounds import Budget, Look, Solve, confirmed_front
from studies.optimum.space import parts_asked
from studies.optimum.stored import Fronts
from studies.results.results import Results

CASES, CASES_AT_PERCENTILE = 32, 64


def find_fronts(
    results: Results,
    look: Look,
    solve: Solve,
    objectives: str,
    *,
    parts: Sequence[str] = (),
    constraints: Sequence[str] = (),
    percentile: float | None = None,
    scatter: Sequence[str] = (),
    budget: int | None = None,
    seed: int = 1,
) -> Fronts:
    """The front of each part, at its values or at a percentile.

    See :func:`studies.optimum.rounds.confirmed_front` and
    :func:`studies.optimum.robust.robust_front`.

    Parameters
    ----------
    results
        Of the run before anything is solved.
    objectives, constraints, percentile, scatter
        See :func:`studies.optimum.question.asked`.
    parts
        Their names; without names all that sample their factors.
    budget
        Cases that may be solved for each part; by default 32, at a percentile 64.

    Raises
    ------
    InputError
        For a mistake in what is asked, and where a part that is named, or all of them, have no
        surrogate.
    """
    question = asked(results, objectives, constraints, percentile, scatter)
    chosen = parts_asked(results, parts)
    cases = budget or (CASES if percentile is None else CASES_AT_PERCENTILE)
    found = []
    for part in chosen:
        way = confirmed_front if percentile is None else robust_front
        front = way(look, solve, part, question, Budget(cases, seed))
        if front.why_not and (parts or len(chosen) == 1):
            raise InputError(f"part '{part.name}' has no front: {front.why_not}")
        found.append(front)
    if all(front.why_not for front in found):
        raise InputError(f"no part has a front; of '{found[0].part}': {found[0].why_not}")
    return Fronts(question, tuple(found), cases, seed)


def kept_fronts(results: Results) -> tuple[Fronts, int] | None:
    """The fronts that a run's folder keeps, of the records that it has now, and how many are lost.

    None where no front was asked for, or none of it is left.
    """
    if not stored.has_front(results.folder):
        return None
    found = stored.read(results.folder)
    there = {(case.part, case.number, case.key) for case in results.plan.cases}
    named = results.names
    fronts, lost = [], 0
    for front in found.fronts:
        points = tuple(
            p for p in front.points if (named.get(p.part, p.part), p.number, p.key) in there
        )
        lost += len(front.points) - len(points)
        fronts.append(replace(front, points=points))
    if not any(front.points for front in fronts):
        return None
    return replace(found, fronts=tuple(fronts)), lost
