"""What the page may ask: bodies of requests as checked values, or one sentence on what is wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fem_bump.errors import InputError
from studies.explorer.session import MOST_METRICS, Session

MOST_BYTES = 65_536  # of a body


@dataclass(frozen=True)
class Ask:
    """A point of a part, the metrics that are wanted, and how.

    Attributes
    ----------
    slice_of
        A factor and a metric over it.
    beyond
        Whether what is outside the designs is said too.
    """

    part: str
    point: Mapping[str, Any]
    metrics: tuple[str, ...] = ()
    slice_of: tuple[str, str] | None = None
    beyond: bool = False


def table_of(body: bytes) -> Mapping[str, Any]:
    """The JSON table of a body.

    Raises
    ------
    InputError
        When it is none.
    """
    try:
        found = json.loads(body.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise InputError("the request is not valid JSON") from None
    if not isinstance(found, dict):
        raise InputError("the request must be a table")
    return found


def _no_number(text: str) -> Any:
    raise ValueError(text)


def ask_of(session: Session, said: Mapping[str, Any]) -> Ask:
    """A checked request.

    Raises
    ------
    InputError
        With the first thing that is wrong.
    """
    if more := sorted(set(said) - {"part", "point", "metrics", "slice", "beyond"}):
        raise InputError(f"the request has no key {more[0]!r}")
    predictor = session.predictor(said.get("part"))
    point = predictor.space.checked(said.get("point"))
    metrics = said.get("metrics", [])
    if not isinstance(metrics, list) or len(metrics) > MOST_METRICS:
        raise InputError(f"metrics must be a list of at most {MOST_METRICS}")
    beyond = said.get("beyond", False)
    if not isinstance(beyond, bool):
        raise InputError("beyond must be true or false")
    wanted = said.get("slice")
    slice_of = None
    if wanted is not None:
        paths = [factor.path for factor in predictor.space.factors]
        if not isinstance(wanted, dict) or set(wanted) != {"factor", "metric"}:
            raise InputError("slice must give factor and metric")
        if wanted["factor"] not in paths:
            raise InputError(f"slice.factor must be one of {', '.join(paths)}")
        slice_of = (wanted["factor"], session.checked_metric(wanted["metric"]))
    checked = tuple(session.checked_metric(metric) for metric in metrics)
    return Ask(predictor.space.part.name, point, checked, slice_of, beyond)
