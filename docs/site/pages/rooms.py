"""Every module with its derivation, room by room, from the sources."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pages.markdown import docstring_lines, first_sentence, page, restructured
from pages.public import PACKAGES

ROOT = Path(__file__).parents[3]
INTRODUCTION = """\
Every module of the packages with what its docstring says: equations, signs, units, sources. Who
wants to know what a number is finds it here, next to the code that makes it; who wants the whole
begins with [theory](../docs/theory.md) and [architecture](../docs/architecture.md)."""


def pages() -> dict[str, str]:
    out = {}
    for package in PACKAGES:
        names = []
        for room in [ROOT / package, *sorted((ROOT / package).iterdir())]:
            if not (room / "__init__.py").exists():
                continue
            found = sorted(room.glob("*.py") if room.name == package else room.rglob("*.py"))
            name = ".".join(room.relative_to(ROOT).parts)
            modules = [file for file in found if file != room / "__init__.py"]
            if modules:
                names.append(name)
                out[f"reference/modules/{name}"] = page(name, *_room(room, modules))
        out[f"reference/modules/of-{package}"] = page(
            f"Modules of {package}", "```{toctree}\n:titlesonly:\n\n" + "\n".join(names) + "\n```"
        )
    entries = "\n".join(f"modules/of-{package}" for package in PACKAGES)
    out["reference/modules"] = page(
        "Modules and derivations", INTRODUCTION, f"```{{toctree}}\n:titlesonly:\n\n{entries}\n```"
    )
    return out


def _room(room: Path, modules: list[Path]) -> list[str]:
    parts = [_module(room / "__init__.py")]
    for file in modules:
        parts += [f"## {_name(file)}", _module(file)]
    return parts


def _name(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _module(file: Path) -> str:
    """A module's docstring, and each function and class with its first sentence."""
    tree = ast.parse(file.read_text("utf-8"))
    lines = [f".. py:module:: {_name(file)}", "   :no-contents-entry:", ""]
    lines += docstring_lines(ast.get_docstring(tree))
    if file.name != "__init__.py":
        # of several that overload each other, the last has the docstring
        public = {each.name: each for each in tree.body if hasattr(each, "name")}
        for name, each in public.items():
            if not name.startswith("_"):
                lines += ["", *_object(each)]
    return restructured(*lines)


def _object(each: Any) -> list[str]:
    """A function or class with its first sentence."""
    if isinstance(each, ast.ClassDef):
        head = f".. py:class:: {each.name}"
    else:
        head = f".. py:function:: {each.name}({', '.join(_parameters(each.args))})"
    said = docstring_lines(first_sentence(ast.get_docstring(each)))
    return [head, "   :no-contents-entry:", "", *(f"   {line}" for line in said)]


def _parameters(given: ast.arguments) -> Iterator[str]:
    """Names of parameters; types and defaults are in the source."""
    for each in (*given.posonlyargs, *given.args):
        yield each.arg
    if given.vararg or given.kwonlyargs:
        yield f"*{given.vararg.arg if given.vararg else ''}"
    for each in given.kwonlyargs:
        yield each.arg
    if given.kwarg:
        yield f"**{given.kwarg.arg}"
