// <asset-search label hint>: finds assets as one types; the ARIA combobox pattern.
// Out: "choose" {asset}. Loading, empty and failing are said; an older answer never overtakes.
import { api } from "./api.js";
import { emit, h, icon } from "./dom.js";
import { badge, stateOf } from "./status.js";
import { TEXT } from "./strings.js";

const WAIT_MS = 120;
const LIMIT = 12;
let seen = 0;

export class AssetSearch extends HTMLElement {
  #hits = [];
  #at = -1;
  #timer = 0;
  #asking = null;

  connectedCallback() {
    if (this.input) return;
    const id = `find-${++seen}`,
      label = this.getAttribute("label"),
      hint = this.getAttribute("hint");
    this.list = h("ul", {
      id: id + "-list",
      role: "listbox",
      "aria-label": TEXT.search.results,
      class: "hits",
      hidden: true,
    });
    this.note = h("div", { class: "search-note", role: "status" });
    this.spinner = h("span", { class: "spinner", hidden: true });
    this.input = h("input", {
      id,
      type: "text",
      role: "combobox",
      "aria-expanded": "false",
      "aria-controls": id + "-list",
      "aria-autocomplete": "list",
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      placeholder: this.getAttribute("placeholder") ?? label,
      "aria-label": label,
      oninput: () => this.#typed(),
      onkeydown: (event) => this.#key(event),
      onfocus: () => {
        if (this.input.value.trim()) this.#typed();
      },
      onblur: () => this.#close(),
    });
    this.append(
      h(
        "div",
        { class: "field" },
        icon("search"),
        this.input,
        this.spinner,
        hint ? h("kbd", { "aria-hidden": "true" }, hint) : null,
      ),
      this.list,
      this.note,
    );
  }

  focus() {
    this.input.focus();
  }

  #typed() {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    const query = this.input.value.trim();
    if (!query) return this.#close();
    this.#timer = setTimeout(() => this.#ask(query), WAIT_MS);
  }

  async #ask(query) {
    const asking = (this.#asking = new AbortController());
    this.spinner.hidden = false;
    try {
      const answer = await api.search({ query, limit: LIMIT }, asking.signal);
      this.#show(answer.data.assets, query, answer.metadata.total);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.#hits = [];
      this.list.hidden = true;
      this.note.replaceChildren(
        error.message,
        " ",
        h(
          "button",
          {
            type: "button",
            class: "link",
            onmousedown: (event) => event.preventDefault(),
            onclick: () => this.#ask(query),
          },
          TEXT.app.retry,
        ),
      );
      this.note.className = "search-note shown bad";
    }
    if (this.#asking === asking) this.spinner.hidden = true;
  }

  #show(hits, query, total) {
    if (document.activeElement !== this.input) return;
    this.#hits = hits;
    this.#at = -1;
    this.list.replaceChildren(...hits.map((asset, index) => this.#option(asset, index)));
    this.list.hidden = !hits.length;
    this.input.setAttribute("aria-expanded", String(hits.length > 0));
    this.input.removeAttribute("aria-activedescendant");
    this.note.textContent = hits.length ? TEXT.search.found(total ?? hits.length) : TEXT.search.none(query);
    this.note.className = hits.length ? "search-note vh" : "search-note shown";
  }

  #option(asset, index) {
    const place = [asset.exchange, TEXT.classes[asset.asset_class], asset.currency]
      .filter(Boolean)
      .join(" · ");
    return h(
      "li",
      {
        role: "option",
        id: `${this.list.id}-${index}`,
        "aria-selected": "false",
        onmousedown: (event) => {
          event.preventDefault();
          this.#choose(index);
        },
      },
      h("b", {}, asset.symbol),
      h(
        "span",
        { class: "who" },
        h("span", { class: "name" }, asset.name),
        h("small", { class: "dim" }, place),
      ),
      badge(stateOf(asset)),
    );
  }

  #key(event) {
    const count = this.#hits.length;
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !this.list.hidden) {
      this.#activate(
        (this.#at +
          (event.key === "ArrowDown" ? 1 : -1) +
          count +
          (this.#at < 0 && event.key === "ArrowUp" ? 1 : 0)) %
          count,
      );
    } else if (event.key === "Enter" && !this.list.hidden) {
      this.#choose(Math.max(0, this.#at));
    } else if (event.key === "Escape" && (!this.list.hidden || this.input.value)) {
      this.input.value = "";
      this.#close();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #activate(index) {
    this.list.children[this.#at]?.setAttribute("aria-selected", "false");
    this.#at = index;
    const option = this.list.children[index];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  #choose(index) {
    const asset = this.#hits[index];
    if (!asset) return;
    this.input.value = "";
    this.#close();
    emit(this, "choose", { asset });
  }

  #close() {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#hits = [];
    this.#at = -1;
    this.list.hidden = this.spinner.hidden = true;
    this.note.className = "search-note vh";
    this.note.textContent = "";
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}
customElements.define("asset-search", AssetSearch);
