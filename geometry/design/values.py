"""Values of a design: its tables with their defaults, and the lengths that follow from them.

The tables that describe process steps come with the steps, which stand above and declare them
(:func:`declare_table`), this package's own and others' alike; so do keys that say what is done with
the bump (:func:`declare_keys`). Nothing here knows their types: to a type checker each is ``Any``.

Nothing is judged here but single values and what is said twice: ``pad_etch.depth_ratio`` is the
single truth about the pad etch and ``variant`` is shorthand for it (0, 0.5, 1). What must hold
between values is in :mod:`geometry.design.rules`; a :class:`~geometry.design.design.Design` has
passed it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from pydantic import (
    BaseModel,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)
from pydantic.fields import FieldInfo

from geometry.design.angles import cotangent
from geometry.design.case_keys import CaseKeys, Said, declaring
from geometry.design.flow import Region, Table, asked, flow, masks, of_one_material, tables
from geometry.design.paths import keys_of
from geometry.design.schema import Cell, Crack, Load, MeshSize, Metrics, Open, Section
from geometry.errors import DesignError

NAME = "a name of at most 100 letters, digits, blanks and '_', '.', '+', '-'"
THROUGH_A_HOLE = ("evaporate", "screen-print")  # of a stencil or screen: no resist, no overhang
VARIANT_DEPTH_RATIO = {"no-recess": 0.0, "partial-depth": 0.5, "full-depth": 1.0}


class DesignValues(Section):
    """The tables of a design file and what follows from their values; not yet judged together.

    Those of process steps follow the cell.
    """

    schema_version: Literal[1] = Field(1, alias="schema")
    name: Annotated[str, Field(pattern=r"^[\w][\w .+-]{0,99}$", description=NAME)] = "default"
    variant: Literal["no-recess", "partial-depth", "full-depth"] = "partial-depth"
    cell: Cell = Cell()
    # their keys are declared by what is done with the bump, so each default is made anew
    load: Load = Field(default_factory=Load)
    metrics: Metrics = Field(default_factory=Metrics)
    crack: Crack | None = None
    mesh: MeshSize = Field(default_factory=MeshSize)
    materials: dict[str, dict[str, Any]] = Field(default_factory=dict)

    @model_serializer(mode="wrap")
    def _without_absent(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """A design says nothing of the tables that other packages add and that it does not use."""
        said: dict[str, Any] = handler(self)
        for name in _SILENT:
            if name in said and said[name] is None:
                del said[name]
        return said

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
        return float(getattr(self, self.pad_etch.mask).opening_radius_um)

    @property
    def masks(self) -> dict[str, Any]:
        """Tables of the films that have an opening over the pad, the lowest first."""
        every = {name: getattr(self, name) for name in masks()}
        return {name: film for name, film in every.items() if film is not None}

    @property
    def ubm_radius_um(self) -> float:
        """Radius of UBM and bump: the bump masks the UBM etch, so they share it.

        Plated metal fills the resist opening, which is that of the UBM under a ball as well;
        evaporated and printed metal has the first diameter, that of the stencil's or screen's hole.
        """
        if self.bump.diameter_um is not None:
            return self.bump.diameter_um / 2
        if self.bump.method in THROUGH_A_HOLE:
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
        """Height of the joint from chip to board, as far as it is known before reflow, um."""
        if self.assembly is not None:
            return self.assembly.standoff_um
        heights = {"screen-print": "screen_thickness_um", "ball-drop": "ball_diameter_um"}
        return float(getattr(self.bump, heights.get(self.bump.method, "height_um")))

    # ------------------------------------------------------------------ feed

    @property
    def discrete_vias(self) -> Any:
        """The ring of round vias; None for any other feed, an annular via included."""
        return self.via if self.via is not None and self.via.kind == "discrete" else None

    @property
    def source_boundary(self) -> str:
        """The boundary through which current enters."""
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
        for step, described in of_one_material():
            for table in described:
                names[f"{table}.material"] = getattr(getattr(self, table), "material", None)
            names |= {f"{region.path}.material": region.material for region in step.regions(self)}
        for keys in declaring("materials"):
            names |= keys.materials(self)
        return {key: name for key, name in names.items() if name is not None}

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
_SILENT: set[str] = set()  # tables of which a design without them says nothing
_OUTDATED: set[type[BaseModel]] = set()


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
    _SILENT.clear()
    _SILENT.update(name for name, table in _TABLES.items() if not (table.always or table.said))
    behind = _TYPED.index("cell") + 1
    for model in _models():
        fields = model.model_fields
        typed = {name: fields[name] for name in _TYPED}
        fields.clear()
        for name in (*_TYPED[:behind], *_TABLES, *_TYPED[behind:]):
            fields[name] = typed[name] if name in typed else _field(_TABLES[name])
    _OUTDATED.update(_models())


def _models() -> list[type[DesignValues]]:
    return [DesignValues, *DesignValues.__subclasses__()]


def _field(table: Table) -> Any:
    if table.always:
        return FieldInfo(annotation=table.schema, default=table.schema())
    return FieldInfo(annotation=table.schema | None, default=None)  # type: ignore[arg-type]


def declare_keys(keys: CaseKeys) -> None:
    """Let a table of designs have keys that say what is done with the bump.

    Raises
    ------
    ValueError
        Where no table takes such keys, or it has another of a name.
    """
    table = _open_table(keys.table)
    for name in keys.keys:
        if name in table.model_fields:
            raise ValueError(f"designs have another key '{keys.table}.{name}'")
    for name, field in keys.keys.items():
        table.model_fields[name] = field
        table.__annotations__[name] = field.annotation
    if keys.silent:
        table.silent = table.silent | set(keys.keys)
    _OUTDATED.update((table, *_models()))


def withdraw_keys(keys: CaseKeys) -> None:
    """Take back what :func:`declare_keys` has added."""
    table = _open_table(keys.table)
    for name in keys.keys:
        del table.model_fields[name], table.__annotations__[name]
    table.silent = table.silent - set(keys.keys)
    _OUTDATED.update((table, *_models()))


def _open_table(name: str) -> type[Open]:
    field = DesignValues.model_fields.get(name)
    kinds = () if field is None else (field.annotation, *get_args(field.annotation))
    for kind in kinds:
        if isinstance(kind, type) and issubclass(kind, Open):
            return kind
    raise ValueError(f"designs have no table [{name}] that takes keys of others")


def fit_declared() -> None:
    """Make designs accept what was declared since, once for all of it: it takes 10 ms each time."""
    designs = _models()
    for model in sorted(_OUTDATED, key=lambda model: model in designs):  # tables before designs
        model.model_rebuild(force=True)
    _OUTDATED.clear()


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


def fed_boundary(said: Said) -> str:
    """:attr:`DesignValues.source_boundary` of a file: of the value at a path of keys, or None."""
    thickness = said("pad", "thickness_um")
    return _source_boundary(
        said("pad", "feed"),
        said("via", "kind"),
        said("trace", "thickness_um"),
        defaults("pad").thickness_um if thickness is None else thickness,
    )


def _with_implied(data: dict[str, Any]) -> dict[str, Any]:
    """Fill in what another key implies: the table of a mask or feed, a load's terminals."""

    def said(*path: str) -> Any:
        node: Any = data
        for key in path:
            if type(node) is not dict:  # as nearly all are
                if isinstance(node, BaseModel):
                    node = node.model_dump(by_alias=True)
                if not isinstance(node, Mapping):
                    return None
            node = node.get(key)
        return node

    for name, key, value in asked():
        if data.get(name) is None and said(*keys_of(key)) == value:
            data[name] = {}
    for keys in declaring("implied"):
        for path, value in keys.implied(said).items():
            if said(*keys_of(path)) is None:
                data = _with(data, keys_of(path), value)
    return data


def _with(data: Any, keys: tuple[str, ...], value: Any) -> Any:
    """Data with a value at a place; as they are where the way there is no table."""
    if not isinstance(data, Mapping):
        return data
    key, *rest = keys
    inner = data.get(key, {})
    return {**data, key: _with(inner, tuple(rest), value) if rest else value}
