"""A load's statement as templates, filled with what designs say of the load."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from studies.loads.phrases import counted
from studies.loads.statement import Share, Statement
from studies.wording.labels import listing

if TYPE_CHECKING:
    from geometry import Design


@dataclass(frozen=True)
class Given:
    """Which share of the designs has the load, and the values of its keys in them."""

    share: Share
    values: Mapping[str, tuple[Any, ...]]


def templates(
    *,
    state: str = "",
    called: str = "",
    absent: tuple[str, ...] = (),
    sentence: str = "",
    left_out: tuple[tuple[str, str], ...] = (),
) -> Statement[Given]:
    """A statement of words; every one may be empty.

    Parameters
    ----------
    state
        In the one line on what is shown, where all designs have the load: ``pressed from above``.
    called
        The load itself, for a study of which only some designs have it: ``a press``.
    absent
        What must not be read into the state: ``not creep``.
    sentence
        How much of it; ``{depth_um}`` stands for that key's values in the designs.
    left_out
        What the model leaves out of it: titles and sentences.
    """

    def filled(found: Given) -> Iterator[str]:
        if sentence and found.share.some:
            yield sentence.format(
                **{key: _listed(v) for key, v in found.values.items() if f"{{{key}}}" in sentence}
            )

    return Statement(
        find=_given,
        state=lambda found: state if found.share.some == found.share.every else "",
        partly=lambda found: [(found.share, called)] if called else [],
        absent=lambda found: absent if found.share.some else (),
        sentences=filled,
        left_out=lambda found: [
            (title, counted(found.share) + text) for title, text in left_out if found.share.some
        ],
    )


def _given(designs: Sequence[Design], tables: Sequence[Any]) -> Given:
    given = [table for table in tables if table is not None]
    keys = type(given[0]).model_fields if given else ()
    values = {key: tuple(dict.fromkeys(getattr(table, key) for table in given)) for key in keys}
    return Given(Share(len(given), len(designs)), values)


def _listed(values: Sequence[Any]) -> str:
    """``0.1 or 0.2``."""
    return listing((v if isinstance(v, str) else f"{v:g}" for v in sorted(values)), "or")
