// A metric over a factor with its error bars, a line per level of another.

import { look } from "report/colours";
import { el, svg } from "report/dom";
import { samples } from "report/legend";
import { tickText } from "report/numbers";
import { roving } from "report/keys";
import { linear } from "report/scales";
import { explains } from "report/tip";

const [WIDTH, HEIGHT] = [440, 260];
const [LEFT, RIGHT, TOP, BOTTOM] = [58, WIDTH - 14, 12, HEIGHT - 40];
const CAP = 4;

/** Panels on one scale; every point opens its case. */
export function linePlot(run, store, plan) {
  const { metric, length } = store.state;
  const found = plan.panels.map(({ cases }) =>
    cases
      .map((one) => ({ ...one, ...run.measured(one.case, metric, length) }))
      .filter((one) => one.value !== undefined),
  );
  const every = found.flat();
  const ends = every.flatMap(({ value, error }) => [value - (error ?? 0), value + (error ?? 0)]);
  const room = 0.05 * (Math.max(...ends) - Math.min(...ends)) || 1;
  const rise = every.length
    ? linear(Math.min(...ends) - room, Math.max(...ends) + room)
    : linear(0, 1);
  const y = (value) => BOTTOM + rise.share(value) * (TOP - BOTTOM);
  const marks = new Map();

  function panel({ title, x: name, joined }, points) {
    const places = [...new Map(points.map((one) => [one.x, one.text]))].sort((a, b) => a[0] - b[0]);
    const along = linear(places[0]?.[0] ?? 0, places.at(-1)?.[0] ?? 1);
    const x = (value) => LEFT + 12 + along.share(value) * (RIGHT - LEFT - 24);
    const isFew = places.length <= 8 && places.every(([, text]) => text.length <= 5);
    const few = isFew ? places : along.ticks(6).map((v) => [v, tickText(v)]);
    const grid = [
      ...rise
        .ticks(5)
        .map((v) =>
          svg(
            "g",
            { class: "grid", transform: `translate(0 ${y(v)})` },
            svg("line", { x1: LEFT, x2: RIGHT }),
            svg("text", { x: LEFT - 6, dy: "0.32em", "text-anchor": "end", text: tickText(v) }),
          ),
        ),
      ...few.map(([v, text]) =>
        svg(
          "g",
          { class: "tick", transform: `translate(${x(v)} ${BOTTOM})` },
          svg("line", { y2: 4 }),
          svg("text", { y: 15, "text-anchor": "middle", text }),
        ),
      ),
      svg("line", { class: "rule", x1: LEFT, x2: RIGHT, y1: BOTTOM, y2: BOTTOM }),
      svg("text", { x: (LEFT + RIGHT) / 2, y: HEIGHT - 6, "text-anchor": "middle", text: name }),
    ];
    const rows = [];
    const lines = plan.series.levels.map((_, s) => {
      const mine = points.filter((one) => one.series === s).sort((a, b) => a.x - b.x);
      const { colour, dash } = look(s, plan.series.levels.length);
      const path = mine
        .map((one, k) => `${k ? "L" : "M"}${x(one.x).toFixed(1)} ${y(one.value).toFixed(1)}`)
        .join("");
      const dots = mine.map((one) => dot(one, x(one.x), colour));
      rows.push(dots);
      return svg(
        "g",
        {},
        joined
          ? svg("path", {
              class: "curve",
              d: path,
              stroke: colour,
              "stroke-dasharray": dash || null,
            })
          : null,
        ...dots,
      );
    });
    const drawing = svg(
      "svg",
      {
        class: "line-plot",
        viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
        role: "group",
        "aria-label": `${run.heading(metric, length, "title")} over ${name}, ${title}`,
      },
      ...grid,
      ...lines,
    );
    roving(
      drawing,
      rows.filter((row) => row.length),
    );
    return el(
      "div",
      { class: "panel" },
      plan.panels.length > 1 ? el("div", { class: "panel-title", text: title }) : null,
      drawing,
    );
  }

  function dot({ case: k, value, error }, x, colour) {
    const [low, high] = [y(value - (error ?? 0)), y(value + (error ?? 0))];
    const said = [run.name(k), run.text(k, metric, length)];
    const mark = svg(
      "g",
      {
        class: "dot",
        role: "button",
        "aria-label": `${said.join(": ")}. Open`,
        stroke: colour,
        on: {
          click: () => store.put("opened", k),
          keydown: (event) => {
            if (event.key !== "Enter" && event.key !== " ") return;
            event.preventDefault();
            store.put("opened", k);
          },
          pointerenter: () => store.put("pointed", k),
          pointerleave: () => store.put("pointed", null),
        },
      },
      error === null
        ? null
        : svg("path", {
            class: "bar",
            d: `M${x} ${low}V${high}M${x - CAP} ${low}h${2 * CAP}M${x - CAP} ${high}h${2 * CAP}`,
          }),
      svg("circle", { cx: x, cy: y(value), r: 3.4, fill: colour }),
      svg("circle", { class: "reach", cx: x, cy: y(value), r: 9 }),
    );
    explains(mark, () => said);
    marks.set(k, [...(marks.get(k) ?? []), mark]);
    return mark;
  }

  const { levels, title } = plan.series;
  const key =
    levels.length > 1
      ? el("div", { class: "key" }, el("span", { text: `${title}:` }), ...samples(levels))
      : null;
  return {
    node: el(
      "div",
      {},
      key,
      el("div", { class: "panel-row" }, ...plan.panels.map((one, k) => panel(one, found[k]))),
    ),
    note: "Bars are the errors of discretization. A point opens its case: by click, or by the arrow keys and Enter.",
    filtered: ({ passes, pointed }) => {
      for (const [k, same] of marks) {
        for (const mark of same) {
          mark.classList.toggle("greyed", !passes[k]);
          mark.classList.toggle("pointed", k === pointed);
        }
      }
    },
  };
}
