"""What stands in the registries: loads, process steps, laws, figures, sections, and their seams."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any

from fem_bump.laws import kind as law_kind
from fem_bump.materials.law_registry import LAWS
from geometry.process import step as step_module
from pages.markdown import code, docstring, first_sentence, page, restructured, table
from studies.figures import registry as figures
from studies.loads import load as load_module
from studies.report import section as sections

HOW = "How one is added, here or from a package: [adding things](../docs/extending.md#{})."


def pages() -> dict[str, str]:
    return {
        "reference/loads": page(
            "Loads",
            "What may act on a bump, each a table of the design file (keys in [](design-keys)).",
            HOW.format("a-load"),
            *_entries(load_module.loads(), lambda each: each.arguments.__module__),
            _seam(load_module, "load", "Load"),
        ),
        "reference/process-steps": page(
            "Process steps",
            "Every step that is known, in the order of the process.",
            HOW.format("a-process-step-with-its-film"),
            table(["step", "tables of the design file", "interfaces that are looked at"],
                  map(_step, step_module.flow())),
            *_entries(step_module.flow(), lambda each: each.stages.__module__),
            _seam(step_module, "process_step", "ProcessStep"),
        ),
        "reference/laws": page(
            "Constitutive laws",
            "What metals and solders may follow once they yield or creep.",
            HOW.format("a-constitutive-law"),
            *_laws(),
            _seam(law_kind, "law", "LawKind"),
        ),
        "reference/figures": page(
            "Figures of a report",
            HOW.format("a-figure"),
            table(["figure", "section of the report", "what it shows"],
                  [(code(each.name), code(each.section), first_sentence(each.draw.__doc__))
                   for each in figures.FIGURES.values()]),
            _seam(figures, "figure", "Figure"),
        ),
        "reference/report-sections": page(
            "Sections of a report",
            HOW.format("a-section-of-the-report"),
            table(["section", "title", "what it holds"],
                  [(code(each.name), each.title, _about(each.build.__module__))
                   for each in sorted(sections.SECTIONS.values(), key=lambda one: one.place)]),
            _seam(sections, "section", "Section"),
        ),
    }  # fmt: skip


def _about(module: str) -> str:
    return first_sentence(sys.modules[module].__doc__)


def _entries(items: Iterable[Any], module: Callable[[Any], str]) -> Iterable[str]:
    """What the module of each says of it; those of one module stand together."""
    names: dict[str, list[str]] = {}
    for each in items:
        names.setdefault(module(each), []).append(each.name)
    for name, together in names.items():
        yield f"## {', '.join(together)}"
        yield docstring(sys.modules[name].__doc__)


def _step(each: Any) -> tuple[str, str, str]:
    pairs = dict.fromkeys(f"{one.upper}/{one.lower}" for one in each.interfaces)
    return each.name, ", ".join(map(code, each.tables)), ", ".join(map(code, pairs))


def _laws() -> Iterable[str]:
    for kind in LAWS.values():
        yield f"## {kind.name}"
        yield docstring(sys.modules[kind.update.__module__].__doc__ or "")
        yield table(
            ["parameter", "unit", "range", "default"],
            [(code(each.name), each.unit, _range(each),
              "required" if each.default is None else f"{each.default:g}")
             for each in kind.parameters],
        )  # fmt: skip


def _range(parameter: Any) -> str:
    words = [
        text.format(bound)
        for text, bound in (
            ("above {:g}", parameter.above), ("from {:g}", parameter.least),
            ("to {:g}", parameter.most),
        )
        if abs(bound) != float("inf")
    ]  # fmt: skip
    return " ".join(words)


def _seam(module: Any, decorator: str, kind: str) -> str:
    """The decorator that adds one, and what it takes."""
    return "## How they are declared\n\n" + restructured(
        f".. currentmodule:: {module.__name__}", "",
        f".. autofunction:: {decorator}", "   :no-index:", "",
        f".. autoclass:: {kind}", "   :no-index:",
    )  # fmt: skip
