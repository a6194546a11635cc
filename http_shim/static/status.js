// What we say of a row and of a symbol: never by colour alone, always glyph, word and colour.
import { h } from "./dom.js";
import { TEXT } from "./strings.js";

const STALE_DAYS = 30;
export const ROW_STATES = ["confirmed", "listed", "stale", "dead", "pending"];
const GLYPHS = { ok: "✓", info: "…", warn: "↻", bad: "✕", plain: "○" };
const TONES = {
  confirmed: "ok",
  listed: "plain",
  stale: "warn",
  dead: "bad",
  pending: "info",
  valid: "ok",
  valid_normalized: "ok",
  renamed: "warn",
  delisted: "bad",
  suspended: "bad",
  ambiguous: "warn",
  not_found: "bad",
  malformed: "bad",
  unsupported: "bad",
  unverified: "info",
  added: "ok",
  already_member: "plain",
  removed: "ok",
  not_member: "warn",
  rejected: "bad",
};

export const toneOf = (name) => TONES[name] ?? "plain";

// How sure we are of one row of a universe.
export function stateOf(row, now = Date.now()) {
  if (row.pending) return "pending";
  if (row.status && row.status !== "active") return "dead";
  if (!row.last_validated_at) return "listed";
  const age = now - new Date(row.last_validated_at).getTime();
  if (age > STALE_DAYS * 86400000) return "stale";
  return row.is_validated ? "confirmed" : "listed";
}

export const badge = (name, label = TEXT.states[name] ?? name) => glyphed(toneOf(name), label);

export function glyphed(tone, label) {
  return h(
    "span",
    { class: "badge " + tone },
    h("span", { "aria-hidden": "true" }, GLYPHS[tone]),
    " ",
    label,
  );
}
