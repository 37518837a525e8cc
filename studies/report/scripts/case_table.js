// All cases that pass the filters, in the order that a column gives them.

import { el } from "report/dom";
import { NOT_AVAILABLE, withError } from "report/numbers";

const AT_ONCE = 200; // rows; a button shows the rest

/** The table; heads sort, the first cell of a row opens its case. */
export function caseTable(run, store) {
  const caption = el("caption");
  const head = el("tr");
  const body = el("tbody");
  const more = el("button", { type: "button", class: "more", on: { click: () => draw(Infinity) } });
  const order = { column: "case", falls: false };
  const rows = new Map();

  function columns() {
    const { chosen, length } = store.state;
    const parts = run.partNames.length > 1;
    const failed = run.solved.length < run.cases.length;
    return [
      { id: "case", title: "case", value: (k) => k, text: (k) => run.cases[k].number },
      ...(parts ? [named("part", "part", (k) => run.cases[k].part)] : []),
      ...run.data.factors.map((factor, f) => ({
        id: `factor-${f}`,
        title: factor.title,
        isNumber: factor.numbers !== null,
        value: (k) => run.cases[k].levels[f],
        text: (k) => run.level(k, f),
      })),
      ...(failed ? [named("status", "status", (k) => run.cases[k].status)] : []),
      ...chosen.map((m) => ({
        id: run.data.metrics[m].name,
        title: run.heading(m, length),
        isNumber: true,
        value: (k) => run.measured(k, m, length)?.value ?? null,
        text: (k) => {
          const text = withError(run.measured(k, m, length));
          return text === NOT_AVAILABLE ? "\u2013" : text;
        },
      })),
    ];
  }

  function heads(found) {
    head.replaceChildren(
      ...found.map((column) => {
        const mine = column.id === order.column;
        const sort = mine ? (order.falls ? "descending" : "ascending") : "none";
        const button = el("button", {
          type: "button",
          class: "sort",
          text: column.title,
          on: {
            click: () => {
              order.falls = mine && !order.falls;
              order.column = column.id;
              draw();
              head.querySelector("[aria-sort]:not([aria-sort=none]) button")?.focus();
            },
          },
        });
        return el("th", { scope: "col", class: column.isNumber && "n", "aria-sort": sort }, button);
      }),
    );
  }

  function draw(most = AT_ONCE) {
    const found = columns();
    const by = found.find((column) => column.id === order.column) ?? found[0];
    heads(found);
    const shown = run.cases.map((_, k) => k).filter((k) => store.state.passes[k]);
    shown.sort((a, b) => compared(by.value(a), by.value(b), order.falls) || a - b);
    rows.clear();
    body.replaceChildren(...shown.slice(0, most).map((k) => line(k, found)));
    more.hidden = shown.length <= most;
    more.textContent = `Show all ${shown.length} rows`;
    caption.textContent = `${shown.length} of ${run.cases.length} cases, sorted by ${by.title}`;
  }

  function line(k, found) {
    const cells = found.map((column, c) => {
      if (c) return el("td", { class: column.isNumber && "n", text: column.text(k) });
      const open = el("button", {
        type: "button",
        class: "open",
        text: column.text(k),
        "aria-label": `Open ${run.name(k)}`,
        on: {
          click: () => store.put("opened", k),
          focus: () => store.put("pointed", k),
          blur: () => store.put("pointed", null),
        },
      });
      return el("th", { scope: "row" }, open);
    });
    const row = el(
      "tr",
      {
        on: {
          pointerenter: () => store.put("pointed", k),
          pointerleave: () => store.put("pointed", null),
        },
      },
      ...cells,
    );
    rows.set(k, row);
    return row;
  }

  store.on("length chosen filter", () => draw());
  store.on("pointed", ({ pointed }) => {
    for (const [k, row] of rows) row.classList.toggle("pointed", k === pointed);
  });
  return el(
    "div",
    { class: "view case-table" },
    el("h3", { text: "Table of the cases" }),
    el("p", { class: "small", text: "Heads sort; the number of a case opens it." }),
    el("div", { class: "scroll" }, el("table", {}, caption, el("thead", {}, head), body)),
    more,
  );
}

function named(id, title, of) {
  return { id, title, value: of, text: of };
}

/** Order of two values; what is missing stands last either way. */
function compared(a, b, falls) {
  if (a === null || b === null) return (a === null) - (b === null);
  const sign = a < b ? -1 : a > b ? 1 : 0;
  return falls ? -sign : sign;
}
