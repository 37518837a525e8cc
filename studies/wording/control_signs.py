"""Signs that control what follows them, or cannot be seen: shown as their codes."""

from __future__ import annotations

import re

# control characters but line ends and tabs, separators of lines and paragraphs, halves of pairs,
# and what turns the direction of the text behind it
CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def harmless(text: str) -> str:
    """A text of a page with signs that control what follows, or cannot be seen, as their codes.

    Line ends and tabs stay, and so does the kind of text: markup stays markup.
    """
    if CONTROLS.search(text) is None:
        return text
    return type(text)(CONTROLS.sub(lambda sign: repr(sign[0])[1:-1], text))


def one_line(text: str) -> str:
    """A text in one line that no terminal takes for a command."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)
