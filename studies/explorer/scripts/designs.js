// Tables of designs: those that are near, and those that were solved from this page.

import { el } from "report/dom";
import { fixed, plain, united } from "report/numbers";
import { predictedText, solvedText } from "explorer/predictions";

const STATUS = { invalid: "impossible", pending: "not run" };

/** A level of a factor as it is written. */
export function levelText(factor, value) {
  if (!factor.levels.length) return plain(Number(value), 4).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
  return factor.texts[factor.levels.findIndex((v) => JSON.stringify(v) === JSON.stringify(value))];
}

/** The designs near the point. */
export function nearTable(part, metrics, near, go) {
  const rows = near.map((one) =>
    row(part, metrics, one, go, [
      el("th", { scope: "row", text: `${one.part} ${one.case}` }),
      el("td", { class: "n", text: one.distance < 1e-6 ? "here" : fixed(one.distance, 2) }),
    ]),
  );
  return table(["design", "distance"], part, metrics, rows);
}

/** The designs that were asked for, with what was predicted before where this page saw it. */
export function exploredTable(part, metrics, explored, before, go) {
  const rows = explored.map((one) =>
    row(
      part,
      metrics,
      one,
      go,
      [
        el("th", { scope: "row", text: `${one.case}` }),
        el("td", { text: STATUS[one.status] ?? one.status }),
      ],
      before(one.factors),
    ),
  );
  return table(["point", "status"], part, metrics, rows);
}

function table(heads, part, metrics, rows) {
  const titles = [
    ...heads.map((text, k) => [text, k === 1 && text === "distance"]),
    ...part.factors.map((factor) => [factor.title, !factor.levels.length]),
    ...metrics.map((metric) => [united(metric.title, metric.unit && `(${metric.unit})`), true]),
    ["", false],
  ];
  const cells = titles.map(([text, isNumber]) =>
    text ? el("th", { scope: "col", class: isNumber && "n", text }) : el("td"),
  );
  return el(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": `${heads[0]} table` },
    el("table", {}, el("thead", {}, el("tr", {}, ...cells)), el("tbody", {}, ...rows)),
  );
}

function row(part, metrics, one, go, first, before) {
  const values = one.reason
    ? [el("td", { colspan: metrics.length, class: "reason", text: one.reason })]
    : metrics.map((metric) =>
        el(
          "td",
          { class: "n" },
          solvedText(one.values[metric.column]),
          before?.[metric.column]
            ? el("span", {
                class: "before",
                text: `predicted ${predictedText(before[metric.column])}`,
              })
            : null,
        ),
      );
  const button = el("button", {
    type: "button",
    text: "Go there",
    "aria-label": `Go to ${first[0].textContent}`,
    on: { click: () => go(one.factors) },
  });
  return el(
    "tr",
    {},
    ...first,
    ...part.factors.map((factor) =>
      el("td", {
        class: !factor.levels.length && "n",
        text: levelText(factor, one.factors[factor.path]),
      }),
    ),
    ...values,
    el("td", {}, button),
  );
}
