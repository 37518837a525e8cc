"""What a load says of itself in a report: what it finds in the designs, and its words on that.

A load says it all: in which state designs are by it, how much of it acts, what must not be read
into its numbers and what the model leaves out. :func:`studies.loads.templates.templates` makes a
statement of words alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from geometry import Design

Found = TypeVar("Found")


class Share(NamedTuple):
    """How many designs something is true of."""

    some: int
    every: int

    @property
    def is_mixed(self) -> bool:
        return 0 < self.some < self.every


def _silent(_: Any) -> str:
    return ""


def _nothing(_: Any) -> tuple[()]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Statement(Generic[Found]):
    """A load's findings as data, and words on them.

    Attributes
    ----------
    find
        From all designs of a study, and what each says of the load, or None where it does not have
        it: the findings, which all others take.
    state
        In the one line on what is shown: ``pressed from above``; empty where it is not true of all
        designs.
    partly
        What may be true of some designs only: of how many, and its name.
    absent
        What must not be read into the state: ``not creep``.
    amount
        The load in a part of the first sentence on loads; empty where it has ``sentences`` of its
        own.
    sentences
        How much of it acts, each with its full stop.
    left_out
        What the model leaves out of it: titles and sentences.
    """

    find: Callable[[Sequence[Design], Sequence[Any]], Found]
    state: Callable[[Found], str] = _silent
    partly: Callable[[Found], Iterable[tuple[Share, str]]] = _nothing
    absent: Callable[[Found], Iterable[str]] = _nothing
    amount: Callable[[Found], str] = _silent
    sentences: Callable[[Found], Iterable[str]] = _nothing
    left_out: Callable[[Found], Iterable[tuple[str, str]]] = _nothing
