// Brushes on the axes of parallel coordinates: by pointer along an axis, by keys at its two ends.

import { set, svg } from "report/dom";
import { axisText } from "report/axes";

const HALF = 11; // width of a brush to either side
const KEYS = { ArrowUp: 0.02, ArrowDown: -0.02, PageUp: 0.1, PageDown: -0.1 };
const MOVED = 3; // pixels that make a click a drag

/** Strip, brush and two ends of an axis at x, between y of its bottom and of its top. */
export function axisBrush(axis, store, x, bottom, top) {
  const y = (share) => bottom + share * (top - bottom);
  const share = (at) => Math.min(Math.max((at - bottom) / (top - bottom), 0), 1);
  const strip = svg("rect", {
    class: "strip",
    x: x - HALF,
    width: 2 * HALF,
    y: top,
    height: bottom - top,
  });
  const range = svg("rect", { class: "brush", x: x - HALF, width: 2 * HALF });
  const ends = ["upper", "lower"].map((side) => {
    const end = svg(
      "g",
      { class: "end", role: "slider", tabindex: 0, "aria-orientation": "vertical" },
      svg("rect", { x: -HALF, width: 2 * HALF, y: -4, height: 8, rx: 2 }),
    );
    end.addEventListener("keydown", (event) => byKey(event, side));
    end.addEventListener("pointerdown", (event) => grab(event, side));
    set(end, { "aria-label": `${axis.title}: ${side} end of the brush` });
    return end;
  });

  /** Shares of the brush, the whole axis where there is none. */
  function shares() {
    const brush = store.state.brushes.get(axis.id);
    if (!brush) return [0, 1];
    const both = [axis.share(brush.low), axis.share(brush.high)].map((s) =>
      Math.min(Math.max(s, 0), 1),
    );
    return both.sort((a, b) => a - b);
  }

  function put(a, b) {
    const [low, high] = [Math.min(a, b), Math.max(a, b)];
    store.filter((state) => {
      if (low <= 0 && high >= 1) state.brushes.delete(axis.id);
      else {
        const values = [axis.at(low), axis.at(high)].sort((p, q) => p - q);
        const slack = 1e-9 * (axis.high - axis.low);
        const [from, to] = [values[0] - slack, values[1] + slack];
        state.brushes.set(axis.id, { low: from, high: to, of: axis.value });
      }
    });
  }

  function byKey(event, side) {
    const [low, high] = shares();
    const at = side === "upper" ? high : low;
    if (event.key === "Escape" || event.key === "Delete") put(0, 1);
    else {
      const to = event.key === "Home" ? 0 : event.key === "End" ? 1 : at + (KEYS[event.key] ?? NaN);
      if (Number.isNaN(to)) return;
      if (side === "upper") put(low, Math.max(to, low));
      else put(Math.min(to, high), high);
    }
    event.preventDefault();
  }

  function follow(event, from, moving) {
    event.preventDefault();
    event.stopPropagation();
    const box = strip.ownerSVGElement.getBoundingClientRect();
    const at = (e) => share(e.clientY - box.top);
    const begun = event.clientY;
    const move = (e) => Math.abs(e.clientY - begun) > MOVED && put(from(e, at), at(e));
    const end = (e) => {
      removeEventListener("pointermove", move);
      if (moving && Math.abs(e.clientY - begun) <= MOVED) put(0, 1); // a click lets go
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", end, { once: true });
  }

  function grab(event, side) {
    const [low, high] = shares();
    follow(event, () => (side === "upper" ? low : high), false);
  }

  strip.addEventListener("pointerdown", (event) => {
    const box = strip.ownerSVGElement.getBoundingClientRect();
    const start = share(event.clientY - box.top);
    follow(event, () => start, true);
  });

  function draw() {
    const [low, high] = shares();
    const brush = store.state.brushes.get(axis.id);
    set(range, { y: y(high), height: y(low) - y(high) });
    range.classList.toggle("set", Boolean(brush));
    [high, low].forEach((at, k) => {
      set(ends[k], {
        transform: `translate(${x} ${y(at)})`,
        "aria-valuemin": 0,
        "aria-valuemax": 100,
        "aria-valuenow": Math.round(100 * at),
        "aria-valuetext": axisText(axis, axis.at(at)),
      });
      ends[k].classList.toggle("set", Boolean(brush));
    });
  }
  return {
    node: svg("g", { class: "axis-brush", "data-axis": axis.id }, strip, range, ...ends),
    draw,
  };
}
