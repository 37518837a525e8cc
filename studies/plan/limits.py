"""Limit states of a study: the condition for survival.

It is in metrics, numbers of the finished cross-section, factors and strengths.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict

from fem_bump.errors import InputError
from studies.metrics.names import split
from studies.plan.comparisons import comparison
from studies.plan.flat_paths import nearest_of
from studies.plan.sampling import check_range, is_levels
from studies.plan.slug import Slug
from studies.wording.derived import DERIVED, PROBED


class Limit(BaseModel):
    """A limit state: its name, when a design survives, and strengths that scatter, by name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Slug
    survives: str
    strengths: dict[str, Any] = {}


def check_limits(
    where: str, limits: Iterable[Limit], factors: Collection[str], probes: bool
) -> None:
    """Refuse limit states that could not be judged.

    Parameters
    ----------
    factors
        Paths that cases vary.
    probes
        Whether any design may have a probe's mark.

    Raises
    ------
    InputError
        For a comparison of anything else, or of nothing that designs are judged by.
    """
    seen: set[str] = set()
    for limit in limits:
        said = f"{where}: limit '{limit.name}'"
        _check(said, limit, factors)
        names = comparison(said, limit.survives).names
        if not probes and (name := next((n for n in names if n in PROBED), None)):
            raise InputError(
                f"{said}: survives = '{limit.survives}' names '{name}', which only a probed pad "
                "has; no design of the study has a [probe]"
            )
        if limit.name in seen:
            raise InputError(f"{where}: names of limits must differ, '{limit.name}' is twice")
        seen.add(limit.name)


def _check(where: str, limit: Limit, factors: Collection[str]) -> None:
    # with the solver behind it
    from studies.metrics.catalogue import catalogue
    from studies.metrics.life_ratio import FATIGUE_STEM, NUCLEATION_STEM, STEM, TO_BASE, VOID_STEM
    from studies.metrics.unprobed import known_metric

    said = f"{where}: survives = '{limit.survives}'"
    names = comparison(said, limit.survives).names
    for strength, given in limit.strengths.items():
        check_range(f"{where}: strength '{strength}'", given)
        if is_levels(given):
            raise InputError(f"{where}: strength '{strength}' must be a number, not one of levels")
        if strength not in names:
            raise InputError(f"{said} does not name the strength '{strength}'")
    rest = [name for name in names if name not in limit.strengths and name not in factors]
    ratios = tuple(f"{stem}_" for stem in (STEM, NUCLEATION_STEM, VOID_STEM, FATIGUE_STEM))
    for name in rest:
        if name.startswith(ratios):
            if f"_{TO_BASE}" not in name:
                raise InputError(
                    f"{said} names '{name}', which compares a design with one without recess in "
                    f"its part, and no other is drawn alike; '..._{TO_BASE}' compares it with the "
                    "study's base"
                )
        elif known_metric(name) is None and name not in DERIVED:
            known = (*limit.strengths, *factors, *DERIVED, *catalogue().known_stems())
            raise InputError(
                f"{said} names '{name}', which is no metric, number of the cross-section, factor "
                f"or strength; {nearest_of(split(name).stem, tuple(known))}"
            )
    if not rest:
        raise InputError(f"{said} names no metric: nothing that is solved for decides it")
