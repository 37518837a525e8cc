"""Markdown of what code says: tables, docstrings."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from typing import Any

from sphinx.ext.napoleon import NumpyDocstring

from docstrings import with_equations


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table; a cell may hold any text."""
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(map(_cell, row)) + " |" for row in rows]
    return "\n".join(lines)


def _cell(value: Any) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")


def code(text: object) -> str:
    """As code; nothing of an empty text."""
    return f"`{text}`" if str(text) else ""


def restructured(*lines: str) -> str:
    """reStructuredText on a page of Markdown."""
    return "\n".join(["````{eval-rst}", *lines, "````"])


def docstring_lines(text: str | None) -> list[str]:
    """A docstring's lines, its indented equations as they stand, its sections as numpydoc's."""
    return NumpyDocstring(with_equations(inspect.cleandoc(text or "").splitlines())).lines()


def docstring(text: str | None) -> str:
    """A docstring on a page of Markdown."""
    return restructured(*docstring_lines(text))


def first_sentence(text: str | None) -> str:
    """The first paragraph of a docstring in one line."""
    return " ".join(inspect.cleandoc(text or "").split("\n\n")[0].split())


def page(title: str, *parts: str) -> str:
    """A page with a title."""
    return "\n\n".join([f"# {title}", *(part for part in parts if part)]) + "\n"
