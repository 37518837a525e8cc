"""Life against what it costs: the designs of every condition, their front, and the immortal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec, SubplotSpec
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator
from matplotlib.transforms import ScaledTranslation, Transform

from studies.figures.registry import Drawing, figure
from studies.figures.style import (
    COLOURS,
    MARKERS,
    WIDTH_IN,
    broken,
    letters,
    mark_state,
    new_figure,
    panel_title,
    styled,
)
from studies.results.lives.fates import End, Life
from studies.results.lives.fronts import Case, Condition, Stand, conditions, costs, followed
from studies.results.results import Results
from studies.results.twins import state_of
from studies.wording.labels import uncapitalized
from studies.wording.levels import level

METALS = {"solder": "solder", "pad": "pad"}
ASIDE_PT = 2.6  # that bars of one cost do not hide each other
STRIP = 0.42  # height of the immortals' over that of the lives
FRONT_GREY = "#555555"
RING: dict[str, Any] = {
    "marker": "o", "ls": "none", "ms": 12.5, "mfc": "none", "mec": COLOURS[0], "mew": 1.0,
}  # fmt: skip
NEVER_REACH = 1.5  # of the arrow where no shape but one ever raises the resistance so far
NOT_DRAWN = (End.UNDECIDED, End.UNKNOWN, End.LATER)
STRIP_SAYS = (
    " Grey strip: immortal designs by their margin, the critical stress over the largest, or the "
    "volume for +20 % over that at which the void settles."
)


@dataclass(frozen=True)
class Looks:
    """Colours by variant and markers by what else a design chooses, in all panels alike."""

    colours: Mapping[str, str]
    markers: Mapping[str, str]

    @classmethod
    def of(cls, found: Sequence[Condition]) -> Looks:
        cases = sorted((c for one in found for c in one.cases), key=lambda case: case.depth)
        variants = dict.fromkeys(case.variant for case in cases)
        choices = dict.fromkeys(case.choice for one in found for case in one.cases)
        return cls(
            {name: COLOURS[k % len(COLOURS)] for k, name in enumerate(variants)},
            {name: MARKERS[k % len(MARKERS)] for k, name in enumerate(choices)},
        )

    def aside(self, case: Case) -> float:
        """How far beside its cost a case is drawn, points."""
        names = list(self.markers)
        return ASIDE_PT * (names.index(case.choice) - (len(names) - 1) / 2)

    def marker(self, case: Case, stand: Stand) -> dict[str, Any]:
        colour = self.colours[case.variant]
        face = {Stand.FRONT: colour, Stand.OPEN: "white", Stand.BEHIND: colour}[stand]
        return {
            "marker": self.markers[case.choice], "linestyle": "none", "markerfacecolor": face,
            "markeredgecolor": colour,
            "markeredgewidth": 1.3 if stand is not Stand.BEHIND else 0.0,
            "markersize": 4.0 if stand is Stand.BEHIND else 7.0,
            "alpha": 0.45 if stand is Stand.BEHIND else 1.0,
        }  # fmt: skip


@styled
def life_against_cost(found: Sequence[Condition], state: str, length_um: float | None) -> Figure:
    """A panel per condition: cost across, life up, the immortal in a strip above."""
    columns = min(2, len(found))
    lines = -(-len(found) // columns)
    figure = new_figure(1.0 + 2.75 * lines, WIDTH_IN if columns > 1 else 6.0)
    grid = GridSpec(lines, columns, figure=figure)
    looks = Looks.of(found)
    for k, one in enumerate(found):
        below = k + columns >= len(found)
        _condition(figure, grid[k // columns, k % columns], one, looks, k, columns, below)
    wide = 4 if columns > 1 else 3
    figure.legend(handles=_handles(looks), loc="outside upper center", ncols=wide, fontsize=7.5)
    window = "" if length_um is None else f"cost averaged over {level(length_um)} µm"
    note = "markers stand a little beside each other where costs are equal"
    mark_state(figure, found[0].cost.is_stress, "; ".join(filter(None, [window, note])), state)
    return figure


def _condition(
    figure: Figure, spot: SubplotSpec, one: Condition, looks: Looks, k: int, columns: int,
    below: bool,
) -> None:  # fmt: skip
    immortal = [case for case in one.cases if case.life.is_immortal]
    with_lives = bool(one.fails)
    strip = None
    if immortal and with_lives:
        inner = spot.subgridspec(2, 1, height_ratios=[STRIP, 1], hspace=0.0)
        ax = figure.add_subplot(inner[1])
        strip = figure.add_subplot(inner[0], sharex=ax)
        strip.tick_params(labelbottom=False, length=0)
    else:
        ax = figure.add_subplot(spot)
        strip = ax if immortal else None
    for case in one.cases:
        stand = one.stands[case.row["key"]]
        if case.life.end is End.FAILS:
            _life(figure, ax, case, stand, looks, one.unit_s or 1.0)
        elif strip is not None and case.life.is_immortal:
            _margin(figure, strip, case, stand, looks)
    panel_title(ax if strip is None else strip, k, broken(one.title, letters(columns)))
    if strip is not None:
        strip.set_ylabel("immortal:\nmargin")
        _log(strip, tall=False)
        strip.margins(y=0.35)
        strip.set_facecolor("#f4f4f4")
    if with_lives:
        _staircase(ax, one)
        ax.axhline(1.0, color="#999999", lw=0.7, ls=(0, (4, 2)), zorder=0.5)
        whose = "the reference’s" if one.reference.life.short_s else "the shortest"
        ax.set_ylabel(f"life until +20 %\nover {whose}")
        _log(ax)
    if below:
        ax.set_xlabel(broken(one.cost.title_with_unit, 46))


def _log(ax: Axes, tall: bool = True) -> None:
    """A logarithmic axis with plain numbers; a linear one where that would have one tick only."""
    ax.margins(y=0.14)
    low, high = ax.dataLim.intervaly
    if high < 3 * low:
        ax.yaxis.set_major_locator(MaxNLocator(3))
        return
    ax.set_yscale("log")
    between = [2.0, 5.0] if tall else [3.0]
    crowded = high / low >= (200 if tall else 30)
    ax.yaxis.set_major_locator(LogLocator(subs=[1.0] if crowded else [1.0, *between]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.yaxis.set_minor_formatter("")


def _life(figure: Figure, ax: Axes, case: Case, stand: Stand, looks: Looks, unit_s: float) -> None:
    """The interval of the shapes as a thick line from the shortest life, its bars as thin ones."""
    life = case.life
    assert life.short_s is not None
    low, high = life.short_s, life.long_s
    look = looks.marker(case, stand)
    moved = ax.transData + ScaledTranslation(
        looks.aside(case) / 72, 0.0, figure.dpi_scale_trans
    )  # fmt: skip
    x, colour = case.at_headline, looks.colours[case.variant]
    pale: dict[str, Any] = {"color": colour, "alpha": 0.35 if stand is Stand.BEHIND else 0.9}
    top = low if high is None else high
    span = [(low.value - (low.error or 0)) / unit_s, (top.value + (top.error or 0)) / unit_s]
    ax.plot([x.value] * 2, span, lw=0.8, transform=moved, zorder=1.5, **pale)
    ax.plot([x.value] * 2, [low.value / unit_s, top.value / unit_s], lw=2.4, transform=moved,
            solid_capstyle="butt", zorder=1.6, **pale)  # fmt: skip
    reach = [x.value - (x.error or 0), x.value + (x.error or 0)]
    ax.plot(reach, [low.value / unit_s] * 2, lw=0.8, transform=moved, zorder=1.5, **pale)
    ax.plot([x.value], [low.value / unit_s], transform=moved, zorder=3, **look)
    ax.update_datalim([(reach[0], span[0]), (reach[1], span[1])])
    if high is None:
        at = [span[1], NEVER_REACH * span[1]]
        ax.plot([x.value] * 2, at, lw=1.2, ls=":", transform=moved, zorder=1.5, **pale)
        ax.plot([x.value], at[1:], marker=6, ms=5, transform=moved, **pale)
        ax.update_datalim([(x.value, at[1])])
    _ring(ax, x.value, low.value / unit_s, stand, moved)


def _margin(figure: Figure, ax: Axes, case: Case, stand: Stand, looks: Looks) -> None:
    margin = case.life.margin
    if margin is None:  # under compression: no margin has a number
        return
    x, colour = case.at_headline, looks.colours[case.variant]
    moved = ax.transData + ScaledTranslation(
        looks.aside(case) / 72, 0.0, figure.dpi_scale_trans
    )  # fmt: skip
    ax.errorbar([x.value], [margin.value], xerr=[x.error or 0], yerr=[margin.error or 0],
                fmt="none", ecolor=colour, elinewidth=0.8, capsize=0, transform=moved)  # fmt: skip
    ax.plot([x.value], [margin.value], transform=moved, zorder=3, **looks.marker(case, stand))
    ax.update_datalim([(x.value, margin.value)])
    _ring(ax, x.value, margin.value, stand, moved)


def _ring(ax: Axes, x: float, y: float, stand: Stand, moved: Transform) -> None:
    """Around what is on the front for certain."""
    if stand is Stand.FRONT:
        ax.plot([x], [y], transform=moved, zorder=2.9, **RING)


def _staircase(ax: Axes, one: Condition) -> None:
    """Along the certain front's shortest lives."""
    front = [c for c in one.at(Stand.FRONT) if c.life.end is End.FAILS]
    unit = one.unit_s or 1.0
    if len(front) > 1:
        ax.plot([c.at_headline.value for c in front], [_short(c.life) / unit for c in front],
                drawstyle="steps-post", color=FRONT_GREY, lw=1.0, zorder=1.0)  # fmt: skip


def _short(life: Life) -> float:
    assert life.short_s is not None
    return life.short_s.value


def _handles(looks: Looks) -> list[Line2D]:
    plain: dict[str, Any] = {"ls": "none", "ms": 6.0}
    grey = {"color": FRONT_GREY, "marker": "o", "ls": "none"}
    out = [Line2D([], [], marker="s", color=c, label=n, **plain) for n, c in looks.colours.items()]
    if len(looks.markers) > 1:
        out += [Line2D([], [], marker=m, color=FRONT_GREY, label=broken(n, 44), **plain)
                for n, m in looks.markers.items()]  # fmt: skip
    return [
        *out,
        Line2D([], [], label="on the front for certain", **RING),
        Line2D([], [], mfc="white", mew=1.3, ms=7, label="open within the errors", **grey),
        Line2D([], [], mew=0, ms=4, alpha=0.45, label="behind: another beats it", **grey),
        Line2D([], [], color=FRONT_GREY, lw=2.4, label="between two shapes of the void"),
    ]  # fmt: skip


@figure("life", "lives", place=10)
def lives_against_costs(results: Results) -> Iterator[Drawing]:
    """Life against every cost that the study has, per metal in which a void is followed."""
    for part in followed(results):
        for stem in costs(results):
            found = conditions(results, part, stem)
            if not found:
                continue
            family = found[0].cost
            name = uncapitalized(family.title)
            cases = [case for one in found for case in one.cases]
            rows = [case.row for case in cases]
            immortal = any(case.life.is_immortal for case in cases)
            left = sum(case.life.end in NOT_DRAWN for case in cases)
            yield Drawing(
                life_against_cost(found, state_of(rows), family.at(results.headline_um)),
                f"Life of the {METALS[part]} against {name}",
                f"Life until a void in the {METALS[part]} has raised the resistance by 20 %, over "
                f"the shortest of the reference, {found[0].reference.label} (dashed: 1), against "
                f"{name}. Marker: the shortest life over the void’s shapes; thick line: up to the "
                "longest; thin lines: errors of discretization. What is below and to the right of "
                f"the grey line is beaten.{STRIP_SAYS if immortal else ''}"
                + (f" Not drawn, for want of a life: {left} cases." if left else ""),
                f"{part}-{stem.replace('_', '-')}",
            )
