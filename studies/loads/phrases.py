"""Parts of sentences on what several designs have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from studies.loads.statement import Share
from studies.wording.labels import listing

Item = TypeVar("Item")
Value = TypeVar("Value")


def each(items: Iterable[Item], of: Callable[[Item], Value]) -> tuple[Value, ...]:
    """What is true of any, each once."""
    return tuple(dict.fromkeys(map(of, items)))


def either(items: Iterable[Item], word: Callable[[Item], str]) -> str:
    """All that is true of any design: ``annular feed or feed through ...``."""
    return listing(dict.fromkeys(map(word, items)), "or")


def amounts(values: Sequence[float], unit: str) -> str:
    """Different amounts in order: ``10, 20 or 40 µm``; from more than four the ends."""
    texts = list(dict.fromkeys(f"{float(f'{value:.3g}'):g}" for value in sorted(values)))
    if len(texts) > 4:
        return f"{texts[0]} to {texts[-1]} {unit}"
    return f"{listing(texts, 'or')} {unit}"


def counted(share: Share) -> str:
    """Of how many designs a sentence is true; empty where it is of all."""
    if share.some == share.every:
        return ""
    return f"In {share.some} of {share.every} designs: "
