// What a new universe begins with: a list, the members of an index, or what a rule selects.
import { h } from "./dom.js";
import { symbolsIn } from "./paste.js";
import "./screen-editor.js";
import { StagedAssets } from "./staged-assets.js";
import { TEXT } from "./strings.js";

const COMMON = ["sp500", "sp400", "sp600", "nasdaq100", "dow30", "dax"];

export class FirstMembers {
  #way = "list";

  constructor() {
    this.paste = h("textarea", { rows: 4, spellcheck: "false", placeholder: TEXT.add.placeholder });
    this.staged = new StagedAssets();
    this.index = h("input", { list: "index-codes", autocomplete: "off", spellcheck: "false" });
    this.screen = h("screen-editor");
    const hint = (text) => h("small", { class: "dim" }, text);
    const codes = h(
      "datalist",
      { id: "index-codes" },
      COMMON.map((value) => h("option", { value })),
    );
    this.ways = {
      list: h(
        "div",
        { class: "way" },
        h("label", {}, TEXT.editor.symbols, this.paste, hint(TEXT.editor.symbolsHint)),
        this.staged.element,
      ),
      index: h(
        "div",
        { class: "way" },
        h("label", {}, TEXT.editor.index, this.index, hint(TEXT.editor.indexHint)),
        codes,
      ),
      rule: h("div", { class: "way" }),
    };
    const names = Object.keys(this.ways);
    this.bar = h(
      "div",
      { class: "segments", role: "group", "aria-label": TEXT.editor.from },
      names.map((way) => this.#button(way)),
    );
    this.element = h("div", { class: "ways" }, this.bar, Object.values(this.ways));
    this.#choose("list");
  }

  #button(way) {
    return h(
      "button",
      { type: "button", "data-way": way, onclick: () => this.#choose(way) },
      TEXT.editor.ways[way],
    );
  }

  #choose(chosen) {
    this.#way = chosen;
    for (const [way, element] of Object.entries(this.ways)) element.hidden = way !== chosen;
    for (const button of this.bar.children)
      button.setAttribute("aria-pressed", String(button.dataset.way === chosen));
    if (chosen === "rule" && !this.screen.isConnected) this.ways.rule.append(this.screen);
  }

  // As the service takes it.
  get value() {
    if (this.#way === "index") return { index: this.index.value.trim() };
    if (this.#way === "rule") return { screen: this.screen.screen };
    return { symbols: [...symbolsIn(this.paste.value), ...this.staged.symbols] };
  }
}
