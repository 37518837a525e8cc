"""Values of a design: its tables with their defaults, and the lengths that follow from them.

The tables that describe process steps come with the steps, which stand above and declare them
(:func:`declare_table`), this package's own and others' alike. Nothing here knows their types: to a
type checker such a table is ``Any``.

Nothing is judged here but single values and what is said twice: ``pad_etch.depth_ratio`` is the
single truth about the pad etch and ``variant`` is shorthand for it (0, 0.5, 1). What must hold
between values is in :mod:`geometry.design.rules`; a :class:`~geometry.design.design.Design` has
passed it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    BaseModel,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)
from pydantic.fields import FieldInfo

from geometry.design.angles import cotangent
from geometry.design.flow import Region, Table, asked, flow, masks, tables
from geometry.design.schema import Cell, Crack, Load, MeshSize, Metrics, Section
from geometry.errors import DesignError

NAME = "a name of at most 100 letters, digits, blanks and '_', '.', '+', '-'"
VARIANT_DEPTH_RATIO = {"no-recess": 0.0, "partial-depth": 0.5, "full-depth": 1.0}


class DesignValues(Section):
    """The tables of a design file and what follows from their values; not yet judged together.

    Those of process steps follow the cell.
    """

    schema_version: Literal[1] = Field(1, alias="schema")
    name: Annotated[str, Field(pattern=r"^[\w][\w .+-]{0,99}$", description=NAME)] = "default"
    variant: Literal["no-recess", "partial-depth", "full-depth"] = "partial-depth"
    cell: Cell = Cell()
    load: Load = Load()
    metrics: Metrics = Metrics()
    crack: Crack | None = None
    mesh: MeshSize = MeshSize()
    materials: dict[str, dict[str, Any]] = Field(default_factory=dict)

    @model_serializer(mode="wrap")
    def _without_absent(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """A design says nothing of the tables that other packages add and that it does not use."""
        silent = {name for name, table in _TABLES.items() if not (table.always or table.said)}
        said: dict[str, Any] = handler(self)
        return {key: value for key, value in said.items() if key not in silent or value is not None}

    @model_validator(mode="before")
    @classmethod
    def _resolve_variant(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        data = dict(data)
        etch = data.get("pad_etch", {})
        etch = etch.model_dump() if isinstance(etch, BaseModel) else etch
        variant = data.get("variant")
        ratio = etch.get("depth_ratio") if isinstance(etch, Mapping) else None
        if isinstance(ratio, int | float) and not isinstance(ratio, bool) and 0 <= ratio <= 1:
            implied = variant_of(float(ratio))
            if variant in VARIANT_DEPTH_RATIO and variant != implied:
                raise DesignError(
                    f"variant = '{variant}' contradicts pad_etch.depth_ratio = {ratio:g}, which is "
                    f"'{implied}'; give one of them, or a ratio of 0 for no-recess, between 0 and "
                    "1 for partial-depth, 1 for full-depth (step: pad etch)"
                )
            data["variant"] = implied
        elif ratio is None and isinstance(etch, Mapping):
            variant = "partial-depth" if variant is None else variant
            if variant in VARIANT_DEPTH_RATIO:
                data["pad_etch"] = {**etch, "depth_ratio": VARIANT_DEPTH_RATIO[variant]}
        return _with_implied(data)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """A table of a process step."""

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
        """Radius of the opening in the mask through which the pad is etched, um."""
        return float(self.masks[self.pad_etch.mask].opening_radius_um)

    @property
    def masks(self) -> dict[str, Any]:
        """Tables of the films that have an opening over the pad, the lowest first."""
        every = {name: getattr(self, name) for name in masks()}
        return {name: film for name, film in every.items() if film is not None}

    @property
    def ubm_radius_um(self) -> float:
        """Radius of UBM and bump: the bump masks the UBM etch, so they share it.

        Plated metal fills the resist opening; evaporated and printed metal has the first diameter,
        that of the stencil's or screen's hole.
        """
        if self.bump.diameter_um is not None:
            return self.bump.diameter_um / 2
        if self.bump.method != "electroplate":
            return self.passivation.opening_radius_um
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
        return self.recess_top_radius_um - self.depth_um * cotangent(
            self.pad_etch.sidewall_angle_deg
        )

    @property
    def joint_height_um(self) -> float:
        """Height over which the board shears the joint, as far as it is known before reflow, um."""
        if self.assembly is not None:
            return self.assembly.standoff_um
        printed = self.bump.method == "screen-print"
        return self.bump.screen_thickness_um if printed else self.bump.height_um

    # ------------------------------------------------------------------ feed and shear

    @property
    def discrete_vias(self) -> Any:
        """The ring of round vias; None for any other feed, an annular via included."""
        return self.via if self.via is not None and self.via.kind == "discrete" else None

    @property
    def source_boundary(self) -> str:
        """Where current enters: the boundary that ``load.current.source`` must name."""
        trace = None if self.trace is None else self.trace.thickness_um
        kind = None if self.via is None else self.via.kind
        return _source_boundary(self.pad.feed, kind, trace, self.pad.thickness_um)

    @property
    def source_half_angle_deg(self) -> float | None:
        """Half the angle of each arc through which current enters; None for all around."""
        if self.trace is not None:
            return math.degrees(math.asin(self.trace.width_um / self.pad.diameter_um))
        return self.discrete_vias.footprint_half_angle_deg if self.discrete_vias else None

    @property
    def source_count(self) -> int:
        """How many equal arcs current enters through; the middle of the first is theta = 0."""
        return self.discrete_vias.count if self.discrete_vias else 1

    @property
    def trace_thickness_um(self) -> float | None:
        """Thickness of the trace, the pad's where none is given; None without a trace."""
        if self.trace is None:
            return None
        return self.trace.thickness_um or self.pad.thickness_um

    @property
    def trace_material(self) -> str | None:
        """Metal of the trace, the pad's where none is given; None without a trace."""
        return None if self.trace is None else self.trace.material or self.pad.material

    @property
    def material_names(self) -> dict[str, str]:
        """Every key that names a material, and the name; what follows from another key left out."""
        names: dict[str, str | None] = {}
        for step in flow():
            for table in step.tables:
                names[f"{table}.material"] = getattr(getattr(self, table), "material", None)
            names |= {f"{region.path}.material": region.material for region in step.regions(self)}
        if self.load.shear is not None:
            names["load.shear.board_material"] = self.load.shear.board_material
        return {key: name for key, name in names.items() if name is not None}

    @property
    def board_material(self) -> str | None:
        """What shears the joint by its other expansion; None without ``load.shear``."""
        if self.load.shear is None:
            return None
        if self.assembly is not None:
            return self.assembly.substrate.material
        return self.load.shear.board_material or defaults("assembly").substrate.material

    @property
    def regions(self) -> tuple[Region, ...]:
        """Every region that the finished design has, assembly included."""
        return tuple(region for step in flow() for region in step.regions(self))

    @property
    def region_names(self) -> tuple[str, ...]:
        """Names of :attr:`regions`."""
        return tuple(region.name for region in self.regions)

    @property
    def opening_ratio(self) -> float:
        return self.opening_radius_um / self.pad_radius_um


_TYPED = tuple(DesignValues.model_fields)
_TABLES: dict[str, Table] = {}


def declare_table(name: str, table: Table) -> None:
    """Let designs have the table of a process step.

    Raises
    ------
    ValueError
        Where designs have another table of that name.
    """
    if name in _TYPED or _TABLES.setdefault(name, table) is not table:
        raise ValueError(f"designs have another table [{name}]")
    _fit_models()


def withdraw_table(name: str) -> None:
    """Take back what :func:`declare_table` has added."""
    del _TABLES[name]
    _fit_models()


def _fit_models() -> None:
    """Give designs the fields of the tables that are declared, behind that of the cell."""
    behind = _TYPED.index("cell") + 1
    models: list[type[DesignValues]] = [DesignValues, *DesignValues.__subclasses__()]
    for model in models:
        fields = model.model_fields
        typed = {name: fields[name] for name in _TYPED}
        fields.clear()
        for name in (*_TYPED[:behind], *_TABLES, *_TYPED[behind:]):
            fields[name] = typed[name] if name in typed else _field(_TABLES[name])
        model.model_rebuild(force=True)


def _field(table: Table) -> Any:
    if table.always:
        return FieldInfo(annotation=table.schema, default=table.schema())
    return FieldInfo(annotation=table.schema | None, default=None)  # type: ignore[arg-type]


def defaults(name: str) -> Any:
    """The table of a process step as it is where nothing is said of it."""
    return tables()[name].schema()


def variant_of(depth_ratio: float) -> str:
    """The variant a depth ratio stands for."""
    if depth_ratio == 0.0:
        return "no-recess"
    return "full-depth" if depth_ratio == 1.0 else "partial-depth"


def _source_boundary(feed: Any, via_kind: Any, trace_um: Any, pad_um: Any) -> str:
    """The boundary of a feed; a trace thinner than the pad enters the lowest part of its rim."""
    if feed == "via":
        return "via_footprint" if via_kind == "discrete" else "via_bottom"
    return "pad_rim" if feed != "trace" or trace_um in (None, pad_um) else "trace_end"


def _with_implied(data: dict[str, Any]) -> dict[str, Any]:
    """Fill in what another key implies: the table of a mask or feed, terminals."""

    def said(*path: str) -> Any:
        node: Any = data
        for key in path:
            if isinstance(node, BaseModel):
                node = node.model_dump(by_alias=True)
            node = node.get(key) if isinstance(node, Mapping) else None
        return node

    for name, key, value in asked():
        if data.get(name) is None and said(*key.split(".")) == value:
            data[name] = {}
    feed = said("pad", "feed")
    terminals = {}
    if said("load", "current", "source") is None:
        pad_thickness = said("pad", "thickness_um")
        terminals["source"] = _source_boundary(
            feed,
            said("via", "kind"),
            said("trace", "thickness_um"),
            defaults("pad").thickness_um if pad_thickness is None else pad_thickness,
        )
    by_arcs = feed == "trace" or (feed == "via" and said("via", "kind") == "discrete")
    if by_arcs and said("load", "current", "source_kind") is None:
        terminals["source_kind"] = "flux"
    if data.get("assembly") is not None and said("load", "current", "sink") is None:
        terminals["sink"] = "substrate_pad_rim"
    if terminals and isinstance(data.get("load", {}), Mapping):
        load = dict(data.get("load", {}))
        if isinstance(load.get("current", {}), Mapping):
            data["load"] = {**load, "current": {**load.get("current", {}), **terminals}}
    return data
