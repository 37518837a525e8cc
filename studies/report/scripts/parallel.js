// Parallel coordinates: a line per case through its factors and metrics.

import { axisBrush } from "report/brushes";
import { makeAxes } from "report/axes";
import { look } from "report/colours";
import { choice, el, set, svg } from "report/dom";
import { samples } from "report/legend";
import { metricList } from "report/metric_list";
import { hideTip, showTip } from "report/tip";

const HEIGHT = 330;
const TOP = 12;
const BOTTOM = HEIGHT - 16;
const NARROWEST = 92; // pixels between two axes
const MARGIN = 56; // beside the outer axes, and more where texts of the first are long
const [LETTER, WIDEST] = [6, 150];
const NEAR = 9; // pixels from a line to the pointer that means it

/** The view; what does not pass the filters is grey behind the rest. */
export function parallel(run, store) {
  const looks = new Map();
  const heads = el("div", { class: "axis-heads" });
  const plot = svg("svg", {
    class: "parallel",
    height: HEIGHT,
    role: "group",
    "aria-label": "Parallel coordinates, a line per case. The ends of an axis are sliders.",
  });
  const frame = el("div", { class: "scroll parallel-frame" }, heads, plot);
  const key = el("div", { class: "key" });
  let colourBy = store.axes.find((axis) => axis.id.startsWith("factor"))?.id ?? store.axes[0]?.id;
  let axes = [];
  let lines = new Map();
  let brushes = [];
  let places = [];

  const y = (axis, k) => {
    const value = axis.value(k);
    return value === null ? null : BOTTOM + axis.share(value) * (TOP - BOTTOM);
  };

  function build() {
    axes = makeAxes(run, store, looks);
    const room = Math.max(frame.clientWidth || 900, 300);
    const longest = Math.max(
      ...axes.slice(0, 1).flatMap((one) => one.ticks().map((t) => t[1].length)),
    );
    const left = Math.min(Math.max(20 + LETTER * longest, MARGIN), WIDEST);
    const step = Math.max((room - left - MARGIN) / Math.max(axes.length - 1, 1), NARROWEST);
    const width = left + MARGIN + step * (axes.length - 1);
    places = axes.map((_, a) => left + a * step);
    set(plot, { width, viewBox: `0 0 ${width} ${HEIGHT}` });
    heads.style.width = `${width}px`;
    heads.replaceChildren(...axes.map((axis, a) => head(axis, places[a], step)));
    const tallest = Math.max(...[...heads.children].map((one) => one.offsetHeight), 40);
    heads.style.height = `${tallest + 8}px`;
    brushes = axes.map((axis, a) => axisBrush(axis, store, places[a], BOTTOM, TOP));
    const factor = store.axes.find((axis) => axis.id === colourBy);
    lines = new Map(run.solved.map((k) => [k, line(k, factor)]));
    const bundle = svg("g", { class: "bundle" }, ...lines.values());
    plot.replaceChildren(
      bundle,
      ...axes.map((axis, a) => rule(axis, places[a])),
      ...brushes.map((b) => b.node),
    );
    key.replaceChildren(...samples(factor?.levels ?? []));
    filtered();
  }

  function line(k, factor) {
    let path = "";
    let joined = false;
    axes.forEach((axis, a) => {
      const at = y(axis, k);
      if (at !== null) path += `${joined ? "L" : "M"}${places[a].toFixed(1)} ${at.toFixed(1)}`;
      joined = at !== null;
    });
    const { colour, dash } = factor
      ? look(Math.max(factor.at(k) ?? 0, 0), factor.levels.length)
      : look(0, 1);
    return svg("path", {
      d: path,
      stroke: colour,
      "stroke-dasharray": dash || null,
      "data-case": k,
    });
  }

  function rule(axis, x) {
    const ticks = axis.ticks().map(([value, text]) => {
      const at = BOTTOM + axis.share(value) * (TOP - BOTTOM);
      return svg(
        "g",
        { transform: `translate(${x} ${at.toFixed(1)})` },
        svg("line", { x1: -4, x2: 0 }),
        svg("text", { x: -13, dy: "0.32em", text }),
      );
    });
    return svg(
      "g",
      { class: "axis", "aria-hidden": true },
      svg("line", { x1: x, x2: x, y1: TOP, y2: BOTTOM }),
      ...ticks,
    );
  }

  function head(axis, x, step) {
    const toggle = (name, text, said) =>
      el("button", {
        type: "button",
        text,
        class: name,
        "aria-pressed": String(axis.look[name]),
        "aria-label": `${axis.title}: ${said}`,
        title: said,
        disabled: name === "isLog" && !axis.mayLog,
        on: {
          click: () => {
            axis.look[name] = !axis.look[name];
            build();
            heads.querySelector(`[data-axis="${CSS.escape(axis.id)}"] .${name}`)?.focus();
          },
        },
      });
    const wide = Math.min(step - 4, 2 * MARGIN);
    return el(
      "div",
      {
        class: "axis-head",
        "data-axis": axis.id,
        style: `left: ${x - wide / 2}px; width: ${wide}px`,
      },
      el("span", { text: axis.title }),
      el(
        "div",
        {},
        toggle("isLog", "log", "logarithmic"),
        toggle("isFlipped", "flip", "upside down"),
      ),
    );
  }

  function filtered() {
    const { passes } = store.state;
    for (const brush of brushes) brush.draw();
    const front = [];
    for (const [k, node] of lines) {
      node.classList.toggle("greyed", !passes[k]);
      if (passes[k]) front.push(node);
    }
    plot.querySelector(".bundle")?.append(...front); // over those that are grey
  }

  function pointed({ pointed: k }) {
    for (const [at, node] of lines) node.classList.toggle("pointed", at === k);
    if (lines.has(k)) lines.get(k).parentNode.append(lines.get(k));
  }

  /** The case whose line is next to the pointer, and the axis beside it. */
  function nearest(event) {
    const box = plot.getBoundingClientRect();
    const [x, at] = [event.clientX - box.left, event.clientY - box.top];
    const a = Math.max(
      places.findLastIndex((place) => place <= x),
      0,
    );
    const b = Math.min(a + 1, axes.length - 1);
    const share = a === b ? 0 : Math.min(Math.max((x - places[a]) / (places[b] - places[a]), 0), 1);
    let best = { k: null, distance: NEAR };
    for (const k of lines.keys()) {
      const [from, to] = [y(axes[a], k), y(axes[b], k)];
      if (!store.state.passes[k] || from === null || to === null) continue;
      const distance = Math.abs(from + share * (to - from) - at);
      if (distance < best.distance) best = { k, distance };
    }
    return { k: best.k, axis: axes[share < 0.5 ? a : b] };
  }

  plot.addEventListener("pointermove", (event) => {
    if (event.buttons || !axes.length) return;
    const { k, axis } = nearest(event);
    store.put("pointed", k);
    if (k === null) hideTip();
    else showTip([run.name(k), `${axis.title}: ${axis.text(k)}`], event.clientX, event.clientY);
  });
  plot.addEventListener("pointerleave", () => {
    hideTip();
    store.put("pointed", null);
  });
  plot.addEventListener("click", (event) => {
    if (event.target.closest(".axis-brush")) return;
    const { k } = nearest(event);
    if (k !== null) store.put("opened", k);
  });

  store.on("length chosen", build);
  store.on("filter", filtered);
  store.on("pointed", pointed);
  let seen = 0;
  new ResizeObserver(() => {
    if (frame.clientWidth !== seen) build();
    seen = frame.clientWidth;
  }).observe(frame);
  const colours = store.axes.map((axis) => [axis.id, axis.title]);
  return el(
    "div",
    { class: "view" },
    el("h3", { text: "Parallel coordinates" }),
    el("p", {
      class: "small",
      text: "Each line is a case. Drag along an axis, or move its two ends by the arrow keys, to keep what lies between; the rest turns grey here, in the map and in the curves, and leaves the table. A click on the axis, Escape or Delete lets go.",
    }),
    el(
      "div",
      { class: "controls" },
      colours.length > 1
        ? choice("Colour by", [["", colours]], colourBy, (value) => {
            colourBy = value;
            build();
          })
        : null,
      key,
      metricList(run, store),
    ),
    frame,
  );
}
