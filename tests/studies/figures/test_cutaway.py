"""Cut-away pictures: what hides what, colours that can be read off, shapes with known outlines."""

import dataclasses

import numpy as np
import pytest
from matplotlib import colormaps
from matplotlib.colors import Normalize, to_rgb
from skfem import MeshTri

from fem_bump import Model, current_flow, materials, thermal_stress
from geometry import Design, build_cross_section
from geometry.drawing.canvas import region_colours
from studies.fields import cutaway
from studies.fields.cutaway import Scene
from studies.fields.section_mesh import section_mesh
from studies.figures import style
from studies.figures.solid import cutaway_plots, depth_buffer
from studies.figures.solid.cutaway_plots import View
from studies.figures.solid.depth_buffer import Camera, shaded, visible
from studies.figures.solid.surfaces import Soup, faces, joined, skin, strip_block
from studies.loads.marks import Arrow, LoadMark, Strip

R, H = 4.0, 6.0
FRONT = View("front", -45.0, 30.0)


def cylinder():
    """A cylinder, 'pad' below 'bump', with an axis."""
    mesh = MeshTri.init_tensor(np.linspace(0.0, R, 5), np.linspace(0.0, H, 7))
    z = mesh.p[1][mesh.t].mean(axis=0)
    mesh = mesh.with_subdomains({"pad": np.nonzero(z < 2)[0], "bump": np.nonzero(z > 2)[0]})
    mesh = mesh.with_boundaries(
        {
            "rim": lambda x: (x[0] == R) & (x[1] < 2),
            "bottom": lambda x: x[1] == 0.0,
            "top": lambda x: x[1] == H,
        }
    )
    return Model(mesh, {"pad": materials["Al"], "bump": materials["SAC305"]})


@pytest.fixture(scope="module")
def model():
    return cylinder()


def scene_of(model, field, label="design", **more):
    mesh = section_mesh(model)

    def at(element, x, y, theta):
        r, z = model.position_um(element, x, y)
        return field(r, z, np.radians(theta)) + 0 * r

    return cutaway.build_scene(mesh, at, label, "height (µm)", **more)


def traced(scene, view, pixels=225, **more):
    shot = cutaway_plots._row_of_shots([(view, scene)], [None], 0.0)[0]
    soup = joined([*faces(scene, shot.stretch, 0.0), skin(scene, shot.stretch, 0.0)])
    return visible(soup, shot.camera, pixels), shot.camera, soup


def test_cameras_are_orthonormal_and_look_from_where_they_say():
    camera = Camera(-45.0, 30.0, (1.0, 2.0, 3.0), 10.0, 8.0)
    np.testing.assert_allclose(camera.axes @ camera.axes.T, np.eye(3), atol=1e-15)
    assert np.linalg.det(camera.axes) == pytest.approx(1.0)
    assert camera.project(np.array([[1.0], [2.0], [3.0]]))[:, 0] == pytest.approx([5.0, 4.0, 0.0])
    nearer = np.array([[1.0], [-1.0], [1.0]])  # from -45 degrees, above
    assert camera.project(nearer)[2, 0] > camera.project(-nearer)[2, 0]
    assert camera.project(np.array([[1.0], [2.0], [9.0]]))[1, 0] > 4.0  # z is up


def test_the_outline_leaves_out_the_axis_and_has_the_body_on_its_left(model):
    mesh = section_mesh(model)
    start, end = (mesh.points_um[:, k] for k in cutaway.outline(mesh))
    along = end - start
    assert np.hypot(*along).sum() == pytest.approx(2 * R + H)
    outward = np.array([along[1], -along[0]]) / np.hypot(*along)
    middle = (start + end) / 2
    assert (outward[0, middle[0] == R] == 1.0).all()
    assert (outward[1, middle[1] == H] == 1.0).all()
    assert (outward[1, middle[1] == 0] == -1.0).all()


@pytest.mark.parametrize("elevation", [0.0, 35.0])
def test_the_silhouette_of_a_cylinder_has_its_exact_area(model, elevation):
    # the sector is taken out behind and so thin that the silhouette is whole
    scene = scene_of(model, lambda r, z, t: z, removed_deg=(134.0, 136.0), step_deg=1.0)
    trace, camera, _ = traced(scene, View("", -45.0, elevation), 450)
    e = np.radians(elevation)
    exact = 2 * R * H * np.cos(e) + np.pi * R**2 * np.sin(e)
    assert trace.hit.sum() / trace.scale**2 == pytest.approx(exact, rel=3e-3)
    assert camera.width_um >= 2 * R


def test_a_removed_quarter_shows_its_two_faces_in_their_true_size(model):
    scene = scene_of(model, lambda r, z, t: z, step_deg=1.0)
    assert scene.face_deg == (0.0, 270.0)
    trace, _, _ = traced(scene, FRONT, 450)
    # a face at 45 degrees to the line of sight that looks down on it by 30
    exact = 2 * R * H * np.cos(np.radians(45.0)) * np.cos(np.radians(30.0))
    assert trace.flat.sum() / trace.scale**2 == pytest.approx(exact, rel=5e-3)


def test_values_are_seen_at_their_place_and_angle(model):
    scene = scene_of(model, lambda r, z, t: r * np.cos(t) + 10 * z)
    _, _, soup = traced(scene, FRONT)
    # x + 10 z is linear in space: every vertex of every surface has it
    np.testing.assert_allclose(soup.values, soup.points[0] + 10 * soup.points[2], atol=1e-12)


def test_what_is_nearer_hides_what_is_behind():
    def sheet(depth, value):
        points = np.array([[-1.0, 1, 1, -1], [-1, -1, 1, 1], [depth] * 4])
        return Soup(
            points, np.tile([[0.0], [0.0], [1.0]], (1, 4)), np.full(4, value),
            np.array([[0, 1, 2], [0, 2, 3]]), np.zeros(2, dtype=np.int64), np.ones(2, dtype=bool),
        )  # fmt: skip

    camera = Camera(0.0, 90.0, (0.0, 0.0, 0.0), 2.0, 2.0)
    for sheets in ((sheet(0.0, 1.0), sheet(0.5, 2.0)), (sheet(0.5, 2.0), sheet(0.0, 1.0))):
        trace = visible(joined(sheets), camera, 20)
        assert trace.hit.all()
        np.testing.assert_allclose(trace.values, 2.0, rtol=1e-12)
        np.testing.assert_allclose(trace.depth, 0.5, rtol=1e-12)


def picture(scene, norm=None, view=FRONT):
    """Picture of a scene in colours, and where pixels are inside one thing."""
    trace, camera, _ = traced(scene, view)
    names = list(scene.region_names)
    by_name = region_colours(names)
    colours = np.array([to_rgb(by_name[n]) for n in names], dtype=np.float32)
    return shaded(
        trace, camera, norm or Normalize(0, 1), "viridis", colours, np.arange(len(names))
    ), trace


def test_cut_faces_show_the_colours_of_the_bar_and_outer_surfaces_are_shaded(model):
    image, trace = picture(scene_of(model, lambda r, z, t: 0.25))
    solid = image[image[..., 3] == 1.0][:, :3]
    wanted = np.array(colormaps["viridis"](0.25)[:3])
    exact = np.abs(solid - wanted).max(axis=1) < 0.005
    share = trace.flat.sum() / len(trace.flat)
    assert exact.mean() == pytest.approx(share, abs=0.08)
    assert len(np.unique(np.round(solid[~exact], 3), axis=0)) > 20
    assert image[0, 0, 3] == 0.0  # nothing beside the body


def test_regions_without_values_have_the_colour_of_their_material(model):
    scene = scene_of(model, lambda r, z, t: np.where(z < 2.0, np.nan, 0.5))
    image, _ = picture(scene)
    wanted = np.array(to_rgb(region_colours(["pad"])["pad"]))
    close = np.abs(image[..., :3] - wanted).max(axis=-1) < 0.01
    assert close.sum() > 50
    rows = np.nonzero(close)[0]
    assert rows.max() < 0.7 * len(image)  # the first row is at the bottom


def test_boundaries_of_regions_are_outlined_unless_they_are_one(model):
    scene = scene_of(model, lambda r, z, t: 0.5)
    trace, camera, _ = traced(scene, FRONT)
    images = [
        shaded(trace, camera, Normalize(0, 1), "viridis", np.zeros((2, 3), np.float32), outlined)
        for outlined in (np.arange(2), np.zeros(2, dtype=np.int64))
    ]
    change = (images[1] - images[0])[..., :3].sum(axis=-1)
    # the boundary goes around the outside of three quarters and along both faces
    width = 2 / depth_buffer.OVERSAMPLED
    assert (change > 0.05).sum() > R * images[0].shape[1] / camera.width_um * width
    assert change.min() > -1e-5  # ink is darker than what it covers


def test_scenes_come_back_from_their_files(model, tmp_path):
    def shift(element, x, y, theta):
        return np.ones((3, len(element))) * theta

    mesh = section_mesh(model)

    def field(element, x, y, theta):
        return np.where(element % 7 == 0, np.nan, 1.0 + theta)

    scene = cutaway.build_scene(mesh, field, "a", "b (c)", shift)
    back = Scene.load(scene.save(tmp_path / "deep" / "scene.npz"), "other")
    assert back.label == "other" and back.region_names == scene.region_names
    for item in dataclasses.fields(Scene):
        if item.name != "label":
            one, two = getattr(scene, item.name), getattr(back, item.name)
            if isinstance(one, np.ndarray):
                np.testing.assert_allclose(two, one, rtol=1e-6)
            else:
                assert one == two
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["scene.npz"]


def test_exaggerated_displacements_move_the_body(model):
    def rigid(element, x, y, theta):  # 0.1 um in x
        t = np.radians(theta)
        return np.outer([0.1 * np.cos(t), -0.1 * np.sin(t), 0.0], np.ones(len(element)))

    mesh = section_mesh(model)
    scene = cutaway.build_scene(mesh, lambda e, x, y, t: x, "a", "b", rigid)
    still = [*faces(scene, 1.0, 0.0), skin(scene, 1.0, 0.0)]
    moved = [*faces(scene, 1.0, 20.0), skin(scene, 1.0, 20.0)]
    for p, q in zip(still, moved, strict=True):
        np.testing.assert_allclose(q.points - p.points, [[2.0], [0.0], [0.0]] + 0 * p.points,
                                   atol=1e-12)  # fmt: skip
    views = (dataclasses.replace(FRONT, exaggerated=True), FRONT)
    shots = [cutaway_plots._row_of_shots([(v, scene)], [None], 20.0)[0] for v in views]
    assert [shot.exaggeration for shot in shots] == [20.0, 0.0]


def test_pictures_of_one_row_have_one_scale(model):
    small = scene_of(model, lambda r, z, t: z)
    mesh = section_mesh(model, (0.0, 2.0, 0.0, 3.0))
    large, cropped = (
        small,
        cutaway.build_scene(mesh, lambda e, x, y, t: 1.0 * x, "cropped", small.title),
    )
    shots = cutaway_plots._row_of_shots([(FRONT, large), (FRONT, cropped)], [None, None], 0.0)
    assert shots[0].camera.width_um == shots[1].camera.width_um
    assert shots[0].seen.hit.sum() > 3 * shots[1].seen.hit.sum()


@pytest.mark.parametrize("count", [1, 2])
def test_figures_have_a_bar_with_the_unit_and_say_what_is_stretched(model, count, monkeypatch):
    monkeypatch.setattr(cutaway_plots, "PIXELS", 150)
    scenes = [scene_of(model, lambda r, z, t: z, str(k)) for k in range(count)]
    rows = {
        view.title: [(view, scene) for scene in scenes]
        for view in (cutaway_plots.WHOLE, dataclasses.replace(FRONT, stretch=3.0))
    }
    figures = cutaway_plots.cutaways(
        rows, [LoadMark("", (Arrow("outwards"),))] * count, state="after yield and creep"
    )
    assert list(figures) == ["quarter cut away", "front"]
    for name, figure in figures.items():
        assert figure.axes[-1].get_ylabel() == "height (µm)"
        words = [text.get_text() for ax in figure.axes for text in ax.texts]
        assert words.count("z stretched ×3") == (count if name == "front" else 0)
        assert "θ = 0°" in words and "θ = −90°" in words and "outwards" in words
        assert sum(word.endswith("µm") for word in words) == count  # scale bars
        said = figure.get_supxlabel()
        assert said.startswith("after yield and creep; ") and name in said
        assert style.render(figure, "png").startswith(b"\x89PNG")


def test_figures_of_a_field_share_their_colour_scale(model, monkeypatch):
    monkeypatch.setattr(cutaway_plots, "PIXELS", 150)
    low, high = (scene_of(model, lambda r, z, t, f=f: f * z) for f in (1.0, 10.0))
    rows = {"a": [(FRONT, low)], "b": [(FRONT, high)]}
    tops = {f.axes[-1].get_ylim()[1] for f in cutaway_plots.cutaways(rows).values()}
    assert len(tops) == 1 and tops.pop() > 5.0 * H


def test_each_design_is_magnified_at_its_own_edge():
    sections = [build_cross_section(Design().replace(opening_ratio=x)) for x in (0.6, 0.75)]
    rows = cutaway_plots.cutaway_rows([(None, None)] * 2, sections)
    assert list(rows) == ["whole", "opened", "edge"]
    focus = [view.focus for view, _ in rows["edge"]]
    assert [r for r, _, _ in focus] == [s.design.opening_radius_um for s in sections]
    assert focus[0][2] == focus[1][2]


def test_the_trace_reaches_from_the_pad_outwards_as_far_as_it_is_not_cut_away(model):
    scene = scene_of(model, lambda r, z, t: z)
    load = LoadMark("", (Strip(4.0, "trace"),), pad_radius_um=R)
    block = strip_block(scene, 1.0, load)
    low, high = block.points.min(axis=1), block.points.max(axis=1)
    assert low[0] == pytest.approx(R) and high[0] > R
    assert (low[1], high[1]) == pytest.approx((0.0, 2.0), abs=0.02)
    assert (low[2], high[2]) == pytest.approx((0.0, 2.0), abs=0.03)
    whole = scene_of(model, lambda r, z, t: z, removed_deg=(-180.0, -90.0))
    low = strip_block(whole, 1.0, load).points.min(axis=1)
    assert low[1] == pytest.approx(-2.0)
    assert strip_block(scene, 1.0, LoadMark("", (Arrow("outwards"),))) is None


def test_unlike_scenes_are_refused(model):
    scene = scene_of(model, lambda r, z, t: z)
    other = dataclasses.replace(scene, title="other")
    one, two, unlike = [scene], [scene, scene], [scene, other]
    for found in ([one, two], [unlike], []):
        rows = {str(k): [(FRONT, s) for s in row] for k, row in enumerate(found)}
        with pytest.raises(ValueError, match="cut-aways"):
            cutaway_plots.cutaways(rows)
    with pytest.raises(ValueError, match="removed_deg"):
        scene_of(model, lambda r, z, t: z, removed_deg=(10.0, -10.0))
    with pytest.raises(ValueError, match="quantity"):
        cutaway.stress_scene(None, "a", quantity="colour")


# ------------------------------------------------------------------------- from solutions


def test_scenes_of_a_current_show_it_where_it_flows(model):
    flow = current_flow(model, 0.2, "rim", "top", source_kind="flux", source_half_angle_deg=25.0)
    scene = cutaway.current_scene(flow, "a")
    # the face at theta = 0 is next to the entry, that at -90 degrees is not
    towards, aside = scene.face_values
    outer = (scene.points_um[0] > 0.9 * R) & (scene.points_um[1] < 2.0)
    assert towards[outer].min() > aside[outer].max()
    mesh = section_mesh(model)
    for angle, values in zip(scene.face_deg, scene.face_values, strict=True):
        size = np.linalg.norm(flow.current_density_at(mesh.element, mesh.x, mesh.y, angle), axis=0)
        np.testing.assert_allclose(values, 1e5 * size)


def test_scenes_of_a_stress_carry_displacements(model):
    stress = thermal_stress(
        model, -50.0, 150.0, fixed={"bottom": "z"}, lateral_shift_um={"bottom": 0.0, "top": 0.02}
    )
    scene = cutaway.stress_scene(stress, "a", quantity="axial")
    top = scene.points_um[1] == H
    # 0.02 um in x: along r at 0 degrees, along theta at -90
    first, second = scene.face_shift_um[:, :, top]
    np.testing.assert_allclose(first[0] - second[0], 0.02, rtol=1e-9)
    np.testing.assert_allclose(second[1] - first[1], 0.02, rtol=1e-9)
    np.testing.assert_allclose(first[2], second[2], atol=1e-12)
    for name in cutaway.STRESSES:
        assert np.isfinite(cutaway.stress_scene(stress, "a", quantity=name).face_values).all()


def test_surroundings_hold_the_bump_and_leave_out_its_counterpart():
    section = build_cross_section(Design(variant="full-depth"))
    at = cutaway.surroundings(section)
    bump = section.regions["bump"].bounds
    assert at.whole[1] > bump[2] and at.whole[3] > bump[3]
    assert at.opened_hidden == ("ubm_ti", "ubm_niv", "ubm_cu", "bump")
    assert at.opened[3] == pytest.approx(section.regions["passivation"].bounds[3], abs=1.1)
    assert at.edge_um[0] == section.design.opening_radius_um


def test_a_joint_is_shown_with_its_substrate_pad_and_without_what_is_in_front():
    section = build_cross_section(Design(bump={"shape": "reflowed"}, assembly={}))
    at = cutaway.surroundings(section)
    assert set(at.whole_hidden) == {"underfill", "solder_mask", "substrate"}
    assert set(at.opened_hidden) > {*at.whole_hidden, "substrate_pad", "bump"}
    assert at.whole[3] >= section.regions["substrate_pad"].bounds[3]
