// "Solve this exactly": the button, how far it is, and what became of it.

import { ask } from "explorer/asks";
import { el } from "report/dom";
import { fixed } from "report/numbers";

const PAUSE_MS = 400;

/** The control; `wanted()` is what to solve, `ended(job)` is told when one has ended. */
export function solver(usual, wanted, ended) {
  const bar = el("progress", { hidden: true, "aria-label": "Solving" });
  const said = el("p", { class: "said", role: "status" });
  const button = el("button", { type: "button", class: "main", text: "Solve this exactly", on: { click: start } });
  let isBusy = false;
  let isPossible = true;

  function busy(now) {
    isBusy = now;
    button.disabled = isBusy || !isPossible;
    bar.hidden = !isBusy;
  }

  async function start() {
    busy(true);
    said.textContent = "Asked for.";
    try {
      follow(await ask("solve", wanted()));
    } catch (error) {
      busy(false);
      said.textContent = error.message;
    }
  }

  /** Tell of a job until it is over. */
  async function follow({ job }) {
    if (!job) return;
    busy(!job.over);
    if (job.over) {
      said.textContent = outcome(job);
      ended(job);
      return;
    }
    said.textContent = `Solving for ${fixed(job.seconds, 0)} s${usual ? `; designs of this run took ${duration(usual)} each` : ""}.`;
    bar.removeAttribute("value");
    if (usual) bar.value = Math.min(job.seconds / (1.5 * usual), 0.98);
    await new Promise((done) => setTimeout(done, PAUSE_MS));
    try {
      follow(await ask("state"));
    } catch (error) {
      busy(false);
      said.textContent = error.message;
    }
  }

  return {
    node: el("div", { class: "solving" }, button, bar, said),
    follow,
    /** Whether the present point is a design at all. */
    possible(now) {
      isPossible = now;
      busy(isBusy);
    },
  };
}

function outcome(job) {
  const took = `after ${fixed(job.seconds, 1)} s`;
  if (job.status === "solved") return `Solved ${took}; the surrogate is fitted with it.`;
  if (job.status === "invalid") return `This is no possible design: ${job.reason}`;
  if (job.status === "failed") return `It failed ${took}: ${job.reason}`;
  return `It was not solved: ${job.reason}`;
}

function duration(seconds) {
  return seconds < 1 ? `${fixed(seconds, 1)} s` : `${fixed(seconds, 0)} s`;
}
