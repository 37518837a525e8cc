"""Sections of a design file that no process step has: keys, types, defaults, ranges of values.

What holds between values is checked by :class:`~geometry.design.design.Design`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from geometry.design import quantities as kinds
from geometry.design.flow import crack_interfaces

Name = Annotated[str, Field(min_length=1, description="a name")]


@dataclass(frozen=True)
class OneOf:
    """Annotation of a text that is one of the names known by the time it is read."""

    known: Callable[[], Iterable[str]]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._is_known, handler(source))

    def _is_known(self, value: str) -> str:
        if value not in self.known():
            raise PydanticCustomError("unknown_name", "not one of the names that are known")
        return value


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Choice(Section):
    """A section in which some keys mean something only beside certain values of others.

    Attributes
    ----------
    KEYS_OF_KIND
        Where it has a key ``kind``: the keys that give the size of each.
    """

    KEYS_OF_KIND: ClassVar[Mapping[str, tuple[str, ...]]] = {}

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

    interface: Annotated[str, OneOf(crack_interfaces)] = "ubm/pad"
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
