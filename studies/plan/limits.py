"""Limit states of a study: the condition for survival, in metrics, factors and strengths."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict

from fem_bump.errors import InputError
from studies.metrics.names import split
from studies.plan.comparisons import comparison
from studies.plan.flat_paths import nearest_of
from studies.plan.sampling import check_range, is_levels
from studies.plan.slug import Slug


class Limit(BaseModel):
    """A limit state: its name, when a design survives, and strengths that scatter, by name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Slug
    survives: str
    strengths: dict[str, Any] = {}


def check_limits(where: str, limits: Iterable[Limit], factors: Iterable[str]) -> None:
    """Refuse limit states that could not be judged; ``factors`` are paths that cases vary.

    Raises
    ------
    InputError
        For a comparison of something else than metrics, factors and strengths, or without a metric.
    """
    seen: set[str] = set()
    for limit in limits:
        _check(f"{where}: limit '{limit.name}'", limit, set(factors))
        if limit.name in seen:
            raise InputError(f"{where}: names of limits must differ, '{limit.name}' is twice")
        seen.add(limit.name)


def _check(where: str, limit: Limit, factors: set[str]) -> None:
    # with the solver behind it
    from studies.metrics.catalogue import catalogue
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
    for name in rest:
        if known_metric(name) is None:
            known = (*limit.strengths, *factors, *catalogue().known_stems())
            raise InputError(
                f"{said} names '{name}', which is no metric, factor or strength; "
                f"{nearest_of(split(name).stem, tuple(known))}"
            )
    if not rest:
        raise InputError(f"{said} names no metric: nothing that is solved for decides it")
