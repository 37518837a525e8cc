"""The two ways to fail without being a bug; anything else propagates as the bug it is."""

from __future__ import annotations

from numbers import Real
from typing import Any


class InputError(ValueError):
    """A user's mistake; the message is one sentence naming field, value and allowed range."""


class AnalysisError(RuntimeError):
    """This analysis cannot be done: bad mesh tag, singular system, no convergence."""


def is_number(value: Any) -> bool:
    """Whether a value can be compared and computed with; text, lists and bools cannot."""
    return isinstance(value, Real) and not isinstance(value, bool)
