// Assets that were found by name and wait to be added.
import "./asset-search.js";
import { fill, h, icon } from "./dom.js";
import { badge, stateOf } from "./status.js";
import { TEXT } from "./strings.js";

export class StagedAssets {
  #assets = new Map();

  constructor() {
    const stage = ({ detail: { asset } }) => {
      this.#assets.set(asset.symbol, asset);
      this.#draw();
    };
    this.list = h("ul", { class: "plain chips", "aria-label": TEXT.editor.staged });
    this.element = h(
      "div",
      { class: "staged" },
      h("asset-search", { label: TEXT.editor.find, onchoose: stage }),
      this.list,
    );
  }

  get symbols() {
    return [...this.#assets.keys()];
  }

  #draw() {
    fill(
      this.list,
      [...this.#assets.values()].map((asset) => this.#chip(asset)),
    );
  }

  #chip(asset) {
    const drop = () => {
      this.#assets.delete(asset.symbol);
      this.#draw();
    };
    const label = TEXT.add.drop(asset.symbol);
    const away = { type: "button", class: "square quiet tiny", "aria-label": label, onclick: drop };
    const name = h("span", { class: "name" }, asset.name);
    return h(
      "li",
      { class: "chip static" },
      h("b", {}, asset.symbol),
      name,
      badge(stateOf(asset)),
      h("button", away, icon("close")),
    );
  }
}
