// Opens the data and puts the views where the page has a place for them.

import { caseSheet } from "report/case_sheet";
import { caseTable } from "report/case_table";
import { curves } from "report/curves";
import { opened } from "report/data";
import { parallel } from "report/parallel";
import { plotView } from "report/plot_view";
import { makeRun } from "report/run";
import { makeStore } from "report/store";
import { toolbar } from "report/toolbar";

const place = document.getElementById("views");
const run = makeRun(await opened("report-data"));
const store = makeStore(run);
const views = [
  toolbar(run, store),
  plotView(run, store),
  ...(run.solved.length > 1 ? [parallel(run, store)] : []),
  curves(run, store),
  caseTable(run, store),
];
place.replaceChildren(...views.filter(Boolean));
caseSheet(run, store);
document.documentElement.classList.add("living");
