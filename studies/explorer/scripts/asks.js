// Asking the server, which is on this machine and behind this page's own address.

/** The answer to a GET, or to a POST of `body`; an Error with the server's sentence otherwise. */
export async function ask(place, body) {
  const how = body
    ? {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      }
    : {};
  let answer;
  try {
    answer = await fetch(`./${place}`, how);
  } catch {
    throw new Error("fem-bump explore has ended; start it again and open its new address");
  }
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.error);
  return said;
}

/** Ask one at a time; of what is wanted meanwhile only the last is asked for. */
export function latest(asked, show, failed) {
  let wanted = null;
  let isRunning = false;
  return async (body) => {
    wanted = body;
    if (isRunning) return;
    isRunning = true;
    while (wanted) {
      const mine = wanted;
      wanted = null;
      try {
        const said = await asked(mine);
        if (!wanted) show(said, mine);
      } catch (error) {
        if (!wanted) failed(error.message);
      }
    }
    isRunning = false;
  };
}
