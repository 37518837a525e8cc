// One metric over the factors, as maps or as lines, with the choice between them.

import { choice, el, radios } from "report/dom";
import { heatMap } from "report/heat_map";
import { linePlot } from "report/line_plot";

/** The view; null where no number varies, or nothing is solved. */
export function plotView(run, store) {
  const { map, lines } = run.data.panels;
  if (!run.data.metrics.length || (!map && !lines)) return null;
  let kind = map ? "map" : "lines";
  const title = el("h4");
  const place = el("div", { class: "panels" });
  const note = el("p", { class: "small" });
  let drawn = null;

  function draw() {
    const { metric, length } = store.state;
    title.textContent = run.heading(metric, length, "title");
    drawn = kind === "map" ? heatMap(run, store, map) : linePlot(run, store, lines);
    place.replaceChildren(drawn.node);
    const { cut } = kind === "map" ? map : lines;
    note.textContent = `${drawn.note}${cut ? ` Only cases at ${cut}.` : ""}`;
    drawn.filtered(store.state);
  }

  store.on("length metric", draw);
  store.on("filter pointed", (state) => drawn.filtered(state));
  const kinds = [
    ["map", "map"],
    ["lines", "lines"],
  ];
  return el(
    "div",
    { class: "view plot-view" },
    el("h3", { text: "One metric over the factors" }),
    el(
      "div",
      { class: "controls" },
      choice("Metric", run.metricChoices(), store.state.metric, (v) =>
        store.put("metric", Number(v)),
      ),
      map && lines
        ? radios("Shown as", "plot", kinds, kind, (v) => {
            kind = v;
            draw();
          })
        : null,
    ),
    title,
    place,
    note,
  );
}
