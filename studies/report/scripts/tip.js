// One small box beside the pointer or the focused mark that says what is there.

import { el } from "report/dom";

const box = el("div", { class: "tip", role: "tooltip", id: "tip", hidden: true });

/** Show lines of text beside a point of the window. */
export function showTip(lines, x, y) {
  box.replaceChildren(...lines.map((text, k) => el(k ? "div" : "b", { text })));
  // a dialog covers all that stands outside it
  const place = document.querySelector("dialog[open]") ?? document.body;
  if (box.parentNode !== place) place.append(box);
  box.hidden = false;
  const { width, height } = box.getBoundingClientRect();
  const left = x + 14 + width > innerWidth ? x - 14 - width : x + 14;
  box.style.left = `${Math.max(left, 4)}px`;
  box.style.top = `${Math.max(Math.min(y + 12, innerHeight - height - 4), 4)}px`;
}

/** Hide it. */
export function hideTip() {
  box.hidden = true;
}

/** Let a mark say something under the pointer and under the focus. */
export function explains(node, lines) {
  const beside = () => {
    const at = node.getBoundingClientRect();
    showTip(lines(), at.right - 6, at.bottom - 6);
  };
  node.addEventListener("pointermove", (event) => showTip(lines(), event.clientX, event.clientY));
  node.addEventListener("pointerleave", hideTip);
  node.addEventListener("focus", () => node.matches(":focus-visible") && beside());
  node.addEventListener("blur", hideTip);
  node.addEventListener("keydown", (event) => event.key === "Escape" && hideTip());
}
