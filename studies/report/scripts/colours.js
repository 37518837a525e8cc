// Colours that colour-blind eyes tell apart: viridis for numbers, Okabe and Ito's for names.

const VIRIDIS = [
  [68, 1, 84],
  [72, 26, 108],
  [71, 47, 125],
  [65, 68, 135],
  [57, 86, 140],
  [49, 104, 142],
  [42, 120, 142],
  [35, 136, 142],
  [31, 152, 139],
  [34, 168, 132],
  [53, 183, 121],
  [84, 197, 104],
  [122, 209, 81],
  [165, 219, 54],
  [210, 226, 27],
  [253, 231, 37],
];
const DASHES = ["", "7 3", "2 2", "7 3 2 3", "4 2", "10 3", "1 3"];
const NAMED = 7;

/** [red, green, blue] at a share of the scale. */
export function viridis(share) {
  const at = Math.min(Math.max(share, 0), 1) * (VIRIDIS.length - 1);
  const k = Math.min(Math.floor(at), VIRIDIS.length - 2);
  return VIRIDIS[k].map((from, i) => Math.round(from + (at - k) * (VIRIDIS[k + 1][i] - from)));
}

/** The same for CSS. */
export function viridisText(share) {
  return `rgb(${viridis(share).join(" ")})`;
}

/** Whether dark letters are read on it. */
export function isLight([red, green, blue]) {
  return 0.299 * red + 0.587 * green + 0.114 * blue > 127;
}

/** Colour and dash of one of several levels; a row of colours where there are many. */
export function look(k, count) {
  if (count > NAMED) return { colour: viridisText((0.95 * k) / (count - 1)), dash: "" };
  return { colour: `var(--series-${k})`, dash: DASHES[k] };
}

/** The scale as a background that runs to the right. */
export function gradient() {
  return `linear-gradient(to right, ${VIRIDIS.map((rgb) => `rgb(${rgb.join(" ")})`).join(", ")})`;
}
