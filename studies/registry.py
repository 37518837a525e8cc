"""Things of one kind that modules add by decorator and other packages by entry point.

A registry looks into one package of this repository: each of its modules adds what it defines when
it is imported. Whoever installs a package of their own adds to it by an entry point of the
registry's group that names such a module::

    [project.entry-points."fem_bump.figures"]
    my-figure = "my_package.my_figure"
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import entry_points
from typing import Generic, Protocol, TypeVar


class Registered(Protocol):
    """What a registry holds."""

    @property
    def name(self) -> str:
        """Told apart by it."""

    @property
    def place(self) -> float:
        """Where it stands among the others."""


T = TypeVar("T", bound=Registered)


class Registry(Generic[T]):
    """All that has been added, in the order of their places.

    Parameters
    ----------
    group
        Of entry points.
    package
        Whose modules add to it.
    """

    def __init__(self, group: str, package: str) -> None:
        self.group, self.package = group, package
        self.items: dict[str, T] = {}
        self.is_loaded = False

    def add(self, item: T) -> None:
        """Add one.

        Raises
        ------
        ValueError
            When another has its name.
        """
        if item.name in self.items:
            raise ValueError(f"{self.group} has a {item.name!r} already")
        self.items[item.name] = item

    def __iter__(self) -> Iterator[T]:
        if not self.is_loaded:
            self.is_loaded = True
            for module in pkgutil.iter_modules(import_module(self.package).__path__):
                import_module(f"{self.package}.{module.name}")
            for point in entry_points(group=self.group):
                point.load()
        return iter(sorted(self.items.values(), key=lambda item: item.place))
