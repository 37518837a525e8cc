// Making and filling nodes. Texts only ever become text nodes, so that no name is read as HTML.

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element; `on` holds listeners, `text` its text, all else attributes. */
export function el(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** The same for SVG. */
export function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

/** Change attributes of a node. */
export function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) node.removeAttribute(name);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  return node;
}

/** A labelled select; `groups` are pairs of a title and options `[value, text]`. */
export function choice(label, groups, value, changed) {
  const box = el("select", { on: { change: () => changed(box.value) } });
  for (const [title, options] of groups) {
    const made = options.map(([key, text]) => el("option", { value: key, text }));
    box.append(...(title ? [el("optgroup", { label: title }, ...made)] : made));
  }
  box.value = String(value);
  return el("label", { class: "choice" }, el("span", { text: label }), box);
}

/** Radio buttons in one row; arrow keys move among them. */
export function radios(label, name, options, value, changed) {
  const buttons = options.map(([key, text]) => {
    const input = el("input", {
      type: "radio",
      name,
      value: key,
      on: { change: () => input.checked && changed(key) },
    });
    input.checked = key === value;
    return el("label", {}, input, el("span", { text }));
  });
  return el("fieldset", { class: "radios" }, el("legend", { text: label }), ...buttons);
}

function filled(node, attributes, children) {
  const { on = {}, text, ...plain } = attributes;
  set(node, plain);
  if (text !== undefined) node.textContent = text;
  for (const [event, listener] of Object.entries(on)) node.addEventListener(event, listener);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}
