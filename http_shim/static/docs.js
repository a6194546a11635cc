// The reference page: everything on it is read from /openapi.json, and written as text, never HTML.

const MOST_DEEP = 4; // nested shapes beyond are named, not unfolded

/** An element with text or elements in it. */
function el(name, attributes = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...inside.filter((part) => part !== null));
  return made;
}

/** What a reference points at, and everything else as it is. */
function resolved(api, schema) {
  if (!schema?.$ref) return schema ?? {};
  return schema.$ref.split("/").slice(1).reduce((node, key) => node?.[key], api) ?? {};
}

/** A type in few words. */
function typeOf(api, schema) {
  const found = resolved(api, schema);
  const many = found.anyOf ?? found.oneOf;
  if (many) return [...new Set(many.map((one) => typeOf(api, one)))].join(" or ");
  if (found.const !== undefined) return JSON.stringify(found.const);
  if (found.enum) return found.enum.map((value) => JSON.stringify(value)).join(", ");
  if (found.type === "array") return `list of ${typeOf(api, found.items ?? {})}`;
  const kind = Array.isArray(found.type) ? found.type.join(" or ") : found.type;
  const format = found.format ? ` (${found.format})` : "";
  return `${kind ?? "anything"}${format}`;
}

/** The bounds a value has to keep. */
function bounds(schema) {
  const told = { minimum: "from", maximum: "to", minLength: "at least", maxLength: "at most",
    minItems: "at least", maxItems: "at most", default: "default" };
  return Object.entries(told)
    .filter(([key]) => schema[key] !== undefined && schema[key] !== null)
    .map(([key, word]) => `${word} ${JSON.stringify(schema[key])}`)
    .join(", ");
}

function argumentRow(api, name, schema, where, required) {
  const limits = bounds(schema);
  return el("tr", {},
    el("th", { scope: "row" }, el("code", {}, name), required ? " (required)" : ""),
    el("td", {}, where),
    el("td", {}, schema.description ?? "", schema.description ? el("br") : null,
      el("span", { class: "type" }, typeOf(api, schema) + (limits ? `; ${limits}` : ""))));
}

function argumentsOf(api, operation) {
  const rows = (operation.parameters ?? []).map((one) =>
    argumentRow(api, one.name, one.schema, one.in, Boolean(one.required)));
  const body = operation.requestBody?.content["application/json"].schema;
  for (const form of body ? body.oneOf ?? [body] : []) {
    const whole = resolved(api, form);
    for (const [name, schema] of Object.entries(whole.properties ?? {})) {
      rows.push(argumentRow(api, name, schema, "body", (whole.required ?? []).includes(name)));
    }
  }
  if (!rows.length) return null;
  const head = el("tr", {}, ...["Argument", "In", "Meaning"].map((name) =>
    el("th", { scope: "col" }, name)));
  return el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Arguments" },
    el("table", {}, el("thead", {}, head), el("tbody", {}, ...rows)));
}

/** The shape of an answer, as an outline. */
function outline(api, schema, deep = 0) {
  const found = resolved(api, schema);
  const many = (found.anyOf ?? found.oneOf)?.filter((one) => one.type !== "null");
  if (many?.length === 1) return outline(api, many[0], deep);
  if (found.type === "array") return [outline(api, found.items, deep)];
  if (!found.properties || deep >= MOST_DEEP) return typeOf(api, found);
  return Object.fromEntries(Object.entries(found.properties).map(([name, inner]) =>
    [name, outline(api, inner, deep + 1)]));
}

function answersOf(api, operation) {
  const [status, answer] = Object.entries(operation.responses)
    .find(([code]) => code.startsWith("2")) ?? [];
  const schema = Object.values(answer?.content ?? {})[0]?.schema;
  if (!schema) return null;
  const text = JSON.stringify(outline(api, schema), null, 2);
  return el("details", {}, el("summary", {}, `Answer (${status})`),
    el("pre", { tabindex: "0" }, text));
}

function section(api, path, method, operation, id) {
  return el("section", { id, "aria-labelledby": `${id}-name` },
    el("h2", { id: `${id}-name` }, operation.operationId ?? operation.summary),
    el("p", { class: "route" },
      el("span", { class: "method" }, method.toUpperCase()), " ", el("code", {}, path)),
    el("p", { class: "text" }, operation.description ?? ""),
    argumentsOf(api, operation),
    answersOf(api, operation));
}

function show(api) {
  document.getElementById("about").textContent = api.info.description;
  document.getElementById("about").className = "text";
  const index = document.getElementById("index");
  const sections = [];
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const id = `${method}-${path.replace(/[^a-z]+/g, "-")}`;
      const name = operation.operationId ?? `${operation.summary} (${method.toUpperCase()})`;
      const entry = el("li", {}, el("a", { href: `#${id}` }, name));
      entry.dataset.words = `${name} ${path} ${operation.summary}`.toLowerCase();
      index.append(entry);
      sections.push(section(api, path, method, operation, id));
    }
  }
  document.getElementById("operations").replaceChildren(...sections);
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

document.getElementById("filter").addEventListener("input", (event) => {
  const wanted = event.target.value.trim().toLowerCase();
  for (const entry of document.getElementById("index").children) {
    entry.hidden = !entry.dataset.words.includes(wanted);
  }
});

try {
  const answer = await fetch("/openapi.json");
  if (!answer.ok) throw new Error(`${answer.status}`);
  show(await answer.json());
} catch {
  document.getElementById("operations").textContent =
    "The document /openapi.json cannot be read just now; reload the page to try again.";
}
