"""Design data by dotted path: read a file, override values, list what a study may vary."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from geometry.design.flow import StepOfDesign, flow
from geometry.design.paths import dotted, keys_of
from geometry.design.quantities import likely_share
from geometry.design.schema import Pad, Ubm, Via
from geometry.design.sentences import shown
from geometry.design.values import DesignValues
from geometry.errors import DesignError
from groundwork.user_text import toml_of

LAYER = re.compile(r"ubm\.(layers|enhanced)\.[a-z][a-z0-9_]*\.(thickness_um|material)")
# what decides where current enters the pad
FEED = {"pad.feed", "via.kind", "pad.thickness_um", "trace.thickness_um"}

# tables whose keys are names of the design, and how many keys may follow
OPEN_TABLES = {
    "load.thermal.stress_free_by_region_degc": 1,
    "load.current.contact_resistivity_ohm_m2": 1,
    "metrics.strength": 2,
    "materials": 2,
}
# lists whose items go by their names
LISTS = ("ubm.layers", "ubm.enhanced")

# two ways to say one thing: what gives way to a key that is set
GIVES_WAY = {
    "load.shear.displacement_um": (
        "load.shear.dnp_um", "load.shear.board_material", "load.shear.mismatch_share",
    ),
    "load.shear.dnp_um": ("load.shear.displacement_um",),
    "load.shear.counter_stiffness_mpa_per_um": ("load.shear.counter_face",),
    "cell.pitch_um": ("cell.radius_um",),
    "probe.depth_ratio": ("probe.depth_um",),
    "probe.depth_um": ("probe.depth_ratio",),
    "ubm.overhang_um": ("bump.diameter_um",),
}  # fmt: skip


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
    opening diameter over ``pad.diameter_um`` and is applied after everything else. A polyimide, via
    or trace goes with its mask or feed, and the current's terminals follow feed and assembly unless
    they are set too; a feed through arcs makes its source a flux, which it stays if the feed
    changes again. The sizes of a via go with its kind, and two ways to say one thing (how far the
    board shifts, how wide cell or UBM are) replace each other.

    Raises
    ------
    DesignError
        When a path leads through a value that is no table, or names no layer.
    """
    out: dict[str, Any] = {
        key: (override(value, {}) if isinstance(value, Mapping) else value)
        for key, value in data.items()
    }
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
            node[leaf] = override(value, {}) if isinstance(value, Mapping) else value
    if "opening_ratio" in by_path:
        _set_opening_ratio(out, by_path["opening_ratio"])
    return out


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
            raise DesignError(f"'{path}' names no parameter of a design")
    return node


def _set_layer(out: dict[str, Any], path: str, value: Any) -> None:
    """Set a value of one UBM layer, which goes by its name: ``ubm.layers.cu.thickness_um``."""
    _, films, name, leaf = path.split(".")
    ubm = _table(out, ["ubm"], path)
    layers = ubm.get(films, [layer.model_dump() for layer in getattr(Ubm(), films)])
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
    mask = mask if mask in ("passivation", "polyimide") else "passivation"
    film = out.get(mask)
    if film is not None and not isinstance(film, dict):
        return
    bias = value_at(out, f"{mask}.cd_bias_um")
    opening = ratio * (pad if _is_number(pad) else Pad().diameter_um)
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
    changes_joint = any(keys_of(path)[0] == "assembly" for path in said)
    if FEED & said.keys() and "load.current.source" not in said:
        _forget(out, ["load.current.source"])
    if FEED & said.keys() and value_at(out, "load.current.source_kind") == "equipotential":
        _forget(out, ["load.current.source_kind"])
    if changes_joint and "load.current.sink" not in said:
        _forget(out, ["load.current.sink"])
    for feed in ("trace", "via"):
        if said.get("pad.feed", feed) != feed:
            _forget(out, [feed])
    if said.get("pad_etch.mask") == "passivation":
        _forget(out, ["polyimide"])
    kind = said.get("via.kind")
    if isinstance(kind, str) and kind in Via.KEYS_OF_KIND:
        every = {key for keys in Via.KEYS_OF_KIND.values() for key in keys}
        _forget(out, [f"via.{key}" for key in every - set(Via.KEYS_OF_KIND[kind])])
    for path, others in GIVES_WAY.items():
        if path in said:
            _forget(out, [other for other in others if other not in said])
    if said.get("load.shear.counter_face") == "rigid":
        _forget(out, ["load.shear.counter_stiffness_mpa_per_um"])


def _forget(out: dict[str, Any], paths: Iterable[str]) -> None:
    """Take out values by dotted path, where they are there."""
    for path in paths:
        *parents, leaf = path.split(".")
        node: Any = out
        for key in parents:
            node = node.get(key) if isinstance(node, dict) else None
        if isinstance(node, dict):
            node.pop(leaf, None)


def parameter_exists(path: str) -> bool:
    """Whether a dotted path names a parameter of a design (or the derived ``opening_ratio``)."""
    if path in parameter_names() or LAYER.fullmatch(path) is not None:
        return True
    keys = keys_of(path)
    return any(
        keys[: -n or None] == keys_of(table)
        for table, most in OPEN_TABLES.items()
        for n in range(1, most + 1)
    )


def is_table(path: str) -> bool:
    """Whether a dotted path names a table of parameters, such as ``assembly.underfill``."""
    return any(name.startswith(f"{path}.") for name in parameter_names())


def parameter_names() -> tuple[str, ...]:
    """Every dotted path that a study may vary."""
    return _parameter_names(flow())


@functools.lru_cache(maxsize=8)
def _parameter_names(steps: tuple[StepOfDesign, ...]) -> tuple[str, ...]:
    """Parameters while these are the process steps, whose tables designs have."""

    def walk(model: type[BaseModel], prefix: str) -> list[str]:
        names = []
        for name, field in model.model_fields.items():
            key = prefix + (field.alias or name)
            inner = [
                kind
                for kind in (field.annotation, *get_args(field.annotation))
                if isinstance(kind, type) and issubclass(kind, BaseModel)
            ]
            collection = get_origin(field.annotation) in (tuple, dict)
            names += walk(inner[0], key + ".") if inner and not collection else [key]
        return names

    return (*walk(DesignValues, ""), "opening_ratio")
