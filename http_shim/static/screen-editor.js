// <screen-editor>: a rule as lines or as JSON, with what it selects as one types.
// In and out: .screen, which is null while what is typed is no rule. Out: "screen".
import { api } from "./api.js";
import { emit, fill, h } from "./dom.js";
import { compact, whole } from "./format.js";
import { ScreenLines } from "./screen-lines.js";
import { asScreen, linesOf } from "./screen-rules.js";
import { ScreenWhy } from "./screen-why.js";
import { badge, stateOf } from "./status.js";
import { TEXT } from "./strings.js";

const WAIT_MS = 350;
const SHOWN = 25;

export class ScreenEditor extends HTMLElement {
  #screen = {};
  #timer = 0;
  #asking = null;

  connectedCallback() {
    if (this.lines) return;
    this.lines = new ScreenLines((screen) => this.#changed(screen));
    this.json = h("textarea", {
      rows: 14,
      spellcheck: "false",
      class: "code",
      "aria-label": TEXT.rule.json,
      oninput: () => this.#typedJson(),
    });
    this.toggle = h("button", { type: "button", class: "link", onclick: () => this.#show(this.json.hidden) });
    this.status = h("p", { class: "hint", role: "status" });
    this.ranges = h("div");
    this.found = h("ul", { class: "plain names", "aria-label": TEXT.rule.found });
    this.why = new ScreenWhy(() => this.#changed(this.#screen));
    const title = h("h3", {}, TEXT.rule.preview);
    const preview = h("section", { class: "rule-preview", "aria-label": TEXT.rule.preview });
    preview.append(title, this.status, this.ranges, this.why.element, this.found);
    this.append(this.lines.element, this.json, this.toggle, preview);
    this.screen = this.#screen;
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    this.#asking?.abort();
  }

  get screen() {
    return this.#screen;
  }
  set screen(screen) {
    this.#screen = asScreen(screen ?? {});
    if (!this.lines) return;
    this.#show(!linesOf(this.#screen));
    this.#changed(this.#screen, 0);
  }

  // Rules with groups within groups are edited as JSON alone.
  #show(asJson) {
    this.json.hidden = !asJson;
    this.lines.element.hidden = asJson;
    this.toggle.textContent = asJson ? TEXT.rule.asLines : TEXT.rule.asJson;
    this.toggle.hidden = asJson && !linesOf(this.#screen);
    if (asJson) this.json.value = JSON.stringify(this.#screen, null, 2);
    else this.lines.show(this.#screen);
  }

  #typedJson() {
    try {
      const screen = asScreen(JSON.parse(this.json.value));
      this.toggle.hidden = !linesOf(screen);
      this.#changed(screen);
    } catch {
      this.#screen = null;
      this.#asking?.abort();
      clearTimeout(this.#timer);
      this.#say(TEXT.rule.noJson, "bad");
    }
  }

  #changed(screen, wait = WAIT_MS) {
    this.#screen = screen;
    clearTimeout(this.#timer);
    this.#asking?.abort();
    emit(this, "screen");
    this.#timer = setTimeout(() => this.#preview(), wait);
  }

  async #preview() {
    const asking = (this.#asking = new AbortController());
    this.#say(TEXT.rule.asking);
    try {
      const asked = { screen: this.#screen, limit: SHOWN, explain: this.why.symbol };
      const answer = await api.previewScreen(asked, asking.signal);
      this.#say(answer.message);
      this.#draw(answer.data);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.why.show(null);
      this.#say(error.message, "bad");
    }
  }

  #say(text, tone) {
    this.status.className = "hint" + (tone ? ` ${tone}` : "");
    this.status.textContent = text;
  }

  #draw({ assets, fields, explanation }) {
    this.why.show(explanation);
    const told = fields.filter(({ median }) => median != null);
    fill(
      this.ranges,
      told.map((range) => h("p", { class: "hint" }, rangeText(range))),
    );
    fill(
      this.found,
      assets.map((asset) =>
        h(
          "li",
          {},
          h("b", {}, asset.symbol),
          h("span", { class: "name" }, asset.name),
          badge(stateOf(asset)),
        ),
      ),
    );
  }
}

function rangeText({ field, minimum, median, maximum, unit, present, total }) {
  const name = TEXT.rule.fields[field] ?? TEXT.columns[field] ?? field;
  const amounts = [minimum, median, maximum].map(compact);
  return TEXT.rule.range(name, amounts, unit ?? "", [whole(present), whole(total)]);
}
customElements.define("screen-editor", ScreenEditor);
