// One metric over one factor, the others as they are: mean, band, the present point, designs near.

import { el, set, svg } from "report/dom";
import { tickText, united } from "report/numbers";
import { linear } from "report/scales";

const HEIGHT = 320;
const LONGEST = 44; // letters that fit beside the plot
const [LEFT, TOP, BOTTOM, MARGIN] = [64, 14, HEIGHT - 46, 14];

/**
 * The drawing. `slice` has `at, mean, away, inside`; `value` is where the present point stands,
 * `found` its prediction; `near` are `{at, value, error, name}`; `moved(value)` is told of a click.
 */
export function slicePlot({ factor, metric, slice, value, found, near, width, moved }) {
  const right = width - MARGIN;
  const isNamed = factor.levels.length > 0;
  const place = (one) =>
    isNamed ? factor.levels.findIndex((v) => JSON.stringify(v) === JSON.stringify(one)) : one;
  const at = slice.at.map(place);
  const along = isNamed ? linear(-0.6, at.length - 0.4) : linear(at[0], at[at.length - 1]);
  const rise = heights(slice, near);
  const x = (one) => LEFT + along.share(one) * (right - LEFT);
  const y = (one) => BOTTOM + rise.share(one) * (TOP - BOTTOM);
  const known = at.map((_, k) => k).filter((k) => slice.mean[k] !== null);
  const ticks = isNamed
    ? factor.texts.map((text, k) => [k, text])
    : along.ticks(width < 500 ? 4 : 7).map((one) => [one, tickText(one)]);
  const here = place(value);
  const unit = metric.unit && `(${metric.unit})`;
  const plot = svg(
    "svg",
    {
      class: "slice-plot",
      viewBox: `0 0 ${width} ${HEIGHT}`,
      role: "img",
      "aria-label": `${metric.title} over ${factor.title}`,
    },
    ...(isNamed ? [] : blanks(at, slice, x, rise)),
    ...rise
      .ticks(6)
      .map((one) =>
        svg(
          "g",
          { class: one === 0 ? "grid zero" : "grid", transform: `translate(0 ${y(one).toFixed(1)})` },
          svg("line", { x1: LEFT, x2: right }),
          svg("text", { x: LEFT - 7, dy: "0.32em", "text-anchor": "end", text: tickText(one) }),
        ),
      ),
    ...ticks.map(([one, text]) =>
      svg(
        "g",
        { class: "tick", transform: `translate(${x(one).toFixed(1)} ${BOTTOM})` },
        svg("line", { y2: 4 }),
        svg("text", { y: 16, "text-anchor": "middle", text }),
      ),
    ),
    svg("line", { class: "rule", x1: LEFT, x2: right, y1: BOTTOM, y2: BOTTOM }),
    svg("text", { x: (LEFT + right) / 2, y: HEIGHT - 6, "text-anchor": "middle", text: factor.title }),
    svg("text", {
      transform: `translate(13 ${(TOP + BOTTOM) / 2}) rotate(-90)`,
      "text-anchor": "middle",
      text: metric.title.length < LONGEST ? united(metric.title, unit) : unit,
    }),
    svg("line", { class: "present", x1: x(here), x2: x(here), y1: TOP, y2: BOTTOM }),
    ...(isNamed
      ? known.map((k) => bar("level", x(at[k]), slice.mean[k], slice.away[k], y))
      : pieces(known).flatMap((piece) => band(piece, at, slice, x, y))),
    ...near.map((one) =>
      svg(
        "g",
        { class: "design" },
        svg("title", { text: one.name }),
        bar("design-bar", x(place(one.at)), one.value, one.error ?? 0, y),
      ),
    ),
    found && found.mean !== null
      ? bar("point", x(here), found.mean, found.scatter + found.bar, y)
      : null,
  );
  if (!isNamed) {
    plot.addEventListener("click", (event) => {
      const box = plot.getBoundingClientRect();
      const share = (((event.clientX - box.left) / box.width) * width - LEFT) / (right - LEFT);
      if (share >= 0 && share <= 1) moved(along.value(share));
    });
  }
  return el("figure", {}, plot);
}

/** Runs of indices without a gap. */
function pieces(known) {
  const found = [];
  for (const k of known) {
    const last = found[found.length - 1];
    if (last && last[last.length - 1] === k - 1) last.push(k);
    else found.push([k]);
  }
  return found;
}

function band(piece, at, slice, x, y) {
  const points = (values) => piece.map((k, i) => `${x(at[k]).toFixed(1)} ${y(values[i]).toFixed(1)}`);
  const mean = piece.map((k) => slice.mean[k]);
  const upper = points(piece.map((k) => slice.mean[k] + slice.away[k]));
  const lower = points(piece.map((k) => slice.mean[k] - slice.away[k])).reverse();
  const solid = [];
  for (const inside of [true, false]) {
    for (const run of pieces(piece.filter((k) => slice.inside[k] === inside))) {
      // up to the next point, so that nothing is missing between the runs
      const drawn = piece.filter((k) => k >= run[0] - 1 && k <= run[run.length - 1] + (inside ? 0 : 1));
      const line = (inside ? run : drawn).map((k) => `${x(at[k]).toFixed(1)} ${y(slice.mean[k]).toFixed(1)}`);
      solid.push(svg("path", { class: inside ? "mean" : "mean beyond", d: `M${line.join("L")}` }));
    }
  }
  return mean.length
    ? [svg("path", { class: "band", d: `M${upper.join("L")}L${lower.join("L")}Z` }), ...solid]
    : [];
}

/** Where there are no designs. */
function blanks(at, slice, x, rise) {
  const outside = pieces(at.map((_, k) => k).filter((k) => !slice.inside[k]));
  return outside.map((run) => {
    const from = x(at[Math.max(run[0] - 1, 0)]);
    const to = x(at[Math.min(run[run.length - 1] + 1, at.length - 1)]);
    const rect = svg("rect", { class: "blank", x: from, y: TOP, height: BOTTOM - TOP });
    set(rect, { width: Math.max(to - from, 0) });
    rect.append(svg("title", { text: "outside the designs" }));
    return rect;
  });
}

function bar(name, x, value, away, y) {
  return svg(
    "g",
    { class: name },
    svg("path", {
      class: "bar",
      d: `M${x} ${y(value - away)}V${y(value + away)}M${x - 4} ${y(value - away)}h8M${x - 4} ${y(value + away)}h8`,
    }),
    svg("circle", { cx: x, cy: y(value), r: 4.5 }),
  );
}

function heights(slice, near) {
  const values = slice.mean.flatMap((m, k) =>
    m === null ? [] : [m - slice.away[k], m + slice.away[k]],
  );
  for (const { value, error } of near) values.push(value - (error ?? 0), value + (error ?? 0));
  if (!values.length) return linear(0, 1);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = 0.06 * (high - low || Math.abs(high) || 1);
  return linear(low - room, high + room);
}
