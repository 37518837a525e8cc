"""Design data by dotted path: read a file, override values, list what a study may vary."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from geometry.errors import DesignError
from geometry.quantities import likely_share
from geometry.schema import Pad, Ubm, Via

LAYER = re.compile(r"ubm\.(layers|enhanced)\.[a-z][a-z0-9_]*\.(thickness_um|material)")
# what decides where current enters the pad
FEED = {"pad.feed", "via.kind", "pad.thickness_um", "trace.thickness_um"}

# what says the shift of the board, and what it replaces in load.shear
SHIFT = {
    "load.shear.displacement_um": ("dnp_um", "board_material", "mismatch_share"),
    "load.shear.dnp_um": ("displacement_um",),
}


def read_toml(path: str | Path) -> dict[str, Any]:
    """Parse a TOML file; a missing or malformed one raises DesignError with its name and line."""
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise DesignError(f"cannot read '{path}': {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise DesignError(f"'{path}' is not a text file in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise DesignError(f"'{path}' is not valid TOML: {error}") from None


def override(data: Mapping[str, Any], by_path: Mapping[str, Any]) -> dict[str, Any]:
    """Plain design data with values replaced by dotted path.

    Setting ``pad_etch.depth_ratio`` drops ``variant`` and the other way round, because each implies
    the other; ``opening_ratio`` stands for the mask's opening diameter over ``pad.diameter_um``
    and is applied after everything else. A polyimide, via or trace goes with its mask or feed, and
    the current's terminals follow feed and assembly unless they are set too; a feed through arcs
    makes its source a flux, which it stays if the feed changes again. The sizes of a via go with
    its kind, and the two ways to say how far the board shifts replace each other.
    """
    out: dict[str, Any] = {
        key: (override(value, {}) if isinstance(value, Mapping) else value)
        for key, value in data.items()
    }
    etch = out.get("pad_etch", {})
    if "variant" in by_path and "pad_etch.depth_ratio" not in by_path:
        out["pad_etch"] = {k: v for k, v in etch.items() if k != "depth_ratio"}
    if "pad_etch.depth_ratio" in by_path and "variant" not in by_path:
        out.pop("variant", None)
    _drop_implied(out, by_path)
    for path, value in by_path.items():
        if path == "opening_ratio":
            continue
        if LAYER.fullmatch(path):
            _set_layer(out, path, value)
            continue
        *parents, leaf = path.split(".")
        node = out
        for key in parents:
            if node.get(key) is None:
                node[key] = {}
            node = node[key]
            if not isinstance(node, dict):
                raise DesignError(f"'{path}' names no parameter of a design")
        node[leaf] = value
    if "opening_ratio" in by_path:
        ratio = by_path["opening_ratio"]
        if not isinstance(ratio, int | float) or isinstance(ratio, bool) or not 0 < ratio < 1:
            raise DesignError(
                f"opening_ratio = {ratio} must lie in (0, 1): the opening is smaller than the pad "
                f"(step: passivation opening){likely_share(ratio)}"
            )
        pad = out.get("pad", {}).get("diameter_um", Pad().diameter_um)
        masked = (out.get("pad_etch") or {}).get("mask", "passivation")
        mask = dict(out.get(masked) or {})
        mask["opening_diameter_um"] = ratio * pad - mask.get("cd_bias_um", 0.0)
        out[masked] = mask
    return out


def _set_layer(out: dict[str, Any], path: str, value: Any) -> None:
    """Set a value of one UBM layer, which goes by its name: ``ubm.layers.cu.thickness_um``."""
    _, films, name, leaf = path.split(".")
    ubm = dict(out.get("ubm") or {})
    default = [layer.model_dump() for layer in getattr(Ubm(), films)]
    layers = [dict(layer) for layer in ubm.get(films, default)]
    chosen = [layer for layer in layers if layer.get("name") == name]
    if not chosen:
        known = ", ".join(str(layer.get("name")) for layer in layers) or "none"
        raise DesignError(f"'{path}' names no layer of ubm.{films}; there: {known}")
    chosen[0][leaf] = value
    out["ubm"] = {**ubm, films: layers}


def value_at(data: Mapping[str, Any], path: str) -> Any:
    """The value of plain, complete design data at a dotted path; None for what is not there."""
    node: Any = data
    for key in path.split("."):
        if isinstance(node, list):
            node = next((layer for layer in node if layer["name"] == key), None)
        else:
            node = None if node is None else node.get(key)
    return node


def _drop_implied(out: dict[str, Any], by_path: Mapping[str, Any]) -> None:
    """Forget what follows from a value that is about to change."""
    changes_joint = any(path.split(".")[0] == "assembly" for path in by_path)
    current = (out.get("load") or {}).get("current")
    if isinstance(current, dict):
        if FEED & by_path.keys() and "load.current.source" not in by_path:
            current.pop("source", None)
        if FEED & by_path.keys() and current.get("source_kind") == "equipotential":
            current.pop("source_kind")
        if changes_joint and "load.current.sink" not in by_path:
            current.pop("sink", None)
    for feed in ("trace", "via"):
        if by_path.get("pad.feed", feed) != feed:
            out.pop(feed, None)
    if by_path.get("pad_etch.mask") == "passivation":
        out.pop("polyimide", None)
    kind = by_path.get("via.kind")
    if isinstance(kind, str) and kind in Via.KEYS_OF_KIND:
        every = {key for keys in Via.KEYS_OF_KIND.values() for key in keys}
        _forget(out.get("via"), every - set(Via.KEYS_OF_KIND[kind]))
    shear = (out.get("load") or {}).get("shear")
    for path, replaced in SHIFT.items():
        if path in by_path:
            _forget(shear, replaced)
    if by_path.get("load.shear.counter_face") == "rigid":
        _forget(shear, ["counter_stiffness_mpa_per_um"])


def _forget(table: Any, keys: Iterable[str]) -> None:
    if isinstance(table, dict):
        for key in keys:
            table.pop(key, None)


def parameter_exists(path: str) -> bool:
    """Whether a dotted path names a parameter of a design (or the derived ``opening_ratio``)."""
    return path in parameter_names() or LAYER.fullmatch(path) is not None


@functools.cache
def parameter_names() -> tuple[str, ...]:
    """Every dotted path that a study may vary."""
    from geometry.design import Design

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

    return (*walk(Design, ""), "opening_ratio")
