"""Design: one bump on one etched pad, as its TOML says it, validated.

A design holds numbers, names and nothing derived by solving. Every key is optional; a missing one
takes the default written here and is recorded with the result. ``pad_etch.depth_ratio`` is the
single truth about the pad etch and ``variant`` is shorthand for it (0, 0.5, 1).
"""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from geometry.errors import DesignError

VARIANT_DEPTH_RATIO = {"no-recess": 0.0, "partial-depth": 0.5, "full-depth": 1.0}

PROCESS_STEP = {
    "chip": "chip",
    "dielectric": "dielectric deposition",
    "pad": "pad",
    "passivation": "passivation deposition",
    "pad_etch": "pad etch",
    "ubm": "UBM sputter",
    "bump": "electroplating",
    "cell": "cell",
}

Positive = Annotated[float, Field(gt=0.0, allow_inf_nan=False)]
NonNegative = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Temperature = Annotated[float, Field(gt=-273.15, allow_inf_nan=False)]
Name = Annotated[str, Field(min_length=1)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Cell(_Section):
    """Axisymmetric unit cell: the circle of equal area to one square of the bump array."""

    pitch_um: Positive = 150.0
    radius_um: Positive | None = None


class Chip(_Section):
    material: Name = "Si"
    thickness_um: Positive = 100.0


class Dielectric(_Section):
    material: Name = "SiO2"
    thickness_um: Positive = 1.0


class Pad(_Section):
    material: Name = "Al-0.5Cu"
    diameter_um: Positive = 80.0
    thickness_um: Positive = 1.0
    feed: Literal["rim"] = "rim"


class Passivation(_Section):
    material: Name = "SiN"
    thickness_um: Positive = 1.0
    opening_diameter_um: Positive = 60.0


class PadEtch(_Section):
    mask: Literal["passivation"] = "passivation"
    depth_ratio: Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)] | None = None
    undercut_um: NonNegative = 0.0
    sidewall_angle_deg: Annotated[float, Field(ge=30.0, le=90.0, allow_inf_nan=False)] = 90.0


class UbmLayer(_Section):
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    material: Name
    thickness_um: Positive


class Ubm(_Section):
    overhang_um: NonNegative = 5.0
    step_coverage: Annotated[float, Field(ge=0.1, le=1.0, allow_inf_nan=False)] = 1.0
    layers: Annotated[tuple[UbmLayer, ...], Field(min_length=1)] = (
        UbmLayer(name="ti", material="Ti", thickness_um=0.1),
        UbmLayer(name="niv", material="NiV", thickness_um=0.3),
        UbmLayer(name="cu", material="Cu", thickness_um=0.5),
    )

    @property
    def thickness_um(self) -> float:
        """Total thickness of the film on a flat face, um."""
        return sum(layer.thickness_um for layer in self.layers)


class Bump(_Section):
    material: Name = "SAC305"
    shape: Literal["cylinder"] = "cylinder"
    height_um: Positive = 75.0
    diameter_um: Positive | None = None


class ThermalLoad(_Section):
    stress_free_degc: Temperature = 217.0
    temperature_degc: Temperature = 25.0
    lateral: Literal["periodic", "free"] = "periodic"
    underside: Literal["held-flat", "free"] = "held-flat"
    stress_free_by_region_degc: dict[str, Temperature] = {}


class CurrentLoad(_Section):
    current_a: Positive = 0.3
    source: Literal["pad_rim"] = "pad_rim"
    sink: Literal["bump_top"] = "bump_top"
    source_kind: Literal["equipotential", "flux"] = "equipotential"
    temperature_degc: Temperature = 25.0
    contact_resistivity_ohm_m2: dict[str, NonNegative] = {}


class Load(_Section):
    thermal: ThermalLoad = ThermalLoad()
    current: CurrentLoad = CurrentLoad()


class Strength(_Section):
    """Strength of an interface, MPa, from the user's own test; nothing is shipped."""

    peel_mpa: Positive | None = None
    shear_mpa: Positive | None = None


class Metrics(_Section):
    averaging_lengths_um: Annotated[tuple[Positive, ...], Field(min_length=1)] = (0.5, 1.0, 2.0)
    headline_length_um: Positive = 1.0
    strength: dict[str, Strength] = {}


class MeshSize(_Section):
    size_factor: Annotated[float, Field(ge=0.05, le=10.0, allow_inf_nan=False)] = 1.0
    corner_size_um: Annotated[float, Field(ge=1e-5, allow_inf_nan=False)] = 0.004
    growth: Annotated[float, Field(ge=0.05, le=1.0, allow_inf_nan=False)] = 0.4


class Design(_Section):
    """A bump design; see ``docs/design-file.md`` for every key.

    Raises
    ------
    DesignError
        For any impossible or unknown value, in one sentence.
    """

    schema_version: Literal[1] = Field(1, alias="schema")
    name: Name = "default"
    variant: Literal["no-recess", "partial-depth", "full-depth"] = "partial-depth"
    cell: Cell = Cell()
    chip: Chip = Chip()
    dielectric: Dielectric = Dielectric()
    pad: Pad = Pad()
    passivation: Passivation = Passivation()
    pad_etch: PadEtch = PadEtch()
    ubm: Ubm = Ubm()
    bump: Bump = Bump()
    load: Load = Load()
    metrics: Metrics = Metrics()
    mesh: MeshSize = MeshSize()
    materials: dict[str, dict[str, Any]] = {}

    def __init__(self, **data: Any) -> None:
        try:
            super().__init__(**data)
        except ValidationError as error:
            raise DesignError(_one_sentence(error, type(self))) from None

    @model_validator(mode="before")
    @classmethod
    def _resolve_variant(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        data = dict(data)
        etch = data.get("pad_etch", {})
        etch = etch.model_dump() if isinstance(etch, PadEtch) else etch
        variant = data.get("variant")
        ratio = etch.get("depth_ratio") if isinstance(etch, Mapping) else None
        if isinstance(ratio, int | float) and not isinstance(ratio, bool) and 0 <= ratio <= 1:
            implied = variant_of(float(ratio))
            if variant in VARIANT_DEPTH_RATIO and variant != implied:
                raise DesignError(
                    f"variant = '{variant}' contradicts pad_etch.depth_ratio = {ratio:g}, which is "
                    f"'{implied}'; give one of them, or a ratio of 0 for no-recess, between 0 and 1 "
                    "for partial-depth, 1 for full-depth (step: pad etch)"
                )
            data["variant"] = implied
        elif ratio is None and isinstance(etch, Mapping):
            variant = "partial-depth" if variant is None else variant
            if variant in VARIANT_DEPTH_RATIO:
                data["pad_etch"] = {**etch, "depth_ratio": VARIANT_DEPTH_RATIO[variant]}
        return data

    @field_validator("ubm")
    @classmethod
    def _layer_names_unique(cls, ubm: Ubm) -> Ubm:
        names = [layer.name for layer in ubm.layers]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise DesignError(f"ubm.layers names must differ, but '{twice[0]}' appears twice")
        return ubm

    @model_validator(mode="after")
    def _consistent(self) -> Design:
        a, pad_radius, cell = self.opening_radius_um, self.pad_radius_um, self.cell_radius_um
        if not a < pad_radius:
            raise DesignError(
                f"passivation.opening_diameter_um = {2 * a:g} must be smaller than "
                f"pad.diameter_um = {2 * pad_radius:g} (step: passivation opening)"
            )
        if self.bump.diameter_um is not None and self.bump.diameter_um < 2 * a:
            raise DesignError(
                f"bump.diameter_um = {self.bump.diameter_um:g} must be at least "
                f"passivation.opening_diameter_um = {2 * a:g}: the photoresist opening may not be "
                "smaller than the mask opening (step: photoresist)"
            )
        outermost = max(pad_radius + self.passivation.thickness_um, self.ubm_radius_um)
        if not outermost < cell:
            raise DesignError(
                f"the cell radius {cell:g} um (cell.pitch_um or cell.radius_um) must exceed the "
                f"covered pad and the UBM, which reach {outermost:g} um (step: cell)"
            )
        if self.pad_etch.undercut_um and self.depth_um == 0:
            raise DesignError(
                f"pad_etch.undercut_um = {self.pad_etch.undercut_um:g} needs an etched pad, but "
                "pad_etch.depth_ratio is 0 (step: pad etch)"
            )
        if not a + self.pad_etch.undercut_um < pad_radius:
            raise DesignError(
                f"pad_etch.undercut_um = {self.pad_etch.undercut_um:g} must leave some pad: less "
                f"than {pad_radius - a:g} um (step: pad etch)"
            )
        if not self.recess_floor_radius_um > 0:
            raise DesignError(
                f"pad_etch.sidewall_angle_deg = {self.pad_etch.sidewall_angle_deg:g} closes the "
                f"recess before it is {self.depth_um:g} um deep (step: pad etch)"
            )
        if not self.ubm.thickness_um < 0.9 * self.recess_floor_radius_um:
            raise DesignError(
                f"ubm.layers are {self.ubm.thickness_um:g} um thick in total and pinch off the "
                f"opening, whose floor has a radius of {self.recess_floor_radius_um:g} um; allowed "
                "is less than 0.9 of that radius (step: UBM sputter)"
            )
        lengths = self.metrics.averaging_lengths_um
        if list(lengths) != sorted(set(lengths)):
            raise DesignError(
                f"metrics.averaging_lengths_um = {list(lengths)} must be increasing and distinct"
            )
        if self.metrics.headline_length_um not in lengths:
            raise DesignError(
                f"metrics.headline_length_um = {self.metrics.headline_length_um:g} must be one of "
                f"metrics.averaging_lengths_um = {list(lengths)}"
            )
        for region in self.load.thermal.stress_free_by_region_degc:
            if region not in self.region_names:
                raise DesignError(
                    f"load.thermal.stress_free_by_region_degc names the unknown region '{region}'; "
                    f"allowed are {', '.join(self.region_names)}"
                )
        return self

    # ------------------------------------------------------------------ in and out

    @classmethod
    def from_toml(cls, path: str | Path) -> Design:
        """Read a design from a TOML file.

        Raises
        ------
        DesignError
            When the file cannot be read, is no TOML, or is no valid design.
        """
        return cls(**read_toml(path))

    def to_dict(self) -> dict[str, Any]:
        """Everything the design says, defaults included, as plain data in the TOML's layout."""
        return self.model_dump(mode="json", by_alias=True)

    def replace(self, **by_path: Any) -> Design:
        """A new design with dotted paths replaced: ``replace(**{"pad.thickness_um": 2.0})``."""
        return Design(**override(self.to_dict(), by_path))

    # ------------------------------------------------------------------ derived lengths

    @property
    def cell_radius_um(self) -> float:
        if self.cell.radius_um is not None:
            return self.cell.radius_um
        return self.cell.pitch_um / math.sqrt(math.pi)

    @property
    def pad_radius_um(self) -> float:
        return self.pad.diameter_um / 2

    @property
    def opening_radius_um(self) -> float:
        """Radius of the mask opening through which the pad is etched, um."""
        return self.passivation.opening_diameter_um / 2

    @property
    def ubm_radius_um(self) -> float:
        """Radius of UBM and plated bump: the bump masks the UBM etch, so they share it."""
        if self.bump.diameter_um is not None:
            return self.bump.diameter_um / 2
        return self.opening_radius_um + self.ubm.overhang_um

    @property
    def depth_ratio(self) -> float:
        assert self.pad_etch.depth_ratio is not None
        return self.pad_etch.depth_ratio

    @property
    def depth_um(self) -> float:
        return self.depth_ratio * self.pad.thickness_um

    @property
    def recess_top_radius_um(self) -> float:
        return self.opening_radius_um + self.pad_etch.undercut_um

    @property
    def recess_floor_radius_um(self) -> float:
        angle = math.radians(self.pad_etch.sidewall_angle_deg)
        # cot through cos/sin keeps a vertical wall vertical to the last digit
        slant = 0.0 if self.pad_etch.sidewall_angle_deg == 90.0 else math.cos(angle) / math.sin(angle)
        return self.recess_top_radius_um - self.depth_um * slant

    @property
    def opening_ratio(self) -> float:
        return self.opening_radius_um / self.pad_radius_um

    @property
    def region_names(self) -> tuple[str, ...]:
        ubm = tuple(f"ubm_{layer.name}" for layer in self.ubm.layers)
        return ("chip", "dielectric", "pad", "passivation", *ubm, "bump")


def variant_of(depth_ratio: float) -> str:
    """The variant a depth ratio stands for."""
    if depth_ratio == 0.0:
        return "no-recess"
    return "full-depth" if depth_ratio == 1.0 else "partial-depth"


def read_toml(path: str | Path) -> dict[str, Any]:
    """Parse a TOML file; a missing or malformed one raises DesignError with its name and line."""
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise DesignError(f"cannot read '{path}': {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise DesignError(f"'{path}' is not a text file in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise DesignError(f"'{path}' is not valid TOML: {error}") from None


def override(data: Mapping[str, Any], by_path: Mapping[str, Any]) -> dict[str, Any]:
    """Plain design data with values replaced by dotted path.

    Setting ``pad_etch.depth_ratio`` drops ``variant`` and the other way round, because each implies
    the other; ``opening_ratio`` stands for ``passivation.opening_diameter_um`` over
    ``pad.diameter_um`` and is applied after everything else.
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
    for path, value in by_path.items():
        if path == "opening_ratio":
            continue
        *parents, leaf = path.split(".")
        node = out
        for key in parents:
            node = node.setdefault(key, {})
            if not isinstance(node, dict):
                raise DesignError(f"'{path}' names no parameter of a design")
        node[leaf] = value
    if "opening_ratio" in by_path:
        ratio = by_path["opening_ratio"]
        if not isinstance(ratio, int | float) or isinstance(ratio, bool) or not 0 < ratio < 1:
            raise DesignError(
                f"opening_ratio = {ratio} must lie in (0, 1): the opening is smaller than the pad "
                "(step: passivation opening)"
            )
        pad = out.get("pad", {}).get("diameter_um", Pad().diameter_um)
        out["passivation"] = {**out.get("passivation", {}), "opening_diameter_um": ratio * pad}
    return out


def parameter_exists(path: str) -> bool:
    """Whether a dotted path names a parameter of a design (or the derived ``opening_ratio``)."""
    if path == "opening_ratio":
        return True
    node: Any = Design
    for key in path.split("."):
        if not (isinstance(node, type) and issubclass(node, BaseModel)):
            return False
        fields = {field.alias or name: field for name, field in node.model_fields.items()}
        if key not in fields:
            return False
        node = fields[key].annotation
    return not (isinstance(node, type) and issubclass(node, BaseModel))


def parameter_names() -> list[str]:
    """Every dotted path that a study may vary."""

    def walk(model: type[BaseModel], prefix: str) -> list[str]:
        names = []
        for name, field in model.model_fields.items():
            key, kind = prefix + (field.alias or name), field.annotation
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                names += walk(kind, key + ".")
            else:
                names.append(key)
        return names

    return [*walk(Design, ""), "opening_ratio"]


def _one_sentence(error: ValidationError, model: type[BaseModel]) -> str:
    """The first validation error as: field, value, what is allowed."""
    first, *more = error.errors()
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, DesignError):
        return str(cause)
    field = ".".join(str(part) for part in first["loc"]) or "design"
    step = PROCESS_STEP.get(str(first["loc"][0])) if first["loc"] else None
    tail = (f" (step: {step})" if step else "") + (f" (and {len(more)} more)" if more else "")
    if first["type"] == "extra_forbidden":
        leaf = str(first["loc"][-1])
        known = _keys_at(model, first["loc"][:-1])
        close = difflib.get_close_matches(leaf, known, n=3)
        hint = f"did you mean {' or '.join(close)}?" if close else f"allowed: {', '.join(known)}"
        return f"unknown key '{field}'; {hint}{tail}"
    message = first["msg"]
    message = message[0].lower() + message[1:]
    given = first.get("input")
    shown = f" = {given!r}" if isinstance(given, str | int | float | bool) else ""
    return f"{field}{shown}: {message}{tail}"


def _keys_at(model: Any, location: tuple[Any, ...]) -> list[str]:
    for part in location:
        if isinstance(part, int) or not hasattr(model, "model_fields"):
            continue
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        model = fields[part].annotation if part in fields else None
        for argument in getattr(model, "__args__", ()):
            if isinstance(argument, type) and issubclass(argument, BaseModel):
                model = argument
    return [f.alias or n for n, f in getattr(model, "model_fields", {}).items()]
