"""Strength over window mean, for interfaces whose strength the user gave."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from geometry import CrossSection
from studies.metrics.names import Place
from studies.metrics.places import interfaces
from studies.metrics.registry import REGISTRY, Errors, Places, Rule, metric
from studies.metrics.shipped.tractions import peel_max, shear_max
from studies.solution.solved import View


def _with_strength(kind: str) -> Places:
    def of(section: CrossSection) -> Iterator[Place]:
        given = section.design.metrics
        for i, (name, strength) in enumerate(given.strength.items()):
            if getattr(strength, f"{kind}_mpa") is not None:
                a, b = name.split("/")
                yield Place((a, b), length_um=given.headline_length_um, order=(i,))

    return Places(of, lambda: interfaces.known)


def _margin(
    kind: str, traction: Callable[[View, Place], float]
) -> Callable[[View, Place], float | None]:
    def value(view: View, place: Place) -> float | None:
        assert place.pair is not None
        strength = view.design.metrics.strength["/".join(place.pair)]
        mean = traction(view, place)
        return getattr(strength, f"{kind}_mpa") / mean if mean > 0 else None

    return value


def _error(kind: str, traction: Callable[[View, Place], float]) -> Rule:
    """That of a ratio, to first order."""

    def error(view: View, place: Place, errors: Errors) -> float | None:
        margin = _margin(kind, traction)(view, place)
        apart = errors.get(REGISTRY[f"{kind}_max"].name(place))
        if margin is None or apart is None:
            return None
        return margin * apart / traction(view, place)

    return error


for _kind, _traction in (("peel", peel_max), ("shear", shear_max)):
    metric(
        f"margin_{_kind}", title=f"Strength over {_kind} at {{where}}",
        short=f"margin against {_kind} at {{where}}", places=_with_strength(_kind),
        better="higher", rule=_error(_kind, _traction),
        says="Above 1 the interface holds, by the strength that the design gives it.",
    )(_margin(_kind, _traction))  # fmt: skip
