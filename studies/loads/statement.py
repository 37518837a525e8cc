"""What a load says of itself in a report: the state that is shown, and what it leaves out.

A load gives sentences about the designs of a study; the report puts them together
(:mod:`studies.report.model_statement`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from geometry.design.design import Design
from studies.wording.labels import listing

Designs = Sequence[Design]


def _no_word(_: Design) -> str:
    return ""


def _no_sentence(_: Designs) -> str:
    return ""


def _none(_: Designs) -> Iterable[tuple[str, str]]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Statement:
    """Words on a load; every one may be empty.

    Attributes
    ----------
    state
        Of a design, in the one line on what is shown: ``after reflow``, ``sheared by the board``.
    partly
        Of a design, what it has and others may not have: ``shear by the board``.
    excludes
        What must not be read into the state: ``not creep``.
    amount
        How much of it, as part of a sentence.
    sentences
        What else belongs to the load, in whole sentences.
    left_out
        What the model leaves out of it: title and sentences.
    """

    state: Callable[[Design], str] = _no_word
    partly: Callable[[Design], str] = _no_word
    excludes: Callable[[Designs], Iterable[str]] = lambda designs: ()
    amount: Callable[[Designs], str] = _no_sentence
    sentences: Callable[[Designs], str] = _no_sentence
    left_out: Callable[[Designs], Iterable[tuple[str, str]]] = _none


def either(designs: Designs, of: Callable[[Design], str]) -> str:
    """What is true of the designs, or all that is of any: ``annular feed or feed through ...``."""
    return listing(dict.fromkeys(of(design) for design in designs), "or")


def amounts(values: Sequence[float], unit: str) -> str:
    """Different amounts in order: ``10, 20 or 40 µm``; from more than four the ends."""
    texts = list(dict.fromkeys(f"{value:.3g}" for value in sorted(values)))
    if len(texts) > 4:
        return f"{texts[0]} to {texts[-1]} {unit}"
    return f"{listing(texts, 'or')} {unit}"


def some_of(some: int, every: int) -> str:
    """What stands before a sentence that is true of some designs only."""
    return "" if some == every else f"In {some} of {every} designs: "
