"""Signs that control what follows them, or cannot be seen: shown as their codes."""

from __future__ import annotations

import unicodedata

TURNS = ("LRE", "LRO", "RLE", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
MARKS = "\u200e\u200f\u061c"  # of a direction, without a sign of their own


def harmless(text: str) -> str:
    """A text of a page with signs that control what follows, or cannot be seen, as their codes.

    Line ends and tabs stay.
    """
    if not any(map(_controls, set(text))):  # a page's program is long, and of few signs
        return text
    return "".join(repr(sign)[1:-1] if _controls(sign) else sign for sign in text)


def _controls(sign: str) -> bool:
    if sign in "\n\t":
        return False
    category = unicodedata.category(sign)
    turns = unicodedata.bidirectional(sign) in TURNS or sign in MARKS
    return category in ("Cc", "Cs", "Zl", "Zp") or turns


def one_line(text: str) -> str:
    """A text in one line that no terminal takes for a command."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)
