// Why a rule takes an asset in or leaves it out: a symbol to type, and each comparison of the rule.
import { fill, h } from "./dom.js";
import { glyphed } from "./status.js";
import { TEXT } from "./strings.js";

export class ScreenWhy {
  // `asked()` is told that another symbol was typed.
  constructor(asked) {
    this.input = h("input", {
      placeholder: TEXT.rule.whyHint,
      autocomplete: "off",
      spellcheck: "false",
      oninput: asked,
    });
    this.answer = h("div", { class: "reasons", role: "status" });
    this.element = h("div", { class: "reasons-asked" }, h("label", {}, TEXT.rule.why, this.input), this.answer);
  }

  get symbol() {
    return this.input.value.trim() || null;
  }

  show(explanation) {
    fill(this.answer, explanation && explained(explanation));
  }
}

function explained(explanation) {
  const { selected, leaves } = explanation;
  const lines = leaves.map(({ field, op, value, holds }) => {
    const name = TEXT.rule.fields[field] ?? TEXT.columns[field] ?? field;
    const has = value == null ? null : h("span", { class: "hint" }, TEXT.rule.has(value));
    const compared = h("span", {}, `${name} ${TEXT.rule.ops[op] ?? op}`);
    return h("li", {}, compared, has, glyphed(toneOf(holds), TEXT.rule.holds[holds]));
  });
  return [
    h("p", {}, glyphed(selected ? "ok" : "bad", TEXT.rule.verdict(explanation))),
    lines.length ? h("ul", { class: "plain", "aria-label": TEXT.rule.leaves }, lines) : null,
  ];
}

const toneOf = (holds) => (holds == null ? "info" : holds ? "ok" : "bad");
