// Fields of a case whose fields were kept: grey is value, coloured here and read by the pointer.

import { gradient, viridis } from "report/colours";
import { el, radios, svg } from "report/dom";
import { plain, united } from "report/numbers";
import { hideTip, showTip } from "report/tip";

/** A picture with a choice of the field; all cases share its scale. */
export function fieldPicture({ window: [r0, r1, z0, z1], pictures }, kinds, drawing) {
  const having = kinds.filter((kind) => pictures[kind.name]);
  const canvas = el("canvas", { role: "img" });
  const bar = el("div", { class: "colour-bar" });
  let values = null;
  let kind = null;

  async function show(chosen) {
    kind = chosen;
    const image = new Image();
    image.src = `data:image/png;base64,${pictures[kind.name]}`;
    await image.decode();
    if (kind !== chosen) return;
    canvas.width = image.width;
    canvas.height = image.height;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(image, 0, 0);
    const data = context.getImageData(0, 0, image.width, image.height);
    values = data.data.filter((_, k) => k % 4 === 0);
    values.forEach((grey, k) => {
      const rgb = grey ? viridis((grey - 1) / 254) : [205, 205, 205];
      data.data.set([...rgb, 255], 4 * k);
    });
    context.putImageData(data, 0, 0);
    canvas.setAttribute("aria-label", `${kind.title} near the edge of the opening`);
    bar.replaceChildren(
      el("span", { text: plain(kind.low, 2) }),
      el("i", { style: `background: ${gradient()}` }),
      el("span", {
        text: `${united(plain(kind.high, 2), kind.unit)}${kind.isLog ? ", logarithmic" : ""}`,
      }),
    );
  }

  function value(grey) {
    const share = (grey - 1) / 254;
    return kind.isLog
      ? kind.low * (kind.high / kind.low) ** share
      : kind.low + share * (kind.high - kind.low);
  }

  const frame = el(
    "div",
    { class: "field-frame" },
    canvas,
    drawing ? outlines(drawing, [r0, r1, z0, z1]) : null,
  );
  frame.addEventListener("pointermove", (event) => {
    const box = frame.getBoundingClientRect();
    const [u, v] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    const at = Math.floor(v * canvas.height) * canvas.width + Math.floor(u * canvas.width);
    const grey = values?.[at];
    if (grey === undefined) return;
    const text =
      grey === 0
        ? "none"
        : `${grey === 255 ? "\u2265 " : "about "}${united(plain(value(grey), 2), kind.unit)}`;
    showTip(
      [
        `${kind.title}: ${text}`,
        `r ${(r0 + u * (r1 - r0)).toFixed(2)}, z ${(z1 - v * (z1 - z0)).toFixed(2)} µm`,
      ],
      event.clientX,
      event.clientY,
    );
  });
  frame.addEventListener("pointerleave", hideTip);
  if (!having.length) return "";
  show(having[0]);
  return el(
    "div",
    { class: "field" },
    radios(
      "Field",
      "field",
      having.map((one) => [one, one.title]),
      having[0],
      show,
    ),
    frame,
    bar,
    el("p", {
      class: "small",
      text: "One scale for all cases of the study; grey has none of it. At corners values are singular.",
    }),
  );
}

function outlines({ shapes }, [r0, r1, z0, z1]) {
  const lines = shapes.flatMap(([, ...rings]) =>
    rings.map((ring) => {
      let [r, z] = [0, 0];
      const points = [];
      for (let k = 0; k < ring.length; k += 2)
        points.push(`${((r += ring[k]), r / 1000)},${-((z += ring[k + 1]), z / 1000)}`);
      return svg("polygon", { points: points.join(" ") });
    }),
  );
  return svg(
    "svg",
    {
      class: "outlines",
      viewBox: `${r0} ${-z1} ${r1 - r0} ${z1 - z0}`,
      preserveAspectRatio: "none",
      "aria-hidden": true,
    },
    ...lines,
  );
}
