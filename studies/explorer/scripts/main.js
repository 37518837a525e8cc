// The explorer: a point is moved, and everything that is known of it follows.

import { ask, latest } from "explorer/asks";
import { exploredTable, nearTable } from "explorer/designs";
import { factorPanel } from "explorer/factors";
import { metricPicker } from "explorer/metric_picker";
import { predictionTable } from "explorer/predictions";
import { slicePlot } from "explorer/slice_plot";
import { solver } from "explorer/solving";
import { choice, el } from "report/dom";
import { sectionDrawing } from "report/section_drawing";

const place = document.getElementById("explorer");
const words = el("p", { class: "failure", role: "alert", hidden: true });
const failed = (sentence) => {
  words.hidden = !sentence;
  words.textContent = sentence;
};

try {
  begin(await ask("study"), await ask("state"));
} catch (error) {
  failed(error.message);
  place.replaceChildren(words);
}
place.removeAttribute("aria-busy");

function begin(study, now) {
  const state = {
    part: study.parts[0],
    point: { ...study.parts[0].start },
    metrics: study.shown,
    slice: { factor: firstNumber(study.parts[0]), metric: study.shown[0] },
    beyond: false,
    looked: null,
    predicted: null,
  };
  const before = new Map(); // predictions of points from before they were solved
  const places = Object.fromEntries(
    ["factors", "verdict", "table", "slice", "drawing", "near", "explored"].map((name) => [name, el("div")]),
  );
  places.verdict = el("p", { class: "verdict", role: "status" });
  let panel = null;

  const look = latest(
    (body) => ask("look", body),
    (said) => {
      state.looked = said;
      failed("");
      drawn();
    },
    failed,
  );
  const predict = latest(
    (body) => ask("predict", body),
    (said) => {
      state.predicted = said;
      failed("");
      predicted();
    },
    failed,
  );
  const chosen = () =>
    state.metrics.map((column) => study.metrics.find((metric) => metric.column === column));
  const asked = () => ({ part: state.part.name, point: state.point, metrics: state.metrics });
  const solving = solver(study.seconds, asked, async (job) => {
    before.set(JSON.stringify(job.point), job.predicted);
    refresh();
  });

  function refresh() {
    look(asked());
    predict({ ...asked(), beyond: state.beyond, slice: state.slice });
  }

  function moved(path, value) {
    state.point = { ...state.point, [path]: value };
    panel.put(state.point);
    refresh();
  }

  function go(factors) {
    state.point = { ...factors };
    panel.put(state.point);
    refresh();
  }

  function layFactors() {
    panel = factorPanel(state.part, state.point, state.beyond, moved);
    places.factors.replaceChildren(panel.node);
  }

  function drawn() {
    const { looked, part } = state;
    panel.reach(looked.ranges);
    verdict();
    places.drawing.replaceChildren(
      looked.picture
        ? sectionDrawing(looked.picture.design, looked.picture.regions)
        : el("p", { class: "impossible", text: looked.impossible }),
    );
    solving.possible(looked.picture !== null);
    places.near.replaceChildren(nearTable(part, chosen(), looked.near, go));
    const known = (factors) => before.get(JSON.stringify(factors));
    places.explored.replaceChildren(
      looked.explored.length
        ? exploredTable(part, chosen(), looked.explored, known, go)
        : el("p", { class: "small", text: "No design has been solved from this page yet." }),
    );
    predicted();
  }

  function verdict() {
    const { outside } = state.looked;
    places.verdict.classList.toggle("outside", outside.length > 0);
    const is = state.beyond ? "Extrapolated" : "Not predicted";
    places.verdict.textContent = outside.length
      ? `${is}: ${outside.join("; ")}.`
      : "Among the designs.";
  }

  function predicted() {
    const { part, looked, predicted: said, slice } = state;
    places.table.replaceChildren(predictionTable(chosen(), said, looked?.here));
    if (!said?.slice) return;
    const factor = part.factors.find((one) => one.path === slice.factor);
    const metric = study.metrics.find((one) => one.column === slice.metric);
    const near = (looked?.near ?? []).flatMap((one) => {
      const value = one.values[slice.metric];
      const name = `${one.part} ${one.case}`;
      return value ? [{ at: one.factors[slice.factor], value: value[0], error: value[1], name }] : [];
    });
    const inReach = (one) =>
      factor.levels.length || (one.at >= said.slice.at?.[0] && one.at <= said.slice.at?.at(-1));
    places.slice.replaceChildren(
      said.slice.why_not
        ? el("p", { class: "impossible", text: said.slice.why_not })
        : slicePlot({
            factor,
            metric,
            slice: said.slice,
            value: state.point[slice.factor],
            found: said.metrics[slice.metric],
            near: near.filter(inReach),
            width: Math.min(Math.max(places.slice.clientWidth || 560, 300), 900),
            moved: (value) => moved(slice.factor, Number(value.toPrecision(4))),
          }),
    );
  }

  const choices = el("div", { class: "controls" });
  function layChoices() {
    const factors = state.part.factors.map((one) => [one.path, one.title]);
    const metrics = chosen().map((one) => [one.column, one.title]);
    choices.replaceChildren(
      choice("Factor", [["", factors]], state.slice.factor, (path) => {
        state.slice = { ...state.slice, factor: path };
        refresh();
      }),
      choice("Metric", [["", metrics]], state.slice.metric, (column) => {
        state.slice = { ...state.slice, metric: column };
        refresh();
      }),
    );
  }

  function layPart() {
    layFactors();
    layChoices();
    refresh();
  }

  const beyond = el("input", {
    type: "checkbox",
    on: {
      change: () => {
        state.beyond = beyond.checked;
        layFactors();
        refresh();
      },
    },
  });
  const parts = study.parts.map((one, k) => [String(k), `${one.title} (${one.designs} designs)`]);
  place.replaceChildren(
    words,
    section(
      "factors",
      "Factors",
      parts.length > 1
        ? choice("Part", [["", parts]], "0", (k) => {
            state.part = study.parts[Number(k)];
            state.point = { ...state.part.start };
            state.slice = { ...state.slice, factor: firstNumber(state.part) };
            state.predicted = null;
            layPart();
          })
        : null,
      places.factors,
      el("label", { class: "beyond" }, beyond, el("span", { text: "Predict outside the designs too (marked)" })),
      solving.node,
    ),
    section(
      "predictions",
      "Predicted",
      places.verdict,
      el("div", { class: "scroll" }, places.table),
      el("p", {
        class: "small",
        text: "After ±: two standard errors of the surrogate, widened by what leaving out designs shows, and the largest error bar of a mesh.",
      }),
      metricPicker(study.metrics, state.metrics, study.most, (found) => {
        state.metrics = found;
        if (!found.includes(state.slice.metric)) state.slice = { ...state.slice, metric: found[0] };
        state.predicted = null;
        layChoices();
        refresh();
      }),
    ),
    section("drawing", "Cross-section", places.drawing),
    section(
      "slice",
      "One factor alone",
      choices,
      places.slice,
      el("p", {
        class: "small",
        text: "Line and band: predicted, the other factors as they are. Dot: this point. Rings: solved designs near it, which differ in the other factors too. Grey: outside the designs. A click moves the factor.",
      }),
    ),
    section("near", "Solved designs near", places.near, el("p", {
      class: "small",
      text: "Distance: root mean square of the factors' differences, each as a share of its range; another name counts as a whole range.",
    })),
    section("explored", "Solved exactly from here", places.explored),
  );
  for (const [name, why] of Object.entries(study.refused)) {
    place.append(el("p", { class: "small", text: `Part ${name} cannot be explored: ${why}.` }));
  }
  layPart();
  solving.follow(now);
  let seen = 0;
  new ResizeObserver(() => {
    if (places.slice.clientWidth !== seen && state.predicted) predicted();
    seen = places.slice.clientWidth;
  }).observe(places.slice);
  document.documentElement.classList.add("living");
}

function section(name, title, ...content) {
  return el("section", { id: name }, el("h2", { text: title }), ...content);
}

function firstNumber(part) {
  return part.factors.find((factor) => !factor.levels.length).path;
}
