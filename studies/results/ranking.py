"""Who is lowest, and do the numbers carry it: comparisons across averaging lengths and errors.

One rule throughout: two values differ if they do so by more than the sum of their errors. A winner
has to win at every averaging length; an unknown error or value decides nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from studies.wording.labels import Measured

SMALL_SPREAD = 0.05  # what is nearer than this is smaller than what material data are good for
ROUND_OFF = 1e-9  # relative: what is nearer than this is equal, however small its error bar
Values = Mapping[str, Measured | None]
ByLength = Mapping[float | None, Values]


@dataclass(frozen=True)
class Ranking:
    """Which of several designs has the lowest value.

    Attributes
    ----------
    kind
        ``winner``: one is lowest at every length, beyond the errors. ``lengths``: who is lowest
        depends on the averaging length. ``errors``: those in ``leaders`` cannot be told apart at
        some length. ``missing``: a value or an error is not known, or there is only one design.
    leaders
        The winner, or those that nothing beats at any length.
    unbeaten
        Per averaging length, those that nothing beats there.
    count
        How many were compared.
    """

    kind: Literal["winner", "lengths", "errors", "missing"]
    leaders: tuple[str, ...] = ()
    unbeaten: tuple[tuple[float | None, tuple[str, ...]], ...] = ()
    count: int = 0

    @property
    def winner(self) -> str | None:
        return self.leaders[0] if self.kind == "winner" else None


def sign_of(a: Measured | None, b: Measured | None) -> int | None:
    """Sign of a - b if it exceeds the sum of the errors, 0 if not, None if that is not known."""
    if a is None or b is None or a.error is None or b.error is None:
        return None
    apart = a.value - b.value
    margin = max(a.error + b.error, ROUND_OFF * max(abs(a.value), abs(b.value)))
    return 0 if abs(apart) <= margin else (1 if apart > 0 else -1)


def ratio(a: Measured, b: Measured) -> Measured | None:
    """a / b with its error, where both are clearly positive."""
    ea, eb = a.error or 0.0, b.error or 0.0
    if a.value <= max(2 * ea, 0.0) or b.value <= max(2 * eb, 0.0):
        return None
    value = a.value / b.value
    known = a.error is not None and b.error is not None
    return Measured(value, value * (ea / a.value + eb / b.value) if known else None)


def difference(a: Measured, b: Measured) -> Measured:
    """a - b with the sum of the errors."""
    known = a.error is not None and b.error is not None
    return Measured(a.value - b.value, (a.error or 0.0) + (b.error or 0.0) if known else None)


def rank(values: ByLength) -> Ranking:
    """Find the lowest, or say why there is none."""
    labels = {label for found in values.values() for label in found}
    known = all(
        found.get(label) is not None and found[label].error is not None  # type: ignore[union-attr]
        for found in values.values()
        for label in labels
    )
    if len(labels) < 2 or not known:
        return Ranking("missing")
    unbeaten = {
        length: tuple(
            a for a in found if not any(sign_of(found[a], found[b]) == 1 for b in found if b != a)
        )
        for length, found in values.items()
    }
    order = next(iter(unbeaten.values()))
    common = tuple(a for a in order if all(a in found for found in unbeaten.values()))
    detail = tuple(unbeaten.items())
    if not common:
        return Ranking("lengths", (), detail, len(labels))
    if all(found == common and len(found) == 1 for found in unbeaten.values()):
        return Ranking("winner", common, detail, len(labels))
    return Ranking("errors", common, detail, len(labels))


def apart(a: Measured, b: Measured) -> float:
    """Difference of two values over the larger of them."""
    largest = max(abs(a.value), abs(b.value))
    return abs(a.value - b.value) / largest if largest else 0.0


def near(found: Values, winner: str | None) -> dict[str, float]:
    """Those that lie so close behind a winner that material data do not carry it, and how close.

    A difference can be beyond the mesh's errors and still be none to choose by.
    """
    best = found.get(winner) if winner is not None else None
    if best is None:
        return {}
    shares = {a: apart(best, v) for a, v in found.items() if v is not None and a != winner}
    return {a: share for a, share in shares.items() if share < SMALL_SPREAD}


def order(found: Values) -> str | None:
    """All designs from low to high, ``<`` beyond the errors and ``≈`` within them."""
    known = [(label, value) for label, value in found.items() if value is not None]
    if len(known) < 2 or any(value.error is None for _, value in known):
        return None
    known.sort(key=lambda item: item[1].value)
    text = known[0][0]
    for (_, low), (label, high) in itertools.pairwise(known):
        text += f" {'<' if sign_of(high, low) == 1 else '≈'} {label}"
    return text


Trend = Literal["rises", "falls", "flat", "mixed", ""]


def trend(values: Mapping[float | None, Sequence[Measured | None]]) -> Trend:
    """``rises`` or ``falls`` only if every step does, at every length, beyond the errors."""
    kinds = {_trend(found) for found in values.values()}
    if "" in kinds or not kinds:
        return ""
    return kinds.pop() if len(kinds) == 1 else "mixed"


def peak(values: Mapping[float | None, Sequence[Measured | None]]) -> int | None:
    """Index of the one largest value at every length, beyond the errors; None if there is none."""
    places = set()
    for found in values.values():
        if len(found) < 3 or any(v is None for v in found):
            return None
        k = max(range(len(found)), key=lambda i: found[i].value)  # type: ignore[union-attr]
        if any(sign_of(found[k], v) != 1 for i, v in enumerate(found) if i != k):
            return None
        places.add(k)
    return places.pop() if len(places) == 1 else None


def _trend(found: Sequence[Measured | None]) -> Trend:
    if len(found) < 3:
        return ""
    signs = {sign_of(b, a) for a, b in itertools.pairwise(found)}
    if None in signs:
        return ""
    if signs == {1}:
        return "rises"
    if signs == {-1}:
        return "falls"
    return "flat" if signs == {0} else "mixed"
