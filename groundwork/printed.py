"""How results print themselves: a line that says what it is, and a few with the numbers that tell.

Nothing is computed for it that solving has not computed: a text may be asked for by a debugger.
"""

from __future__ import annotations

import numpy as np


def lines(head: str, **facts: str) -> str:
    """A head, and a line per fact that is there; underscores of names print as spaces."""
    told = [f"  {name.replace('_', ' ')}: {text}" for name, text in facts.items() if text]
    return "\n".join([head, *told])


def span(values: np.ndarray, unit: str) -> str:
    """Least and largest value; nothing for no values."""
    if values.size == 0:
        return ""
    return f"{values.min():.4g} to {values.max():.4g} {unit}".rstrip()


def some(names: tuple[str, ...] | list[str], most: int = 8) -> str:
    """The first names, and how many there are beyond."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")
