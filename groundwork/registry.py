"""Registries: named objects of one kind that modules add, this package's and others' alike.

What stands below in the layers asks a registry for what stands above, and knows it by name only. A
module adds an object by a decorator when it is imported. Which modules to import the registry
learns from the package's front, or it is told a folder all of whose modules add to it, and from
the entry points of installed packages; it imports them when it is asked first.
"""

from __future__ import annotations

import hashlib
import pkgutil
import sys
from collections.abc import Callable, Iterable
from functools import wraps
from importlib import import_module, metadata
from pathlib import Path
from types import ModuleType
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
Found = TypeVar("Found")


class PackageError(Exception):
    """What an installed package adds cannot be had: one sentence with package, entry point, group
    and reason."""


def load_entry_points(group: str, take: Callable[[str, Any], None] | None = None) -> None:
    """Import what installed packages add to a group.

    Parameters
    ----------
    take
        Is given every entry point's name and object.

    Raises
    ------
    PackageError
        One cannot be imported, or not taken. Whatever its code raises is that package's mistake.
    """
    for entry in metadata.entry_points(group=group):
        try:
            found = entry.load()
            if take is not None:
                take(entry.name, found)
        except Exception as error:
            package = f"package '{entry.dist.name}'" if entry.dist else "an installed package"
            reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            raise PackageError(
                f"entry point '{entry.name} = {entry.value}' of group {group} of {package} cannot "
                f"be loaded: {reason}; mend or uninstall the package"
            ) from error


def while_same(
    function: Callable[[tuple[Item, ...]], Found],
) -> Callable[[tuple[Item, ...]], Found]:
    """Decorator that finds what follows from a registry's values anew only when those are new."""
    last: tuple[Any, Any] = (None, None)

    @wraps(function)
    def remembered(items: tuple[Item, ...]) -> Found:
        nonlocal last
        if items is not last[0]:
            last = items, function(items)
        found: Found = last[1]
        return found

    return remembered


class Registry(Generic[Item]):
    """Objects by name, in the order in which they were added.

    Parameters
    ----------
    group
        Name of the entry points by which other packages add to it. An entry point is a module
        that adds by itself, or an object that is added under the entry point's name.
    folder
        A package each of whose modules adds to it.
    """

    def __init__(self, group: str, folder: str | None = None) -> None:
        self.group = group
        self._folder = folder
        self._items: dict[str, Item] = {}
        self._values: tuple[Item, ...] | None = None
        self._modules: list[str] = []
        self._outside_known = False

    def add(self, name: str, item: Item) -> Item:
        """Add an object; ValueError where another has its name."""
        self._values = None
        if self._items.setdefault(name, item) is not item:
            raise ValueError(f"two of {self.group} are called '{name}'")
        return item

    def named(self, name: str) -> Callable[[Item], Item]:
        """Decorator that adds an object under a name."""
        return lambda item: self.add(name, item)

    def remove(self, name: str) -> None:
        """Take out an object."""
        self._values = None
        del self._items[name]

    def refer(self, module: str) -> None:
        """Name a module that adds to this registry when it is imported."""
        self._modules.append(module)

    def __getitem__(self, name: str) -> Item:
        self._load()
        return self._items[name]

    def values(self) -> tuple[Item, ...]:
        """All objects; the same tuple while they are the same."""
        self._load()
        if self._values is None:
            self._values = tuple(self._items.values())
        return self._values

    def _load(self) -> None:
        if self._folder is not None:
            folder, self._folder = self._folder, None
            for module in pkgutil.iter_modules(import_module(folder).__path__):
                self.refer(f"{folder}.{module.name}")
        while self._modules:
            metadata.EntryPoint("", self._modules.pop(0), self.group).load()
        if not self._outside_known:
            self._outside_known = True  # what is imported may ask this registry
            try:
                load_entry_points(self.group, self._take)
            except PackageError:
                self._outside_known = False
                raise

    def _take(self, name: str, found: Any) -> None:
        if not isinstance(found, ModuleType):
            self.add(name, found)


def outside_modules(group: str) -> set[str]:
    """Modules by which installed packages add to a group."""
    return {entry.module for entry in metadata.entry_points(group=group)}


def package_of(module: str, group: str) -> str:
    """Name of the installed package that adds a module to a group; empty where none does."""
    for entry in metadata.entry_points(group=group):
        if entry.dist is not None and f"{module}.".startswith(f"{entry.module}."):
            return entry.dist.name
    return ""


def sources_of(modules: Iterable[str]) -> list[str]:
    """Modules, each with a hash of its source, by name."""
    out = []
    for module in sorted(set(modules)):
        file = getattr(sys.modules.get(module), "__file__", None)
        source = Path(file).read_bytes() if file else b""
        out.append(f"{module} {hashlib.sha256(source).hexdigest()}")
    return out
