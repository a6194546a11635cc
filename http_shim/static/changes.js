// Changes of the open universe that can be taken back: adding, removing, accepting, deleting.
import { api } from "./api.js";
import { go, universePath } from "./router.js";
import { store } from "./store.js";
import { TEXT } from "./strings.js";
import { failed, toast } from "./toast.js";

// Goes back to the version before, or where somebody else changed it since, undoes the change alone.
async function takeBack(id, { version, otherwise }) {
  try {
    await api.revert(id, version - 1, version);
  } catch (error) {
    if (!error.isConflict || !otherwise) return failed(error);
    try {
      await otherwise();
    } catch (second) {
      return failed(second);
    }
  }
  toast(TEXT.changes.undone);
  store.refresh();
}

export async function addSymbols(universe, symbols) {
  const answer = await api.addAssets(universe.id, { symbols, wait_seconds: 2 });
  const { added, pending, version } = answer.data;
  const changed = version > universe.version && added > 0;
  const undo = () =>
    takeBack(universe.id, { version, otherwise: () => api.removeAssets(universe.id, { symbols }) });
  toast(
    TEXT.changes.added(added, pending, universe.name),
    changed ? { action: TEXT.changes.undo, run: undo } : { tone: added || pending ? "ok" : "warn" },
  );
  store.refresh();
  return answer.data;
}

// With `expected` only where the universe is still at that version.
export async function removeRows(universe, rows, { expected } = {}) {
  const symbols = rows.map((row) => row.symbol);
  const answer = await api.removeAssets(universe.id, { symbols, expected_version: expected });
  const { removed, version } = answer.data;
  const again = () => api.addAssets(universe.id, { symbols });
  const undo = () =>
    rows.some((row) => row.pending)
      ? again().then(() => store.refresh(), failed)
      : takeBack(universe.id, { version, otherwise: again });
  toast(
    TEXT.changes.removed(removed, universe.name),
    removed ? { action: TEXT.changes.undo, run: undo } : { tone: "warn" },
  );
  store.refresh();
}

// Successors in the places of members, as after a rename: {old: new}.
export async function swapMembers(universe, swaps, { expected } = {}) {
  const { version } = (await api.update(universe.id, { replace: swaps }, expected)).data;
  const back = Object.fromEntries(Object.entries(swaps).map(([old, now]) => [now, old]));
  const undo = () =>
    takeBack(universe.id, { version, otherwise: () => api.update(universe.id, { replace: back }) });
  toast(TEXT.changes.swapped(Object.keys(swaps).length, universe.name), {
    action: TEXT.changes.undo,
    run: undo,
  });
  store.refresh();
}

export async function refreshByRule(universe) {
  const { message, data } = await api.refreshRule(universe.id, false);
  const undo = () => takeBack(universe.id, { version: data.change.version });
  const isHeld = data.outcome === "held_back";
  toast(message, data.change ? { action: TEXT.changes.undo, run: undo } : { tone: isHeld ? "warn" : "ok" });
  store.refresh();
}

// Puts what was meant in the place of what was typed.
export async function acceptSuggestion(universe, input, suggestion) {
  const answer = await api.addAssets(universe.id, { symbols: [suggestion.symbol] });
  const isIn = store.rows.some((row) => row.symbol === input);
  if (isIn && input !== suggestion.symbol && answer.data.rejected === 0)
    await api.removeAssets(universe.id, { symbols: [input] });
  toast(TEXT.changes.accepted(input, suggestion));
  await store.refresh();
}

export async function deleteUniverse(universe) {
  await api.remove(universe.id, universe.name);
  store.forget(universe.id);
  const restore = () =>
    api
      .restore(universe.id)
      .then(() => store.loadList())
      .then(() => go(universePath(universe.id)), failed);
  toast(TEXT.changes.deleted(universe.name), { action: TEXT.changes.undo, run: restore });
  go("");
}

export async function saveOrder(universe, front) {
  try {
    await api.update(universe.id, { order: front }, universe.version);
    store.refresh();
  } catch (error) {
    failed(error);
    store.refresh();
  }
}

export const copyText = (text) =>
  navigator.clipboard.writeText(text).then(
    () => toast(TEXT.page.copied),
    () => toast(TEXT.changes.noCopy, { tone: "bad" }),
  );
