// Maps of a metric over two factors: a table of buttons, each of which opens its case.

import { gradient, isLight, viridis } from "report/colours";
import { el } from "report/dom";
import { fixed, plain, tickText, withError } from "report/numbers";
import { roving } from "report/keys";
import { explains } from "report/tip";

/** Panels on one colour scale; the series runs upwards, as in the report's figures. */
export function heatMap(run, store, plan) {
  const { metric, length } = store.state;
  const unit = run.data.metrics[metric].unit;
  const scale = run.scale(metric, length);
  const largest = Math.max(Math.abs(scale.low), Math.abs(scale.high)) || 1;
  const decimals = Math.max(3 - Math.floor(Math.log10(largest)), 0);
  const marks = new Map();
  let hatched = false;

  function cell(k, reference) {
    const found = k === undefined ? null : run.measured(k, metric, length);
    if (!found) {
      const text =
        k === undefined
          ? "no case"
          : run.cases[k].status === "solved"
            ? "none"
            : run.cases[k].status;
      const inside =
        k === undefined
          ? null
          : el("button", { type: "button", class: "cell none", text: "\u2013" });
      if (!inside) return { node: el("td", { class: "none", text: "\u2013" }), button: null };
      bind(inside, k, text);
      return { node: el("td", {}, inside), button: inside };
    }
    const rgb = viridis(scale.share(found.value));
    const same = reference && isSame(found, reference);
    hatched ||= same;
    const button = el(
      "button",
      {
        type: "button",
        class: `cell ${isLight(rgb) ? "light" : "dark"}${same ? " same" : ""}`,
        style: `--cell: rgb(${rgb.join(" ")})`,
      },
      el("span", { text: cellText(found.value, decimals) }),
    );
    const said = withError(found) + (unit && ` ${unit}`);
    bind(button, k, `${said}${same ? ", not told apart from no recess" : ""}`);
    return { node: el("td", {}, button), button };
  }

  function bind(button, k, said) {
    button.setAttribute("aria-label", `${run.name(k)}: ${said}. Open`);
    button.addEventListener("click", () => store.put("opened", k));
    button.addEventListener("pointerenter", () => store.put("pointed", k));
    button.addEventListener("pointerleave", () => store.put("pointed", null));
    explains(button, () => [run.name(k), said]);
    marks.set(k, button);
  }

  function panel({ title, x, cases }) {
    const columns = [...new Map(cases.map((one) => [one.text, one.x]))].sort((a, b) => a[1] - b[1]);
    const used = plan.series.levels
      .map((_, s) => s)
      .filter((s) => cases.some((one) => one.series === s));
    const at = (s, text) => cases.find((one) => one.series === s && one.text === text)?.case;
    const none = plan.series.isDepth ? plan.series.numbers.indexOf(0) : -1;
    const buttons = [];
    const rows = [...used].reverse().map((s) => {
      const made = columns.map(([text]) => {
        const base = none >= 0 && s !== none ? at(none, text) : undefined;
        return cell(at(s, text), base === undefined ? null : run.measured(base, metric, length));
      });
      buttons.push(made.map((one) => one.button));
      return el(
        "tr",
        { class: band(plan.series, s) },
        el("th", { scope: "row", text: plan.series.levels[s] }),
        ...made.map((one) => one.node),
      );
    });
    const heads = columns.map(([text]) => el("th", { scope: "col", text }));
    const table = el(
      "table",
      { class: "heat" },
      el("caption", { text: plan.panels.length > 1 ? title : "" }),
      el("tbody", {}, ...rows),
      el(
        "tfoot",
        {},
        el("tr", {}, el("td"), ...heads),
        el("tr", {}, el("td"), el("td", { class: "axis-title", colspan: columns.length, text: x })),
      ),
    );
    roving(table, buttons);
    return el(
      "div",
      { class: "panel" },
      el("div", { class: "axis-title", text: plan.series.title }),
      table,
    );
  }

  const made = plan.panels.map(panel);
  const bar = el(
    "div",
    { class: "colour-bar" },
    el("span", { text: tickText(Number(scale.low.toPrecision(3))) }),
    el("i", { style: `background: ${gradient()}` }),
    el("span", { text: `${tickText(Number(scale.high.toPrecision(3)))} ${unit}` }),
  );
  return {
    node: el("div", {}, el("div", { class: "panel-row" }, ...made), bar),
    note:
      "A cell opens its case: by click, or by the arrow keys and Enter." +
      (plan.series.isDepth
        ? " Recess ratios 0, between 0 and 1, and 1 are different topologies and stand in bands."
        : "") +
      (hatched ? " Hatched: not told apart from no recess at otherwise the same levels." : ""),
    filtered: ({ passes, pointed }) => {
      for (const [k, mark] of marks) {
        mark.classList.toggle("greyed", !passes[k]);
        mark.classList.toggle("pointed", k === pointed);
      }
    },
  };
}

/** A value in a cell: three digits, and no decimals that the scale as a whole does not deserve. */
function cellText(value, decimals) {
  const text = plain(value, 3);
  return (text.split(".")[1] ?? "").length > decimals ? fixed(value, decimals) : text;
}

/** Whether two values do not differ by more than the sum of their errors. */
function isSame(a, b) {
  if (a.error === null || b.error === null) return false;
  const margin = Math.max(a.error + b.error, 1e-9 * Math.max(Math.abs(a.value), Math.abs(b.value)));
  return Math.abs(a.value - b.value) <= margin;
}

/** Recess ratios of different topology stand apart. */
function band(series, s) {
  if (!series.isDepth) return null;
  const topology = (k) => (series.numbers[k] > 0) + (series.numbers[k] >= 1);
  return s + 1 < series.levels.length && topology(s) !== topology(s + 1) ? "band" : null;
}
