"""Sections of the report: each one a module that says when it is there, what it holds and how.

A section is added by one module with one decorated function, in ``studies/report/sections`` or in
an installed package (entry points of the group ``fem_bump.report_sections``). The page asks for no
section by name; figures name the section that shows them (see `studies.figures.registry`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from groundwork.registry import Registry
from studies.loads.load import loads
from studies.report.rules.compared import Finding, findings
from studies.report.rules.lives import Lives, lives
from studies.report.rules.migration import Migrating, migrating
from studies.report.rules.nonlinear.cycling import Cycling, cycling
from studies.report.rules.nonlinear.yielding import Yielding, yielding
from studies.report.rules.probed import MarkFindings, mark_findings
from studies.report.words import methods as method_words
from studies.report.words.loads import LoadSection, window_text
from studies.results.lives.cycled import Fatigue, fatigue
from studies.results.results import Results


@dataclass(frozen=True)
class Report:
    """The results with what several sections say of them."""

    results: Results

    @cached_property
    def findings(self) -> list[Finding]:
        """One per metric of the designs side by side."""
        return findings(self.results)

    @cached_property
    def loads(self) -> list[LoadSection]:
        """What is found of each load that has a section of its own."""
        found = (load.found_in(self.results) for load in loads())
        return sorted((one for one in found if one is not None), key=lambda one: one.place)

    @property
    def angular(self) -> bool:
        """Whether means run around the axis as well."""
        return any(load.angular for load in self.loads)

    @cached_property
    def methods(self) -> list[method_words.Section]:
        """One per factor of names."""
        return method_words.sections(self.results)

    @cached_property
    def marks(self) -> MarkFindings | None:
        """What is found of a probe's marks; None where no pad is probed."""
        return mark_findings(self.results)

    @cached_property
    def yielding(self) -> Yielding | None:
        """What yield and creep change; None where no design was solved both ways."""
        return yielding(self.results)

    @cached_property
    def cycling(self) -> Cycling | None:
        """What thermal cycles do to the designs; None where none goes through any."""
        return cycling(self.results)

    @cached_property
    def migrating(self) -> Migrating | None:
        """What migration says of the designs; None where no atom moves."""
        return migrating(self.results)

    @cached_property
    def lives(self) -> Lives | None:
        """What is found of lives until the resistance has risen; None where no void is followed."""
        return lives(self.results)

    @cached_property
    def fatigue(self) -> Fatigue | None:
        """What is found of lives in thermal cycles; None where none are asked for."""
        return fatigue(self.results)

    @property
    def window_text(self) -> str:
        """What means run over, where that is not the axisymmetric window."""
        return window_text(self.results) if self.angular else ""


Build = Callable[[Report], Mapping[str, Any]]


def always(report: Report) -> bool:
    """A section that every report has."""
    return True


@dataclass(frozen=True)
class Section:
    """A section of the page.

    Attributes
    ----------
    name
        Its anchor, and what figures call it.
    title
        Its heading.
    place
        Among the sections.
    build
        The values that its templates show.
    when
        Whether a report has it.
    before, after
        Jinja templates of what stands before and after the section's figures; beside the values
        of ``build`` they know ``pictures``, the number of its figures.
    short
        Its title in the table of contents.
    brief
        Whether a brief report has it too.
    """

    name: str
    title: str
    place: float
    build: Build
    when: Callable[[Report], bool] = always
    before: str = ""
    after: str = ""
    short: str = ""
    brief: bool = False


SECTIONS: Registry[Section] = Registry("fem_bump.report_sections", "studies.report.sections")


def section(
    name: str,
    title: str,
    place: float,
    when: Callable[[Report], bool] = always,
    before: str = "",
    after: str = "",
    short: str = "",
    brief: bool = False,
) -> Callable[[Build], Build]:
    """Register a function that builds a section; see `Section`."""

    def register(build: Build) -> Build:
        SECTIONS.add(name, Section(name, title, place, build, when, before, after, short, brief))
        return build

    return register
