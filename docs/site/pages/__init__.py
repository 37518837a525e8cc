"""Pages that the code writes of itself: from registries, models, docstrings and solved problems.

Each module here has ``pages()``: texts by the place of a page in the site. What a later module of
the packages adds to a registry, a model or a room appears here without a line.
"""

from __future__ import annotations

from pathlib import Path

from pages import commands, design_keys, limits, manual, material_tables, public, registered, rooms

PROBLEMS_OF_A_QUICK_BUILD = ("thick_cylinder", "rigid_and_free")


def write(source: Path, quick: bool) -> None:
    """Write every page into the site's source; a quick build solves two problems only."""
    for module in (commands, design_keys, material_tables, public, registered, rooms):
        _put(source, module.pages())
    _put(source, limits.pages(source))
    solved = manual.solved(PROBLEMS_OF_A_QUICK_BUILD if quick else ())
    _put(source, manual.pages(solved, source / "verification"))


def _put(source: Path, pages: dict[str, str]) -> None:
    for name, text in pages.items():
        place = source / f"{name}.md"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
