// What tells series apart: a sample of line and colour for every level.

import { look } from "report/colours";
import { el, svg } from "report/dom";

const MOST = 14; // levels that are worth naming

/** Samples with their texts; empty where there are too many. */
export function samples(levels) {
  if (levels.length > MOST) return [];
  return levels.map((text, k) => {
    const { colour, dash } = look(k, levels.length);
    const stroke = { stroke: colour, "stroke-width": 2.5, "stroke-dasharray": dash || null };
    const line = svg("line", { x1: 0, x2: 28, y1: 4, y2: 4, ...stroke });
    return el("span", {}, svg("svg", { width: 28, height: 8, "aria-hidden": true }, line), text);
  });
}
