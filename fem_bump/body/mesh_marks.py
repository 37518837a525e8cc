"""Marks of a mesh: its named regions and boundaries, whatever form they were given in, as numbers.

scikit-fem passes marks on as they come: arrays of numbers, masks, lists, and whatever else its user
put there. Everything in this package that needs a mark asks here. What is understood:

- whole numbers of elements (of facets), in any integer type, as an array, list, tuple, set or
  range, oriented or not, also (1, n) and (n, 1), and what ``np.nonzero`` returns;
- a mask: one bool per element (per facet);
- a function of the midpoints that returns bools, as ``with_subdomains`` and ``with_boundaries``
  take it; of facets it is asked for the outer ones and those between regions.

Everything else is refused by name, a number alone too, which may be a tag. A number that stands
twice counts once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any

import numpy as np
from skfem import MeshTri, MeshTri2

from fem_bump.body.mesh_carriers import GUIDE
from fem_bump.errors import InputError

GMSH_BOGUS = "gmsh:bounding_entities"  # files of version 4.1 come with this region


def named_facets(mesh: MeshTri | MeshTri2) -> dict[str, np.ndarray]:
    """Facet numbers of every named boundary, int64, each number once.

    Raises
    ------
    InputError
        For a mark that is not understood, or numbers that are no facets of the mesh.
    """

    marks = _named("boundaries", mesh.boundaries)
    if not marks:
        return {}
    candidates = np.nonzero(~inside_regions(mesh, named_elements(mesh)))[0]
    middles = mesh.p[:, mesh.facets].mean(axis=1)
    return {
        name: _numbers("boundary", "facets", name, given, middles, candidates)
        for name, given in marks.items()
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
    middles = mesh.p[:, mesh.t].mean(axis=1)
    every = np.arange(mesh.nelements)
    return {
        name: _numbers("region", "elements", name, given, middles, every)
        for name, given in marks.items()
    }


def region_elements(
    mesh: MeshTri | MeshTri2, materials: Mapping[str, Any]
) -> dict[str, np.ndarray]:
    """Element numbers of every region: those named, or the whole mesh as the only material's.

    Raises
    ------
    InputError
        For a mark that is not understood, and where nothing says which element is of which region.
    """
    named = {
        name: found
        for name, found in named_elements(mesh).items()
        if len(found) or name in materials
    }
    if named:
        return named
    if len(materials) == 1:
        return {next(iter(materials)): np.arange(mesh.nelements)}
    raise InputError(
        f"the mesh names no regions while region_materials has {len(materials)}; mark them by "
        f"mesh.with_subdomains ({GUIDE} shows how for each mesh generator)"
    )


def inside_regions(mesh: MeshTri | MeshTri2, regions: Mapping[str, np.ndarray]) -> np.ndarray:
    """(facets,) whether both elements of a facet lie in one region; in none counts as one."""
    owner = np.full(mesh.nelements, -1)
    for k, found in enumerate(regions.values()):
        owner[found] = k
    first, second = mesh.f2t
    return (second >= 0) & (owner[first] == owner[second])


def check_line(mesh: MeshTri | MeshTri2, name: str, facets: np.ndarray, inside: np.ndarray) -> None:
    """Refuse facets inside of regions unless they are a line that was drawn there.

    Outer facets and those between regions may be any. Inside one region a line may be meant, such
    as a given source; facets here and there are what numbers of vertices mean as facets.

    Parameters
    ----------
    inside
        (facets of the mesh,) of :func:`inside_regions`.

    Raises
    ------
    InputError
        With how many lie inside and where the first is.
    """
    within = facets[inside[facets]]
    if len(within) == 0:
        return
    if len(within) == len(facets):
        ends = mesh.facets[:, facets]
        count = np.bincount(ends.ravel())
        joined = (count[ends] > 1).any(axis=0)
        if count.max() <= 2 and (joined.all() or len(facets) == 1):
            return
    r, z = mesh.p[:, mesh.facets[:, within[0]]].mean(axis=1)
    raise InputError(
        f"boundary '{name}' of the mesh: {len(within)} of its {len(facets)} facets lie inside one "
        f"region and are no line there, the first is number {within[0]} at (r, z) = ({r:g}, {z:g}) "
        "in the mesh's unit; outer facets and facets between regions are needed (are they numbers "
        "of vertices?)"
    )


def check_marked(name: str, facets: np.ndarray) -> None:
    """Refuse a boundary without facets.

    Raises
    ------
    InputError
        Where it has none, with what usually left it empty.
    """
    if len(facets) == 0:
        raise InputError(
            f"boundary '{name}' of the mesh is empty: its mark marks no facet (a function in "
            "with_boundaries finds outer facets only, unless boundaries_only=False)"
        )


def check_legs(boundaries: Mapping[str, np.ndarray]) -> None:
    """Refuse an empty leg ``a/b:leg``: nothing asks for it by name, so that nobody would miss it.

    Other empty boundaries are refused where a load asks for them.

    Raises
    ------
    InputError
        For the first leg without facets.
    """
    for name, facets in boundaries.items():
        if "/" in name.partition(":")[0] and name.partition(":")[2]:
            check_marked(name, facets)


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
    middles: np.ndarray,
    candidates: np.ndarray,
) -> np.ndarray:
    """What a mark means; ``candidates`` are the items that a function may choose from."""
    count = middles.shape[1]
    where = f"{kind} '{name}' of the mesh"
    wanted = f"numbers of {items} or a mask over the {count} {items} are needed"
    if callable(given):
        return candidates[_chosen(where, items, given(middles[:, candidates]), len(candidates))]
    found = _array(where, wanted, given, items)
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
    there = np.zeros(count, dtype=bool)
    there[found] = True
    if there.sum() == len(found):
        return found
    _, first = np.unique(found, return_index=True)
    # an oriented boundary may hold each facet once per side; indicators and tags repeat far more
    if 2 * len(first) < len(found) or len(found) == count:
        raise InputError(
            f"{where} repeats {len(first)} numbers in {len(found)} entries, as an indicator or "
            f"tags would; compare with the wanted value to make a mask over the {count} {items}"
        )
    return found[np.sort(first)]


def _chosen(where: str, items: str, answer: Any, count: int) -> np.ndarray:
    """The answer of a function as a mask."""
    chosen = np.asarray(answer)
    if chosen.dtype != bool or chosen.shape != (count,):
        raise InputError(
            f"{where} is a function that returns {chosen.dtype} of shape {chosen.shape}; one bool "
            f"for each of the {count} midpoints of {items} is needed, ({count},)"
        )
    return chosen


def _array(where: str, wanted: str, given: Any, items: str) -> np.ndarray:
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
    if found.ndim == 0:
        hint = (
            f" (one of the {items} is [{found}]; an integer tag {found} of a mesh file is made a "
            f"mask, tags == {found})"
        )
        raise InputError(
            f"{where} is {found}; {wanted}" + (hint if found.dtype.kind in "iu" else "")
        )
    return found
