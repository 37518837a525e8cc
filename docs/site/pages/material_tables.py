"""The library of materials: every value with its range, source and validity."""

from __future__ import annotations

from fem_bump import materials
from fem_bump.materials.provenance import Provenance
from pages.markdown import code, page, table

NO_BREAK = "\N{NO-BREAK SPACE}"
INTRODUCTION = """\
Every value that is shipped, in brackets the range of published or credible values at 25 degC.
*Read* means that the figure was read in the source named; otherwise it is recalled, with the
confidence that is stated. How the library is organised, what the properties mean, and what is
missing: [materials](../docs/materials.md)."""
COLUMNS = ("property", "value", "source", "valid", "read")


def pages() -> dict[str, str]:
    parts = []
    for name in materials:
        parts += [f"## {name}", materials.description(name)]
        parts.append(table(COLUMNS, map(_row, materials.provenance(name))))
    return {"reference/materials": page("Library of materials", INTRODUCTION, *parts)}


def _row(each: Provenance) -> tuple[str, ...]:
    values = each.value.replace(" ", NO_BREAK).replace(f";{NO_BREAK}", "<br>")
    if each.range is not None:
        values += "<br>({:g} to {:g})".format(*each.range).replace(" ", NO_BREAK)
    read = "yes" if each.verified else f"no, {each.confidence or 'not stated'}"
    unit = f"<br>{each.unit}" if each.unit not in ("", "1") else ""
    return code(each.property) + unit, values, each.source, each.validity, read
