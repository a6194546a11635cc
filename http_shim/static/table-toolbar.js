// Above the table: the filter, what it is narrowed to, how many rows there are, the column sets.
import { fill, h, icon } from "./dom.js";
import { TEXT } from "./strings.js";
import { COLUMN_SETS } from "./table-columns.js";

export const FILTERS = ["sector", "country", "currency", "state"];
export const NO_FILTER = Object.fromEntries(["q", ...FILTERS].map((key) => [key, null]));
const FIRST_SET = "overview";

export class TableToolbar {
  // `change` is told what shall be otherwise in the view.
  constructor(change) {
    this.change = change;
    this.input = h("input", {
      type: "search",
      placeholder: TEXT.table.filter,
      "aria-label": TEXT.table.filter,
      autocomplete: "off",
      oninput: () => change({ q: this.input.value.trim() || null }),
    });
    this.chips = h("div", { class: "filter-chips" });
    this.count = h("span", { class: "count", role: "status" });
    this.sets = h(
      "div",
      { class: "segments", role: "group", "aria-label": TEXT.table.columns },
      Object.keys(COLUMN_SETS).map((set) => this.#set(set)),
    );
    const field = h("div", { class: "field" }, icon("search"), this.input);
    this.element = h("div", { class: "tools" }, field, this.chips, this.count, this.sets);
  }

  #set(set) {
    const choose = () => this.change({ cols: set === FIRST_SET ? null : set });
    return h("button", { type: "button", "data-set": set, onclick: choose }, TEXT.table.sets[set]);
  }

  update(view) {
    if (this.input !== document.activeElement) this.input.value = view.q ?? "";
    for (const button of this.sets.children) {
      button.setAttribute("aria-pressed", String(button.dataset.set === (view.cols ?? FIRST_SET)));
    }
    fill(
      this.chips,
      FILTERS.filter((key) => view[key]).map((key) => this.#chip(key, view[key])),
    );
  }

  #chip(key, value) {
    const label = key === "state" ? TEXT.states[value] : value === "none" ? TEXT.mix.unknown : value;
    const props = {
      type: "button",
      class: "chip",
      "aria-label": TEXT.table.unfilter(label),
      onclick: () => this.change({ [key]: null }),
    };
    return h("button", props, label, icon("close"));
  }

  say({ rows, shown, isFiltered, isBusy }) {
    const pending = rows.filter((row) => row.pending).length;
    if (isBusy && !rows.length) this.count.textContent = TEXT.table.loading;
    else if (isFiltered) this.count.textContent = TEXT.table.someOf(shown.length, rows.length);
    else this.count.textContent = TEXT.table.all(rows.length, pending);
  }
}
