"""Numbers as short as a page needs them."""

from __future__ import annotations

import math
from collections.abc import Iterable

DIGITS = 7  # of a value: more than are ever shown


def short(value: float | None, digits: int = DIGITS) -> float | int | None:
    """A number to so many significant digits; None where it is not finite."""
    if value is None or not math.isfinite(value):
        return None
    rounded = float(f"{value:.{digits}g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded


def short_error(error: float | None) -> float | int | None:
    """An error bar to four digits, rounded up: what is shown of it is rounded up as well."""
    if error is None or not math.isfinite(error):
        return None
    if error <= 0:
        return 0
    step = 10.0 ** (math.floor(math.log10(error)) - 3)
    return short(math.ceil(error / step * (1 - 1e-9)) * step, 5)


def steps(values: Iterable[float], step: float) -> list[float | int]:
    """Numbers as multiples of a step, such as coordinates that are drawn."""
    digits = max(-math.floor(math.log10(step)), 0)
    out = []
    for value in values:
        rounded = round(float(value), digits)
        out.append(int(rounded) if rounded.is_integer() else rounded)
    return out
