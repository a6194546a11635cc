// What a finding's call does, as a button: said first, done after a yes, and undone like any change.
import { api } from "./api.js";
import { refreshByRule, removeRows, swapMembers } from "./changes.js";
import { confirmed } from "./confirm.js";
import { h } from "./dom.js";
import { patch } from "./router.js";
import { store } from "./store.js";
import { TEXT } from "./strings.js";
import { toast } from "./toast.js";
import { validating } from "./validating.js";

const T = TEXT.review;
const LISTED = 100;

// Each answers whether what was reviewed may be otherwise now.
const MENDS = {
  bulk_remove_assets: ({ symbols }) => ({ label: T.remove(symbols), glyph: "trash", run: remove }),
  update_universe: ({ replace }) =>
    replace && { label: T.swap(Object.keys(replace)), glyph: "refresh", run: swap },
  validate_symbols: ({ symbols }) => ({ label: T.ask(symbols), glyph: "shield", run: ask }),
  refresh_universe: () => ({ label: T.refresh, glyph: "refresh", run: refresh }),
  get_job: ({ action }) =>
    action === "retry"
      ? { label: T.retry, glyph: "refresh", run: retry }
      : { label: T.wait, glyph: "clock", run: wait },
};

// {label, glyph, run(universe, finding, version)}, or null where no button can.
export const mendOf = ({ call }) => (call && MENDS[call.tool]?.(call.arguments)) || null;

async function remove(universe, { kind, count, call }, version) {
  const { symbols } = call.arguments;
  const isWaiting = kind === "unresolved";
  const yes = await confirmed({
    title: T.removeTitle(symbols.length),
    text: (isWaiting ? T.removePending : T.removeText)(symbols.length, universe.name),
    more: [named(symbols), rest(symbols.length, count)],
    yes: T.removeYes,
  });
  if (!yes) return false;
  const rows = symbols.map((symbol) => ({ symbol, pending: isWaiting }));
  await removeRows(universe, rows, { expected: version });
  return true;
}

async function swap(universe, { count, call }, version) {
  const pairs = Object.entries(call.arguments.replace);
  const yes = await confirmed({
    title: T.swapTitle(pairs.length),
    text: T.swapText(pairs.length, universe.name),
    more: [named(pairs.map(([old]) => old), Object.fromEntries(pairs)), rest(pairs.length, count)],
    yes: T.swapYes,
    look: "primary",
  });
  if (!yes) return false;
  await swapMembers(universe, call.arguments.replace, { expected: version });
  return true;
}

// The panel of verdicts shows how far it is; when it is over the review follows by itself.
function ask(universe, { call }) {
  validating.begin(universe.id, call.arguments.symbols);
  patch({ panel: "validate" }, { step: true });
  return false;
}

async function refresh(universe) {
  const { data } = await api.refreshRule(universe.id, true);
  const isHeld = data.outcome === "held_back";
  if (isHeld) {
    toast(`${T.heldTitle}: ${data.reason}`, { tone: "warn" });
    return false;
  }
  const sides = [
    [T.comes, data.added],
    [T.goes, data.removed],
  ].filter(([, symbols]) => symbols.length);
  const yes = await confirmed({
    title: T.refreshTitle,
    text: data.reason,
    more: sides.flatMap(([title, symbols]) => [h("h3", {}, title(symbols.length)), named(symbols)]),
    yes: T.refreshYes,
    look: "primary",
  });
  if (!yes) return false;
  await refreshByRule(universe);
  return true;
}

async function retry(_universe, { call }) {
  await api.actOnJob(call.arguments.job_id, "retry");
  toast(T.asked);
  return true;
}

async function wait(_universe, { call }) {
  const { job_id: id, wait_seconds: seconds } = call.arguments;
  const { message } = await api.job(id, { wait_seconds: seconds, limit: 1 });
  toast(message);
  store.refresh();
  return true;
}

function named(symbols, swaps = {}) {
  const names = new Map(store.rows.map((row) => [row.symbol, row.name]));
  return h(
    "ul",
    { class: "plain names", tabindex: 0, "aria-label": T.assets(symbols.length) },
    symbols
      .slice(0, LISTED)
      .map((symbol) =>
        h(
          "li",
          {},
          h("b", {}, symbol, swaps[symbol] ? ` → ${swaps[symbol]}` : ""),
          h("span", { class: "name" }, names.get(symbol) ?? ""),
        ),
      ),
    symbols.length > LISTED ? h("li", { class: "dim" }, TEXT.history.andMore(symbols.length - LISTED)) : null,
  );
}

const rest = (n, all) => (n < all ? h("p", { class: "dim" }, T.rest(n, all)) : "");
