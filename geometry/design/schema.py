"""Sections of a design file: keys, types, defaults and the ranges of single values.

What holds between values is checked by :class:`~geometry.design.design.Design`.
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

from geometry.design import quantities as kinds

LAYER_NAME = "a name of lower-case letters, digits and '_', a letter first"
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

    pitch_um: kinds.Pitch = 150.0
    radius_um: kinds.Pitch | None = None


class Chip(Section):
    material: Name = "Si"
    thickness_um: kinds.Height = 100.0


class Dielectric(Section):
    material: Name = "SiO2"
    thickness_um: kinds.FilmThickness = 1.0


class Pad(Section):
    material: Name = "Al-0.5Cu"
    diameter_um: kinds.Width = 80.0
    thickness_um: kinds.PadThickness = 1.0
    feed: Literal["rim", "trace", "via"] = "rim"


class Trace(Section):
    """Trace that meets the pad's rim on one side, at theta = 0.

    It stands for the arc through which current enters the pad and, where a length is given, for a
    resistance in series; its own metal is in no region. ``thickness_um`` and ``material`` are the
    pad's where they are None.
    """

    width_um: kinds.Width = 20.0
    length_um: kinds.TraceLength = 0.0
    thickness_um: kinds.PadThickness | None = None
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
    diameter_um: kinds.Width = 6.0
    inner_diameter_um: kinds.Width = 66.0
    outer_diameter_um: kinds.Width = 74.0
    count: Annotated[int, Field(strict=True, ge=2, le=1000)] = 16
    circle_diameter_um: kinds.Width = 70.0

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
    thickness_um: kinds.FilmThickness = 1.0
    opening_diameter_um: kinds.Width = 60.0
    cd_bias_um: kinds.Bias = 0.0

    @property
    def opening_radius_um(self) -> float:
        """Radius as etched: drawn diameter plus bias, over two."""
        return (self.opening_diameter_um + self.cd_bias_um) / 2


class Polyimide(Section):
    """Coating over the opened passivation, opened to a second, smaller diameter.

    ``opening_diameter_um`` is at the polyimide's foot; a sidewall angle below 90 opens upwards.
    """

    material: Name = "polyimide"
    thickness_um: kinds.CoatingThickness = 5.0
    opening_diameter_um: kinds.Width = 50.0
    sidewall_angle_deg: kinds.WallAngle = 75.0
    cd_bias_um: kinds.Bias = 0.0

    @property
    def opening_radius_um(self) -> float:
        return (self.opening_diameter_um + self.cd_bias_um) / 2


class PadEtch(Section):
    mask: Literal["passivation", "polyimide"] = "passivation"
    depth_ratio: kinds.Share | None = None
    undercut_um: kinds.Overlap = 0.0
    sidewall_angle_deg: kinds.WallAngle = 90.0
    relief: kinds.Share = 1.0
    preclean_um: kinds.Preclean = 0.02
    clean_resistivity_ohm_m2: kinds.CleanResistivity = 1e-13


class UbmLayer(Section):
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", description=LAYER_NAME)]
    material: Name
    thickness_um: kinds.LayerThickness


class Ubm(Section):
    overhang_um: kinds.Overlap = 5.0
    step_coverage: kinds.StepCoverage = 1.0
    least_continuous_um: kinds.Continuous = 0.005
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

    surface_tension_n_per_m: kinds.SurfaceTension = 0.55
    density_kg_per_m3: kinds.Density = 7400.0
    gravity: Literal["auto", "always", "never"] = "auto"


class Bump(Section):
    """Bump metal: how it is deposited, and whether it is reflowed.

    ``cylinder`` and ``as-deposited`` are the same for plated metal; evaporated metal is a truncated
    cone (the stencil's hole closes while it fills); printed paste exists as metal only reflowed.
    """

    material: Name = "SAC305"
    method: Literal["electroplate", "evaporate", "screen-print"] = "electroplate"
    shape: Literal["cylinder", "as-deposited", "reflowed"] = "cylinder"
    height_um: kinds.Height = 75.0
    diameter_um: kinds.Width | None = None
    cone_angle_deg: kinds.ConeAngle = 75.0
    screen_thickness_um: kinds.Height = 100.0
    screen_opening_diameter_um: kinds.Width | None = None
    metal_volume_fraction: kinds.VolumeFraction = 0.5
    contact_diameter_ratio: kinds.ContactRatio = 0.5
    reflow: Reflow = Reflow()


class SubstratePad(Section):
    material: Name = "Cu"
    diameter_um: kinds.Width = 70.0
    thickness_um: kinds.Height = 15.0


class SolderMask(Section):
    material: Name = "solder-mask"
    thickness_um: kinds.Height = 20.0
    opening_diameter_um: kinds.Width = 90.0


class Substrate(Section):
    material: Name = "BT"
    thickness_um: kinds.BoardThickness = 100.0


class Underfill(Section):
    material: Name = "underfill"


class Assembly(Section):
    """The joint as it is in service: substrate with pad and solder mask, underfill or none."""

    standoff_um: kinds.Height = 60.0
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
    stress_free_degc: kinds.StressFree = 217.0
    temperature_degc: kinds.Temperature = 25.0
    lateral: Literal["periodic", "free"] = "periodic"
    underside: Literal["held-flat", "free"] = "held-flat"
    stress_free_by_region_degc: dict[str, kinds.StressFree] = {}


class CurrentLoad(Section):
    current_a: kinds.Current = 0.3
    source: Literal["pad_rim", "trace_end", "via_bottom", "via_footprint"] = "pad_rim"
    sink: Literal["bump_top", "substrate_pad_rim"] = "bump_top"
    source_kind: Literal["equipotential", "flux"] = "equipotential"
    electron_flow: Literal["into-bump", "into-pad"] = "into-bump"
    temperature_degc: kinds.Temperature = 25.0
    contact_resistivity_ohm_m2: dict[str, kinds.ContactResistivity] = {}


class ShearLoad(Choice):
    """Shift of the board against the chip at a joint away from the chip's neutral point.

    The shift is either ``displacement_um``, negative towards the neutral point, or the product of
    mismatch strain, ``dnp_um`` and ``mismatch_share``. ``board_material`` is BT where it is None;
    an assembly's board is its substrate. ``counter_face`` is how the board holds the far end of a
    bump that stands alone: rigidly, or through an elastic foundation.
    """

    dnp_um: kinds.NeutralDistance | None = None
    board_material: Name | None = None
    mismatch_share: kinds.Share = 1.0
    displacement_um: kinds.Shift | None = None
    counter_face: Literal["rigid", "compliant"] | None = None
    counter_stiffness_mpa_per_um: kinds.Stiffness | None = None

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

    peel_mpa: kinds.Stress | None = None
    shear_mpa: kinds.Stress | None = None


class Metrics(Section):
    averaging_lengths_um: Annotated[tuple[kinds.Window, ...], Field(min_length=1)] = (0.5, 1.0, 2.0)
    headline_length_um: kinds.Window = 1.0
    arc_length_um: kinds.Arc = 10.0
    strength: dict[str, Strength] = {}


class Crack(Section):
    """Crack along an interface from one of its ends; the toughness is from the user's own test.

    The inner end of an interface is the one nearest the axis. Without a length it is a place only,
    and nothing is cut.
    """

    interface: Literal["ubm/pad", "ubm/passivation", "pad/dielectric"] = "ubm/pad"
    start: Literal["inner", "outer"] = "outer"
    length_um: kinds.CrackLength | None = None
    toughness_j_per_m2: kinds.Toughness | None = None

    @property
    def sides(self) -> tuple[str, str]:
        """The regions or groups on side a (the upper one) and side b."""
        upper, lower = self.interface.split("/")
        return upper, lower


class MeshSize(Section):
    size_factor: Annotated[float, Field(strict=True, ge=0.05, le=10.0, allow_inf_nan=False)] = 1.0
    corner_size_um: kinds.ElementSize = 0.004
    growth: Annotated[float, Field(strict=True, ge=0.05, le=1.0, allow_inf_nan=False)] = 0.4
    accuracy: kinds.Accuracy | None = None
    most_unknowns: Annotated[int, Field(strict=True, ge=1000, le=10_000_000)] = 100_000
