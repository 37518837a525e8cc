"""Design data by dotted path: read a file, override values, list what a study may vary."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from geometry.design.case_keys import CaseKeys, declared, declaring
from geometry.design.flow import StepOfDesign, asked, flow, masks, tables
from geometry.design.paths import dotted, keys_of
from geometry.design.quantities import likely_share
from geometry.design.sentences import shown
from geometry.design.values import DesignValues, defaults
from geometry.errors import DesignError
from groundwork.user_text import toml_of

LAYER = re.compile(r"ubm\.(layers|enhanced)\.[a-z][a-z0-9_]*\.(thickness_um|material)")
# what decides where current enters the pad
FEED = {"pad.feed", "via.kind", "pad.thickness_um", "trace.thickness_um"}

# lists whose items go by their names
LISTS = ("ubm.layers", "ubm.enhanced")

# two ways to say one thing: what gives way to a key that is set
GIVES_WAY = {
    "cell.pitch_um": ("cell.radius_um",),
    "probe.depth_ratio": ("probe.depth_um",),
    "probe.depth_um": ("probe.depth_ratio",),
    "ubm.overhang_um": ("bump.diameter_um",),
}


def read_toml(path: str | Path) -> dict[str, Any]:
    """Parse a TOML file; a missing or malformed one raises DesignError with its name and line."""
    try:
        return toml_of(Path(path).read_bytes())
    except OSError as error:
        raise DesignError(f"cannot read '{path}': {error.strerror or error}") from None
    except ValueError as error:
        raise DesignError(f"'{path}' is {error}") from None


def override(data: Mapping[str, Any], by_path: Mapping[str, Any]) -> dict[str, Any]:
    """Plain design data with values replaced by dotted path.

    The data need not be a possible design: what is replaced is not judged, and what is left is
    judged where a design is made of it. Setting ``pad_etch.depth_ratio`` drops ``variant`` and the
    other way round, because each implies the other; ``opening_ratio`` stands for the mask's
    opening diameter over ``pad.diameter_um`` and is applied after everything else. A table that
    a mask or feed asks for goes with it, the sizes of a via go with its kind, and two ways to say
    one thing (how wide cell or UBM are) replace each other. So do those of a load, and what the
    bump implies of a load follows the bump unless it is set too.

    Raises
    ------
    DesignError
        When a path leads through a value that is no table, or names no layer.
    """
    out = _copied(data)
    said = _leaves(by_path)
    if "variant" in said and "pad_etch.depth_ratio" not in said:
        _forget(out, ["pad_etch.depth_ratio"])
    if "pad_etch.depth_ratio" in said and "variant" not in said:
        _forget(out, ["variant"])
    _drop_implied(out, said)
    # a whole table before what stands in it
    for path, value in sorted(by_path.items(), key=lambda item: len(keys_of(item[0]))):
        if LAYER.fullmatch(path):
            _set_layer(out, path, value)
        elif path != "opening_ratio":
            *parents, leaf = keys_of(path)
            node = _table(out, parents, path)
            node[leaf] = _copied(value) if isinstance(value, Mapping) else value
    if "opening_ratio" in by_path:
        _set_opening_ratio(out, by_path["opening_ratio"])
    return out


def _copied(data: Mapping[str, Any]) -> dict[str, Any]:
    """Tables of their own, so that what is set in them is not set elsewhere."""
    return {
        key: (_copied(value) if isinstance(value, Mapping) else value)
        for key, value in data.items()
    }


def _table(out: dict[str, Any], parents: Iterable[str], path: str) -> dict[str, Any]:
    """The table that holds a path, made where it is missing."""
    node, where = out, []
    for key in parents:
        where.append(key)
        # TOML has no null: an assembly's underfill is left out by false
        if node.get(key) is None or (key == "underfill" and node[key] is False):
            node[key] = {}
        node = node[key]
        if not isinstance(node, dict):
            if parameter_exists(path):
                raise DesignError(f"{dotted(where)} = {shown(node)} must be a table")
            by_name = layers_by_name(path)
            raise DesignError(
                f"'{path}' names no parameter of a design" + (by_name and f"; {by_name}")
            )
    return node


def _set_layer(out: dict[str, Any], path: str, value: Any) -> None:
    """Set a value of one UBM layer, which goes by its name: ``ubm.layers.cu.thickness_um``."""
    _, films, name, leaf = path.split(".")
    ubm = _table(out, ["ubm"], path)
    layers = ubm.get(films, [layer.model_dump() for layer in getattr(defaults("ubm"), films)])
    if not isinstance(layers, list | tuple) or not all(isinstance(x, Mapping) for x in layers):
        raise DesignError(f"ubm.{films} = {shown(layers)} must be a list of tables")
    layers = [dict(layer) for layer in layers]
    chosen = [layer for layer in layers if layer.get("name") == name]
    if not chosen:
        known = ", ".join(str(layer.get("name")) for layer in layers) or "none"
        raise DesignError(f"'{path}' names no layer of ubm.{films}; there: {known}")
    chosen[0][leaf] = value
    ubm[films] = layers


def _set_opening_ratio(out: dict[str, Any], ratio: Any) -> None:
    """Open the mask to a share of the pad; what is wrong beside it is judged with the design."""
    if not _is_number(ratio) or not 0 < ratio < 1:
        raise DesignError(
            f"opening_ratio = {shown(ratio)} must lie in (0, 1): the opening is smaller than the "
            f"pad (step: passivation opening){likely_share(ratio)}"
        )
    pad, mask = value_at(out, "pad.diameter_um"), value_at(out, "pad_etch.mask")
    mask = mask if mask in masks() else defaults("pad_etch").mask
    film = out.get(mask)
    if film is not None and not isinstance(film, dict):
        return
    bias = value_at(out, f"{mask}.cd_bias_um")
    opening = ratio * (pad if _is_number(pad) else defaults("pad").diameter_um)
    opening -= bias if _is_number(bias) else 0.0
    out[mask] = {**(film or {}), "opening_diameter_um": opening}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _leaves(by_path: Mapping[str, Any]) -> dict[str, Any]:
    """Every path that is set, those within a table that is set as a whole among them."""
    out: dict[str, Any] = {}
    for path, value in by_path.items():
        out[path] = value
        if isinstance(value, Mapping):
            out |= _leaves({f"{path}.{dotted([key])}": item for key, item in value.items()})
    return out


def value_at(data: Mapping[str, Any], path: str) -> Any:
    """The value of plain design data at a dotted path; None for what is not there."""
    node: Any = data
    for key in keys_of(path):
        if isinstance(node, list):
            node = next((layer for layer in node if layer["name"] == key), None)
        else:
            node = node.get(key) if isinstance(node, Mapping) else None
    return node


def _drop_implied(out: dict[str, Any], said: Mapping[str, Any]) -> None:
    """Forget what follows from a value that is about to change."""
    for name, key, value in asked():
        if said.get(key, value) != value:
            _forget(out, [name])
    for name, table in tables().items():
        kind = said.get(f"{name}.kind")
        kinds = {} if kind is None else getattr(table.schema, "KEYS_OF_KIND", {})
        if isinstance(kind, str) and kind in kinds:
            every = {key for keys in kinds.values() for key in keys}
            _forget(out, [f"{name}.{key}" for key in every - set(kinds[kind])])
    _forget(out, given_way(GIVES_WAY, said))
    for keys in declaring("forgets"):
        _forget(out, keys.forgets(out, said))


def given_way(ways: Mapping[str, Iterable[str]], said: Mapping[str, Any]) -> list[str]:
    """Of paths and what gives way to each: what does so to those that are set."""
    return [other for path in ways if path in said for other in ways[path] if other not in said]


def _forget(out: dict[str, Any], paths: Iterable[str]) -> None:
    """Take out values by dotted path, where they are there."""
    for path in paths:
        *parents, leaf = path.split(".")
        node: Any = out
        for key in parents:
            node = node.get(key) if isinstance(node, dict) else None
        if isinstance(node, dict):
            node.pop(leaf, None)


def layers_by_name(path: str) -> str:
    """What is said of a path that leads into the UBM's layers without naming one, else empty."""
    films = next((name for name in LISTS if re.match(rf"{re.escape(name)}\b", path)), None)
    layers = getattr(defaults("ubm"), films.split(".")[1]) if films else ()
    example = layers[-1].name if layers else "pillar"
    return f"layers go by name: {films}.{example}.thickness_um" if films else ""


def parameter_exists(path: str) -> bool:
    """Whether a dotted path names a parameter of a design (or the derived ``opening_ratio``)."""
    if path in parameter_names() or LAYER.fullmatch(path) is not None:
        return True
    keys = keys_of(path)
    return any(
        keys[:-n] == keys_of(table)
        for table, most in open_tables().items()
        for n in range(1, most + 1)
    )


def is_table(path: str) -> bool:
    """Whether a dotted path names a table of parameters, such as ``assembly.underfill``."""
    return any(name.startswith(f"{path}.") for name in parameter_names())


def parameter_names() -> tuple[str, ...]:
    """Every dotted path that a study may vary."""
    return (*_parameters(flow(), declared()), "opening_ratio")


def open_tables() -> dict[str, int]:
    """Tables whose keys are names of the design, and how many keys may follow."""
    found = {}
    for path, kind in _parameters(flow(), declared()).items():
        if get_origin(kind) is dict:
            inner = get_args(kind)[1]
            table = get_origin(inner) is dict or (
                isinstance(inner, type) and issubclass(inner, BaseModel)
            )
            found[path] = 2 if table else 1
    return found


@functools.lru_cache(maxsize=8)
def _parameters(steps: tuple[StepOfDesign, ...], keys: tuple[CaseKeys, ...]) -> Mapping[str, Any]:
    """Parameters and their types while these are the steps and loads, whose keys designs have."""

    def walk(model: type[BaseModel], prefix: str) -> dict[str, Any]:
        names: dict[str, Any] = {}
        for name, field in model.model_fields.items():
            key = prefix + (field.alias or name)
            inner = [
                kind
                for kind in (field.annotation, *get_args(field.annotation))
                if isinstance(kind, type) and issubclass(kind, BaseModel)
            ]
            collection = get_origin(field.annotation) in (tuple, dict)
            leaf = {key: field.annotation}
            names |= walk(inner[0], key + ".") if inner and not collection else leaf
        return names

    return walk(DesignValues, "")
