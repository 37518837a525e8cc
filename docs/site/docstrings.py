"""Docstrings as Sphinx reads them: equations stand as they are, and a bar is an absolute value."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sphinx.application import Sphinx
from sphinx.ext.napoleon import NumpyDocstring

# what is indented below these is a description and no equation
FIELDS = (" ", ":", "-", "*", "..", ">>>")
OBJECT = re.compile(r"<(?:[^<>]|<[^<>]*>)*>")
CODE = re.compile(r"(``.*?``|`[^`]+`)")


def with_equations(lines: Iterable[str]) -> list[str]:
    """Lines in which an indented block after an ordinary paragraph is a literal one.

    Elsewhere bars are escaped: they would be references to substitutions.
    """
    out: list[str] = []
    block = literal = False
    for line in lines:
        indented = line.startswith("    ")
        if line.strip() and not indented:
            block = literal = False
        if indented and not block and (not out or not out[-1].strip()):
            before = next((each for each in reversed(out) if each.strip()), "")
            block, literal = True, not before.startswith(FIELDS)
            if literal and not before.endswith("::"):  # whose colons set a block already
                out += [".. code-block:: none", ""]
        out.append(line if literal else _escaped(line))
    return out


def _escaped(line: str) -> str:
    parts = CODE.split(line)
    return "".join(part if k % 2 else part.replace("|", "\\|") for k, part in enumerate(parts))


def process(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    lines[:] = with_equations(lines)
    if what == "property":
        _properties[name] = list(lines)


def restore(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Napoleon takes what stands before a colon in a property's docstring for its type."""
    if what == "property":
        lines[:] = NumpyDocstring(_properties.pop(name)).lines()


def signature(
    app: Sphinx, what: str, name: str, thing: Any, options: Any, said: str | None, returned: str
) -> tuple[str, str] | None:
    """Defaults that are objects are not shown by their addresses."""
    return (OBJECT.sub("...", said), returned) if said else None


_properties: dict[str, list[str]] = {}


def setup(app: Sphinx) -> dict[str, Any]:
    # before napoleon, which indents descriptions itself, and after it
    app.connect("autodoc-process-docstring", process, priority=400)
    app.connect("autodoc-process-docstring", restore, priority=600)
    app.connect("autodoc-process-signature", signature)
    return {"parallel_read_safe": True}
