// Scales from values to a share between 0 and 1, and back, with their ticks.

/** A linear scale over a range that is widened where it is a point. */
export function linear(low, high) {
  if (!(high > low))
    [low, high] = low === 0 ? [-1, 1] : [low - Math.abs(low) / 2, low + Math.abs(low) / 2];
  return {
    low,
    high,
    share: (value) => (value - low) / (high - low),
    value: (share) => low + share * (high - low),
    ticks: (count) => evenTicks(low, high, count),
  };
}

/** A logarithmic scale over positive values. */
export function logarithmic(low, high) {
  if (!(high > low)) [low, high] = [low / 2, low * 2];
  const [start, end] = [Math.log(low), Math.log(high)];
  return {
    low,
    high,
    share: (value) => (Math.log(value) - start) / (end - start),
    value: (share) => Math.exp(start + share * (end - start)),
    ticks: (count) => logTicks(low, high, count),
  };
}

/** Round numbers in a range, about so many. */
export function evenTicks(low, high, count) {
  const raw = (high - low) / Math.max(count, 1);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].find((m) => m * power >= raw * 0.999) * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, k) => {
    const value = (first + k) * step;
    return Math.abs(value) < step * 1e-9 ? 0 : Number(value.toPrecision(12));
  });
}

function logTicks(low, high, count) {
  const inside = (steps) => {
    const out = [];
    for (let p = Math.floor(Math.log10(low)); p <= Math.ceil(Math.log10(high)); p += 1) {
      for (const m of steps) {
        const value = Number(`${m}e${p}`);
        if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) out.push(value);
      }
    }
    return out;
  };
  for (const steps of [[1], [1, 3], [1, 2, 5]]) {
    const found = inside(steps);
    if (found.length >= 3)
      return found.filter((_, k) => k % Math.ceil(found.length / (count + 1)) === 0);
  }
  return evenTicks(low, high, count); // less than a decade
}
