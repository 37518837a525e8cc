// Densities along the interface: a slider runs through the recess, or what else tells cases apart.

import { choice, el, radios } from "report/dom";
import { curvePlot } from "report/curve_plot";
import { fixed, united, withError } from "report/numbers";

/** The view; null where no case has curves. */
export function curves(run, store) {
  const data = run.data.curves;
  if (!data) return null;
  const middle = Math.floor(data.groups[0].cases.length / 2);
  const state = { group: 0, at: middle, quantity: 0, isWhole: false };
  const slider = el("input", {
    type: "range",
    min: 0,
    step: 1,
    class: "slider",
    on: {
      input: () => {
        state.at = Number(slider.value);
        draw();
      },
    },
  });
  const said = el("output");
  const label = el(
    "label",
    { class: "choice slider-label" },
    el("span", { text: data.factor }),
    slider,
    said,
  );
  const open = el("button", {
    type: "button",
    text: "Open this case",
    on: { click: () => store.put("opened", current()) },
  });
  const place = el("div");
  const readout = el("p", { class: "small readout", "aria-live": "polite" });

  const current = () => data.groups[state.group].cases[state.at];

  function draw() {
    const group = data.groups[state.group];
    state.at = Math.min(state.at, group.cases.length - 1);
    slider.max = group.cases.length - 1;
    slider.value = state.at;
    slider.disabled = group.cases.length < 2;
    slider.setAttribute("aria-valuetext", group.levels[state.at]);
    said.textContent = group.levels[state.at];
    const quantity = data.quantities[state.quantity];
    const { length } = store.state;
    readout.textContent = extreme(quantity, length);
    place.replaceChildren(
      curvePlot({
        quantity,
        length,
        width: Math.min(Math.max(place.clientWidth || 900, 380), 1000),
        curves: group.cases.map((k, g) => ({
          k,
          label: group.levels[g],
          curve: data.designs[run.cases[k].design],
          isCurrent: g === state.at,
          isGreyed: !store.state.passes[k],
        })),
        isWhole: state.isWhole,
        extremeText: readout.textContent,
      }),
    );
  }

  /** The headline value with its error, where the extreme mean of the curve is that. */
  function extreme(quantity, length) {
    const k = current();
    const curve = data.designs[run.cases[k].design];
    const found = curve.densities[quantity.name]?.means[length]?.extreme;
    if (!found) return `${quantity.title}: none for this case.`;
    const metric = run.data.metrics.findIndex((one) => one.name === quantity.metric);
    const known = curve.isWorst && metric >= 0 ? run.measured(k, metric, length) : null;
    const text = united(withError(known ?? { value: found[1], error: null }), quantity.unit);
    return `Extreme mean over ${length} µm: ${text}, at ${fixed(found[0] - curve.corner, 2)} µm.`;
  }

  store.on("length filter", draw);
  let seen = 0;
  new ResizeObserver(() => {
    if (place.clientWidth !== seen) draw();
    seen = place.clientWidth;
  }).observe(place);
  const groups = data.groups.map((group, k) => [k, group.title || "All cases"]);
  const quantities = data.quantities.map((one, k) => [k, one.title]);
  return el(
    "div",
    { class: "view curves" },
    el("h3", { text: "Along the interface of UBM and pad" }),
    el(
      "div",
      { class: "controls" },
      groups.length > 1
        ? choice("Cases", [["", groups]], 0, (v) => {
            state.group = Number(v);
            draw();
          })
        : null,
      radios("Density", "quantity", quantities, 0, (v) => {
        state.quantity = v;
        draw();
      }),
      radios(
        "Shown",
        "reach",
        [
          [false, "edge of the opening"],
          [true, "whole interface"],
        ],
        false,
        (v) => {
          state.isWhole = v;
          draw();
        },
      ),
      label,
      open,
    ),
    place,
    readout,
    el("p", {
      class: "small",
      text: "Thick: means over the averaging length, whose extreme is the dot; thin: the density itself, singular at corners and cut off there. Pale: the other cases of the group. With the plot in focus the arrow keys move the reading.",
    }),
  );
}
