"""Cross-sections of a plan's bumps: one for all cases that differ in what is done with the bump.

Whether a bump can be made is known when its process steps have been run, which takes some 15 ms. A
plan does so for all its bumps, or for a sample where they are more than one would wait for: of the
others whoever solves them finds it out, and builds each anyway.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from geometry.design.design import Design
from geometry.errors import DesignError
from studies.case.checks import NotBuilt

if TYPE_CHECKING:
    from geometry import CrossSection

MOST_BUILT = 200  # bumps: some 3 s
SAMPLE = 50  # of more than that
# tables that say nothing of the bump; a mesh does of a crack, whose tip it surrounds
WITHOUT_SHAPE = {"name", "load", "metrics", "materials"}
MESH = {"mesh"}


def shape_of(design: Design) -> str:
    """What decides a cross-section: equal texts are equal bumps."""
    left_out = WITHOUT_SHAPE if design.crack else WITHOUT_SHAPE | MESH
    return design.model_dump_json(by_alias=True, exclude=left_out)


class Shapes:
    """The different bumps of some designs, each built once, when it is asked for first.

    Parameters
    ----------
    designs
        Whose bumps they are; None where a case has none.
    always
        The design whose bump is built in any case.

    Attributes
    ----------
    count
        How many there are.
    chosen
        Those that are built, by a hash: all, or a sample that depends on no order.
    """

    def __init__(self, designs: Sequence[Design | None], always: Design | None = None) -> None:
        self._of = {id(design): _hash(design) for design in (*designs, always) if design}
        every = set(self._of.values())
        self.count = len(every)
        first = set() if always is None else {self._of[id(always)]}
        self.chosen = first | set(every if self.count <= MOST_BUILT else sorted(every)[:SAMPLE])
        self._known: dict[bytes, CrossSection | DesignError] = {}

    def section(self, design: Design) -> CrossSection:
        """A cross-section of a design's shape; its loads may be another design's.

        Raises
        ------
        DesignError
            The bump cannot be made.
        NotBuilt
            Its shape is not among the sample.
        """
        shape = self._of[id(design)]
        if shape not in self.chosen:
            raise NotBuilt
        if shape not in self._known:
            from geometry import build_cross_section

            try:
                self._known[shape] = build_cross_section(design)
            except DesignError as error:
                self._known[shape] = error
        found = self._known[shape]
        if isinstance(found, DesignError):
            raise DesignError(str(found))
        return found

    def is_built(self, design: Design) -> bool:
        """Whether a design's bump was built.

        Raises
        ------
        DesignError
            It cannot be made.
        """
        with suppress(NotBuilt):
            self.section(design)
            return True
        return False


def _hash(design: Design) -> bytes:
    return hashlib.blake2b(shape_of(design).encode(), digest_size=16).digest()
