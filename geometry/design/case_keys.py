"""What a design knows of what is done with the bump: keys in its file, and what must hold of them.

Loads, metrics and accuracy are the case's. They stand above the design, in :mod:`studies.case`,
:mod:`studies.loads` and modules outside this package. Here a design finds what it needs of each:
its keys in one of the tables that take them, the rules between values, and what follows from what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic.fields import FieldInfo

from geometry.design.quantities import Usual
from groundwork.registry import Registry, while_same

Rule = Callable[[Any], str | None]
Said = Callable[..., Any]


def _nothing(*_: Any) -> Any:
    return {}


@dataclass(frozen=True, eq=False, kw_only=True)
class CaseKeys:
    """Keys of a design file that say what is done with the bump; functions take the design.

    Attributes
    ----------
    name
        By which they are known: ``load.shear``, ``metrics``.
    table, keys
        The table in which they stand, and each with its type, range and default.
    silent
        Whether a design in which they are None says nothing of them.
    rules
        What must hold between values: one sentence for a refusal, or None.
    notes
        What is noted of possible values that no bump credibly has, or None.
    usual
        What single keys credibly hold, where that is more than others of their kind.
    titles
        Keys in words with their unit, by dotted path.
    materials
        Keys that name a material, and the name or None.
    implied
        Of what a file says (the value at a path of keys, or None): values by dotted path that it
        need not say.
    forgets
        Of plain data and of the values by dotted path that are about to be set in it: paths whose
        values followed from what they replace.
    angular
        Whether they make something depend on the angle around the axis.
    """

    name: str
    table: str
    keys: Mapping[str, FieldInfo]
    silent: bool = False
    rules: tuple[Rule, ...] = ()
    notes: tuple[Rule, ...] = ()
    usual: Mapping[str, Usual] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    materials: Callable[[Any], Mapping[str, str | None]] = _nothing
    implied: Callable[[Said], Mapping[str, Any]] = _nothing
    forgets: Callable[[Mapping[str, Any], Mapping[str, Any]], Iterable[str]] = _nothing
    angular: Callable[[Any], bool] = lambda d: False


case_keys: Registry[Any] = Registry("fem_bump.loads")


def declared() -> tuple[CaseKeys, ...]:
    """All that is known of what may be done with a bump."""
    return case_keys.values()


def declaring(what: str) -> tuple[CaseKeys, ...]:
    """Those that say something of ``materials``, ``implied`` or ``forgets``: most do not."""
    return _declaring(declared())[what]


@while_same
def _declaring(every: tuple[CaseKeys, ...]) -> Mapping[str, tuple[CaseKeys, ...]]:
    return {
        what: tuple(keys for keys in every if getattr(keys, what) is not _nothing)
        for what in ("materials", "implied", "forgets")
    }


def rules() -> tuple[Rule, ...]:
    """Their rules."""
    return _rules(declared())


@while_same
def _rules(every: tuple[CaseKeys, ...]) -> tuple[Rule, ...]:
    return tuple(rule for keys in every for rule in keys.rules)
