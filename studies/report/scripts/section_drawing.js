// The cross-section of a case, drawn from the outlines of its regions.

import { el, svg } from "report/dom";
import { plain } from "report/numbers";

/** The whole bump and the edge of its opening, to scale. */
export function sectionDrawing(design, regions) {
  const { radius, top, edge } = design;
  const whole = [-radius, radius, -0.35 * top, 1.04 * top];
  const used = design.shapes.map(([at]) => regions[at]);
  return el(
    "div",
    { class: "drawings" },
    el(
      "figure",
      {},
      view(design, regions, whole, true, "Cross-section, revolved about the dash-dotted axis"),
      el("figcaption", {
        text: "To scale; of the chip only the top is drawn. In red: the edge of the opening.",
      }),
    ),
    el(
      "figure",
      {},
      view(design, regions, edge, false, "The edge of the opening, enlarged"),
      el("figcaption", {
        text: `r ${plain(edge[0])} to ${plain(edge[1])} µm, z ${plain(edge[2], 3)} to ${plain(edge[3], 3)} µm.`,
      }),
    ),
    el(
      "ul",
      { class: "swatches" },
      ...used.map(({ name, material, colour }) =>
        el("li", {}, el("i", { style: `background: ${colour}` }), `${name}: ${material}`),
      ),
    ),
  );
}

/** Outlines of the regions in a window, z upwards. */
export function view(design, regions, [r0, r1, z0, z1], isWhole, label) {
  const line = (r1 - r0) / 420;
  const shapes = design.shapes.map(([at, ...rings]) =>
    svg(
      "path",
      { d: rings.map(outline).join(""), fill: regions[at].colour, "fill-rule": "evenodd" },
      svg("title", { text: `${regions[at].name}: ${regions[at].material}` }),
    ),
  );
  const half = svg("g", { class: "regions", "stroke-width": line }, ...shapes);
  const [a, b, c, d] = design.edge;
  const extra = isWhole
    ? [
        svg(
          "g",
          { class: "regions", "stroke-width": line, transform: "scale(-1 1)" },
          ...shapes.map((shape) => shape.cloneNode(true)),
        ),
        svg("line", {
          class: "axis-line",
          x1: 0,
          x2: 0,
          y1: z0,
          y2: z1,
          "stroke-width": line,
          "stroke-dasharray": `${10 * line} ${3 * line} ${2 * line} ${3 * line}`,
        }),
        svg("rect", {
          class: "edge",
          x: a,
          y: c,
          width: b - a,
          height: d - c,
          "stroke-width": 2 * line,
        }),
      ]
    : [
        svg("line", {
          class: "edge",
          x1: design.opening,
          x2: design.opening,
          y1: z0,
          y2: z1,
          "stroke-width": line,
          "stroke-dasharray": `${5 * line} ${3 * line}`,
        }),
      ];
  return svg(
    "svg",
    {
      class: "section",
      viewBox: `${r0} ${-z1} ${r1 - r0} ${z1 - z0}`,
      role: "img",
      "aria-label": label,
    },
    svg("g", { transform: "scale(1 -1)" }, half, ...extra),
  );
}

/** A ring as a path: r and z in turn, in thousandths of a micron, from the point before. */
export function outline(ring) {
  let [r, z] = [0, 0];
  let path = "";
  for (let k = 0; k < ring.length; k += 2) {
    r += ring[k];
    z += ring[k + 1];
    path += `${k ? "L" : "M"}${r / 1000} ${z / 1000}`;
  }
  return `${path}Z`;
}
