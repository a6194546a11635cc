// <universe-page>: one universe, its summary, and the tab that the address names.
import { fill, h, icon } from "./dom.js";
import { onRoute, param, patch, route } from "./router.js";
import { store } from "./store.js";
import { TEXT } from "./strings.js";
import "./chart-figure.js";
import { copyText, deleteUniverse, removeRows, saveOrder } from "./changes.js";
import { confirmed } from "./confirm.js";
import "./strips.js";
import "./summary.js";
import "./universe-header.js";
import "./universe-table.js";
import { failed } from "./toast.js";
import { validating } from "./validating.js";

const TABS = { history: "./history-view.js", review: "./review-view.js", rule: "./rule-view.js" };
const VIEW = ["q", "sort", "dir", "cols", "sector", "country", "currency", "state"];
const viewOf = () => Object.fromEntries(VIEW.map((key) => [key, param(key)]));

export class UniversePage extends HTMLElement {
  #id = null;

  connectedCallback() {
    if (this.head) return;
    this.head = h("universe-header");
    this.trouble = h("div", { class: "notice bad", role: "alert", hidden: true });
    this.strips = h("activity-strips");
    this.table = h("universe-table", {
      onpick: (event) =>
        patch({ panel: "asset", asset: event.detail.row.symbol }, { step: param("panel") !== "asset" }),
    });
    this.table.emptyContent = () => this.#teach();
    this.quality = h("quality-panel");
    this.mixes = ["sector", "country", "currency"].map((by) => h("mix-panel", { by }));
    this.chart = h("chart-figure", { kind: "membership" });
    this.panels = h("section", { class: "panels", "aria-label": TEXT.page.summary }, this.#panels());
    this.assets = h("div", { class: "tab" }, this.panels, this.table);
    this.other = h("div", { class: "tab", hidden: true });
    this.append(this.head, this.trouble, this.strips, this.assets, this.other);
    this.addEventListener("view", (event) => patch(event.detail));
    this.addEventListener("bulk", (event) => this.#bulk(event.detail));
    this.addEventListener("order", (event) => saveOrder(store.current, event.detail.front));
    this.addEventListener("validate", async () => this.#validate(await store.allRows()));
    this.addEventListener("copy-link", () => copyText(location.href));
    this.addEventListener("delete", () => this.#delete());
    store.addEventListener("universe", () => this.#showHead());
    store.addEventListener("rows", () => this.#showRows());
    store.addEventListener("trouble", () => this.#showTrouble());
    onRoute(() => this.#follow());
    this.#follow();
  }

  #panels() {
    const [sector, country, currency] = this.mixes;
    const panel = (name, title, ...content) =>
      h("div", { class: "panel " + name }, h("h2", {}, title), ...content);
    const mixes = h(
      "div",
      { class: "panel places" },
      this.#switch([
        [TEXT.mix.country, country],
        [TEXT.mix.currency, currency],
      ]),
      country,
      currency,
    );
    return [
      panel("quality", TEXT.quality.title, this.quality),
      panel("sector", TEXT.mix.sector, sector),
      mixes,
      h("div", { class: "panel chart" }, this.chart),
    ];
  }

  // Two mixes in the room of one.
  #switch(choices) {
    const show = (chosen) => {
      for (const [, mix] of choices) mix.hidden = mix !== chosen;
      for (const button of bar.children)
        button.setAttribute(
          "aria-pressed",
          String(button.textContent === choices.find(([, mix]) => mix === chosen)[0]),
        );
    };
    const bar = h(
      "div",
      { class: "segments mini", role: "group", "aria-label": TEXT.mix.by },
      choices.map(([text, mix]) => h("button", { type: "button", onclick: () => show(mix) }, text)),
    );
    show(choices[0][1]);
    return bar;
  }

  #teach() {
    return [
      h("h2", {}, TEXT.page.emptyTitle),
      h("p", {}, TEXT.page.emptyText),
      h(
        "div",
        { class: "row" },
        h(
          "button",
          { type: "button", class: "primary", onclick: () => patch({ panel: "add" }, { step: true }) },
          icon("plus"),
          TEXT.page.add,
        ),
        h(
          "button",
          { type: "button", onclick: () => patch({ assistant: 1 }, { step: true }) },
          icon("spark"),
          TEXT.app.assistant,
        ),
      ),
    ];
  }

  #validate(rows) {
    validating.begin(
      store.current.id,
      rows.map((row) => row.symbol),
    );
    patch({ panel: "validate" }, { step: true });
  }

  async #bulk({ action, rows }) {
    if (action === "validate") return this.#validate(rows);
    if (action === "copy") return copyText(rows.map((row) => row.symbol).join(" "));
    try {
      await removeRows(store.current, rows);
      this.table.clearSelection();
    } catch (error) {
      failed(error);
    }
  }

  async #delete() {
    const { name } = store.current;
    if (
      await confirmed({
        title: TEXT.page.deleteTitle(name),
        text: TEXT.page.deleteText,
        yes: TEXT.page.deleteYes,
      })
    )
      deleteUniverse(store.current).catch(failed);
  }

  #follow() {
    if (route.page !== "universe") return;
    if (route.id !== this.#id) {
      this.#id = route.id;
      this.table.clearSelection();
      store.open(route.id);
    }
    const view = viewOf();
    this.table.view = view;
    this.quality.on = view.state;
    for (const mix of this.mixes) mix.on = view[mix.by];
    this.#showHead(true);
    this.assets.hidden = route.tab !== "assets";
    this.other.hidden = !this.assets.hidden;
    this.#showTab();
  }

  async #showTab() {
    const module = TABS[route.tab];
    if (!module) return;
    await import(module);
    const name = route.tab + "-view";
    if (this.other.firstElementChild?.localName !== name) fill(this.other, h(name));
    this.other.firstElementChild.update();
  }

  #showHead(force) {
    this.head.universe = store.current;
    this.trouble.hidden = true;
    this.table.busy = store.loading;
    this.chart.universe = store.current;
    this.panels.hidden = store.current?.asset_count + store.current?.pending_count === 0;
    if (!force) this.#showTab();
    document.title = store.current ? `${store.current.name} · ${TEXT.app.name}` : TEXT.app.name;
  }

  #showRows() {
    this.table.fresh = store.fresh;
    this.table.rows = store.rows;
    this.table.busy = store.loading;
    this.quality.rows = store.rows;
    for (const mix of this.mixes) mix.rows = store.rows;
    if (!store.loading) performance.mark("rows-ready");
  }

  #showTrouble() {
    this.trouble.hidden = false;
    if (!store.current) {
      this.head.failed();
      this.assets.hidden = this.other.hidden = true;
    }
    const text = store.trouble.status === 404 ? TEXT.app.gone : store.trouble.message;
    this.trouble.replaceChildren(
      h("span", {}, text),
      h("button", { type: "button", onclick: () => store.open(route.id) }, TEXT.app.retry),
    );
  }
}
customElements.define("universe-page", UniversePage);
