// Keys that move among marks.

/** Arrow keys move the focus among marks in rows; only one of them is a stop of the Tab key. */
export function roving(node, rows) {
  const every = rows.flat().filter(Boolean);
  every.forEach((mark, k) => mark.setAttribute("tabindex", k ? -1 : 0));
  node.addEventListener("keydown", (event) => {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[
      event.key
    ];
    const mark = event.target.closest("[tabindex]");
    const row = rows.findIndex((marks) => marks.includes(mark));
    if (!step || row < 0) return;
    let [r, c] = [row, rows[row].indexOf(mark)];
    do {
      r += step[0];
      c += step[1];
    } while (rows[r] && c >= 0 && c < rows[r].length && !rows[r][c]);
    const next = rows[r]?.[c];
    if (!next) return;
    event.preventDefault();
    for (const other of every) other.setAttribute("tabindex", other === next ? 0 : -1);
    next.focus();
  });
}
