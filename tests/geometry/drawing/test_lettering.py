"""Names in drawings are text, and a drawing never fails over one."""

import warnings

import matplotlib
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from geometry import Design, build_cross_section
from geometry.design.paths import renamed
from geometry.drawing.dimensions import plot_dimensions
from geometry.drawing.film_strip import plot_film_strip
from geometry.drawing.pictures import draw_on, plot_section, save
from geometry.drawing.stand_in_names import with_stand_ins
from groundwork.files import file_stem
from groundwork.lettering import fits, is_drawable, lacking, stand_ins, visible

AS_GIVEN = [
    r"$Ni_{3}$Sn$_4 \um$", "Cu (lot A, 5$/g; B, 6$/g)", "a$b", r"\frac", "50 % {x} %s",
    "<b>&\"'</b>", "[red]x[/]", "a/b:c ..", "Ångström µ", "Медь", "x^2_3",
]  # fmt: skip
STOOD_FOR = [
    "铜", "銅めっき", "구리", "نحاس", "נחושת", "ทองแดง", "a\tb", "a\nb", "a\x1b[31m", "_Cu", " Cu",
    "Cu ", "a  b", "a\u200bb", "a\u202eb", "\U0001f9ea", "x" * 80,
]  # fmt: skip
PLOTS = (plot_section, plot_film_strip, plot_dimensions)


def design(name):
    return Design(materials={name: {"based_on": "Cu"}}, pad={"material": name})


def texts(figure):
    return [text.get_text() for text in figure.findobj(Text)]


@pytest.mark.parametrize("name", AS_GIVEN)
def test_names_are_drawn_letter_by_letter(name, tmp_path):
    assert fits(name)
    for plot in PLOTS if "_4" in name else PLOTS[2:]:
        figure = plot(build_cross_section(design(name)))
        assert f"pad ({name})" in texts(figure)
        assert not any(t.get_parse_math() for t in figure.findobj(Text) if "$" in t.get_text())
        save(figure, tmp_path / "a.svg")


@pytest.mark.parametrize("name", STOOD_FOR)
def test_names_that_a_figure_cannot_hold_have_a_stand_in_and_a_key(name, tmp_path):
    assert not fits(name)
    for plot in PLOTS if name == "铜" else PLOTS[2:]:
        figure = plot(build_cross_section(design(name)))
        assert "pad (material 1)" in texts(figure)
        assert any("material 1: " in text for text in texts(figure))
        # missing signs are warnings, and these errors here
        figure.draw_without_rendering()
        if name == "铜":
            save(figure, tmp_path / "a.png")


def test_a_legend_on_axes_of_the_user_is_text(tmp_path):
    figure = Figure()
    draw_on(figure.subplots(), build_cross_section(design(AS_GIVEN[0])), legend=True)
    save(figure, tmp_path / "a.png")


def test_a_session_that_draws_with_tex_is_left_alone(tmp_path):
    with matplotlib.rc_context({"text.usetex": True}):
        figure = plot_film_strip(build_cross_section(Design()))
        assert matplotlib.rcParams["text.usetex"]
    assert not any(text.get_usetex() for text in figure.findobj(Text) if text.get_text())


@pytest.mark.slow
def test_names_of_designs_in_any_script_head_a_drawing(tmp_path):
    long = Design(name="铜" + 99 * "é")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for plot in PLOTS:
            save(plot(build_cross_section(long)), tmp_path / "a.png")
    stem = file_stem("铜" * 100)
    assert len(f"{stem}-dimensions.png".encode()) < 255
    assert stem != file_stem("铜" * 101) and file_stem("default") == "default"


def test_stand_ins_take_no_name_that_exists():
    names = ["铜", "material 1", "铝"]
    assert stand_ins(names) == {"铜": "material 2", "铝": "material 3"}


def test_names_are_replaced_as_values_keys_and_in_paths():
    plan = {"materials": {"铜": {"based_on": "铜"}}, "materials.铜.poisson": [0.3, "铜!"], "n": 1}
    short = renamed(plan, {"铜": "material 1"})
    assert short == {
        "materials": {"material 1": {"based_on": "material 1"}},
        "materials.material 1.poisson": [0.3, "铜!"], "n": 1,
    }  # fmt: skip


def test_one_sentence_names_what_the_font_lacks():
    assert lacking(["x" * 80, "Al"]) is None
    note = lacking(["铜", "铝", "镍", "金"])
    assert note.count("'铜'") == 1 and note.endswith("take their place") and "..." in note
    assert visible("铜 5$") == "U+94DC 5$" and is_drawable("⌀ 5 µm")


def test_long_names_of_layers_have_stand_ins_in_drawings():
    long = "c" * 86
    layers = [
        {"name": long, "material": "Cu", "thickness_um": 0.5},
        {"name": long + "d", "material": "Ni", "thickness_um": 0.5},
    ]
    section = build_cross_section(Design(ubm={"layers": layers}))
    drawn, names = with_stand_ins(section)
    assert names == {long: "layer_1", long + "d": "layer_2"}
    assert {"ubm_layer_1", "ubm_layer_2"} <= set(drawn.films)
    assert not any(long in label for label, _ in drawn.steps)
    for plot in PLOTS:
        said = [text.get_text() for text in plot(section).findobj(Text)]
        assert any(text.startswith("layer_1: ccc") for text in "\n".join(said).split("\n"))
        assert not any(long in text and "layer_1: " not in text for text in said)
