"""Bodies of revolution with a sector cut away, and the field on all that can be seen of them.

The two cut faces show the field at their angles, the outer surfaces the field at every angle of
theta. theta = 0 is the direction of the trace or, for shear, outwards from the chip's neutral
point: +x.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from fem_bump import CurrentFlow, ThermalStress
from fem_bump.drawing.section_fields import KA_PER_CM2
from fem_bump.interfaces.averages import principal_max, von_mises
from geometry import CrossSection
from geometry.drawing.canvas import recess_window
from groundwork.files import whole_file
from studies.fields.section_mesh import SectionMesh, Window, section_mesh
from studies.solution.point_fields import current_density_at, displacement_at, stress_at

OPENED_REMOVED_DEG = (-180.0, -90.0)
REMOVED_DEG = (-90.0, 0.0)  # the cut face at theta = 0 is the one that the load points along
STEP_DEG = 3.0


PointField = Callable[[np.ndarray, np.ndarray, np.ndarray, float], np.ndarray]


@dataclass(frozen=True)
class Scene:
    """A body with a sector taken out, and the values on everything that can be seen of it.

    Attributes
    ----------
    label
        Name of the design.
    title
        Field and unit, as the colour bar has it.
    points_um
        (2, n) vertices r, z of the section.
    triangles, region, region_names
        (m, 3), (m,), names; see :class:`studies.fields.section_mesh.SectionMesh`.
    face_deg
        Angles of the two cut faces; the body is kept from the first, rising, to the second.
    face_values
        (2, n) field on the faces; not a number where it has none (insulators).
    skin
        (2, q) vertices of the section's outline, the body to the left of each edge.
    theta_deg
        (k,) layers from the first face to the second.
    skin_values
        (k, 2, q).
    face_shift_um, skin_shift_um
        (2, 3, n) and (k, 3, 2, q) displacement r, theta, z, to be shown exaggerated; or None.
    """

    label: str
    title: str
    points_um: np.ndarray
    triangles: np.ndarray
    region: np.ndarray
    region_names: tuple[str, ...]
    face_deg: tuple[float, float]
    face_values: np.ndarray
    skin: np.ndarray
    theta_deg: np.ndarray
    skin_values: np.ndarray
    face_shift_um: np.ndarray | None = None
    skin_shift_um: np.ndarray | None = None

    def save(self, path: Path) -> Path:
        """Write the scene as NumPy archive, values to single precision."""
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = {"triangles", "region", "skin"}
        arrays = {}
        for item in fields(self):
            value = getattr(self, item.name)
            if value is not None:
                array = np.array(value)
                single = np.int32 if item.name in whole else np.float32
                arrays[item.name] = array.astype(single) if array.ndim > 1 else array
        with whole_file(path) as part:
            np.savez_compressed(part, **arrays)  # type: ignore[arg-type]
        return path

    @classmethod
    def load(cls, path: Path, label: str | None = None) -> Scene:
        """A scene back from :meth:`save`, under another label if one is given."""
        with np.load(path) as data:
            found: dict[str, Any] = {name: data[name] for name in data.files}
        found["label"] = str(found["label"]) if label is None else label
        found["title"] = str(found["title"])
        found["region_names"] = tuple(map(str, found["region_names"]))
        found["face_deg"] = tuple(map(float, found["face_deg"]))
        return cls(**found)


def build_scene(
    mesh: SectionMesh,
    field: PointField,
    label: str,
    title: str,
    displacement: PointField | None = None,
    removed_deg: tuple[float, float] = REMOVED_DEG,
    step_deg: float = STEP_DEG,
) -> Scene:
    """Evaluate a field on everything that can be seen of a cut body.

    Parameters
    ----------
    field
        f(element, x, y, theta_deg) at reference points, one value per point; not a number where
        there is none.
    displacement
        The same, (3, points) r, theta, z in um.
    removed_deg
        The sector taken out, from the first angle, rising, to the second.
    """
    start, end = removed_deg[1], removed_deg[0] + 360.0
    if not 0.0 < end - start < 360.0:
        raise ValueError(f"removed_deg = {removed_deg} must rise by less than 360 degrees")
    theta = np.linspace(start, end, max(int(np.ceil((end - start) / step_deg)), 1) + 1)
    skin = outline(mesh)
    used, local = np.unique(skin, return_inverse=True)
    local = local.reshape(skin.shape)
    at = (mesh.element, mesh.x, mesh.y)
    seen = (mesh.element[used], mesh.x[used], mesh.y[used])
    face_shift = skin_shift = None
    if displacement is not None:
        face_shift = np.array([displacement(*at, start), displacement(*at, end)])
        skin_shift = np.array([displacement(*seen, float(t))[:, local] for t in theta])
    return Scene(
        label, title, mesh.points_um, mesh.triangles, mesh.region, mesh.region_names,
        (start, end), np.array([field(*at, start), field(*at, end)]), skin, theta,
        np.array([field(*seen, float(t))[local] for t in theta]), face_shift, skin_shift,
    )  # fmt: skip


def outline(mesh: SectionMesh) -> np.ndarray:
    """(2, q) vertices of the edges that only one triangle has, the axis left out.

    The section lies to the left of each edge.
    """
    r = mesh.points_um[0]
    step = 1e-7 * float(np.ptp(mesh.points_um, axis=1).max())
    place = np.unique(
        np.round(mesh.points_um / step).astype(np.int64), axis=1, return_inverse=True
    )[1].ravel()
    edges = mesh.triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    _, which, count = np.unique(
        np.sort(place[edges], axis=1), axis=0, return_inverse=True, return_counts=True
    )
    single = edges[count[which.ravel()] == 1].T
    on_axis = (r[single] <= step).all(axis=0)
    return single[:, ~on_axis]


# ---------------------------------------------------------------------------- from solutions


STRESSES: dict[str, tuple[str, Callable[[np.ndarray], np.ndarray]]] = {
    "von_mises": ("von Mises stress (MPa)", von_mises),
    "principal_max": ("first principal stress (MPa)", principal_max),
    "axial": ("axial stress σzz (MPa)", lambda stress: stress[1]),
}


def current_scene(
    current: CurrentFlow,
    label: str,
    window: Window | None = None,
    hidden: Iterable[str] = (),
    removed_deg: tuple[float, float] = REMOVED_DEG,
) -> Scene:
    """|J| in kA/cm2; ``window`` and ``hidden`` as :mod:`studies.fields.section_mesh` has them."""
    flows = current.model.mask(current.conducting_elements)

    def density(element: np.ndarray, x: np.ndarray, y: np.ndarray, theta: float) -> np.ndarray:
        size = np.linalg.norm(current_density_at(current, element, x, y, theta), axis=0)
        return np.where(flows[element], size * KA_PER_CM2, np.nan)

    mesh = section_mesh(current.model, window, hidden)
    return build_scene(mesh, density, label, "current density |J| (kA/cm²)", None, removed_deg)


def stress_scene(
    stress: ThermalStress,
    label: str,
    window: Window | None = None,
    hidden: Iterable[str] = (),
    removed_deg: tuple[float, float] = REMOVED_DEG,
    quantity: str = "von_mises",
    moving: bool = True,
) -> Scene:
    """A stress, MPa: a key of :data:`STRESSES`; if ``moving`` with displacements."""
    if quantity not in STRESSES:
        raise ValueError(f"quantity = '{quantity}' must be one of {', '.join(STRESSES)}")
    title, measure = STRESSES[quantity]

    def value(element: np.ndarray, x: np.ndarray, y: np.ndarray, theta: float) -> np.ndarray:
        return measure(stress_at(stress, element, x, y, theta))

    def moved(element: np.ndarray, x: np.ndarray, y: np.ndarray, theta: float) -> np.ndarray:
        return displacement_at(stress, element, x, y, theta)

    mesh = section_mesh(stress.model, window, hidden)
    return build_scene(mesh, value, label, title, moved if moving else None, removed_deg)


@dataclass(frozen=True)
class Surroundings:
    """What of a section the pictures show: the bump with the films around it, little of the chip.

    Attributes
    ----------
    whole, opened
        Windows (r0, r1, z0, z1), um, with the solder and without it.
    whole_hidden, opened_hidden
        Regions that are left out.
    edge_um
        (r, z, width) of the magnified surroundings of the opening's edge.
    """

    whole: Window
    opened: Window
    whole_hidden: tuple[str, ...]
    opened_hidden: tuple[str, ...]
    edge_um: tuple[float, float, float]


def surroundings(section: CrossSection) -> Surroundings:
    """Windows and regions for the pictures of a design."""
    design, regions = section.design, section.regions
    bump = regions["bump"].bounds
    # left out even where the solder is shown; the board's own pad then ends the picture
    in_front = {region.name for region in design.regions if region.in_front}
    counterpart = in_front | {region.name for region in design.regions if region.board}
    films = [name for name in regions if name not in ("bump", "chip", *counterpart)]
    top = max(regions[name].bounds[3] for name in films)
    radius = min(1.15 * max(bump[2], design.pad_radius_um), section.cell_radius_um)
    chip = -design.dielectric.thickness_um - 0.05 * bump[2]
    last = max(shape.bounds[3] for name, shape in regions.items() if name not in in_front)
    high = last + 1e-6 * bump[3]
    _r0, r1, z0, z1 = recess_window(section)
    return Surroundings(
        (0.0, radius, chip, high),
        (0.0, radius, -2.0 * design.dielectric.thickness_um, top + 1e-6),
        tuple(name for name in regions if name in in_front),
        tuple(name for name in regions if name in ("bump", *counterpart, *section.members("ubm"))),
        (design.opening_radius_um, (z0 + z1) / 2, 1.05 * (r1 - _r0)),
    )


def current_scenes(current: CurrentFlow, section: CrossSection, label: str) -> tuple[Scene, Scene]:
    """The body with its solder, and without solder and UBM."""
    at = surroundings(section)
    return (
        current_scene(current, label, at.whole, at.whole_hidden),
        current_scene(current, label, at.opened, at.opened_hidden, OPENED_REMOVED_DEG),
    )


def stress_scenes(
    stress: ThermalStress, section: CrossSection, label: str, quantity: str = "von_mises"
) -> tuple[Scene, Scene]:
    """The same for a stress, the body with its solder to be shown deformed."""
    at = surroundings(section)
    return (
        stress_scene(stress, label, at.whole, at.whole_hidden, REMOVED_DEG, quantity),
        stress_scene(
            stress, label, at.opened, at.opened_hidden, OPENED_REMOVED_DEG, quantity, moving=False
        ),
    )
