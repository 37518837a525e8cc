// What a run holds, asked in the words of a view: values of cases, axes, texts.

import { linear, logarithmic } from "report/scales";
import { united, withError } from "report/numbers";

/** Questions that views ask of the data. */
export function makeRun(data) {
  const cases = data.cases;
  const partNames = Object.keys(data.parts);

  /** The column of a metric at an averaging length, or at its own where it has no such. */
  function column(metric, length) {
    const { columns } = data.metrics[metric];
    return columns.find((one) => one.length === length) ?? columns[0];
  }

  /** Value and error of a case; null where there is none. */
  function measured(k, metric, length) {
    const { values, errors } = column(metric, length);
    return values[k] === null ? null : { value: values[k], error: errors[k] };
  }

  /** The same as text with its unit. */
  function text(k, metric, length) {
    return united(withError(measured(k, metric, length)), data.metrics[metric].unit);
  }

  /** A metric with its unit and length, for axes and headings. */
  function heading(metric, length, name = "short") {
    const found = data.metrics[metric];
    const unit = found.unit ? ` (${found.unit})` : "";
    const window = column(metric, length).length;
    return `${found[name]}${unit}${window === null ? "" : `, over ${window} µm`}`;
  }

  /** Text of a case's level of a factor. */
  function level(k, factor) {
    const at = cases[k].levels[factor];
    return at === null ? "" : data.factors[factor].levels[at];
  }

  /** How a case is called. */
  function name(k) {
    const part = partNames.length > 1 ? `${cases[k].part} ${cases[k].number}` : cases[k].number;
    return `Case ${part}: ${cases[k].label}`;
  }

  /** Metrics as options of a choice: those that the report is about, and all others. */
  function metricChoices() {
    const every = data.metrics.map((metric, k) => [k, metric.title, metric.about]);
    const some = (about) => every.filter((one) => one[2] === about).map(([k, title]) => [k, title]);
    return [
      ["In this report", some(true)],
      ["All others", some(false)],
    ].filter(([, options]) => options.length);
  }

  /** Metrics that tell cases apart, the first few: what plots of many begin with. */
  function telling(most) {
    const found = data.metrics.flatMap((metric, k) => {
      const known = column(k, data.headline).values.filter((value) => value !== null);
      const varies = new Set(known).size > 1;
      return metric.about && varies && known.length > cases.length / 3 ? [k] : [];
    });
    return (found.length ? found : data.metrics.map((_, k) => k)).slice(0, most);
  }

  /** Every factor that varies, the part among them, as an axis. */
  function factorAxes() {
    const parts = {
      id: "part",
      title: "Part",
      levels: partNames,
      numbers: null,
      at: (k) => partNames.indexOf(cases[k].part),
    };
    const found = data.factors.map((factor, f) => ({
      id: `factor-${f}`,
      title: factor.title,
      levels: factor.levels,
      numbers: factor.numbers,
      at: (k) => cases[k].levels[f],
    }));
    return [...(partNames.length > 1 ? [parts] : []), ...found.filter((f) => f.levels.length > 1)];
  }

  /** Range of a metric over all cases, on a scale. */
  function scale(metric, length, isLog = false) {
    const values = column(metric, length).values.filter((value) => value !== null);
    const ends = values.length ? [Math.min(...values), Math.max(...values)] : [0, 1];
    return isLog && ends[0] > 0 ? logarithmic(...ends) : linear(...ends);
  }

  return {
    data,
    cases,
    column,
    measured,
    text,
    heading,
    level,
    name,
    metricChoices,
    telling,
    factorAxes,
    scale,
    partNames,
    solved: cases.flatMap((one, k) => (one.status === "solved" ? [k] : [])),
  };
}
