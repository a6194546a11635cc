// What a rule may compare, and the JSON of a screen to and from the lines that people edit.
const NUMBER_OPS = ["gte", "lte", "gt", "lt", "between"];
const CHOICE_OPS = ["in", "not_in"];
const PRESENCE = ["is_present", "is_missing"];

// `values` are known without asking; `source` says where the others come from.
export const FIELDS = {
  sector: { kind: "choice" },
  industry: { kind: "choice" },
  country: { kind: "choice" },
  exchange: { kind: "choice" },
  currency: { kind: "choice" },
  index: { kind: "choice" },
  asset_class: {
    kind: "choice",
    values: ["equity", "etf", "fund", "index", "currency", "crypto", "future", "moneymarket"],
  },
  market_cap_bucket: {
    kind: "choice",
    values: ["Mega Cap", "Large Cap", "Mid Cap", "Small Cap", "Micro Cap", "Nano Cap"],
  },
  status: { kind: "choice", values: ["active", "delisted", "suspended", "unknown"] },
  market_cap: { kind: "number", unit: "USD" },
  pe_ratio: { kind: "number" },
  dividend_yield: { kind: "number", unit: "percent" },
  name: { kind: "text" },
  symbol: { kind: "choice" },
  is_validated: { kind: "flag" },
  last_validated_at: { kind: "day" },
};
export const ORDERS = ["market_cap", "dividend_yield", "pe_ratio", "name", "symbol", "last_validated_at"];

const OPS = {
  choice: [...CHOICE_OPS, ...PRESENCE],
  number: [...NUMBER_OPS, ...PRESENCE],
  text: ["contains", ...PRESENCE],
  flag: ["is", ...PRESENCE],
  day: ["after", "before", "between", ...PRESENCE],
};

// A group alone is a screen, too.
export const asScreen = (given) =>
  ["all", "any", "not"].some((how) => how in given) ? { where: given } : given;

export const opsOf = (field) => OPS[FIELDS[field].kind];
export const needsValue = (op) => !PRESENCE.includes(op);

// The value of one line as the service takes it, from what was typed.
export function valueOf(field, op, typed) {
  const { kind } = FIELDS[field];
  const parts = typed
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);
  if (!needsValue(op)) return undefined;
  if (kind === "choice") return parts;
  if (kind === "flag") return typed !== "false";
  const read = kind === "number" ? asNumber : (part) => part;
  return op === "between" ? parts.map(read) : read(parts[0] ?? "");
}

// "50B" and "2.5M" are numbers too.
const SCALES = { k: 1e3, m: 1e6, b: 1e9, t: 1e12 };
function asNumber(text) {
  const found = /^(-?[\d.]+)\s*([kmbt])?$/i.exec(text);
  return found ? Number(found[1]) * (SCALES[found[2]?.toLowerCase()] ?? 1) : text;
}

export function leafOf({ field, op, typed }) {
  const value = valueOf(field, op, typed);
  if (value === undefined) return { field, op };
  const { unit } = FIELDS[field];
  return { field, op, value, ...(unit ? { unit } : {}) };
}

// The lines of a screen that is one flat list of comparisons; null for any other, which is edited
// as JSON.
export function linesOf({ where } = {}) {
  const how = where?.any ? "any" : "all";
  const nodes = where?.[how] ?? (where ? [where] : []);
  if (!Array.isArray(nodes) || !nodes.every(isLine)) return null;
  return {
    how,
    lines: nodes.map(({ field, op, value }) => ({ field, op, typed: [value ?? ""].flat().join(", ") })),
  };
}

function isLine({ field, op, unit }) {
  if (!(field in FIELDS) || !op) return false;
  return !needsValue(op) || unit === FIELDS[field].unit;
}
