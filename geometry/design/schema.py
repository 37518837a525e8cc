"""Sections of a design file that no process step has: keys, types, defaults, ranges of values.

What holds between values is checked by :class:`~geometry.design.design.Design`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
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

    def __get_pydantic_json_schema__(self, source: CoreSchema, handler: Any) -> dict[str, Any]:
        return {**handler(source), "enum": list(self.known())}

    def _is_known(self, value: str) -> str:
        if value not in self.known():
            raise PydanticCustomError("unknown_name", "not one of the names that are known")
        return value


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, defer_build=True)


class Open(Section):
    """A section some of whose keys are declared by what is done with the bump."""

    # keys of a silent declaration, which are left out where they are None
    silent: ClassVar[set[str]] = set()

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    @model_serializer(mode="wrap")
    def _without_absent(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        said: dict[str, Any] = handler(self)
        for key in self.silent:
            if key in said and said[key] is None:
                del said[key]
        return said


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


class Load(Open):
    """Loads, each in a table of its own."""


class Metrics(Open):
    """How numbers are taken of what was solved."""


class Crack(Open):
    """Crack along an interface from one of its ends, or into the dielectric from a probe's mark.

    The inner end of an interface is the one nearest the axis. From the mark, ``start = "scar"``, it
    goes straight down under the mark's outer edge, whatever the interface. Without a length it is a
    place only, and nothing is cut.
    """

    interface: Annotated[str, OneOf(crack_interfaces)] = "ubm/pad"
    start: Literal["inner", "outer", "scar"] = "outer"
    length_um: kinds.CrackLength | None = None

    @property
    def sides(self) -> tuple[str, str]:
        """The regions or groups on side a (the upper one) and side b of its interface."""
        upper, lower = self.interface.split("/")
        return upper, lower

    @property
    def from_scar(self) -> bool:
        """Whether it goes down from a probe's mark, inside the dielectric."""
        return self.start == "scar"

    @property
    def where(self) -> str:
        """The interface, or the region that it goes through."""
        return "dielectric" if self.from_scar else self.interface

    @property
    def line(self) -> str:
        """What it follows, in words."""
        if self.from_scar:
            return "dielectric under the mark's edge"
        return f"interface {self.interface} from its {self.start} end"

    @property
    def title(self) -> str:
        """Itself, in words."""
        if self.from_scar:
            return "crack in the dielectric under the mark's edge"
        return f"crack on {self.interface} from its {self.start} end"


class MeshSize(Open):
    size_factor: Annotated[float, Field(strict=True, ge=0.05, le=10.0, allow_inf_nan=False)] = 1.0
    corner_size_um: kinds.ElementSize = 0.004
    growth: Annotated[float, Field(strict=True, ge=0.05, le=1.0, allow_inf_nan=False)] = 0.4
