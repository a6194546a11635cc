// Making elements. Text is always text, never HTML, and styles are set through the CSSOM, so the
// strictest Content-Security-Policy and Trusted Types hold.
const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  menu: "M3 5h14M3 10h14M3 15h14",
  search: "M9 4a5 5 0 1 0 0 10a5 5 0 1 0 0-10M13 13l4 4",
  plus: "M10 4v12M4 10h12",
  close: "M5 5l10 10M15 5L5 15",
  check: "M4 10.5l4 4 8-9",
  more: "M4.5 10h.01M10 10h.01M15.5 10h.01",
  edit: "M4 16l1-4L13.5 3.5l3 3L8 15l-4 1z",
  trash: "M4 6h12M8 6V4h4v2M6 6l.7 10h6.6L14 6",
  upload: "M10 13V4M6 8l4-4 4 4M4 16h12",
  download: "M10 4v9M6 9l4 4 4-4M4 16h12",
  shield: "M10 3l6 2v5c0 3.5-2.4 6-6 7-3.6-1-6-3.5-6-7V5l6-2zM7.5 10l2 2 3.5-4",
  spark: "M10 3l1.6 5.4L17 10l-5.4 1.6L10 17l-1.6-5.4L3 10l5.4-1.6L10 3z",
  clock: "M10 3a7 7 0 1 0 0 14a7 7 0 1 0 0-14M10 6v4l3 2",
  gauge: "M3 14a7 7 0 1 1 14 0M10 14l3-5",
  grip: "M7.5 5.5h.01M12.5 5.5h.01M7.5 10h.01M12.5 10h.01M7.5 14.5h.01M12.5 14.5h.01",
  copy: "M7 7h9v9H7zM4 13V4h9",
  link: "M8 12l4-4M6.5 9.5l-2 2a3 3 0 0 0 4 4l2-2M13.5 10.5l2-2a3 3 0 0 0-4-4l-2 2",
  undo: "M7 5L3.5 8.5 7 12M4 8.5h8a4 4 0 0 1 0 8H8",
  help: "M7.5 7.5a2.5 2.5 0 1 1 3.5 2.3c-.7.4-1 .9-1 1.7M10 15h.01",
  rule: "M3 5h14l-5.5 6v5l-3-1.5V11L3 5z",
  list: "M7 5h10M7 10h10M7 15h10M3 5h.01M3 10h.01M3 15h.01",
  user: "M10 4a3 3 0 1 0 0 6a3 3 0 1 0 0-6M4 17c.6-3.4 3-5 6-5s5.4 1.6 6 5",
  refresh: "M16 10a6 6 0 1 1-1.8-4.2M16 3.5V7h-3.5",
};

// h("button", {class: "x", onclick: run, "aria-label": "…", "--w": 0.4}, "text", node)
export function h(tag, props = {}, ...kids) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) setProp(element, name, value);
  element.append(...kids.flat(2).filter((kid) => kid != null && kid !== false));
  return element;
}

function setProp(element, name, value) {
  if (value === false || value == null) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name.startsWith("--")) element.style.setProperty(name, value);
  else if (name === "value" || name === "checked" || name === "indeterminate") element[name] = value;
  else element.setAttribute(name, value === true ? "" : value);
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  const attributes = { viewBox: "0 0 20 20", class: "icon", "aria-hidden": "true" };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

export const emit = (element, type, detail) =>
  element.dispatchEvent(new CustomEvent(type, { detail, bubbles: true }));

// A line that screen readers speak and nobody sees.
export function announce(text) {
  document.getElementById("announce")?.replaceChildren(text);
}

// In the place of what is in the element; what is missing is left out.
export function fill(element, ...kids) {
  element.replaceChildren(...kids.flat(2).filter((kid) => kid != null && kid !== false));
}
