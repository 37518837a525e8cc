"""The documentation's page of all metrics, written from the metrics themselves.

``python -m studies.metrics.page docs/metrics.md`` writes it again.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from studies.metrics.catalogue import SHIPPED, catalogue
from studies.metrics.places import MASK, flux_windows, interfaces
from studies.metrics.registry import RULES, Metric
from studies.wording.labels import interface_title
from studies.wording.units import UNITS

HEAD = """# Metrics

What `fem-bump solve` prints and the table of a study holds, name by name. This page is written from
the metrics themselves: `python -m studies.metrics.page docs/metrics.md`.

A name is `stem_place_L<averaging length>_unit`: `peel_max_ubm_pad_floor_L0.5_mpa` is the largest
mean peel at UBM/pad over windows of 0.5 µm on the floor. Window averages stand at every length of
`metrics.averaging_lengths_um`, and a metric only where the design has the place; numbers that vary
around the circle are there where a load makes them vary. Beside each stands its error.

A **headline** is what a design is judged by, as a whole and not leg by leg: meshes are adapted
until every headline is known to the accuracy that is asked for, `solve` prints them first, and the
report ranks those that have a better way, lower or higher. Of the others nobody is said to win by.

Of a probed pad every headline but angles is also compared with a control, the same pad without the
mark, cleaned and etched alike: `peel_max_ubm_pad_to_unprobed_L1` is the difference over the value
of the control, or over 5 % of the mean absolute traction where that is more; of all that is no
stress the ratio. The control's error is part of the error.

Errors come from one of these:

"""
UBM_PAIRS, ALL_CURRENT_PAIRS = (
    {place.pair for place in kind.known} for kind in (interfaces, flux_windows)
)


def page() -> str:
    """The page, Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield HEAD.rstrip("\n")
    yield ""
    yield (
        "- *duals*: a dual-weighted residual, the sharpest; `docs/verification.md` has how often it"
        " holds"
    )
    yield "  (after yield and creep stress and strain have none: their error is the change from"
    yield "  another mesh and from a looser tolerance)"
    for rule, said in RULES.items():
        yield f"- *{rule}*: {said}"
    yield "- *others*: from the errors of the metrics that it is made of"
    for family in catalogue().families():
        if family[0].module not in (module.__name__ for module in SHIPPED):
            continue
        yield from ["", f"## {_title(family[0])}", ""]
        yield "| stem | unit | what | where | headline | better | error |"
        yield "|---|---|---|---|---|---|---|"
        yield from map(_row, family)


def _title(metric: Metric) -> str:
    doc = sys.modules[metric.module].__doc__ or ""
    return doc.strip().split("\n\n")[0].replace("\n", " ").rstrip(".").split(": ")[0]


def _row(metric: Metric) -> str:
    unit = "" if metric.unit is None else f"`_{metric.unit}`, {UNITS[metric.unit].ascii}"
    cells = [
        f"`{metric.stem}`", unit, f"**{metric.title.format(where='…')}**. {metric.says}".strip(),
        _where(metric), "yes" if metric.headline is not None else "", metric.better or "",
        _error(metric),
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _where(metric: Metric) -> str:
    known = metric.places.known
    pairs = {place.pair for place in known if place.pair}
    said = ["any metal"] if metric.places.any_region else []
    if pairs:
        of_many = {
            frozenset(UBM_PAIRS): "interfaces of UBM, or solder where that is broken, below",
            frozenset(ALL_CURRENT_PAIRS): "interfaces with current",
        }
        one = ", ".join(interface_title("/".join(pair)) for pair in pairs)
        said.append(of_many.get(frozenset(pairs), one))
    for parts in (
        [place.region for place in known], [place.leg for place in known],
        [place.spot for place in known],
    ):  # fmt: skip
        names = [f"`{name}`" for name in dict.fromkeys(parts) if name and name != MASK]
        said += [", ".join(names)] if names else []
    return "; ".join(said) or "the design"


def _error(metric: Metric) -> str:
    if metric.functional is not None:
        return "duals"
    return metric.rule if isinstance(metric.rule, str) else "others"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
