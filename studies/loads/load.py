"""What a load is: its table in the design file, its part in a solve, its marks and its words.

A module adds one by decorating the function that says what the load does: the arguments that it
gives to the physics on which it acts::

    @load("press", acts_on="thermal_stress", schema=Press)
    def press(section, model):
        depth_um = section.design.load.press.depth_um
        return {"prescribed_um": {"bump_top": {"z": -depth_um}}}

``[load.press]`` is then a table of the design file, with rules, notes, names and words as the
decorator has them. A load of another package is found by an entry point of the group
``fem_bump.loads``.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from fem_bump.errors import InputError
from groundwork.registry import sources_of
from studies.case.part import Part, add, parts
from studies.loads.statement import Statement

if TYPE_CHECKING:
    from fem_bump import Model
    from geometry import CrossSection, Design
    from studies.loads.marks import LoadMark

Physics = Literal[
    "thermal_stress",
    "stress_history",
    "thermal_cycles",
    "process_history",
    "current_flow",
    "electrothermal",
    "electromigration",
]
Arguments = Callable[["CrossSection", "Model"], Mapping[str, Any]]
OWN = f"{__name__.split('.')[0]}."


def _no_mark(_: Design) -> LoadMark | None:
    return None


def _loaded(what: Any) -> Any:
    """What stands at a place ``"module:name"``; anything else as it is."""
    return pkgutil.resolve_name(what) if isinstance(what, str) else what


@dataclass(frozen=True, eq=False, kw_only=True)
class Load(Part):
    """One load; rules, notes, materials and checks as in `Part` and `CaseKeys`.

    Attributes
    ----------
    kind
        Its key in ``[load]``.
    acts_on
        The physics whose arguments it gives.
    arguments
        Keyword arguments for it, of a design that has the load.
    varying
        What of it is not the same all around the axis in a design where it is ``angular``: ``the
        lateral shift``.
    mark
        Where it comes in around the axis, to be marked in pictures.
    statement
        What a report says of it, or where that stands, ``"module:name"``, so that a solve does not
        load words; None: nothing.
    section
        What a report finds of it in results, f(results) -> `LoadSection` or None, or where that
        stands likewise; None: nothing.
    """

    kind: str
    acts_on: Physics
    arguments: Arguments
    varying: Callable[[Design], str] = lambda design: "what varies around the axis"
    mark: Callable[[Design], LoadMark | None] = _no_mark
    statement: Statement[Any] | str | None = None
    section: Callable[[Any], Any] | str | None = None

    def of(self, design: Design) -> Any:
        """What a design says of it; None where it does not have the load."""
        return getattr(design.load, self.kind, None)

    @property
    def says(self) -> Statement[Any] | None:
        """What a report says of it; loaded where only its place is known."""
        return cast("Statement[Any] | None", _loaded(self.statement))

    def found_in(self, results: Any) -> Any:
        """Its section of a report on results; None where they have nothing of it."""
        build = _loaded(self.section)
        return None if build is None else build(results)


def load(
    kind: str,
    *,
    acts_on: Physics,
    schema: type[BaseModel],
    always: bool = False,
    silent: bool | None = None,
    **what: Any,
) -> Callable[[Arguments], Load]:
    """Decorator of a load's arguments that registers the load; further keywords as in `Load`.

    Parameters
    ----------
    schema
        Keys of its table ``[load.<kind>]``.
    always
        Whether designs have it even where their file does not name it.
    silent
        Whether a design without it says nothing of it; by default of a load from outside, so that
        designs which were written without that package are what they were.

    Raises
    ------
    ValueError
        Where another load has the name.
    """
    optional = FieldInfo(annotation=schema | None, default=None)  # type: ignore[arg-type]
    # made anew: pydantic copies a default that holds a table, which takes ten times as long
    known = FieldInfo(annotation=schema, default_factory=schema) if always else optional

    def register(arguments: Arguments) -> Load:
        return add(
            Load(
                name=f"load.{kind}",
                table="load",
                keys={kind: known},
                silent=not schema.__module__.startswith(OWN) if silent is None else silent,
                kind=kind,
                acts_on=acts_on,
                arguments=arguments,
                **what,
            )
        )

    return register


def loads(acts_on: Physics | None = None) -> tuple[Load, ...]:
    """Every load that is known, or those on one physics."""
    every = (part for part in parts() if isinstance(part, Load))
    return tuple(each for each in every if acts_on in (None, each.acts_on))


def varying(design: Design, acts_on: Physics | None = None) -> tuple[Load, ...]:
    """Loads of a design that make a state vary around the axis, of one physics or of any."""
    return tuple(
        each for each in loads(acts_on) if each.of(design) is not None and each.angular(design)
    )


def mark_of(design: Design, acts_on: Physics) -> LoadMark | None:
    """Where a load on a physics comes in around the axis; None where none is marked."""
    found = (each.mark(design) for each in loads(acts_on) if each.of(design) is not None)
    return next((mark for mark in found if mark is not None), None)


def outside_sources(design: Design) -> list[str]:
    """Modules of other packages whose loads act on a design, each with a hash of its source."""
    outside = [each for each in loads() if not each.arguments.__module__.startswith(OWN)]
    return sources_of(each.arguments.__module__ for each in outside if each.of(design) is not None)


def arguments(acts_on: Physics, section: CrossSection, model: Model) -> dict[str, Any]:
    """What all loads of a design together give to a physics.

    Temperature changes add up. What two loads give for different boundaries or components stands
    side by side.

    Raises
    ------
    InputError
        Two loads say different things of one.
    """
    out: dict[str, Any] = {}
    said_by: dict[tuple[str, ...], str] = {}
    for each in loads(acts_on):
        if each.of(section.design) is not None:
            _join(out, each.arguments(section, model), (), each.name, said_by)
    return out


def _join(
    out: dict[str, Any],
    more: Mapping[str, Any],
    where: tuple[str, ...],
    name: str,
    said_by: dict[tuple[str, ...], str],
) -> None:
    for key, value in more.items():
        at = (*where, key)
        if isinstance(value, Mapping) and isinstance(out.get(key, {}), dict):
            _join(out.setdefault(key, {}), value, at, name, said_by)
        elif at not in said_by:
            out[key], said_by[at] = value, name
        elif at[0] == "delta_t":
            out[key] = out[key] + value
        else:
            raise InputError(
                f"{said_by[at]} and {name} both set {' of '.join(reversed(at))}; leave out one"
            )
