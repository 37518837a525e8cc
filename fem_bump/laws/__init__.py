"""Constitutive laws: how a metal yields, a solder creeps, an underfill relaxes.

A law is an instance of one of the kinds here, such as ``J2(yield_mpa=150.0, kinematic_mpa=2e3)``,
and belongs to a material; laws that yield or creep after von Mises add up. Every parameter is a
number, a table over degC or a function of degC; a :class:`FilmYield` depends on thickness. How to
write one: :mod:`fem_bump.laws.kind`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from fem_bump.materials.film_yield import FilmYield

if TYPE_CHECKING:
    from fem_bump.laws.kind import Law, law
    from fem_bump.laws.parameter import Parameter
    from fem_bump.laws.shipped.anand import Anand
    from fem_bump.laws.shipped.chaboche import Chaboche
    from fem_bump.laws.shipped.double_power import DoublePower
    from fem_bump.laws.shipped.garofalo import Garofalo
    from fem_bump.laws.shipped.j2 import J2
    from fem_bump.laws.shipped.norton import Norton
    from fem_bump.laws.shipped.viscoelastic import Viscoelastic

__all__ = [
    "J2",
    "Anand",
    "Chaboche",
    "DoublePower",
    "FilmYield",
    "Garofalo",
    "Law",
    "Norton",
    "Parameter",
    "Viscoelastic",
    "law",
]

# on demand: with a law comes the compiler
_ON_DEMAND = {
    "J2": "shipped.j2",
    "Anand": "shipped.anand",
    "Chaboche": "shipped.chaboche",
    "DoublePower": "shipped.double_power",
    "Garofalo": "shipped.garofalo",
    "Law": "kind",
    "Norton": "shipped.norton",
    "Parameter": "parameter",
    "Viscoelastic": "shipped.viscoelastic",
    "law": "kind",
}


def __getattr__(name: str) -> Any:
    if name in _ON_DEMAND:
        return getattr(import_module(f"{__name__}.{_ON_DEMAND[name]}"), name)
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
