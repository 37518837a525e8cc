// Averaging length and filters: what acts on every view below it.

import { choice, el, radios } from "report/dom";

/** The bar that stays in sight while its section is read. */
export function toolbar(run, store) {
  const lengths = run.data.lengths.map((length) => [length, `${length} µm`]);
  const words = el("input", {
    type: "search",
    placeholder: "words of a case",
    on: { input: () => store.filter((state) => (state.words = words.value)) },
  });
  const boxes = [...store.axes.map((axis) => levelChoice(axis, store)), statusChoice(run, store)];
  const count = el("output", { class: "count", "aria-live": "polite" });
  const all = el("button", { type: "button", text: "Show all", on: { click: store.reset } });
  store.on("filter", () => {
    count.textContent = `${store.count()} of ${run.cases.length} cases`;
    all.disabled = store.count() === run.cases.length;
  });
  store.on("reset", () => {
    words.value = "";
    for (const box of boxes) if (box) box.querySelector("select").value = "";
  });
  return el(
    "form",
    {
      class: "toolbar",
      role: "search",
      "aria-label": "Averaging length and filters of all views",
      on: { submit: (event) => event.preventDefault() },
    },
    lengths.length > 1
      ? radios("Averaged over", "length", lengths, store.state.length, (v) =>
          store.put("length", v),
        )
      : null,
    el("label", { class: "choice" }, el("span", { text: "Filter" }), words),
    ...boxes,
    count,
    all,
  );
}

function levelChoice(axis, store) {
  if (axis.levels.length > 40) return null; // sampled: brushes and words filter those
  const options = axis.levels.map((text, k) => [k, text]);
  return choice(axis.title, [["", [["", "any"], ...options]]], "", (value) =>
    store.filter((state) =>
      value === "" ? state.levels.delete(axis.id) : state.levels.set(axis.id, Number(value)),
    ),
  );
}

function statusChoice(run, store) {
  const found = [...new Set(run.cases.map((one) => one.status))];
  if (found.length < 2) return null;
  const options = [["", "any"], ...found.map((text) => [text, text])];
  return choice("Status", [["", options]], "", (value) =>
    store.filter((state) => (state.status = value)),
  );
}
