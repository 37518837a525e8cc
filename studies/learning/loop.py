"""Designs added to a run until its probabilities of failure are known well enough.

They are solved as further points, in a part ``learned-NAME`` of each part that scatters: what a
surrogate between the designs is fitted with, and never counted as drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fem_bump.errors import InputError, is_number
from studies.records.stored_plan import StoredPart
from studies.reliability.study.design_points import (
    StudyDesignPoint,
    study_design_points,
    with_solved,
)
from studies.reliability.study.learning import Unsure, costliest, lacking
from studies.reliability.study.limit_surrogates import IMMORTAL, Bound, sum_surrogate
from studies.reliability.study.limits import LimitProbability, limit_probabilities
from studies.reliability.study.surrogates import limit_metrics
from studies.results.results import Results
from studies.runs.further import Case, solve_further
from studies.runs.processes import EVALUATOR
from studies.runs.progress import Progress

ROUND = 4  # designs between two looks: as many may be solved at a time
TITLE = "Learned: where a wrong sign of a limit state would cost most"


@dataclass(frozen=True)
class Learned:
    """What became of a part.

    Attributes
    ----------
    part
        Which one.
    added
        Designs that were added to it, by status.
    ended
        Why no more were.
    """

    part: str
    added: dict[str, int]
    ended: str


def learn(
    folder: Path,
    most: int,
    half_width: float,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    evaluator: str = EVALUATOR,
) -> list[Learned]:
    """Add designs to every part that scatters until its intervals are as narrow as asked for.

    Parameters
    ----------
    folder
        Of a run of a study with limit states.
    most
        How many designs may be added to a part.
    half_width
        Of the interval of each probability.
    jobs, progress, evaluator
        As of :func:`studies.runs.further.solve_further`.

    Raises
    ------
    InputError
        For a study without limit states or scatter, or a number that cannot be meant.
    """
    if not is_number(half_width) or not 0 < half_width < 1:
        raise InputError(f"half width = {half_width!r} must be a number between 0 and 1")
    results = Results.read(folder, as_given=True)
    parts = list(dict.fromkeys(one.part for one in limit_probabilities(results)[0]))
    learned = []
    for name in parts:
        cases: list[Case] = []
        while True:
            part = next(each for each in results.study.part if each.name == name)
            of_part = [one for one in limit_probabilities(results)[0] if one.part == name]
            points, ended = _next(results, part, of_part, half_width, most - len(cases))
            if ended:
                break
            cases += solve_further(
                folder, name, points, name=f"learned-{name}", title=TITLE,
                jobs=jobs, progress=progress, evaluator=evaluator,
            )  # fmt: skip
            results = Results.read(folder, as_given=True)
        statuses = [case.status for case in cases]
        learned.append(Learned(name, {s: statuses.count(s) for s in sorted(set(statuses))}, ended))
    return learned


def confirmed_design_points(
    folder: Path,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    evaluator: str = EVALUATOR,
) -> list[StudyDesignPoint]:
    """Design points of a run by its surrogates, each with its design solved."""
    found = study_design_points(Results.read(folder, as_given=True))
    for part in dict.fromkeys(one.part for one in found):
        points = [one.factors for one in found if one.part == part]
        solve_further(
            folder, part, points, name=f"learned-{part}", title=TITLE,
            jobs=jobs, progress=progress, evaluator=evaluator,
        )  # fmt: skip
    results = Results.read(folder, as_given=True)
    return [with_solved(results, one) for one in found]


def _next(
    results: Results,
    part: StoredPart,
    found: list[LimitProbability],
    half_width: float,
    left: int,
) -> tuple[list[dict[str, object]], str]:
    """Points of a next round, or why there is none."""
    if found[0].impossible:
        return [], "some of its points are no possible design, between which nothing is known"
    if any(one.unsolved for one in found):
        return [], "some of its designs have no number for a limit state"
    wide = [one for one in found if (one.interval[1] - one.interval[0]) / 2 > half_width]
    if not wide:
        return [], "every interval is as narrow as asked for"
    if not left:
        return [], "as many designs were added as were allowed"
    limits = {limit["name"]: limit for limit in results.study.limit}
    asked = [(one, sum_surrogate(results, part, limits[one.limit])) for one in wide]
    if any(known == IMMORTAL for _, known in asked):
        return [], IMMORTAL
    if points := lacking(results, part, limit_metrics(results), min(left, ROUND)):
        return points, ""
    unsure = []
    for one, known in asked:
        if isinstance(known, str):
            return [], known
        unsure.append(Unsure(known, Bound.of(limits[one.limit]), one))
    unsure = [each for each in unsure if each.learns or not each.known.says_something]
    points = costliest(results, part, unsure, min(left, ROUND)) if unsure else []
    return points, "" if points else "what is left is the sample and the error bars of metrics"
