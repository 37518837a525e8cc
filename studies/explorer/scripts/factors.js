// The factors of a part: a slider with a number for each range, a choice among names.

import { choice, el, radios } from "report/dom";
import { tickText } from "report/numbers";

const FEW = 4; // levels that stand side by side

/** The controls; `changed(path, value)` is told of every move. */
export function factorPanel(part, point, isWide, changed) {
  const shown = new Map();
  const rows = part.factors.map((factor, k) => {
    const control = factor.levels.length
      ? levelControl(factor, point, changed)
      : numberControl(factor, k, point, isWide, changed);
    shown.set(factor.path, control);
    return control.node;
  });
  return {
    node: el("div", { class: "factors" }, ...rows),
    /** Move controls to a point. */
    put(values) {
      for (const [path, control] of shown) control.put(values[path]);
    },
    /** Mark where designs are. */
    reach(ranges) {
      for (const [path, control] of shown) control.reach?.(ranges[path]);
    },
  };
}

function levelControl(factor, point, changed) {
  if (factor.levels.length === 1) {
    const title = el("span", { class: "factor-title", text: factor.title });
    const value = el("span", { class: "small", text: `${factor.texts[0]} in all designs` });
    return { node: el("div", { class: "factor" }, title, value), put() {} };
  }
  const options = factor.texts.map((text, k) => [String(k), text]);
  const at = (value) => String(factor.levels.findIndex((one) => same(one, value)));
  const told = (k) => changed(factor.path, factor.levels[Number(k)]);
  const box = el("div", { class: "factor" });
  const put = (value) => {
    const control =
      options.length > FEW
        ? choice(factor.title, [["", options]], at(value), told)
        : radios(factor.title, `level-${factor.path}`, options, at(value), told);
    box.replaceChildren(control);
  };
  put(point[factor.path]);
  return {
    node: box,
    put: (value) => {
      const now = box.querySelector("select, input:checked");
      if (now?.value !== at(value)) put(value);
    },
  };
}

function numberControl(factor, k, point, isWide, changed) {
  const [low, high] = isWide ? factor.widest : [factor.low, factor.high];
  const label = `factor-${k}`;
  const slider = el("input", {
    type: "range",
    class: "slider",
    min: low,
    max: high,
    step: "any",
    "aria-labelledby": label,
    "data-path": factor.path,
    on: {
      input: () => {
        const value = rounded(Number(slider.value), factor.step);
        box.value = value;
        changed(factor.path, value);
      },
      keydown: (event) => {
        const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };
        if (!(event.key in by)) return;
        event.preventDefault();
        const next = rounded(Number(slider.value), factor.step) + by[event.key] * factor.step;
        slider.value = rounded(Math.min(Math.max(next, low), high), factor.step);
        slider.dispatchEvent(new Event("input"));
      },
    },
  });
  const box = el("input", {
    type: "number",
    step: "any",
    "aria-labelledby": label,
    on: {
      input: () => {
        if (box.value === "") return;
        slider.value = box.value;
        changed(factor.path, Number(box.value));
      },
    },
  });
  const bar = el("i");
  const note = el("span", { class: "small" });
  const share = (value) => Math.min(Math.max((value - low) / (high - low), 0), 1);
  const put = (value) => {
    if (document.activeElement !== box) box.value = value;
    slider.value = value;
    slider.setAttribute("aria-valuetext", tickText(Number(value)));
  };
  put(point[factor.path]);
  return {
    node: el(
      "div",
      { class: "factor" },
      el("span", { id: label, class: "factor-title", text: factor.title }),
      box,
      slider,
      el("div", { class: "reach" }, bar),
      note,
    ),
    put,
    reach(range) {
      bar.hidden = !range;
      note.textContent = range
        ? `Designs: ${ends(range)}`
        : "No designs of this topology to predict from";
      if (!range) return;
      bar.style.left = `${100 * share(range[0])}%`;
      bar.style.width = `${100 * (share(range[1]) - share(range[0]))}%`;
    },
  };
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

function ends(range) {
  return range.map((value) => tickText(Number(value.toPrecision(4)))).join(" to ");
}

function rounded(value, step) {
  return Number((Math.round(value / step) * step).toPrecision(6));
}
