// <bulk-add>: paste anything, see what each symbol is, mend what is wrong, then add.
import { api } from "./api.js";
import "./asset-search.js";
import { addSymbols } from "./changes.js";
import { h, icon } from "./dom.js";
import { whole } from "./format.js";
import { symbolsIn } from "./paste.js";
import { closeSheet, sheetBody, sheetFoot } from "./sheet.js";
import { badge, toneOf } from "./status.js";
import { store } from "./store.js";
import { TEXT } from "./strings.js";

const WAIT_MS = 450;
const MOST = 10000;
const COUNTS = ["added", "already_member", "pending", "rejected"];

export class BulkAdd extends HTMLElement {
  #timer = 0;
  #asking = null;
  #symbols = [];

  connectedCallback() {
    this.universe = store.current;
    this.text = h("textarea", {
      rows: 5,
      spellcheck: "false",
      autocapitalize: "characters",
      placeholder: TEXT.add.placeholder,
      "data-first": true,
      oninput: () => this.#typed(),
    });
    this.file = h("input", {
      type: "file",
      class: "vh",
      "aria-label": TEXT.add.file,
      tabindex: "-1",
      accept: ".csv,.txt,.tsv,text/*",
      onchange: () => this.#read(this.file.files[0]),
    });
    this.status = h("p", { class: "hint", role: "status" }, TEXT.add.hint);
    this.counts = h("div", { class: "chips" });
    this.results = h("ul", { class: "plain outcomes", "aria-label": TEXT.add.preview });
    this.go = h(
      "button",
      { type: "button", class: "primary", disabled: true, onclick: () => this.#add() },
      TEXT.add.go(0),
    );
    this.append(
      sheetBody(
        h("label", {}, TEXT.add.paste, this.text),
        h(
          "div",
          { class: "row" },
          h(
            "button",
            { type: "button", class: "small", onclick: () => this.file.click() },
            icon("upload"),
            TEXT.add.file,
          ),
          this.file,
        ),
        h("asset-search", {
          label: TEXT.add.find,
          onchoose: (event) => this.#append(event.detail.asset.symbol),
        }),
        this.status,
        this.counts,
        this.results,
      ),
      sheetFoot(h("button", { type: "button", onclick: closeSheet }, TEXT.app.cancel), this.go),
    );
    this.text.addEventListener("dragover", (event) => event.preventDefault());
    this.text.addEventListener("drop", (event) => {
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      this.#read(event.dataTransfer.files[0]);
    });
  }

  disconnectedCallback() {
    this.#asking?.abort();
    clearTimeout(this.#timer);
  }

  #append(symbol) {
    this.text.value = [this.text.value.trim(), symbol].filter(Boolean).join("\n");
    this.#typed(0);
  }

  async #read(file) {
    if (!file) return;
    this.text.value = await file.text();
    this.#typed(0);
  }

  #typed(wait = WAIT_MS) {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#symbols = symbolsIn(this.text.value);
    this.go.disabled = true;
    if (!this.#symbols.length) return this.#show(null);
    if (this.#symbols.length > MOST)
      return this.#say(TEXT.add.tooMany(whole(this.#symbols.length), whole(MOST)), "bad");
    this.#say(TEXT.add.checking(this.#symbols.length));
    this.#timer = setTimeout(() => this.#check(), wait);
  }

  async #check() {
    const asking = (this.#asking = new AbortController());
    try {
      const answer = await api.previewAssets(this.universe.id, this.#symbols, asking.signal);
      this.#show(answer.data);
    } catch (error) {
      if (error.name !== "AbortError") this.#say(error.message, "bad", () => this.#check());
    }
  }

  #say(text, tone, again) {
    this.status.className = "hint" + (tone ? " " + tone : "");
    this.status.replaceChildren(
      text,
      again ? h("button", { type: "button", class: "link", onclick: again }, TEXT.app.retry) : "",
    );
  }

  #show(bulk) {
    const useful = bulk ? bulk.added + bulk.pending : 0;
    this.counts.replaceChildren(
      ...COUNTS.filter((name) => bulk?.[name]).map((name) =>
        h("span", { class: "badge " + toneOf(name) }, `${TEXT.add.counts[name]} ${whole(bulk[name])}`),
      ),
    );
    const order = ["rejected", "pending", "added", "already_member"];
    const outcomes = (bulk?.outcomes ?? []).toSorted(
      (a, b) => order.indexOf(a.status) - order.indexOf(b.status),
    );
    this.results.replaceChildren(...outcomes.map((outcome) => this.#outcome(outcome)));
    this.go.disabled = !useful;
    this.go.textContent = TEXT.add.go(useful);
    if (!bulk) this.#say(TEXT.add.hint);
    else
      this.#say(
        this.#symbols.length > 100 ? TEXT.add.onlyExceptions : bulk.pending ? TEXT.add.pendingMeans : "",
      );
  }

  #outcome(outcome) {
    const who = outcome.name ? h("span", { class: "name" }, outcome.name) : null;
    const became =
      outcome.symbol && outcome.symbol !== outcome.input
        ? h("span", { class: "dim" }, "→ ", h("b", {}, outcome.symbol))
        : null;
    return h(
      "li",
      { class: "outcome" },
      h(
        "div",
        { class: "line" },
        h("b", {}, outcome.input),
        became,
        who,
        h("span", { class: "grow" }),
        badge(outcome.status, TEXT.add.counts[outcome.status]),
        h(
          "button",
          {
            type: "button",
            class: "square quiet tiny",
            "aria-label": TEXT.add.drop(outcome.input),
            title: TEXT.add.drop(outcome.input),
            onclick: () => this.#replace(outcome.input, null),
          },
          icon("close"),
        ),
      ),
      outcome.status === "rejected" || outcome.status === "pending"
        ? h("p", { class: "why" }, outcome.reason)
        : null,
      outcome.suggestions.length
        ? h(
            "div",
            { class: "suggest" },
            h("span", { class: "dim" }, TEXT.add.meant),
            outcome.suggestions.slice(0, 3).map((one) =>
              h(
                "button",
                {
                  type: "button",
                  class: "chip",
                  title: one.reason,
                  onclick: () => this.#replace(outcome.input, one.symbol),
                },
                h("b", {}, one.symbol),
                one.name,
              ),
            ),
          )
        : null,
    );
  }

  #replace(input, symbol) {
    this.text.value = this.#symbols
      .map((typed) => (typed === input ? symbol : typed))
      .filter(Boolean)
      .join("\n");
    this.#typed(0);
  }

  async #add() {
    this.go.disabled = true;
    this.go.textContent = TEXT.app.working;
    try {
      await addSymbols(this.universe, this.#symbols);
      closeSheet();
    } catch (error) {
      this.go.disabled = false;
      this.go.textContent = TEXT.app.retry;
      this.#say(error.message, "bad");
    }
  }
}
customElements.define("bulk-add", BulkAdd);
