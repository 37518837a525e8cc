"""Standard output and standard error that may be closed, full, or of few characters."""

from __future__ import annotations

import logging
import os
import sys
import unicodedata
from contextlib import suppress

TURNS = ("LRE", "LRO", "RLE", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
MARKS = "\u200e\u200f\u061c"  # of a direction, without a sign of their own


def make_usable() -> None:
    """Give a closed stream somewhere to go, and characters that a stream lacks another form."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))
        elif hasattr(stream, "reconfigure") and not stream.encoding.lower().startswith("utf"):
            stream.reconfigure(errors="backslashreplace")


def quieten_matplotlib() -> None:
    """Leave out what Matplotlib says about a home that cannot be written: it helps itself."""
    spoken = (
        "mkdir -p failed",
        "Matplotlib created a temporary",
        "Matplotlib is building the font",
    )
    for name in ("matplotlib", "matplotlib.font_manager"):
        logging.getLogger(name).addFilter(lambda record: not record.getMessage().startswith(spoken))


def broken() -> bool:
    """Whether standard output takes nothing more, found by one more line; what is left is dropped.

    An error of a stream names no file, and what could not be written is forgotten with it.
    """
    try:
        sys.stdout.write("\n")
        sys.stdout.flush()
    except OSError:
        # else the interpreter tries once more on its way out, and complains
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)
        return True
    return False


def harmless(text: str) -> str:
    """A text of a page with signs that control what follows, or cannot be seen, as their codes.

    Line ends and tabs stay.
    """
    if not any(map(_controls, text)):
        return text
    return "".join(repr(sign)[1:-1] if _controls(sign) else sign for sign in text)


def _controls(sign: str) -> bool:
    if sign in "\n\t":
        return False
    category = unicodedata.category(sign)
    turns = unicodedata.bidirectional(sign) in TURNS or sign in MARKS
    return category in ("Cc", "Cs", "Zl", "Zp") or turns
