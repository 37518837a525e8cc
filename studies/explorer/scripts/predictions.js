// Metrics at the present point: predicted, and solved where a solved design is.

import { el } from "report/dom";
import { fixed, united, withError } from "report/numbers";

const WEAK = 0.9; // share of the variance of left-out designs below which little is known
const NONE = "\u2013";

/** A prediction in words. */
export function predictedText(found) {
  return found && found.mean !== null
    ? withError({ value: found.mean, error: found.scatter + found.bar })
    : NONE;
}

/** A solved value, which comes as `[value, error]`. */
export function solvedText(found) {
  return found ? withError({ value: found[0], error: found[1] }) : NONE;
}

/** The table; `metrics` are those that are chosen. */
export function predictionTable(metrics, predicted, here) {
  const rows = metrics.map((metric) => {
    const found = predicted?.metrics[metric.column];
    const isExtrapolated = predicted?.outside.length && found?.mean !== null;
    return el(
      "tr",
      {
        "data-metric": metric.column,
        class: found?.mean === null ? "refused" : isExtrapolated ? "extrapolated" : null,
      },
      el("th", { scope: "row", text: united(metric.title, metric.unit && `(${metric.unit})`) }),
      el("td", { class: "n predicted", text: found ? predictedText(found) : "fitting\u2026" }),
      el("td", { class: "n solved", text: here ? solvedText(here[metric.column]) : NONE }),
      el("td", { class: "remark", text: found ? remark(found, isExtrapolated) : "" }),
    );
  });
  return el(
    "table",
    {},
    el(
      "thead",
      {},
      el(
        "tr",
        {},
        el("th", { scope: "col", text: "metric" }),
        el("th", { scope: "col", class: "n", text: "predicted" }),
        el("th", { scope: "col", class: "n", text: "solved here" }),
        el("th", { scope: "col", text: "what is known" }),
      ),
    ),
    el("tbody", {}, ...rows),
  );
}

function remark(found, isExtrapolated) {
  if (found.mean === null) return found.why_not;
  const share = `explains ${fixed(100 * Math.max(found.explained, 0), 0)} % of left-out designs`;
  const said = found.explained < WEAK ? `weak: ${share}` : share;
  return isExtrapolated ? `extrapolated; ${said}` : said;
}
