// Moving rows by drag or by Alt and an arrow. Says where a row goes; the table decides what it means.
const NEAR = 40;
const STEP = 12;

export class RowDrag {
  #from = -1;
  #to = -1;

  // `isAllowed()` says whether rows have an order of their own now; `moved(from, to)` is told at the end.
  constructor({ scroller, body, isAllowed, moved }) {
    Object.assign(this, { scroller, body, isAllowed, moved });
    body.addEventListener("pointerdown", (event) => this.#begin(event));
    body.addEventListener("pointermove", (event) => this.#move(event));
    body.addEventListener("pointerup", (event) => this.#end(event));
    body.addEventListener("pointercancel", () => this.#clear());
  }

  #begin(event) {
    const row = event.target.closest(".grip")?.closest("tr");
    if (!row || !this.isAllowed()) return;
    event.preventDefault();
    this.#from = this.#to = Number(row.dataset.index);
    this.body.setPointerCapture(event.pointerId);
    row.classList.add("dragged");
  }

  #move(event) {
    if (this.#from < 0) return;
    this.#scrollNear(event.clientY);
    const row = document.elementFromPoint(event.clientX, event.clientY)?.closest("tr[data-index]");
    if (!row || !this.body.contains(row)) return;
    this.#to = Number(row.dataset.index);
    for (const other of this.body.querySelectorAll(".drop-before, .drop-after"))
      other.classList.remove("drop-before", "drop-after");
    if (this.#to !== this.#from) row.classList.add(this.#to < this.#from ? "drop-before" : "drop-after");
  }

  #scrollNear(y) {
    const { top, bottom } = this.scroller.getBoundingClientRect();
    if (y < top + NEAR) this.scroller.scrollTop -= STEP;
    else if (y > bottom - NEAR) this.scroller.scrollTop += STEP;
  }

  #end() {
    const from = this.#from,
      to = this.#to;
    this.#clear();
    if (from >= 0 && to !== from) this.moved(from, to);
  }

  #clear() {
    this.#from = this.#to = -1;
    for (const row of this.body.querySelectorAll(".dragged, .drop-before, .drop-after"))
      row.classList.remove("dragged", "drop-before", "drop-after");
  }
}

// The whole list with one row moved, and how much of its front the service has to be told.
export function reordered(rows, from, to) {
  const moved = rows.slice();
  moved.splice(to, 0, ...moved.splice(from, 1));
  return { moved, front: moved.slice(0, Math.max(from, to) + 1) };
}
