"""Public objects: what packages name in ``__all__``."""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module
from types import ModuleType
from typing import Any

from pages.markdown import docstring, page, restructured

PACKAGES = ("fem_bump", "geometry", "groundwork", "studies")


def pages() -> dict[str, str]:
    out, seen = {}, set()
    for name in _packages():
        module = import_module(name)
        public = {key: _of(module, key) for key in getattr(module, "__all__", ())}
        own = {key: each for key, each in public.items() if id(each) not in seen}
        own = {key: each for key, each in own.items() if not isinstance(each, ModuleType)}
        seen |= {id(each) for each in own.values()}
        if own:
            elsewhere = ", ".join(f"`{key}`" for key in public if key not in own)
            out[f"reference/python/{name}"] = page(
                f"{name}",
                docstring(module.__doc__),
                f"Documented with the package above: {elsewhere}." if elsewhere else "",
                restructured(f".. currentmodule:: {name}", "",
                             *(line for key, each in own.items() for line in _object(key, each))),
            )  # fmt: skip
    out["reference/python"] = page(
        "Python",
        "Public objects, package by package. Units stand in the names: um, MPa, uN, degC, A, V.",
        "```{toctree}\n:titlesonly:\n:glob:\n\npython/*\n```",
    )
    return out


def _packages() -> list[str]:
    """The packages and their rooms."""
    found = []
    for name in PACKAGES:
        found.append(name)
        rooms = pkgutil.walk_packages(import_module(name).__path__, f"{name}.")
        found += [each.name for each in rooms if each.ispkg]
    return found


def _of(module: ModuleType, key: str) -> Any:
    return getattr(module, key)


def _object(key: str, each: Any) -> list[str]:
    if inspect.isclass(each):
        return [f".. autoclass:: {key}", "   :members:", ""]
    if inspect.isroutine(each):
        return [f".. autofunction:: {key}", ""]
    # it may have the name of a package, which has an entry of its own
    return [f".. autodata:: {key}", "   :no-value:", "   :no-index:", ""]
