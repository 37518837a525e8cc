// The axes of parallel coordinates: factors and metrics with where a case lies on them.

import { linear, logarithmic } from "report/scales";
import { plain, tickText, united } from "report/numbers";

/**
 * Axes of the factors that vary and of the chosen metrics. `looks` keeps by axis whether it is
 * logarithmic and whether it is flipped. A share runs from 0 at the bottom to 1 at the top.
 */
export function makeAxes(run, store, looks) {
  const { chosen, length } = store.state;
  const factors = store.axes.map((axis) => {
    const numbers = axis.numbers;
    const value = (k) => {
      const at = axis.at(k);
      return at === null || at < 0 ? null : numbers ? numbers[at] : at;
    };
    const name = (k) => axis.levels[axis.at(k)] ?? "";
    const places = numbers ?? axis.levels.map((_, k) => k);
    // numbers that somebody typed; those of a sample are long, and round ones stand for them
    const isNamed = !numbers || (numbers.length <= 12 && axis.levels.every((t) => t.length <= 6));
    return axisOf(axis, places, value, name, looks, isNamed ? [places, axis.levels] : null);
  });
  const metrics = chosen.map((m) => {
    const { unit } = run.data.metrics[m];
    const value = (k) => run.measured(k, m, length)?.value ?? null;
    const places = run.solved.map(value).filter((v) => v !== null);
    const head = { id: run.data.metrics[m].name, title: run.heading(m, length) };
    return { ...axisOf(head, places, value, (k) => run.text(k, m, length), looks, null), unit };
  });
  return [...factors, ...metrics].filter((axis) => axis.known);
}

function axisOf({ id, title }, places, value, text, looks, named) {
  const low = Math.min(...places);
  const high = Math.max(...places);
  const mayLog = low > 0 && high > low;
  const seen = looks.get(id) ?? { isLog: false, isFlipped: false };
  looks.set(id, seen);
  const scale = seen.isLog && mayLog ? logarithmic(low, high) : linear(low, high);
  const turned = (share) => (seen.isFlipped ? 1 - share : share);
  const ticks = named && !(seen.isLog && mayLog) ? named : null;
  return {
    id,
    title,
    value,
    text,
    mayLog,
    look: seen,
    known: places.length > 0,
    share: (v) => turned(scale.share(v)),
    at: (share) => scale.value(turned(Math.min(Math.max(share, 0), 1))),
    low: scale.low,
    high: scale.high,
    ticks: () =>
      ticks
        ? ticks[0].map((place, k) => [place, ticks[1][k]])
        : scale.ticks(6).map((place) => [place, tickText(place)]),
  };
}

/** A value of an axis in words. */
export function axisText(axis, value) {
  return united(plain(Number(value.toPrecision(6)), 4), axis.unit ?? "");
}
