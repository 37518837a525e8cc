// Fields of a case whose fields were kept: coloured here from their levels, read by the pointer.

import { gradient, viridis } from "report/colours";
import { el, radios, svg } from "report/dom";
import { fixed, plain, united } from "report/numbers";
import { outline } from "report/section_drawing";
import { hideTip, showTip } from "report/tip";

const MOST = 255; // levels; 0 is no value
const NONE = [205, 205, 205];

/** A picture with a choice of the field; all cases share its scale. */
export function fieldPicture({ window: reach, columns, levels: every }, kinds, drawing) {
  const [r0, r1, z0, z1] = reach;
  const having = kinds.filter((kind) => every[kind.name]);
  const canvas = el("canvas", { role: "img" });
  const bar = el("div", { class: "colour-bar" });
  let levels = [];
  let kind = having[0];

  function show(chosen) {
    kind = chosen;
    levels = inRows(every[kind.name], columns);
    set(canvas, levels, columns);
    canvas.setAttribute("aria-label", `${kind.title} near the edge of the opening`);
    const digits = digitsOf(kind);
    const high = united(plain(kind.high, digits), kind.unit);
    bar.replaceChildren(
      el("span", { text: plain(kind.low, digits) }),
      el("i", { style: `background: ${gradient()}` }),
      el("span", { text: kind.isLog ? `${high}, logarithmic` : high }),
    );
  }

  function said(level) {
    if (level === 0) return "none";
    const share = (level - 1) / (MOST - 1);
    const value = kind.isLog
      ? kind.low * (kind.high / kind.low) ** share
      : kind.low + share * (kind.high - kind.low);
    return `${level === MOST ? "\u2265" : "about"} ${united(plain(value, digitsOf(kind)), kind.unit)}`;
  }

  const frame = el("div", { class: "field-frame" }, canvas, drawing && outlines(drawing, reach));
  frame.addEventListener("pointermove", (event) => {
    const box = frame.getBoundingClientRect();
    const u = (event.clientX - box.left) / box.width;
    const v = (event.clientY - box.top) / box.height;
    const level = levels[Math.floor(v * canvas.height) * columns + Math.floor(u * columns)];
    if (level === undefined) return;
    const place = `r ${fixed(r0 + u * (r1 - r0), 2)}, z ${fixed(z1 - v * (z1 - z0), 2)} µm`;
    showTip([`${kind.title}: ${said(level)}`, place], event.clientX, event.clientY);
  });
  frame.addEventListener("pointerleave", hideTip);
  show(kind);
  const kindChoices = having.map((one) => [one, one.title]);
  const note = "One scale for all cases; grey has none of it. At corners values are singular.";
  return el(
    "div",
    { class: "field" },
    radios("Field", "field", kindChoices, kind, show),
    frame,
    bar,
    el("p", { class: "small", text: note }),
  );
}

/** Digits that tell the levels of a scale apart, two at least. */
function digitsOf({ low, high }) {
  const step = Math.abs(high - low) / MOST;
  const size = Math.max(Math.abs(low), Math.abs(high));
  return step > 0 ? Math.min(Math.max(Math.floor(Math.log10(size / step)), 2), 6) : 2;
}

/** Levels from their differences to the one on the left. */
function inRows(steps, columns) {
  const levels = Uint8Array.from(steps);
  for (let k = 0; k < levels.length; k += 1) if (k % columns) levels[k] += levels[k - 1];
  return levels;
}

/** Colour a canvas, a pixel per level. */
function set(canvas, levels, columns) {
  canvas.width = columns;
  canvas.height = levels.length / columns;
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  levels.forEach((level, k) => {
    const rgb = level ? viridis((level - 1) / (MOST - 1)) : NONE;
    image.data.set([...rgb, 255], 4 * k);
  });
  context.putImageData(image, 0, 0);
}

function outlines({ shapes }, [r0, r1, z0, z1]) {
  const path = shapes.flatMap(([, ...rings]) => rings.map(outline)).join("");
  const view = `${r0} ${-z1} ${r1 - r0} ${z1 - z0}`;
  const box = { class: "outlines", viewBox: view, preserveAspectRatio: "none" };
  return svg(
    "svg",
    { ...box, "aria-hidden": true },
    svg("path", { d: path, transform: "scale(1 -1)" }),
  );
}
