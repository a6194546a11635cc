// <universe-page>: one universe, its summary, and the tab that the address names.
import { emit, h } from "./dom.js";
import { onRoute, param, patch, route } from "./router.js";
import { store } from "./store.js";
import { TEXT } from "./strings.js";
import "./summary.js";
import "./universe-header.js";
import "./universe-table.js";

const VIEW = ["q", "sort", "dir", "cols", "sector", "country", "currency", "state"];
const viewOf = () => Object.fromEntries(VIEW.map((key) => [key, param(key)]));

export class UniversePage extends HTMLElement {
  #id = null;

  connectedCallback() {
    if (this.head) return;
    this.head = h("universe-header");
    this.trouble = h("div", { class: "notice bad", role: "alert", hidden: true });
    this.strip = h("div", { class: "strips" });
    this.table = h("universe-table");
    this.quality = h("quality-panel");
    this.mixes = ["sector", "country", "currency"].map((by) => h("mix-panel", { by }));
    this.panels = h("section", { class: "panels", "aria-label": TEXT.page.summary }, this.#panels());
    this.assets = h("div", { class: "tab" }, this.panels, this.table);
    this.other = h("div", { class: "tab", hidden: true });
    this.append(this.head, this.trouble, this.strip, this.assets, this.other);
    this.addEventListener("view", (event) => patch(event.detail));
    store.addEventListener("universe", () => this.#showHead());
    store.addEventListener("rows", () => this.#showRows());
    store.addEventListener("trouble", () => this.#showTrouble());
    onRoute(() => this.#follow());
    this.#follow();
  }

  #panels() {
    const [sector, country, currency] = this.mixes;
    const panel = (name, title, ...content) => h("div", { class: "panel " + name }, h("h2", {}, title), ...content);
    return [panel("quality", TEXT.quality.title, this.quality), panel("sector", TEXT.mix.sector, sector),
      panel("country", TEXT.mix.country, country), panel("currency", TEXT.mix.currency, currency)];
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
    emit(this, "tab", { tab: route.tab, into: this.other });
  }

  #showHead(force) {
    if (force) this.head.shown = null;
    this.head.universe = store.current;
    this.trouble.hidden = true;
    this.table.busy = store.loading;
    document.title = store.current ? `${store.current.name} · ${TEXT.app.name}` : TEXT.app.name;
  }

  #showRows() {
    this.table.rows = store.rows;
    this.table.busy = store.loading;
    this.quality.rows = store.rows;
    for (const mix of this.mixes) mix.rows = store.rows;
    if (!store.loading) performance.mark("rows-ready");
  }

  #showTrouble() {
    this.trouble.hidden = false;
    const text = store.trouble.status === 404 ? TEXT.app.gone : store.trouble.message;
    this.trouble.replaceChildren(h("span", {}, text), h("button", { type: "button", onclick: () => store.open(route.id) }, TEXT.app.retry));
  }
}
customElements.define("universe-page", UniversePage);
