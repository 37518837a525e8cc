// One plot of curves along the interface: the current case in front of the rest of its group.

import { set, svg } from "report/dom";
import { fixed, plain, tickText, united } from "report/numbers";
import { linear } from "report/scales";
import { hideTip, showTip } from "report/tip";

const HEIGHT = 340;
const MARGIN = 16;
const [LEFT, TOP, BOTTOM] = [64, 26, HEIGHT - 44];
const REACH = 3; // averaging lengths to the left of the corner
const STEP = 1 / 60; // of the width, by an arrow key

/** The drawing; `curves` are `{label, curve, isCurrent, isGreyed}` of one group. */
export function curvePlot({ quantity, length, curves, isWhole, extremeText, width }) {
  const right = width - MARGIN;
  const having = curves.filter(({ curve }) => curve?.densities[quantity.name]);
  const current = having.find((one) => one.isCurrent);
  const start = Math.min(
    ...having.map(({ curve }) => lineOf(curve, quantity)[0][0][0] - curve.corner),
    0,
  );
  const end = Math.max(...having.map(({ curve }) => curve.end - curve.corner), 0);
  const left = isWhole ? start : Math.max(start, -REACH * length);
  const along = linear(left, Math.max(end, isWhole ? end : REACH * length * 0.35) || 1);
  const rise = heights(having, quantity, length, left);
  const x = (s) => LEFT + along.share(s) * (right - LEFT);
  const y = (v) => BOTTOM + rise.share(v) * (TOP - BOTTOM);

  const path = (pieces, corner) =>
    pieces
      .map(([s, v]) =>
        s
          .map((at, k) => `${k ? "L" : "M"}${x(at - corner).toFixed(1)} ${y(v[k]).toFixed(1)}`)
          .join(""),
      )
      .join("");
  const drawn = ({ curve, isCurrent, isGreyed }) => {
    const { line, means } = curve.densities[quantity.name];
    const mean = means[length];
    const name = `${isCurrent ? "current" : "other"}${isGreyed ? " greyed" : ""}`;
    const [s, v] = mean?.extreme ?? [0, 0];
    return svg(
      "g",
      { class: name },
      svg("path", { class: "density", d: path(line, curve.corner) }),
      mean ? svg("path", { class: "mean", d: path(mean.line, curve.corner) }) : null,
      mean && isCurrent
        ? svg("circle", { class: "extreme", cx: x(s - curve.corner), cy: y(v), r: 5.5 })
        : null,
    );
  };

  const ends = [
    ...new Set(having.map(({ curve }) => Number((curve.end - curve.corner).toFixed(4)))),
  ];
  const frame = [
    ...rise
      .ticks(6)
      .map((v) =>
        svg(
          "g",
          { class: v === 0 ? "grid zero" : "grid", transform: `translate(0 ${y(v).toFixed(1)})` },
          svg("line", { x1: LEFT, x2: right }),
          svg("text", { x: LEFT - 7, dy: "0.32em", "text-anchor": "end", text: tickText(v) }),
        ),
      ),
    ...along
      .ticks(8)
      .map((s) =>
        svg(
          "g",
          { class: "tick", transform: `translate(${x(s).toFixed(1)} ${BOTTOM})` },
          svg("line", { y2: 4 }),
          svg("text", { y: 16, "text-anchor": "middle", text: tickText(s) }),
        ),
      ),
    svg("line", { class: "rule", x1: LEFT, x2: right, y1: BOTTOM, y2: BOTTOM }),
    svg("line", { class: "corner", x1: x(0), x2: x(0), y1: TOP, y2: BOTTOM }),
    ...ends
      .filter((s) => s > 0)
      .map((s) => svg("line", { class: "wall", x1: x(s), x2: x(s), y1: TOP, y2: BOTTOM })),
    svg("text", { x: x(0) - 6, y: TOP - 9, "text-anchor": "end", class: "leg", text: "floor" }),
    ends.some((s) => s > 0)
      ? svg("text", { x: x(0) + 6, y: TOP - 9, class: "leg", text: "sidewall" })
      : null,
    svg("text", {
      x: (LEFT + right) / 2,
      y: HEIGHT - 6,
      "text-anchor": "middle",
      text: "arc length from the floor\u2019s outer corner (µm)",
    }),
    svg("text", {
      transform: `translate(13 ${(TOP + BOTTOM) / 2}) rotate(-90)`,
      "text-anchor": "middle",
      text: `${quantity.title} (${quantity.unit})`,
    }),
  ];
  const clip = svg(
    "svg",
    {
      x: LEFT,
      y: TOP,
      width: right - LEFT,
      height: BOTTOM - TOP,
      viewBox: `${LEFT} ${TOP} ${right - LEFT} ${BOTTOM - TOP}`,
      overflow: "hidden",
    },
    ...having.filter((one) => !one.isCurrent).map(drawn),
    ...(current ? [drawn(current)] : []),
  );
  const cursor = svg(
    "g",
    { class: "cursor", hidden: true },
    svg("line", { y1: TOP, y2: BOTTOM }),
    svg("circle", { r: 4 }),
  );
  const plot = svg(
    "svg",
    {
      class: "curve-plot",
      viewBox: `0 0 ${width} ${HEIGHT}`,
      tabindex: 0,
      role: "slider",
      "aria-label": `${quantity.title} along the interface${current ? `, ${current.label}. ${extremeText}` : ""}`,
      "aria-valuemin": 0,
      "aria-valuemax": 100,
      "aria-valuenow": 50,
      "aria-valuetext": extremeText,
    },
    ...frame,
    clip,
    cursor,
  );
  if (current) reads(plot, cursor, current, { along, quantity, length, x, y, width });
  return plot;
}

/** Let pointer and arrow keys read the mean of the current case. */
function reads(plot, cursor, { curve, label }, { along, quantity, length, x, y, width }) {
  const { means, line } = curve.densities[quantity.name];
  const pieces = means[length]?.line ?? line;
  let share = 0.5;

  function read(at, place) {
    share = Math.min(Math.max(at, 0), 1);
    const s = along.value(share);
    const value = valueAt(pieces, s + curve.corner);
    set(cursor, { transform: `translate(${x(s)} 0)`, hidden: value === null });
    if (value !== null) set(cursor.lastChild, { cy: y(value) });
    const text = value === null ? "no interface here" : united(plain(value), quantity.unit);
    set(plot, {
      "aria-valuenow": Math.round(100 * share),
      "aria-valuetext": `${fixed(s, 2)} µm: ${text}`,
    });
    const box = plot.getBoundingClientRect();
    const [left, top] = place ?? [box.left + (x(s) / width) * box.width, box.top + box.height / 2];
    showTip([label, `${fixed(s, 2)} µm: ${text}`, `mean over ${length} µm`], left, top);
  }

  plot.addEventListener("pointermove", (event) => {
    const box = plot.getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width) * width;
    read((at - LEFT) / (width - MARGIN - LEFT), [event.clientX, event.clientY]);
  });
  plot.addEventListener("pointerleave", () => {
    hideTip();
    set(cursor, { hidden: true });
  });
  plot.addEventListener("blur", () => {
    hideTip();
    set(cursor, { hidden: true });
  });
  plot.addEventListener("keydown", (event) => {
    const to = { ArrowRight: share + STEP, ArrowLeft: share - STEP, Home: 0, End: 1 }[event.key];
    if (event.key === "Escape") hideTip();
    if (to === undefined) return;
    event.preventDefault();
    read(to);
  });
}

const lineOf = (curve, quantity) => curve.densities[quantity.name].line;

/** A scale that holds the means and the density away from corners, and zero. */
function heights(having, quantity, length, left) {
  const values = having.flatMap(({ curve }) => {
    const found = curve.densities[quantity.name];
    const near = (found.means[length]?.line ?? []).flatMap(([s, v]) =>
      v.filter((_, k) => s[k] - curve.corner >= left),
    );
    return [...near, found.low, found.high];
  });
  if (!values.length) return linear(0, 1);
  const [low, high] = [Math.min(...values, 0), Math.max(...values, 0)];
  const room = 0.06 * (high - low || 1);
  return linear(low - room, high + room);
}

/** Value of a line at an arc length; null in a gap. */
function valueAt(pieces, s) {
  for (const [at, v] of pieces) {
    if (s < at[0] || s > at[at.length - 1]) continue;
    const k = Math.max(
      at.findIndex((one) => one >= s),
      1,
    );
    const share = at[k] === at[k - 1] ? 0 : (s - at[k - 1]) / (at[k] - at[k - 1]);
    return v[k - 1] + share * (v[k] - v[k - 1]);
  }
  return null;
}
