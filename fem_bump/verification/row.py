"""A row of the verification table, and how its error is taken."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One computed figure beside the exact one.

    Attributes
    ----------
    error
        Dimensionless, see :func:`compared`, :func:`vanishing` and :func:`observed_order`.
    source
        Where the exact value comes from.
    sizes, errors
        Of an observed order: mesh sizes, and the size of the error on each.

    Examples
    --------
    >>> from fem_bump.verification import table
    >>> row = table(["rigid_and_free"])[0]
    >>> row.passed, row.error <= row.tolerance
    (True, True)
    """

    name: str
    quantity: str
    unit: str
    computed: float
    exact: float
    error: float
    tolerance: float
    source: str
    sizes: tuple[float, ...] = ()
    errors: tuple[float, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the error is within the tolerance; never for NaN."""
        return bool(self.error <= self.tolerance)


def compared(
    name: str,
    quantity: str,
    unit: str,
    computed: float,
    exact: float,
    tolerance: float,
    source: str,
) -> Row:
    """Row with the error relative to the exact value."""
    computed, exact = float(computed), float(exact)
    error = abs(computed - exact) / abs(exact)
    return Row(name, quantity, unit, computed, exact, error, tolerance, source)


def vanishing(
    name: str,
    quantity: str,
    unit: str,
    computed: float,
    scale: float,
    tolerance: float,
    source: str,
) -> Row:
    """Row for a figure that is exactly zero, with the error relative to a scale."""
    computed = float(computed)
    return Row(name, quantity, unit, computed, 0.0, abs(computed) / abs(scale), tolerance, source)


def order(errors: Sequence[float], sizes: Sequence[float]) -> float:
    """Slope of log error over log mesh size, between the two finest meshes."""
    (e1, e2), (h1, h2) = errors[-2:], sizes[-2:]
    return math.log(e1 / e2) / math.log(h1 / h2)


def observed_order(
    name: str,
    quantity: str,
    errors: Sequence[float],
    sizes: Sequence[float],
    expected: float,
    tolerance: float,
    source: str,
) -> Row:
    """Row with an observed order of convergence; its error is the relative shortfall.

    More than expected is no error.
    """
    found = order(errors, sizes)
    error = max(0.0, (expected - found) / expected) if math.isfinite(found) else math.nan
    seen = tuple(float(size) for size in sizes), tuple(abs(float(each)) for each in errors)
    return Row(name, quantity, "1", found, expected, error, tolerance, source, *seen)


def manufactured_rows(
    name: str,
    body: str,
    quantities: tuple[str, str],
    errors: Sequence[tuple[float, float]],
    sizes: Sequence[float],
    source: str,
) -> list[Row]:
    """Error on the finest mesh and observed order, in L2 (order 3) and in energy (order 2).

    ``errors`` holds (L2, energy) per mesh, ``sizes`` the mesh sizes.
    """
    out = []
    for k, (norm, expected, limit) in enumerate((("L2", 3.0, 5e-5), ("energy", 2.0, 5e-3))):
        found = [pair[k] for pair in errors]
        what = f"{quantities[k]} error in {norm}, {body}"
        out.append(Row(name, what, "1", found[-1], 0.0, found[-1], limit, source))
        out.append(
            observed_order(name, f"order in {norm}, {body}", found, sizes, expected, 0.05, source)
        )
    return out
