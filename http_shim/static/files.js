// <import-panel> and <export-panel>: files in and out, with what was lost on the way.
import { api } from "./api.js";
import { fill, h, icon } from "./dom.js";
import { whole } from "./format.js";
import { go, universePath } from "./router.js";
import { closeSheet, sheetBody, sheetFoot } from "./sheet.js";
import { badge, toneOf } from "./status.js";
import { store } from "./store.js";
import { TEXT } from "./strings.js";
import { toast } from "./toast.js";

const FORMATS = ["csv", "json", "tickers", "tradingview", "yahoo", "intervals"];
const NOTATIONS = ["yahoo", "bloomberg", "ric", "google", "tradingview", "mic"];
const COUNTS = ["added", "pending", "rejected"];

const choice = (options, texts, props) =>
  h(
    "select",
    props,
    options.map((value) => h("option", { value }, texts[value])),
  );

// The format a file most likely is; the person may say otherwise.
export function guessFormat(name, text) {
  if (/^\s*[[{]/.test(text)) return "json";
  const head = text.split("\n", 1)[0].toLowerCase();
  if (head.includes("valid_from") || head.includes("start")) return "intervals";
  if (head.startsWith("symbol,current price")) return "yahoo";
  if (/\.csv$/i.test(name) || head.includes("symbol,")) return "csv";
  return /###|[A-Z]+:[A-Z]/.test(text.slice(0, 2000)) ? "tradingview" : "tickers";
}

export class ImportPanel extends HTMLElement {
  #preview = null;

  connectedCallback() {
    this.file = h("input", {
      type: "file",
      accept: ".csv,.txt,.json,text/*",
      "data-first": true,
      onchange: () => this.#read(this.file.files[0]),
    });
    this.text = h("textarea", {
      rows: 6,
      spellcheck: "false",
      placeholder: TEXT.files.placeholder,
      oninput: () => this.#changed(),
    });
    this.name = h("input", { maxlength: 120, autocomplete: "off", oninput: () => this.#changed() });
    this.format = choice(FORMATS, TEXT.files.formats, { onchange: () => this.#changed() });
    this.status = h("p", { class: "hint", role: "status" }, TEXT.files.importHint);
    this.bar = h("progress", { "aria-label": TEXT.files.importing, hidden: true });
    this.report = h("div", { class: "report" });
    this.button = h(
      "button",
      { type: "button", class: "primary", disabled: true, onclick: () => this.#next() },
      TEXT.files.check,
    );
    this.append(
      sheetBody(
        h("label", {}, TEXT.files.file, this.file),
        h("label", {}, TEXT.files.orPaste, this.text),
        h("label", {}, TEXT.editor.name, this.name),
        h("label", {}, TEXT.files.format, this.format),
        this.bar,
        this.status,
        this.report,
      ),
      sheetFoot(h("button", { type: "button", onclick: closeSheet }, TEXT.app.cancel), this.button),
    );
  }

  async #read(file) {
    if (!file) return;
    this.text.value = await file.text();
    if (!this.name.value) this.name.value = file.name.replace(/\.[^.]+$/, "");
    this.format.value = guessFormat(file.name, this.text.value);
    this.#changed();
  }

  #changed() {
    this.#preview = null;
    this.report.replaceChildren();
    this.button.textContent = TEXT.files.check;
    this.button.disabled = !this.text.value.trim() || !this.name.value.trim();
  }

  async #next() {
    const isCheck = !this.#preview;
    const body = {
      name: this.name.value.trim(),
      format: this.format.value,
      content: this.text.value,
      dry_run: isCheck,
    };
    this.#busy(true, isCheck ? TEXT.files.checking : TEXT.files.importing);
    try {
      const answer = await api.importFile(body);
      this.#show(answer, isCheck);
    } catch (error) {
      this.status.className = "hint bad";
      this.status.textContent = error.message;
    }
    this.#busy(false);
  }

  #busy(on, text) {
    this.bar.hidden = !on;
    this.button.disabled = on;
    if (on) {
      this.status.className = "hint";
      this.status.textContent = text;
    }
  }

  async #show(answer, isCheck) {
    const { bulk, id } = answer.data;
    this.status.textContent = answer.message;
    fill(
      this.report,
      h(
        "div",
        { class: "chips" },
        COUNTS.filter((name) => bulk[name]).map((name) =>
          h("span", { class: "badge " + toneOf(name) }, `${TEXT.add.counts[name]} ${whole(bulk[name])}`),
        ),
      ),
      h(
        "ul",
        { class: "plain outcomes", "aria-label": TEXT.files.lossReport },
        bulk.outcomes
          .filter((one) => one.status !== "added")
          .map((one) =>
            h(
              "li",
              { class: "outcome" },
              h(
                "div",
                { class: "line" },
                h("b", {}, one.input),
                h("span", { class: "name" }, one.name ?? ""),
                h("span", { class: "grow" }),
                badge(one.status, TEXT.add.counts[one.status]),
              ),
              h("p", { class: "why" }, one.reason),
            ),
          ),
      ),
    );
    if (isCheck) {
      this.#preview = bulk;
      this.button.textContent = TEXT.files.import(whole(bulk.added + bulk.pending));
      return;
    }
    toast(answer.message, { tone: bulk.rejected ? "warn" : "ok" });
    await store.loadList();
    go(universePath(id));
  }
}

export class ExportPanel extends HTMLElement {
  connectedCallback() {
    this.universe = store.current;
    this.format = choice(FORMATS, TEXT.files.formats, {
      "data-first": true,
      onchange: () => this.#changed(),
    });
    this.notation = choice(NOTATIONS, TEXT.notations, {});
    this.notationField = h("label", { hidden: true }, TEXT.files.notation, this.notation);
    this.asOf = h("input", { type: "date" });
    this.about = h("p", { class: "hint" });
    this.status = h("div", { role: "status", class: "report" });
    this.append(
      sheetBody(
        h("label", {}, TEXT.files.format, this.format),
        this.about,
        this.notationField,
        h("label", {}, TEXT.files.asOf, this.asOf),
        this.status,
      ),
      sheetFoot(
        h("button", { type: "button", onclick: closeSheet }, TEXT.app.close),
        h(
          "button",
          { type: "button", class: "primary", onclick: (event) => this.#export(event.currentTarget) },
          icon("download"),
          TEXT.files.export,
        ),
      ),
    );
    this.#changed();
  }

  #changed() {
    this.notationField.hidden = this.format.value !== "tickers";
    this.about.textContent = TEXT.files.means[this.format.value];
  }

  async #export(button) {
    button.disabled = true;
    fill(this.status, h("progress", { "aria-label": TEXT.files.exporting }));
    const query = {
      format: this.format.value,
      as_of: this.asOf.value,
      notation: this.format.value === "tickers" ? this.notation.value : null,
    };
    try {
      const { blob, filename, headers } = await api.exportFile(this.universe.id, query);
      save(blob, filename);
      const loss = JSON.parse(headers.get("X-Export-Loss-Report") ?? "[]");
      fill(
        this.status,
        h("p", { class: "notice ok" }, TEXT.files.exported(filename)),
        loss.length
          ? h(
              "div",
              { class: "notice warn stacked" },
              h("strong", {}, TEXT.files.lossReport),
              h(
                "ul",
                {},
                loss.map((line) => h("li", {}, line)),
              ),
            )
          : h("p", { class: "hint" }, TEXT.files.noLoss),
      );
    } catch (error) {
      fill(this.status, h("p", { class: "notice bad", role: "alert" }, error.message));
    }
    button.disabled = false;
  }
}

function save(blob, filename) {
  const url = URL.createObjectURL(blob);
  h("a", { href: url, download: filename }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

customElements.define("import-panel", ImportPanel);
customElements.define("export-panel", ExportPanel);
