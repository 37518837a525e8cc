"""What a load says of itself in a report, as templates.

The report finds which designs have the load and with which values, and fills them in
(:mod:`studies.report.words.model_statement`). On temperature, current and shear it has findings of
its own.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Statement:
    """Words on a load; every one may be empty.

    Attributes
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

    state: str = ""
    called: str = ""
    absent: tuple[str, ...] = ()
    sentence: str = ""
    left_out: tuple[tuple[str, str], ...] = ()
