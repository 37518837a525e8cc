// What is chosen on the page, in one place; views listen for the kind of change they show.

/**
 * The state and its changes. Kinds: `length`, `metric`, `chosen`, `filter`, `pointed`, `opened`.
 * A filter greys cases in every view: words, a level per factor, a status, and brushes on axes.
 */
export function makeStore(run) {
  const listeners = new Map();
  const state = {
    length: run.data.lengths.includes(run.data.headline) ? run.data.headline : run.data.lengths[0],
    metric: run.telling(1)[0] ?? 0,
    chosen: run.telling(6),
    words: "",
    levels: new Map(), // axis id to level
    status: "",
    brushes: new Map(), // axis id to {low, high, of(case)}
    pointed: null,
    opened: null,
    passes: run.cases.map(() => true),
  };
  const axes = run.factorAxes();

  function tell(kind) {
    for (const listener of listeners.get(kind) ?? []) listener(state);
  }

  function judge() {
    const words = state.words.toLowerCase().split(/\s+/).filter(Boolean);
    state.passes = run.cases.map((one, k) => {
      const said = `${run.name(k)} ${run.data.parts[one.part]} ${one.status}`.toLowerCase();
      return (
        words.every((word) => said.includes(word)) &&
        (!state.status || one.status === state.status) &&
        axes.every(
          (axis) => !state.levels.has(axis.id) || axis.at(k) === state.levels.get(axis.id),
        ) &&
        [...state.brushes.values()].every((brush) => {
          const value = brush.of(k);
          return value !== null && value >= brush.low && value <= brush.high;
        })
      );
    });
    tell("filter");
  }

  return {
    state,
    axes,
    on(kinds, listener) {
      for (const kind of kinds.split(" ")) {
        listeners.set(kind, [...(listeners.get(kind) ?? []), listener]);
      }
      listener(state);
    },
    /** Set a value that has a kind of its own. */
    put(kind, value) {
      if (state[kind] === value) return;
      state[kind] = value;
      if (kind === "length" || kind === "chosen") judge(); // brushes are of values that change
      tell(kind);
    },
    /** Change what filters. */
    filter(change) {
      change(state);
      judge();
    },
    /** Let all cases pass again. */
    reset() {
      state.words = state.status = "";
      state.levels.clear();
      state.brushes.clear();
      judge();
      tell("reset");
    },
    count: () => state.passes.filter(Boolean).length,
  };
}
