// <universe-table>: a real table, windowed, that sorts, filters, selects and reorders.
// In: .rows, .view {q, sort, dir, cols, sector, country, currency, state}, .busy, [readonly].
// Out: "view" {changes}, "pick" {row}, "bulk" {action, rows}, "order" {front, moved}.
import { announce, emit, h, icon } from "./dom.js";
import { whole } from "./format.js";
import { stateOf } from "./status.js";
import { TEXT } from "./strings.js";
import { COLUMN_SETS, columnsOf, firstDirection, isColumn, sorter } from "./table-columns.js";
import { RowDrag, reordered } from "./table-reorder.js";
import { TableWindow } from "./table-window.js";

const FILTERS = ["sector", "country", "currency", "state"];
const BULK = [["validate", "shield"], ["copy", "copy"], ["remove", "trash"]];

export class UniverseTable extends HTMLElement {
  #rows = [];
  #view = {};
  #shown = [];
  #selected = new Set();
  #fresh = new Set();
  #columns = columnsOf("overview");
  #busy = false;

  connectedCallback() {
    if (this.body) return;
    this.readonly = this.hasAttribute("readonly");
    this.filterInput = h("input", {
      type: "search", placeholder: TEXT.table.filter, "aria-label": TEXT.table.filter, autocomplete: "off",
      oninput: () => emit(this, "view", { q: this.filterInput.value.trim() || null }),
    });
    this.sets = h("div", { class: "segments", role: "group", "aria-label": TEXT.table.columns },
      Object.keys(COLUMN_SETS).map((set) => h("button", { type: "button", "data-set": set, onclick: () => emit(this, "view", { cols: set === "overview" ? null : set }) }, TEXT.table.sets[set])));
    this.filters = h("div", { class: "filter-chips" });
    this.count = h("span", { class: "count", role: "status" });
    this.bulk = h("div", { class: "bulk", role: "group", "aria-label": TEXT.table.bulk, hidden: true });
    this.head = h("tr");
    this.body = h("tbody");
    this.table = h("table", {}, h("caption", { class: "vh" }, TEXT.table.caption), h("thead", {}, this.head), this.body);
    this.scroller = h("div", { class: "scroller" }, this.table);
    this.empty = h("div", { class: "empty", hidden: true });
    this.append(h("div", { class: "tools" }, h("div", { class: "field" }, icon("search"), this.filterInput), this.filters, this.count, this.sets),
      this.bulk, this.scroller, this.empty);
    this.window = new TableWindow({ scroller: this.scroller, body: this.body, makeRow: (row, index) => this.#row(row, index) });
    new RowDrag({ scroller: this.scroller, body: this.body, isAllowed: () => this.canReorder, moved: (from, to) => this.#move(from, to) });
    this.body.addEventListener("click", (event) => this.#clicked(event));
    this.scroller.addEventListener("keydown", (event) => this.#key(event));
    this.#drawHead();
    this.#derive();
  }

  set rows(rows) {
    const known = new Set(rows.map((row) => row.id));
    this.#number(rows);
    this.#selected = new Set([...this.#selected].filter((id) => known.has(id)));
    this.#derive();
  }
  set view(view) {
    const sets = this.#view.cols !== view.cols;
    this.#view = view;
    this.#columns = columnsOf(view.cols ?? "overview");
    if (!this.body) return;
    if (this.filterInput !== document.activeElement) this.filterInput.value = view.q ?? "";
    if (sets) this.#drawHead();
    this.#derive();
  }
  set busy(busy) { this.#busy = busy; this.scroller?.setAttribute("aria-busy", String(busy)); this.#derive(); }
  set fresh(ids) { this.#fresh = new Set(ids); this.window?.redraw(); }

  get shown() { return this.#shown; }
  get selectedRows() { return this.#rows.filter((row) => this.#selected.has(row.id)); }
  get canReorder() { return !this.readonly && !this.#busy && !this.#view.sort && this.#shown.length === this.#rows.length; }
  get columnCount() { return this.#columns.length; }
  focusFilter() { this.filterInput.focus(); }
  focusRow() { this.window.focus(this.window.at); }
  clearSelection() { this.#select([]); }

  #derive() {
    if (!this.body) return;
    const { q, sort, dir } = this.#view;
    const words = (q ?? "").toLowerCase();
    const wanted = FILTERS.filter((key) => this.#view[key]);
    const fits = (row) =>
      wanted.every((key) => (key === "state" ? stateOf(row) : row[key]) === this.#view[key] || (this.#view[key] === "none" && row[key] == null)) &&
      (!words || row.symbol.toLowerCase().startsWith(words) || (row.name ?? "").toLowerCase().includes(words) || row.isin?.toLowerCase() === words);
    this.#shown = wanted.length || words ? this.#rows.filter(fits) : this.#rows.slice();
    if (sort && isColumn(sort)) this.#shown.sort(sorter(sort, dir));
    this.table.setAttribute("aria-rowcount", this.#shown.length + 1);
    this.#say(wanted.length > 0 || words !== "");
    this.window.show(this.#shown);
    this.#drawFilters(wanted);
    this.#drawSelection();
    this.#drawSort();
  }

  #number(rows) {
    let ordinal = 0;
    for (const row of rows) row.ordinal = row.pending ? null : ++ordinal;
    this.#rows = rows;
  }

  #say(isFiltered) {
    const all = this.#rows.length, some = this.#shown.length;
    this.count.textContent = this.#busy && !all ? TEXT.table.loading : isFiltered ? TEXT.table.someOf(some, all) : TEXT.table.all(all);
    this.empty.hidden = this.#busy || some > 0;
    this.scroller.hidden = !this.empty.hidden;
    if (!this.empty.hidden) this.empty.replaceChildren(...(isFiltered ? this.#nothingFits() : this.emptyContent?.() ?? [TEXT.table.none]));
  }

  #nothingFits() {
    const clear = { q: null, ...Object.fromEntries(FILTERS.map((key) => [key, null])) };
    return [h("p", {}, TEXT.table.nothing), h("button", { type: "button", onclick: () => emit(this, "view", clear) }, TEXT.table.clearFilters)];
  }

  #drawFilters(wanted) {
    this.filters.replaceChildren(...wanted.map((key) => {
      const value = this.#view[key];
      const label = key === "state" ? TEXT.states[value] : value === "none" ? TEXT.mix.unknown : value;
      return h("button", { type: "button", class: "chip", "aria-label": TEXT.table.unfilter(label), onclick: () => emit(this, "view", { [key]: null }) }, label, icon("close"));
    }));
  }

  #drawHead() {
    const cells = this.#columns.map(({ key, label, kind, rank }) =>
      h("th", { scope: "col", class: `${kind} r${rank}`, "data-key": key }, h("button", { type: "button", onclick: () => this.#sortBy(key) }, label)));
    this.all = this.readonly ? null : h("input", { type: "checkbox", "aria-label": TEXT.table.selectAll, onchange: () => this.#select(this.all.checked ? this.#shown : []) });
    this.head.replaceChildren(...(this.all ? [h("th", { scope: "col", class: "tick r1" }, this.all)] : []), ...cells);
    this.#drawSort();
  }

  #drawSort() {
    const sort = this.#view.sort ?? "position";
    for (const cell of this.head.querySelectorAll("[data-key]")) {
      if (cell.dataset.key === sort) cell.setAttribute("aria-sort", this.#view.dir === "desc" ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    }
    for (const button of this.sets.children) button.setAttribute("aria-pressed", String(button.dataset.set === (this.#view.cols ?? "overview")));
  }

  #sortBy(key) {
    const first = firstDirection(key);
    const isSame = (this.#view.sort ?? "position") === key;
    const dir = isSame ? (this.#view.dir === "desc" ? "asc" : "desc") : first;
    emit(this, "view", key === "position" && dir === "asc" ? { sort: null, dir: null } : { sort: key, dir });
  }

  #row(row, index) {
    const isOn = this.#selected.has(row.id);
    const tick = this.readonly ? null : h("td", { class: "tick r1" }, h("input", { type: "checkbox", tabindex: "-1", "aria-label": TEXT.table.select(row.symbol), checked: isOn }));
    const cells = this.#columns.map(({ key, text, kind, rank }) => {
      const props = { class: `${kind} r${rank}` };
      if (key === "symbol") return h("th", { scope: "row", ...props }, text(row, index));
      if (key === "position" && this.canReorder && !row.pending) return h("td", props, h("span", { class: "grip", title: TEXT.table.drag }, icon("grip")), h("span", {}, text(row, index)));
      return h("td", props, text(row, index));
    });
    const classes = [isOn && "on", row.pending && "waiting", this.#fresh.has(row.id) && "fresh"].filter(Boolean).join(" ");
    return h("tr", { "data-index": index, "data-id": row.id, "aria-rowindex": index + 2, tabindex: index === this.window?.at ? 0 : -1, class: classes || null }, tick, cells);
  }

  #select(rows) {
    this.#selected = new Set(rows.map((row) => row.id));
    this.#drawSelection();
  }

  #toggle(id) {
    if (!this.#selected.delete(id)) this.#selected.add(id);
    this.#drawSelection();
  }

  #drawSelection() {
    const count = this.#selected.size, matching = this.#shown.length;
    this.bulk.hidden = !count || this.readonly;
    if (count) this.bulk.replaceChildren(...this.#bulkContent(count, matching));
    if (this.all) {
      this.all.checked = count > 0 && count >= matching;
      this.all.indeterminate = count > 0 && count < matching;
    }
    for (const tr of this.body.querySelectorAll("tr[data-id]")) {
      const isOn = this.#selected.has(tr.dataset.id), box = tr.querySelector("input");
      tr.classList.toggle("on", isOn);
      if (box) box.checked = isOn;
    }
  }

  #bulkContent(count, matching) {
    const areAll = this.#shown.every((row) => this.#selected.has(row.id));
    return [
      h("strong", { role: "status" }, areAll && count === matching ? TEXT.table.allSelected(whole(count)) : TEXT.table.selected(whole(count))),
      areAll ? null : h("button", { type: "button", class: "link", onclick: () => this.#select(this.#shown) }, TEXT.table.selectMatching(whole(matching))),
      h("span", { class: "grow" }),
      ...BULK.map(([action, glyph]) => h("button", { type: "button", class: action === "remove" ? "danger" : null, onclick: () => emit(this, "bulk", { action, rows: this.selectedRows }) }, icon(glyph), TEXT.table.actions[action])),
      h("button", { type: "button", class: "link", onclick: () => this.clearSelection() }, TEXT.table.clear),
    ].filter(Boolean);
  }

  #clicked(event) {
    const tr = event.target.closest("tr[data-index]");
    if (!tr || event.target.closest(".grip")) return;
    this.window.at = Number(tr.dataset.index);
    if (event.target.closest(".tick")) this.#toggle(tr.dataset.id);
    else emit(this, "pick", { row: this.#shown[this.window.at] });
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || !event.target.closest("tbody, .scroller") || event.target.closest("thead")) return;
    const { at, pageRows } = this.window, row = this.#shown[at];
    if (event.altKey) return this.#altKey(event, at);
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1, PageDown: pageRows, PageUp: -pageRows, Home: -Infinity, End: Infinity }[event.key];
    if (step) this.window.focus(step === Infinity ? this.#shown.length - 1 : at + step);
    else if (!this.readonly && (event.key === "x" || event.key === " ") && row) this.#toggle(row.id);
    else if (event.key === "Enter" && row) emit(this, "pick", { row });
    else return;
    event.preventDefault();
  }

  #altKey(event, at) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by || !this.canReorder || !this.#shown[at + by]) return;
    event.preventDefault();
    this.#move(at, at + by);
  }

  #move(from, to) {
    if (this.#shown[from].pending || this.#shown[to].pending) return;
    const { moved, front } = reordered(this.#shown, from, to);
    this.#number(moved);
    this.window.at = to;
    this.#derive();
    this.window.focus(to);
    announce(TEXT.table.moved(moved[to].symbol, moved[to].ordinal));
    emit(this, "order", { front: front.filter((row) => !row.pending).map((row) => row.symbol) });
  }
}
customElements.define("universe-table", UniverseTable);
