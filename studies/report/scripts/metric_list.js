// Which metrics stand as axes and as columns of the table.

import { el } from "report/dom";

/** Boxes to tick, closed until wanted. */
export function metricList(run, store) {
  const boxes = new Map();
  const groups = run.metricChoices().map(([title, options]) =>
    el(
      "fieldset",
      { class: "ticks" },
      el("legend", { text: title }),
      ...options.map(([k, text]) => {
        const box = el("input", { type: "checkbox", on: { change: chosen } });
        box.checked = store.state.chosen.includes(k);
        boxes.set(k, box);
        return el("label", {}, box, el("span", { text }));
      }),
    ),
  );
  function chosen() {
    const found = [...boxes].filter(([, box]) => box.checked).map(([k]) => k);
    if (found.length) store.put("chosen", found);
    else for (const k of store.state.chosen) boxes.get(k).checked = true; // one at least
  }
  return el(
    "details",
    { class: "metric-list" },
    el("summary", { text: "Metrics shown" }),
    ...groups,
  );
}
