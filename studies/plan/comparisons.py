"""Two sums compared, ``a + 2 <= 0.9 * b``: what constraints and limit states are written as."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fem_bump.errors import InputError

SIDES = re.compile(r"(<=|>=|<|>)")
NUMBER = r"\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?"
NAME = r"[A-Za-z_][A-Za-z0-9_.]*"
TERM = re.compile(
    rf"\s*(?P<sign>[+-]?)\s*(?:(?P<number>{NUMBER})\s*(?:\*\s*(?P<by>{NAME}))?|(?P<name>{NAME}))\s*"
)


@dataclass(frozen=True)
class Comparison:
    """A sum that must be below zero, or at most zero.

    Attributes
    ----------
    weights
        By name.
    constant
        Added to the sum.
    strict
        Whether zero is ruled out.
    """

    weights: Mapping[str, float]
    constant: float
    strict: bool

    @property
    def names(self) -> list[str]:
        """What it is about."""
        return list(self.weights)

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Whether it is so."""
        total = self.constant + sum(weight * values[name] for name, weight in self.weights.items())
        return total < 0 if self.strict else total <= 0


def comparison(where: str, text: str) -> Comparison:
    """A comparison as it is written.

    Raises
    ------
    InputError
        When it is none.
    """
    parts = SIDES.split(text)
    sides = [_terms(part) for part in parts[::2]]
    if len(parts) != 3 or None in sides:
        raise InputError(
            f"{where} must compare two sums, as in 'passivation.thickness_um + 0.1 <= 0.8 * "
            "pad.thickness_um'"
        )
    sign = 1.0 if parts[1].startswith("<") else -1.0
    weights: dict[str, float] = {}
    constant = 0.0
    for side, terms in zip((sign, -sign), sides, strict=True):
        for weight, name in terms or ():
            if name is None:
                constant += side * weight
            else:
                weights[name] = weights.get(name, 0.0) + side * weight
    return Comparison(weights, constant, len(parts[1]) == 1)


def _terms(text: str) -> list[tuple[float, str | None]] | None:
    """Weights with their names, None for a number alone; None where it is no sum."""
    terms: list[tuple[float, str | None]] = []
    at = 0
    while at < len(text):
        found = TERM.match(text, at)
        if found is None or found.end() == at or (terms and not found["sign"]):
            return None
        sign = -1.0 if found["sign"] == "-" else 1.0
        terms.append((sign * float(found["number"] or 1), found["by"] or found["name"]))
        at = found.end()
    return terms or None
