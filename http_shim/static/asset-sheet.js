// <asset-sheet>: one asset or one waiting symbol: identity, figures, notations, listings, the past,
// what the verdict rests on, and the step that makes sense now.
import { api } from "./api.js";
import { acceptSuggestion, addSymbols, removeRows } from "./changes.js";
import { fill, h, icon } from "./dom.js";
import { compact, day, NONE, percent, since } from "./format.js";
import { param, patch } from "./router.js";
import { sheetBody, sheetFoot } from "./sheet.js";
import { badge, stateOf } from "./status.js";
import { store } from "./store.js";
import { TEXT } from "./strings.js";
import { failed } from "./toast.js";
import { verdictDetails } from "./verdict.js";

const FACTS = ["isin", "exchange", "mic", "currency", "country", "sector", "industry", "asset_class"];

export class AssetSheet extends HTMLElement {
  #stop = new AbortController();

  connectedCallback() {
    this.symbol = param("asset");
    this.body = sheetBody(h("div", { class: "skeleton" }), h("div", { class: "skeleton" }));
    this.foot = sheetFoot();
    this.verdict = h("section", { class: "facts-block", "aria-label": TEXT.asset.check });
    this.append(this.body, this.foot);
    store.addEventListener("rows", () => this.#drawFoot(), { signal: this.#stop.signal });
    this.#load();
  }

  disconnectedCallback() {
    this.#stop.abort();
  }

  get row() {
    return store.rows.find((row) => row.symbol === this.symbol);
  }

  async #load() {
    if (!this.row) await store.allRows();
    if (this.row?.pending) return this.#showWaiting(this.row);
    try {
      this.#show((await api.asset(this.symbol, this.#stop.signal)).data);
    } catch (error) {
      if (error.name !== "AbortError")
        fill(
          this.body,
          h("p", { class: "notice bad", role: "alert" }, error.message),
          h("button", { type: "button", onclick: () => this.#load() }, TEXT.app.retry),
        );
    }
  }

  #showWaiting(row) {
    fill(
      this.body,
      h("div", { class: "who-head" }, h("h3", { class: "symbol" }, row.symbol), badge("pending")),
      h("p", {}, TEXT.asset.waiting(since(row.since))),
      this.verdict,
    );
    fill(this.foot, this.#removeButton(row), this.#checkButton());
    this.#check();
  }

  #show(asset) {
    fill(
      this.body,
      h(
        "div",
        { class: "who-head" },
        h("div", {}, h("h3", { class: "symbol" }, asset.symbol), h("p", { class: "dim" }, asset.name)),
        badge(stateOf(asset)),
      ),
      h("dl", { class: "figures" }, this.#figures(asset.market_data ?? {}, asset)),
      this.#facts(asset),
      this.verdict,
      this.#block(
        TEXT.asset.notations,
        Object.entries(asset.notations).map(([notation, symbol]) => [
          TEXT.notations[notation] ?? notation,
          h("code", {}, symbol),
        ]),
      ),
      this.#block(
        TEXT.asset.listings,
        asset.listings.map((one) => [
          this.#link(one.symbol),
          [one.exchange, one.currency].filter(Boolean).join(" · "),
        ]),
      ),
      this.#block(
        TEXT.asset.past,
        asset.symbol_history.map((one) => [h("b", {}, one.symbol), TEXT.asset.former(one)]),
      ),
    );
    this.asset = asset;
    this.#drawFoot();
  }

  #drawFoot() {
    if (!this.asset) return;
    const row = store.rows.find(({ id }) => id === this.asset.id);
    const change = row ? this.#removeButton(row) : store.loading ? null : this.#addButton(this.asset);
    fill(this.foot, store.current ? change : null, this.#checkButton());
  }

  #link(symbol) {
    return h(
      "button",
      {
        type: "button",
        class: "link",
        onclick: () => patch({ panel: "asset", asset: symbol }, { step: true }),
      },
      symbol,
    );
  }

  #figures(market, asset) {
    const money = (value, currency) => (value == null ? NONE : `${compact(value)} ${currency ?? ""}`);
    const cap = market.market_cap ?? asset.market_cap;
    const size =
      cap == null
        ? (asset.market_cap_bucket ?? NONE)
        : money(cap, market.market_cap_currency ?? asset.market_cap_currency);
    const pairs = [
      [TEXT.asset.price, money(market.price, market.currency)],
      [TEXT.columns.market_cap, size],
      [TEXT.columns.pe_ratio, (market.pe_ratio ?? asset.pe_ratio)?.toFixed(1) ?? NONE],
      [TEXT.columns.dividend_yield, market.dividend_yield == null ? NONE : percent(market.dividend_yield, 2)],
    ];
    return pairs.map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, value)));
  }

  #facts(asset) {
    const pairs = FACTS.filter((key) => asset[key]).map((key) => [
      TEXT.columns[key],
      key === "asset_class" ? TEXT.classes[asset[key]] : asset[key],
    ]);
    pairs.push([
      TEXT.columns.last_validated_at,
      asset.last_validated_at ? since(asset.last_validated_at) : TEXT.asset.neverChecked,
    ]);
    if (asset.market_data?.fetched_at)
      pairs.push([
        TEXT.asset.fetched,
        `${since(asset.market_data.fetched_at)} · ${TEXT.verdict.sources[asset.market_data.source] ?? ""}`,
      ]);
    const since_ = this.row?.valid_from;
    if (since_) pairs.push([TEXT.asset.memberSince, day(since_)]);
    return this.#block(TEXT.asset.identity, pairs);
  }

  #block(title, pairs) {
    if (!pairs.length) return null;
    return h(
      "section",
      { class: "facts-block" },
      h("h3", {}, title),
      h(
        "dl",
        { class: "facts" },
        pairs.map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, value))),
      ),
    );
  }

  #checkButton() {
    return h(
      "button",
      { type: "button", class: "primary", onclick: () => this.#check() },
      icon("shield"),
      TEXT.asset.check,
    );
  }

  #removeButton(row) {
    return h(
      "button",
      {
        type: "button",
        class: "danger",
        onclick: () =>
          removeRows(store.current, [row]).then(() => patch({ panel: null, asset: null }), failed),
      },
      icon("trash"),
      TEXT.table.actions.remove,
    );
  }

  #addButton(asset) {
    return h(
      "button",
      {
        type: "button",
        onclick: (event) => {
          event.currentTarget.disabled = true;
          addSymbols(store.current, [asset.symbol]).then(() => this.#load(), failed);
        },
      },
      icon("plus"),
      TEXT.asset.addTo(store.current.name),
    );
  }

  async #check() {
    fill(this.verdict, h("h3", {}, TEXT.asset.verdict), h("p", { class: "dim" }, TEXT.asset.checking));
    try {
      const [result] = (await api.validate([this.symbol], this.#stop.signal)).data.results;
      const accept =
        store.current && (this.row?.pending || result.verdict !== "valid")
          ? (one) => this.#accept(one)
          : null;
      fill(
        this.verdict,
        h("h3", {}, TEXT.asset.verdict, " ", badge(result.verdict)),
        verdictDetails(result, { accept }),
      );
    } catch (error) {
      if (error.name !== "AbortError")
        fill(
          this.verdict,
          h("h3", {}, TEXT.asset.verdict),
          h("p", { class: "notice bad", role: "alert" }, error.message),
        );
    }
  }

  #accept(suggestion) {
    acceptSuggestion(store.current, this.symbol, suggestion).then(
      () => patch({ panel: "asset", asset: suggestion.symbol }),
      failed,
    );
  }
}
customElements.define("asset-sheet", AssetSheet);
