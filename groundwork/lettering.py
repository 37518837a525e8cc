"""Names in figures: text as it stands, or a short stand-in where a figure cannot hold it.

Names are the user's: they may be long, hold dollars and backslashes that Matplotlib takes for
formulas, or be in a script that the figures' font lacks or that has to be shaped. A figure shows a
name letter by letter or a stand-in such as ``material 1``, with a key, and never fails over one.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, ParamSpec

import matplotlib
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.ticker import LogFormatter

FONT = "DejaVu Sans"  # comes with Matplotlib: figures look the same everywhere
LONGEST_NAME = 28
# written from the right, or not one sign after the other: only shaped text can be read
SHAPED = ("R", "AL", "AN", "RLE", "RLO", "LRE", "LRO", "PDF", "RLI", "LRI", "FSI", "PDI")

P = ParamSpec("P")


def is_drawable(text: str) -> bool:
    """Whether a figure can show a name so that it is told from any other.

    Not so where signs are missing, control what follows or cannot be seen, and where a legend
    would take a leading ``_`` for a name that is to be left out.
    """
    clean = text == " ".join(text.split()) and text != "" and not text.startswith("_")
    return clean and not any(_is_missing(sign) for sign in text)


def fits(name: str) -> bool:
    """Whether a figure shows a name rather than a stand-in."""
    return len(name) <= LONGEST_NAME and is_drawable(name)


def stand_ins(names: Iterable[str], kind: str = "material") -> dict[str, str]:
    """Name to stand-in, ``<kind> 1`` and so on, for those that need one, in their order."""
    names = list(dict.fromkeys(names))
    free = (f"{kind} {k}" for k in range(1, 2 * len(names) + 1))
    untaken = (text for text in free if text not in names)
    return {name: next(untaken) for name in names if not fits(name)}


def visible(text: str) -> str:
    """The text with every sign that a figure cannot show as its code: ``U+94DC``."""
    if not any(_is_missing(sign) for sign in text):
        return text
    signs = (f"U+{ord(sign):04X} " if _is_missing(sign) else sign for sign in text)
    return " ".join("".join(signs).split())


def shortened(text: str, longest: int) -> str:
    """A text for a heading: what can be seen of it, its middle left out where it is too long."""
    seen = visible(text)
    if len(seen) <= longest:
        return seen
    half = (longest - 1) // 2
    return f"{seen[: longest - 1 - half]}…{seen[-half:]}"


def key_lines(names: Mapping[str, str]) -> list[str]:
    """What the stand-ins stand for: ``material 1: <name>``, for the foot of a figure."""
    return [f"{short}: {shortened(name, 120)}" for name, short in names.items()]


def lacking(names: Iterable[str]) -> str | None:
    """One sentence on the names whose script the figures do not have; None where all are drawn."""
    missing = [name for name in names if any(_is_missing(sign) for sign in name)]
    if not missing:
        return None
    quoted = ", ".join(f"'{name}'" for name in missing[:3]) + (", ..." if missing[3:] else "")
    return f"the figures' font does not have all signs of {quoted}: stand-ins take their place"


def literal(function: Callable[P, Figure]) -> Callable[P, Figure]:
    """Make a plotting function's figure show its texts letter by letter."""

    @wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with matplotlib.rc_context({"text.usetex": False}):
            figure = function(*args, **kwargs)
        take_literally(figure)
        return figure

    return wrapped


def take_literally(artist: Any) -> None:
    """Show every text below a figure, axes or legend letter by letter.

    Only the ticks of logarithmic axes are formulas on purpose: powers of ten.
    """
    every, spared = artist.findobj(), set()  # to find them takes a tenth of the time of a figure
    for found in every:
        formatter = getattr(found, "get_major_formatter", None)
        if formatter is not None and isinstance(formatter(), LogFormatter):
            spared |= {id(text) for text in found.findobj(matplotlib.text.Text)}
            spared -= {id(found.label)}
    for text in every:
        if not isinstance(text, matplotlib.text.Text) or id(text) in spared:
            continue
        text.set_parse_math(False)
        seen = "\n".join(map(visible, text.get_text().split("\n")))
        if seen != text.get_text():
            text.set_text(seen)


@functools.cache
def _signs() -> frozenset[int]:
    """Code points that the figures' font has."""
    path = font_manager.findfont(FONT)
    return frozenset(font_manager.get_font(path).get_charmap())


def _is_missing(sign: str) -> bool:
    if sign == "\n" or " " <= sign <= "~":
        return False
    category = unicodedata.category(sign)
    hidden = category[0] == "C" or category in ("Zl", "Zp")
    return hidden or unicodedata.bidirectional(sign) in SHAPED or ord(sign) not in _signs()
