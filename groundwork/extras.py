"""Packages that only some things need: extras of this one, told by name where they are missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class MissingExtra(ImportError):
    """A package is not installed that the thing asked for needs: one sentence says how to get it.

    Examples
    --------
    >>> try:
    ...     extra("no_such_package", "view", "a view")
    ... except MissingExtra as error:
    ...     print(error)
    a view needs the package no_such_package: .venv/bin/pip install -e ".[view]" in the clone
    """


def extra(module: str, name: str, what: str) -> Any:
    """The module of an extra.

    Parameters
    ----------
    module
        What is imported.
    name
        Of the extra, as ``pip`` takes it.
    what
        That needs it, as a sentence begins.

    Raises
    ------
    MissingExtra
        When it is not installed. What is wrong inside it, is its own.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        raise MissingExtra(
            f'{what} needs the package {module}: .venv/bin/pip install -e ".[{name}]" in the clone',
            name=module,
        ) from None
