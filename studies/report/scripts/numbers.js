// Numbers as people read them, by the same rules as the report's sentences and tables.

const MINUS = "\u2212";
const SMALL = 1e-4; // numbers below are written with an exponent
export const NOT_AVAILABLE = "not available";

/** A number to so many significant digits, without an exponent as far as that is readable. */
export function plain(value, digits = 4) {
  if (value === null || value === undefined || !Number.isFinite(value)) return NOT_AVAILABLE;
  if (value === 0) return "0";
  const power = Math.floor(Math.log10(Math.abs(value)));
  const text =
    power < -4 || power >= 7
      ? value.toExponential(digits - 1)
      : value.toFixed(Math.max(digits - 1 - power, 0));
  return text.replaceAll("-", MINUS);
}

/** Value and error to the digits that the error leaves, rounded up; small ones share a power of ten. */
export function withError(found) {
  if (!found) return NOT_AVAILABLE;
  const { value, error } = found;
  if (!error) return plain(value); // exact, or an error that nobody knows
  const size = Math.max(Math.abs(value), error);
  if (size < SMALL) {
    const tens = -Math.floor(Math.log10(size));
    const shared = { value: value * 10 ** tens, error: error * 10 ** tens };
    return `(${withError(shared)})e${MINUS}${tens}`;
  }
  let decimals = 4 - Math.floor(Math.log10(size)); // no more than five digits of the value
  const power = Math.floor(Math.log10(error));
  decimals = Math.max(Math.min(decimals, -power + (error < 2 * 10 ** power ? 1 : 0)), 0);
  const step = 10 ** -decimals;
  const rounded = Math.ceil((error / step) * (1 - 1e-9)) * step;
  let text = value.toFixed(decimals);
  if (text.startsWith("-")) text = Number(text) ? MINUS + text.slice(1) : text.slice(1);
  return `${text} \u00b1 ${rounded.toFixed(decimals)}`;
}

/** A number with its unit. */
export function united(text, unit) {
  return unit && text !== NOT_AVAILABLE ? `${text} ${unit}` : text;
}

/** A number to so many decimals; none below zero that is shown as zero. */
export function fixed(value, decimals) {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", MINUS);
}

/** Text of a tick. */
export function tickText(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text =
    size >= 1e5 || size < 1e-3 ? value.toExponential() : String(Number(value.toPrecision(6)));
  return text.replace("e+", "e").replaceAll("-", MINUS);
}
