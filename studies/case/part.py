"""What the case adds to a design: keys of its file with all that is known of them.

A design knows the keys, their rules and what follows from them
(:class:`geometry.design.case_keys.CaseKeys`); here is what takes materials or the cross-section.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from geometry.design.case_keys import CaseKeys, case_keys, declared
from geometry.design.values import declare_keys, withdraw_keys

if TYPE_CHECKING:
    from fem_bump import MaterialLibrary
    from geometry import CrossSection, Design

Check = Callable[["Design", "MaterialLibrary", Callable[[], "CrossSection"]], None]


def _no_check(*_: Any) -> None:
    return None


def _none(_: Any) -> Any:
    return ()


@dataclass(frozen=True, eq=False, kw_only=True)
class Part(CaseKeys):
    """Keys of a design file that the case adds; the rest as in `CaseKeys`.

    Attributes
    ----------
    check
        Refuses by InputError what takes the material library or, made when it is called, the
        cross-section.
    other_materials
        Materials that a result depends on although no region is made of them.
    temperatures
        (material, its properties, temperatures in degC at which they are taken).
    """

    check: Check = _no_check
    other_materials: Callable[[Design], Iterable[str | None]] = _none
    temperatures: Callable[[Design], Iterable[tuple[str, tuple[str, ...], tuple[float, ...]]]] = (
        _none
    )


P = TypeVar("P", bound=Part)


def add(part: P) -> P:
    """Let designs have its keys.

    Raises
    ------
    ValueError
        Where another part has its name, or designs have another key of a name.
    """
    declare_keys(part)
    return case_keys.add(part.name, part)


def withdraw(part: Part) -> None:
    """Take its keys out again."""
    case_keys.remove(part.name)
    withdraw_keys(part)


def parts() -> tuple[Part, ...]:
    """Everything that the case adds to designs."""
    return cast(tuple[Part, ...], declared())
