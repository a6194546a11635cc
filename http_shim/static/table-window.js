// The rows of a long table, of which only those near the view exist, and all of them on paper. Keeps the focused row focused.
import { h } from "./dom.js";

const MARGIN = 8;
const HEIGHT = 36;
const PAPER = matchMedia("print");

export class TableWindow {
  rows = [];
  at = 0;
  #first = -1;
  #height = 0;
  #frame = 0;

  // `makeRow(row, index)` gives a <tr data-index data-id tabindex>.
  constructor({ scroller, body, makeRow }) {
    this.scroller = scroller;
    this.body = body;
    this.makeRow = makeRow;
    scroller.addEventListener("scroll", () => this.#later(), { passive: true });
    PAPER.addEventListener("change", () => this.redraw());
    new ResizeObserver(() => {
      this.#height = 0;
      this.redraw();
    }).observe(scroller);
  }

  show(rows) {
    this.rows = rows;
    this.at = Math.min(this.at, Math.max(0, rows.length - 1));
    this.redraw();
  }

  redraw() {
    this.#first = -1;
    this.#draw();
  }

  get pageRows() {
    return Math.max(1, Math.floor(this.scroller.clientHeight / this.#rowHeight) - 2);
  }

  focus(index) {
    if (!this.rows.length) return;
    this.at = Math.max(0, Math.min(index, this.rows.length - 1));
    const head = this.body.parentElement.tHead.offsetHeight;
    const top = this.at * this.#rowHeight,
      { scrollTop, clientHeight } = this.scroller;
    if (top < scrollTop) this.scroller.scrollTop = top;
    else if (top + this.#rowHeight > scrollTop + clientHeight - head)
      this.scroller.scrollTop = top + this.#rowHeight - clientHeight + head;
    this.redraw();
    this.body.querySelector(`tr[data-index="${this.at}"]`)?.focus({ preventScroll: true });
  }

  get #rowHeight() {
    this.#height ||= parseFloat(getComputedStyle(this.scroller).getPropertyValue("--row")) || HEIGHT;
    return this.#height;
  }

  #later() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw() {
    const count = this.rows.length,
      height = this.#rowHeight;
    const shown = PAPER.matches
      ? count
      : Math.ceil((this.scroller.clientHeight || 400) / height) + 2 * MARGIN;
    const first = Math.max(0, Math.min(Math.floor(this.scroller.scrollTop / height) - MARGIN, count - shown));
    if (first === this.#first) return;
    this.#first = first;
    const last = Math.min(count, first + shown);
    const focused = this.body.contains(document.activeElement)
      ? document.activeElement.closest("tr")?.dataset.id
      : null;
    const made = [];
    if (first) made.push(gap(first * height));
    for (let index = first; index < last; index++) made.push(this.makeRow(this.rows[index], index));
    if (last < count) made.push(gap((count - last) * height));
    this.body.replaceChildren(...made);
    if (focused)
      this.body.querySelector(`tr[data-id="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }
}

// One cell, however many columns: with a colspan hidden columns would come back as phantoms.
function gap(pixels) {
  const cell = h("td");
  cell.style.height = pixels + "px";
  return h("tr", { class: "gap", "aria-hidden": "true" }, cell);
}
