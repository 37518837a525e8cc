"""Drawings of a probed pad: a view of the mark in every picture, and its dimensions."""

import matplotlib.text
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from geometry import Design, build_cross_section, build_mesh
from geometry.design.parameters import parameter_names
from geometry.drawing.canvas import close_up_window
from geometry.drawing.dimensions import plot_dimensions
from geometry.drawing.film_strip import plot_film_strip
from geometry.drawing.mark_dimensions import mark_panel
from geometry.drawing.pictures import plot_mesh, plot_section

MARKS = {
    "crater": Design(variant="no-recess", probe={}),
    "relief": Design(pad_etch={"depth_ratio": 0.5, "relief": 0.3}, probe={}),
    "groove": Design(
        variant="no-recess",
        probe={"depth_um": 0.3, "ring_diameter_um": 30.0, "diameter_um": 6.0},
    ),
    "through": Design(variant="no-recess", probe={"depth_ratio": 1.0, "pile_up_share": 0.0}),
}


@pytest.mark.parametrize("name", MARKS)
def test_dimensions_of_a_mark_have_the_length_that_they_say(name):
    section = build_cross_section(MARKS[name])
    panel, known = mark_panel(section), parameter_names()
    for line in (*panel.above, *panel.below, *panel.right):
        path = next((word for word in line.text.split() if "." in word and "_" in word), None)
        assert path is None or path.split("/")[0] in known, line.text
        length = abs(line.end - line.start)
        shown = float(line.text.rsplit("= ", 1)[1])
        from_axis = "/2" in line.text
        np.testing.assert_allclose(line.end if from_axis else length, shown, rtol=1e-3)
    texts = " ".join(line.text for line in (*panel.above, *panel.below, *panel.right))
    assert "probe.diameter_um" in texts
    assert "probe.wall_width_um" in texts
    assert "probe.depth" in texts
    assert ("pile_up_width_um" in texts) == (section.design.probe.pile_up_share > 0)


@pytest.mark.parametrize("name", MARKS)
def test_pictures_show_the_mark(name):
    section = build_cross_section(MARKS[name])
    for figure in (plot_section(section), plot_mesh(section, build_mesh(section, 4.0))):
        assert "the probe's mark" in [ax.get_title() for ax in figure.axes]
    dimensions = plot_dimensions(section)
    assert len(dimensions.axes) == 3
    FigureCanvasAgg(dimensions).draw()


@pytest.mark.slow
def test_every_frame_of_the_film_strip_shows_the_mark():
    section = build_cross_section(MARKS["relief"])
    figure = plot_film_strip(section)
    assert len(figure.axes) == 3 * len(section.steps)
    shown = {text.get_text() for text in figure.findobj(matplotlib.text.Text)}
    assert {"4  pad probed", "5  pad etched, passivation as mask"} <= shown
    for close in figure.axes[::3]:
        r0, r1 = close.get_xlim()
        assert r0 < 7.6 and 12.0 < r1


def test_where_nothing_is_to_be_seen_nothing_is_magnified():
    film = build_cross_section(Design(probe={"depth_ratio": 0.0, "offset_um": 10.0}))
    assert close_up_window(film, -1.0, 3.0, 1.5) is None
    assert mark_panel(film) is None
    flat = build_cross_section(Design(variant="full-depth", probe={}))
    assert mark_panel(flat) is None
    assert close_up_window(flat, -1.0, 3.0, 1.5) is not None  # the etch that takes it away
    assert close_up_window(build_cross_section(Design()), -1.0, 3.0, 1.5) is None
