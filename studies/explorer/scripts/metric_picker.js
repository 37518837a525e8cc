// Which metrics are shown: those of the study first, the others behind a word that is looked for.

import { el } from "report/dom";

/** Boxes to tick; `changed(columns)` is told. At least one stays, and no more than `most`. */
export function metricPicker(metrics, chosen, most, changed) {
  const boxes = new Map();
  const labels = metrics.map((metric) => {
    const box = el("input", { type: "checkbox", on: { change: told } });
    box.checked = chosen.includes(metric.column);
    boxes.set(metric.column, box);
    return el("label", { hidden: !metric.about && !box.checked }, box, el("span", { text: metric.title }));
  });
  const word = el("input", { type: "search", on: { input: filter } });
  const said = el("p", { class: "small", role: "status" });

  function filter() {
    const words = word.value.toLowerCase().split(/\s+/).filter(Boolean);
    metrics.forEach((metric, k) => {
      const isFound = words.length
        ? words.every((one) => metric.title.toLowerCase().includes(one))
        : metric.about;
      labels[k].hidden = !isFound && !boxes.get(metric.column).checked;
    });
  }

  function told(event) {
    const found = metrics.map((m) => m.column).filter((column) => boxes.get(column).checked);
    if (!found.length || found.length > most) {
      event.target.checked = !event.target.checked;
      said.textContent = found.length ? `At most ${most} at a time.` : "At least one is shown.";
      return;
    }
    said.textContent = "";
    changed(found);
  }

  return el(
    "details",
    { class: "metric-list" },
    el("summary", { text: "Metrics shown" }),
    el("label", { class: "choice" }, el("span", { text: "Words in the name, for all others" }), word),
    el("fieldset", { class: "ticks" }, el("legend", { text: "Metrics" }), ...labels),
    said,
  );
}
