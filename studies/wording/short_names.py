"""Stand-ins for the names of a study that its figures cannot show: ``material 1``, with a key.

The report uses them throughout, so that a table and a figure call a thing by one name. The table of
results, the records and the study as run keep the names as they were given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from geometry.design.paths import renamed
from groundwork.lettering import is_drawable, stand_ins
from studies.records.record import CaseRecord
from studies.records.stored_plan import StoredPart, StoredPlan

LONGEST_TITLE = 120


def short_names(plan: StoredPlan) -> dict[str, str]:
    """Name to stand-in, for the materials, levels and parts of a study that need one."""
    materials = list(dict.fromkeys(_materials(plan)))
    levels = [
        value
        for case in plan.cases
        for value in case.factors.values()
        if isinstance(value, str) and value not in materials
    ]
    parts = [part.name for part in plan.study.part]
    found: dict[str, str] = {}
    for kind, names in (("material", materials), ("level", levels), ("part", parts)):
        # what has no stand-in is listed as well: no stand-in may be somebody's name
        found |= stand_ins([name for name in names if name not in found], kind)
    return found


def with_short_names(
    plan: StoredPlan, records: Mapping[str, CaseRecord], names: Mapping[str, str]
) -> tuple[StoredPlan, dict[str, CaseRecord]]:
    """Plan and records with their names replaced."""
    out = {}
    for key, record in records.items():
        result = record.result
        if result is not None:
            result = replace(result, design=renamed(result.design, names))
        out[key] = replace(record, result=result)
    return StoredPlan.from_json(renamed(plan.to_json(), names)), out


def part_title(part: StoredPart) -> str:
    """A part's title, or its name where figures cannot hold the title."""
    title = part.title or part.name
    return title if is_drawable(title) and len(title) <= LONGEST_TITLE else part.name


def _materials(plan: StoredPlan) -> Iterator[str]:
    """Every name of a material in a study, in the order in which it comes up."""
    study = plan.study
    yield from _of_materials(study.base)
    yield from study.base.get("materials", {})
    for table in (*(part.set for part in study.part), *(case.factors for case in plan.cases)):
        yield from _of_materials(table)


def _of_materials(data: Any) -> Iterator[str]:
    """Values of keys such as ``material``, ``board_material`` and ``pad.material``."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            if isinstance(value, str) and key.endswith("material"):
                yield value
            else:
                yield from _of_materials(value)
    elif isinstance(data, list | tuple):
        for item in data:
            yield from _of_materials(item)
