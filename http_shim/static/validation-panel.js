// <validation-panel>: a check of the open universe as it happens: progress, counts, each verdict.
import { acceptSuggestion } from "./changes.js";
import { fill, h } from "./dom.js";
import { whole } from "./format.js";
import { closeSheet, sheetBody, sheetFoot } from "./sheet.js";
import { toneOf } from "./status.js";
import { store } from "./store.js";
import { TEXT } from "./strings.js";
import { failed } from "./toast.js";
import { validating } from "./validating.js";
import { doubts, PROBLEMS, verdictLine } from "./verdict.js";

const SHOWN = 60;

export class ValidationPanel extends HTMLElement {
  #only = null;
  #frame = 0;
  #redraw = () => {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  };

  connectedCallback() {
    this.progress = h("progress", { "aria-label": TEXT.validation.progress });
    this.status = h("p", { class: "hint", role: "status" });
    this.counts = h("div", { class: "chips", role: "group", "aria-label": TEXT.validation.counts });
    this.list = h("div", { class: "verdicts" });
    this.foot = sheetFoot();
    this.append(sheetBody(this.progress, this.status, this.counts, this.list), this.foot);
    validating.addEventListener("change", this.#redraw);
    if (validating.universeId !== store.current?.id) this.#begin();
    this.#draw();
  }

  disconnectedCallback() {
    validating.removeEventListener("change", this.#redraw);
  }

  async #begin() {
    const universe = store.current;
    const rows = await store.allRows();
    validating.begin(
      universe.id,
      rows.map((row) => row.symbol),
    );
  }

  #draw() {
    const { results, total, isRunning, isSettling, error } = validating;
    const busy = isRunning || isSettling;
    const open = [...results.values()].filter((result) => result.verdict === "unverified").length;
    this.progress.max = total || 1;
    this.progress.value = isSettling ? results.size - open : results.size;
    this.progress.hidden = !busy;
    this.status.className = "hint" + (error ? " bad" : "");
    this.status.textContent = this.#said({ done: results.size, open });
    this.#drawCounts(results);
    this.#drawList(results);
    fill(
      this.foot,
      busy
        ? h("button", { type: "button", onclick: () => validating.cancel() }, TEXT.validation.stop)
        : h("button", { type: "button", onclick: closeSheet }, TEXT.app.close),
      busy
        ? null
        : h(
            "button",
            { type: "button", class: "primary", onclick: () => this.#begin() },
            TEXT.validation.again,
          ),
    );
  }

  #said({ done, open }) {
    const { total, waiting, isRunning, isSettling, error } = validating;
    if (error) return error.message;
    if (waiting) return TEXT.validation.waiting(waiting, done, total);
    if (isRunning) return TEXT.validation.running(done, total);
    if (isSettling) return TEXT.validation.settling(open);
    return done < total ? TEXT.validation.stopped(done, total) : TEXT.validation.done(total, open);
  }

  #drawCounts(results) {
    const counts = new Map();
    for (const { verdict } of results.values()) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
    fill(
      this.counts,
      [...counts]
        .sort((a, b) => b[1] - a[1])
        .map(([verdict, count]) =>
          h(
            "button",
            {
              type: "button",
              class: "chip " + toneOf(verdict),
              "aria-pressed": String(this.#only === verdict),
              onclick: () => {
                this.#only = this.#only === verdict ? null : verdict;
                this.#draw();
              },
            },
            TEXT.states[verdict] ?? verdict,
            h("span", { class: "dim" }, whole(count)),
          ),
        ),
    );
  }

  #drawList(results) {
    const open = new Set([...this.list.querySelectorAll("details[open]")].map((line) => line.dataset.input));
    const wanted = [...results.values()]
      .filter((result) => !this.#only || result.verdict === this.#only)
      .sort(
        (a, b) => PROBLEMS.has(b.verdict) - PROBLEMS.has(a.verdict) || doubts(b).length - doubts(a).length,
      );
    fill(
      this.list,
      wanted.slice(0, SHOWN).map((result) => {
        const line = verdictLine(result, {
          accept: PROBLEMS.has(result.verdict) ? (one) => this.#accept(result, one) : null,
        });
        line.open = open.has(result.input);
        return line;
      }),
      wanted.length > SHOWN ? h("p", { class: "hint" }, TEXT.validation.more(wanted.length - SHOWN)) : null,
    );
  }

  async #accept(result, suggestion) {
    try {
      await acceptSuggestion(store.current, result.input, suggestion);
      validating.results.delete(result.input);
      this.#draw();
    } catch (error) {
      failed(error);
    }
  }
}
customElements.define("validation-panel", ValidationPanel);
