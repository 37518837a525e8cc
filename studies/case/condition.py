"""A condition of a thermal test by its standard's name: where the cool-down ends.

``load.condition = "JESD22-A104 G"`` stands for ``load.thermal.temperature_degc = -40``, its cold
end, or with ``condition_end = "hot"`` for 125. Its figures carry a tag, which is noted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from fem_bump.errors import InputError
from geometry.design.case_keys import Said
from geometry.design.schema import Section
from geometry.design.values import DesignValues
from studies.case.part import Part, add

NAME, END, TEMPERATURE = "load.condition", "load.condition_end", "load.thermal.temperature_degc"


class Keys(Section):
    condition: str | None = None
    condition_end: Literal["cold", "hot"] | None = None


def _end_degc(name: Any, end: Any) -> float | None:
    """What the names stand for; None where they stand for nothing."""
    from fem_bump.life.standards import condition  # only few designs name one

    if not isinstance(name, str):
        return None
    try:
        found = condition(name)
    except InputError:
        return None  # refused by the rule
    return found.high_degc if end == "hot" else found.low_degc


def end_of_the_cycle(said: Said) -> Mapping[str, Any]:
    degc = _end_degc(said("load", "condition"), said("load", "condition_end"))
    return {} if degc is None else {TEMPERATURE: degc}


def forgets_the_end(data: Mapping[str, Any], values: Mapping[str, Any]) -> Iterable[str]:
    """The temperature follows the name that is set, unless it is set too."""
    return (TEMPERATURE,) if {NAME, END} & set(values) else ()


def names_a_condition(d: DesignValues) -> str | None:
    name, end = d.load.condition, d.load.condition_end
    if name is None:
        return None if end is None else f"{END} = '{end}' needs {NAME}"
    from fem_bump.life.standards import condition

    try:
        condition(name)
    except InputError as error:
        return f"{NAME}: {error}"
    degc = _end_degc(name, end)
    if d.load.thermal.temperature_degc != degc:
        return (
            f"{TEMPERATURE} = {d.load.thermal.temperature_degc:g} contradicts {NAME} = '{name}', "
            f"whose {end or 'cold'} end is {degc:g}; give one of them"
        )
    return None


def figures_note(d: DesignValues) -> str | None:
    """What the name stands for, and where that is from."""
    if d.load.condition is None:
        return None
    from fem_bump.life.standards import condition

    found = condition(d.load.condition)
    return (
        f"{NAME} = '{found.whole_name}' is {found.low_degc:g} to {found.high_degc:g} degC, of "
        f"which the {d.load.condition_end or 'cold'} end is analysed ({found.tag})"
    )


add(
    Part(
        name="condition",
        table="load",
        keys=Keys.model_fields,
        silent=True,
        rules=(names_a_condition,),
        notes=(figures_note,),
        implied=end_of_the_cycle,
        forgets=forgets_the_end,
    )
)
