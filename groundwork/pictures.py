"""Things that draw themselves, where they are asked to and by themselves in a notebook.

What draws a thing stands above it in the layers: it registers under the thing's name, and the
thing asks for it by that name only. So nothing that is solved knows what draws it, and Matplotlib
is loaded with the first picture.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

from groundwork.registry import Registry

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 144  # of a picture in a notebook: half again as fine as the page, for screens that show it
CSS_PX_PER_IN = 96

pictures: Registry[Callable[..., Any]] = Registry("fem_bump.pictures")
views: Registry[Callable[..., Any]] = Registry("fem_bump.views")  # for PyVista


class Pictured:
    """A thing that has a picture, and shows it with its text in a notebook."""

    drawn_as: ClassVar[str]  # under which name what draws it is registered

    def plot(self, **kwargs: Any) -> Figure:
        """The thing drawn; keywords are those of what draws it.

        Returns
        -------
        matplotlib.figure.Figure
            Which a notebook shows where it is the last of a cell; ``savefig`` writes it.
        """
        figure: Figure = pictures[self.drawn_as](self, **kwargs)
        # a figure that no window has made is shown as its class' name otherwise
        setattr(figure, "_repr_html_", partial(image, figure))  # noqa: B010
        return figure

    def _repr_html_(self) -> str:
        return beside(repr(self), image(self.plot()))


class Viewed(Pictured):
    """A thing that is a grid of PyVista as well."""

    def to_pyvista(self, *, revolved: bool = False, **kwargs: Any) -> Any:
        """The section as a ``pyvista.UnstructuredGrid``, coordinates r, z, 0 in um.

        Needs ``.venv/bin/pip install -e ".[view]"``. Units stand in the names of the fields, cells
        know their ``region``, whose names are the field data ``regions``.

        Parameters
        ----------
        revolved
            The body in space instead, x, y, z, with a window (r0, r1, z0, z1) in um and ``hidden``
            regions if keywords say so.

        Raises
        ------
        MissingExtra
            Without PyVista.
        """
        return views[f"{self.drawn_as} revolved" if revolved else self.drawn_as](self, **kwargs)


def image(figure: Figure) -> str:
    """A figure as an HTML image that needs no file."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    FigureCanvasAgg(figure)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI)
    width = round(figure.get_figwidth() * CSS_PX_PER_IN)
    return (
        f'<img style="max-width:100%;width:{width}px;background:white" '
        f'src="{png_uri(buffer.getvalue())}"/>'
    )


def png_uri(png: bytes) -> str:
    """A PNG as a data URI."""
    return f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"


def beside(text: str, *html: str) -> str:
    """Plain text, and what is HTML already below it."""
    said = (
        '<pre style="font-family:monospace;line-height:1.35;margin:0 0 .5em;white-space:pre-wrap">'
        f"{escape(text)}</pre>"
    )
    return f"<div>{said}{''.join(html)}</div>"


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Texts as an HTML table, the first column to the left."""
    style = ("text-align:left", *["text-align:right"] * (len(headers) - 1))
    lines = [
        "".join(
            f'<{tag} style="{at}">{escape(text)}</{tag}>'
            for at, text in zip(style, row, strict=True)
        )
        for tag, row in (("th", headers), *(("td", row) for row in rows))
    ]
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"
