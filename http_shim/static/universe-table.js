// <universe-table>: a real table, windowed, that sorts, filters, selects and reorders.
// In: .rows, .view {q, sort, dir, cols, sector, country, currency, state}, .busy, [readonly].
// Out: "view" {changes}, "pick" {row}, "bulk" {action, rows}, "order" {front}.
import { announce, emit, fill, h, icon } from "./dom.js";
import { stateOf } from "./status.js";
import { TEXT } from "./strings.js";
import { columnsOf, firstDirection, isColumn, sorter } from "./table-columns.js";
import { RowDrag, reordered } from "./table-reorder.js";
import { TableSelection } from "./table-selection.js";
import { FILTERS, NO_FILTER, TableToolbar } from "./table-toolbar.js";
import { TableWindow } from "./table-window.js";

export class UniverseTable extends HTMLElement {
  #rows = [];
  #view = {};
  #shown = [];
  #fresh = new Set();
  #columns = columnsOf("overview");
  #busy = false;

  connectedCallback() {
    if (this.body) return;
    this.readonly = this.hasAttribute("readonly");
    this.toolbar = new TableToolbar((changes) => emit(this, "view", changes));
    this.selection = new TableSelection({
      act: (action) => emit(this, "bulk", { action, rows: this.selectedRows }),
      redraw: () => this.#drawSelection(),
    });
    this.head = h("tr");
    this.body = h("tbody");
    this.table = h(
      "table",
      {},
      h("caption", { class: "vh" }, TEXT.table.caption),
      h("thead", {}, this.head),
      this.body,
    );
    this.scroller = h("div", { class: "scroller" }, this.table);
    this.empty = h("div", { class: "empty", hidden: true });
    this.append(this.toolbar.element, this.selection.element, this.scroller, this.empty);
    this.window = new TableWindow({
      scroller: this.scroller,
      body: this.body,
      makeRow: (row, index) => this.#row(row, index),
    });
    new RowDrag({
      scroller: this.scroller,
      body: this.body,
      isAllowed: () => this.canReorder,
      moved: (from, to) => this.#move(from, to),
    });
    this.body.addEventListener("click", (event) => this.#clicked(event));
    this.scroller.addEventListener("keydown", (event) => this.#key(event));
    this.#drawHead();
    this.#derive();
  }

  set rows(rows) {
    this.#number(rows);
    this.selection?.keep(rows);
    this.#derive();
  }
  set view(view) {
    const isOtherSet = this.#view.cols !== view.cols;
    this.#view = view;
    this.#columns = columnsOf(view.cols);
    if (this.body && isOtherSet) this.#drawHead();
    this.#derive();
  }
  set busy(busy) {
    this.#busy = busy;
    this.scroller?.setAttribute("aria-busy", String(busy));
    this.#derive();
  }
  // Rows that somebody added while the table was looked at; they are marked.
  set fresh(ids) {
    this.#fresh = new Set(ids);
  }

  get shown() {
    return this.#shown;
  }
  get selectedRows() {
    return this.#rows.filter((row) => this.selection.has(row));
  }
  // Rows have a place of their own only where all are shown in the order of the list.
  get canReorder() {
    return !this.readonly && !this.#busy && !this.#view.sort && this.#shown.length === this.#rows.length;
  }
  focusFilter() {
    this.toolbar.input.focus();
  }
  focusRow() {
    this.window.focus(this.window.at);
  }
  clearSelection() {
    this.selection.choose([]);
  }

  #derive() {
    if (!this.body) return;
    const { q, sort, dir } = this.#view;
    const isFiltered = Boolean(q) || FILTERS.some((key) => this.#view[key]);
    this.#shown = isFiltered ? this.#rows.filter((row) => this.#fits(row)) : this.#rows.slice();
    if (isColumn(sort)) this.#shown.sort(sorter(sort, dir));
    this.table.setAttribute("aria-rowcount", this.#shown.length + 1);
    this.toolbar.update(this.#view);
    this.toolbar.say({ rows: this.#rows, shown: this.#shown, isFiltered, isBusy: this.#busy });
    this.#drawEmpty(isFiltered);
    this.window.show(this.#shown);
    this.#drawSelection();
    this.#drawSort();
  }

  #fits(row) {
    const holds = (key) => {
      const wanted = this.#view[key];
      return !wanted || (key === "state" ? stateOf(row) : (row[key] ?? "none")) === wanted;
    };
    const words = (this.#view.q ?? "").toLowerCase();
    if (!FILTERS.every(holds)) return false;
    if (!words || row.symbol.toLowerCase().startsWith(words)) return true;
    return (row.name ?? "").toLowerCase().includes(words) || row.isin?.toLowerCase() === words;
  }

  #number(rows) {
    let ordinal = 0;
    for (const row of rows) row.ordinal = row.pending ? null : ++ordinal;
    this.#rows = rows;
  }

  #drawEmpty(isFiltered) {
    this.empty.hidden = this.#busy || this.#shown.length > 0;
    this.scroller.hidden = !this.empty.hidden;
    if (this.empty.hidden) return;
    const clear = () => emit(this, "view", NO_FILTER);
    const nothing = [
      h("p", {}, TEXT.table.nothing),
      h("button", { type: "button", onclick: clear }, TEXT.table.clearFilters),
    ];
    fill(this.empty, isFiltered ? nothing : (this.emptyContent?.() ?? TEXT.table.none));
  }

  #drawHead() {
    const cells = this.#columns.map(({ key, label, kind, rank }) => {
      const button = h("button", { type: "button", onclick: () => this.#sortBy(key) }, label);
      return h("th", { scope: "col", class: `${kind} r${rank}`, "data-key": key }, button);
    });
    const tick = h("th", { scope: "col", class: "tick r1" }, this.selection.tick);
    fill(this.head, this.readonly ? null : tick, cells);
    this.#drawSort();
  }

  #drawSort() {
    const { sort, dir } = this.#view;
    for (const cell of this.head.querySelectorAll("[data-key]")) {
      if (cell.dataset.key !== (sort ?? "position")) cell.removeAttribute("aria-sort");
      else cell.setAttribute("aria-sort", dir === "desc" ? "descending" : "ascending");
    }
  }

  #sortBy(key) {
    const { sort, dir } = this.#view;
    const opposite = dir === "desc" ? "asc" : "desc";
    const next = (sort ?? "position") === key ? opposite : firstDirection(key);
    const isOwnOrder = key === "position" && next === "asc";
    emit(this, "view", isOwnOrder ? { sort: null, dir: null } : { sort: key, dir: next });
  }

  #row(row, index) {
    const isOn = this.selection.has(row);
    const marks = { on: isOn, waiting: row.pending, fresh: this.#fresh.has(row.id) };
    const props = {
      "data-index": index,
      "data-id": row.id,
      "aria-rowindex": index + 2,
      tabindex: index === this.window?.at ? 0 : -1,
      class:
        Object.keys(marks)
          .filter((mark) => marks[mark])
          .join(" ") || null,
    };
    const cells = this.#columns.map((column) => this.#cell(column, row));
    return h("tr", props, this.readonly ? null : this.#tick(row, isOn), cells);
  }

  #tick(row, isOn) {
    const label = TEXT.table.select(row.symbol);
    const box = h("input", { type: "checkbox", tabindex: "-1", "aria-label": label, checked: isOn });
    return h("td", { class: "tick r1" }, box);
  }

  #cell({ key, text, kind, rank }, row) {
    const props = { class: `${kind} r${rank}` };
    if (key === "symbol") return h("th", { scope: "row", ...props }, text(row));
    if (key !== "position" || row.pending || !this.canReorder) return h("td", props, text(row));
    const grip = h("span", { class: "grip", title: TEXT.table.drag }, icon("grip"));
    return h("td", props, grip, h("span", {}, text(row)));
  }

  #drawSelection() {
    this.selection.update(this.#shown);
    for (const line of this.body.querySelectorAll("tr[data-id]")) {
      const isOn = this.selection.ids.has(line.dataset.id);
      const box = line.querySelector("input");
      line.classList.toggle("on", isOn);
      if (box) box.checked = isOn;
    }
  }

  #clicked(event) {
    const line = event.target.closest("tr[data-index]");
    if (!line || event.target.closest(".grip")) return;
    this.window.at = Number(line.dataset.index);
    if (event.target.closest(".tick")) this.selection.toggle(line.dataset.id);
    else emit(this, "pick", { row: this.#shown[this.window.at] });
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.target.closest("thead")) return;
    const { at } = this.window;
    const row = this.#shown[at];
    const step = this.#stepOf(event.key);
    if (event.altKey) {
      if (Math.abs(step) !== 1 || !this.canReorder || !this.#shown[at + step]) return;
      this.#move(at, at + step);
    } else if (step) this.window.focus(at + step);
    else if (event.key === "Enter" && row) emit(this, "pick", { row });
    else if ((event.key === "x" || event.key === " ") && row && !this.readonly) this.selection.toggle(row.id);
    else return;
    event.preventDefault();
  }

  #stepOf(key) {
    const page = this.window.pageRows;
    const all = this.#shown.length;
    const steps = {
      j: 1,
      ArrowDown: 1,
      k: -1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -all,
      End: all,
    };
    return steps[key] ?? 0;
  }

  #move(from, to) {
    if (this.#shown[from].pending || this.#shown[to].pending) return;
    const { moved, front } = reordered(this.#shown, from, to);
    this.#number(moved);
    this.window.at = to;
    this.#derive();
    this.window.focus(to);
    announce(TEXT.table.moved(moved[to].symbol, moved[to].ordinal));
    const symbols = front.filter((row) => !row.pending).map((row) => row.symbol);
    emit(this, "order", { front: symbols });
  }
}
customElements.define("universe-table", UniverseTable);
