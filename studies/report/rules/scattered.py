"""What a design review needs of a study that scatters: who fails, who differs, what drives it.

Everything stands in probabilities, intervals and indices that were found before; nothing is judged
here that the intervals leave open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from studies.plan.comparisons import comparison
from studies.reliability.study.limits import (
    Difference,
    LimitProbability,
    MovedLimit,
    limit_probabilities,
    moved_limits,
)
from studies.reliability.study.surrogates import Sensitivity, sensitivities
from studies.results.results import Results

SMALL = 0.01  # a probability below which a design is said to keep a limit state
STEP = 0.9, 1.1  # of a limit, between which it is moved in a sentence


@dataclass(frozen=True)
class LimitReview:
    """One limit state.

    Attributes
    ----------
    found
        Its probabilities, by part in the study's order.
    differences
        Between its parts that draw alike.
    worst
        The part with the largest probability.
    moved
        Probabilities of the worst where the limit is `STEP` of what is stated.
    needed
        The smallest share of the limit from which the worst fails in less than `SMALL`, by its
        interval, at all that is larger (smaller, where it survives above its limit); None if none.
    driver
        What drives the worst's metric; None where indices are not known.
    """

    limit: str
    survives: str
    has_strength: bool
    found: tuple[LimitProbability, ...]
    differences: tuple[Difference, ...]
    worst: LimitProbability
    moved: tuple[LimitProbability, LimitProbability]
    needed: float | None
    driver: Sensitivity | None


@dataclass(frozen=True)
class Review:
    """All limit states of a study.

    Attributes
    ----------
    keep
        Parts that fail no limit state in `SMALL` or more, by their intervals.
    fail
        Parts that do fail one in `SMALL` or more, by their intervals.
    narrowed
        By how much pairs make the counted intervals of differences shorter, at least and at most;
        None where no two parts fail the same limit state.
    """

    limits: tuple[LimitReview, ...]
    keep: tuple[str, ...]
    fail: tuple[str, ...]
    narrowed: tuple[float, float] | None


def scatters(results: Results) -> bool:
    """Whether there are limit states and designs that scatter."""
    study = results.study
    scattered = any(part.sampling and part.sampling.scatters for part in study.part)
    return bool(study.limit and scattered and results.solved)


def review(results: Results) -> Review:
    """What is found, from the study's limit states; found once for each results."""
    if "scatter reviewed" not in results.known:
        results.known["scatter reviewed"] = _review(results)
    found: Review = results.known["scatter reviewed"]
    return found


def _review(results: Results) -> Review:
    found, differences = limit_probabilities(results)
    moved = {one.limit: one for one in moved_limits(results)}
    driven = {(one.part, one.metric): one for one in sensitivities(results)}
    limits = []
    for limit in results.study.limit:
        name = limit["name"]
        mine = tuple(one for one in found if one.limit == name)
        pairs = tuple(one for one in differences if one.limit == name)
        worst = max(mine, key=lambda one: one.probability)
        strengths = limit.get("strengths") or {}
        said = comparison(f"limit '{name}'", limit["survives"])
        metrics = [n for n in said.names if n not in strengths and n not in results.factors]
        driver = driven.get((worst.part, metrics[0])) if len(metrics) == 1 else None
        limits.append(
            LimitReview(
                name,
                limit["survives"],
                bool(strengths),
                mine,
                pairs,
                worst,
                _at_steps(moved[name], worst.part),
                _needed(moved[name], worst.part),
                driver if driver is not None and driver.indices is not None else None,
            )
        )
    parts = list(dict.fromkeys(one.part for one in found))
    of = {part: [one.interval for one in found if one.part == part] for part in parts}
    keep = tuple(part for part in parts if all(high < SMALL for _, high in of[part]))
    fail = tuple(part for part in parts if any(low >= SMALL for low, _ in of[part]))
    return Review(tuple(limits), keep, fail, _narrowed(found, differences))


def _at_steps(moved: MovedLimit, part: str) -> tuple[LimitProbability, LimitProbability]:
    low, high = (moved.found[part][moved.shares.index(share)] for share in STEP)
    return low, high


def _needed(moved: MovedLimit, part: str) -> float | None:
    """From the end of the curve where hardly anything fails, as far as that holds."""
    each = list(zip(moved.shares, moved.found[part], strict=True))
    if each[0][1].probability < each[-1][1].probability:
        each.reverse()  # a limit that must be exceeded: the lower, the better
    last = None
    for share, one in reversed(each):
        if one.interval[1] >= SMALL:
            break
        last = share
    return last


def _narrowed(
    found: Sequence[LimitProbability], differences: Sequence[Difference]
) -> tuple[float, float] | None:
    """Of differences where designs of both fail, by their estimate: what cancels are failures."""
    each = {(one.limit, one.part): one for one in found}
    shorter = [
        (one.apart[1] - one.apart[0]) / (one.pairs[1] - one.pairs[0])
        for one in differences
        if all(_some_fail(each[one.limit, part]) for part in (one.part, one.other))
    ]
    return (min(shorter), max(shorter)) if shorter else None


def _some_fail(one: LimitProbability) -> bool:
    return one.probability >= SMALL and not one.unsolved
