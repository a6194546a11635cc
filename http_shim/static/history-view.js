// <history-view>: every change with who made it; two versions or dates side by side; the way back.
import { api } from "./api.js";
import "./chart-figure.js";
import { confirmed } from "./confirm.js";
import { fill, h, icon } from "./dom.js";
import { day, moment, since } from "./format.js";
import { param, patch } from "./router.js";
import { store } from "./store.js";
import { TEXT } from "./strings.js";
import { failed, toast } from "./toast.js";

const PAGE = 50;
const SHOWN = 100;
const VERSION = /^v(\d+)$/;

// `v7` is a version and `2026-01-31` a date, in the address and in what is asked.
const sideOf = (id, said) => {
  const version = VERSION.exec(said)?.[1];
  return version ? { universe_id: id, version: Number(version) } : { universe_id: id, as_of: said };
};

export class HistoryView extends HTMLElement {
  #id = null;
  #version = 0;
  #changes = [];
  #cursor = null;
  #compared = null;

  connectedCallback() {
    if (this.timeline) return;
    this.timeline = h("ol", { class: "plain timeline", "aria-label": TEXT.history.title });
    this.more = h("button", { type: "button", hidden: true, onclick: () => this.#load() }, TEXT.history.more);
    this.compare = h("section", { class: "card compare", "aria-label": TEXT.history.compare });
    this.charts = ["membership", "turnover"].map((kind) => h("chart-figure", { kind, class: "card" }));
    this.append(
      h("div", { class: "history-main" }, this.timeline, this.more),
      h("div", { class: "history-side" }, this.compare, ...this.charts),
    );
  }

  // Follows the address and the universe; reads again only what has changed.
  update() {
    const universe = store.current;
    if (!universe) return;
    for (const chart of this.charts) chart.universe = universe;
    if (universe.id !== this.#id || universe.version !== this.#version) {
      this.#id = universe.id;
      this.#version = universe.version;
      this.#changes = [];
      this.#cursor = null;
      this.#load();
    }
    const wish = [this.#id, param("from"), param("to"), this.#version].join(" ");
    if (wish !== this.#compared) {
      this.#compared = wish;
      this.#showCompare();
    }
  }

  async #load() {
    const id = this.#id;
    try {
      const answer = await api.history(id, { limit: PAGE, cursor: this.#cursor });
      if (id !== this.#id) return;
      this.#changes = this.#cursor ? [...this.#changes, ...answer.data.changes] : answer.data.changes;
      this.#cursor = answer.metadata.next_cursor;
      this.more.hidden = !this.#cursor;
      fill(
        this.timeline,
        this.#changes.map((change) => this.#item(change)),
      );
    } catch (error) {
      fill(
        this.timeline,
        h(
          "li",
          { class: "notice bad", role: "alert" },
          error.message,
          h("button", { type: "button", onclick: () => this.#load() }, TEXT.app.retry),
        ),
      );
    }
  }

  #item(change) {
    const isAgent = change.client && change.client !== "http";
    const isNow = change.version === this.#version;
    return h(
      "li",
      { class: "change" },
      h(
        "span",
        {
          class: "who-mark" + (isAgent ? " agent" : ""),
          title: isAgent ? TEXT.history.agent : TEXT.history.person,
        },
        icon(isAgent ? "spark" : "user"),
      ),
      h(
        "div",
        { class: "change-body" },
        h("p", {}, h("b", {}, TEXT.history.did(change)), " ", this.#counts(change)),
        h(
          "p",
          { class: "dim" },
          TEXT.history.by(change),
          " · ",
          h("span", { title: moment(change.recorded_at) }, since(change.recorded_at)),
          change.effective_date !== change.recorded_at.slice(0, 10)
            ? ` · ${TEXT.history.effective(day(change.effective_date))}`
            : "",
        ),
        change.reason ? h("p", { class: "reason" }, change.reason) : null,
        change.sample.length
          ? h(
              "p",
              { class: "sample" },
              change.sample.join("  "),
              change.added + change.removed > change.sample.length ? " …" : "",
            )
          : null,
      ),
      h(
        "div",
        { class: "change-acts" },
        h("span", { class: "tag" }, `v${change.version}`),
        change.version > 1
          ? h(
              "button",
              {
                type: "button",
                class: "small",
                onclick: () =>
                  patch({ from: `v${change.version - 1}`, to: `v${change.version}` }, { step: true }),
              },
              TEXT.history.diff,
            )
          : null,
        isNow
          ? h("span", { class: "tag info" }, TEXT.history.now)
          : h(
              "button",
              { type: "button", class: "small", onclick: () => this.#revert(change) },
              icon("undo"),
              TEXT.history.revert,
            ),
      ),
    );
  }

  #counts({ added, removed }) {
    return [
      added ? h("span", { class: "delta plus" }, `+${added}`) : null,
      removed ? h("span", { class: "delta minus" }, `−${removed}`) : null,
    ];
  }

  async #revert(change) {
    const yes = await confirmed({
      title: TEXT.history.revertTitle(change.version),
      text: TEXT.history.revertText,
      yes: TEXT.history.revert,
    });
    if (!yes) return;
    const before = store.current.version;
    try {
      const answer = await api.revert(this.#id, change.version, before);
      toast(answer.message, {
        action: TEXT.changes.undo,
        run: () => api.revert(this.#id, before).then(() => store.refresh(), failed),
      });
    } catch (error) {
      failed(error);
    }
    store.refresh();
  }

  #showCompare() {
    const from = param("from") ?? (this.#version > 1 ? `v${this.#version - 1}` : "v1");
    const to = param("to") ?? `v${this.#version}`;
    const fields = { from: this.#side("from", from), to: this.#side("to", to) };
    this.result = h("div", { class: "diff", role: "status" });
    fill(
      this.compare,
      h("h2", {}, TEXT.history.compare),
      h(
        "form",
        {
          class: "compare-form",
          onsubmit: (event) => {
            event.preventDefault();
            patch({ from: fields.from.value.trim(), to: fields.to.value.trim() }, { step: true });
          },
        },
        h("label", {}, TEXT.history.from, fields.from),
        h("label", {}, TEXT.history.to, fields.to),
        h("button", {}, TEXT.history.show),
      ),
      h("p", { class: "hint" }, TEXT.history.sides),
      this.result,
    );
    if (this.#version > 1 || param("from")) this.#diff(from, to);
  }

  #side(name, value) {
    return h("input", {
      name,
      value,
      required: true,
      pattern: "v[0-9]+|[0-9]{4}-[0-9]{2}-[0-9]{2}",
      title: TEXT.history.sides,
      autocomplete: "off",
      spellcheck: "false",
    });
  }

  async #diff(from, to) {
    const into = this.result;
    try {
      const { data } = await api.compare(sideOf(this.#id, from), sideOf(this.#id, to));
      fill(
        into,
        h("p", { class: "dim" }, TEXT.history.common(data)),
        this.#named("added", data.added),
        this.#named("removed", data.removed),
        data.renamed.length ? this.#named("renamed", data.renamed) : null,
      );
    } catch (error) {
      fill(into, h("p", { class: "notice bad", role: "alert" }, error.message));
    }
  }

  #named(kind, assets) {
    if (!assets.length) return null;
    return h(
      "div",
      {},
      h("h3", { class: kind }, TEXT.history[kind](assets.length)),
      h(
        "ul",
        { class: "plain names", tabindex: 0, "aria-label": TEXT.history[kind](assets.length) },
        assets
          .slice(0, SHOWN)
          .map((asset) =>
            h(
              "li",
              {},
              h("b", {}, asset.symbol),
              h(
                "span",
                { class: "name" },
                asset.former_symbol ? `${asset.former_symbol} → ${asset.symbol}` : asset.name,
              ),
            ),
          ),
      ),
      assets.length > SHOWN ? h("p", { class: "hint" }, TEXT.history.andMore(assets.length - SHOWN)) : null,
    );
  }
}
customElements.define("history-view", HistoryView);
