"""Sections of a design file: keys, types, defaults and the ranges of single values.

What holds between values is checked by :class:`~geometry.design.Design`.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    field_validator,
    model_serializer,
    model_validator,
)

# of a design's table; a table that is not here is no step of the process
PROCESS_STEP = {
    "via": "via through the dielectric",
    "trace": "trace",
    "polyimide": "polyimide coating",
    "assembly": "assembly",
    "chip": "chip",
    "dielectric": "dielectric deposition",
    "pad": "pad",
    "passivation": "passivation deposition",
    "pad_etch": "pad etch",
    "ubm": "UBM sputter",
    "bump": "bump metal",
    "cell": "cell",
    "crack": "crack",
}

Positive = Annotated[float, Field(strict=True, gt=0.0, le=1e7, allow_inf_nan=False)]
# thinner films cost more elements than any answer is worth, and are not continua any more
FilmThickness = Annotated[float, Field(strict=True, ge=0.005, le=1e4, allow_inf_nan=False)]
NonNegative = Annotated[float, Field(strict=True, ge=0.0, le=1e7, allow_inf_nan=False)]
Finite = Annotated[float, Field(strict=True, ge=-1e7, le=1e7, allow_inf_nan=False)]
Temperature = Annotated[float, Field(strict=True, gt=-273.15, le=5000, allow_inf_nan=False)]
LAYER_NAME = "a name of lower-case letters, digits and '_', a letter first"
Share = Annotated[float, Field(strict=True, ge=0.0, le=1.0, allow_inf_nan=False)]
WallAngle = Annotated[float, Field(strict=True, ge=30.0, le=90.0, allow_inf_nan=False)]
Name = Annotated[str, Field(min_length=1, description="a name")]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Choice(Section):
    """A section in which some keys mean something only beside certain values of others."""

    def idle_keys(self) -> dict[str, str]:
        """Keys that mean nothing beside the others, each with what it contradicts."""
        return {}

    @model_serializer(mode="wrap")
    def _without_idle(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """What a record says is a design again, so it leaves out what would be refused."""
        idle = self.idle_keys()
        return {key: value for key, value in handler(self).items() if key not in idle}


class Cell(Section):
    """Axisymmetric unit cell: the circle of equal area to one square of the bump array."""

    pitch_um: Positive = 150.0
    radius_um: Positive | None = None


class Chip(Section):
    material: Name = "Si"
    thickness_um: Positive = 100.0


class Dielectric(Section):
    material: Name = "SiO2"
    thickness_um: FilmThickness = 1.0


class Pad(Section):
    material: Name = "Al-0.5Cu"
    diameter_um: Positive = 80.0
    thickness_um: FilmThickness = 1.0
    feed: Literal["rim", "trace", "via"] = "rim"


class Trace(Section):
    """Trace that meets the pad's rim on one side, at theta = 0.

    It stands for the arc through which current enters the pad and, where a length is given, for a
    resistance in series; its own metal is in no region. ``thickness_um`` and ``material`` are the
    pad's where they are None.
    """

    width_um: Positive = 20.0
    length_um: NonNegative = 0.0
    thickness_um: FilmThickness | None = None
    material: Name | None = None


class Via(Choice):
    """Metal through the dielectric under the pad, flush with the dielectric's top.

    ``central`` is one via on the axis, ``ring`` an annular trench, ``discrete`` a ring of N round
    vias. An axisymmetric section holds the metal of a ring smeared into an annulus of the same
    area, which is what the stress sees. For the current each via is a sector of its own area,
    d sqrt(pi)/2 wide in r and as long in theta.
    """

    kind: Literal["central", "ring", "discrete"] = "ring"
    material: Name = "Cu"
    diameter_um: Positive = 6.0
    inner_diameter_um: Positive = 66.0
    outer_diameter_um: Positive = 74.0
    count: Annotated[int, Field(strict=True, ge=2, le=1000)] = 16
    circle_diameter_um: Positive = 70.0

    KEYS_OF_KIND: ClassVar[dict[str, tuple[str, ...]]] = {
        "central": ("diameter_um",),
        "ring": ("inner_diameter_um", "outer_diameter_um"),
        "discrete": ("diameter_um", "count", "circle_diameter_um"),
    }

    def idle_keys(self) -> dict[str, str]:
        mine = self.KEYS_OF_KIND[self.kind]
        every = dict.fromkeys(key for keys in self.KEYS_OF_KIND.values() for key in keys)
        said = f"via.kind = '{self.kind}', whose size is {' and '.join(mine)}"
        return {key: said for key in every if key not in mine}

    @property
    def radii_um(self) -> tuple[float, float]:
        """Inner and outer radius of the via, or of the annulus that holds the ring's metal."""
        if self.kind == "central":
            return 0.0, self.diameter_um / 2
        if self.kind == "ring":
            return self.inner_diameter_um / 2, self.outer_diameter_um / 2
        middle = self.circle_diameter_um / 2
        half = self.count * self.diameter_um**2 / (16 * middle)
        return middle - half, middle + half

    @property
    def footprint_radii_um(self) -> tuple[float, float]:
        """Inner and outer radius of the sectors through which discrete vias feed the pad."""
        middle, half = self.circle_diameter_um / 2, self.diameter_um * math.sqrt(math.pi) / 4
        return middle - half, middle + half

    @property
    def footprint_half_angle_deg(self) -> float:
        """Half the angle of one of these sectors; its area is that of the round via."""
        half = self.diameter_um * math.sqrt(math.pi) / 4
        return math.degrees(half / (self.circle_diameter_um / 2))


class Passivation(Section):
    material: Name = "SiN"
    thickness_um: FilmThickness = 1.0
    opening_diameter_um: Positive = 60.0
    cd_bias_um: Finite = 0.0

    @property
    def opening_radius_um(self) -> float:
        """Radius as etched: drawn diameter plus bias, over two."""
        return (self.opening_diameter_um + self.cd_bias_um) / 2


class Polyimide(Section):
    """Coating over the opened passivation, opened to a second, smaller diameter.

    ``opening_diameter_um`` is at the polyimide's foot; a sidewall angle below 90 opens upwards.
    """

    material: Name = "polyimide"
    thickness_um: FilmThickness = 5.0
    opening_diameter_um: Positive = 50.0
    sidewall_angle_deg: WallAngle = 75.0
    cd_bias_um: Finite = 0.0

    @property
    def opening_radius_um(self) -> float:
        return (self.opening_diameter_um + self.cd_bias_um) / 2


class PadEtch(Section):
    mask: Literal["passivation", "polyimide"] = "passivation"
    depth_ratio: Share | None = None
    undercut_um: NonNegative = 0.0
    sidewall_angle_deg: WallAngle = 90.0


class UbmLayer(Section):
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", description=LAYER_NAME)]
    material: Name
    thickness_um: FilmThickness


class Ubm(Section):
    overhang_um: NonNegative = 5.0
    step_coverage: Annotated[float, Field(strict=True, ge=0.1, le=1.0, allow_inf_nan=False)] = 1.0
    layers: Annotated[tuple[UbmLayer, ...], Field(min_length=1)] = (
        UbmLayer(name="ti", material="Ti", thickness_um=0.1),
        UbmLayer(name="niv", material="NiV", thickness_um=0.3),
        UbmLayer(name="cu", material="Cu", thickness_um=0.5),
    )

    enhanced: tuple[UbmLayer, ...] = ()
    deposition: Literal["sputter", "evaporate"] = "sputter"

    @property
    def sputtered_um(self) -> float:
        """Total thickness of the sputtered layers on a flat face, um."""
        return sum(layer.thickness_um for layer in self.layers)

    @property
    def thickness_um(self) -> float:
        """Total thickness of the film on a flat face, um, plated layers included."""
        return sum(layer.thickness_um for layer in (*self.layers, *self.enhanced))


class Reflow(Section):
    """Liquid metal at reflow; the defaults are SAC305's, recalled, not verified."""

    surface_tension_n_per_m: Positive = 0.55
    density_kg_per_m3: Positive = 7400.0
    gravity: Literal["auto", "always", "never"] = "auto"


class Bump(Section):
    """Bump metal: how it is deposited, and whether it is reflowed.

    ``cylinder`` and ``as-deposited`` are the same for plated metal; evaporated metal is a truncated
    cone (the stencil's hole closes while it fills); printed paste exists as metal only reflowed.
    """

    material: Name = "SAC305"
    method: Literal["electroplate", "evaporate", "screen-print"] = "electroplate"
    shape: Literal["cylinder", "as-deposited", "reflowed"] = "cylinder"
    height_um: Positive = 75.0
    diameter_um: Positive | None = None
    cone_angle_deg: Annotated[float, Field(strict=True, ge=45.0, le=90.0, allow_inf_nan=False)] = (
        75.0
    )
    screen_thickness_um: Positive = 100.0
    screen_opening_diameter_um: Positive | None = None
    metal_volume_fraction: Annotated[
        float, Field(strict=True, gt=0.0, le=1.0, allow_inf_nan=False)
    ] = 0.5
    contact_diameter_ratio: Annotated[
        float, Field(strict=True, gt=0.0, le=0.9, allow_inf_nan=False)
    ] = 0.5
    reflow: Reflow = Reflow()


class SubstratePad(Section):
    material: Name = "Cu"
    diameter_um: Positive = 70.0
    thickness_um: Positive = 15.0


class SolderMask(Section):
    material: Name = "solder-mask"
    thickness_um: Positive = 20.0
    opening_diameter_um: Positive = 90.0


class Substrate(Section):
    material: Name = "BT"
    thickness_um: Positive = 100.0


class Underfill(Section):
    material: Name = "underfill"


class Assembly(Section):
    """The joint as it is in service: substrate with pad and solder mask, underfill or none."""

    standoff_um: Positive = 60.0
    pad: SubstratePad = SubstratePad()
    solder_mask: SolderMask = SolderMask()
    substrate: Substrate = Substrate()
    underfill: Underfill | None = Underfill()

    @field_validator("underfill", mode="before")
    @classmethod
    def _false_is_none(cls, value: Any) -> Any:
        """TOML has no null: ``underfill = false`` leaves it out."""
        return None if value is False else value

    @property
    def mask_defined(self) -> bool:
        """Whether the solder mask, rather than the pad's own edge, bounds the solder."""
        return self.solder_mask.opening_diameter_um < self.pad.diameter_um

    @property
    def wetted_radius_um(self) -> float:
        return min(self.solder_mask.opening_diameter_um, self.pad.diameter_um) / 2


class ThermalLoad(Section):
    stress_free_degc: Temperature = 217.0
    temperature_degc: Temperature = 25.0
    lateral: Literal["periodic", "free"] = "periodic"
    underside: Literal["held-flat", "free"] = "held-flat"
    stress_free_by_region_degc: dict[str, Temperature] = {}


class CurrentLoad(Section):
    current_a: Positive = 0.3
    source: Literal["pad_rim", "trace_end", "via_bottom", "via_footprint"] = "pad_rim"
    sink: Literal["bump_top", "substrate_pad_rim"] = "bump_top"
    source_kind: Literal["equipotential", "flux"] = "equipotential"
    electron_flow: Literal["into-bump", "into-pad"] = "into-bump"
    temperature_degc: Temperature = 25.0
    contact_resistivity_ohm_m2: dict[str, NonNegative] = {}


class ShearLoad(Choice):
    """Shift of the board against the chip at a joint away from the chip's neutral point.

    The shift is either ``displacement_um``, negative towards the neutral point, or the product of
    mismatch strain, ``dnp_um`` and ``mismatch_share``. ``board_material`` is BT where it is None;
    an assembly's board is its substrate. ``counter_face`` is how the board holds the far end of a
    bump that stands alone: rigidly, or through an elastic foundation.
    """

    dnp_um: NonNegative | None = None
    board_material: Name | None = None
    mismatch_share: Share = 1.0
    displacement_um: Finite | None = None
    counter_face: Literal["rigid", "compliant"] | None = None
    counter_stiffness_mpa_per_um: Positive | None = None

    def idle_keys(self) -> dict[str, str]:
        if self.displacement_um is None:
            return {}
        said = f"load.shear.displacement_um = {self.displacement_um:g}, which is the whole shift"
        return {key: said for key in ("dnp_um", "board_material", "mismatch_share")}

    @model_validator(mode="before")
    @classmethod
    def _stiffness_is_compliant(cls, data: Any) -> Any:
        if not isinstance(data, dict) or data.get("counter_stiffness_mpa_per_um") is None:
            return data
        said = data.get("counter_face")
        return {**data, "counter_face": "compliant" if said is None else said}


class Load(Section):
    thermal: ThermalLoad = ThermalLoad()
    current: CurrentLoad = CurrentLoad()
    shear: ShearLoad | None = None


class Strength(Section):
    """Strength of an interface, MPa, from the user's own test; nothing is shipped."""

    peel_mpa: Positive | None = None
    shear_mpa: Positive | None = None


class Metrics(Section):
    averaging_lengths_um: Annotated[tuple[Positive, ...], Field(min_length=1)] = (0.5, 1.0, 2.0)
    headline_length_um: Positive = 1.0
    arc_length_um: Positive = 10.0
    strength: dict[str, Strength] = {}


class Crack(Section):
    """Crack along an interface from one of its ends; the toughness is from the user's own test.

    The inner end of an interface is the one nearest the axis. Without a length it is a place only,
    and nothing is cut.
    """

    interface: Literal["ubm/pad", "ubm/passivation", "pad/dielectric"] = "ubm/pad"
    start: Literal["inner", "outer"] = "outer"
    length_um: Positive | None = None
    toughness_j_per_m2: Positive | None = None

    @property
    def sides(self) -> tuple[str, str]:
        """The regions or groups on side a (the upper one) and side b."""
        upper, lower = self.interface.split("/")
        return upper, lower


class MeshSize(Section):
    size_factor: Annotated[float, Field(strict=True, ge=0.05, le=10.0, allow_inf_nan=False)] = 1.0
    corner_size_um: Annotated[float, Field(strict=True, ge=1e-5, le=100.0, allow_inf_nan=False)] = (
        0.004
    )
    growth: Annotated[float, Field(strict=True, ge=0.05, le=1.0, allow_inf_nan=False)] = 0.4
    accuracy: Annotated[float, Field(strict=True, ge=1e-4, le=0.5, allow_inf_nan=False)] | None = (
        None
    )
    most_unknowns: Annotated[int, Field(strict=True, ge=1000, le=10_000_000)] = 100_000
