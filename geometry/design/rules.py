"""What must hold between the values of a design, whatever its process steps, and what rules share.

Each rule takes a design and returns None, or one sentence that names field, value, allowed range
and the process step that would be impossible. Rules of one step stand with the step, those of a
load with the load.
"""

from __future__ import annotations

from collections.abc import Callable

from pydantic import BaseModel

from geometry.design.flow import flow, step_of
from geometry.design.schema import Choice
from geometry.design.sentences import shown
from geometry.design.values import DesignValues

PINCHED_OFF = 0.9  # of the opening's radius: thicker conformal films close it
THINNEST_PAD_UM = 0.005  # as for films: thinner is no continuum, and no mesh


def keys_apply(table: str, choice: Choice | None) -> str | None:
    """What was said must mean something: a key of another kind of via would be dead letters."""
    if choice is None:
        return None
    for key, contradicted in choice.idle_keys().items():
        value = getattr(choice, key)
        if key in choice.model_fields_set and value is not None:
            return (
                f"{table}.{key} = {shown(value)} contradicts {contradicted}; leave it out"
                f"{step_of(table)}"
            )
    return None


def only_with_feed(d: DesignValues, feed: str, table: BaseModel | None) -> str | None:
    """A table of a feed that the pad does not have would be dead letters."""
    if table is None or d.pad.feed == feed:
        return None
    said = next((key for key in type(table).model_fields if key in table.model_fields_set), None)
    given = f"{feed}.{said} = {shown(getattr(table, said))}" if said else f"the table [{feed}]"
    return (
        f"{given} contradicts pad.feed = '{d.pad.feed}'; leave [{feed}] out or set pad.feed to "
        f"'{feed}'{step_of(feed)}"
    )


def cell_holds_everything(d: DesignValues) -> str | None:
    reach = max(step.reach_um(d) for step in flow())
    if reach < d.cell_radius_um:
        return None
    return (
        f"the cell radius {d.cell_radius_um:g} um (cell.pitch_um or cell.radius_um) must exceed "
        f"covered pad, UBM and substrate pad, which reach {reach:g} um (step: cell)"
    )


RULES: tuple[Callable[[DesignValues], str | None], ...] = (cell_holds_everything,)
