// <quality-panel> and <mix-panel by="sector">: charts that filter. Give them .rows; they tell "view".
import { emit, h } from "./dom.js";
import { percent, whole } from "./format.js";
import { ROW_STATES, stateOf, toneOf } from "./status.js";
import { TEXT } from "./strings.js";

const GLYPHS = { ok: "✓", plain: "○", warn: "↻", bad: "✕", info: "…" };
const MOST = 12;

export function tally(rows, key) {
  const counts = new Map();
  for (const row of rows) {
    const value = typeof key === "function" ? key(row) : (row[key] ?? "none");
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}

export class QualityPanel extends HTMLElement {
  #rows = [];
  #on = null;
  set rows(rows) {
    this.#rows = rows;
    this.#draw();
  }
  set on(state) {
    this.#on = state;
    this.#draw();
  }

  #draw() {
    const counts = tally(this.#rows, (row) => stateOf(row));
    const all = this.#rows.length;
    const good = (counts.get("confirmed") ?? 0) + (counts.get("listed") ?? 0);
    const states = ROW_STATES.filter((state) => counts.get(state) || state === this.#on);
    this.replaceChildren(
      h("p", { class: "figure" }, all ? percent(good / all) : "–", h("small", {}, TEXT.quality.good)),
      h(
        "div",
        {
          class: "stack",
          role: "img",
          "aria-label": TEXT.quality.label(
            states.map((state) => `${TEXT.states[state]} ${counts.get(state) ?? 0}`).join(", "),
          ),
        },
        states.map((state) => h("i", { class: toneOf(state), "--w": (counts.get(state) ?? 0) / (all || 1) })),
      ),
      h(
        "div",
        { class: "chips" },
        states.map((state) => this.#chip(state, counts.get(state) ?? 0)),
      ),
    );
  }

  #chip(state, count) {
    return h(
      "button",
      {
        type: "button",
        class: "chip " + toneOf(state),
        "aria-pressed": String(this.#on === state),
        title: TEXT.quality.means[state],
        onclick: () => emit(this, "view", { state: this.#on === state ? null : state }),
      },
      h("span", { class: "glyph", "aria-hidden": "true" }, GLYPHS[toneOf(state)]),
      TEXT.states[state],
      h("span", { class: "dim" }, whole(count)),
    );
  }
}

export class MixPanel extends HTMLElement {
  #rows = [];
  #on = null;
  set rows(rows) {
    this.#rows = rows;
    this.#draw();
  }
  set on(value) {
    this.#on = value;
    this.#draw();
  }
  get by() {
    return this.getAttribute("by");
  }

  #draw() {
    const counts = [
      ...tally(
        this.#rows.filter((row) => !row.pending),
        this.by,
      ),
    ].sort(([a, x], [b, y]) => (a === "none") - (b === "none") || y - x);
    const all = this.#rows.filter((row) => !row.pending).length || 1;
    const top = Math.max(1, ...counts.map(([, count]) => count));
    const bars = counts.slice(0, MOST).map(([value, count]) => this.#bar(value, count, { all, top }));
    const rest = counts.slice(MOST);
    this.replaceChildren(
      h("ul", { class: "plain bars" }, bars),
      rest.length
        ? h(
            "p",
            { class: "dim more" },
            TEXT.mix.more(rest.length, percent(rest.reduce((sum, [, count]) => sum + count, 0) / all)),
          )
        : "",
      counts.length ? "" : h("p", { class: "dim" }, TEXT.mix.empty),
    );
  }

  #bar(value, count, { all, top }) {
    const label = value === "none" ? TEXT.mix.unknown : value,
      isOn = this.#on === value;
    return h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          "aria-pressed": String(isOn),
          "--w": count / top,
          title: TEXT.mix.title(label, whole(count)),
          onclick: () => emit(this, "view", { [this.by]: isOn ? null : value }),
        },
        h("span", { class: "label" }, label),
        h("span", { class: "share" }, percent(count / all, count / all < 0.0995 ? 1 : 0)),
      ),
    );
  }
}
customElements.define("quality-panel", QualityPanel);
customElements.define("mix-panel", MixPanel);
