"""Things draw themselves in a notebook: found by name, with Matplotlib only when asked."""

import base64
import re
import subprocess
import sys

import pytest
from matplotlib.figure import Figure

from groundwork.pictures import Pictured, beside, pictures, table


class Thing(Pictured):
    drawn_as = "thing of a test"

    def __repr__(self):
        return "Thing of <two> & more"


@pytest.fixture
def drawn():
    asked = []

    @pictures.named("thing of a test")
    def draw(thing, **kwargs):
        asked.append((thing, kwargs))
        figure = Figure(figsize=(3.0, 1.0))
        figure.add_subplot().plot([0, 1])
        return figure

    yield asked
    pictures.remove("thing of a test")


def test_a_thing_is_drawn_by_what_is_registered_under_its_name(drawn):
    thing = Thing()
    figure = thing.plot(view="side")
    assert drawn == [(thing, {"view": "side"})] and isinstance(figure, Figure)
    # the figure shows itself as well, without pyplot
    assert figure._repr_html_().startswith("<img ")
    assert "matplotlib.pyplot" not in sys.modules or getattr(figure, "number", None) is None


def test_a_notebook_has_its_text_and_its_picture(drawn):
    html = Thing()._repr_html_()
    assert "Thing of &lt;two&gt; &amp; more" in html
    found = re.search(r'width:288px.*src="data:image/png;base64,([^"]+)"', html)
    assert base64.b64decode(found[1]).startswith(b"\x89PNG")


def test_texts_and_cells_are_escaped():
    assert "<script" not in beside("<script>", table(["<script>"], [["<script>"]]))
    assert table(["a", "b"], [["1", "2"]]).count("<td") == 2


def test_nothing_draws_before_it_is_asked():
    code = (
        "import sys, fem_bump, geometry; fem_bump.materials['Al']; geometry.Design();"
        "from fem_bump.body.model import Model;"
        "assert not {'matplotlib', 'gmsh', 'fem_bump.drawing'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
