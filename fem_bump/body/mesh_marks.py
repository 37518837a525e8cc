"""Marks of a mesh: its named regions and boundaries, whatever form they were given in, as numbers.

scikit-fem passes marks on as they come: arrays of numbers, masks, lists, and whatever else its user
put there. Everything in this package that needs a mark asks here. What is understood:

- whole numbers of elements (of facets), in any integer type, as an array, list, tuple, set or
  range, oriented or not, also (1, n) and (n, 1), a number alone, and what ``np.nonzero`` returns;
- a mask: one bool per element (per facet);
- a function of the midpoints, as ``with_subdomains`` and ``with_boundaries`` take it.

Everything else is refused by name. A number that stands twice counts once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any

import numpy as np
from skfem import MeshTri, MeshTri2

from fem_bump.errors import InputError

GMSH_BOGUS = "gmsh:bounding_entities"  # files of version 4.1 come with this region


def named_facets(mesh: MeshTri | MeshTri2) -> dict[str, np.ndarray]:
    """Facet numbers of every named boundary, int64, each number once.

    Raises
    ------
    InputError
        For a mark that is not understood, or numbers that are no facets of the mesh.
    """

    def facets(test: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        return mesh.facets_satisfying(test, boundaries_only=True)

    return {
        name: _numbers("boundary", "facets", name, given, mesh.nfacets, facets)
        for name, given in _named("boundaries", mesh.boundaries).items()
    }


def named_elements(mesh: MeshTri | MeshTri2) -> dict[str, np.ndarray]:
    """Element numbers of every named region, int64, each number once.

    Raises
    ------
    InputError
        For a mark that is not understood, or numbers that are no elements of the mesh.
    """
    marks = _named("subdomains", mesh.subdomains)
    marks.pop(GMSH_BOGUS, None)
    return {
        name: _numbers("region", "elements", name, given, mesh.nelements, mesh.elements_satisfying)
        for name, given in marks.items()
    }


def _named(attribute: str, marks: Any) -> dict[str, Any]:
    if marks is None:
        return {}
    if not isinstance(marks, Mapping):
        raise InputError(
            f"mesh.{attribute} is a {type(marks).__name__}; a dictionary from names to marks is "
            "needed"
        )
    for name in marks:
        if not isinstance(name, str):
            raise InputError(
                f"mesh.{attribute} has the name {name!r}; names must be text (None is what an "
                "unnamed physical group of a Gmsh file gets)"
            )
    return dict(marks)


def _numbers(
    kind: str,
    items: str,
    name: str,
    given: Any,
    count: int,
    satisfying: Callable[[Callable[[np.ndarray], np.ndarray]], np.ndarray],
) -> np.ndarray:
    where = f"{kind} '{name}' of the mesh"
    wanted = f"numbers of {items} or a mask over the {count} {items} are needed"
    if callable(given):
        return satisfying(given).astype(np.int64)
    found = _array(where, wanted, given)
    if found.size == 0:
        return np.zeros(0, dtype=np.int64)
    if found.ndim > 1 and found.size != max(found.shape):
        raise InputError(f"{where} is an array of shape {found.shape}; {wanted}, in one dimension")
    found = found.ravel()
    if found.dtype == bool:
        if len(found) != count:
            raise InputError(
                f"{where} is a mask of length {len(found)}; the mesh has {count} {items}"
            )
        return np.nonzero(found)[0]
    if found.dtype.kind not in "iu":
        raise InputError(f"{where} holds values of type {found.dtype}; {wanted}")
    wrong = np.nonzero((found < 0) | (found >= count))[0]
    if len(wrong):
        hint = " (are they numbers of vertices?)" if items == "facets" else ""
        raise InputError(
            f"{where}: {len(wrong)} of its {len(found)} numbers are no {items} of the mesh, the "
            f"first is {found[wrong[0]]}; allowed is 0 to {count - 1}{hint}"
        )
    found = found.astype(np.int64)
    _, first = np.unique(found, return_index=True)
    if len(first) == len(found):
        return found
    # an oriented boundary may hold each facet once per side; indicators and tags repeat far more
    if 2 * len(first) < len(found) or len(found) == count:
        raise InputError(
            f"{where} repeats {len(first)} numbers in {len(found)} entries, as an indicator or "
            f"tags would; compare with the wanted value to make a mask over the {count} {items}"
        )
    return found[np.sort(first)]


def _array(where: str, wanted: str, given: Any) -> np.ndarray:
    """What was given as an array; lists and objects only where their entries are of one kind."""
    if np.ma.isMaskedArray(given) and np.ma.is_masked(given):
        raise InputError(f"{where} is an array with masked entries; {wanted}")
    if isinstance(given, Set):
        given = list(given)
    if not hasattr(given, "__array__") and (
        isinstance(given, str | bytes) or not isinstance(given, Sequence | int)
    ):
        raise InputError(f"{where} is a {type(given).__name__}; {wanted}")
    if isinstance(given, Sequence) and not isinstance(given, range):
        flags = [isinstance(entry, bool | np.bool_) for entry in given]
        if any(flags) and not all(flags):
            raise InputError(f"{where} mixes bools with other values; {wanted}")
    try:
        found = np.asarray(given)
    except ValueError:
        raise InputError(f"{where} is a ragged list; {wanted}") from None
    if found.dtype == object:
        kinds = {isinstance(entry, bool | np.bool_) for entry in found.ravel()}
        whole = all(isinstance(entry, int | np.integer | np.bool_) for entry in found.ravel())
        if not whole or len(kinds) > 1:
            raise InputError(f"{where} holds objects that are not whole numbers; {wanted}")
        found = found.astype(bool if kinds == {True} else np.int64)
    if found.ndim == 0 and found.dtype == bool:
        raise InputError(f"{where} is {found}; {wanted}")
    return np.atleast_1d(found)
