// Which rows are selected, and the bar that says so and acts on them. The tick in the head means
// every row that matches, whether it is drawn or not, and the bar says that in words.
import { fill, h, icon } from "./dom.js";
import { whole } from "./format.js";
import { TEXT } from "./strings.js";

const ACTIONS = { validate: "shield", copy: "copy", remove: "trash" };

export class TableSelection {
  ids = new Set();

  // `act(action)` is told what to do with the selection, `redraw()` that it is another one.
  constructor({ act, redraw }) {
    this.act = act;
    this.redraw = redraw;
    this.element = h("div", { class: "bulk", role: "group", "aria-label": TEXT.table.bulk, hidden: true });
    this.tick = h("input", {
      type: "checkbox",
      "aria-label": TEXT.table.selectAll,
      onchange: () => this.choose(this.tick.checked ? this.matching : []),
    });
    this.matching = [];
  }

  has(row) {
    return this.ids.has(row.id);
  }

  choose(rows) {
    this.ids = new Set(rows.map((row) => row.id));
    this.redraw();
  }

  toggle(id) {
    if (!this.ids.delete(id)) this.ids.add(id);
    this.redraw();
  }

  // What is no longer there is no longer selected.
  keep(rows) {
    this.ids = new Set(rows.filter((row) => this.ids.has(row.id)).map((row) => row.id));
  }

  update(matching) {
    this.matching = matching;
    const count = this.ids.size;
    const areAll = count > 0 && count === matching.length && matching.every((row) => this.has(row));
    this.tick.checked = areAll;
    this.tick.indeterminate = count > 0 && !areAll;
    this.element.hidden = !count;
    if (count) fill(this.element, this.#content(count, areAll));
  }

  #content(count, areAll) {
    const said = areAll ? TEXT.table.allSelected(whole(count)) : TEXT.table.selected(whole(count));
    const link = (text, run) => h("button", { type: "button", class: "link", onclick: run }, text);
    const more = TEXT.table.selectMatching(whole(this.matching.length));
    return [
      h("strong", { role: "status" }, said),
      areAll ? null : link(more, () => this.choose(this.matching)),
      h("span", { class: "grow" }),
      Object.entries(ACTIONS).map(([action, glyph]) => this.#button(action, glyph)),
      link(TEXT.table.clear, () => this.choose([])),
    ];
  }

  #button(action, glyph) {
    const look = action === "remove" ? "danger" : null;
    const props = { type: "button", class: look, onclick: () => this.act(action) };
    return h("button", props, icon(glyph), TEXT.table.actions[action]);
  }
}
