// What the page knows: the list of universes, and the one that is open with all its rows.
// Events: "list", "universe" (its head changed), "rows" (more or other rows), "trouble" (a Problem).
import { api } from "./api.js";

const FIRST_PAGE = 100;
const PAGE = 200;

class Store extends EventTarget {
  universes = [];
  listTotal = 0;
  current = null;
  nextCalls = [];
  nextActions = [];
  fresh = [];
  rows = [];
  loading = false;
  trouble = null;
  #loads = null;
  #again = false;

  tell(type) {
    this.dispatchEvent(new Event(type));
  }

  async loadList() {
    const answer = await api.universes();
    this.universes = answer.data.universes;
    this.listTotal = answer.metadata.total;
    this.tell("list");
    const open = this.universes.find(({ id }) => id === this.current?.id);
    if (open && this.rows.length && !sameState(open, this.current)) this.refresh();
  }

  // Reads a universe from its first page on; the first page is shown at once.
  async open(id) {
    this.#loads?.abort();
    if (this.current?.id !== id) {
      this.current = this.universes.find((universe) => universe.id === id) ?? null;
      this.rows = [];
      this.fresh = [];
    }
    this.#again = false;
    const loads = (this.#loads = new AbortController());
    this.loading = true;
    this.trouble = null;
    this.tell("universe");
    try {
      await this.#readAll(id, loads.signal);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.trouble = error;
      this.tell("trouble");
    }
    if (this.#loads !== loads) return;
    this.loading = false;
    this.tell("rows");
    if (this.#again) this.refresh();
  }

  // Reads the open universe again behind what is shown; several wishes at once are one.
  refresh() {
    if (!this.current) return Promise.resolve();
    if (this.loading) {
      this.#again = true;
      return Promise.resolve();
    }
    return this.open(this.current.id);
  }

  async #readAll(id, signal) {
    const isNew = this.rows.length === 0;
    const before = new Set(this.rows.map((row) => row.id));
    const rows = [];
    let cursor = null;
    do {
      const limit = cursor ? PAGE : FIRST_PAGE;
      const answer = await api.universe(id, { limit, cursor }, signal);
      if (!cursor) this.#head(answer, rows);
      for (const asset of answer.data.assets) rows.push(asset);
      cursor = answer.metadata.next_cursor;
      if (isNew) this.#show(rows);
    } while (cursor);
    if (isNew) return;
    const fresh = rows.filter((row) => !before.has(row.id)).map((row) => row.id);
    if (fresh.length) this.fresh = fresh;
    this.#show(rows);
  }

  #head(answer, rows) {
    const { assets, pending, ...head } = answer.data;
    this.current = head;
    this.nextCalls = answer.metadata.next_calls ?? [];
    this.nextActions = answer.next_actions;
    for (const { input, since } of pending) {
      rows.push({ id: "pending:" + input, symbol: input, name: null, pending: true, since, position: -1 });
    }
    this.#merge(head);
    this.tell("universe");
  }

  #show(rows) {
    this.rows = rows.slice();
    this.tell("rows");
  }

  // Every row of the open universe, once all have come.
  async allRows() {
    while (this.loading)
      await new Promise((resolve) => this.addEventListener("rows", resolve, { once: true }));
    return this.rows;
  }

  // What a change answered, or the stream told, about one universe.
  heard(universe) {
    this.#merge(universe);
    if (this.current?.id === universe.id && !sameState(universe, this.current)) this.refresh();
  }

  forget(id) {
    this.universes = this.universes.filter((universe) => universe.id !== id);
    this.tell("list");
  }

  #merge(universe) {
    const at = this.universes.findIndex(({ id }) => id === universe.id);
    if (at < 0) this.universes = [universe, ...this.universes];
    else this.universes = this.universes.with(at, { ...this.universes[at], ...universe });
    this.tell("list");
  }
}

const sameState = (a, b) => a.version === b.version && a.pending_count === b.pending_count;

export const store = new Store();
export const members = () => store.rows.filter((row) => !row.pending);
