// One case in a dialog: drawing, fields, metrics and what has to be known of it.

import { el } from "report/dom";
import { fieldPicture } from "report/field_picture";
import { withError } from "report/numbers";
import { sectionDrawing } from "report/section_drawing";

const HASH = /^#case-(\d+)$/;

/** The dialog; the address ends in the number of the case that is open, so that it can be linked. */
export function caseSheet(run, store) {
  const title = el("h2", { id: "case-title" });
  const body = el("div", { class: "case-body" });
  const button = (text, label, click) =>
    el("button", { type: "button", text, "aria-label": label, on: { click } });
  const before = button("\u2039 previous", "Previous case", () => store.put("opened", next(-1)));
  const after = button("next \u203a", "Next case", () => store.put("opened", next(1)));
  const close = button("\u00d7", "Close", () => dialog.close());
  const dialog = el(
    "dialog",
    { class: "case-sheet", "aria-labelledby": "case-title" },
    el("header", {}, title, before, after, close),
    body,
  );
  // the event comes after the act: another case may have been opened in between
  dialog.addEventListener("close", () => dialog.open || store.put("opened", null));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());

  const next = (step) => (store.state.opened + step + run.cases.length) % run.cases.length;

  function fill(k) {
    const one = run.cases[k];
    const [drawing, fields] = [run.data.drawings, run.data.fields].map(
      (all) => all.designs[one.design],
    );
    title.textContent = run.name(k);
    const solved = () => [
      el("h3", { text: "Drawing" }),
      drawing
        ? sectionDrawing(drawing, run.data.drawings.regions)
        : small("Only so many shapes of a run are drawn here; fem-bump draw shows any."),
      el("h3", { text: "Fields near the recess" }),
      fields
        ? fieldPicture(fields, run.data.fields.kinds, drawing)
        : small("The study kept no fields of this case (keep_fields)."),
      el("h3", { text: "Metrics" }),
      metrics(k),
    ];
    body.replaceChildren(
      small([run.data.parts[one.part], failure(one)].filter(Boolean).join(". ")),
      warnings(one),
      ...(one.status === "solved" ? solved() : []),
    );
    body.scrollTop = 0;
  }

  function failure({ status, reason }) {
    return status === "solved" ? "" : `This case is ${status}${reason ? `: ${reason}` : ""}.`;
  }

  function warnings(one) {
    if (!one.notes.length) return "";
    return el(
      "div",
      { class: "notes" },
      el("h3", { text: "What you should know of it" }),
      el("ul", {}, ...one.notes.map((text) => el("li", { text }))),
    );
  }

  function metrics(k) {
    const { lengths } = run.data;
    const heads = [...lengths.map((length) => `over ${length} µm`), "no window"];
    const rows = run.data.metrics.map((metric) => {
      const cell = (length) => {
        const found = metric.columns.find((one) => one.length === length);
        const value = found?.values[k] ?? null;
        const text = value === null ? "" : withError({ value, error: found.errors[k] });
        return el("td", { class: `n${length === store.state.length ? " now" : ""}`, text });
      };
      const has = metric.columns.some((column) => column.values[k] !== null);
      return !has
        ? null
        : el(
            "tr",
            { class: metric.about ? "about" : null },
            el("th", { scope: "row", text: metric.title }),
            el("td", { text: metric.unit }),
            ...[...lengths, null].map(cell),
          );
    });
    const head = el(
      "tr",
      {},
      el("th", { text: "Metric" }),
      el("th", { text: "unit" }),
      ...heads.map((text) => el("th", { class: "n", scope: "col", text })),
    );
    return el(
      "div",
      { class: "scroll" },
      el(
        "table",
        { class: "wide" },
        el("thead", {}, head),
        el("tbody", {}, ...rows.filter(Boolean)),
      ),
    );
  }

  store.on("opened", ({ opened: k }) => {
    if (k === null) {
      if (dialog.open) dialog.close();
      if (HASH.test(location.hash)) history.replaceState(null, "", "#explore");
      return;
    }
    fill(k);
    if (!dialog.open) dialog.showModal();
    history.replaceState(null, "", `#case-${k + 1}`);
  });
  store.on("length", ({ opened: k }) => k !== null && fill(k));

  function follow() {
    const found = HASH.exec(location.hash);
    if (found && run.cases[found[1] - 1]) store.put("opened", found[1] - 1);
  }
  addEventListener("hashchange", follow);
  document.body.append(dialog);
  follow();
}

function small(text) {
  return el("p", { class: "small", text });
}
